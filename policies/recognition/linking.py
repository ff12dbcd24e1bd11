"""The same policy over time and sources: a draft and what became of it, one piece of news told twice.

Links are judged pair by pair from the two records alone, so that the order in which issues are stored changes
nothing. A title is never enough where two provinces or two bodies use the same one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from policies.recognition.titles import bare_name, editions, is_generic, kind_of, linking_key, parts

# From here on a pair is proposed as the same policy.
LIKELY = 0.6
# A report of the same name that comes out this much later is the next one in its series.
NEXT_IN_SERIES_DAYS = 200

# Laws pass from the body that drafts them to the one that adopts them; other papers stay where they are.
_LEGISLATION = (
    "法案",
    "法",
    "条例",
    "公约",
    "修正案",
    "规则",
    "决定",
    "公告",
    "协定",
    "法规",
    "标准",
    "规定",
    "办法",
)
# Of two foreign items by one body, this share of the text in common says that they tell of one thing.
_RETOLD = 0.2
# What a title may gain or lose from one stage to the next without becoming another document.
_SLIGHT = re.compile(
    r"^(?:关于|的|和|与|及|以及|了|暂行|试行|管理|有关|若干|进一步|加快|推动|促进|国家|我国|中国|中华人民共和国|美国|欧盟|英国|联合国|本|工作|最终|拟议|修订|修正|版|年|正式|"
    r"草案|实施|建设|高质量|发展|（[^（）]*）|\d+|[0-9.]+版?)*$"
)
_EXCHANGEABLE = re.compile(
    r"^(?:办法|规定|条例|细则|规则|指南|指引|导则|标准|规范|要求|准则|意见|方案|计划|行动|措施|法|法案|最终|拟议|暂行|管理|的|与|和|及|、|政策|通知|若干|实施)*$"
)
# These make another document of it, however much else is the same.
_DISTINCT = re.compile(
    r"配套|补充|修正案|解读|实施细则|实施条例|实施办法|实施方案|细则|司法解释|附录|问答|报告|答记者"
)
# 第14117号, SB 1047: what two texts hardly name by chance.
_REFERENCE = re.compile(r"第\d{3,6}号|(?<![A-Za-z])[A-Z]{2,6}[- ]\d{2,5}(?!\d)")
_NO_PIECE = re.compile(r"《[^》]*》|[\s，。；：、（）“”《》\d]")
_SERIES = re.compile(r"^(?P<series>[^—：]{4,}?)(?:—+|：)(?P<own>.{3,})$")


@dataclass(frozen=True, slots=True)
class LinkDocument:
    """What linking looks at in one document."""

    titles: tuple[str, ...]  # the fullest first
    number: str | None = None
    stage: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """One article or item. `regions` are codes, `bodies` official names; empty where unknown."""

    key: str
    documents: tuple[LinkDocument, ...]
    regions: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    text: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Two records on one policy. `left` sorts before `right`; the numbers are those of their documents."""

    left: str
    right: str
    left_document: int
    right_document: int
    score: float  # 0 to 1
    reasons: tuple[str, ...]  # Chinese, for the editor who decides


def find_same(records: Iterable[LinkRecord], threshold: float = LIKELY) -> tuple[Match, ...]:
    """All likely pairs, by key; the best pair of documents of each two records."""
    ordered = sorted(records, key=lambda record: record.key)
    found = []
    for left, right in _candidates(ordered):
        match = compare(left, right)
        if match is not None and match.score >= threshold:
            found.append(match)
    return tuple(sorted(found, key=lambda match: (match.left, match.right)))


def compare(one: LinkRecord, other: LinkRecord) -> Match | None:
    """How likely two records tell of one policy; None where they cannot."""
    left, right = sorted((one, other), key=lambda record: record.key)
    best: Match | None = None
    for i, a in enumerate(left.documents):
        for j, b in enumerate(right.documents):
            score, reasons = _judge(left, right, a, b)
            if score and (best is None or score > best.score):
                best = Match(left.key, right.key, i, j, round(score, 3), reasons)
    return best


def policies(matches: Iterable[Match], keys: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Records that tell of one policy, put together through their pairs, whatever the order of input."""
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for match in matches:
        a, b = sorted((root(match.left), root(match.right)))
        parent[b] = a
    groups: dict[str, list[str]] = defaultdict(list)
    for key in sorted(parent):
        groups[root(key)].append(key)
    return tuple(tuple(group) for _, group in sorted(groups.items()))


def text_overlap(left: LinkRecord, right: LinkRecord) -> float:
    """Share of the shorter text's four-character pieces that the other has too, titles left out."""
    return share_in_common(pieces(left.text), pieces(right.text))


def pieces(text: str) -> set[str]:
    """A text's four-character pieces, titles left out."""
    bare = _NO_PIECE.sub("", text)
    return {bare[i : i + 4] for i in range(len(bare) - 3)}


def share_in_common(a: set[str], b: set[str]) -> float:
    """Share of the smaller set that the other has too."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


@dataclass(frozen=True, slots=True)
class _Wording:
    """How two titles differ."""

    likeness: float
    same: bool = False  # no difference but marks, stage and what stands in brackets
    slight: bool = False  # only words that come and go between two stages
    added: bool = False  # one has some words more, the other none of its own
    own: tuple[str, str] = ("", "")  # the words that only the one, only the other has


def could_be_same(one: LinkRecord, other: LinkRecord) -> bool:
    """Whether `compare` could find them the same, whatever their texts say; asked before those are known."""
    left, right = sorted((one, other), key=lambda record: record.key)
    return any(
        _same_number(a, b) or _outlined(left, right, a, b) is not None
        for a in left.documents
        for b in right.documents
    )


@dataclass(frozen=True, slots=True)
class _Outline:
    """What two documents have in common as far as their titles, regions, bodies and dates tell."""

    titles: tuple[str, str]
    wording: _Wording
    shared: frozenset[str]  # bodies
    other_bodies: bool
    days: tuple[date | None, date | None]
    score: float  # 0 where only the texts can tell: two translations


def _judge(
    left: LinkRecord, right: LinkRecord, a: LinkDocument, b: LinkDocument
) -> tuple[float, tuple[str, ...]]:
    """Weigh number, title, regions, bodies, dates and text. 0 where the two cannot be one policy."""
    if _same_number(a, b):
        return 0.99, (f"文号相同：{a.number}",)
    found = _outlined(left, right, a, b)
    if found is None:
        return 0.0, ()
    names = [f"《{bare_name(title)}》" for title in found.titles]
    if found.wording.same:
        score, reasons = found.score, [f"文件名相同：{names[0]}"]
    else:
        score, reasons = found.score, [f"文件名相近：{names[0]}与{names[1]}"]
        if not score:
            if not _translated(left, right, found.wording):
                return 0.0, ()
            score = 0.6
    if found.shared:
        score += 0.07
        reasons.append(f"发文机关相同：{'、'.join(sorted(found.shared))}")
    elif found.other_bodies:
        score -= 0.15
        reasons.append("发文机关不同，但文件名特定")
    overlap = text_overlap(left, right)
    if not found.wording.same:
        score += min(overlap, 0.3) * 0.5
    if overlap >= 0.05:
        reasons.append(f"正文重合{overlap:.0%}")
    if _in_order(a, b, found.days):
        score += 0.03
        first, last = (a, b) if not all(found.days) or found.days[0] <= found.days[1] else (b, a)  # type: ignore[operator]
        reasons.append(f"{first.stage} → {last.stage}")
    return min(score, 0.98), tuple(reasons)


def _same_number(a: LinkDocument, b: LinkDocument) -> bool:
    return bool(a.number and b.number) and _bare_number(a.number or "") == _bare_number(b.number or "")


def _outlined(left: LinkRecord, right: LinkRecord, a: LinkDocument, b: LinkDocument) -> _Outline | None:
    """All that can be said without the texts; None where the two cannot be one policy."""
    if left.regions and right.regions and not left.regions & right.regions:
        return None
    days = a.issued_on or left.published_on, b.issued_on or right.published_on
    apart = abs((days[0] - days[1]).days) if days[0] and days[1] else 0
    if a.stage == b.stage == "报告" and apart > NEXT_IN_SERIES_DAYS:
        return None
    compared = [(found, s, t) for s in a.titles for t in b.titles if (found := _wording(s, t))]
    if not compared:
        return None
    wording, left_title, right_title = max(compared, key=lambda c: (c[0].same, c[0].slight, c[0].likeness))
    shared = frozenset(_shared_bodies(left.bodies, right.bodies))
    if wording.same:
        score = 0.9
    elif wording.slight:
        score = 0.8
    elif shared and wording.added and wording.likeness >= 0.75:
        score = 0.6
    elif shared and _may_be_translated(left, right, a, b, wording, days):
        score = 0.0
    else:
        return None
    generic = is_generic(left_title) or len(linking_key(left_title)) < 6
    other_bodies = bool(not shared and left.bodies and right.bodies)
    if other_bodies:
        # Other bodies: believe it of laws, which change hands, and of titles too particular to be used twice.
        if a.stage == b.stage and not wording.same:
            return None  # a province's regulation and its government's measures stand beside one another
        law = kind_of(left_title) in _LEGISLATION
        if not (wording.same or wording.slight) or generic or not (law or len(linking_key(left_title)) >= 12):
            return None
    elif generic and not shared:
        return None
    return _Outline((left_title, right_title), wording, shared, other_bodies, days, score)


def _wording(left: str, right: str) -> _Wording | None:
    """Compare two titles; None where they name two documents: another part or edition, or a companion."""
    if parts(left) != parts(right) or _edition_conflict(left, right):
        return None
    a, b = linking_key(left), linking_key(right)
    if not a or not b:
        return None
    plain = [re.sub(r"（[^（）]*）|(?:19|20)\d{2}年?版?", "", name) for name in (a, b)]
    if a == b or (plain[0] == plain[1] and len(plain[0]) >= 4):
        return _Wording(1.0, same=True)
    series = [_SERIES.match(re.sub(r"[－–-]", "—", bare_name(title))) for title in (left, right)]
    if series[0] and series[1] and linking_key(series[0]["series"]) == linking_key(series[1]["series"]):
        a, b = (linking_key(found["own"]) for found in series if found)
    return _difference(a, b)


def _difference(a: str, b: str) -> _Wording | None:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    slight, own = True, [[], []]  # type: ignore[var-annotated]
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        lost, won = a[i:j], b[k:m]
        if bool(_DISTINCT.search(lost)) != bool(_DISTINCT.search(won)):
            return None
        if tag == "replace" and _EXCHANGEABLE.match(lost) and _EXCHANGEABLE.match(won):
            continue
        if tag != "replace" and _SLIGHT.match(lost + won):
            continue
        slight = False
        own[0].append(lost)
        own[1].append(won)
    words = "".join(own[0]), "".join(own[1])
    ratio = matcher.ratio()
    return _Wording(ratio, slight=slight and ratio >= 0.6, added=not all(words), own=words)


def _may_be_translated(
    left: LinkRecord,
    right: LinkRecord,
    a: LinkDocument,
    b: LinkDocument,
    wording: _Wording,
    days: tuple[date | None, date | None],
) -> bool:
    """Whether two titles may translate one foreign title: of abroad, in order, and a little alike."""
    regions = left.regions | right.regions
    foreign = bool(regions) and not any(code.isdigit() for code in regions)
    return foreign and _in_order(a, b, days) and wording.likeness >= 0.2


def _translated(left: LinkRecord, right: LinkRecord, wording: _Wording) -> bool:
    """Two translations of one foreign title: the words that only one title has stand in the other's text.

    Among unrelated news of one body no more was seen than a third of the words and a fifteenth of the text.
    """
    told = _told(wording.own[0], right.text), _told(wording.own[1], left.text)
    if _REFERENCE.findall(left.text) and set(_REFERENCE.findall(left.text)) & set(
        _REFERENCE.findall(right.text)
    ):
        return sum(told) >= 0.7
    overlap = text_overlap(left, right)
    return (min(told) >= 0.3 and sum(told) >= 0.9 and overlap >= 0.04) or (
        sum(told) >= 0.5 and overlap >= _RETOLD
    )


def _told(words: str, text: str) -> float:
    """Share of the words' pairs of characters that stand in the text."""
    pairs = [words[i : i + 2] for i in range(len(words) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 1.0


def _edition_conflict(left: str, right: str) -> bool:
    years = editions(left), editions(right)
    return bool(years[0] and years[1] and not years[0] & years[1])


def _shared_bodies(left: frozenset[str], right: frozenset[str]) -> set[str]:
    """Bodies in common; an office counts with the ministry that its name begins with."""
    shared = set()
    for a in left:
        for b in right:
            short, long = sorted((a, b), key=len)
            if long.startswith(short):
                shared.add(short)
    return shared


def _bare_number(number: str) -> str:
    return re.sub(r"[〔〕\[\]（）()［］【】\s第]", "", number)


def _in_order(a: LinkDocument, b: LinkDocument, days: tuple[date | None, date | None]) -> bool:
    """The stages follow one another as the days do: 征求意见 before 发布."""
    rank = {"征求意见": 0, "草案": 1, "发布": 2, "施行": 3}
    if a.stage not in rank or b.stage not in rank or rank[a.stage] == rank[b.stage] or not all(days):
        return False
    return (rank[a.stage] < rank[b.stage]) == (days[0] <= days[1])  # type: ignore[operator]


def keys_of(titles: Iterable[str], number: str | None) -> frozenset[str]:
    """What a document is found by when others that may be the same are looked for."""
    found = {f"#{_bare_number(number)}"} if number else set()
    for title in titles:
        name = linking_key(title)
        found.update(name[place : place + 3] for place in range(max(1, len(name) - 2)))
    return frozenset(found)


def worth_weighing(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two documents' keys have a number or enough of a title in common."""
    shared = left & right
    return len(shared) >= 2 or any(key.startswith("#") for key in shared)


def _candidates(records: Sequence[LinkRecord]) -> Iterator[tuple[LinkRecord, LinkRecord]]:
    """Pairs that share a number, enough of a title, or a foreign body, whose titles are translated anew."""
    holders: Mapping[str, set[int]] = defaultdict(set)
    for index, record in enumerate(records):
        if record.regions and not any(code.isdigit() for code in record.regions):
            for body in record.bodies:
                holders[f"#{body}"].add(index)
        for document in record.documents:
            for key in keys_of(document.titles, document.number):
                holders[key].add(index)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for piece, indexes in holders.items():
        for i in indexes:
            for j in indexes:
                if i < j:
                    shared[i, j] += 100 if piece.startswith("#") else 1
    for (i, j), count in sorted(shared.items()):
        if count >= 2:
            yield records[i], records[j]
