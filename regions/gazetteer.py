"""The names of places and what they stand for, as a plain structure that no database is needed for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parent / "data"
NATION = "100000"

Level = Literal["nation", "province", "prefecture", "county", "union", "country", "state"]
# How a name stands for its place. `full` and `alias` do so anywhere; `short` is it without 省, 市;
# `weak` is a short name that is also a word or a surname (长治, 日照) and `county` one of a county: both
# count only beside a name that carries them. `zone` is a development zone within the place.
NameKind = Literal[
    "full", "short", "weak", "county", "alias", "zone", "former", "nickname", "city", "part", "area"
]

# Short names that are everyday words, surnames or parts of well-known names; read through one by one.
WEAK = frozenset(
    [
        "来宾",
        "长治",
        "朝阳",
        "大同",
        "白银",
        "日照",
        "安康",
        "三明",
        "阿里",
        "吴忠",
        "中山",
        "白山",
        "黄山",
        "东方",
        "文山",
        "山南",
        "黄南",
        "海东",
        "海西",
        "海北",
        "通化",
        "平凉",
        "马里",
    ]
)
# Counties called by a common noun: of no use without their city.
COMMON_NOUNS = frozenset(
    ["城区", "郊区", "矿区", "东区", "西区", "新城区", "城关区", "市中区", "开发区", "新区"]
)
ETHNIC_GROUPS = (
    "蒙古族|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|"
    "畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|"
    "阿昌族|普米族|塔吉克族?|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春族?|门巴族|珞巴族|基诺族|各族|蒙古"
)
AUTONOMOUS = re.compile(rf"(?:{ETHNIC_GROUPS})*自治(?P<kind>[州县旗])$")
PROVINCE_SUFFIX = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
PREFECTURE_SUFFIX = re.compile(r"(?:市|地区)$")
COUNTY_SUFFIX = re.compile(r"(?:市|县|区|旗|特区|林区)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A country, a division of China or a state. `parent` is the code of what it lies in, or ""."""

    code: str  # GB/T 2260, ISO 3166-1 or 3166-2, or EU
    name: str
    level: Level
    parent: str


@dataclass(frozen=True, slots=True)
class Name:
    """One name and the places it may stand for, the likeliest first."""

    text: str
    codes: tuple[str, ...]
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places by code, all names by text, and the names by their first two characters, longest first."""

    places: Mapping[str, Place]
    names: Mapping[str, Name]
    index: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def build(cls, places: Iterable[Place], names: Iterable[tuple[str, str, NameKind]]) -> Gazetteer:
        """From places and further names, each (code, name, kind). Names that the rules give are made here."""
        by_code = {place.code: place for place in places}
        found: dict[str, list[tuple[str, NameKind]]] = {}
        for code, text, kind in [*names, *(row for place in by_code.values() for row in own_names(place))]:
            entry = found.setdefault(text, [])
            if code not in (known for known, _ in entry):
                entry.append((code, kind))
        # A name's kind is that of its likeliest place; 吉林 is the province before it is the city.
        for entry in found.values():
            entry.sort(key=lambda item: _LIKELIHOOD[item[1]] * 10 + _SIZE[by_code[item[0]].level])
        named = {
            text: Name(
                text, tuple(code for code, kind in entry if _same_rank(kind, entry[0][1])), entry[0][1]
            )
            for text, entry in found.items()
        }
        index: dict[str, list[str]] = {}
        for text in sorted(named, key=len, reverse=True):
            index.setdefault(text[:2], []).append(text)
        return cls(by_code, named, {start: tuple(texts) for start, texts in index.items()})

    def find(self, text: str, start: int = 0) -> Iterator[tuple[int, Name]]:
        """The names in a text, leftmost and longest first, without overlap: (offset, name)."""
        index, names, end = self.index, self.names, len(text)
        while start < end:
            for name in index.get(text[start : start + 2], ()):
                if text.startswith(name, start):
                    yield start, names[name]
                    start += len(name)
                    break
            else:
                start += 1

    def name(self, code: str) -> str:
        """The official name; the code itself where it is unknown."""
        place = self.places.get(code)
        return place.name if place else code

    def lineage(self, code: str) -> Iterator[str]:
        """The code and those of the places around it, from the inside out."""
        while code:
            yield code
            place = self.places.get(code)
            code = place.parent if place else ""

    def within(self, code: str, ancestor: str) -> bool:
        """Whether the place is the other one or lies inside it."""
        return ancestor in self.lineage(code)

    def province(self, code: str) -> str:
        """The province that a place of China is or lies in; "" elsewhere and for the nation."""
        return next((up for up in self.lineage(code) if self._level(up) == "province"), "")

    def prefecture(self, code: str) -> str:
        """The city that a place of China is or lies in, a municipality included; "" where there is none."""
        for up in self.lineage(code):
            if self._level(up) == "prefecture" or (self._level(up) == "province" and up in MUNICIPALITIES):
                return up
        return ""

    def is_chinese(self, code: str) -> bool:
        """Whether the place is China or lies in it."""
        return code[:1].isdigit()

    def is_local(self, code: str) -> bool:
        """Whether the place is a part of China, not the whole."""
        return code[:1].isdigit() and code != NATION

    def specific(self, codes: Iterable[str]) -> list[str]:
        """The codes without those that contain another one of them, in order."""
        unique = list(dict.fromkeys(codes))
        return [code for code in unique if not any(o != code and self.within(o, code) for o in unique)]

    def _level(self, code: str) -> str:
        place = self.places.get(code)
        return place.level if place else ""


MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_SIZE: Mapping[Level, int] = {
    "nation": 0,
    "union": 0,
    "country": 1,
    "province": 2,
    "state": 3,
    "prefecture": 4,
    "county": 5,
}
_LIKELIHOOD: Mapping[NameKind, int] = {
    "full": 0, "alias": 0, "part": 0, "nickname": 0, "city": 0, "area": 0,
    "short": 1, "zone": 1, "former": 2, "weak": 3, "county": 4,
}  # fmt: skip


def _same_rank(kind: NameKind, best: NameKind) -> bool:
    """A county's short name is no rival to a city's; all else that shares the name is."""
    return kind == best or {kind, best} <= {"full", "alias", "short", "area", "zone"} or best == "county"


def own_names(place: Place) -> Iterator[tuple[str, str, NameKind]]:
    """The names that a place has by rule: its official one and the short ones."""
    code, name = place.code, place.name
    short = short_name(place)
    if place.level == "county":
        if name not in COMMON_NOUNS:
            yield code, name, "full" if len(name) > 2 else "county"  # 和县: also in 市和县级
        if len(short) >= 2 and short != name:
            if AUTONOMOUS.search(name):
                yield code, short + name[-1], "full"
            yield code, short, "county"
        return
    yield code, name, "full"
    if place.level == "prefecture":
        if AUTONOMOUS.search(name):
            yield code, f"{short}州", "full"
        elif name.endswith("地区"):
            yield code, f"{short}市", "former"
    if short != name and len(short) >= 2 and code != "US-WA":  # a bare 华盛顿 is the capital
        yield code, short, "weak" if short in WEAK else "short"


def short_name(place: Place) -> str:
    """The name without what kind of place it is: 贵州, 黔东南, 玉屏; the name itself where that is all."""
    name = place.name
    if place.level == "province":
        return PROVINCE_SUFFIX.sub("", name)
    if place.level in ("prefecture", "county") and AUTONOMOUS.search(name):
        return AUTONOMOUS.sub("", name)
    if place.level == "prefecture":
        return PREFECTURE_SUFFIX.sub("", name)
    if place.level == "county":
        return COUNTY_SUFFIX.sub("", name)
    if place.level == "state" and len(name) > 3:
        return name.removesuffix("州")
    return name


def display_name(place: Place) -> str:
    """What a reader sees: the short name, or the whole one where little would be left (赵县, 城区)."""
    short = short_name(place)
    return short if len(short) >= 2 else place.name


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer from the tables in data/, read once."""
    places = [
        Place(row["code"], row["name"], _level(row["level"]), row["parent"])
        for table in ("places", "countries", "states")
        for row in _rows(table)
    ]
    names: list[tuple[str, str, NameKind]] = [
        (row["code"], row["name"], _kind(row["kind"])) for row in _rows("names")
    ]
    names += [(row["code"], row["name"], "zone") for row in _rows("zones")]
    return Gazetteer.build(places, names)


def _rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _level(text: str) -> Level:
    for level in _SIZE:
        if text == level:
            return level
    raise ValueError(f"未知的层级：{text}")


def _kind(text: str) -> NameKind:
    for kind in _LIKELIHOOD:
        if text == kind:
            return kind
    raise ValueError(f"未知的名称类别：{text}")
