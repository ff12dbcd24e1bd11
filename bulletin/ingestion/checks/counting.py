"""Counts that don't add up: what a text announces against what it then lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.ingestion.checks.fault import Fault
from bulletin.ingestion.checks.numerals import NUMERAL, value_of

# 五个方面, 四项重点任务, 三大举措: said right before a list that is numbered 一是…二是…
_CLAIM = re.compile(
    rf"(?<![第\d一二三四五六七八九十百])(?P<count>{NUMERAL})(?:个|大|项|条|点)(?:具体|重点|主要|核心|基本)?"
    r"(?:方面|任务|举措|措施|行动|工程|原则|要求|意见|建议|目标|内容|环节|问题|特点|亮点|工作|抓手|部分)"
)
_ORDINAL = re.compile(r"(?:^|[，。；：、\s:;“])(?:第)?(?P<number>[一二三四五六七八九十]{1,3})是(?!否)")
_REACH = 40  # characters between the announcement and its 一是
_GAP = 1500  # characters between two items of one list; the longest seen is under 700
_TOTAL = re.compile(
    rf"共(?:分为?|计|有|设)?(?P<chapters>{NUMERAL})章[，、]?(?:共|计)?(?P<articles>{NUMERAL})条"
)
# 总则、…、附则: the chapters of a statute told one by one, as its first and last are always called. With a
# comma or other words in between it is a sentence of its own (依次写…，最后是…), which is not counted.
_CHAPTERS = re.compile(rf"共?(?P<count>{NUMERAL})章[^。；]{{0,20}}?(?P<list>总则、[^。；，]{{0,200}}?附则)")


def miscounted(text: str) -> Iterator[Fault]:
    """The checks on the paragraphs of a body, a line each."""
    yield from _series(text)
    yield from _totals(text)
    yield from _chapters(text)


def _series(text: str) -> Iterator[Fault]:
    """Lists by 一是…二是…: every number once, and as many as were announced."""
    items = [(value_of(match["number"]), match.start("number")) for match in _ORDINAL.finditer(text)]
    for begin, (number, at) in enumerate(items):
        if number != 1:
            continue
        numbers, last = [1], at
        for following, place in items[begin + 1 :]:
            if following <= numbers[-1] or place - last > _GAP:
                break
            numbers.append(following)
            last = place
        if len(numbers) < 2:
            continue
        missing = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
        if missing:
            said = "、".join(f"“{_chinese(each)}是”" for each in missing)
            yield Fault("series-broken", "medium", f"分项里没有{said}。", at, at + 2)
            continue
        claim = _claim_before(text, at)
        if claim is not None and value_of(claim["count"]) != numbers[-1]:
            message = f"前面说“{claim[0]}”，后面只数出{numbers[-1]}项。"
            if value_of(claim["count"]) < numbers[-1]:
                message = f"前面说“{claim[0]}”，后面数出了{numbers[-1]}项。"
            yield Fault("count-differs", "medium", message, claim.start(), claim.end())


def _claim_before(text: str, at: int) -> re.Match[str] | None:
    """The announcement right before a list; None where two stand there, for either may be meant."""
    found = list(_CLAIM.finditer(text, max(0, at - _REACH), at))
    return found[0] if len(found) == 1 else None


def _totals(text: str) -> Iterator[Fault]:
    """共8章45条 said twice, and differently."""
    said = [
        (value_of(match["chapters"]), value_of(match["articles"]), match) for match in _TOTAL.finditer(text)
    ]
    for chapters, articles, match in said[1:]:
        first = said[0]
        if (chapters == first[0]) != (articles == first[1]):
            message = f"前面说“{first[2][0]}”，这里说“{match[0]}”。"
            yield Fault("total-differs", "medium", message, match.start(), match.end())


def _chapters(text: str) -> Iterator[Fault]:
    for match in _CHAPTERS.finditer(text):
        listed = re.sub(r"《[^》]*》|（[^）]*）", "", match["list"])
        count = len([name for name in re.split("、|以及", listed) if name.strip()])
        # 和 and 与 may join two chapters or stand inside a name: each of them may be one more.
        most = count + len(re.findall("[和与及]", listed))
        if not count <= value_of(match["count"]) <= most:
            message = f"说有{match['count']}章，列出的是{count}章。"
            yield Fault("count-differs", "medium", message, match.start(), match.end())


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"
    return head + (digits[ones] if ones or not tens else "")
