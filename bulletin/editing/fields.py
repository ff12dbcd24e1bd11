"""Saving what an editor typed, field by field, over nothing that somebody else saved meanwhile.

Every value comes with the one that it was typed over. It is saved if that still stands;
else it is a conflict, told with all three values, and what stands is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from bulletin.editing import body
from bulletin.models import Article, Section

PLAIN = ("title", "section", "page", "source_names", "source_url", "summary")
LABELS = {
    "title": "标题",
    "section": "栏目",
    "page": "页码",
    "source_names": "来源",
    "source_url": "原文链接",
    "summary": "提要",
}
_SEPARATORS = str.maketrans({"；": "、", ";": "、", "\n": "、"})
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed: what both began with, what stands now, what was typed."""

    name: str
    label: str
    base: str
    theirs: str
    yours: str


@dataclass(slots=True)
class Outcome:
    """What became of what was typed."""

    saved: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    rebuilt: bool = False  # paragraphs were added: the page is to be shown anew

    @property
    def is_clean(self):
        return not self.conflicts and not self.errors


def value_of(article: Article, name: str) -> str | None:
    """A field as a form shows it. None for a paragraph that is not there (any more)."""
    if name in PLAIN:
        if name == "section":
            return article.section.slug
        if name == "page":
            return "" if article.page is None else str(article.page)
        if name == "source_names":
            return "、".join(article.source_names)
        return getattr(article, name)
    what, _, number = name.partition("-")
    block = next((each for each in article.body if str(each["id"]) == number), None)
    if block is None:
        return None
    if what == "kind":
        return body.kind_of(block)
    if what == "alt":
        return block.get("alt", "")
    if what == "rows":
        return "\n".join("\t".join(row) for row in block.get("rows") or [])
    return block["text"]


def is_field(name: str) -> bool:
    what, _, number = name.partition("-")
    return name in PLAIN or (what in ("block", "kind", "rows", "alt") and number.isdigit())


def label_of(name: str) -> str:
    what, _, number = name.partition("-")
    return (
        LABELS.get(name)
        or {"kind": "段落种类", "rows": "表格", "alt": "替代文字"}.get(what, "正文") + f"（第{number}段）"
    )


def apply(article: Article, typed: Mapping[str, str], bases: Mapping[str, str]) -> Outcome:
    """Set what may be set on a locked row, without saving it."""
    outcome = Outcome()
    for name, value in typed.items():
        yours, base = _lines(value), _lines(bases.get(name, ""))
        theirs = value_of(article, name)
        if yours in (base, theirs):
            continue
        if theirs is None or theirs != base:
            outcome.conflicts.append(Conflict(name, label_of(name), base, theirs or "", yours))
            continue
        try:
            outcome.rebuilt |= set_value(article, name, yours)
        except ValidationError as error:
            outcome.errors[name] = error.messages[0]
        else:
            outcome.saved.append(name)
    return outcome


def set_value(article: Article, name: str, value: str) -> bool:
    """Set one field from what was typed; answer whether paragraphs were added. Raises ValidationError."""
    if name in PLAIN:
        setattr(article, name, cleaned(name, value))
        return False
    what, _, number = name.partition("-")
    count = len(article.body)
    if what == "block":
        article.body, article.last_block_id = body.with_text(
            article.body, int(number), value, article.last_block_id
        )
        return len(article.body) != count
    index = body.index_of(article.body, int(number))
    block = article.body[index]
    if what == "kind":
        if value not in body.KINDS:
            raise ValidationError("没有这种段落。")
        block = body.with_kind(block, value)
    elif what == "alt":
        block = {**block, "alt": body.clean(value)}
    else:
        rows = [[cell.strip() for cell in line.split("\t")] for line in value.split("\n") if line.strip()]
        block = {**block, "rows": rows}
    article.body = [*article.body[:index], block, *article.body[index + 1 :]]
    return what == "kind"


def cleaned(name: str, value: str):
    """One of PLAIN as an article keeps it, of what was typed. Raises ValidationError."""
    if name == "title":
        title = body.clean(value)
        if not title:
            raise ValidationError("标题不能空着。")
        if len(title) > LONGEST_TITLE:
            raise ValidationError(f"标题最多{LONGEST_TITLE}字，现在有{len(title)}字。")
        return title
    if name == "section":
        section = Section.objects.filter(slug=value).first()
        if section is None:
            raise ValidationError("没有这个栏目，请从四个栏目里选。")
        return section
    if name == "page":
        if not value.strip():
            return None
        if not value.strip().isdecimal() or not 0 < int(value) < 1000:
            raise ValidationError("页码是1到999的数字，没有就留空。")
        return int(value)
    if name == "source_names":
        return [each for each in map(body.clean, value.translate(_SEPARATORS).split("、")) if each]
    if name == "source_url":
        address = "".join(body.clean_lines(value)).replace(" ", "")
        if address:
            try:
                URLValidator(schemes=["http", "https"])(address)
            except ValidationError as error:
                raise ValidationError("链接不完整，要以 http:// 或 https:// 开头，请补全。") from error
        return address
    return body.clean(value)


def _lines(value: str) -> str:
    """A form sends the end of a line as two characters."""
    return value.replace("\r\n", "\n")
