"""What must hold before an issue is public, and what should: findings, each with the places concerned.

`judge` is a plain function of what `gather` has fetched, in a handful of queries.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from bulletin.editing import figures
from bulletin.facts import LinkProposal
from bulletin.ingestion.sequence import Numbered, out_of_step
from bulletin.links import telling
from bulletin.links.opening import Verdict
from bulletin.models import Article, Issue
from bulletin.publishing.records import Acknowledgement
from bulletin.uploads import Doubt, Upload

# Where something is mended: the page of an article, of the issue, of its number and date, or of its policies.
ARTICLE, ISSUE, FIELDS, PROPOSALS, UPLOAD = "article", "issue", "fields", "proposals", "upload"


@dataclass(frozen=True, slots=True)
class Place:
    """One place that a finding is about: what is wrong there, and on which page it is mended."""

    text: str
    page: str = ISSUE
    key: int = 0  # the article's number, the upload's key
    anchor: str = ""
    detail: str = ""  # more about it that changes by itself, and makes it no other place
    mark: str = ""  # what beside the text makes it this place and no other


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list. Without places it passes; a warning with a reason is answered."""

    rule: str
    label: str
    note: str = ""
    places: tuple[Place, ...] = ()
    answer: Acknowledgement | None = None
    drifts: bool = False  # changes by itself, without anybody's hand on the issue

    @property
    def passes(self) -> bool:
        return not self.places

    @property
    def about(self) -> str:
        """What a reason was given for; another place, and it doesn't hold any more."""
        return "\n".join(f"{place.text} {place.mark}".rstrip() for place in self.places)


@dataclass(frozen=True, slots=True)
class Checklist:
    """All findings: those that must pass, and those that may be answered with a reason."""

    must: list[Finding]
    should: list[Finding]

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.must if not finding.passes]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.should if not finding.passes]

    @property
    def unanswered(self) -> list[Finding]:
        return [finding for finding in self.warnings if finding.answer is None]

    @property
    def is_clean(self) -> bool:
        return not self.blocking

    def why_not(self, *, by_clock: bool = False) -> str:
        """Why the issue can't go on, in a sentence; empty if it can.

        by_clock: nobody is there to give a reason. What has changed by itself since somebody set the moment,
        who was asked for one then, doesn't keep the issue from its readers.
        """
        if self.blocking:
            labels = "、".join(finding.label for finding in self.blocking)
            return f"还有{len(self.blocking)}项不通过：{labels}。"
        unanswered = [finding for finding in self.unanswered if not (by_clock and finding.drifts)]
        if unanswered:
            labels = "、".join(finding.label for finding in unanswered)
            return f"还有{len(unanswered)}处警告没有写明理由：{labels}。"
        return ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the list is computed from."""

    issue: Issue
    articles: list[Article]
    doubts: list[Doubt]
    doubts_settled: int
    proposals: int  # open ones, about this issue's articles
    waiting: list[Upload]  # other versions of the issue that wait for a decision
    twins: list[Issue]  # other issues of the same 期 in the year, or of the same day
    earlier: Issue | None
    later: Issue | None
    links_idle: str = ""  # why source links are not being opened; empty while they are
    answers: dict[str, Acknowledgement] = field(default_factory=dict)


def of_issue(issue: Issue) -> Checklist:
    """The list as the database stands now."""
    return judge(gather(issue))


def gather(issue: Issue) -> Gathered:
    """Fetch what the list is computed from."""
    doubts = Doubt.objects.filter(issue=issue).select_related("article")
    others = Issue.objects.exclude(pk=issue.pk).defer("masthead", "contents", "reading").order_by()
    numbered = others.filter(issued_on__year=issue.issued_on.year, number=issue.number)
    return Gathered(
        issue=issue,
        articles=list(issue.articles.select_related("section", "checked_by", "link").order_by("order")),
        doubts=list(doubts.filter(settled_at=None)),
        doubts_settled=doubts.exclude(settled_at=None).count(),
        proposals=(
            LinkProposal.objects.open().filter(left_article__issue=issue)
            | LinkProposal.objects.open().filter(right_article__issue=issue)
        ).count(),
        waiting=list(issue.uploads.filter(state=Upload.State.WAITING).only("name")),
        twins=list((numbered | others.filter(issued_on=issue.issued_on)).order_by("total_number")),
        earlier=others.filter(total_number__lt=issue.total_number).order_by("-total_number").first(),
        later=others.filter(total_number__gt=issue.total_number).order_by("total_number").first(),
        links_idle=telling.why_idle(),
        answers={each.rule: each for each in issue.acknowledgements.select_related("by")},
    )


def judge(gathered: Gathered) -> Checklist:
    """The list, from what was fetched. No queries."""
    must = [
        _articles(gathered),
        _checked(gathered),
        _grave_doubts(gathered),
        _whole(gathered),
        _order(gathered),
        _numbers(gathered),
    ]
    should = [
        _links(gathered),
        _links_open(gathered),
        _pictures(gathered),
        _light_doubts(gathered),
        _pages_and_sources(gathered),
        _titles_once(gathered),
        _issue_fields(gathered),
        _sequence(gathered),
        _policies(gathered),
        _other_versions(gathered),
    ]
    return Checklist(must, [_answered(finding, gathered.answers) for finding in should])


def _answered(finding: Finding, answers: dict[str, Acknowledgement]) -> Finding:
    answer = answers.get(finding.rule)
    return replace(finding, answer=answer) if answer and answer.about == finding.about else finding


def _at(article: Article, text: str, anchor: str = "") -> Place:
    return Place(f"第{article.order}篇：{text}", ARTICLE, article.number, anchor)


# --- What must hold -----------------------------------------------------------------------------------------


def _articles(gathered: Gathered) -> Finding:
    places = () if gathered.articles else (Place("这一期还没有文章"),)
    return Finding("articles", "有文章", f"{len(gathered.articles)}篇", places)


def _checked(gathered: Gathered) -> Finding:
    names = dict.fromkeys(str(article.checked_by or "编辑") for article in gathered.articles)
    places = tuple(
        _at(article, f"《{article.title or '没有标题'}》还没有标为已校")
        for article in gathered.articles
        if article.checked_at is None
    )
    return Finding("checked", "每篇都经人确认", f"{len(gathered.articles)}篇，{'、'.join(names)}", places)


def _grave_doubts(gathered: Gathered) -> Finding:
    grave = [doubt for doubt in gathered.doubts if doubt.severity == Doubt.Severity.HIGH]
    note = f"共处理{gathered.doubts_settled}处" if gathered.doubts_settled else ""
    return Finding("grave-doubts", "没有未处理的“请核对”", note, tuple(map(_doubtful, grave)))


def _doubtful(doubt: Doubt) -> Place:
    if doubt.article is None:
        return Place(f"本期：{doubt.message}", ISSUE, anchor="q-h")
    return _at(doubt.article, doubt.message, f"d{doubt.pk}")


def _whole(gathered: Gathered) -> Finding:
    places = []
    for article in gathered.articles:
        if not article.title.strip():
            places.append(_at(article, "没有标题"))
        if not any(block["text"].strip() or block.get("rows") for block in article.body):
            places.append(_at(article, "没有正文", "body-h"))
    return Finding("whole", "每篇有标题与正文", "", tuple(places))


def _order(gathered: Gathered) -> Finding:
    orders = [article.order for article in gathered.articles]
    places = () if orders == list(range(1, len(orders) + 1)) else (Place(f"次序是{orders}，不是从1连续数起"),)
    return Finding("order", "各篇次序连续、不重复", "", places)


def _numbers(gathered: Gathered) -> Finding:
    issue = gathered.issue
    places = []
    for twin in gathered.twins:
        if twin.issued_on == issue.issued_on:
            places.append(Place(f"与{twin}同一天（{twin.issued_on:%Y-%m-%d}）", FIELDS))
        else:
            places.append(Place(f"与{twin}同为{issue.issued_on.year}年第{issue.number}期", FIELDS))
    return Finding("numbers", "期号与日期不重复", f"{issue.issued_on:%Y}年第{issue.number}期", tuple(places))


# --- What should --------------------------------------------------------------------------------------------


def _links(gathered: Gathered) -> Finding:
    places = tuple(
        _at(article, "原文链接写得不对" if article.source_url else "没有原文链接", "f-source_url")
        for article in gathered.articles
        if not article.source_host
    )
    return Finding("links", "每篇有写得对的原文链接", f"{len(gathered.articles)}条", places)


def _links_open(gathered: Gathered) -> Finding:
    """As it is kept: nothing is opened here. The date of a look is no part of what a reason is given for."""
    if gathered.links_idle == telling.OFF:
        return Finding("links-open", "原文链接打得开", f"{telling.OFF}，没有查", drifts=True)
    places, counts = [], Counter[str]()
    for article in gathered.articles:
        if not article.source_host or article.taken_down_at:
            continue
        link = article.link
        if link is None:
            places.append(_linked(article, "原文链接的写法少见，系统打不开，请点开看看"))
        elif link.opened_at is None:
            counts["new"] += 1
            if not gathered.links_idle:
                places.append(_linked(article, "原文链接还没有查过", "排着队，多半几分钟里就有结果"))
        elif link.fails:
            what = "原文链接的网页没有了" if link.verdict == Verdict.GONE else "原文链接打不开"
            since, at = _day(link.failing_since), _day(link.opened_at)
            when = f"{at}查的" if since == at else f"{since}起，{at}又查"
            places.append(_linked(article, what, f"{when}：{link.said.rstrip('。')}"))
        elif link.doubt:
            places.append(_linked(article, f"原文链接打得开，但{link.doubt}", f"{_day(link.opened_at)}查的"))
        else:
            counts[link.verdict] += 1
    said = [f"{counts[Verdict.WORKS] + counts[Verdict.MOVED]}条打得开"]
    if unsure := counts[Verdict.REFUSED]:
        said.append(f"{unsure}条对方不让机器看，说不准")
    if counts["new"]:
        said.append(f"{counts['new']}条还没有查过（{gathered.links_idle}）")
    return Finding("links-open", "原文链接打得开", "，".join(said), tuple(places), drifts=True)


def _linked(article: Article, text: str, detail: str = "") -> Place:
    place = _at(article, text, "f-source_url")
    return replace(place, detail=detail, mark=article.source_url)


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "n月j日")


def _pictures(gathered: Gathered) -> Finding:
    bare = [(article, figures.pictures_without_text(article)) for article in gathered.articles]
    places = tuple(
        _at(article, f"{len(parts)}张图片没有替代文字", "body-h") for article, parts in bare if parts
    )
    return Finding("pictures", "图片都有替代文字", "", places)


def _light_doubts(gathered: Gathered) -> Finding:
    light = [doubt for doubt in gathered.doubts if doubt.severity != Doubt.Severity.HIGH]
    return Finding("light-doubts", "没有未处理的“请看一眼”与“供参考”", "", tuple(map(_doubtful, light)))


def _pages_and_sources(gathered: Gathered) -> Finding:
    places = []
    for article in gathered.articles:
        lacking = ["页码"] * (article.page is None) + ["来源"] * (not article.source_names)
        if lacking:
            places.append(_at(article, f"没有{'和'.join(lacking)}", "f-source_names"))
    return Finding("pages", "每篇有页码与来源", "", tuple(places))


def _titles_once(gathered: Gathered) -> Finding:
    counts = Counter(article.title for article in gathered.articles)
    places = tuple(
        _at(article, f"与别篇同题《{article.title}》", "f-title")
        for article in gathered.articles
        if article.title and counts[article.title] > 1
    )
    return Finding("titles", "没有两篇同题", "", places)


def _issue_fields(gathered: Gathered) -> Finding:
    issue = gathered.issue
    values = {"封面标题": issue.cover_headline, "刊务": issue.masthead, "本期要目": issue.contents}
    lacking = [label for label, value in values.items() if not value]
    places = (Place(f"没有{'、'.join(lacking)}", FIELDS),) if lacking else ()
    return Finding("issue-fields", "本期有封面标题、刊务与要目", "", places)


def _sequence(gathered: Gathered) -> Finding:
    here = _numbered(gathered.issue)
    found = []
    if gathered.earlier:
        found.append(out_of_step(_numbered(gathered.earlier), here))
    if gathered.later:
        found.append(out_of_step(here, _numbered(gathered.later)))
    note = f"承第{gathered.earlier.total_number}期" if gathered.earlier else ""
    places = tuple(Place(text, FIELDS) for text in found if text)
    return Finding("sequence", "期号与日期同前后各期接得上", note, places)


def _numbered(issue: Issue) -> Numbered:
    return Numbered(issue.total_number, issue.number, issue.issued_on)


def _policies(gathered: Gathered) -> Finding:
    count = gathered.proposals
    places = (Place(f"{count}处可能与库中的政策或文章是同一件，等人判断", PROPOSALS),) if count else ()
    return Finding("policies", "没有待判断的“同一政策”", "", places)


def _other_versions(gathered: Gathered) -> Finding:
    places = tuple(
        Place(f"另一版“{upload.name}”还没有决定用不用", UPLOAD, upload.pk) for upload in gathered.waiting
    )
    return Finding("versions", "没有待决定的另一版", "", places)
