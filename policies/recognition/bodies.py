"""Which bodies issued, drafted or held what an article reports. Pure: no database, no network, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policies.recognition.authority import COMPANY, Authority
from policies.recognition.body_names import BodyMention, body_names, written_place
from policies.recognition.plain import DOCUMENT, Plain
from regions.gazetteer import Gazetteer
from regions.recognition import TITLE, Issuer, Setting, sentence_around
from regions.recognition import mentions as place_mentions

Act = Literal["issued", "drafted", "held"]


@dataclass(frozen=True, slots=True)
class BodyFinding:
    """One body that an article is by, with the evidence for it."""

    name: str  # official
    label: str  # the full name nearest to the text's own: translations of foreign names differ
    known: bool  # False: for the inbox of names
    act: Act
    region: str | None  # its code; "" of many countries, None of none (a company)
    level: str
    confidence: float  # 0–1
    paragraph: (
        int  # of the evidence, from 0; TITLE where it is the title, SOURCE where it is the source's name
    )
    start: int  # offset in that paragraph
    end: int
    sentence: str
    printed: str
    issued_jointly_by: int | None = None  # 等八部门: 8, of which only the named ones are found
    doubt: str = ""  # in Chinese; empty where nothing is doubtful


SOURCE = -2  # the evidence is the closing （来源：…）
LEAD = 5  # paragraphs that may hold the sentence with the news

NUMBER = r"(?:\d+|[一二两三四五六七八九十]+|多|若干)"
JOINT_COUNT = re.compile(
    rf"等?\s*(?P<count>{NUMBER})\s*(?:个|家)?(?:省直|中央|国家)?(?:部门|单位|部委|机构|厅局|委办局|部|方)"
)
CONNECTION = re.compile(
    r"(?:、|，|和|与|及|以及|会同|联合|携手|并|同|牵头|共同|等|\s|/|省委|（|）|分别|协同|——|有关部门){0,5}"
)
# Between a list of bodies and the verb: dates, adverbs, places, purposes; no second subject, no attribute.
GAP = (
    r"(?:等)?(?:[^，。；：！？《的被因由]{0,8}?(?:部门|单位|部委|机构|企业))?"
    r"(?:(?!根据|按照|依据|支持|指导|委托|授权|责成|被|遭到|因违|党组|书记|局长|部长|司长|主任|院长|会长|主席|总理|秘书长|指导下|领导下|支持下|关于|提出的|印发的|发布的)[^。；！？《》：，]){0,34}?"
)
ISSUE_VERB = (
    r"(?P<issue>印发|发布|公布|出台|颁布|下发|推出|签署|批准|审议通过|表决通过|投票通过|通过了?|宣布|提出|提交|公开征求|征求意见|征集意见|发出|发文|批复|更新|"
    r"公开(?!透明)|公示|上线|启动|部署|施行|实施(?!方案|细则|意见)|敲定|投票|提案|提起|同意|裁定|处罚|推动|明确|披露|发起|达成|颁发|授予|约谈|查处|通报|曝光|下架|提议|罚款|处以|叫停|驳回)"
)
DRAFT_VERB = r"(?P<draft>起草|编制|制定|制订|修订|编写|编撰|撰写|研究形成|形成了?|牵头制)"
HOLD_VERB = r"(?P<hold>召开|举办|举行|主办|承办|组织开展|开展|成立|揭牌|集体学习)"
# 将法案提交审议, 就《…》征求意见, 依据《…》作出处罚: the object or the ground stands before the verb.
FRONTED = re.compile(
    r"(?:近日|日前|正式|已|拟)?(?:将|把|就|对|向|针对|依据|根据|按照|围绕)[^，。；]{0,60}?"
    r"(?P<verb>颁发|授予|发放|下达|提交|列入|纳入|公开|报送|征求|征集|修订|修改|公布|作出|处以|罚款|印发|发布|制定|起草|开展|召开|举行)"
)
ACTS = re.compile(rf"(?!的){GAP}(?:{ISSUE_VERB}|{DRAFT_VERB}|{HOLD_VERB})")
ORDER = re.compile(r"[^，。；]{0,4}令(?![人行])")
# What makes a body before the verb no issuer: the policy leans on it, or it is acted upon.
LEANING = re.compile(
    r"(?:根据|按照|依据|依照|贯彻|落实|贯彻落实|遵循|结合|经|报|向|被|受|获|获得|对|在|入选|参照|为|针对|继|配合|代表|要求|响应|继续|除|对标|同意|认定|自)$"
)
# 经国务院第40次常务会议通过: whose meeting passes it does not only approve of it.
BY_ITS_MEETING = re.compile(r"[^，。；《》]{0,16}会议(?:审议|表决|讨论)*通过")
ANNOUNCEMENT = re.compile(r"(?:国家|行业)标准公告|标准批准发布公告")
HOSTED = re.compile(r"(?:由|记者从|据|日|近日|日前|消息|获悉|，|^|：|近期|当天|同日|上午|下午|晚)$")
STANDARD_DRAFT = re.compile(r"归口")
# A title that begins with a body is the body's doing, unless it goes on with a person or with what befell it.
NOT_ITS_DOING = re.compile(
    r"(?!.*(?:答记者问|答问|解读))(?:的|院士|专家|研究员|教授|人士|[^，。：]{0,6}?(?:书记|局长|部长|司长|主任|院长|会长|主席|行长|署长|总裁|董事长|秘书长|负责人|工程师|专员[^公办])|"
    r"一行|赴|应邀|获|入选|荣|被|遭|受|因|党组|领导|代表|与|和|、|$)"
)
PRESIDED = re.compile(r"主持召开$")
REPORTING = re.compile(r"(?:[^，。；]{0,14})(?:作(?:了)?(?:工作)?报告|作总结讲话|主持会议|主持召开)")
PRESENT = re.compile(
    r"近日|日前|昨日|今日|当日|\d{1,2}\s*月\s*\d{1,2}\s*日|消息|记者|获悉|近期|本周|当地时间"
)
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")
# 《草案》提请某人大常委会首次审议: the bill is before that body. Who lays one before it is told as 将…提请.
BROUGHT_BEFORE = re.compile(r"》(?:已|已经|于)?[^，。；将]{0,12}(?:提请|提交)$")
DELIBERATED = re.compile(r"[^，。；《]{0,16}?(?:审议|审查)(?!通过)")
# Titles stand empty where these look. 某会议审议《草案》; 甲局关于印发《办法》的通知
DELIBERATES = re.compile(
    r"[^，。；《》]{0,14}会议[^，。；《》]{0,12}?(?:审议|审查)(?!通过)[^，。；《》]{0,8}《"
)
NOTICE = re.compile(
    r"(?:等[^，。；《》]{1,8})?关于(?:印发|发布|公布)[^。；]{0,3}《》(?:等[^，。；]{0,8})?的(?:通知|公告)"
)
# 《甲局关于…的通知》公布
PUBLISHED = re.compile(r"[^，。；《》]{0,8}(?:印发|发布|公布|出台|下发)")
LOCAL_LAW = re.compile(r"《[^《》]*条例[^《》]{0,8}》")
PLACE_WITH_RANK = re.compile(r"[省市区县州旗]$")
PLACE_ISSUES = re.compile(r"[^，。；：《》的省市区县州局委厅]{0,24}?(?:印发|发布|出台|公布)《")
CHINESE_NUMBERS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class _Group:
    """Bodies that act together in a sentence, with the verb that says so."""

    members: tuple[BodyMention, ...]
    act: Act
    count: int | None
    confidence: float
    doubt: str = ""


def mentions(
    text: str, authority: Authority, gazetteer: Gazetteer, setting: Setting | None = None
) -> list[BodyMention]:
    """All organisations that a text names, in order, with their offsets in it."""
    plain = Plain.of(text)
    found = []
    for mention in body_names(plain.text, authority, gazetteer, setting):
        start, end = plain.place(mention.start, mention.end)
        found.append(
            BodyMention(
                mention.name,
                text[start:end],
                start,
                end,
                mention.region,
                mention.level,
                mention.known,
                mention.full,
                mention.parent,
            )
        )
    return found


def recognise_bodies(
    title: str,
    paragraphs: Sequence[str],
    source_names: Sequence[str],
    authority: Authority,
    gazetteer: Gazetteer,
    setting: Setting,
) -> list[BodyFinding]:
    """The bodies that issued, drafted or held what the article reports, in the order of the text.

    source_names: those of the closing （来源：…）; they speak only where title and text are silent.
    setting: the article's own place, regions.recognition.setting_of.
    """
    lead = _best(title, _lead_findings(title, paragraphs, authority, gazetteer, setting))
    in_title = _title_findings(title, authority, gazetteer, setting)
    found = [*lead, *(finding for finding in in_title if not _covered(finding, lead))]
    if not lead and paragraphs:
        found += [f for f in _reported(paragraphs, authority, gazetteer, setting) if not _covered(f, found)]
    if not found:
        found = list(_named_in_news(paragraphs, authority, gazetteer, setting))
    if not found:
        found = list(_governments(paragraphs, gazetteer, setting))
    if not found:
        # A 地方性法规 is passed by a people's congress, not by the government whose site tells of it.
        found = [
            finding
            for finding in _sources(source_names, authority, gazetteer, setting)
            if not (
                LOCAL_LAW.search(title) and finding.level == "local" and finding.name.endswith("人民政府")
            )
        ]
    return _once(found)


def issuers(findings: Sequence[BodyFinding]) -> list[Issuer]:
    """What the regions of an article need to know of its bodies."""
    return [
        Issuer(finding.region, max(finding.start, 0), finding.end, finding.paragraph)
        for finding in findings
        if finding.paragraph != SOURCE
    ] + [Issuer(finding.region) for finding in findings if finding.paragraph == SOURCE]


# ------------------------------------------------------------------------------------------- sentences


def _lead_findings(
    title: str, paragraphs: Sequence[str], authority: Authority, gazetteer: Gazetteer, setting: Setting
) -> Iterator[tuple[int, int, str, list[BodyFinding]]]:
    """Each sentence of the lead that has a body acting: its paragraph's rank, offset, sentence, findings."""
    told = [(number, paragraph) for number, paragraph in enumerate(paragraphs) if paragraph.strip()]
    for rank, (number, paragraph) in enumerate(told[:LEAD]):
        for match in SENTENCE.finditer(paragraph):
            sentence = match.group()
            if len(sentence.strip()) < 4:
                continue
            groups = _acting(sentence, authority, gazetteer, setting)
            found = [
                _finding(group, member, number, match.start(), Plain.of(sentence), paragraph)
                for group in groups
                for member in group.members
            ]
            if found:
                yield rank, match.start(), sentence, found


def _best(title: str, candidates: Iterator[tuple[int, int, str, list[BodyFinding]]]) -> list[BodyFinding]:
    """The findings of the sentence that tells the news: it names the title's document, or a day, early on."""
    best: list[BodyFinding] = []
    highest = 0.0
    for rank, offset, sentence, found in candidates:
        shared, present = _shares_document(title, sentence), bool(PRESENT.search(sentence[:40]))
        if rank > 1 and not shared:
            continue
        weight = 2 * shared + present + (offset == 0) * 0.5 + (1.0, 0.6, 0.2)[min(rank, 2)]
        weight += 0.5 * max(finding.confidence for finding in found)
        if weight > highest:
            highest = weight
            opens = rank == offset == 0
            best = found if shared or present or opens else [_doubted(finding) for finding in found]
    return best


def _doubted(finding: BodyFinding) -> BodyFinding:
    doubt = finding.doubt or "这句没有说时间，也没有提到标题里的文件，未必是本篇的发文机关"
    return replace(finding, confidence=round(finding.confidence * 0.7, 2), doubt=doubt)


def _shares_document(title: str, sentence: str) -> float:
    """How far the documents that a sentence names are those of the title: 0–1."""
    wanted = _pairs(title)
    return max(
        (
            len(_pairs(name) & wanted) / max(1, min(len(_pairs(name)), len(wanted)))
            for name in DOCUMENT.findall(sentence)
        ),
        default=0.0,
    )


def _pairs(text: str) -> set[str]:
    text = re.sub(r"[\s《》〈〉（）()“”—-]", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _acting(sentence: str, authority: Authority, gazetteer: Gazetteer, setting: Setting) -> list[_Group]:
    """The groups of bodies that issue, draft or hold something in the sentence."""
    plain = Plain.of(sentence).text
    names = body_names(plain, authority, gazetteer, setting)
    announced = "批准发布" in plain or ("正式发布" in plain and ANNOUNCEMENT.search(plain))
    groups = []
    for members in _lists(names, plain):
        before, after = plain[: members[0].start], plain[members[-1].end :]
        if DELIBERATED.match(after) and BROUGHT_BEFORE.search(before):
            groups.append(_Group(tuple(members), "held", None, 0.8))
            continue
        leant_on = LEANING.search(before[-6:]) and not PRESIDED.search(before[-6:])
        passed = before.endswith("经") and BY_ITS_MEETING.match(after)
        if leant_on and not passed and not (announced and after.startswith(("发布的", "批准"))):
            continue
        if announced and STANDARD_DRAFT.match(after):
            continue
        act = _act(after, before, announced=bool(announced))
        if act:
            groups.append(
                _Group(
                    tuple(members),
                    act,
                    _count(after),
                    0.95 if HOSTED.search(before[-4:]) or not before else 0.85,
                )
            )
    return groups


def _act(after: str, before: str, *, announced: bool) -> Act | None:
    if NOTICE.match(after):
        return "issued"
    if DELIBERATES.match(after):
        return "held"
    if announced and re.match(r"(?:近日|日前)?(?:批准)?发布的", after):
        return "issued"
    if ORDER.match(after):
        return "issued"
    if STANDARD_DRAFT.match(after):
        return "drafted"
    if PRESIDED.search(before[-6:]):
        return "held"
    match = ACTS.match(after)
    if not match:
        fronted = FRONTED.match(after)
        return _of_verb(fronted["verb"]) if fronted else None
    if match["draft"]:
        return "drafted"
    return "held" if match["hold"] else "issued"


def _of_verb(verb: str) -> Act:
    if re.match(DRAFT_VERB, verb):
        return "drafted"
    return "held" if re.match(HOLD_VERB, verb) else "issued"


def _lists(names: Sequence[BodyMention], text: str) -> Iterator[list[BodyMention]]:
    """The names in runs that nothing but commas and connectives part."""
    run: list[BodyMention] = []
    for name in names:
        if (
            run
            and run[-1].end == name.start
            and run[-1].name.endswith("政府")
            and run[-1].region == name.region
        ):
            run.pop()  # 香港特区政府 + 创新科技及工业局: the department alone
        elif run and not CONNECTION.fullmatch(text[run[-1].end : name.start]):
            yield run
            run = []
        run.append(name)
    if run:
        yield run


def _count(after: str) -> int | None:
    match = JOINT_COUNT.match(after)
    if not match:
        return None
    count = match["count"]
    if count.isdigit():
        return int(count)
    if count in ("多", "若干"):
        return None
    tens, _, ones = count.rpartition("十")
    if "十" not in count:
        return CHINESE_NUMBERS.get(count)
    return 10 * CHINESE_NUMBERS.get(tens, 1) + CHINESE_NUMBERS.get(ones, 0)


def _finding(
    group: _Group, member: BodyMention, paragraph: int, offset: int, plain: Plain, whole: str
) -> BodyFinding:
    start, end = plain.place(member.start, member.end)
    left, right = sentence_around(whole, start + offset, end + offset)
    doubt = group.doubt or ("" if member.known else f"“{member.name}”不在发文机关名录中")
    return BodyFinding(
        member.name,
        member.label,
        member.known,
        group.act,
        member.region,
        member.level,
        round(group.confidence * (1 if member.known else 0.7), 2),
        paragraph,
        start + offset,
        end + offset,
        whole[left:right].strip(),
        whole[start + offset : end + offset],
        group.count,
        doubt,
    )


# ------------------------------------------------------------------------------ title, meeting, source


def _title_findings(
    title: str, authority: Authority, gazetteer: Gazetteer, setting: Setting
) -> list[BodyFinding]:
    """The bodies that the title has acting, or begins with: 某局关于…的通知, 《某院关于…的意见》发布."""
    plain = Plain.of(title)
    groups = _acting(title, authority, gazetteer, setting)
    if not groups:
        names = body_names(plain.text, authority, gazetteer, setting)
        for members in _lists(names, plain.text):
            after = plain.text[members[-1].end :]
            counted = JOINT_COUNT.match(after)
            after = after[counted.end() :] if counted else after
            organ = members[0].known and members[0].level != COMPANY
            if organ and members[0].start == 0 and not NOT_ITS_DOING.match(after):
                groups = [_Group(tuple(members), "issued", _count(plain.text[members[-1].end :]), 0.75)]
            break
    found = [_finding(group, member, TITLE, 0, plain, title) for group in groups for member in group.members]
    if not found and (match := DOCUMENT.match(title)):
        found = list(_authors(match, title, TITLE, authority, gazetteer, setting))
    return found


def _authors(
    document: re.Match[str],
    whole: str,
    paragraph: int,
    authority: Authority,
    gazetteer: Gazetteer,
    setting: Setting,
) -> Iterator[BodyFinding]:
    """The bodies that the name of a document begins with: 《甲局 乙局关于…的意见》."""
    plain = Plain.of(document.group(1))
    names = body_names(plain.text, authority, gazetteer, setting)
    members = next(_lists(names, plain.text), None)
    if members and members[0].start == 0 and re.match(r"关于|办公厅关于", plain.text[members[-1].end :]):
        group = _Group(tuple(members), "issued", None, 0.75)
        for member in members:
            yield _finding(group, member, paragraph, document.start(1), plain, whole)


def _named_in_news(
    paragraphs: Sequence[str], authority: Authority, gazetteer: Gazetteer, setting: Setting
) -> Iterator[BodyFinding]:
    """Who has issued a document whose publication opens the text: 近日，《甲局关于…的通知》公布."""
    number, text = _opening(paragraphs)
    document = DOCUMENT.search(text)
    if not document or LEANING.search(text[: document.start()][-6:]):
        return
    if PUBLISHED.match(text, document.end()):
        yield from _authors(document, text, number, authority, gazetteer, setting)


def _opening(paragraphs: Sequence[str]) -> tuple[int, str]:
    """The first paragraph that says something, with its number; an empty one where none does."""
    return next(((n, paragraph) for n, paragraph in enumerate(paragraphs) if paragraph.strip()), (0, ""))


def _reported(
    paragraphs: Sequence[str], authority: Authority, gazetteer: Gazetteer, setting: Setting
) -> Iterator[BodyFinding]:
    """The body whose head gives the report at a meeting that nobody is said to hold."""
    number, opening = _opening(paragraphs)
    plain = Plain.of(opening)
    for mention in body_names(plain.text, authority, gazetteer, setting):
        if REPORTING.match(plain.text, mention.end):
            group = _Group((mention,), "held", None, 0.6, "会议未写明主办者，按主持或作报告者的机关推定")
            yield _finding(group, mention, number, 0, plain, opening)


def _governments(paragraphs: Sequence[str], gazetteer: Gazetteer, setting: Setting) -> Iterator[BodyFinding]:
    """深圳市某区印发《甲》: a place that issues does so by its government."""
    number, opening = _opening(paragraphs)
    plain = Plain.of(opening)
    for place in place_mentions(plain.text, gazetteer, setting):
        if (
            len(place.codes) == 1
            and gazetteer.is_local(place.codes[0])
            and PLACE_WITH_RANK.search(place.text)
            and place.text[-1] == gazetteer.places[place.codes[0]].name[-1]  # a zone has no government
            and PLACE_ISSUES.match(plain.text, place.end)
        ):
            name = f"{written_place(place.codes[0], gazetteer)}人民政府"
            mention = BodyMention(name, place.text, place.start, place.end, place.codes[0], "local", True)
            group = _Group((mention,), "issued", None, 0.6, "文中只写地名，按该地人民政府推定")
            yield _finding(group, mention, number, 0, plain, opening)
            return


def _sources(
    source_names: Sequence[str], authority: Authority, gazetteer: Gazetteer, setting: Setting
) -> list[BodyFinding]:
    """The organs among the sources, where the text names no issuer. A newspaper is none."""
    found = []
    for source in source_names:
        for mention in body_names(source, authority, gazetteer, setting):
            whole = mention.start == 0 and mention.end == len(source)
            if whole and mention.known and mention.level not in ("institution", "company", "association"):
                found.append(
                    BodyFinding(
                        mention.name,
                        mention.label,
                        True,
                        "issued",
                        mention.region,
                        mention.level,
                        0.55,
                        SOURCE,
                        0,
                        len(source),
                        source,
                        source,
                        None,
                        "文中未写明发文机关，按来源推定",
                    )
                )
    return found


def _covered(finding: BodyFinding, others: Sequence[BodyFinding]) -> bool:
    """Whether the text names the title's body already, by its full name or its unit, or one of its kind."""
    if not others:
        return False
    return any(
        finding.name == other.name or finding.name in other.name or finding.region == other.region
        for other in others
    )


def _once(found: Sequence[BodyFinding]) -> list[BodyFinding]:
    """Each body once, the surest evidence kept, in the order of the text."""
    by_name: dict[str, BodyFinding] = {}
    for finding in found:
        known = by_name.get(finding.name)
        if known is None or finding.confidence > known.confidence:
            by_name[finding.name] = finding
    return list(by_name.values())
