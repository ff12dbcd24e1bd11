"""The passage of a text that shows best why it was found, with the words marked on the original."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulletin.search.fold import fold_with_places
from bulletin.typesetting import close_up

LENGTH = 90  # characters
_STOPS = "。！？；\n"
_TAKEN = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text, marked or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """What a hit shows: its title, a passage, and the id of the block that it is from, if it is from one."""

    title: list[Stretch]
    text: list[Stretch]
    block: int | None = None


def passage(
    title: str,
    body: Sequence[Mapping[str, Any]],
    summary: Callable[[], str],
    folded: str,
    words: Sequence[str],
) -> Passage:
    """The best passage of an article. `folded` is its search text: the title, then each block, a line each.

    Where the words stand in no block, but in the title or the source, it is the summary.
    """
    at = _best_line(folded.split("\n")[1 : 1 + len(body)], words)
    if at is None:
        return Passage(marked(close_up(title), words), snippet(summary(), words))
    return Passage(marked(close_up(title), words), snippet(block_text(body[at]), words), body[at].get("id"))


def block_text(block: Mapping[str, Any]) -> str:
    """All that a block of a body says, on one line."""
    cells = [cell for row in block.get("rows") or [] for cell in row]
    return close_up(" ".join(filter(None, [str(block.get("text") or ""), *map(str, cells)])))


def _best_line(lines: Sequence[str], words: Sequence[str]) -> int | None:
    """The folded line with most of the words, the earliest among equals; None where none has any."""
    scores = [(sum(word in line for word in words), -at) for at, line in enumerate(lines)]
    most, at = max(scores, default=(0, 0))
    return -at if most else None


def marked(text: str, words: Sequence[str]) -> list[Stretch]:
    """The whole text with every occurrence of the folded words marked."""
    return _stretches(text, _spans(text, words), 0, len(text))


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> list[Stretch]:
    """At most `length` characters around the densest place of the folded words; without any, the opening."""
    room = length - 2  # an ellipsis at either end
    spans = _spans(text, words)
    if len(text) <= length:
        return _stretches(text, spans, 0, len(text))
    start = _best_start(text, spans, room)
    end = min(len(text), start + room)
    stretches = _stretches(text, spans, start, end)
    if start > 0:
        stretches.insert(0, Stretch("…"))
    if end < len(text):
        stretches.append(Stretch("…"))
    return stretches


def _best_start(text: str, spans: list[tuple[int, int]], room: int) -> int:
    if not spans:
        return 0
    best, most = 0, -1
    for begin, _ in spans:
        inside = {text[start:end] for start, end in spans if begin <= start and end <= begin + room}
        if len(inside) > most:
            best, most = begin, len(inside)
    # Begin where the sentence does, if the words still fit; else a little before the first of them.
    last = max(end for start, end in spans if start >= best and end <= best + room) if most > 0 else best
    earliest = max(0, last - room)
    sentence = max((text.rfind(stop, earliest, best) + 1 for stop in _STOPS), default=0)
    if sentence > earliest:
        return sentence
    if earliest == 0:
        return 0
    return max(earliest, best - 12, 0)


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in the original, without overlaps, in order."""
    folded, places = fold_with_places(text)
    taken = bytearray(len(text))
    for word in words:
        core = word.strip()
        at = folded.find(word) if core else -1
        while at >= 0:
            begin = at + word.index(core)
            for place in range(places[begin], places[begin + len(core) - 1] + 1):
                taken[place] = 1
            at = folded.find(word, at + 1)
    return [run.span() for run in _TAKEN.finditer(taken)]


def _stretches(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Stretch]:
    stretches: list[Stretch] = []
    position = start
    for begin, finish in spans:
        if finish <= start or begin >= end:
            continue
        begin, finish = max(begin, start), min(finish, end)
        if begin > position:
            stretches.append(Stretch(text[position:begin]))
        stretches.append(Stretch(text[begin:finish], marked=True))
        position = finish
    if position < end:
        stretches.append(Stretch(text[position:end]))
    return stretches
