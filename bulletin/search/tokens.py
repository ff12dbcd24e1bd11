"""Folded text → the numbers that the index holds: 32 bits each, signed as PostgreSQL's int4.

The two highest bits say what a number stands for: a pair of neighbouring Chinese characters in the text or in
the title, a Latin word or number, a facet. Pairs are exact; Latin words are hashed, and so are the rare
characters outside the common planes. A collision costs a comparison, never a wrong answer: every candidate
is compared with its folded text.
"""

import re
from itertools import pairwise
from zlib import crc32

from bulletin.search.fold import HAN

_PAIR, _TITLE_PAIR, _WORD, _FACET = range(4)
_TITLE_WORD = 1 << 29
_FIRST, _COUNT = 0x3400, 0xA000 - 0x3400  # the characters that pairs hold exactly
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\s{HAN}]+")

# The groups of facets. `sample` marks the members of fixed random samples, `all` stands for every article.
FACET_GROUPS = ("all", "sample", "issue", "section", "stage", "region", "body", "topic", "year", "kind")


def text_tokens(folded: str) -> set[int]:
    """Every pair and every other unit. A single character has none."""
    return _tokens(folded, _PAIR, 0)


def title_tokens(folded: str) -> set[int]:
    """The same of a title, and its single characters too."""
    tokens = _tokens(folded, _TITLE_PAIR, _TITLE_WORD)
    tokens.update(
        _word(character, _TITLE_WORD) for run in _RUN.finditer(folded) if run["han"] for character in run[0]
    )
    return tokens


def facet(group: str, value: int) -> int:
    """The number of a facet: at most 2²⁶ values in each group."""
    return _signed(_FACET << 30 | FACET_GROUPS.index(group) << 26 | value & 0x3FFFFFF)


def facet_of(token: int) -> tuple[str, int]:
    """The group and value of a facet's number."""
    return FACET_GROUPS[token >> 26 & 0xF], token & 0x3FFFFFF


def facets_between(first: str, last: str) -> tuple[int, int]:
    """The least and the greatest number of the facets from one group to another."""
    return facet(first, 0), facet(last, 0x3FFFFFF)


def hashed(text: str) -> int:
    """A value for a facet that has no number of its own."""
    return crc32(text.encode()) & 0x3FFFFFF


def _tokens(folded: str, pair: int, title: int) -> set[int]:
    found: set[int] = set()
    for run in _RUN.finditer(folded):
        if run["han"]:
            indexes = [_index(character) for character in run[0]]
            base = pair << 30
            found.update(_signed(base + left * _COUNT + right) for left, right in pairwise(indexes))
        else:
            found.add(_word(run[0], title))
    return found


def _word(text: str, title: int) -> int:
    return _signed(_WORD << 30 | title | crc32(text.encode()) & 0x1FFFFFFF)


def _index(character: str) -> int:
    code = ord(character) - _FIRST
    return code if 0 <= code < _COUNT else ord(character) * 2654435761 % _COUNT


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number


def is_exact(folded: str) -> bool:
    """Whether the tokens of a word say all: a pair of common characters needs no comparison."""
    return len(folded) == 2 and all(0 <= ord(character) - _FIRST < _COUNT for character in folded)
