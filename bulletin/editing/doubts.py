"""Settling doubts: take the proposed mend, or say why not; both can be undone."""

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from bulletin.editing import fields
from bulletin.ingestion import checks
from bulletin.ingestion.characters import bare
from bulletin.models import Article, Issue
from bulletin.uploads import Doubt

FIELDS = {"title": "title", "source": "source_names", "source_url": "source_url", "page": "page"}
MOST_AT_ONCE = 1000
UNLISTED = ("title-differs-from-contents", "not-in-contents")
LISTED_ALONE = "entry-without-article"


class CannotSettle(Exception):  # noqa: N818  told to the editor
    """Why a doubt can't be settled so; the message is for the editor."""


def can_accept(doubt: Doubt) -> bool:
    """Whether the proposal is a value that can be put in place by itself."""
    if doubt.settled_at or not doubt.proposal or not doubt.article_id:
        return False
    return doubt.field == "body" or doubt.field in FIELDS


def concerning(article: Article) -> QuerySet[Doubt]:
    """The doubts to be settled at an article: its own, and those of its issue that are of no article."""
    return Doubt.objects.filter(Q(article=article) | Q(issue=article.issue_id, article=None))


def accept(doubt: Doubt, article: Article, user) -> None:
    """Put the proposal in place on a locked article. Raises CannotSettle where its words are gone."""
    if not can_accept(doubt):
        raise CannotSettle("这一处没有可以直接采纳的建议。")
    if doubt.field == "body":
        mend = _mend_in_body(article, quoted(doubt.evidence), doubt.proposal)
    else:
        name = FIELDS[doubt.field]
        mend = {"name": name, "old": fields.value_of(article, name), "new": doubt.proposal}
        try:
            fields.set_value(article, name, doubt.proposal)
        except ValidationError as error:
            raise CannotSettle(f"建议的内容不能直接采用：{error.messages[0]}") from error
    article.save()
    _settle(doubt, Doubt.Settlement.ACCEPTED, user, mend=mend)


def dismiss(doubt: Doubt, user, reason: str) -> None:
    """Leave it as it is, with a reason that stays on record."""
    reason = reason.strip()
    if not reason:
        raise CannotSettle("请写一句为什么不用改，几个字就行。")
    _settle(doubt, Doubt.Settlement.DISMISSED, user, reason=reason[:300])


def undo(doubt: Doubt, article: Article | None) -> None:
    """Open it again, and take its mend back. Raises CannotSettle where the place was changed since."""
    if doubt.settlement == Doubt.Settlement.ACCEPTED and article and doubt.mend:
        name, old, new = doubt.mend["name"], doubt.mend["old"], doubt.mend["new"]
        if name.startswith("block-"):
            _mend_in_body(article, new, old)
        elif fields.value_of(article, name) == new:
            fields.set_value(article, name, old)
        else:
            raise CannotSettle("这里后来又改过，不能直接撤销。请在修改记录里找回原来的内容。")
        article.save()
    doubt.settled_at = doubt.settled_by = None
    doubt.settlement, doubt.reason, doubt.mend = "", "", None
    doubt.save()


def accept_all(issue, rule: str, user) -> int:
    """Take every proposal of one kind in the issue; answer how many. What can't be taken stays open."""
    passed: set[int] = set()
    count = 0
    articles: dict[int, Article] = {}
    while len(passed) < MOST_AT_ONCE:
        left = Doubt.objects.filter(issue=issue, rule=rule, settled_at=None, article__isnull=False)
        doubt = left.exclude(Q(pk__in=passed) | Q(proposal="")).first()
        if doubt is None:
            break
        passed.add(doubt.pk)
        if doubt.article_id not in articles:
            locked = Article.objects.select_for_update(of=("self",)).select_related("issue", "section")
            articles[doubt.article_id] = locked.get(pk=doubt.article_id)
        article = articles[doubt.article_id]
        try:
            accept(doubt, article, user)
        except CannotSettle:
            continue
        count += 1
        recheck(article, user)
    return count


def recheck(article: Article, user) -> None:
    """Bring the doubts that words decide up to what the article says now: house checks, and its title.

    What an editor has mended is settled by that; what he has dismissed stays so as long as the words stand.
    """
    recheck_contents(article.issue, user)
    found = {
        (each.rule, each.evidence): each
        for each in checks.check(article.title, [block["text"] for block in article.body])
    }
    known = {(row.rule, row.evidence): row for row in article.doubts.filter(rule__in=checks.RULES)}
    for key, row in known.items():
        _follow(row, key in found, user)
    if article.issue.read_from_id is None:
        return
    for key, each in found.items():
        if key not in known:
            title = each.block == checks.TITLE
            places = article.places.get("title") if title else article.body[each.block].get("places")
            Doubt.objects.create(
                upload_id=article.issue.read_from_id,
                issue=article.issue,
                article=article,
                rule=each.rule,
                severity=each.severity,
                field="title" if title else "body",
                message=each.message,
                evidence=each.evidence,
                proposal=each.proposal,
                place=places[0] if places else None,
            )


def recheck_contents(issue: Issue, user) -> None:
    """Bring the doubts whether titles and 本期要目 agree up to what both say now."""
    doubted = issue.doubts.filter(rule__in=[*UNLISTED, LISTED_ALONE])
    known = list(doubted.filter(settlement__in=["", Doubt.Settlement.MENDED]))
    if not known:
        return
    listed = {bare(entry["title"]) for entry in issue.contents}
    titles = {pk: bare(title) for pk, title in issue.articles.values_list("pk", "title")}
    for row in known:
        if row.rule == LISTED_ALONE:
            stands = bare(row.evidence) in listed.difference(titles.values())
        else:
            stands = titles.get(row.article_id) not in listed
        _follow(row, stands, user)


def block_of(doubt: Doubt, article: Article) -> int | None:
    """The number of the paragraph that a doubt is about: the one with its words, or the one at its place."""
    words = quoted(doubt.evidence)
    if words:
        for block in article.body:
            if words in block["text"]:
                return block["id"]
    if doubt.place:
        for block in article.body:
            for place in block.get("places") or []:
                if place["start"] <= doubt.place["start"] < max(place["end"], place["start"] + 1):
                    return block["id"]
    return None


def _mend_in_body(article: Article, old: str, new: str) -> dict:
    holding = [index for index, block in enumerate(article.body) if old in block["text"]]
    if not old or len(holding) != 1 or article.body[holding[0]]["text"].count(old) != 1:
        raise CannotSettle("原来的字句已经不在或不止一处，请直接在正文里改。")
    block = article.body[holding[0]]
    article.body[holding[0]] = {**block, "text": block["text"].replace(old, new)}
    return {"name": f"block-{block['id']}", "old": old, "new": new}


def quoted(evidence: str) -> str:
    """The words themselves where the evidence marks a seam: …前半 ┃ 后半…"""
    return evidence.replace(" ┃ ", "").strip("…") if "┃" in evidence else evidence


def _follow(doubt: Doubt, stands: bool, user) -> None:
    """Settle a doubt that no longer stands as mended, and open it again where it does."""
    if doubt.settled_at is None and not stands:
        _settle(doubt, Doubt.Settlement.MENDED, user)
    elif doubt.settlement == Doubt.Settlement.MENDED and stands:
        undo(doubt, None)


def _settle(doubt: Doubt, how: str, user, *, reason: str = "", mend: dict | None = None) -> None:
    doubt.settled_at, doubt.settled_by = timezone.now(), user
    doubt.settlement, doubt.reason, doubt.mend = how, reason, mend
    doubt.save()
