"""Amounts in Chinese text: 1.5万亿元, 3—5家, 百个以上, 翻一番 → value and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policies.recognition.numerals import DIGITS, SCALES, read_numeral

Comparator = Literal["≥", ">", "≤", "<", "=", "≈"]

_MONEY = r"(?:人民币|美元|欧元|英镑|日元|韩元|港元|元)"
# EFLOPS is misprinted with two l in some issues.
_POWER = (
    r"(?:[EPTGKMZe]\s?[Ff][Ll]+[Oo][Pp][Ss]?/?[sS]?|FLOPS|[GMKT]Wh?|kWh?|[KMGTPEZ][Bb](?:ps|/s)?"
    r"|[EP](?![A-Za-z])|ms|km|nm)"
)
# Units that count or measure. Those of time and of the parts of a paper (章, 条款, 方面) are not among them.
_MEASURE = (
    r"(?:个百分点|百分点|平方公里|平方千米|平方米|立方米|千瓦时|千瓦|吉瓦|兆瓦|标准煤|吨标准煤|公里|公顷|公斤|千米|人次|人天|人年|件次|台套|架次|笔|标箱|标准机架|"
    r"机架|家次|亩|度|吨|克|米|辆|艘|架|台|套|座|所|家|个|项|种|款|支|只|件|部|处|场|户|名|人|条|张|篇|批次|对|门|间|栋|幢|颗|株|头|首|"
    r"类|枚|片|块|束|卡|核|节点|站点|基站|班列|列|宗|单|例|站|毫秒|秒|微秒|点|倍|位(?!于|居|列|置|次))"
)
_MULTIPLE = r"(?:万亿|千亿|百亿|十亿|千万|百万|亿|万|千(?!瓦|米|克))"
_CHINESE = r"[一二两三四五六七八九十百千万亿〇零]"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z第\-])(?P<low>{_ARABIC})(?P<low_unit>%|万|亿|倍)?(?:(?P<dash>[—~～至\-到]+)(?P<high>{_ARABIC}))?\s?"
    rf"(?P<more>多|余|几)?(?P<percent>%|‰)?(?P<multiple>{_MULTIPLE})?(?P<more2>多|余)?(?P<unit>{_MONEY}|{_POWER}|{_MEASURE})?"
)
# 百个以上, 万家, 千亿元; 十家, 两个: a number in characters directly before its measure.
_CHARACTERS = re.compile(
    rf"(?<![一二两三四五六七八九十百千万亿〇零\d第数几若半每])(?P<number>[十百千万]|{_CHINESE}{{1,5}})(?P<more>多|余)?(?P<unit>元|家|个|项|户|名|人|款|场|种|座|所|支|件|条|倍|台|套|亿元|万元|个百分点)"
)
# 1000万用户, 3亿人次: a multiple before what is counted.
_COUNTED_BEHIND = re.compile(r"[余多]?(?P<unit>次|用户|人)")
_DOUBLING = re.compile(
    r"翻(?P<times>[一两二三四\d])?番|(?<![一二三四五六七八九十])(?P<twice>倍增)|(?:增加|增长|提高|提升)?(?P<fold>[一两二三])倍"
)
# 万 and 亿 belong to a unit of money or measure (亿元, 万千瓦); before what is counted they are number.
_KEEPS_MULTIPLE = re.compile(rf"{_MONEY}|千瓦时?|吨|亩|平方|公里|立方|度|标准|{_POWER}")

_AT_LEAST_BEHIND = re.compile(r"^(?:（[^（）]{1,20}）)?(?:及|或)?(?:以上|之上|起步)")
_AT_MOST_BEHIND = re.compile(r"^(?:及|或)?(?:以下|以内|之内|之下)")
_ABOUT_BEHIND = re.compile(r"^(?:左右|上下|以左右)")
_BEFORE: tuple[tuple[Comparator, re.Pattern[str]], ...] = (
    (
        "≥",
        re.compile(
            r"(?:不少于|不低于|不小于|不得低于|不得少于|至少|最少|不低於|达到或超过|达到和超过)(?:达?到|打造|建设|建成|培育|落地|引进|新增|形成|推出|完成|组织|开展|安排)?(?:约|近)?$"
        ),
    ),
    ("≤", re.compile(r"(?:不超过|不高于|不大于|不多于|控制在|压缩至|压减到|至多|最多|不超)(?:约)?$")),
    (">", re.compile(r"(?:突破|超过|超出|超|逾|高于|大于|多于|迈上|跨越|跃上|破|越过|站上)了?$")),
    ("<", re.compile(r"(?:低于|少于|小于|降至|降低到|降到|下降到|下降至|缩短至|缩短到|减少到|减至|压缩到)$")),
    ("≈", re.compile(r"(?:约|大约|近|接近|将近|约为)$")),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount. Places count in the folded text."""

    start: int
    end: int
    value: float | int | str  # a range (3—5) stays text
    unit: str  # as printed; 万 and 亿 stay with money and measures
    comparator: Comparator
    explicit: bool  # the text prints the comparator


def find_quantities(text: str) -> Iterator[Quantity]:
    """All amounts with a unit in a folded text, in order."""
    found = [*_arabic(text), *_characters(text), *_doublings(text)]
    taken = -1
    for quantity in sorted(found, key=lambda q: (q.start, -q.end)):
        if quantity.start >= taken:
            yield quantity
            taken = quantity.end


def _arabic(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        unit, multiple = match["percent"] or match["unit"] or "", match["multiple"] or ""
        if match["low_unit"] in ("%", "倍"):  # 12%—15%; otherwise 万 and 亿, as in 1万亿元
            unit, multiple = match["low_unit"], ""
        elif match["low_unit"]:
            multiple = match["low_unit"] + multiple
        end = match.end()
        if not unit and multiple and (counted := _COUNTED_BEHIND.match(text, end)):
            unit = counted["unit"]
        if not unit:
            continue
        numbers = [_number(digits) for digits in (match["low"], match["high"]) if digits]
        if multiple and _KEEPS_MULTIPLE.match(unit):
            unit = multiple + unit
        elif multiple:
            numbers = [_whole(number * _scale(multiple)) for number in numbers]
        value = numbers[0] if len(numbers) == 1 else "—".join(map(str, numbers))
        yield _compare(text, match.start(), end, value, unit)


def _characters(text: str) -> Iterator[Quantity]:
    for match in _CHARACTERS.finditer(text):
        number, unit = match["number"], match["unit"]
        if unit in ("元", "亿元", "万元"):
            scales = re.match(
                r"(?P<number>[一二两三四五六七八九十百千]+)(?P<scale>[万亿]+)$", number + unit[:-1]
            )
            if not scales:
                continue
            value, unit = read_numeral(scales["number"]), scales["scale"] + "元"
        else:
            value = read_numeral(number)
        if value <= 0:
            continue
        yield _compare(text, match.start(), match.end(), value, unit)


def _doublings(text: str) -> Iterator[Quantity]:
    for match in _DOUBLING.finditer(text):
        if match["fold"]:
            yield _compare(text, match.start(), match.end(), DIGITS[match["fold"]], "倍")
            continue
        times = match["times"]
        count = (int(times) if times.isdigit() else DIGITS[times]) if times else 1
        yield Quantity(match.start(), match.end(), 2**count, "倍", "≥", explicit=True)


def _compare(text: str, start: int, end: int, value: float | int | str, unit: str) -> Quantity:
    """Add what the words around an amount say: 以上, 不低于, 突破."""
    before, after = text[max(0, start - 8) : start], text[end : end + 12]
    if _AT_MOST_BEHIND.match(after):
        return Quantity(start, end, value, unit, "≤", explicit=True)
    at_least = _AT_LEAST_BEHIND.match(after)
    if at_least:
        return Quantity(start, end + at_least.end(), value, unit, "≥", explicit=True)
    for comparator, pattern in _BEFORE:
        if pattern.search(before):
            return Quantity(start, end, value, unit, comparator, explicit=True)
    if _ABOUT_BEHIND.match(after):
        return Quantity(start, end, value, unit, "≈", explicit=True)
    return Quantity(start, end, value, unit, "=", explicit=isinstance(value, str))


def _number(digits: str) -> float | int:
    plain = digits.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _whole(value: float) -> float | int:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _scale(multiple: str) -> int:
    product = 1
    for char in multiple:
        product *= SCALES[char]
    return product
