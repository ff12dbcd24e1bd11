"""Fragments of one page → reading order: down each column, titles and pictures that span columns between.

The page is taken apart into bands, one under the other. A band is either one column, read row by row, or
several, each read to its end before the next. Which it is, the gutters tell: strips that no fragment of
the band
crosses. Among all ways to cut the page into bands the one with the least cost is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from bulletin.ingestion.layout.fragments import Fragment

# In ems of the body's size.
MIN_GUTTER = 0.9
MIN_COLUMN = 6.0  # most pieces narrower: a column of labels or page numbers, read along with its neighbour
MOST = 0.75
LINE_ROOM = 0.2  # less room between two pieces, and they are not lines of one column
ROW_SLACK = 0.35  # fragments overlap less than this where their rows merely touch
TITLE_SIZE = 1.15  # of the body's size
NOTE_SIZE = 0.97  # of the body's size
NOTE_WIDTH = 0.6  # of the widest column beside it
SAME_GUTTER = 0.5
# Rows and pieces of a page; more would take long to cut up, and are no page of text.
MAX_ATOMS = 300
MAX_FRAGMENTS = 2000
SOUND_BAND = 12  # pieces from which on a band's gutters are the document's
KNOWN_REACH = 3.0  # from the middle of a gutter to the text behind it, an indent included
# What it costs to begin a band, less where there is room above it, and to read a row across a gutter.
BAND_COST = 1.0
ROOM_BONUS = 0.1  # for each em of room, up to three
TORN_ROW_COST = 1.5
HALF_TORN_ROW_COST = 0.5  # where one of the two pieces is short


@dataclass(slots=True)
class Column:
    """A stretch of one column: rows from top to bottom, each from left to right."""

    left: float
    right: float
    rows: list[list[Fragment]]
    beside_picture: bool = False  # runs round a picture: narrower than the columns of the document
    is_note: bool = False  # small print in the margin of a wider column


def columns_of(pages: Sequence[Sequence[Fragment]], body_size: float) -> list[list[Column]]:
    """For each page its columns in the order in which they are read.

    What a page shows too little of to tell, such as the last two lines of an article in two columns, is
    read by
    the gutters of the other pages.
    """
    banded = [_bands_of(page, body_size, ()) for page in pages]
    usual = [
        gutter for bands in banded for band, gutters in bands if len(band) >= SOUND_BAND for gutter in gutters
    ]
    known = [
        gutter
        for gutter in usual
        if sum(abs(other - gutter) <= SAME_GUTTER * body_size for other in usual) >= 2
    ]
    ordered = []
    for page, bands in zip(pages, banded, strict=True):
        if known and any(not gutters and len(band) > 1 for band, gutters in bands):
            bands = _bands_of(page, body_size, known)
        ordered.append([column for band, gutters in bands for column in _read_band(band, gutters, body_size)])
    return ordered


def _bands_of(
    fragments: Sequence[Fragment], body_size: float, known: Sequence[float]
) -> list[tuple[list[Fragment], list[float]]]:
    if not fragments:
        return []
    region = min(item.left for item in fragments), max(item.right for item in fragments)
    return _bands(_atoms(fragments, body_size), body_size, region, known)


def _atoms(fragments: Sequence[Fragment], body_size: float) -> list[list[Fragment]]:
    """Groups that no horizontal line can part: rows, or more where columns do not align."""
    atoms: list[list[Fragment]] = []
    reach = 0.0
    slack = ROW_SLACK * body_size
    for fragment in sorted(fragments, key=lambda item: (item.top, item.left)):
        if atoms and fragment.top < reach - slack:
            atoms[-1].append(fragment)
            reach = max(reach, fragment.bottom)
        else:
            atoms.append([fragment])
            reach = fragment.bottom
    return atoms


def _bands(
    atoms: list[list[Fragment]], body_size: float, region: tuple[float, float], known: Sequence[float]
) -> list[tuple[list[Fragment], list[float]]]:
    """Cut the atoms into bands at the least cost; with each the x of its gutters."""
    count = len(atoms)
    if count > MAX_ATOMS or sum(map(len, atoms)) > MAX_FRAGMENTS:
        return [([item for atom in atoms for item in atom], [])]
    tears = [_tears(itertools.combinations(atom, 2), body_size, ROW_SLACK) for atom in atoms]
    # Columns whose lines do not align alternate: a line left, half a line lower one right.
    crossing = [
        [],
        *(_tears(itertools.product(*pair), body_size, -LINE_ROOM) for pair in itertools.pairwise(atoms)),
    ]
    alone = [_is_spanning_title(atoms, index, body_size, region) for index in range(count)]
    costs: list[dict[int, tuple[float, list[float]]]] = [{} for _ in range(count)]  # by first and last atom
    for first in range(count):
        spaces: list[tuple[float, float]] | None = None
        items: list[Fragment] = []
        torn: list[tuple[float, float, float]] = []
        single = several = 0.0
        gutters: list[float] = []
        for last in range(first, count):
            if alone[last] and last > first:
                break
            spaces = _narrow(spaces, atoms[last], region)
            items += atoms[last]
            added = tears[last] + (crossing[last] if last > first else [])
            torn += added
            single += _cost_of(added, [])
            found = _gutters(spaces, items, body_size, known)
            several = several + _cost_of(added, found) if found == gutters else _cost_of(torn, found)
            gutters = found
            costs[first][last] = (several, gutters) if gutters and several <= single else (single, [])
            if alone[first]:
                break
    room = [0.0] + [
        ROOM_BONUS
        * min(3.0, max(0.0, (min(i.top for i in below) - max(i.bottom for i in above)) / body_size))
        for above, below in itertools.pairwise(atoms)
    ]
    best: list[tuple[float, int]] = [(0.0, 0)]  # for each end: the least cost, and where its last band begins
    for end in range(1, count + 1):
        best.append(
            min(
                (best[first][0] + BAND_COST - room[first] + costs[first][end - 1][0], first)
                for first in range(end)
                if end - 1 in costs[first]
            )
        )
    bands = []
    end = count
    while end:
        first = best[end][1]
        bands.append(([item for atom in atoms[first:end] for item in atom], costs[first][end - 1][1]))
        end = first
    return bands[::-1]


def _narrow(
    spaces: list[tuple[float, float]] | None, atom: list[Fragment], region: tuple[float, float]
) -> list[tuple[float, float]]:
    """What remains free of the given strips when the atom is added."""
    free = [region] if spaces is None else spaces
    for item in atom:
        cut: list[tuple[float, float]] = []
        for left, right in free:
            if item.right <= left or item.left >= right:
                cut.append((left, right))
                continue
            if item.left > left:
                cut.append((left, item.left))
            if item.right < right:
                cut.append((item.right, right))
        free = cut
    return free


def _gutters(
    spaces: list[tuple[float, float]], items: list[Fragment], body_size: float, known: Sequence[float]
) -> list[float]:
    """The strips that part real columns; a narrow column goes with its neighbour. `known`: the
    document's gutters.
    """
    strips = [(left, right) for left, right in spaces if right - left >= MIN_GUTTER * body_size]
    edges = sorted(strips)
    inner = [
        strip
        for strip in edges
        if any(item.right <= strip[0] + 0.1 for item in items)
        and any(item.left >= strip[1] - 0.1 for item in items)
    ]
    if not inner:
        return []
    gutters = [(left + right) / 2 for left, right in inner]
    columns = _members(items, gutters)
    narrow = [
        sorted(_ems(item, body_size) for item in column)[ceil(MOST * (len(column) - 1))] < MIN_COLUMN
        for column in columns
    ]
    kept = []
    for index, gutter in enumerate(gutters):
        joined = narrow[index] if narrow[0] else narrow[index + 1]
        if not joined or _is_known(inner[index], known, body_size):
            kept.append(gutter)
    # One row with a gap in it makes no columns.
    if any(len(column) < 2 and column[0].kind == "text" for column in _members(items, kept)):
        return [
            gutter for gutter, strip in zip(gutters, inner, strict=True) if _is_known(strip, known, body_size)
        ]
    return kept


def _is_known(strip: tuple[float, float], known: Sequence[float], body_size: float) -> bool:
    """Whether a strip holds a gutter of the document, and text begins right behind it."""
    return any(
        strip[0] - 0.1 <= gutter <= strip[1] + 0.1 and strip[1] - gutter <= KNOWN_REACH * body_size
        for gutter in known
    )


def _ems(item: Fragment, body_size: float) -> float:
    """A piece's width in its own ems; nothing for page numbers and the dots before them, which make no
    column of their own."""
    if item.kind != "text":
        return item.width / body_size
    return item.width / item.size if any(char.isalpha() for char in item.text) else 0.0


def _members(items: list[Fragment], gutters: list[float]) -> list[list[Fragment]]:
    bounds = [float("-inf"), *gutters, float("inf")]
    return [
        [item for item in items if low <= (item.left + item.right) / 2 < high]
        for low, high in itertools.pairwise(bounds)
    ]


def _tears(
    pairs: Iterable[tuple[Fragment, Fragment]], body_size: float, overlap: float
) -> list[tuple[float, float, float]]:
    """The gaps at which text is torn if what stands side by side is read across, each with its cost.

    overlap: by how many ems two pieces must overlap in height to stand side by side.
    """
    tears = []
    for item, other in pairs:
        if item.kind != "text" or other.kind != "text":
            continue  # a picture may well stand beside a text
        first, second = (item, other) if item.left <= other.left else (other, item)
        shared = min(item.bottom, other.bottom) - max(item.top, other.top)
        if second.left - first.right < MIN_GUTTER * body_size or shared <= overlap * body_size:
            continue
        wide = sum(piece.width >= MIN_COLUMN * body_size for piece in (item, other))
        tears.append((first.right, second.left, (0.0, HALF_TORN_ROW_COST, TORN_ROW_COST)[wide]))
    return tears


def _cost_of(tears: list[tuple[float, float, float]], gutters: list[float]) -> float:
    """What it costs to read rows across, where no gutter parts them at the gap."""
    return sum(cost for left, right, cost in tears if not any(left <= gutter <= right for gutter in gutters))


def _is_spanning_title(
    atoms: list[list[Fragment]], index: int, body_size: float, region: tuple[float, float]
) -> bool:
    """A large text alone on its row stands over all columns, however short: in the middle of the page, or at
    its left edge where text stands further right both above and below."""
    atom = atoms[index]
    if len(atom) != 1 or not _is_large(atom[0], body_size):
        return False
    title, middle = atom[0], (region[0] + region[1]) / 2
    if abs((title.left + title.right) / 2 - middle) <= body_size:
        return True
    return (
        title.left - region[0] <= body_size
        and _reaches_right(atoms[index + 1 :], middle, body_size)
        and (_reaches_right(atoms[:index][::-1], middle, body_size) or index == 0)
    )


def _reaches_right(atoms: list[list[Fragment]], middle: float, body_size: float) -> bool:
    """Whether a column stands right of the middle, before the next title."""
    for atom in atoms:
        if len(atom) == 1 and _is_large(atom[0], body_size):
            continue
        if any(item.left >= middle - body_size for item in atom):
            return True
        if len(atom) > 1 or atom[0].right > middle + body_size:
            return False
    return False


def _is_large(item: Fragment, body_size: float) -> bool:
    return item.kind == "text" and item.size >= TITLE_SIZE * body_size


def _read_band(band: list[Fragment], gutters: list[float], body_size: float) -> list[Column]:
    columns = [
        Column(min(item.left for item in members), max(item.right for item in members), _rows(members))
        for members in _members(band, gutters)
        if members
    ]
    widest = max(column.right - column.left for column in columns)
    pictured = any(all(item.kind == "picture" for row in column.rows for item in row) for column in columns)
    for column in columns:
        sizes = [item.size for row in column.rows for item in row if item.kind == "text"]
        column.beside_picture = pictured
        column.is_note = (
            bool(sizes)
            and max(sizes) < NOTE_SIZE * body_size
            and column.right - column.left < NOTE_WIDTH * widest
        )
    return columns


def _rows(members: list[Fragment]) -> list[list[Fragment]]:
    """Rows of one column: what shares a line is read from left to right."""
    rows: list[list[Fragment]] = []
    for item in sorted(members, key=lambda member: (member.base or member.top, member.left)):
        if rows and _beside(rows[-1], item):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda member: member.left) for row in rows]


def _beside(row: list[Fragment], item: Fragment) -> bool:
    if item.kind != "text" or row[-1].kind != "text":
        return False
    size = min(item.size, min(member.size for member in row))
    return abs(item.base - row[-1].base) <= 0.5 * size
