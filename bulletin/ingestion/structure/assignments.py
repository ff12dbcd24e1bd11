"""What every character of the source was taken for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bulletin.ingestion.paragraphs import Paragraph
from bulletin.ingestion.shapes import Assignment, Source


@dataclass(frozen=True, slots=True)
class Taken:
    """A paragraph and what it was taken for."""

    role: str
    paragraph: Paragraph
    article: int | None = None


def assign(source: Source, taken: Iterable[Taken]) -> tuple[Assignment, ...]:
    """Stretches in order, without a gap or an overlap. What nothing was taken for is "unassigned"."""
    spans = [
        (place.start, place.end, one.role, one.article) for one in taken for place in one.paragraph.places
    ]
    spans += [(place.start, place.end, "furniture", None) for place in source.furniture]
    assigned: list[Assignment] = []
    at = 0
    for start, end, role, article in sorted(spans, key=lambda span: span[:2]):
        if start > at:
            _fill(assigned, source.text, at, start)
        if end > max(start, at):
            assigned.append(Assignment(max(start, at), end, role, article))
        at = max(at, start, end)
    if at < len(source.text):
        _fill(assigned, source.text, at, len(source.text))
    return tuple(_merged(assigned))


def _fill(assigned: list[Assignment], text: str, start: int, end: int) -> None:
    """White space goes with what it follows; anything else has not been assigned."""
    if text[start:end].strip("\ufeff \t\r\n\f\v\u3000\xa0"):
        assigned.append(Assignment(start, end, "unassigned"))
    elif assigned:
        assigned[-1] = replace(assigned[-1], end=end)
    else:
        assigned.append(Assignment(start, end, "furniture"))


def _merged(assigned: Sequence[Assignment]) -> list[Assignment]:
    merged: list[Assignment] = []
    for one in assigned:
        if merged and (merged[-1].role, merged[-1].article) == (one.role, one.article):
            merged[-1] = replace(merged[-1], end=one.end)
        else:
            merged.append(one)
    return merged
