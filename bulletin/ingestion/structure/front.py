"""What stands before the contents: the cover and the masthead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from bulletin.ingestion.characters import bare, close_up, key, narrow
from bulletin.ingestion.forms import is_prose
from bulletin.ingestion.paragraphs import Paragraph
from bulletin.ingestion.shapes import Doubt, Place

PUBLICATION = "大数据发展动态"

_DIGITS = r"[\d〇零一二三四五六七八九十百]"
_YEAR = r"(?P<year>(?:19|20)\d\d|[二一][〇零九][〇零一二三四五六七八九]{2})"
_DATE = re.compile(
    rf"{_YEAR}\s*(?:年|[-./])\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*(?:月|[-./])\s*"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:日|(?!\d))"
)
_TOTAL_NUMBER = re.compile(
    rf"总\s*(?:第\s*)?(?P<n>{_DIGITS}(?:\s*{_DIGITS})*)\s*期|总\s*期\s*(?:号|数)?\s*[:：]?\s*(?P<m>\d+)"
)
_NUMBER = re.compile(rf"(?<!总)(?<!总 )第\s*(?P<n>{_DIGITS}(?:\s*{_DIGITS})*)\s*期")
_LABEL = re.compile(
    r"\s*(?P<label>(?:指\s*导|主\s*管|主\s*办|承\s*办|协\s*办|支\s*持|联\s*办|出\s*品|编\s*印|编\s*制)\s*单\s*位|学\s*术\s*支\s*持"
    r"|技\s*术\s*支\s*持|(?:联\s*合|执\s*行|副|常\s*务\s*副|名\s*誉)?\s*主\s*编(?!\s*简)|编\s*委\s*会?(?:\s*(?:主\s*任|副\s*主\s*任|成\s*员|委\s*员))?"
    r"|(?:副|执\s*行)?\s*总\s*编\s*辑|(?:执\s*行|责\s*任|美\s*术|文\s*字|特\s*约|英\s*文|版\s*式)?\s*编\s*辑(?!\s*(?:地|部))|美\s*编|校\s*对|审\s*校|审\s*核|排\s*版|设\s*计|顾\s*问)"
    r"(?:\s*[:：]\s*|\s{1,}|$)"
)
# What the masthead says besides names: from here on nothing more is a name.
_CONTACT = re.compile(
    r"\s*(?:咨\s*询|联\s*系|电\s*话|邮\s*箱|邮\s*编|传\s*真|编\s*辑\s*(?:地\s*址|部)|地\s*址|网\s*址|新\s*媒\s*体|微\s*信|关\s*注|声\s*明|投\s*稿|版\s*权|E-?mail)",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(r"(?:局|院|会|室|公司|厅|部|中心|委|所|大学|集团|社|办|基地|联盟|处)$")
_HEADLINE_ALIKE = 0.8
_HEADLINE_SHORTEST = 4  # characters; what is shorter is a mark like 示例 or 内部
Reader = Callable[[str], str | int | None]
_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}


@dataclass(frozen=True, slots=True)
class Front:
    """What the cover and the masthead say. A number is 0 and a date empty where none was found."""

    date: str
    number: int
    total_number: int
    cover_headline: str
    masthead: dict[str, tuple[str, ...]]
    masthead_from: int  # the index of its first paragraph
    doubts: tuple[Doubt, ...]


def names_publication(text: str) -> bool:
    return PUBLICATION in bare(text)


def read_front(
    front: Sequence[Paragraph], titles: Sequence[str], elsewhere: Sequence[Paragraph] = ()
) -> Front:
    """Read the paragraphs before the contents.

    titles: those that the contents lists.
    elsewhere: the rest of the issue, asked only for what the front does not say.
    """
    doubts: list[Doubt] = []
    begin = _masthead_start(front)
    cover, masthead = front[:begin], front[begin:]
    found: dict[str, str | int] = {}
    for field, name, read in (
        ("date", "日期", _date_in),
        ("total_number", "总期号", _total_number_in),
        ("number", "期号", _number_in),
    ):
        on_cover, on_masthead = _first(cover, read), _first(masthead, read)
        if on_cover and on_masthead and on_cover[0] != on_masthead[0]:
            doubts.append(
                Doubt(
                    f"{field.replace('_', '-')}-differs",
                    "high",
                    f"封面与刊头的{name}不一致，已取封面的。",
                    f"封面 {on_cover[0]}，刊头 {on_masthead[0]}",
                    on_masthead[1],
                    field,
                    str(on_masthead[0]),
                )
            )
        chosen = on_cover or on_masthead or _first([p for p in elsewhere if is_issue_line(p.text)], read)
        found[field] = chosen[0] if chosen else ("" if field == "date" else 0)
    headline, doubt = _headline(cover, titles)
    if doubt:
        doubts.append(doubt)
    return Front(
        date=str(found["date"]),
        number=int(found["number"]),
        total_number=int(found["total_number"]),
        cover_headline=headline,
        masthead=read_masthead(masthead),
        masthead_from=begin,
        doubts=tuple(doubts),
    )


def _first(paragraphs: Sequence[Paragraph], read: Reader) -> tuple[str | int, Place] | None:
    for paragraph in paragraphs:
        if (value := read(paragraph.text)) is not None:
            return value, paragraph.places[0]
    return None


def _masthead_start(front: Sequence[Paragraph]) -> int:
    """The masthead begins with the publication's name above its first label; the cover names it before."""
    label = next((i for i, p in enumerate(front) if _LABEL.match(narrow(p.text))), len(front))
    named = [i for i, p in enumerate(front[:label]) if names_publication(p.text) and len(bare(p.text)) <= 20]
    if len(named) > 1 or (named and label < len(front) and _first(front[: named[0]], _date_in)):
        return named[-1]
    return label


# ----------------------------------------------------------------------- date and numbers


def _date_in(text: str) -> str | None:
    match = _DATE.search(narrow(text).replace(" ", ""))
    if not match:
        return None
    year, month, day = (_integer(match[name]) for name in ("year", "month", "day"))
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _total_number_in(text: str) -> int | None:
    match = _TOTAL_NUMBER.search(narrow(text))
    return _integer(match["n"] or match["m"]) or None if match else None


def _number_in(text: str) -> int | None:
    match = _NUMBER.search(narrow(text))
    return _integer(match["n"]) or None if match else None


def _integer(digits: str) -> int:
    """215, 二一五 or 二百一十五."""
    digits = "".join(digits.split())
    if digits.isdecimal():
        return int(digits)
    if not re.search(r"[十百]", digits):
        return int("".join(str(_NUMERALS.get(c, c)) for c in digits))
    total, last = 0, 0
    for c in digits:
        if c in "十百":
            total += (last or 1) * (10 if c == "十" else 100)
            last = 0
        else:
            last = _NUMERALS.get(c, 0)
    return total + last


def is_issue_line(text: str) -> bool:
    """A line of name, date and numbers only, as the cover, the masthead and a running head have it."""
    rest = narrow(text).replace(" ", "")
    for pattern in (_TOTAL_NUMBER, _NUMBER, _DATE):
        rest = pattern.sub("", rest)
    rest = rest.replace(PUBLICATION, "")
    return len(rest) < len(narrow(text).replace(" ", "")) and not re.sub(r"[\d\W_]|第|页|年|期", "", rest)


# ------------------------------------------------------------------------------- headline


def _headline(cover: Sequence[Paragraph], titles: Sequence[str]) -> tuple[str, Doubt | None]:
    """The cover's headline: what repeats a title of the contents, or else what stands under the date."""
    best, alike = "", 0.0
    usable = [p for p in cover if p.text and not p.picture and not is_issue_line(p.text)]
    for i in range(len(usable)):
        for j in range(i + 1, min(i + 5, len(usable) + 1)):
            text = close_up(" ".join(p.text for p in usable[i:j]))
            for title in titles:
                score = Levenshtein.normalized_similarity(key(text), key(title))
                if score > alike:
                    best, alike = (title if key(text) == key(title) else text), score
    if alike >= _HEADLINE_ALIKE:
        return best, None
    after_date = [
        p for p in _after_date(cover) if len(key(p.text)) >= _HEADLINE_SHORTEST and not is_prose(p.text)
    ]
    guess = close_up(" ".join(p.text for p in after_date[:3]))
    place = after_date[0].places[0] if after_date else None
    return guess, Doubt(
        "cover-headline-unmatched",
        "low" if guess else "medium",
        "封面标题在本期要目里没有对应的文章。" if guess else "没有读到封面标题。",
        guess,
        place,
        "cover_headline",
        titles[0] if titles else "",
    )


def _after_date(cover: Sequence[Paragraph]) -> Sequence[Paragraph]:
    last = max((i for i, p in enumerate(cover) if is_issue_line(p.text)), default=-1)
    return cover[last + 1 :] if last >= 0 else ()


# ------------------------------------------------------------------------------- masthead


def read_masthead(masthead: Sequence[Paragraph]) -> dict[str, tuple[str, ...]]:
    """The masthead's labels and, for each, the names printed with it."""
    names: dict[str, list[str]] = {}
    label = ""
    for paragraph in masthead:
        text = narrow(" ".join(paragraph.cells) if paragraph.cells else paragraph.text)
        if _CONTACT.match(text) or is_prose(text):
            label = ""
            continue
        match = _LABEL.match(text)
        if match:
            label = re.sub(r"\s", "", match["label"])
            label = "编委" if label == "编委会" else label
            text = text[match.end() :]
        elif names_publication(text) or is_issue_line(text):
            continue
        if label:
            names.setdefault(label, []).extend(_names_in(text))
    return {label: tuple(found) for label, found in names.items() if found}


def _names_in(text: str) -> list[str]:
    """宋希贤 杨 婷 is two names: a two-character name is spread to the width of three."""
    names: list[str] = []
    half = ""
    for token in re.split(r"[\s、,;]+", text.strip()):
        if len(token) == 1 and not half:
            half = token
            continue
        names.append(half + token)
        half = ""
    names += [half] if half else []
    return [name for name in names if name]
