"""What an article is said to say, fact by fact with its sentence: confirm or refuse."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import curators_only
from bulletin.desk.curating import decide
from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Decision, LinkProposal, Refusal, Telling
from bulletin.forms import TargetForm
from bulletin.ingestion.enrichment import DOUBTFUL
from bulletin.knowledge import adding, curation
from bulletin.models import Article
from policies.models import SaidBy

KINDS = {"region": ArticleRegion, "body": ArticleBody, "document": Telling, "target": ArticleTarget}


@curators_only
@require_GET
def article_facts(request, pk):
    """All facts of one article; the partial `_facts.html` can stand in another page."""
    article = get_object_or_404(Article.objects.select_related("issue", "section").defer("reading"), pk=pk)
    return render(request, "bulletin/desk/facts.html", {"article": article, **shown_facts(article)})


def shown_facts(article):
    """What `_facts.html` needs: groups of facts, refusals, links with earlier and later articles."""
    groups = [
        ("region", "地区", article.region_facts.select_related("region")),
        ("body", "机构", article.body_facts.select_related("body")),
        ("document", "政策文件", list(article.tellings.select_related("policy", "stage"))),
        ("target", "目标", article.target_facts.select_related("target")),
    ]
    pairs = LinkProposal.objects.exclude(state="refused").select_related(
        "left_article__issue", "right_article__issue", "left__policy", "right__policy"
    )
    refused = set(article.refusals.filter(kind=Refusal.Kind.CITATION).values_list("key", flat=True))
    for telling in groups[2][2]:
        telling.cited = adding.open_citations(telling, refused)
    return {
        "groups": [(kind, label, [judged(fact) for fact in facts]) for kind, label, facts in groups],
        "refusals": _refusals(article),
        "target_form": TargetForm(),
        "links": [*pairs.filter(right_article=article), *pairs.filter(left_article=article)],
    }


def judged(fact):
    """The fact, and whether a person should look at it."""
    fact.needs_look = fact.said_by == SaidBy.MACHINE and (fact.confidence < DOUBTFUL or bool(fact.doubt))
    return fact


def _refusals(article):
    """The article's refused facts, each with the decision that can be undone."""
    refusals = list(article.refusals.select_related("refused_by"))
    decisions = Decision.objects.filter(
        act=Decision.Act.REFUSE_FACT, undone_at=None, before__articles__contains=[article.pk]
    )
    made = {
        row["pk"]: decision
        for decision in decisions
        for row in decision.before["rows"]
        if row["model"] == "bulletin.refusal"
    }
    for refusal in refusals:
        refusal.decision = made.get(refusal.pk)
    return refusals


@curators_only
@require_POST
def confirm_fact(request, kind, pk):
    fact = _fact(kind, pk)
    return decide(request, curation.confirm_fact, fact, back=reverse("article_facts", args=[fact.article_id]))


@curators_only
@require_POST
def refuse_fact(request, kind, pk):
    fact = _fact(kind, pk)
    return decide(request, curation.refuse_fact, fact, back=reverse("article_facts", args=[fact.article_id]))


@curators_only
@require_POST
def refuse_citation(request, pk):
    """Say no to one of the documents that a telling is read to cite; `key` names it."""
    telling = get_object_or_404(Telling.objects.select_related("policy"), pk=pk)
    back = reverse("article_facts", args=[telling.article_id])
    return decide(request, adding.refuse_citation, telling, request.POST.get("key", ""), back=back)


@curators_only
@require_POST
def add_target(request, pk):
    """A target that the machine has not found in the article."""
    article = get_object_or_404(Article.objects.select_related("issue", "section").defer("reading"), pk=pk)
    form = TargetForm(request.POST)
    if form.is_valid():
        return decide(
            request, adding.add_target, article, back=reverse("article_facts", args=[pk]), **form.cleaned_data
        )
    context = {"article": article, **shown_facts(article), "target_form": form}
    return render(request, "bulletin/desk/facts.html", context, status=400)


def _fact(kind, pk):
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(KINDS[kind].objects.select_related("article"), pk=pk)
