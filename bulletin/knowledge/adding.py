"""What an editor says of an article by hand: a place, a body, a document, a target; and no to a citation.

Each is a decision like those of `curation`: logged, undone there, and standing through new readings.
"""

from typing import Any

from bulletin.facts import (
    ArticleBody,
    ArticleRegion,
    ArticleTarget,
    Decision,
    Fact,
    LinkProposal,
    Refusal,
    Telling,
)
from bulletin.knowledge.curation import DecisionError, decision, label, pair_up
from bulletin.knowledge.deriving import citation_key, told
from bulletin.knowledge.linking import link
from bulletin.knowledge.memory import Memory
from bulletin.knowledge.recording import bounds, main_policy, target_key
from bulletin.models import Article
from policies.models import IssuingBody, Policy, SaidBy, Target
from policies.recognition.linking import keys_of
from policies.recognition.titles import bare_name, linking_key
from regions.models import Region

Act = Decision.Act
Outcome = tuple[str, str, Memory, list[Article]]


@decision
def add_region(article: Article, region: Region, *, by: Any) -> Outcome:
    memory = _welcome(article, Refusal.Kind.REGION, region.code)
    known = article.region_facts.filter(region=region).first()
    return _said(article, known or ArticleRegion(region=region, order=_next(article.region_facts)), memory)


@decision
def add_body(article: Article, name: str, body: IssuingBody | None, *, by: Any) -> Outcome:
    """body: the one of that name; None for a name that nobody knows, which goes to the inbox of names."""
    memory = Memory()
    if body is None:
        body = IssuingBody.objects.create(name=name, state=IssuingBody.State.NEW)
    memory.rows |= _welcome(article, Refusal.Kind.BODY, body.name).rows
    known = article.body_facts.filter(body=body).first()
    fact = known or ArticleBody(body=body, printed=name, order=_next(article.body_facts))
    return _said(article, fact, memory)


@decision
def add_document(article: Article, title: str, policy: Policy | None, event: str, *, by: Any) -> Outcome:
    """policy: the one that the article tells of; None for one that nothing was told of so far."""
    memory = _welcome(article, Refusal.Kind.DOCUMENT, linking_key(title))
    known = article.tellings.filter(title=title).first()
    if known is not None:
        return _said(article, known, memory)
    others = told(policy) if policy else []
    made = None if policy else Policy.objects.create(title=bare_name(title)[:300])
    telling = Telling(policy=policy or made, title=title[:300], name=bare_name(title)[:300], event=event)
    telling.order, telling.keys = _next(article.tellings), sorted(keys_of([telling.name], ""))
    what, summary, memory, articles = _said(article, telling, memory)
    if made:
        memory.make(made)
    if others:
        pair_up(others[0], telling, LinkProposal.State.ACCEPTED, memory)
    link([article], {telling.policy_id})
    return what, summary, memory, articles


@decision
def add_target(
    article: Article, indicator: str, comparator: str, value: str, unit: str, due_year: int | None, *, by: Any
) -> Outcome:
    words = {"indicator": indicator, "comparator": comparator, "value": value, "unit": unit}
    words |= {"due_year": due_year}
    memory = _welcome(article, Refusal.Kind.TARGET, target_key(**words))
    known = article.target_facts.filter(**{f"target__{name}": each for name, each in words.items()}).first()
    if known is not None:
        return _said(article, known, memory)
    low, high = bounds(value)
    text = f"{indicator}{comparator}{value}{unit}"
    target = Target.objects.create(
        policy_id=main_policy(article), low=low, high=high, text=text, said_by=SaidBy.HAND, **words
    )
    fact = ArticleTarget(target=target, text=text, order=_next(article.target_facts))
    what, summary, memory, articles = _said(article, fact, memory)
    memory.make(target)
    return what, summary, memory, articles


@decision
def refuse_citation(telling: Telling, key: str, *, by: Any) -> Outcome:
    """Say that the document does not cite this other one: the machine does not say it again of it."""
    citation = next((each for each in telling.citations if citation_key(each) == key), None)
    if citation is None:
        raise DecisionError("这一条引用已经不在了。请刷新页面再看。")
    article = Article.objects.select_related("issue", "section").get(pk=telling.article_id)
    memory = Memory()
    refusal, is_new = Refusal.objects.get_or_create(
        article=article,
        kind=Refusal.Kind.CITATION,
        key=key,
        defaults={
            "label": f"《{telling.name}》引用《{citation['title']}》"[:500],
            "sentence": citation.get("sentence", ""),
            "refused_by": by,
        },
    )
    if is_new:
        memory.make(refusal)
    memory.change(telling.policy, "title")  # an undoing draws the policy anew
    link([article], {telling.policy_id})
    return Act.REFUSE_FACT, f"{refusal}（{article}）", memory, [article]


def open_citations(telling: Telling, refused: set[str]) -> list[dict]:
    """What a telling is read to cite and no editor refused, each with its `key`."""
    found = {citation_key(each): each for each in telling.citations}
    return [each | {"key": key} for key, each in found.items() if key not in refused]


def _welcome(article: Article, kind: str, key: str) -> Memory:
    """An editor who adds a fact takes back the no that was said to it."""
    memory = Memory()
    for refusal in article.refusals.filter(kind=kind, key=key):
        memory.remove(refusal)
        refusal.delete()
    return memory


def _said(article: Article, fact: Fact, memory: Memory) -> Outcome:
    """Let the fact stand by the editor's word."""
    if fact.pk is None:
        fact.article, fact.said_by = article, SaidBy.HAND
        fact.save()
        memory.make(fact)
    elif fact.said_by == SaidBy.MACHINE:
        memory.change(fact, "said_by")
        fact.said_by = SaidBy.CONFIRMED
        fact.save(update_fields=["said_by"])
    else:
        raise DecisionError(f"本篇已经有{label(fact)}。")
    return Act.ADD_FACT, f"{label(fact)}（{article}）", memory, [article]


def _next(facts: Any) -> int:
    return max((fact.order for fact in facts.all()), default=0) + 1
