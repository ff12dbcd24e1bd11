"""The paragraphs of an article to its blocks: text, headings, captions, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bulletin.ingestion.characters import squeeze
from bulletin.ingestion.forms import (
    HEADING_LEVELS,
    ends_sentence,
    is_caption,
    is_figure_source,
    is_prose,
    number_of,
)
from bulletin.ingestion.paragraphs import Paragraph, joint
from bulletin.ingestion.seams import Usage, doubled_at, seam
from bulletin.ingestion.shapes import Block, BlockKind, Doubt, Place

_HEADING_LONGEST = 50  # characters of a numbered heading; 42 seen
_UNNUMBERED_LONGEST = 36  # and of one that nothing marks; 22 seen
# Of the unmarked lines that end with a colon only these are headings, not the start of a list: 报告主要内容：
_ANNOUNCING = re.compile(
    r".{0,10}(?:内容|观点|要点|亮点|重点|看点|措施|举措|任务|建议|特点|结论|发现|摘要|附件)(?:如下|包括)?\s*[:：]"
)
_TITLE_SHORTEST = 8  # what is shorter cannot be an article's title; 11 seen
_LARGER = 0.5  # points above the size of the text that make a heading


@dataclass(slots=True)
class _Draft:
    """A block in the making: the paragraphs that go into it."""

    parts: list[Paragraph]
    text: str
    kind: BlockKind = "p"


def compose(body: Sequence[Paragraph], usage: Usage) -> tuple[tuple[Block, ...], tuple[Doubt, ...]]:
    """The paragraphs between an article's title and closing as blocks, and what is doubtful about them."""
    habits = _Habits(body)
    drafts: list[_Draft] = []
    doubts: list[Doubt] = []
    for paragraph in body:
        if paragraph.picture or not paragraph.text:
            continue
        doubts += _doubled_inside(paragraph)
        if paragraph.cells:
            _add_row(drafts, paragraph)
        elif is_caption(paragraph.text) or is_figure_source(paragraph.text):
            drafts.append(_Draft([paragraph], paragraph.text, "figure"))
        elif not _continue_last(drafts, paragraph, habits, usage, doubts):
            drafts.append(_Draft([paragraph], paragraph.text))
    doubts += _mark_headings(drafts, habits)
    return tuple(_as_block(draft) for draft in drafts), tuple(doubts)


class _Habits:
    """How this article sets its text: the usual size, and whether it numbers headings or paragraphs."""

    def __init__(self, body: Sequence[Paragraph]) -> None:
        texts = [p for p in body if p.text and not p.picture and not p.cells]
        sizes = [p.size for p in texts if is_prose(p.text)]
        self.size = max(set(sizes), key=sizes.count) if sizes else 0.0
        self._numbered = Counter(number_of(p.text) for p in texts)
        self._sentences = Counter(
            number_of(p.text) for p in texts if ends_sentence(p.text) or is_prose(p.text)
        )

    def numbers_paragraphs(self, level: str) -> bool:
        """Whether most lines numbered at this level are sentences."""
        return bool(level) and self._sentences[level] * 2 >= self._numbered[level]

    def is_marked(self, paragraph: Paragraph) -> bool:
        """Whether markup or print sets it off as a heading."""
        return bool(paragraph.heading) or paragraph.bold or self.is_larger(paragraph)

    def is_larger(self, paragraph: Paragraph) -> bool:
        return bool(self.size) and paragraph.size > self.size + _LARGER


# -------------------------------------------------------------------------------- joining


def _add_row(drafts: list[_Draft], paragraph: Paragraph) -> None:
    if not drafts or drafts[-1].kind != "table":
        drafts.append(_Draft([], "", "table"))
    drafts[-1].parts.append(paragraph)


def _continue_last(
    drafts: list[_Draft], paragraph: Paragraph, habits: _Habits, usage: Usage, doubts: list[Doubt]
) -> bool:
    """Join the paragraph to the last one if it goes on from there, over a figure between them if need be."""
    last = next((draft for draft in reversed(drafts) if draft.kind == "p"), None)
    if last is None or paragraph.first.begins or paragraph.first.bullet:
        return False
    certain = _is_certainly_text(last, habits)
    found = seam(last.text, paragraph.text, usage, is_paragraph=certain)
    adjacent = last is drafts[-1]
    if not found.joins or not (adjacent or found.sure):
        if adjacent and certain and not ends_sentence(last.text):
            doubts.append(
                _seam_doubt("left-apart-at-cut", "这一段没有收尾，但没有与下一段相接。", last, paragraph)
            )
        return False
    if doubled := doubled_at(last.text, paragraph.text):
        doubts.append(_doubled_doubt(doubled, last.text, paragraph.text, paragraph.places[0]))
    elif not found.sure:
        because = f"，依据：{found.evidence}" if found.evidence else "，此外没有别的依据"
        doubts.append(
            _seam_doubt(
                "joined-without-evidence", f"前一段没有收尾，已与后一段相接{because}。", last, paragraph
            )
        )
    last.text += joint(last.text, paragraph.text) + paragraph.text
    last.parts.append(paragraph)
    return True


def _is_certainly_text(draft: _Draft, habits: _Habits) -> bool:
    """Too much for a heading, or one of a series of numbered sentences."""
    first, level = draft.parts[0], number_of(draft.text)
    longest = _HEADING_LONGEST if level or habits.is_marked(first) else _UNNUMBERED_LONGEST
    return (
        is_prose(draft.text)
        or len(draft.text) > longest
        or first.first.bullet
        or habits.numbers_paragraphs(level)
    )


def _seam_doubt(rule: str, message: str, last: _Draft, paragraph: Paragraph) -> Doubt:
    quote = f"…{last.text[-15:]} ┃ {paragraph.text[:15]}…"
    return Doubt(rule, "low", message, quote, paragraph.places[0], "body")


def _doubled_doubt(doubled: str, before: str, after: str, place: Place) -> Doubt:
    return Doubt(
        "character-doubled-at-cut",
        "low",
        f"换页处“{doubled}”可能重复，已照原样保留。",
        f"…{before[-15:]} ┃ {after[:15]}…",
        place,
        "body",
        proposal=before[-15:] + after[len(doubled) : 15],
    )


def _doubled_inside(paragraph: Paragraph) -> Iterator[Doubt]:
    """Characters doubled where a page ends within lines that the layout already holds together."""
    for before, after in pairwise(paragraph.lines):
        if before.place.page != after.place.page and (doubled := doubled_at(before.text, after.text)):
            yield _doubled_doubt(doubled, before.text, after.text, after.place)


# ------------------------------------------------------------------------------- headings


def _mark_headings(drafts: list[_Draft], habits: _Habits) -> Iterator[Doubt]:
    """Find the headings among the paragraphs: short, not ended, and followed by text."""
    texts = [draft for draft in drafts if draft.kind == "p"]
    # What no sentence follows is no heading: a signature, a date, a text broken off.
    last = max(
        (i for i, draft in enumerate(texts) if ends_sentence(draft.text) or is_prose(draft.text)), default=0
    )
    for i, draft in enumerate(texts[:last]):
        if not _is_heading(draft, texts[i - 1] if i else None, texts[i + 1], habits):
            continue
        draft.kind = "h"
        if _is_by_form_alone(draft, habits):
            message = "这一行只凭样式认作小标题，也可能是另一篇的标题，或是被换页截断的半段。"
            yield Doubt("heading-by-form", "low", message, draft.text, draft.parts[0].places[0], "body")


def _is_by_form_alone(draft: _Draft, habits: _Habits) -> bool:
    """Neither number nor print speaks for a heading; what markup says is not to be relied on."""
    first = draft.parts[0]
    in_print = first.bold or habits.is_larger(first)
    return (
        not in_print
        and not number_of(draft.text)
        and draft.text[-1] not in "：:"
        and len(draft.text) >= _TITLE_SHORTEST
    )


def _is_heading(draft: _Draft, before: _Draft | None, after: _Draft, habits: _Habits) -> bool:
    text, first = draft.text.strip(), draft.parts[0]
    announces = text[-1] in "：:"
    if (
        first.first.bullet
        or len(text) > _HEADING_LONGEST
        or (ends_sentence(text) and not announces)
        or text[-1] in "，,、"
    ):
        return False
    marked = habits.is_marked(first)
    if announces and not marked:
        return bool(_ANNOUNCING.fullmatch(text))
    level = number_of(text)
    if not level:
        return marked or len(text) <= _UNNUMBERED_LONGEST
    in_list = level not in HEADING_LEVELS and any(
        near is not None and number_of(near.text) == level and not is_prose(near.text)
        for near in (before, after)
    )
    return not in_list and not habits.numbers_paragraphs(level)


def _as_block(draft: _Draft) -> Block:
    rows: tuple[tuple[str, ...], ...] = ()
    text = draft.text.strip()
    if draft.kind == "table":
        rows = tuple(tuple(squeeze(cell) for cell in part.cells) for part in draft.parts)
        text = "\n".join(" ".join(cell for cell in row if cell) for row in rows)
    return Block(
        kind=draft.kind,
        text=text,
        places=tuple(place for part in draft.parts for place in part.places),
        rows=rows,
        bullet=draft.parts[0].first.bullet,
    )
