"""Texts whose lines are printed lines, not paragraphs: which of them go on the line above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bulletin.ingestion.characters import columns
from bulletin.ingestion.forms import ends_sentence
from bulletin.ingestion.shapes import Line

# In columns, of which a Chinese character takes two. A text of whole paragraphs has lines of many hundreds; a
# printed line of the bulletin has 76 to 90.
_WIDEST = 130
_NARROWEST = 50
_SLACK = 5  # a line may end this much short, where a mark or a Latin word would not fit
_FULL_LINES = 12  # and this share of all lines that are full make a wrapped text
_FULL_SHARE = 0.25
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"\s*\d{1,3}\s+\D")  # an entry of the contents
_INDENTED_SHARE = 0.1


def with_wraps(lines: Sequence[Line], text: str) -> list[Line]:
    """Where the text is wrapped, each line told whether it begins a paragraph; else the lines as they are."""
    widths = [
        _width(text, line)
        for line in lines
        if line.text and not line.cells and not _ADDRESS.search(line.text)
    ]
    if not widths:
        return list(lines)
    measure = sorted(widths)[int(len(widths) * 0.98) - 1 if len(widths) > 50 else -1]
    full = sum(width >= measure - _SLACK for width in widths)
    if not (_NARROWEST <= measure <= _WIDEST and full >= _FULL_LINES and full >= _FULL_SHARE * len(widths)):
        return list(lines)
    spaced = sum(not _adjacent(text, a, b) for a, b in pairwise(lines)) > len(lines) / 10
    indented = sum(bool(line.begins) for line in lines) > _INDENTED_SHARE * len(lines)
    told = [lines[0]]
    for above, line in pairwise(lines):
        told.append(replace(line, begins=_begins(text, above, line, measure, parted=spaced or indented)))
    return told


def _begins(text: str, above: Line, line: Line, measure: int, *, parted: bool) -> bool | None:
    """parted: paragraphs are set apart by blank lines or indents, so that a line without them goes on."""
    if line.begins or not _adjacent(text, above, line):
        return line.begins
    if line.heading or above.heading or line.cells or above.cells or line.picture or above.picture:
        return True
    if _ADDRESS.search(above.text) or _NUMBER_FIRST.match(line.text):
        return None
    full = _width(text, above) >= measure - _SLACK
    return False if full and (parted or not ends_sentence(above.text)) else None


def _adjacent(text: str, above: Line, line: Line) -> bool:
    return len(re.findall(r"\r\n|\n|\r", text[above.place.end : line.place.start])) <= 1


def _width(text: str, line: Line) -> int:
    """Columns from the margin to the line's end, the indent with them."""
    margin = max(text.rfind(end, 0, line.place.start) for end in "\n\r\f") + 1
    return columns(text[margin : line.place.end])
