"""Dates that cannot be: not in the calendar, or in force before they were issued."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bulletin.ingestion.checks.fault import Fault

_DATE = r"(?P<year{0}>(?:19|20)\d\d)年(?P<month{0}>\d{{1,2}})月(?P<day{0}>\d{{1,2}})日"
_ANY = re.compile(_DATE.format(""))
_ISSUED = re.compile(_DATE.format("") + r"[^。；]{0,30}?(?:公布|发布|印发|颁布|通过|出台)")
_IN_FORCE = re.compile(_DATE.format("") + r"起?(?:正式)?(?:施行|实施|生效)")


def impossible_dates(text: str) -> Iterator[Fault]:
    for match in _ANY.finditer(text):
        if _date(match) is None:
            message = f"日历上没有{match[0]}这一天。"
            yield Fault("impossible-date", "high", message, match.start(), match.end())


def in_force_too_early(text: str) -> Iterator[Fault]:
    """In force before the day of issue that the same sentence tells."""
    for sentence in re.finditer("[^。]+", text):
        issued = [each for each in _ISSUED.finditer(sentence[0]) if not _IN_FORCE.match(each[0])]
        forces = list(_IN_FORCE.finditer(sentence[0]))
        if len(issued) != 1 or len(forces) != 1:  # which belongs to which is then not certain
            continue
        begun, made = _date(forces[0]), _date(issued[0])
        if begun and made and begun < made:
            message = "施行日早于发布日，请核对两个日期。"
            start = sentence.start() + forces[0].start()
            yield Fault("in-force-before-issue", "high", message, start, sentence.start() + forces[0].end())


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
