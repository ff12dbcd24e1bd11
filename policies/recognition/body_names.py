"""Names of organisations in a text and the bodies that they mean. Pure.

Four ways lead from words to a body: the authority file; the grammar of local organs (place + 人民政府, 委,
局); the grammar of foreign ones (country + …部, …局), handed on along a list; and, for names that nobody
knows yet, the ending that makes a word an organisation (…协会, …公司).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policies.recognition.authority import COMPANY, Authority, Body
from policies.recognition.body_patterns import (
    ASSEMBLY,
    BRANCH,
    COMMITTEE_OF_A_ZONE,
    CONSULTATION,
    DEPARTMENT,
    FOREIGN,
    FOREIGN_ENUMERATION,
    FOREIGN_UNIVERSITY,
    GOVERNMENT,
    INSTITUTE,
    JOINING_A_NATIONAL_BODY,
    LIST_GAP,
    NATIONAL,
    NOT_IN_A_NAME,
    OFFICE,
    OTHER_MEANINGS,
    OWN_NAME,
    PARTY,
    PARTY_ORGANS,
    SPECIAL_COURT,
    SUBORDINATE,
    UNIT,
    UNIT_OF_A_PLACE,
    UNITS_NAMED,
    UNKNOWN,
    written,
)
from regions.gazetteer import NATION, Gazetteer, short_name
from regions.recognition import RegionMention, Setting, mentions


@dataclass(frozen=True, slots=True)
class BodyMention:
    """One organisation in a text."""

    name: str  # official, as the authority file or the grammar gives it; as printed where it is unknown
    text: str  # as printed
    start: int  # offset in the text, from 0
    end: int
    region: str | None  # "" of many countries; None of none
    level: str
    known: bool  # whether the authority file or a grammar stands behind it
    full: str = ""  # the name as printed with what the text leaves out, where that is a full name too
    parent: str = ""  # the body that a unit belongs to

    @property
    def label(self) -> str:
        """The full name nearest to the text's own."""
        return self.full or self.name


def body_names(
    text: str, authority: Authority, gazetteer: Gazetteer, setting: Setting | None = None
) -> list[BodyMention]:
    """The organisations that a text names, in order and without overlap.

    text: without asides in brackets, which part a name from itself. setting: what a bare 市委 means and which
    country's 司法部 is meant; see regions.recognition.setting_of.
    """
    return list(_Reader(text, authority, gazetteer, setting or Setting()).read())


def written_place(code: str, gazetteer: Gazetteer) -> str:
    """A place as it stands in its organs' names: a district's with its city."""
    name, place = gazetteer.name(code), gazetteer.places[code]
    district = place.level == "county" and name.endswith("区")
    return gazetteer.name(place.parent) + name if district else name


class _Reader:
    """One pass over a text, from left to right; what has been read is not read again."""

    def __init__(self, text: str, authority: Authority, gazetteer: Gazetteer, setting: Setting) -> None:
        self.text, self.authority, self.gazetteer, self.setting = text, authority, gazetteer, setting
        named = list(mentions(text, gazetteer, setting))
        ends = {mention.end for mention in named}
        # Behind a name the word begins another: 温岭市市场监管局 has no second 市.
        self.places = {m.start: m for m in named if not (m.relative and m.start in ends)}
        self.unknown = {match.start("name"): match for match in UNKNOWN.finditer(text)}

    def read(self) -> Iterator[BodyMention]:
        position, last = 0, None
        while position < len(self.text):
            found = self._at(position, last)
            if found is None:
                position += 1
                continue
            yield found
            last, position = found, max(found.end, position + 1)

    def _at(self, start: int, last: BodyMention | None) -> BodyMention | None:
        place = self.places.get(start)
        if place is not None:
            return (
                self._at_place(place)
                or self._of_authority(start)
                or self._national(start)
                or self._unknown(start)
            )
        if self.text.startswith("中共", start) and start + 2 in self.places:
            party = self._local(self.places[start + 2], start)
            if party:
                return party
        inherited = self._inherited(start, last)
        return inherited or self._of_authority(start) or self._national(start) or self._unknown(start)

    # ------------------------------------------------------------------------------ the authority file

    def _of_authority(self, start: int) -> BodyMention | None:
        name = self.authority.longest_at(self.text, start)
        if not name or not self._stands_free(start, name) or self._shared_government(start, name):
            return None
        return self._with_unit(self.authority.bodies[name], start, start + len(name))

    def _free(self, start: int, end: int) -> bool:
        """Whether no place begins within the span: a name does not run on into the next country."""
        return not any(position in self.places for position in range(start, end))

    def _stands_free(self, start: int, name: str) -> bool:
        """Whether a short name is not the tail or the head of a longer word."""
        end = start + len(name)
        if name in OTHER_MEANINGS and not self._speaks_of_its_country(name):
            return False
        if name.isascii():
            around = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
            return not re.search(r"[A-Za-z0-9]", around)
        before, after = self.text[max(0, start - 1) : start], self.text[end : end + 2]
        if name == "国务院" and after.startswith("令"):
            return True
        if name == "联合国" and JOINING_A_NATIONAL_BODY.match(self.text, start):
            return False
        if (
            name in ("国防部", "外交部", "教育部", "司法部", "财政部", "商务部", "水利部", "公安部", "民政部")
            and before in "美英法德日韩俄"
        ):
            return not before
        if re.match(r"[省市区县州地级各方家]", before) and not OWN_NAME.match(name):
            return False
        if name == "华为" and after.startswith(("首", "主", "准", "代")):
            return False
        return not (name[-1] in "部局委院" and after.startswith(("长", "士", "分")))

    def _speaks_of_its_country(self, name: str) -> bool:
        country = self.authority.bodies[name].region.split("-")[0]
        return country == self.setting.country.split("-")[0] or self.gazetteer.name(country) in self.text

    def _with_unit(self, body: Body, start: int, end: int) -> BodyMention:
        """The body, or the unit of it that the text names."""
        printed = self.text[start:end]
        if body.level == COMPANY and (institute := INSTITUTE.match(self.text, end)):
            name = self.text[start : institute.end()]
            return BodyMention(
                name, name, start, institute.end(), None, "institution", False, parent=body.name
            )
        country = self.setting.country.split("-")[0]
        if (
            country
            and body.region == NATION
            and body.level == "ministry"
            and not body.name.startswith(("国家", "中国"))
        ):
            name = self.gazetteer.name(country) + printed
            return self._foreign_body(name, printed, start, end, country)
        region = None if body.level == COMPANY and not body.region else body.region
        place = self.places.get(end)
        branch = place and body.region == NATION and BRANCH.match(self.text, place.end)
        if place and branch:
            name = body.name + self.text[end : branch.end()]
            printed = self.text[start : branch.end()]
            code = place.codes[0]
            return BodyMention(name, printed, start, branch.end(), code, "local", True, parent=body.name)
        unit = UNIT.match(self.text, end)
        if unit and not self.authority.longest_at(self.text, end) and self._free(end, unit.end()):
            unit_end = unit.end()
            if body.level in UNITS_NAMED:
                name = body.name + SUBORDINATE.sub("", unit.group())
                known = self.authority.bodies.get(name)
                return BodyMention(
                    known.name if known else name,
                    self.text[start:unit_end],
                    start,
                    unit_end,
                    region,
                    body.level,
                    True,
                    parent=body.name,
                )
            if body.level == "institution":
                end = unit_end
        office = OFFICE.match(self.text, end)
        if office and body.level in UNITS_NAMED:
            end = office.end()
            return BodyMention(
                body.name + office.group(),
                self.text[start:end],
                start,
                end,
                region,
                body.level,
                True,
                parent=body.name,
            )
        full = self.authority.then.get(printed, printed if self._is_full(printed, body) else "")
        return BodyMention(
            body.name, self.text[start:end], start, end, region, body.level, True, full, body.parent
        )

    def _is_full(self, printed: str, body: Body) -> bool:
        """Whether a foreign name, translated otherwise than in the authority file, is a full name as well."""
        if not body.region or body.region.isdigit() or printed == body.name or len(printed) < 5:
            return False
        country = self.gazetteer.name(body.region.split("-")[0])
        contracted = body.name[:1] + body.name[len(country) :]  # 美国防部
        return (
            printed.startswith(country)
            and printed != contracted
            and not re.search(r"[A-Za-z]|证交会$|众院$|参院$", printed)
        )

    # ------------------------------------------------------------------------------------ local organs

    def _at_place(self, place: RegionMention) -> BodyMention | None:
        code = place.codes[0]
        if len(place.codes) > 1:
            return None
        if code == NATION:
            return None
        if self.gazetteer.is_chinese(code) and not (code[:2] in ("81", "82") and not place.relative):
            return self._local(place, place.start)
        return self._foreign(place)

    def _local(self, place: RegionMention, start: int) -> BodyMention | None:
        known = self.authority.longest_at(self.text, start)
        while place.end in self.places and self.gazetteer.is_chinese(self.places[place.end].codes[0]):
            place = self.places[place.end]  # 湖南省长沙市…: the body is of the inner place
        code, end = place.codes[0], place.end
        if known and start + len(known) > end:
            return self._with_unit(self.authority.bodies[known], start, start + len(known))
        where = self._where(code)
        zone = (
            place.text
            if not place.relative and place.text.endswith(("区", "城", "安")) and place.text not in where
            else ""
        )
        if zone and (match := COMMITTEE_OF_A_ZONE.match(self.text, end)):
            tail = "管理委员会" if match["organ"] != "党工委" else "党工委"
            short = self.authority.local.get((code, zone + match["organ"]))
            name = f"{short.name if short else zone + tail}{match['office'] or ''}"
            return self._made(name, start, match.end(), code)
        if match := PARTY.match(self.text, end):
            organ = match["organ"] or ""
            return self._made(f"中共{where}委{PARTY_ORGANS.get(organ, organ)}", start, match.end(), code)
        if match := GOVERNMENT.match(self.text, end):
            organ = match["organ"] or ""
            if organ == "办":
                organ = (
                    "办公厅"
                    if where.endswith(("省", "自治区", "北京市", "上海市", "天津市", "重庆市"))
                    else "办公室"
                )
            organ = {"新闻办": "新闻办公室", "国资委": "国有资产监督管理委员会"}.get(organ, organ)
            return self._made(f"{where}人民政府{organ}", start, match.end(), code)
        if match := ASSEMBLY.match(self.text, end):
            standing = "常务委员会" if match["standing"] else ""
            return self._made(f"{where}人民代表大会{standing}", start, match.end(), code)
        if match := CONSULTATION.match(self.text, end):
            return self._made(f"{where}政协", start, match.end(), code)
        return self._department(code, start, end, zone)

    def _department(self, code: str, start: int, end: int, zone: str = "") -> BodyMention | None:
        """A local department whose name begins at `end`, behind its place; a zone's is named after that."""
        match = DEPARTMENT.match(self.text, end)
        if not match or not self._free(end, match.end()):
            return None
        if zone:
            return self._made(self.text[start:end] + written(match.group()), start, match.end(), code)
        made = self._made(self._written(code, match.group()), start, match.end(), code)
        printed = self._where(code) + match.group()
        if match.group() == "数据局" and made.text == printed != made.name:
            return replace(made, full=printed)  # many were renamed so since 2024: the text may know better
        return made

    def _written(self, code: str, tail: str) -> str:
        """The official name of the local department that is spoken of as `tail`."""
        special = self.authority.local.get((code, tail))
        if special:
            return special.name
        where = self._where(code)
        if SPECIAL_COURT.match(tail):
            return short_name(self.gazetteer.places[code]) + tail
        if tail == "金融监管局" and where.endswith(("省", "市", "自治区")):
            return f"国家金融监督管理总局{short_name(self.gazetteer.places[code])}监管局"
        if tail in ("网信办", "网信委办公室"):
            return f"中共{where}委{PARTY_ORGANS[tail]}"
        return where + written(tail)

    def _where(self, code: str) -> str:
        """The place as it stands in its organs' names: a district's with its city."""
        return written_place(code, self.gazetteer)

    def _made(self, name: str, start: int, end: int, code: str) -> BodyMention:
        """A local organ under its official name; one of former days keeps its name of then beside it."""
        known = self.authority.bodies.get(name)
        full = self.authority.then.get(name, "")
        printed = self.text[start:end]
        return BodyMention(known.name if known else name, printed, start, end, code, "local", True, full)

    # ---------------------------------------------------------------------------------- foreign organs

    def _foreign(self, place: RegionMention) -> BodyMention | None:
        start, code, end = place.start, place.codes[0], place.end
        known = self.authority.longest_at(self.text, start)
        if known and self._shared_government(start, known):
            return None
        if end in self.places and self.places[end].codes[0].startswith(f"{code}-"):  # 美国 + 加州
            place = self.places[end]
            code, end = place.codes[0], place.end
        if known and start + len(known) >= end:
            inner = FOREIGN_ENUMERATION.match(self.text, end) or FOREIGN.match(self.text, end)
            body = self.authority.bodies[known]
            if not inner or inner.end() <= start + len(known) or body.level == "international":
                return self._with_unit(body, start, start + len(known))
        if (university := FOREIGN_UNIVERSITY.match(self.text, end)) and self._free(end, university.end()):
            printed = self.text[start : university.end()]
            return BodyMention(
                university["name"], printed, start, university.end(), code, "institution", False
            )
        country = code.split("-")[0]
        prefix = self.gazetteer.name(country)
        if "-" in code:  # 美国加州议会 is the state's, 美国纽约市议会 the city's
            in_a_city = self.gazetteer.names[place.text].kind == "city"
            prefix += place.text if in_a_city else self.gazetteer.name(code)
        match = FOREIGN_ENUMERATION.match(self.text, end) or FOREIGN.match(self.text, end)
        if not match or match.group().startswith(("和", "与", "及")):
            return None
        if match.group().startswith("联邦"):
            code = country  # a federal court in a state is no court of the state
        if not self._free(end, match.end()):
            return None
        if self._shared_government(start, match.group()):
            return None
        name = prefix + SUBORDINATE.sub("", match.group())
        return self._foreign_body(name, self.text[start : match.end()], start, match.end(), code)

    def _shared_government(self, start: int, name: str) -> bool:
        """美国、英国和澳大利亚政府: the word is shared, and none of them is named."""
        return name.endswith("政府") and any(
            place.end == start - 1 and LIST_GAP.fullmatch(self.text[place.end : start])
            for place in self.places.values()
        )

    def _foreign_body(self, name: str, printed: str, start: int, end: int, code: str) -> BodyMention:
        known = self.authority.bodies.get(name) or self.authority.bodies.get(printed)
        if known and known.region.split("-")[0] == code.split("-")[0]:
            full = name if self._is_full(name, known) else ""
            return BodyMention(
                known.name, printed, start, end, known.region, known.level, True, full, known.parent
            )
        return BodyMention(name, printed, start, end, code, "government", True)

    def _inherited(self, start: int, last: BodyMention | None) -> BodyMention | None:
        """A name in a list whose first has its place or country: 韩国国家情报院、外交部; 省财政厅、科技厅."""
        if last is None or last.region is None or not LIST_GAP.fullmatch(self.text[last.end : start]):
            return None
        if last.level == "local":
            if self.authority.longest_at(self.text, start) and not re.match(
                r"发改|发展改革|网信办|国资委|卫健委|医保局|药监局", self.text[start:]
            ):
                return None
            if re.match(r"国家|中国|中央|国务院|全国", self.text[start:]):
                return None
            unit = UNIT_OF_A_PLACE.match(self.text, start)
            match = DEPARTMENT.match(self.text, unit.end() if unit else start)
            if match and self._free(match.start(), match.end()):
                return self._made(self._written(last.region, match.group()), start, match.end(), last.region)
            return None
        if (
            last.region
            and not self.gazetteer.is_chinese(last.region)
            and last.level in ("government", "legislature")
        ):
            match = FOREIGN.match(self.text, start)
            if match and self._free(start, match.end()):
                known = self.authority.longest_at(self.text, start)
                if known and (OWN_NAME.match(known) or self.authority.bodies[known].level == COMPANY):
                    return None
                name = self.gazetteer.name(last.region.split("-")[0]) + match.group()
                return self._foreign_body(name, match.group(), start, match.end(), last.region)
        return None

    # ----------------------------------------------------------------------------------- unknown names

    def _national(self, start: int) -> BodyMention | None:
        match = NATIONAL.match(self.text, start)
        if not match:
            return None
        name = match.group()
        level = COMPANY if name.endswith("公司") else "institution"
        return BodyMention(name, name, start, match.end(), NATION, level, False)

    def _unknown(self, start: int) -> BodyMention | None:
        match = self.unknown.get(start)
        if not match or NOT_IN_A_NAME.search(match["name"]):
            return None
        level = COMPANY if re.search("公司$|集团$", match["name"]) else "institution"
        return BodyMention(match["name"], match["name"], start, match.end(), None, level, False)
