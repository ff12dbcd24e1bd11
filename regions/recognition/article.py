"""The regions that an article is about: whose policy or event it reports. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from regions.gazetteer import NATION, Gazetteer
from regions.recognition.mentions import (
    HOME_SECTIONS,
    LOCAL_SECTIONS,
    NATIONAL_SECTIONS,
    RegionMention,
    Role,
    lead,
    mentions,
    sentence_around,
    setting_of,
)

TITLE = -1  # where an evidence's paragraph is the title

ISSUING = re.compile(
    r"印发|发布|公布|出台|制定|起草|编制|修订|征求意见|召开|举办|举行|主办|通过|批准|签署|提出|推出|颁布|下发|部署|启动|编写|发起|宣布|提交|"
    r"实施|施行|生效|开展|公开|推动|推进|成立|揭牌|聚焦|力争|打造|加快|建设|达到|增长|突破|上榜|入选|获批|上线|出炉|更新|更名|拟|将|要求"
)
# Words that only the nation's own organs are called by.
ORGAN_OF_THE_NATION = re.compile(
    r"国务院|党中央|公安机关|国家安全机关|国家[一-龥]{2,12}?(?:总局|局|委|办|中心|标准)|全国[一-龥]{2,16}?委员会"
)
JOINT = re.compile(r"联合|共同|与|和|、|及|同|等")
TRUSTED: dict[Role, float] = {"plain": 0.9, "document": 0.85, "body": 0.6, "person": 0.5}
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """One region that an article is about, with the evidence for it."""

    code: str
    confidence: float  # 0–1
    paragraph: int  # of the evidence, from 0; TITLE where it is the title
    start: int  # offset in that paragraph
    end: int
    sentence: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the region of an issuing body says: its code, "" for one of many countries; None for a company."""

    region: str | None
    start: int = 0
    end: int = 0
    paragraph: int = TITLE


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the article that is looked at: its paragraph, its offset in it and its text."""

    paragraph: int
    offset: int
    text: str
    whole: str

    def finding(self, code: str, mention: RegionMention, confidence: float) -> RegionFinding:
        left, right = sentence_around(self.whole, mention.start + self.offset, mention.end + self.offset)
        return RegionFinding(
            code,
            round(confidence, 2),
            self.paragraph,
            mention.start + self.offset,
            mention.end + self.offset,
            self.whole[left:right].strip(),
            mention.doubt,
        )


def recognise_regions(
    title: str,
    paragraphs: Sequence[str],
    gazetteer: Gazetteer,
    *,
    home: str = "520000",
    section: str = "",
    bodies: Sequence[Issuer] = (),
) -> list[RegionFinding]:
    """The regions whose policy or event an article reports, the most specific only, in order of evidence.

    bodies: what is known of the bodies that issued or held it; they decide whose policy it is. An article of
    bodies of many countries has no region. A doubtful finding says why.
    """
    setting = setting_of(title, paragraphs, gazetteer, home=home, section=section)
    stretches = list(_stretches(title, paragraphs))
    seen = [(stretch, mentions(stretch.text, gazetteer, setting)) for stretch in stretches]
    findings = _by_bodies(title, paragraphs, bodies, seen, gazetteer, at_home=section in HOME_SECTIONS)
    if findings is None:
        findings = _by_text(seen, gazetteer, home, section, title)
    kept = gazetteer.specific(finding.code for finding in findings)
    best: dict[str, RegionFinding] = {}
    for finding in findings:
        known = best.get(finding.code)
        if finding.code in kept and (known is None or finding.confidence > known.confidence):
            best[finding.code] = finding
    return list(best.values())


def _stretches(title: str, paragraphs: Sequence[str]) -> Iterator[_Stretch]:
    """The title, then the sentences of the lead."""
    yield _Stretch(TITLE, 0, title, title)
    for number, paragraph in lead(paragraphs):
        for match in SENTENCE.finditer(paragraph):
            if match.group().strip():
                yield _Stretch(number, match.start(), match.group(), paragraph)


Seen = Sequence[tuple[_Stretch, list[RegionMention]]]


def _by_bodies(
    title: str,
    paragraphs: Sequence[str],
    bodies: Sequence[Issuer],
    seen: Seen,
    gazetteer: Gazetteer,
    *,
    at_home: bool,
) -> list[RegionFinding] | None:
    """The regions of the issuing bodies, made more specific by the title; None where no body says any."""
    states = [body for body in bodies if body.region is not None]
    if not states:
        return None
    issuers = [body for body in states if body.region]
    if not issuers:
        return []  # bodies of many countries
    findings = [_of_issuer(body, title, paragraphs) for body in issuers]
    codes = list(dict.fromkeys(finding.code for finding in findings))
    local = [code for code in codes if gazetteer.is_local(code)]
    named = [
        stretch.finding(code, mention, TRUSTED[mention.role])
        for stretch, found in seen[:1]
        for mention in found
        if mention.role in ("plain", "document") and not mention.doubt and not mention.relative
        for code in mention.codes
        if gazetteer.is_local(code)
    ]
    if NATION in codes and local and at_home:
        findings = [finding for finding in findings if finding.code != NATION]
    elif NATION in codes:
        # What the nation decides for one place is the place's policy; a report of national standing written
        # with a local body is not.
        about = [finding for finding in named if not local or finding.code in local]
        if local and not about:
            findings = [finding for finding in findings if not gazetteer.is_local(finding.code)]
        elif about:
            findings = [f for f in findings if f.code != NATION and not gazetteer.is_local(f.code)] + about
    elif local:
        findings += [f for f in named if any(gazetteer.within(f.code, code) for code in local)]
    if any(not gazetteer.is_chinese(code) for code in codes):
        findings += _joined(seen)
    elif NATION in codes:
        findings += _partners_of_the_nation(seen, gazetteer)
    return findings


def _of_issuer(body: Issuer, title: str, paragraphs: Sequence[str]) -> RegionFinding:
    text = title if body.paragraph == TITLE else paragraphs[body.paragraph]
    left, right = sentence_around(text, body.start, body.end)
    return RegionFinding(
        body.region or "", 0.95, body.paragraph, body.start, body.end, text[left:right].strip()
    )


def _joined(seen: Seen) -> Iterator[RegionFinding]:
    """Foreign countries that act together with the issuing one, named before the verb of title or lead."""
    for stretch, found in seen[:2]:
        for mention in _subjects(stretch, found):
            for code in mention.codes:
                if not code.isdigit():
                    yield stretch.finding(code, mention, 0.8)


def _partners_of_the_nation(seen: Seen, gazetteer: Gazetteer) -> Iterator[RegionFinding]:
    """中国与欧盟…: the countries that the title has acting with China."""
    stretch, found = seen[0]
    subjects = _subjects(stretch, found)
    if any(m.codes == (NATION,) for m in subjects[:2]):
        for mention in subjects:
            if not gazetteer.is_chinese(mention.codes[0]):
                yield stretch.finding(mention.codes[0], mention, 0.75)


def _subjects(stretch: _Stretch, found: Sequence[RegionMention]) -> list[RegionMention]:
    """The mentions before the first issuing verb that follows one; a place of dealing is no subject."""
    usable = [m for m in found if m.role in ("plain", "body") and not m.doubt]
    if not usable:
        return []
    verb = ISSUING.search(stretch.text, usable[0].end)
    subjects = [m for m in usable if not verb or m.start < verb.start()]
    first = subjects[0]
    joined = [first]
    for mention in subjects[1:]:
        if JOINT.search(stretch.text[joined[-1].end : mention.start]) or mention.start == joined[-1].end:
            joined.append(mention)
    return joined


def _by_text(seen: Seen, gazetteer: Gazetteer, home: str, section: str, title: str) -> list[RegionFinding]:
    """Where no body speaks: the title's places, then those of the lead, then the section's own."""
    for place_filter in (_title_places, _lead_places):
        findings = place_filter(seen, gazetteer)
        if section in HOME_SECTIONS:
            findings = [finding for finding in findings if finding.code != NATION]
        if findings:
            return findings
    findings = _by_setting(seen, gazetteer, home if section in HOME_SECTIONS else "", section)
    if findings:
        return findings
    if section in HOME_SECTIONS:
        return [RegionFinding(home, 0.6, TITLE, 0, len(title), title, "文中没有地名，按栏目记作本省")]
    national = [(s, m) for s, found in seen for m in found if NATION in m.codes and m.role != "organisation"]
    if national:
        stretch, mention = national[0]
        return [stretch.finding(NATION, mention, 0.6)]
    if not any(not gazetteer.is_chinese(code) for _, found in seen for m in found for code in m.codes):
        for stretch, _ in seen:
            if organ := ORGAN_OF_THE_NATION.search(stretch.text):
                mention = RegionMention((NATION,), organ.group(), organ.start(), organ.end(), "body", 0.4)
                doubt = f"文中没有地名，按“{organ.group()}”推定为全国"
                return [replace(stretch.finding(NATION, mention, 0.4), doubt=doubt)]
    if section in NATIONAL_SECTIONS:
        return [RegionFinding(NATION, 0.6, TITLE, 0, len(title), title, "文中没有地名，按栏目记作全国")]
    return []


def _by_setting(seen: Seen, gazetteer: Gazetteer, home: str, section: str) -> list[RegionFinding]:
    """The place of the event, or in an organisation's name: better than none, and said to be a guess."""
    guesses: list[tuple[Role, str]] = [("venue", "只是活动举办地，按此推定")]
    if section in LOCAL_SECTIONS:
        guesses.append(("organisation", "只出现在机构名称里，按栏目推定"))
    for role, doubt in guesses:
        for stretch, found in seen[:2]:
            guessed = [
                replace(stretch.finding(m.codes[0], m, 0.5), doubt=f"“{m.text}”{doubt}")
                for m in found
                if m.role == role
                and len(m.codes) == 1
                and gazetteer.is_local(m.codes[0])
                and (not home or gazetteer.within(m.codes[0], home))
            ]
            if guessed:
                return guessed
    return []


def _title_places(seen: Seen, gazetteer: Gazetteer) -> list[RegionFinding]:
    stretch, found = seen[0]
    usable = [m for m in found if m.role in ("plain", "document", "body") and not m.doubt]
    # A president or a governor acts for his country or state; a mayor's seat is no more than a seat.
    officials = [
        replace(m, role="plain") for m in found if m.role == "person" and not gazetteer.is_chinese(m.codes[0])
    ]
    subjects = _subjects(stretch, sorted([*usable, *officials], key=lambda m: m.start))
    foreign = [m for m in subjects if not gazetteer.is_chinese(m.codes[0])]
    if foreign:  # 中国与欧盟…: both act
        foreign += [
            m
            for m in subjects
            if m.codes == (NATION,) and stretch.text[m.end : m.end + 1] in "与和同、美欧英法德日韩俄"
        ]
    chosen = foreign or [m for m in usable if gazetteer.is_chinese(m.codes[0])] or usable
    return [
        stretch.finding(code, mention, TRUSTED[mention.role])
        for mention in chosen
        for code in (mention.codes if mention.role != "organisation" else ())
        if code != NATION or len(chosen) == 1 or foreign
    ] + (list(_joined(seen)) if foreign else [])


def _lead_places(seen: Seen, gazetteer: Gazetteer) -> list[RegionFinding]:
    accept: Sequence[Callable[[RegionMention], bool]] = (
        lambda m: m.role in ("plain", "document") and not m.relative,
        lambda m: m.role in ("body", "person"),
        lambda m: m.role == "plain",
    )
    for accepted in accept:
        for stretch, found in seen[1:3]:
            subjects = _subjects(
                stretch, [replace(m, role="plain") for m in found if accepted(m) and not m.doubt]
            )
            local = [m for m in subjects if NATION not in m.codes]
            if local:
                return [stretch.finding(code, m, 0.6) for m in local for code in m.codes]
    return []
