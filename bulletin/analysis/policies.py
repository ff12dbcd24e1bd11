"""The register of policies, and one policy over its whole life."""

from itertools import groupby

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bulletin.access import may_read_full_text
from bulletin.analysis import counting, showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import wanted
from bulletin.analysis.overview import IN_LIST, policies_file
from bulletin.facts import Telling
from bulletin.filters import PolicyFilter
from bulletin.models import Article
from bulletin.pages import Meta, page_of
from bulletin.register import PUBLIC, PolicyEntry, PolicyEntryQuerySet, TargetEntry
from policies.comparison import changes
from policies.models import Citation, Policy, Stage

DRAFTS = (Stage.Kind.COMMENT, Stage.Kind.DRAFT)
FINAL = (Stage.Kind.ISSUED, Stage.Kind.IN_FORCE, Stage.Kind.REVISED)
CITED_SHOWN = 30
LIFE_NOTES = {Stage.Kind.IN_FORCE: "现行有效", Stage.Kind.REPEALED: "已经废止"}
OUTWARDS = {
    "basis": "依据",
    "carries_out": "落实",
    "companion": "配套",
    "concerted": "协同",
    "revises": "修订",
    "repeals": "废止",
    "mentions": "提及",
}
INWARDS = {
    "basis": "以它为依据",
    "carries_out": "落实它",
    "companion": "与它配套",
    "concerted": "与它协同",
    "revises": "修订它",
    "repeals": "废止它",
    "mentions": "提到它",
}
RELATION_ORDER = list(OUTWARDS)


@require_safe
def policy_list(request):
    """The register, to be narrowed, sorted, linked and taken away."""
    choices = Choices(request.GET)
    chosen = PolicyFilter(request.GET, PolicyEntry.objects.all(), choices)
    if wanted(request):
        return policies_file(request, chosen.qs)
    page = page_of(request, chosen.qs, IN_LIST, PolicyEntryQuerySet.for_list, counting.total(chosen))
    rows = list(page)
    bodies, _ = showing.dress(rows, [chosen.body_id] if chosen.body_id else [])
    return render(
        request,
        "policies/policy_list.html",
        {
            "meta": Meta(
                "政策",
                "《大数据发展动态》报道过的政策文件，一件一页，从征求意见到施行。",
                request.build_absolute_uri(request.path),
                feed=reverse("policies_feed"),
            ),
            "current": "policies",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [
                choices.region_select(),
                choices.stage_select(),
                choices.topic_select(),
                choices.policy_order_select(),
            ],
            "page": page,
            "rows": rows,
            "body": bodies.get(chosen.body_id),
        },
    )


@require_safe
def policy(request, pk):
    """One document: its stages, who tells of it, what it rests on, what it promises, what changed."""
    row = get_object_or_404(Policy.objects.select_related("entry"), pk=pk)
    if row.merged_into_id:
        return redirect("policy", row.merged_into_id, permanent=True)
    entry = getattr(row, "entry", None)
    if entry is None:
        return _only_cited(request, row)
    tellings = _tellings(entry)
    stages = list(Stage.objects.filter(pk__in=entry.stages))
    out, back = _edges(row, tellings)
    others = [edge.entry for edge in (*out, *back) if edge.entry is not None]
    showing.dress([entry, *others])
    targets = list(TargetEntry.objects.filter(policy=pk).for_line())
    today = timezone.localdate()
    articles = list({telling.article_id: telling.article for telling in tellings}.values())
    full_text = may_read_full_text(request.user)
    address = request.build_absolute_uri(entry.get_absolute_url())
    state = _state(entry, stages, today)
    successors = [edge for edge in back if edge.relation == "repeals" and edge.entry]
    return render(
        request,
        "policies/policy.html",
        {
            "meta": Meta(
                entry.title,
                f"{entry.title}：阶段、机构、目标、关联政策和本刊报道。",
                address,
                "article",
                [_graph(entry, stages, address)],
                feed=reverse("policy_feed", args=[pk]),
            ),
            "current": "policies",
            "policy": row,
            "entry": entry,
            "lede": next((each.telling_summary for each in reversed(articles)), ""),
            "state": state,
            "life": _life(stages, state, today),
            "events": _events(stages, tellings),
            "edges": _grouped(out, OUTWARDS) + _grouped(back, INWARDS),
            "successors": successors,
            "targets": targets,
            "articles": list(reversed(articles)),
            "sources": _sources(articles),
            "difference": _difference(tellings) if full_text else None,
            "stages": {stage.kind: stage for stage in reversed(stages)},
            "today": today,
        },
    )


@require_safe
def policy_json(request, pk):
    """The same facts for programs."""
    row = get_object_or_404(Policy, pk=pk)
    if row.merged_into_id:
        return redirect("policy_json", row.merged_into_id, permanent=True)
    entry = get_object_or_404(PolicyEntry, pk=pk)
    tellings = _tellings(entry)
    showing.dress([entry])

    def absolute(path):
        return request.build_absolute_uri(path)

    return JsonResponse(
        {
            "id": entry.policy_id,
            "url": absolute(entry.get_absolute_url()),
            "title": entry.title,
            "number": entry.number or None,
            "kind": entry.kind or None,
            "stage": entry.stage,
            "regions": [{"name": each.name, "url": absolute(each.address)} for each in entry.region_names],
            "bodies": [{"name": each.name, "url": absolute(each.address)} for each in entry.body_names],
            "stages": [
                {"kind": stage.kind, "date": stage.happened_on, "until": stage.until_on}
                for stage in Stage.objects.filter(pk__in=entry.stages)
            ],
            "valid_until": entry.valid_until,
            "articles": [
                {
                    "title": telling.article.title,
                    "url": absolute(telling.article.get_absolute_url()),
                    "issue": telling.article.issue.total_number,
                    "page": telling.article.page,
                    "stage": telling.event,
                    "source_url": telling.article.source_url or None,
                }
                for telling in tellings
            ],
            "targets": [
                {"indicator": each.indicator, "value": each.value, "unit": each.unit, "year": each.due_year}
                for each in TargetEntry.objects.filter(policy=pk)
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _only_cited(request, row):
    """A document that no article tells of, but that told ones cite."""
    citing = list(
        PolicyEntry.objects.filter(policy__citations__cited=row).distinct().for_list()[:CITED_SHOWN]
    )
    if not citing:
        raise Http404
    showing.dress(citing)
    meta = Meta(
        row.title, f"引用《{row.title}》的政策。", request.build_absolute_uri(request.path), indexed=False
    )
    return render(
        request,
        "policies/only_cited.html",
        {"meta": meta, "current": "policies", "policy": row, "rows": citing},
    )


def _tellings(entry):
    """What published articles say of the policy, oldest first."""
    return list(
        Telling.objects.filter(policy=entry.policy_id, **PUBLIC)
        .select_related("article__issue", "article__section", "article__link")
        .defer("article__reading", "article__places", "article__issue__reading", "article__issue__contents")
        .order_by("article__issue__total_number", "article__order", "order")
    )


class _Edge:
    """A relation to another policy, with its entry where readers may see one."""

    def __init__(self, relation, title, number, sentence, other):
        self.relation, self.title, self.number, self.sentence = relation, title, number, sentence
        self.policy_id = other.pk
        self.entry = getattr(other, "entry", None)


def _edges(row, tellings):
    """What the policy refers to, and what refers to it; only what published articles say."""
    said = {citation["title"][:300] for telling in tellings for citation in telling.citations}
    out = [
        _Edge(each.relation, each.cited.title, each.number, each.sentence, each.cited)
        for each in row.citations.select_related("cited__entry")
        if each.title in said or each.said_by != "machine"
    ]
    back = [
        _Edge(each.relation, each.policy.entry.title, "", each.sentence, each.policy)
        for each in Citation.objects.filter(cited=row, policy__entry__isnull=False).select_related(
            "policy__entry"
        )[:CITED_SHOWN]
    ]
    return out, back


def _grouped(edges, words):
    ordered = sorted(edges, key=lambda edge: (RELATION_ORDER.index(edge.relation), edge.title))
    return [
        (words[relation], list(group)) for relation, group in groupby(ordered, lambda edge: edge.relation)
    ]


def _state(entry, stages, today):
    """The word for where the policy stands today."""
    kinds = {stage.kind: stage for stage in stages}
    if Stage.Kind.REPEALED in kinds or (entry.valid_until and entry.valid_until < today):
        return "已失效"
    force = kinds.get(Stage.Kind.IN_FORCE)
    if force:
        return "尚未施行" if force.happened_on and force.happened_on > today else "现行有效"
    comment = kinds.get(Stage.Kind.COMMENT)
    if entry.stage == Stage.Kind.COMMENT and comment and comment.until_on:
        return "正在征求意见" if comment.until_on >= today else "意见征集已结束"
    return {
        Stage.Kind.COMMENT: "征求意见",
        Stage.Kind.DRAFT: "草案",
        Stage.Kind.ISSUED: "已发布",
        Stage.Kind.REVISED: "已修订",
        Stage.Kind.REPORT: "报告",
    }.get(entry.stage, entry.stage)


def _life(stages, state, today):
    """The bar: its steps in the order of a policy's course, the last one reached and the coming ones
    marked. None for one step.
    """
    steps = [stage for stage in stages if stage.kind != Stage.Kind.REPORT]
    if len(steps) < 2:
        return None
    course = [
        Stage.Kind.COMMENT,
        Stage.Kind.DRAFT,
        Stage.Kind.ISSUED,
        Stage.Kind.IN_FORCE,
        Stage.Kind.REVISED,
        Stage.Kind.REPEALED,
    ]
    steps.sort(key=lambda stage: (course.index(stage.kind), stage.happened_on or today))
    reached = [stage for stage in steps if not (stage.happened_on and stage.happened_on > today)]
    return [
        {
            "stage": stage,
            "class": "todo" if stage not in reached else "now" if stage is reached[-1] else "done",
            "until": stage.until_on,
            "state": state if reached and stage is reached[-1] else "",
        }
        for stage in steps
    ]


def _events(stages, tellings):
    """大事记, newest first: every stage with the articles that tell of it."""
    events = []
    for stage in stages:
        own = [telling for telling in tellings if telling.stage_id == stage.pk]
        by_date = own or [
            telling
            for telling in tellings
            if stage.happened_on and stage.happened_on in (telling.issued_on, telling.effective_on)
        ]
        events.append({"stage": stage, "tellings": by_date, "by_hand": stage.said_by != "machine"})
    return sorted(
        events,
        key=lambda event: (
            event["stage"].happened_on
            or min((t.article.issue.issued_on for t in event["tellings"]), default=timezone.localdate()),
            event["stage"].pk,
        ),
        reverse=True,
    )


def _sources(articles):
    """Where the articles were taken from, each address once, newest first."""
    return list({each.source_url: each for each in reversed(articles) if each.source_host}.values())


def _difference(tellings):
    """What changed between the newest draft's and the newest final article; None without both."""
    drafts = [telling for telling in tellings if telling.event in DRAFTS]
    final = [telling for telling in tellings if telling.event in FINAL]
    if not drafts or not final or drafts[-1].article_id == final[-1].article_id:
        return None
    before, after = drafts[-1].article, final[-1].article
    found = changes(_paragraphs(before), _paragraphs(after))
    counts = {
        kind: sum(change.kind == kind for change in found) for kind in ("same", "changed", "added", "removed")
    }
    return {
        "before": before,
        "after": after,
        "draft": drafts[-1].event,
        "changes": [change for change in found if change.kind != "same"],
        "numbers": sum(change.changes_a_number for change in found),
        **counts,
    }


def _paragraphs(article: Article):
    return [block["text"] for block in article.body if block["kind"] in ("p", "h")]


def _graph(entry, stages, address):
    """schema.org/Legislation, as much as is known."""
    graph = {
        "@context": "https://schema.org",
        "@type": "Report" if entry.stage == Stage.Kind.REPORT else "Legislation",
        "@id": address,
        "url": address,
        "name": entry.title,
        "inLanguage": "zh-CN",
    }
    if entry.number:
        graph["legislationIdentifier" if graph["@type"] == "Legislation" else "identifier"] = entry.number
    dates = {stage.kind: stage.happened_on.isoformat() for stage in stages if stage.happened_on}
    if Stage.Kind.ISSUED in dates:
        graph["datePublished"] = dates[Stage.Kind.ISSUED]
    if Stage.Kind.IN_FORCE in dates and graph["@type"] == "Legislation":
        graph["legislationDateOfApplicability"] = dates[Stage.Kind.IN_FORCE]
    return graph
