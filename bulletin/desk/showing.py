"""What the desk's pages show of a file, a reading and a comparison: in words, ready for a template."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format

from bulletin import placing
from bulletin.ingestion.store import Comparison
from bulletin.ingestion.versions import body_changes, side_by_side
from bulletin.models import Article, Issue
from bulletin.originals import Sheet
from bulletin.uploads import Doubt, Upload

# What a reader of the page sees of the pipeline's stages, in their order.
STEPS = {
    "reading": ("读取", "认出格式与编码，取出全部文字"),
    "articles": ("篇目", "对照本期要目划分各篇，标出存疑"),
    "storing": ("存入", "与库中已有的内容对照后存入"),
}
ROLES = {
    "cover": "封面",
    "masthead": "刊务",
    "contents": "本期要目",
    "section": "栏目名",
    "title": "标题",
    "body": "正文",
    "source": "来源",
    "link": "原文链接",
    "hint": "扫码提示",
    "furniture": "页码与页眉",
    "back-matter": "刊末",
    "unassigned": "没有归入任何部分",
}
OUTCOMES = {
    "created": "新增",
    "updated": "改动",
    "kept": "保留编辑所改",
    "removed": "删去",
    "unchanged": "不变",
}
SEVERITIES = list(Doubt.Severity)
CONTEXT = 40  # characters shown around a quoted span
MOST_LINES = 4


def counted(counts):
    """Counts of articles in words: 新增2篇，改动1篇."""
    return (
        "，".join(f"{label}{counts[name]}篇" for name, label in OUTCOMES.items() if counts.get(name))
        or "没有文章"
    )


def moment(when):
    """A moment as it is said: within a day by how long ago, else by date."""
    age = timezone.now() - when
    if age < timedelta(minutes=1):
        return "刚刚"
    if age < timedelta(hours=1):
        return f"{age.seconds // 60}分钟前"
    if age < timedelta(days=1):
        return f"{age.seconds // 3600}小时前"
    return date_format(timezone.localtime(when), "Y年n月j日 H:i")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reading: what is done, how it stands (ok, run, bad or nothing yet), how long it took."""

    label: str
    what: str
    standing: str
    seconds: float | None


def steps(upload):
    """The steps of the reading as far as they have come."""
    begun = {name: datetime.fromisoformat(when) for name, when in upload.progress.get("steps", [])}
    order = [name for name in begun if name in STEPS]
    ends = dict(pairwise(order))
    shown = []
    for name, (label, what) in STEPS.items():
        if name not in begun:
            done = upload.state in (Upload.State.READ, Upload.State.WAITING, Upload.State.DISCARDED)
            shown.append(Step(label, what, "ok" if done else "", None))
        elif name in ends:
            shown.append(Step(label, what, "ok", (begun[ends[name]] - begun[name]).total_seconds()))
        else:
            end = upload.finished_at or timezone.now()
            standing = "run" if upload.is_moving else "bad" if upload.state == Upload.State.FAILED else "ok"
            shown.append(Step(label, what, standing, max(0.0, (end - begun[name]).total_seconds())))
    return shown


def share(upload):
    """How far the present step is, in its own units: done, total, percent; which page is recognised now."""
    done, total = upload.progress.get("done", 0), upload.progress.get("total", 0)
    recognised = done + 1 if upload.progress.get("stage") == "recognising" else None
    percent = round(100 * done / total) if total else 0
    return {"done": done, "total": total, "percent": percent, "recognised": recognised}


def articles(upload):
    """The articles found so far, in order: of the finished reading, or the titles that have come out."""
    if upload.is_moving or not upload.reading:
        titles = (
            upload.progress.get("titles", [])
            if upload.is_moving or upload.state == Upload.State.FAILED
            else []
        )
        return [{"order": order, "title": title} for order, title in enumerate(titles, 1)]
    slugs = {"国策要论": "guoce", "地方新政": "difang", "产业前沿": "chanye", "数谷动态": "shugu"}
    return [
        {
            "order": article["order"],
            "title": article["title"],
            "section": article["section"],
            "slug": slugs.get(article["section"], ""),
            "page": article["page"],
            "source": "、".join(article["source"]),
            "doubts": len(article.get("doubts", [])),
            "worst": min(
                (SEVERITIES.index(doubt["severity"]) for doubt in article.get("doubts", [])), default=None
            ),
            "paragraphs": len(article["body"]),
        }
        for article in upload.reading["articles"]
    ]


@dataclass(frozen=True, slots=True)
class DoubtShown:
    """A doubt with the lines of the source that it is about."""

    severity: str
    label: str
    message: str
    evidence: str
    proposal: str
    field: str
    article: str
    order: int
    quote: list
    settled: bool = False
    place: dict | None = None
    pk: int = 0  # 0 where it is not stored yet
    reason: str = ""
    number: int = 0  # of the article, in its address


def doubts(upload):
    """The doubts of one file's reading, the gravest first."""
    if upload.is_moving or not upload.reading:
        return []
    if upload.issue and upload.issue.read_from_id == upload.pk:
        return doubts_of(upload.issue, upload.text)
    found = [_doubt(doubt, "", 0, upload.text) for doubt in upload.reading.get("doubts", [])]
    for article in upload.reading["articles"]:
        found += [
            _doubt(doubt, article["title"], article["order"], upload.text)
            for doubt in article.get("doubts", [])
        ]
    return _gravest_first(found)


def doubts_of(issue, text=None):
    """The doubts of an issue as it stands, the gravest first, the settled ones last."""
    if text is None:
        text = issue.read_from.text if issue.read_from else ""
    return _gravest_first(
        [
            DoubtShown(
                doubt.severity,
                doubt.get_severity_display(),
                doubt.message,
                doubt.evidence,
                doubt.proposal,
                field_label(doubt.field),
                doubt.article.title if doubt.article else "",
                doubt.article.order if doubt.article else 0,
                quote(text, doubt.place),
                doubt.settled_at is not None,
                doubt.place,
                doubt.pk,
                doubt.reason,
                doubt.article.number if doubt.article else 0,
            )
            for doubt in issue.doubts.select_related("article")
        ]
    )


def open_doubts(issue):
    """How many doubts of each severity are open."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for severity in issue.doubts.filter(settled_at=None).values_list("severity", flat=True):
        counts[severity] += 1
    return [
        {"severity": each.value, "label": each.label, "count": count}
        for each, count in counts.items()
        if count
    ]


def _gravest_first(found):
    return sorted(found, key=lambda doubt: (doubt.settled, SEVERITIES.index(doubt.severity), doubt.order))


def _doubt(doubt, title, order, text):
    return DoubtShown(
        doubt["severity"],
        Doubt.Severity(doubt["severity"]).label,
        doubt["message"],
        doubt.get("evidence", ""),
        doubt.get("proposal", ""),
        field_label(doubt.get("field", "")),
        title,
        order,
        quote(text, doubt.get("place")),
        place=doubt.get("place"),
    )


def quote(text, place):
    """The lines of the source that a place covers: [{"number", "pieces": [(marked, text)], "more"}].

    Long lines are shortened around the marked piece. Lines count from 1.
    """
    if not text or not place or place["start"] >= len(text):
        return []
    start, end = place["start"], min(max(place["end"], place["start"] + 1), len(text))
    lines, at = [], text.rfind("\n", 0, start) + 1
    number = text.count("\n", 0, at) + 1
    while at < end and len(lines) < MOST_LINES:
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        left, right = max(at, start), min(stop, end)
        if text[left:right].strip():
            lines.append({"number": number, "pieces": _around(text, at, left, right, stop)})
        at, number = stop + 1, number + 1
    return lines


def _around(text, at, left, right, stop):
    head, tail = max(at, left - CONTEXT), min(stop, right + CONTEXT)
    marked = (
        text[left:right]
        if right - left <= 4 * CONTEXT
        else f"{text[left : left + 2 * CONTEXT]}……{text[right - 2 * CONTEXT : right]}"
    )
    return [
        (False, ("…" if head > at else "") + text[head:left]),
        (True, marked),
        (False, text[right:tail] + ("…" if tail < stop else "")),
    ]


def sheet(upload, found, page, chosen, address):
    """A page of the original with all that stands on it: of what is chosen, the one asked for, or the first.

    found: the doubts in the order in which the page lists them. address: a page's number → its picture's.
    Answers the sheet, how many there are, and what is chosen in words; None for a text.
    """
    sheets = (upload.reading or {}).get("sheets") if not upload.is_moving else None
    if not sheets:
        return None
    regions = [
        region
        for article in upload.reading["articles"]
        for region in placing.regions_of_article(
            article["order"], article["title"], article.get("places") or {}, article["body"]
        )
    ]
    for number, doubt in enumerate(found, 1):
        regions += placing.regions_of_doubt(number, doubt.message, doubt.place)
    number = placing.first_page(regions, chosen) or page
    number = min(max(number, 1), len(sheets))
    here = [region for region in regions if region.page == number]
    label = next((region.label for region in regions if placing.is_chosen(region, chosen)), "")
    return Sheet(number, *sheets[number - 1], here, chosen, address(number)), len(sheets), label


def accounts(upload):
    """What became of every character of the source: by role, with the stretches that belong nowhere."""
    if upload.is_moving or not upload.reading or not upload.text:
        return None
    sizes, stray = {}, []
    for assignment in upload.reading.get("assignments", []):
        size = len("".join(upload.text[assignment["start"] : assignment["end"]].split()))
        sizes[assignment["role"]] = sizes.get(assignment["role"], 0) + size
        if assignment["role"] == "unassigned" and size:
            stray.append(quote(upload.text, assignment))
    rows = [{"label": ROLES.get(role, role), "size": size} for role, size in sizes.items() if size]
    return {"rows": rows, "total": sum(sizes.values()), "stray": stray} if rows else None


def versions(found: Comparison, ticked=()):
    """A comparison as the page shows it: the issue's own fields, then the articles that would change."""
    shown = {
        "issue": [
            _field("issue", Issue, each, ticked) for each in found.issue if each.changes or each.conflict
        ],
        "articles": [],
        "unchanged": sum(change.outcome == "unchanged" for change in found.articles),
        "kept_quietly": 0,
        "counts": counted(found.counts()),
    }
    for change in found.articles:
        fields = [
            _field(change.key, Article, each, ticked)
            for each in change.fields
            if each.changes or each.conflict
        ]
        gone = change.reading is None
        if not fields and not gone and change.article:
            shown["kept_quietly"] += change.outcome == "kept"
            continue
        shown["articles"].append(
            {
                "key": change.key,
                "order": change.article.order if change.article else change.reading["order"],
                "title": change.title,
                "outcome": change.outcome,
                "label": OUTCOMES[change.outcome],
                "fields": fields,
                "gone": gone,
                "kept": gone and change.kept,
                "ticked": f"{change.key}:gone" in ticked,
                "blocks": change.reading["body"] if change.article is None else [],
            }
        )
    return shown


def _field(key, model, field, ticked):
    """One field in both versions, with what differs marked."""
    shown = {
        "key": f"{key}:{field.name}",
        "label": model._meta.get_field(field.name).verbose_name,
        "conflict": field.conflict,
        "ticked": f"{key}:{field.name}" in ticked,
    }
    if field.name == "body":
        shown["paragraphs"] = body_changes(field.old, field.new)
    else:
        shown["old"], shown["new"] = side_by_side(
            in_words(field.name, field.old), in_words(field.name, field.new)
        )
    return shown


def in_words(name, value):
    """A field's value as text."""
    if name == "in_contents":
        return "是" if value else "否"
    if name == "page":
        return "未写明" if value is None else f"第{value}页"
    if name == "source_names":
        return "、".join(value)
    if name == "masthead":
        return "\n".join(f"{role}：{'、'.join(names)}" for role, names in value.items())
    if name == "contents":
        return "\n".join(f"{entry['section']} {entry['page'] or ''} {entry['title']}" for entry in value)
    return str(value)


def field_label(name):
    """What an editor calls a field that a doubt is about."""
    labels = {field.name: field.verbose_name for model in (Article, Issue) for field in model._meta.fields}
    return labels.get({"source": "source_names", "toc": "contents", "date": "issued_on"}.get(name, name), "")
