"""What changed between two texts of one document, as its draft and its final form are told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

# Two sentences this alike (0 to 100, characters shared) are one sentence in two wordings. Of sentences of
# the samples' told laws, pairs that a reader takes for one lie above 55, others below 45.
ALIKE = 52.0
# What ends a sentence, with the quotation marks that close behind it.
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?[”’」』）]*")
NOISE = re.compile(r"[\s，。、；：！？,.;:!?“”‘’\"'「」『』（）()《》〈〉—\-·…]+")
NUMBER = re.compile(
    r"\d+(?:[.,—\-~～至]\d+)*\s*(?:%|％|‰|万|亿|[年月日个家项件条元天次倍])*|[一二三四五六七八九十百千万]+(?:年|月|日|个|家|项|件|条|元|天|次|倍)+"
)
TOKEN = re.compile(rf"{NUMBER.pattern}|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a changed sentence: kept, or on one side only; whether it is a number."""

    text: str
    is_kept: bool
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence in both texts. Empty on the side where it is not."""

    kind: str  # "same", "changed", "added", "removed"
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def changes_a_number(self) -> bool:
        return any(piece.is_number and not piece.is_kept for piece in (*self.before, *self.after))


def changes(before: Iterable[str], after: Iterable[str]) -> list[Change]:
    """The sentences of two texts side by side, in the order of the later one; what is gone where it was.

    Takes paragraphs. Sentences that differ in punctuation or space alone are the same.
    """
    old, new = list(_sentences(before)), list(_sentences(after))
    found: list[Change] = []
    for left, right in _alignment([_plain(each) for each in old], [_plain(each) for each in new]):
        if left is None and right is not None:
            found.append(Change("added", (), (Piece(new[right], False),)))
        elif right is None and left is not None:
            found.append(Change("removed", (Piece(old[left], False),), ()))
        elif left is not None and right is not None:
            found.append(_pair(old[left], new[right]))
    return found


def _sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        for match in SENTENCE.finditer(paragraph):
            if _plain(match[0]):
                yield match[0].strip()


def _plain(sentence: str) -> str:
    return NOISE.sub("", sentence)


def _alignment(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pairs of indices in both orders kept: the alignment of greatest likeness, None where there is no
    other.
    """
    likeness = [
        [score if (score := fuzz.ratio(one, other)) >= ALIKE else 0.0 for other in new] for one in old
    ]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            together = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(rest, None) for rest in range(i, len(old))]
    pairs += [(None, rest) for rest in range(j, len(new))]
    return pairs


def _pair(before: str, after: str) -> Change:
    if _plain(before) == _plain(after):
        whole = (Piece(after, True),)
        return Change("same", whole, whole)
    one, other = TOKEN.findall(before), TOKEN.findall(after)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            left.append(Piece("".join(one[a:b]), True))
            right.append(Piece("".join(other[c:d]), True))
            continue
        # Other marks between the same words are no change.
        noise = not _plain("".join(one[a:b])) and not _plain("".join(other[c:d]))
        left += [_piece(token, noise) for token in _runs(one[a:b])]
        right += [_piece(token, noise) for token in _runs(other[c:d])]
    return Change("changed", tuple(left), tuple(right))


def _runs(tokens: Sequence[str]) -> Iterator[str]:
    """Numbers alone, everything between them in one."""
    run = ""
    for token in tokens:
        if NUMBER.fullmatch(token):
            if run:
                yield run
            run = ""
            yield token
        else:
            run += token
    if run:
        yield run


def _piece(text: str, noise: bool) -> Piece:
    return Piece(text, noise, bool(NUMBER.fullmatch(text)))
