"""What an editor should look at: doubtful regions, unknown names, likely links, news told twice."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import Prefetch
from django.utils import timezone

from bulletin.facts import ArticleBody, ArticleRegion, LinkProposal
from bulletin.ingestion.enrichment import DOUBTFUL
from bulletin.models import Article, Issue
from bulletin.uploads import Doubt
from policies.models import IssuingBody, SaidBy

REGION = "region-doubtful"
BODY = "body-unknown"
SAME_POLICY = "same-policy-likely"
TOLD_TWICE = "told-twice"
WHERE = re.compile(r"第\d+期第\d+篇")
RULES = (REGION, BODY, SAME_POLICY, TOLD_TWICE)  # written here; the reading's own are the store's


def refresh(issues: Iterable[Issue], *, decided: bool = False, reopen: bool = False) -> None:
    """Bring the issues' doubts of these rules up to the facts.

    reopen: a decision was undone; what was settled by it is open again.

    decided: an editor has just settled something; what is doubtful no longer was settled by that, and stays
    on record as settled.
    """
    for issue in issues:
        _refresh(issue, decided, reopen)


def _refresh(issue: Issue, decided: bool, reopen: bool) -> None:
    known = {_key(doubt): doubt for doubt in issue.doubts.filter(rule__in=RULES)}
    if issue.read_from_id is None:
        return
    new = []
    for article in issue.articles.prefetch_related(*_machine_said()):
        for doubt in _doubts(article):
            doubt.upload_id, doubt.issue, doubt.article = issue.read_from_id, issue, article
            row = known.pop(_key(doubt), None)
            if row is None:
                new.append(doubt)
                continue
            moved = row.upload_id != issue.read_from_id or row.message != doubt.message
            if moved or (reopen and row.settled_at):
                row.upload_id, row.message = issue.read_from_id, doubt.message
                row.settled_at = None if reopen else row.settled_at
                row.save(update_fields=["upload", "message", "settled_at"])
    Doubt.objects.bulk_create(new)
    outdated = Doubt.objects.filter(pk__in=[doubt.pk for doubt in known.values()], settled_at=None)
    if decided:
        outdated.update(settled_at=timezone.now())
    else:
        outdated.delete()


def _key(doubt: Doubt) -> tuple[str, int | None, str, str]:
    """What a doubt is known by. Articles change places: which 篇 another one is now does not make it new."""
    return doubt.rule, doubt.article_id, WHERE.sub("", doubt.message), doubt.evidence


def _machine_said() -> tuple[Prefetch, ...]:
    """What the doubts of an article are drawn from. Of the pairs those with an earlier article: an editor
    hears of them where the news comes the second time.
    """
    pairs = LinkProposal.objects.exclude(state=LinkProposal.State.REFUSED).filter(said_by=SaidBy.MACHINE)
    whole = [f"left_article__{name}" for name in ("body", "reading", "places", "issue__reading")]
    return (
        Prefetch(
            "region_facts", ArticleRegion.objects.filter(said_by=SaidBy.MACHINE).select_related("region")
        ),
        Prefetch(
            "body_facts",
            ArticleBody.objects.filter(body__state=IssuingBody.State.NEW).select_related("body"),
        ),
        Prefetch(
            "links_back",
            pairs.select_related("left_article__issue", "left__policy", "right__policy").defer(*whole),
        ),
    )


def _doubts(article: Article) -> Iterator[Doubt]:
    """The doubts of an article with what `_machine_said` names at hand, not saved."""
    for fact in article.region_facts.all():
        if fact.confidence < DOUBTFUL or fact.doubt:
            why = f"：{fact.doubt}" if fact.doubt else "。"
            yield Doubt(
                rule=REGION,
                severity=Doubt.Severity.MEDIUM,
                field="regions",
                message=f"本篇是否讲{fact.region.short_name}，没有把握{why}",
                evidence=fact.sentence,
                place=_place(article, fact.block),
            )
    for fact in article.body_facts.all():
        yield Doubt(
            rule=BODY,
            severity=Doubt.Severity.MEDIUM,
            field="bodies",
            message=f"“{fact.body.name}”不在机构名录里，请在“机构名称”里收录、并入或否定。",
            evidence=fact.sentence,
            place=_place(article, fact.block),
        )
    for proposal in article.links_back.all():
        yield from _link_doubt(proposal)


def _link_doubt(proposal: LinkProposal) -> Iterator[Doubt]:
    earlier = proposal.left_article
    where = f"第{earlier.issue.total_number}期第{earlier.order}篇"
    joined = proposal.left is None or proposal.left.policy_id == proposal.right.policy_id
    if proposal.kind == LinkProposal.Kind.REPEATED and joined:
        what = f"《{proposal.right.name}》" if proposal.right else "这条消息"
        yield Doubt(
            rule=TOLD_TWICE,
            severity=Doubt.Severity.LOW,
            message=f"{what}已在{where}刊载，看是否重复。",
            evidence=earlier.title,
        )
    elif not joined:
        yield Doubt(
            rule=SAME_POLICY,
            severity=Doubt.Severity.MEDIUM,
            field="documents",
            message=f"《{proposal.right.name}》可能已在{where}刊载：{stages(proposal)}，请确认是否同一政策。",
            evidence=f"《{proposal.left.title}》\n{'；'.join(proposal.reasons)}",
        )


def stages(proposal: LinkProposal) -> str:
    """征求意见 → 发布, or the one stage that both tell."""
    before, after = proposal.left.event, proposal.right.event
    return before if before == after else f"{before} → {after}"


def _place(article: Article, block_id: int | None) -> dict | None:
    """Where in the source the evidence stands."""
    if block_id is None:
        places = article.places.get("title") or []
    else:
        places = next((block.get("places") or [] for block in article.body if block["id"] == block_id), [])
    return places[0] if places else None
