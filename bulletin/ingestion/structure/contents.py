"""本期要目: the entries it lists, and which lines of the body are their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from bulletin.ingestion.characters import bare, key, narrow
from bulletin.ingestion.forms import is_prose
from bulletin.ingestion.paragraphs import Paragraph, join_all, join_texts
from bulletin.ingestion.shapes import Entry

SECTIONS = ("国策要论", "地方新政", "产业前沿", "数谷动态")  # in the order of every issue

_HEADING = re.compile(r"(?:本期)?(?:要目|目录|目次|内容提要|导读)(?:CONTENTS)?|CONTENTS", re.IGNORECASE)
_DECORATION = re.compile(r"^[\W_]+|[\W_]+$")
# 01 全国…, P1 全国…, 第1页 全国…: a page number before the title. A year is no page number.
_PAGE_FIRST = re.compile(
    r"\s*(?:[Pp]\.?|第(?=\s*\d+\s*页))?\s*(?P<page>\d{1,3})\s*页?(?P<gap>[\s.、·:|/\-—]*)"
    r"(?P<title>(?:(?<=0\d)(?!\d)|(?!\d|[年月日部个家项条批届%])).+)$",
    re.DOTALL,
)
# 全国…………01, 全国… 1, 全国…（1）, 全国…\t第1页: behind it, always with a gap or dots between.
_PAGE_LAST = re.compile(
    r"(?P<title>.*?\S)(?:\s*[.…·•‥․。_\-—]{2,}\s*|\s+|\s*[/|]\s*|\s*\()(?:[Pp]\.?|第)?\s*(?P<page>\d{1,3})\s*(?:页)?\)?\s*$",
    re.DOTALL,
)
_PAGE_ALONE = re.compile(r"\s*(?:[Pp]\.?|第)?\s*(?P<page>\d{1,3})\s*(?:页)?\s*$")
_COLUMN_NAMES = re.compile(
    r"(?:栏目|页码|页|篇名|标题|题目|文章|序号|目录|\s)+"
)  # the head of contents set as a table
_LEADERS = re.compile(r"[.…·•‥․_]{2,}\s*$")
_TITLE_SHORTEST = 4  # characters that count
_TITLE_RUN = 4  # lines over which a title may be broken; three seen
_REPEATS = 0.8  # how like an entry a line must be to begin the body
_LONGEST = 400  # paragraphs before the first prose; 40 seen
_ENTRIES_MOST = 100  # what lists more is no contents of an issue; 16 seen
_LOOK_BACK = 10  # paragraphs before the first prose in which the first title is sought


def section_of(text: str) -> str:
    """The section that a line names and nothing else, or an empty string."""
    word = _DECORATION.sub("", bare(text))
    return next((section for section in SECTIONS if word == section), "")


def is_contents_heading(text: str) -> bool:
    return bool(_HEADING.fullmatch(_DECORATION.sub("", bare(text))))


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents and where they stand among the paragraphs: [start, stop)."""

    entries: tuple[Entry, ...]
    start: int
    stop: int


def read_contents(paragraphs: Sequence[Paragraph]) -> Contents | None:
    """Find and read 本期要目; None where the file has none."""
    start = _find_start(paragraphs)
    if start is None:
        return None
    style = _page_style(paragraphs[start:])
    stop = _find_stop(paragraphs, start + 1, style)
    entries = _read_entries(paragraphs[start:stop], style)
    return Contents(tuple(entries) if len(entries) <= _ENTRIES_MOST else (), start, stop)


def _find_start(paragraphs: Sequence[Paragraph]) -> int | None:
    for i, paragraph in enumerate(paragraphs):
        if is_contents_heading(paragraph.text):
            return i
    # No heading: the first two section names with nothing but short lines between them.
    named = [i for i, p in enumerate(paragraphs) if section_of(p.text)]
    if len(named) > 1 and named[1] - named[0] > 1:
        between = paragraphs[named[0] + 1 : named[1]]
        if not any(is_prose(p.text) for p in between):
            return named[0]
    return None


def _first_prose(paragraphs: Sequence[Paragraph], start: int) -> int:
    return next((i for i in range(start, len(paragraphs)) if is_prose(paragraphs[i].text)), len(paragraphs))


def _page_style(paragraphs: Sequence[Paragraph]) -> str:
    """Where the page numbers stand: "first", "last", "alone" on a line, or nowhere ("")."""
    lines = [_entry_text(p) for p in paragraphs[: _first_prose(paragraphs, 0)]]
    lines = [line for line in lines if line and not section_of(line) and not is_contents_heading(line)]
    counts = {
        "first": sum(bool(_PAGE_FIRST.match(line)) for line in lines),
        "last": sum(bool(_PAGE_LAST.match(line)) and not _PAGE_ALONE.match(line) for line in lines),
        "alone": sum(bool(_PAGE_ALONE.match(line)) for line in lines),
    }
    style = max(counts, key=lambda name: counts[name])
    return style if counts[style] * 4 >= len(lines) and counts[style] >= min(2, len(lines) // 2) else ""


def _entry_text(paragraph: Paragraph) -> str:
    return narrow(
        "  ".join(cell for cell in paragraph.cells if cell) if paragraph.cells else paragraph.text
    ).strip()


def _split_page(text: str, style: str) -> tuple[int | None, str]:
    match = {"first": _PAGE_FIRST, "last": _PAGE_LAST}.get(style, _PAGE_ALONE).match(text)
    if not match or style == "":
        return None, text
    return int(match["page"]), match["title"] if style != "alone" else ""


def _find_stop(paragraphs: Sequence[Paragraph], start: int, style: str) -> int:
    """Where the body begins: at the first title, a line of the contents again, shortly before prose."""
    prose = min(_first_prose(paragraphs, start), start + _LONGEST)
    listed = [key(_split_page(_entry_text(p), style)[1]) for p in paragraphs[start:prose]]
    best, stop = 0.0, None
    for i in range(max(start + 1, prose - _LOOK_BACK), prose):
        for j in range(i + 1, min(i + _TITLE_RUN, prose) + 1):
            if any(_split_page(_entry_text(p), style)[0] is not None for p in paragraphs[i:j]) and style:
                break
            run = key("".join(p.text for p in paragraphs[i:j]))
            if len(run) < _TITLE_SHORTEST or section_of(run):
                continue
            alike = _likest_before(run, listed[: i - start])
            if alike > best:
                best, stop = alike, i
    if stop is None or best < _REPEATS:
        stop = _after_numbered(paragraphs, start, prose, style)
    while stop > start and (section_of(paragraphs[stop - 1].text) or paragraphs[stop - 1].picture):
        stop -= 1
    return stop


def _likest_before(run: str, listed: Sequence[str]) -> float:
    """How like the run is to one entry listed, which may itself be broken over lines."""
    best = 0.0
    for i in range(len(listed)):
        for j in range(i + 1, min(i + 3, len(listed)) + 1):
            best = max(best, Levenshtein.normalized_similarity(run, "".join(listed[i:j]), score_cutoff=0.5))
    return best


def _after_numbered(paragraphs: Sequence[Paragraph], start: int, prose: int, style: str) -> int:
    """The first article is not in the contents: the lines behind the last page number are its title."""
    numbered = [
        i
        for i in range(start, prose)
        if style and _split_page(_entry_text(paragraphs[i]), style)[0] is not None
    ]
    return numbered[-1] + 1 if numbered else max(start, prose - 1)


def _read_entries(paragraphs: Sequence[Paragraph], style: str) -> list[Entry]:
    entries: list[Entry] = []
    section = ""
    page: int | None = None
    held: list[tuple[Paragraph, str]] = []
    pages_first = style in ("first", "alone") and _alone_before(paragraphs)

    def close() -> None:
        nonlocal page, held
        if held:
            joined = join_all([line for paragraph in held for line in paragraph[0].lines])
            title = _unspread(join_texts([text for _, text in held]))
            first, last = joined.places[0], joined.places[-1]
            place = replace(first, end=last.end) if last.page == first.page else first
            if len(key(title)) >= _TITLE_SHORTEST:
                entries.append(Entry(section, page, title, place))
        page, held = None, []

    for paragraph in paragraphs:
        text = _entry_text(paragraph)
        if not text or is_contents_heading(text) or _COLUMN_NAMES.fullmatch(text):
            continue
        if named := section_of(text):
            close()
            section = named
            continue
        number, rest = _split_page(text, style)
        rest = _LEADERS.sub("", rest).strip()
        shown = _as_printed(paragraph, rest)
        if number is None and style:
            if not pages_first and page is not None:
                close()
            held.append((paragraph, shown))
        elif not style:
            close()
            held.append((paragraph, shown))
        elif pages_first:
            close()
            page = number
            if rest:
                held.append((paragraph, shown))
        else:
            if rest:
                held.append((paragraph, shown))
            page = number
            close()
    close()
    return entries


def _alone_before(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether page numbers come before their titles: the first entry begins with one."""
    texts = [_entry_text(p) for p in paragraphs]
    texts = [t for t in texts if t and not section_of(t) and not is_contents_heading(t)]
    return bool(texts) and bool(_PAGE_FIRST.match(texts[0]) or _PAGE_ALONE.match(texts[0]))


def _as_printed(paragraph: Paragraph, narrowed: str) -> str:
    """The part of the printed text that the narrowed title stands for, with its own widths."""
    printed = "  ".join(cell for cell in paragraph.cells if cell) if paragraph.cells else paragraph.text
    at = narrow(printed).find(narrowed)
    return printed[at : at + len(narrowed)] if at >= 0 else narrowed


def _unspread(title: str) -> str:
    """As printed, with single spaces; but characters spread apart (全 国 数 据) are closed up."""
    words = title.split()
    spread = len(words) > 3 and sum(len(word) for word in words) < 2 * len(words)
    return ("" if spread else " ").join(words)


def alike(left: str, right: str) -> float:
    """How like two titles are, 0 to 1, blind to width, spaces and punctuation."""
    return Levenshtein.normalized_similarity(key(left), key(right))
