"""Which topics of the curated vocabulary a text is about, by the rules that editors keep."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rule:
    """A topic is told by one of its words in a title, or by so many in the text."""

    topic: int
    words: tuple[str, ...]
    other_words: tuple[str, ...] = ()  # longer words in which one of those means something else
    mentions: int = 3


def topics_of(titles: Iterable[str], text: str, rules: Iterable[Rule]) -> list[int]:
    """The topics that the titles or the text tell of, in the order of the rules."""
    headings = "\n".join(titles)
    return [
        rule.topic
        for rule in rules
        if rule.words and (count(headings, rule) or (rule.mentions and count(text, rule) >= rule.mentions))
    ]


def count(text: str, rule: Rule) -> int:
    """How often the rule's words stand in the text, each place once."""
    return sum(match["word"] is not None for match in _pattern(rule).finditer(text))


@lru_cache(maxsize=256)
def _pattern(rule: Rule) -> re.Pattern[str]:
    """Longer words first: what begins one of the other words is taken by it."""
    others = sorted((word for word in rule.other_words if word), key=len, reverse=True)
    words = sorted((word for word in rule.words if word), key=len, reverse=True)
    wanted = f"(?P<word>{'|'.join(map(re.escape, words))})"
    return re.compile("|".join([*map(re.escape, others), wanted]), re.IGNORECASE)
