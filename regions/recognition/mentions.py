"""The places that a text names. Pure.

A name is first found, then resolved (吉林 the province or the city, 我省, 市委), then judged by what stands
around it: a venue, a company's name or an official's seat is no region of an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from regions.gazetteer import NATION, Gazetteer, Name

# What a mention is to its sentence. Only the first three speak for the article's region.
Role = Literal["plain", "document", "body", "person", "venue", "organisation", "object"]


@dataclass(frozen=True, slots=True)
class RegionMention:
    """One name in a text: what it stands for, where it stands and as what."""

    codes: tuple[str, ...]  # one, unless it is open which (朝阳区) or an area of several (京津冀)
    text: str
    start: int  # offset in the text, from 0
    end: int
    role: Role
    confidence: float  # 0–1
    relative: bool = False  # 我省, 市委: resolved by the article's own place
    doubt: str = ""  # why it is doubtful, in Chinese; empty where it is not


@dataclass(frozen=True, slots=True)
class Setting:
    """The place that 我省, 我市 and a bare 市委 mean in an article."""

    province: str = ""
    city: str = ""
    county: str = ""
    country: str = ""  # the foreign country that an article is about


LEAD = 2  # paragraphs; later ones tell of other places
HEADING = 12  # characters: 一、总体运行情况 is no lead

# The home section speaks of its province without naming it.
HOME_SECTIONS = frozenset({"数谷动态"})
LOCAL_SECTIONS = HOME_SECTIONS | {"地方新政"}
NATIONAL_SECTIONS = frozenset({"国策要论"})

# ------------------------------------------------------------------------------- what surrounds a name

ZONE_SUFFIX = (
    r"(?:国家级?)?(?:高新技术(?:产业)?|经济技术|经济|综合|技术)?(?:开发区|产业园区|保税区|示范区|试验区|功能区|实验区)|高新区|经开区|综保区|"
    r"自贸试验区|自由贸易试验区|自贸片区|新区|科学城|科技城|科创城"
)
ZONE = re.compile(rf"(?:国家)?(?:{ZONE_SUFFIX})")
ADMINISTRATIVE = re.compile(r"(?:经济特区|全?[省市州县区盟旗](?!长|委|政|场|值|民|面|域))")
# An organisation whose name merely begins with a place. Government bodies are not among them.
ORGANISATION = re.compile(
    r"(?!成立|组建|设立|揭牌|获批|启动|引进|支持|打造|再添|首[个家])"  # what a place does is not its name
    r"[^\s，。、；：！？《》“”（）()的与和及等在将为是发印布出公推建加召举了于]{0,12}?"
    r"(?:大学|学院|公司|集团|银行|交易所|交易中心|证券|日报|晚报|晨报|都市报|时报|青年报|商报|电视台|医院|研究院|研究所|研究中心|实验室|协会|学会|"
    r"联盟|基金会|律师事务所|中学|小学|机场|火车站|博物馆|图书馆|交所|邮报|通讯社|合作组织|博览会|大会|论坛|峰会|年会|交易会|展览会|大赛|港务|移动|联通|电信(?=[，、。和与])|网(?=[，、。”]|$))"
)
# An organ of state or party: its place is known to the one who knows the body.
BODY = re.compile(
    r"[^\s，。；：！？《》“”的将为是了于]{0,22}?(?:人民政府|政府|人民代表大会|人大常委会|人大|政协|党委|省委|市委|区委|县委|州委|工委|委员会|管委会|"
    r"办公厅|办公室|网信办|[一-龥]{1,12}[局厅署院](?![长部面域])|法院|检察院|发展改革委|发改委|经信委|科委|国资委|卫健委|住建委|商务委)"
)
# 全国首个 praises, it does not say where.
PRAISE = re.compile(
    r"首个|首家|首批|首例|首部|首款|首单|首次|领先|第一|最|前列|一流|唯一|率先|各地|人大|政协|一体化|两会"
)
# No name at all: 港口区域, 沿海南部, 黄河北岸.
RUNS_ON = re.compile(
    r"(?<=区)[域块间位别隔划段]|(?<=市)[场民值面况井售占政][^府]|(?<=[海河湖山江][东南西北])[部岸侧麓段端]|(?<=县)级|(?<=[市州])[长委]员"
)
COMPANY_BRANDS = (
    "时代",
    "云业务",
    "软件",
    "茅台",
    "啤酒",
    "路",
    "大道",
    "大厦",
    "话",
    "菜",
    "人",
    "籍",
    "语",
    "队",
    "族",
    "时间",
    "冬奥",
    "之音",
    "海岸",
    "洋",
)
PERSON = re.compile(
    r"(?:省|市|州|县|区)?(?:委|政府|人大常委会|政协|人民政府)?(?:常委、)?(?:副|原|前)?"
    r"(?:书记|省长|市长|州长|县长|区长|主席|主任|总理|总统|首相|部长|国务卿|大使|秘书长)"
)
EVENT = r"(?:召开|举行|举办|开幕|闭幕|启动|揭牌|发布|签署|签约|落幕|圆满|成立|揭晓|亮相|上线|考察|调研|出席)"
VENUE_BEFORE = re.compile(r"(?:在|于|赴|落户|落地|来到|前往|抵达)(?:中国)?(?:[一-龥]{0,6}?)$")
VENUE_AFTER = re.compile(
    rf"(?:[市省县区]|国家?|[一-龥]{{2,6}}?|[^，。；、]{{0,14}}?(?:中心|馆|厅|酒店|会场|会堂|大学|广场))?(?:隆重|正式|成功|顺利|联合)?{EVENT}"
)
OBJECT_BEFORE = re.compile(
    r"(?:对|向|针对|防止|包括|应对|针对来自|来自|限制|禁止|制裁|除|流向|输往|跨境至|出口至|参照|借鉴|不同于|相比|赶超|引发|涉)$"
)
BOUNDARY_BEFORE = re.compile(r"[。；！？\n]")

# A bare 省委 or 市发展改革委: no place before it, and no longer word that it ends (跨省政务, 城市政府).
BARE_ORGAN = (
    r"(?=(?:第?[一二三四五六七八九十]+届)?(?:人大|政协|人民代表大会)|委(?!托|派|员会?主)|政府|人民政府|"
)
BARE_ORGAN += (
    r"发展改革|发改|工信|经信|大数据|数据局|财政|科技[厅局委]|网信|市场监管|通信管理|政务服务|国资委|"
)
BARE_ORGAN += r"[一-龥]{2,14}?(?:局|厅|委员会|委)(?:[、，和与等印发出公]|联合|近日|日前|关于|会同|召开|组织))"
RELATIVE = re.compile(
    rf"(?P<bare>(?<![跨各全本我外分行部一])省{BARE_ORGAN}|(?<![城都上超股门夜全我本各省])市{BARE_ORGAN}|(?<![一-龥])(?:自治区|[州县区]){BARE_ORGAN})|"
    r"(?P<own>[我全本])(?P<unit>省|市|州|县|区|自治区)(?!长|域|间|民|别|分)"
)
# 美国会, 美议员, 法德…机构, 中美: a country by its first character, where the words behind leave no doubt.
COUNTRY_INITIALS = {
    "美": "US", "英": "GB", "法": "FR", "德": "DE", "日": "JP", "韩": "KR", "俄": "RU", "欧": "EU",
    "印": "IN", "加": "CA", "澳": "AU", "意": "IT", "中": NATION,
}  # fmt: skip
INITIAL_ALONE = re.compile(
    r"(?<![一-龥])(?P<initials>[美英法德日韩俄欧印澳](?=国会|议员|议会|总统|众议院|参议院|众院|参院|防部|国防部|司法部|商务部|财政部|能源部|国土安全|"
    r"土安全部|政府|军方?(?![民事工])|空军|海军|陆军|太空军|联邦|白宫|证交会|证监会|情报|网络安全|网络司令部|监管机构|贸易委员会|参众两院|"
    r"最高法院|法院|数据保护|央行|财长|防长|外长|首相|拟|将|计划|两党|多州|一州|多部门)|"
    r"[中美英法德日韩俄欧印澳加意]{2,5}(?=两国|三国|四国|五国|多国|等国|网络安全|联合|机构|签署|发布|达成|宣布|举行|共同|关于|双方|政府|数据|人工智能|"
    r"情报|警方|执法|启动|科技))"
)


# -------------------------------------------------------------------------------------------- mentions


def mentions(
    text: str, gazetteer: Gazetteer, setting: Setting | None = None, *, doubtful: bool = True
) -> list[RegionMention]:
    """All places named in a text, in order, each resolved and with its role.

    setting: what 我省 and 市委 mean; without it such words are left out. doubtful: whether to give also the
    names that stay open, with all their codes.
    """
    setting = setting or Setting()
    found = [*_named(text, gazetteer, setting), *_initials(text), *_relative(text, setting)]
    found.sort(key=lambda mention: (mention.start, mention.start - mention.end))
    kept: list[RegionMention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        if doubtful or not mention.doubt:
            kept.append(mention)
    return kept


def lead(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    """The paragraphs that tell the news, with their numbers: the first ones that are more than a heading."""
    told = [(number, text) for number, text in enumerate(paragraphs) if len(text.strip()) > HEADING]
    return told[:LEAD] or [(number, text) for number, text in enumerate(paragraphs) if text.strip()][:LEAD]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that a span stands in."""
    left = max((m.end() for m in BOUNDARY_BEFORE.finditer(text, 0, start)), default=0)
    right = BOUNDARY_BEFORE.search(text, end)
    return left, right.end() if right else len(text)


def setting_of(
    title: str,
    paragraphs: Sequence[str],
    gazetteer: Gazetteer,
    *,
    home: str = "520000",
    section: str = "",
) -> Setting:
    """What 我省, 我市 and a bare 市委 mean in the article: the first place of the title, then of the lead.

    Only the home section falls back on the home province and, for its city, on its capital.
    """
    province = city = county = country = ""
    national = section in NATIONAL_SECTIONS
    for text in (title, *(paragraph for _, paragraph in lead(paragraphs))):
        for mention in mentions(text, gazetteer, doubtful=False):
            code = mention.codes[0]
            if len(mention.codes) > 1 or mention.role in ("venue", "object", "organisation"):
                continue
            if code == NATION:
                national = True
            if not gazetteer.is_chinese(code):
                country = country or (code if not (province or national) else "")
                continue
            if province and gazetteer.province(code) != province:
                continue
            province = province or gazetteer.province(code)
            city = city or gazetteer.prefecture(code)
            if gazetteer.places[code].level == "county":
                county = county or code
        if (province or country) and text == title and city:
            break
    if section in HOME_SECTIONS and not country:
        province = province or home
        if province == home:
            city = city or f"{home[:2]}0100"
    return Setting(province, city, county, "" if province else country)


def _named(text: str, gazetteer: Gazetteer, setting: Setting) -> Iterator[RegionMention]:
    previous_end, previous_code = -1, ""
    for start, name in gazetteer.find(text):
        end = start + len(name.text)
        if RUNS_ON.match(text, end):
            continue
        adjacent = previous_code if previous_end == start else ""
        listed = (
            previous_code
            if previous_end >= 0 and text[previous_end:start] in ("、", "和", "与", "市、", "省、")
            else ""
        )
        resolved = _resolve(name, text, start, gazetteer, setting, adjacent, listed)
        if resolved is None:
            continue
        codes, confidence, doubt = resolved
        end = _whole_name(text, end, name)
        role = _role(text, start, end)
        yield RegionMention(codes, text[start:end], start, end, role, confidence, doubt=doubt)
        previous_end, previous_code = end, codes[0]


def _resolve(
    name: Name, text: str, start: int, gazetteer: Gazetteer, setting: Setting, adjacent: str, listed: str
) -> tuple[tuple[str, ...], float, str] | None:
    """The codes that a name means here, the confidence, the doubt; None where it is no place's name."""
    codes = name.codes
    inside = [code for code in codes if adjacent and code != adjacent and gazetteer.within(code, adjacent)]
    if name.kind == "county":
        return ((inside[0],), 0.9, "") if len(inside) == 1 else None
    if name.kind == "weak" and not inside and not (listed and gazetteer.is_chinese(listed)):
        return None
    if name.kind in ("city", "part"):
        return codes, 0.85, ""
    if name.kind == "area":
        return codes, 0.7, ""
    if len(codes) == 1:
        return codes, 0.95 if name.kind in ("full", "alias") else 0.9, ""
    if len(inside) == 1:
        return (inside[0],), 0.95, ""
    near = [code for code in codes if setting.city and gazetteer.within(code, setting.city)] or [
        code for code in codes if setting.province and gazetteer.within(code, setting.province)
    ]
    if len(near) == 1:
        return (near[0],), 0.85, ""
    sizes = [gazetteer.places[code].level for code in codes]
    if sizes[0] == "province":  # 吉林, 海南: the province, unless its city is clearly meant
        return (codes[0],), 0.85, ""
    if "state" in sizes:  # 德州: of Texas only where America is spoken of
        foreign = setting.country or adjacent
        american = foreign.startswith("US") or "美国" in text or "得克萨斯" in text or "德克萨斯" in text
        wanted = [code for code in codes if code.startswith("US") == american]
        return (wanted[0],), 0.75, ""
    parents = "、".join(
        gazetteer.name(gazetteer.prefecture(code) or gazetteer.province(code)) for code in codes[:4]
    )
    return codes, 0.3, f"“{name.text}”同名者多（{parents}），上下文没有说是哪一个"


def _whole_name(text: str, end: int, name: Name) -> int:
    """The end of the name with the development zone that follows it: 苏州 + 高新区."""
    if name.kind in ("zone", "area", "county") or name.text in ("中国", "全国", "我国"):
        return end
    zone = ZONE.match(text, end) or ZONE.match(text, end + 1 if text[end : end + 1] in ("市", "省") else end)
    return zone.end() if zone else end


def _relative(text: str, setting: Setting) -> Iterator[RegionMention]:
    for match in RELATIVE.finditer(text):
        unit = match["bare"] or match["unit"]
        code = {
            "省": setting.province,
            "自治区": setting.province,
            "市": setting.city,
            "州": setting.city,
        }.get(unit, setting.county)
        if code:
            role = _role(text, match.start(), match.end())
            yield RegionMention((code,), match.group(), match.start(), match.end(), role, 0.8, relative=True)


def _initials(text: str) -> Iterator[RegionMention]:
    for match in INITIAL_ALONE.finditer(text):
        for offset, char in enumerate(match["initials"]):
            start = match.start() + offset
            yield RegionMention((COUNTRY_INITIALS[char],), char, start, start + 1, "plain", 0.8)


def _role(text: str, start: int, end: int) -> Role:
    before, after = text[max(0, start - 12) : start], text[end : end + 40]
    if VENUE_BEFORE.search(before[-8:]) and VENUE_AFTER.match(after):
        return "venue"
    if OBJECT_BEFORE.search(before[-4:]):
        return "object"
    if PERSON.match(after):
        return "person"
    if text[start:end] in ("全国", "中国", "我国") and PRAISE.match(after):
        return "organisation"
    if after.startswith(COMPANY_BRANDS) and not after.startswith(
        ("人民", "人大", "人工", "人力", "人才", "人社")
    ):
        return "organisation"
    body, organisation = BODY.match(after), ORGANISATION.match(after)
    if organisation and not (body and body.end() <= organisation.end()):
        return "organisation"
    if body:
        return "body"
    opened = text.rfind("《", 0, start)
    if opened >= 0 and text.find("》", opened, start) < 0 and text.find("》", end) >= 0:
        return "document"
    return "plain"
