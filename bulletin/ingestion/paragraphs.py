"""Lines to paragraphs, as far as the source itself holds them together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bulletin.ingestion.characters import is_wide, narrow
from bulletin.ingestion.shapes import Line, Link, Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that the source itself holds together, with where each of them stands in the joined text."""

    text: str
    lines: tuple[Line, ...]
    offsets: tuple[int, ...]  # of each line's first character in `text`

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(line.place for line in self.lines)

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for line in self.lines for link in line.links)

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def start(self) -> int:
        return self.lines[0].place.start

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def heading(self) -> int:
        return self.lines[0].heading

    @property
    def picture(self) -> bool:
        return self.lines[0].picture

    @property
    def cells(self) -> tuple[str, ...]:
        return self.lines[0].cells

    def cut(self, start: int, end: int, source_text: str) -> Paragraph:
        """The part from start to end of `text`. The parts' places share out every character of the source."""
        ends = (*self.offsets[1:], len(self.text))
        parts = [
            _cut_line(line, max(start - offset, 0), min(end, stop) - offset, source_text)
            for line, offset, stop in zip(self.lines, self.offsets, ends, strict=True)
            if offset < end and stop > start
        ]
        return join_all(parts)


def paragraphs(lines: Iterable[Line]) -> list[Paragraph]:
    """Lines that go on the one before, as the layout shows, joined to it; every other line for itself."""
    held: list[list[Line]] = []
    for line in lines:
        if held and line.begins is False and not _stands_alone(line) and not _stands_alone(held[-1][-1]):
            held[-1].append(line)
        else:
            held.append([line])
    return [join_all(group) for group in held]


def _stands_alone(line: Line) -> bool:
    return line.picture or bool(line.cells)


def join_all(lines: Sequence[Line]) -> Paragraph:
    text, offsets = lines[0].text, [0]
    for line in lines[1:]:
        text += joint(text, line.text)
        offsets.append(len(text))
        text += line.text
    return Paragraph(text, tuple(lines), tuple(offsets))


def join_texts(texts: Sequence[str]) -> str:
    joined = texts[0]
    for text in texts[1:]:
        joined += joint(joined, text) + text
    return joined


_ADDRESS_TAIL = re.compile(r"(?:https?://|www\.)[!-~]*$", re.IGNORECASE)


def joint(before: str, after: str) -> str:
    """What stands between two lines once they are joined: a space between two Latin words, else nothing."""
    if not before or not after or is_wide(before[-1]) or is_wide(after[0]):
        return ""
    if _ADDRESS_TAIL.search(narrow(before)) or before[-1] in "-/" or after[0] in ",.;:!?)]%":
        return ""
    return "" if before[-1].isdigit() and after[0].isdigit() else " "


def _cut_line(line: Line, start: int, end: int, source_text: str) -> Line:
    if start <= 0 and end >= len(line.text):
        return line
    text = line.text[start:end]
    raw = source_text[line.place.start : line.place.end]
    begin = 0 if start <= 0 else _offset_in(raw, line.text, start)
    stop = len(raw) if end >= len(line.text) else _offset_in(raw, line.text, end)
    place = replace(line.place, start=line.place.start + begin, end=line.place.start + stop)
    return replace(line, text=text, place=place, begins=line.begins if start <= 0 else True)


def _offset_in(raw: str, clean: str, position: int) -> int:
    """Where in the raw line the clean one's character at `position` stands: markup was only taken out."""
    at = 0
    for character in clean[:position]:
        found = raw.find(character, at)
        at = found + 1 if found >= 0 else at
    found = raw.find(clean[position], at) if position < len(clean) else len(raw)
    return found if found >= 0 else at
