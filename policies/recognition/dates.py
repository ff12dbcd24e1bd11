"""Dates in Chinese text, resolved against the day the text was published and the turn of the year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policies.recognition.numerals import read_numeral

# News is dated on the day or a few days before it is printed; a date this little after the reference
# belongs to the same year all the same.
AHEAD = timedelta(days=10)

_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
}
_NUMERAL = "[〇零○一二三四五六七八九十]"
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})年|(?P<relative>今年|去年|明年|本年|上年|同年|次年))?"
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号(?!令|文|公告))"
    r"|(?P<iso_year>20\d{2})[-—/.](?P<iso_month>1[0-2]|0?[1-9])[-—/.](?P<iso_day>3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|(?P<cn_year>[二一][〇零○九]{_NUMERAL}{{2}})年(?P<cn_month>{_NUMERAL}{{1,2}})月(?P<cn_day>{_NUMERAL}{{1,3}})日"
    r"|(?P<this>本月|当月|上月)(?P<this_day>3[01]|[12]\d|[1-9])日"
    r"|(?<=记者)(?P<only_day>3[01]|[12]\d|[1-9])日"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day named in a text. Without a year of its own it is still to be resolved, see `resolve`."""

    start: int
    end: int
    year: int | None
    month: int
    day: int

    def past(self, reference: date | None) -> date | None:
        """The last such day up to the reference: how news dates what has happened."""
        if self.year is not None or reference is None:
            return _day(self.year, self.month, self.day)
        found = _day(reference.year, self.month, self.day)
        if found is None or found > reference + AHEAD:
            found = _day(reference.year - 1, self.month, self.day)
        return found

    def future(self, reference: date | None) -> date | None:
        """The first such day from the reference on: how a text dates an entry into force or a deadline."""
        if self.year is not None or reference is None:
            return _day(self.year, self.month, self.day)
        found = _day(reference.year, self.month, self.day)
        if found is None or found < reference:
            following = _day(reference.year + 1, self.month, self.day)
            # A text of December speaks of January to come; but one that is printed some days after the event
            # may still name a day just gone.
            if following and (found is None or reference - found > timedelta(days=60)):
                found = following
        return found


def find_dates(text: str, reference: date | None = None) -> Iterator[FoundDate]:
    """All full days that a folded text names. 近日 and 2月 are none."""
    previous_year: int | None = None
    for match in _DATE.finditer(text):
        groups = match.groupdict()
        if groups["month"]:
            year = (
                int(groups["year"])
                if groups["year"]
                else _relative(groups["relative"], reference, previous_year)
            )
            month, day = int(groups["month"]), int(groups["day"])
        elif groups["iso_year"]:
            year, month, day = int(groups["iso_year"]), int(groups["iso_month"]), int(groups["iso_day"])
        elif groups["cn_year"]:
            year = int("".join(_CHINESE_DIGITS[char] for char in groups["cn_year"]))
            month, day = read_numeral(groups["cn_month"]), read_numeral(groups["cn_day"])
        elif reference is None:
            continue
        else:
            day = int(groups["this_day"] or groups["only_day"])
            month = reference.month
            if groups["this"] == "上月" or (groups["only_day"] and day > reference.day):
                month = reference.month - 1 or 12
            year = None
        if groups["year"]:
            previous_year = year
        if not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        yield FoundDate(match.start(), match.end(), year, month, day)


def first_day(text: str) -> date | None:
    """The first day written in digits in an identifier or an address: 2024-05-06-3, t20240506."""
    match = re.search(r"(?<!\d)(20\d{2})[-/_.]?(0[1-9]|1[0-2])[-/_.]?(0[1-9]|[12]\d|3[01])(?!\d)", text)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


def _relative(word: str | None, reference: date | None, previous_year: int | None) -> int | None:
    if word is None:
        return None
    if word == "同年" or word == "次年":
        return previous_year and previous_year + (word == "次年")
    if reference is None:
        return None
    return reference.year + {"去年": -1, "上年": -1, "明年": 1}.get(word, 0)


def _day(year: int | None, month: int, day: int) -> date | None:
    if year is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
