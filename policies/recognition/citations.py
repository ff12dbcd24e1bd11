"""What a document rests on: the titles that an article cites, and how they stand to the one it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from policies.recognition.passages import Evidence
from policies.recognition.titles import Mention

Relation = Literal["依据", "落实", "配套", "修订", "废止", "提及"]

# What stands before a cited title, strongest first. The issuer's name and other titles may part it from it.
_WORDS: tuple[tuple[Relation, str], ...] = (
    ("废止", "取代|替代|代替|废止|接替"),
    ("依据", "根据|依据|按照|依照|遵照|参照|基于|依托|遵循|以(?=《)|结合(?=《)|符合(?=《)|遵守(?=《)"),
    (
        "落实",
        "贯彻|落实|执行|细化|响应|推进(?=《)|(?<!印发)(?<!发布)(?<!公布)实施(?=《)|完善(?=《)|衔接|呼应",
    ),
    ("配套", "配套(?!的)|协同|协调"),
    ("修订", "(?<![了])修改(?=《)|对(?=[^，。；]{0,12}《)"),
    (
        "提及",
        "继|作为|属于|相较于?|对比|较(?=《)|比(?=《)|针对|围绕|补充|违反|适用|纳入|列入|包括|编制完成|学习|宣传|解读",
    ),
)
_BEFORE = tuple((relation, re.compile(rf"(?:{words})[^，。；：]{{0,40}}$")) for relation, words in _WORDS)
_REVISED_BEHIND = re.compile(
    r"^(?:（[^（）]*）)?[^，。；《》]{0,12}(?:进行|作出|予以|加以)(?:了)?[^，。；《》]{0,6}(?:修订|修改|修正|更新|补充|调整)"
)
_REPEALED_BEHIND = re.compile(r"^(?:（[^（）]*）)*[^。；《》]{0,8}(?:同时)?(?:废止|失效)")
_BASIS_BEHIND = re.compile(
    r"^(?:（[^（）]*）)*(?:等|有关|相关|中|的|所|确定|明确|提出|法律|法规|政策|文件)*(?:(?:要求|规定|精神|部署|任务)(?=[，、和及与。]|$)|基础上|框架下|授权)"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """An edge from a document to one that it cites."""

    title: str  # as printed, without 《》
    relation: Relation
    evidence: Evidence
    number: str | None = None


def relation_of(run: tuple[Mention, ...], mention: Mention) -> Relation | None:
    """How the text around a title of a list (`run`) says it is cited; None where nothing says so."""
    text = mention.sentence.passage.text
    before = _clause_before(text, mention.sentence.start, run[0].start) + "《"
    after = text[mention.end : mention.sentence.end]
    if _REVISED_BEHIND.match(after):
        return "修订"
    if _REPEALED_BEHIND.match(after):
        return "废止"
    for relation, pattern in _BEFORE:
        if pattern.search(before):
            if relation == "修订" and not re.match(
                r"(?:（[^（）]*）)?[^，。；《》]{0,12}(?:进行|作出|予以)?[^，。；]{0,6}(?:修订|修改|修正)",
                after,
            ):
                continue
            return relation
    if _BASIS_BEHIND.match(text[run[-1].end : mention.sentence.end]) and not re.search(
        r"(?:发布|印发|公布|出台|制定|起草)了?[^，。]{0,10}《$", before
    ):
        return "依据"
    return None


def _clause_before(text: str, sentence_start: int, start: int) -> str:
    """The words of the clause up to a title."""
    clause = text[max(sentence_start, start - 60) : start]
    return re.split(r"[，；：。]", clause)[-1]
