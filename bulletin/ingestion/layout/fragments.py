"""Runs of glyphs → fragments: what stands on one baseline without a wide gap.

A fragment is the smallest thing that reading order is made of: a line of a column, a cell, a label, a page
number; also a picture or a table, which take a place among the lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bulletin.ingestion.layout.sheets import ASCENT, Code, Run
from bulletin.ingestion.shapes import Box

# All in ems of the larger of two runs. Justified Chinese rarely opens a gap of more than one character; the
# narrowest gutter met is two characters (PDF.md).
WIDE_GAP = 1.25
SAME_LINE = 0.3
# A sub- or superscript is smaller and stands within its neighbour's height.
SCRIPT_SIZE = 0.8
# Squeezed punctuation overlaps by half a character; text drawn twice overlaps nearly whole.
SHADOW = 0.3
# A gap this wide between two ideographs, or two Latin letters, was meant as a space. Where the file draws its
# spaces as characters, only they count between letters: boxes of narrow glyphs leave gaps of 0.2 em.
CJK_SPACE = 0.45
LATIN_SPACE = 0.17
DRAWN_SPACES = re.compile(r"[A-Za-z,.;] +[A-Za-z]|^ +$")
SIDE_BEARING = 0.18
THIN_SPACE = 0.06  # a space of no width only allows a break

FragmentKind = Literal["text", "picture", "table", "code"]


@dataclass(slots=True)
class Fragment:
    """A piece of a page with its box. `cells` and `code` belong to the kinds that are not text."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    base: float = 0
    size: float = 0
    bold: bool = False
    sans: bool = False
    runs: list[Run] = field(default_factory=list)
    kind: FragmentKind = "text"
    rows: tuple[TableRow, ...] = ()
    columns: tuple[float, ...] = ()  # of a table: its columns' edges, from its left
    open_above: bool = False  # of a table: no border at its head, for a page or column cut it there
    open_below: bool = False
    code: Code | None = None
    initial: bool = False  # begins with a drop cap
    beside_initial: bool = False

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.right, self.bottom)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, with a cell for every column: empty where a merged cell covers it."""

    cells: tuple[str, ...]
    box: Box


def is_ideographic(char: str) -> bool:
    """Chinese characters and full-width forms: set without spaces between them."""
    return ord(char) >= 0x2E80 or unicodedata.east_asian_width(char) in "WF" or char in "“”‘’—…·"


def draws_spaces(runs: Iterable[Run]) -> bool:
    """Whether a file draws the spaces between words as characters."""
    return any(DRAWN_SPACES.search(run.text) for run in runs)


def fragments_of(runs: Iterable[Run], latin_space: float = LATIN_SPACE) -> list[Fragment]:
    """Join upright runs that stand beside one another, from left to right.

    latin_space: the gap in ems that parts two words written in letters.
    """
    upright = sorted((run for run in runs if run.text.strip()), key=lambda run: (run.left, run.right))
    by_base: defaultdict[int, list[list[Run]]] = defaultdict(list)
    groups: list[list[Run]] = []
    for run in upright:
        best: list[Run] | None = None
        best_gap = 0.0
        for base in range(int(run.base) - 8, int(run.base) + 9):
            for group in by_base[base]:
                last = group[-1]
                if _same_line(last, run):
                    gap = run.left - max(member.right for member in group[-2:])
                    if gap <= WIDE_GAP * max(last.size, run.size) and (best is None or abs(gap) < best_gap):
                        best, best_gap = group, abs(gap)
        if best is None:
            best = []
            groups.append(best)
        else:
            by_base[int(best[-1].base)].remove(best)
        best.append(run)
        by_base[int(run.base)].append(best)
    return [fragment for group in groups if (fragment := fragment_of(group, latin_space)).text]


def _same_line(one: Run, other: Run) -> bool:
    small, large = (one, other) if one.size <= other.size else (other, one)
    rise = large.base - small.base
    if abs(rise) <= SAME_LINE * small.size:
        return True
    return (
        small.size <= SCRIPT_SIZE * large.size
        and small.size >= 0.4 * large.size
        and -0.3 * large.size <= rise <= 0.55 * large.size
        and len(small.text.strip()) <= 4
    )


def fragment_of(group: list[Run], latin_space: float = LATIN_SPACE) -> Fragment:
    """One fragment of runs on one line. Text that was drawn twice is taken once, and for bold."""
    kept: list[Run] = []
    shadowed = False
    for run in sorted(group, key=lambda run: (run.left, run.right)):
        twin = next(
            (
                other
                for other in kept[-4:]
                if other.text == run.text
                and abs(other.left - run.left) <= SHADOW * run.size
                and run.text.strip()
            ),
            None,
        )
        if twin is not None:
            shadowed = True
            continue
        kept.append(run)
    weight: Counter[float] = Counter()
    for run in kept:
        weight[run.size] += sum(2 if is_ideographic(char) else 1 for char in run.text if not char.isspace())
    size = weight.most_common(1)[0][0]
    main = [run for run in kept if run.size == size]
    printed = [run for run in kept if any(char.isalnum() for char in run.text)] or kept
    base = main[0].base
    inked = [
        (left, right)
        for run in kept
        for char, left, right in zip(run.text, run.lefts, run.rights, strict=True)
        if not char.isspace()
    ]
    return Fragment(
        left=min((left for left, _ in inked), default=kept[0].left),
        right=max((right for _, right in inked), default=kept[-1].right),
        top=base - ASCENT * size,
        bottom=base + (1 - ASCENT) * size,
        text=text_of(kept, latin_space),
        base=base,
        size=size,
        bold=shadowed or all(run.bold for run in printed),
        runs=kept,
    )


def text_of(runs: list[Run], latin_space: float) -> str:
    """The text of runs from left to right, with the spaces that their gaps mean."""
    parts: list[str] = []
    last_char, last_right = "", 0.0
    for run in runs:
        for index, (char, left, right) in enumerate(zip(run.text, run.lefts, run.rights, strict=True)):
            if char.isspace():
                if parts and parts[-1] != " " and right - left > THIN_SPACE * run.size:
                    parts.append(" ")
                continue
            # Where glyphs were recognised their places are a guess, and the spaces were recognised with them.
            if last_char and parts[-1] != " " and not (run.confidences and index):
                gap = (left - last_right) / run.size
                wide = is_ideographic(char), is_ideographic(last_char)
                if not any(wide) and not (char.isalnum() and last_char.isalnum()):
                    gap -= SIDE_BEARING  # of narrow signs only the ink is measured
                if gap > (CJK_SPACE if any(wide) else latin_space):
                    parts.append(" ")
            parts.append(char)
            last_char, last_right = char, right
    return "".join(parts).strip()


def join_text(first: str, second: str) -> str:
    """Two lines of one cell or paragraph as one text: a space only between Latin words."""
    if not first or not second:
        return first or second
    if is_ideographic(first[-1]) or is_ideographic(second[0]) or first[-1] in "-/":
        return first + second
    return f"{first} {second}"
