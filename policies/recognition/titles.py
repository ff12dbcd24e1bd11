"""Document titles in a text: what stands in 《》, its short names, and which mentions are one document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from policies.recognition.passages import HEADLINE, Sentence

_DRAFT = (
    r"(?:向社会)?(?:公开)?(?:第[一二三四]次)?(?:修订|修正|修改)?(?:草案|草稿|稿)?(?:公开)?"
    r"(?:征求意见|送审|报批|审议|讨论|二次审议|三次审议|草案|初|审查)(?:稿|版)?"
)
# A mark of the stage that a document has reached; no part of the name of the policy.
STAGE_MARK = re.compile(
    rf"[（(](?:{_DRAFT}|(?:修订|修正)?草案[^（）()]{{0,6}}|(?:新?修订|修正)(?:稿|版))[）)]"
)
_BARE_MARK = re.compile(r"(?:公开)?(?:征求意见稿|送审稿|审议稿|草案稿?|初稿)$")
_TRIAL_MARK = re.compile(r"（(?:试行|暂行)[^（）]{0,2}）")
# A noun that follows 》 and makes another document of it: the amendment or the guide to a law is not the law.
_DERIVED = re.compile(
    r"(?:的)?(?P<noun>(?:第[一二三]次)?修正案|修订案|施行令|施行规则|施行细则|实施条例|实施细则|实施办法|实施意见|实施方案|指导文件|配套指南|实施指南"
    r"|司法解释|解读|立法说明|编制说明|问答)"
)
# （以下简称《意见》）, （简称"该法案"）, （…〔2025〕2号，以下简称《办法》）
SHORT_NAME = re.compile(
    r"（(?:[^（）《》]{2,40}，)?(?:(?:以下|下|下文)?(?:统|均)?简?称为?[：:，]?)(?:为)?[《“‘\"]?(?P<name>[^《》“”‘’\"（）]{2,30})[》”’\"]?[^（）]{0,4}）"
)
_EDITION = re.compile(
    r"(?P<year>(?:19|20)\d{2})年?(?:[—~～至\-]+(?:(?:19|20)\d{2}))?年?版?|(?<=[VvＶ])\d+(?:\.\d+)+|\d+\.\d+版?|第[一二三四五六七八九十\d]+版"
)
_PART = re.compile(r"第[一二三四五六七八九十\d]+(?:部分|批|号|期|辑|卷|册)")
_NOT_COMPARED = re.compile(r"[《》〈〉“”‘’\"'·\s、，：:—~～\-]")
_COUNTRY = re.compile(r"^(?:中华人民共和国|中国共产党|中共)")

# 《人民日报》, 《联邦公报》上: what is printed in, not what is issued.
_PERIODICAL = re.compile(
    r"(?:日报|晚报|晨报|早报|时报|周报|商报|青年报|电讯|邮报|周刊|杂志|学报|新闻联播|联邦公报|官方公报|联邦纪事)$|^(?:求是|自然|科学|细胞|柳叶刀)$"
)
_PERIODICAL_BEHIND = re.compile(
    r"(?:杂志|期刊|周刊|栏目|节目|专栏|记者|网站|客户端|头版|[^，。；《》]{0,4}(?:(?:刊发|刊登|刊载)(?![于在])|刊文|撰文|报道))"
)

# What policy documents call themselves, the more telling word last in the name. Longer names first, since
# 行政法规 ends like 法规.
KINDS = (
    "白皮书", "蓝皮书", "绿皮书", "皮书", "备忘录", "路线图", "行政令", "行政命令", "实施细则", "修正案",
    "责任书", "任务书", "意见书", "倡议书", "研究报告", "年度报告", "一揽子计划", "法案", "公约", "协定",
    "协议", "条例", "办法", "规定", "细则", "规则", "规程", "决定", "决议", "意见", "通知", "公告", "通告",
    "公报", "方案", "计划", "规划", "纲要", "措施", "政策", "要点", "指南", "指引", "标准", "规范", "准则",
    "清单", "目录", "名单", "报告", "框架", "战略", "倡议", "宣言", "声明", "建议", "要求", "批复", "命令",
    "指令", "原则", "制度", "解释", "契约", "指数", "案例", "图谱", "手册", "导则", "预案", "举措", "愿景",
    "展望", "草案", "提示", "说明", "体系", "函", "令", "法", "案",
)  # fmt: skip
_GENERIC_END = re.compile(rf"(?:{'|'.join(KINDS)})$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A title once named. Places count in the folded text of its passage and take in the marks 《》."""

    sentence: Sentence
    start: int
    end: int  # behind 》, or behind the noun that makes another document of it
    title: str  # as printed, without the outer 《》
    marked: bool = True  # stands in 《》
    closed: bool = True  # both marks are printed
    tail: str = ""  # a stage mark printed behind 》, as （征求意见稿）
    short_name: str = ""  # the name that the text gives it from here on

    @property
    def in_headline(self) -> bool:
        return self.sentence.passage.paragraph == HEADLINE


def find_titles(sentences: Iterable[Sentence]) -> Iterator[Mention]:
    """All titles in 《》, nested ones counted with the outer."""
    for sentence in sentences:
        text = sentence.passage.text
        position = sentence.start
        while (start := text.find("《", position, sentence.end)) >= 0:
            end, closed = _closing(text, start, sentence.end)
            inner_end = end - 1 if closed else end
            title = sentence.passage.printed(start + 1, inner_end).strip()
            position = max(end, start + 1)
            if (
                not title
                or len(title) > 120
                or _PERIODICAL.search(title)
                or _PERIODICAL_BEHIND.match(text, end)
            ):
                continue
            derived = _DERIVED.match(text, end, sentence.end)
            if derived and not text.startswith(("的解读", "解读", "问答", "编制说明", "立法说明"), end):
                title += sentence.passage.printed(derived.start("noun"), derived.end())
                end = derived.end()
            tail = STAGE_MARK.match(text, end, sentence.end) or _BARE_TAIL.match(text, end, sentence.end)
            behind = tail.end() if tail else end
            number = re.compile(r"（[^（）《]{4,30}号）|（[A-Z][^（）]{2,20}）").match(text, behind)
            short = SHORT_NAME.match(text, number.end() if number else behind)
            yield Mention(
                sentence,
                start,
                end,
                title,
                closed=closed,
                tail=tail.group() if tail else "",
                short_name=short["name"] if short else "",
            )


def bare_name(title: str) -> str:
    """The title without marks of its stage, otherwise as printed: the policy's name at every stage."""
    while (shorter := STAGE_MARK.sub("", title)) != title:
        title = shorter
    return title.strip()


def compared(title: str) -> str:
    """The form in which two titles are compared: no marks, spaces or stage, one width of punctuation."""
    return _COUNTRY.sub("", _NOT_COMPARED.sub("", _wide(bare_name(title)))).casefold()


def linking_key(title: str) -> str:
    """As `compared`, also without 试行 and a bare 草案 at the end: the same policy at whatever stage."""
    name = compared(_TRIAL_MARK.sub("", _wide(title)))
    return _BARE_MARK.sub("", name) or name


def editions(title: str) -> frozenset[str]:
    """The years and versions that a title carries: 2024版, 2025—2027年, 2.0."""
    name = re.sub(r"[\s]", "", _wide(title))
    return frozenset(re.sub(r"[年版]", "", found.group()) for found in _EDITION.finditer(name))


def parts(title: str) -> frozenset[str]:
    """第2部分, 第三批: what tells the members of a series apart."""
    return frozenset(_PART.findall(_wide(title)))


def kind_of(title: str) -> str:
    """The kind that the document calls itself (条例, 办法, 意见 …); empty where it does not say."""
    name = compared(title)
    name = re.sub(r"（[^（）]*）", "", name)
    found = _GENERIC_END.search(name)
    return found.group() if found else ""


def is_generic(title: str) -> bool:
    """A title that only says the kind, with little more: 《行动方案》, 《若干措施》, 《实施细则（试行）》."""
    name = re.sub(r"（[^（）]*）", "", compared(title))
    rest = re.sub(
        r"实施|行动|若干|管理|政策|暂行|指导|工作|建设|高质量|发展|三年|试行|登记|运营|登记|总体|专项",
        "",
        name,
    )
    return len(_GENERIC_END.sub("", rest)) <= 1 and len(name) <= 10


def is_short_for(short: str, full: str) -> bool:
    """《登记细则》 for 《…数据资源登记实施细则（试行）》: its characters in order, the same ending."""
    short, full = (re.sub(r"（[^（）]*）", "", compared(name)) for name in (short, full))
    if not 2 <= len(short) < len(full) or short[-2:] not in full:
        return False
    if not full.endswith(short[-1]):
        return False
    place = 0
    for char in short:
        place = full.find(char, place) + 1
        if not place:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Named:
    """A document as a text names it: all its mentions, under its fullest title."""

    title: str
    mentions: tuple[Mention, ...]

    @property
    def in_headline(self) -> bool:
        return any(mention.in_headline for mention in self.mentions)


def group_mentions(
    mentions: Sequence[Mention], superseded: frozenset[int] = frozenset()
) -> tuple[Named, ...]:
    """Put the mentions of one document together: equal titles, declared short names, evident short forms.

    `superseded`: ids of mentions whose document another one replaces. Only an equal title joins them.
    """
    groups: list[list[Mention]] = []
    declared: dict[str, int] = {}
    # Those of the body first, so that a short form in the headline finds the full title.
    ordered = [m for m in mentions if not m.in_headline] + [m for m in mentions if m.in_headline]
    for mention in ordered:
        key = compared(mention.title)
        found = declared.get(key)
        if found is None:
            found = next(
                (i for i, group in enumerate(groups) if any(compared(m.title) == key for m in group)), None
            )
        if found is None and id(mention) not in superseded:
            found = _full_form(mention, [[m for m in group if id(m) not in superseded] for group in groups])
        if found is None:
            groups.append([mention])
            found = len(groups) - 1
        else:
            groups[found].append(mention)
        if mention.short_name:
            declared[compared(mention.short_name)] = found
    named = []
    for group in groups:
        in_order = tuple(sorted(group, key=lambda m: (m.sentence.index, m.start)))
        named.append(Named(_fullest(in_order), in_order))
    return tuple(sorted(named, key=lambda n: (n.mentions[0].sentence.index, n.mentions[0].start)))


def _full_form(mention: Mention, groups: list[list[Mention]]) -> int | None:
    """The group that a shorter title stands for: the nearest before it; in a headline, the most alike."""
    if mention.in_headline:
        scored = [
            (max((_variant(mention.title, other.title) for other in group), default=0.0), -number)
            for number, group in enumerate(groups)
        ]
        best = max(scored, default=(0.0, 0))
        return -best[1] if best[0] >= 0.75 else None
    generic = is_generic(mention.title)
    brief = len(compared(mention.title)) <= 7
    for number in reversed(range(len(groups))):
        for other in groups[number]:
            # Two titles of one sentence are two documents, unless one of them is hardly a title.
            apart = other.sentence.index == mention.sentence.index
            if (generic or (brief and not apart)) and is_short_for(mention.title, other.title):
                return number
            if not apart and _same_wording(mention.title, other.title):
                return number
    return None


def _same_wording(left: str, right: str) -> bool:
    """Equal but for what stands in brackets and for years, or the end of the other.

    Nothing looser: two titles that one text words differently are two documents more often than not.
    """
    if parts(left) != parts(right) or _other_edition(left, right):
        return False
    shorter, longer = sorted((_plain(left), _plain(right)), key=len)
    return shorter == longer or (len(shorter) >= 8 and longer.endswith(shorter))


def _plain(title: str) -> str:
    """A title without its brackets and years."""
    return re.sub(r"（[^（）]*）|(?:19|20)\d{2}年?", "", compared(title))


def _other_edition(left: str, right: str) -> bool:
    """Both carry a year or a version, and not the same."""
    years = editions(left), editions(right)
    return bool(years[0] and years[1] and not years[0] & years[1])


def _variant(left: str, right: str) -> float:
    """Whether one is the other in a shorter or slightly other wording; parts and editions must not differ."""
    if parts(left) != parts(right) or _other_edition(left, right):
        return 0.0
    plain = _plain(left), _plain(right)
    if plain[0] == plain[1]:
        return 1.0
    kinds = kind_of(left), kind_of(right)
    if all(kinds) and not kinds[0].endswith(kinds[1]) and not kinds[1].endswith(kinds[0]):
        return 0.0
    shorter, longer = sorted(plain, key=len)
    if len(shorter) >= 6 and longer.endswith(shorter):
        return 0.95
    ratio = SequenceMatcher(None, *plain, autojunk=False).ratio()
    if is_short_for(left, right) or is_short_for(right, left):
        return max(ratio, 0.8 if len(shorter) >= 6 else 0.5)
    return ratio


def _fullest(mentions: Sequence[Mention]) -> str:
    """The fullest title among mentions; that of the body where two are equally full."""
    body = (
        [m for m in mentions if not m.in_headline and m.closed]
        or [m for m in mentions if m.closed]
        or mentions
    )
    return max(body, key=lambda m: len(re.sub(r"\s", "", bare_name(m.title)))).title


def _closing(text: str, start: int, limit: int) -> tuple[int, bool]:
    """The place behind the 》 that closes the title at start, or behind its likely end; and which it is."""
    depth = 0
    for place in range(start, limit):
        if text[place] == "《":
            depth += 1
        elif text[place] == "》":
            depth -= 1
            if depth == 0:
                return place + 1, True
    # An inner 《 without its own 》, or a title whose end was cut off.
    first = text.find("》", start, limit)
    if first >= 0:
        return first + 1, True
    stop = re.compile(r"[，。；！？]").search(text, start, limit)
    return (stop.start() if stop else limit), False


def _wide(text: str) -> str:
    """Brackets and marks in their Chinese width."""
    return text.translate(_WIDE)


_WIDE = str.maketrans(
    {
        "(": "（",
        ")": "）",
        "<": "〈",
        ">": "〉",
        "＜": "〈",
        "＞": "〉",
        "－": "—",
        "–": "—",
        "-": "—",
        "―": "—",
    }
)
_BARE_TAIL = re.compile(r"(?:公开)?(?:征求意见稿|送审稿|审议稿|修订草案|草案)")
