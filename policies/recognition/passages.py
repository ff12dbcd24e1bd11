"""A text prepared for reading: punctuation of one width, no layout spaces, every character in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEADLINE = -1  # the paragraph number of a headline

# The other forms in which issues and web pages print the same mark. A half-width comma between digits
# is part of a number; everywhere else in Chinese text it is punctuation.
_ALIKE = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{chr(0xFF21 + letter): chr(0x41 + letter) for letter in range(26)},
    **{chr(0xFF41 + letter): chr(0x61 + letter) for letter in range(26)},
    "％": "%", "．": ".", "＋": "+", "／": "/", "－": "—", "–": "—", "―": "—", "─": "—",
    "(": "（", ")": "）", ",": "，", ";": "；", ":": "：", "?": "？", "!": "！",
    "［": "〔", "］": "〕", "[": "〔", "]": "〕", "【": "〔", "】": "〕",
    "<": "〈", ">": "〉", "＜": "〈", "＞": "〉", "﹤": "〈", "﹥": "〉",
    "「": "“", "」": "”", "『": "“", "』": "”", "＂": "“",
}  # fmt: skip
_NUMERIC = {",", ":", "."}
_INVISIBLE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]")
_WESTERN = re.compile(r"[A-Za-z0-9.+&'’\-]")
_SENTENCE_END = re.compile(r"[。！？]+[”’」）]*|$")


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph or headline, folded. `offsets[i]` is the place of `text[i]` in `original`."""

    paragraph: int  # from 0; HEADLINE for the headline
    original: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `text` as offsets into `original`."""
        if start >= end:
            return (self.offsets[start], self.offsets[start]) if start < len(self.offsets) else (0, 0)
        return self.offsets[start], self.offsets[end - 1] + 1

    def printed(self, start: int, end: int) -> str:
        """A stretch of `text` as the source prints it."""
        first, last = self.span(start, end)
        return self.original[first:last]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage up to a full stop. `start` and `end` count in the passage's folded text."""

    passage: Passage
    index: int  # in reading order over the whole text, headline first
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact was read. `start` and `end` are offsets into the paragraph as printed."""

    paragraph: int  # from 0; HEADLINE for the headline
    start: int
    end: int
    sentence: str
    confidence: float  # 0 to 1
    reason: str = ""  # why it is doubtful, in Chinese; empty where it is not


def fold(text: str, paragraph: int = 0) -> Passage:
    """Read a paragraph. Spaces are kept only between two Western words."""
    kept: list[str] = []
    offsets: list[int] = []
    for place, char in enumerate(text):
        if _INVISIBLE.match(char):
            following = _next_visible(text, place)
            if (
                not (kept and following and _WESTERN.match(kept[-1]) and _WESTERN.match(following))
                or kept[-1] == " "
            ):
                continue
            char = " "
        elif char in _NUMERIC and _between_digits(text, place):
            pass
        else:
            char = _ALIKE.get(char, char)
        kept.append(char)
        offsets.append(place)
    return Passage(paragraph, text, "".join(kept), tuple(offsets))


def read(headline: str, paragraphs: Sequence[str]) -> tuple[Sentence, ...]:
    """All sentences of an article in reading order; the headline is the first, where there is one."""
    passages = [fold(headline, HEADLINE)] if headline else []
    passages += [fold(text, number) for number, text in enumerate(paragraphs)]
    sentences: list[Sentence] = []
    for passage in passages:
        for start, end in _sentence_bounds(passage):
            sentences.append(Sentence(passage, len(sentences), start, end))
    return tuple(sentences)


def evidence(sentence: Sentence, start: int, end: int, confidence: float, reason: str = "") -> Evidence:
    """Evidence for a fact; `start` and `end` count in the passage's folded text."""
    first, last = sentence.passage.span(start, end)
    quoted = sentence.passage.printed(sentence.start, sentence.end).strip()
    return Evidence(sentence.passage.paragraph, first, last, quoted, confidence, reason)


def _sentence_bounds(passage: Passage) -> Iterator[tuple[int, int]]:
    if passage.paragraph == HEADLINE:
        if passage.text:
            yield 0, len(passage.text)
        return
    start = 0
    for stop in _SENTENCE_END.finditer(passage.text):
        if stop.end() > start:
            yield start, stop.end()
            start = stop.end()


def _next_visible(text: str, place: int) -> str:
    for char in text[place + 1 :]:
        if not _INVISIBLE.match(char):
            return char
    return ""


def _between_digits(text: str, place: int) -> bool:
    return 0 < place < len(text) - 1 and text[place - 1].isdigit() and text[place + 1].isdigit()
