"""The bodies that issue policies (发文机关): their official names and the names they go by. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"

# Bodies of many countries have no region, companies none of their own; see `region`.
INTERNATIONAL = "international"
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Body:
    """One issuing body. `names` are all it goes by in a text, the official one first."""

    name: str  # official
    level: (
        str  # party, ministry, bureau, local, institution, association, company, government, international…
    )
    region: str  # the code of the place it is of; "" for bodies of many countries and for companies
    names: tuple[str, ...] = ()
    former: tuple[str, ...] = ()  # names it no longer has, short ones too
    parent: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority file: bodies by any of their names, and the local ones whose names no rule gives."""

    bodies: Mapping[str, Body]  # by every name, former ones too
    local: Mapping[tuple[str, str], Body]  # by region and the name without the place: (520000, 大数据局)
    then: Mapping[str, str]  # a former name, short or full, and the full name that the body had then
    # Names by their first two characters, longest first.
    index: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def build(
        cls,
        bodies: Iterable[Body],
        local: Mapping[tuple[str, str], Body] | None = None,
        then: Mapping[str, str] | None = None,
    ) -> Authority:
        """From the bodies; a name that two of them claim stays with the first.

        then: the full former name of each short one; a former name that is missing there is a full one.
        """
        by_name: dict[str, Body] = {}
        full = dict(then or {})
        for body in bodies:
            for name in (body.name, *body.names, *body.former):
                by_name.setdefault(name, body)
            full.update((name, full.get(name, name)) for name in body.former)
        index: dict[str, list[str]] = {}
        for name in sorted(by_name, key=len, reverse=True):
            index.setdefault(name[:2], []).append(name)
        return cls(by_name, dict(local or {}), full, {start: tuple(names) for start, names in index.items()})

    def longest_at(self, text: str, start: int) -> str:
        """The longest known name that begins at the offset; "" where there is none."""
        for name in self.index.get(text[start : start + 2], ()):
            if text.startswith(name, start):
                return name
        return ""


@cache
def load_authority() -> Authority:
    """The authority file that the project keeps in policies/data, read once."""
    bodies = [
        Body(
            row["name"],
            row["level"],
            row["region"],
            _names(row["short"]),
            _names(row["former"].replace("=", "|")),
            row["parent"],
            row["website"] and f"https://{row['website']}",  # the tables have the host alone
        )
        for table in ("bodies", "foreign_bodies")
        for row in _rows(table)
    ]
    then = {
        short: names[0]
        for row in _rows("bodies")
        for names in (cell.split("=") for cell in _names(row["former"]))
        for short in names[1:]
    }
    local: dict[tuple[str, str], Body] = {}
    for row in _rows("local_bodies"):
        body = Body(row["name"], "local", row["region"], (), _names(row["former"]))
        bodies.append(body)
        for short in _names(row["short"]):
            local.setdefault((row["region"], short), body)
    return Authority.build(bodies, local, then)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split("|") if name)


def _rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
