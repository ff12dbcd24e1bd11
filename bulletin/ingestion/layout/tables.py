"""Ruling lines → tables, their cells filled with the runs that stand inside.

A grid is any set of touching lines that makes at least two columns and two rows, or one column's title over
them. A frame round a text is no grid: it has one cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bulletin.ingestion.layout.fragments import Fragment, TableRow, fragments_of, join_text
from bulletin.ingestion.layout.sheets import Run
from bulletin.ingestion.shapes import Box

TOUCH = 3.0  # points: lines that end this near to another meet it
SAME_POSITION = 2.5  # points: lines nearer than this are one line, drawn twice or as two borders
MIN_LINE = 6.0  # points: shorter lines are not borders
# What no page of a bulletin has: more is a drawing, and would take long.
MAX_LINES = 1500
MAX_CELLS = 4000
OPEN_SIDE = 3  # lines that end at one place make a side of a grid without a border
# A border closes a side of a cell when it covers this much of it.
COVERS = 0.6


def grids_of(rules: Iterable[Box]) -> list[Grid]:
    """The grids that ruling lines make."""
    lines = [rule for rule in rules if _length(rule) >= MIN_LINE]
    lines = sorted(lines, key=_length, reverse=True)[:MAX_LINES]
    return [grid for group in _touching(lines) if (grid := _grid(group)) is not None]


def tables_of(grids: Iterable[Grid], runs: list[Run], latin_space: float) -> tuple[list[Fragment], list[Run]]:
    """The tables as fragments, and the runs that stand in none."""
    tables: list[Fragment] = []
    left_over = runs
    for grid in grids:
        table, left_over = _fill(grid, left_over, latin_space)
        if table is not None:
            tables.append(table)
    return tables, left_over


def _length(rule: Box) -> float:
    return max(rule.right - rule.left, rule.bottom - rule.top)


@dataclass(slots=True)
class Grid:
    columns: list[float]  # x of each vertical line, from the left
    rows: list[float]
    across: list[Box]
    down: list[Box]

    def open_at(self, y: float) -> bool:
        """Whether no border closes the grid at its head or foot: there a page or column cut it."""
        inked = sum(
            line.right - line.left
            for line in self.across
            if abs((line.top + line.bottom) / 2 - y) <= SAME_POSITION
        )
        return inked < COVERS * (self.columns[-1] - self.columns[0])

    def holds(self, run: Run) -> bool:
        """Whether a run stands inside."""
        return (
            self.columns[0] - 1 <= (run.left + run.right) / 2 <= self.columns[-1] + 1
            and self.rows[0] <= run.base - 0.35 * run.size <= self.rows[-1]
        )

    def open_right(self, row: int, column: int) -> bool:
        """Whether no line parts a cell from its right neighbour."""
        x = self.columns[column + 1]
        top, bottom = self.rows[row], self.rows[row + 1]
        inked = sum(
            max(0.0, min(line.bottom, bottom) - max(line.top, top))
            for line in self.down
            if abs((line.left + line.right) / 2 - x) <= SAME_POSITION
        )
        return inked < COVERS * (bottom - top)

    def open_below(self, row: int, column: int) -> bool:
        y = self.rows[row + 1]
        left, right = self.columns[column], self.columns[column + 1]
        inked = sum(
            max(0.0, min(line.right, right) - max(line.left, left))
            for line in self.across
            if abs((line.top + line.bottom) / 2 - y) <= SAME_POSITION
        )
        return inked < COVERS * (right - left)


def _touching(rules: list[Box]) -> list[list[Box]]:
    groups: list[list[Box]] = []
    for rule in rules:
        met = [group for group in groups if any(_meet(rule, other) for other in group)]
        merged = [rule]
        for group in met:
            merged += group
            groups.remove(group)
        groups.append(merged)
    return groups


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + TOUCH
        and other.left <= one.right + TOUCH
        and one.top <= other.bottom + TOUCH
        and other.top <= one.bottom + TOUCH
    )


def _positions(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SAME_POSITION:
            found.append(value)
    return found


def _grid(group: list[Box]) -> Grid | None:
    across = [rule for rule in group if rule.right - rule.left > rule.bottom - rule.top]
    down = [rule for rule in group if rule.bottom - rule.top >= rule.right - rule.left]
    # A table that goes on over a page has no border at the cut, another none at its sides: there its lines
    # end.
    columns = _positions(
        [(rule.left + rule.right) / 2 for rule in down]
        + _shared([rule.left for rule in across], [rule.right for rule in across])
    )
    rows = _positions(
        [(rule.top + rule.bottom) / 2 for rule in across]
        + _shared([rule.top for rule in down], [rule.bottom for rule in down])
    )
    if len(columns) < 3 or len(rows) < 2 or not 2 <= (len(rows) - 1) * (len(columns) - 1) <= MAX_CELLS:
        return None
    return Grid(columns, rows, across, down)


def _shared(starts: list[float], ends: list[float]) -> list[float]:
    """Where at least three lines begin, or end, together."""
    found = []
    for values in (sorted(starts), sorted(ends)):
        for value in _positions(values):
            if sum(0 <= other - value <= SAME_POSITION for other in values) >= OPEN_SIDE:
                found.append(value)
    return found


def _fill(grid: Grid, runs: list[Run], latin_space: float) -> tuple[Fragment | None, list[Run]]:
    box = Box(grid.columns[0], grid.rows[0], grid.columns[-1], grid.rows[-1])
    inside: dict[tuple[int, int], list[Run]] = {}
    outside: list[Run] = []
    owner = _owners(grid)
    for run in runs:
        if not grid.holds(run):
            outside.append(run)
            continue
        row = _slot(grid.rows, run.base - 0.35 * run.size)
        for piece in _cut(run, grid.columns):
            column = _slot(grid.columns, (piece.left + piece.right) / 2)
            inside.setdefault(owner[row, column], []).append(piece)
    if not inside:
        return None, runs
    rows = []
    for row in range(len(grid.rows) - 1):
        cells = tuple(
            _cell_text(inside.get((row, column), []), latin_space)
            if owner[row, column] == (row, column)
            else ""
            for column in range(len(grid.columns) - 1)
        )
        rows.append(TableRow(cells, Box(box.left, grid.rows[row], box.right, grid.rows[row + 1])))
    edges = tuple(x - box.left for x in grid.columns)
    table = Fragment(
        box.left,
        box.top,
        box.right,
        box.bottom,
        kind="table",
        rows=tuple(rows),
        columns=edges,
        open_above=grid.open_at(grid.rows[0]),
        open_below=grid.open_at(grid.rows[-1]),
    )
    return table, outside


def _owners(grid: Grid) -> dict[tuple[int, int], tuple[int, int]]:
    """For each field of the grid the top left field of the cell it belongs to."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(grid.rows) - 1):
        for column in range(len(grid.columns) - 1):
            if column and grid.open_right(row, column - 1):
                owner[row, column] = owner[row, column - 1]
            elif row and grid.open_below(row - 1, column):
                owner[row, column] = owner[row - 1, column]
            else:
                owner[row, column] = (row, column)
    return owner


def _slot(edges: list[float], value: float) -> int:
    for index in range(len(edges) - 2):
        if value < edges[index + 1]:
            return index
    return len(edges) - 2


def _cut(run: Run, edges: list[float]) -> list[Run]:
    """A run that passes a border, in its parts."""
    slots = [_slot(edges, (left + right) / 2) for left, right in zip(run.lefts, run.rights, strict=True)]
    if len(set(slots)) == 1:
        return [run]
    pieces = []
    start = 0
    for index in range(1, len(slots) + 1):
        if index == len(slots) or slots[index] != slots[start]:
            part = slice(start, index)
            if run.text[part].strip():
                pieces.append(
                    Run(
                        run.text[part],
                        run.lefts[part],
                        run.rights[part],
                        run.base,
                        run.size,
                        run.bold,
                        run.font,
                        confidences=run.confidences[part],
                        top=run.top,
                        bottom=run.bottom,
                    )
                )
            start = index
    return pieces


def _cell_text(runs: list[Run], latin_space: float) -> str:
    lines = sorted(fragments_of(runs, latin_space), key=lambda line: (round(line.base), line.left))
    text = ""
    for line in lines:
        text = join_text(text, line.text)
    return text


CLOSING = {"（": "）", "(": ")", "《": "》", "“": "”", "〔": "〕", "[": "]"}


def continues(first: Fragment, second: Fragment) -> bool:
    """Whether a table goes on in another one, at the top of the next page or column: as wide, and no
    edge astray.
    """
    if abs(first.width - second.width) > TOUCH:
        return False
    few, many = sorted((first.columns, second.columns), key=len)
    return all(any(abs(edge - other) <= TOUCH for other in many) for edge in few)


def join_tables(first: Fragment, second: Fragment) -> None:
    """Add the second part's rows to the first. A repeated head is taken once, a row that was cut is made
    whole.
    """
    columns = max(first.columns, second.columns, key=len)
    above = [_widened(row, first.columns, columns) for row in first.rows]
    below = [_widened(row, second.columns, columns) for row in second.rows]
    repeated = 0
    while repeated < min(len(above), len(below)) and above[repeated].cells == below[repeated].cells:
        repeated += 1
    below = below[repeated:]
    cut = first.open_below and second.open_above
    if below and (cut or _is_cut(above[-1].cells, below[0].cells)):
        whole = tuple(join_text(a, b) for a, b in zip(above[-1].cells, below[0].cells, strict=True))
        above[-1] = TableRow(whole, above[-1].box)
        below = below[1:]
    first.rows, first.columns = (*above, *below), columns


def _widened(row: TableRow, own: tuple[float, ...], columns: tuple[float, ...]) -> TableRow:
    """The row in a table of more columns, which its own merged cells hid."""
    cells = [""] * (len(columns) - 1)
    for cell, edge in zip(row.cells, own, strict=False):
        nearest = min(range(len(cells)), key=lambda index: abs(columns[index] - edge))
        cells[nearest] = cell
    return TableRow(tuple(cells), row.box)


def _is_cut(above: tuple[str, ...], below: tuple[str, ...]) -> bool:
    """Whether two rows are one: the row's first cell is finished above, or a bracket opened above is
    closed below.
    """
    pairs = list(zip(above, below, strict=True))
    if any(b and not a for a, b in pairs):
        return False  # its cells are others: merged in another way
    if above[0] and not below[0]:
        return True
    return any(
        a.count(opening) > a.count(closing) and b.count(closing) > b.count(opening)
        for a, b in pairs
        for opening, closing in CLOSING.items()
    )
