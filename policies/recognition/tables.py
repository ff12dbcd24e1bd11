"""Goals that an article sets out in a table: a year over each column, or years in a column of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.recognition.passages import Evidence, fold
from policies.recognition.quantities import Quantity, find_quantities
from policies.recognition.targets import Target

_YEAR = re.compile(r"(?:到|至)?(?P<year>20\d{2})年?(?:底|末)?(?P<rest>.*)")
_GOAL = re.compile(r"目标|预期|规划|任务")
_REACHED = re.compile(r"实际|完成情况|现状|基数|基期|增速|同比|增长率|相比")
_DUE = re.compile(r"年份|时间|期限|时限|节点|年度")
_UNIT = re.compile(r"(?:计量)?单位")
_UNIT_ASIDE = re.compile(r"（(?:单位：)?(?P<unit>[^（）]{1,8})）$")
_BARE_NUMBER = re.compile(r"(?:≥|≤|>|<)?\d+(?:,\d{3})*(?:\.\d+)?(?:以上|左右)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed: its rows, heading first, and the text that holds all its cells in order."""

    text: str
    rows: Sequence[Sequence[str]]


def table_targets(
    tables: Mapping[int, Table], written_in: int | None, *, of_plan: bool, reports: bool
) -> Iterator[Target]:
    """The goals of an article's tables, by the number of the paragraph that each stands for.

    written_in: the year of the issue; what is dated before it has been reached. of_plan: the article is about
    a document that sets goals, so a year over a column is a deadline; otherwise the heading must say 目标.
    """
    for number, table in tables.items():
        if reports or len(table.rows) < 2:
            continue
        heading = [fold(cell).text for cell in table.rows[0]]
        unit_column = next((place for place, cell in enumerate(heading) if _UNIT.fullmatch(cell)), None)
        due_column = next((place for place, cell in enumerate(heading) if _DUE.search(cell)), None)
        for row in table.rows[1:]:
            cells = [fold(cell).text for cell in row]
            for place in range(1, min(len(cells), len(heading))):
                over = _YEAR.fullmatch(heading[place])
                said = bool(_GOAL.search(heading[place]))
                year = int(over["year"]) if over else None
                if year is None and said and due_column is not None and due_column < len(cells):
                    beside = _YEAR.fullmatch(cells[due_column])
                    year = int(beside["year"]) if beside else None
                if place == due_column or _REACHED.search(heading[place]) or not (said or (over and of_plan)):
                    continue
                if year is not None and written_in is not None and year < written_in:
                    continue
                quantity = _quantity(cells[place], _unit(cells, heading[place], unit_column))
                if quantity is not None:
                    yield _target(number, table, row, place, quantity, year)


def _unit(cells: Sequence[str], over: str, unit_column: int | None) -> str:
    """The unit that stands in its own column, behind the indicator or in the heading of the column."""
    if unit_column is not None and unit_column < len(cells):
        return cells[unit_column]
    aside = _UNIT_ASIDE.search(cells[0]) or _UNIT_ASIDE.search(over)
    return aside["unit"] if aside else ""


def _quantity(cell: str, unit: str) -> Quantity | None:
    bare = _BARE_NUMBER.fullmatch(cell)
    if bare and unit:
        amount = re.sub(r"[≥≤><]", "", cell)
        digits = re.match(r"[\d.,]+", amount)
        cell = cell.replace(amount, f"{digits[0]}{unit}{amount[digits.end() :]}") if digits else cell
    found = list(find_quantities(cell))
    return found[0] if len(found) == 1 else None


def _target(
    number: int, table: Table, row: Sequence[str], place: int, quantity: Quantity, year: int | None
) -> Target:
    start = max(0, table.text.find(row[0]))
    first = table.text.find(row[place], start + len(row[0]))
    end = first + len(row[place]) if first >= 0 else start + len(row[0])
    first = first if first >= 0 else start
    confidence, reason = (0.9, "") if year else (0.65, "表中没有期限")
    return Target(
        indicator=_UNIT_ASIDE.sub("", row[0]),
        comparator=quantity.comparator,
        value=quantity.value,
        unit=quantity.unit,
        by=year,
        text=table.text[start:end],
        evidence=Evidence(number, first, end, table.text[start:end], confidence, reason),
    )
