"""What a line can be by its form alone: a sentence, a numbered heading, a caption."""

from __future__ import annotations

import re

from bulletin.ingestion.characters import narrow

ENDS = "。！？!?…"  # end a sentence
PAUSES = "；;：:"  # may end a paragraph, as an item of a list or before one
_CLOSERS = "”’」』）)】]》〉\"'"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("【", "】"), ("〔", "〕"), ("“", "”"), ("「", "」"))

_COUNT = "[一二三四五六七八九十]{1,3}"
# The marks that number a heading or an item; the groups' names are the levels. Written for narrowed text.
_NUMBERED = re.compile(
    rf"""\s*(?:
      (?P<section>{_COUNT}\s*[、.])                                   # 一、
    | (?P<part>\(\s*{_COUNT}\s*\))                                  # （一）
    | (?P<chapter>第[一二三四五六七八九十百\d]{{1,4}}[章节篇部条](?!门))  # 第一章, 第二部分
    | (?P<item>\d{{1,2}}\s*[、.)](?!\d))                             # 1. 1、 1)
    | (?P<small>\(\s*\d{{1,2}}\s*\))                               # （1）
    | (?P<circled>[①-⑳])
    | (?P<ordinal>(?:{_COUNT}|其[一二三四五六])(?:是|要))                # 一是, 其二是
    | (?P<labelled>[\u4e00-\u9fff]{{2,4}}\s*(?:\d{{1,2}}|{_COUNT})\s*[:、.])  # 建议 1：
    )""",
    re.VERBOSE,
)
HEADING_LEVELS = ("section", "part", "chapter")  # used for headings, hardly for the items of a list

_CAPTION = re.compile(
    r"\s*(?:图表|附图|附表|图|表)\s*(?:\d{1,3}(?:\s*[-.–—]\s*\d{1,3})?|[一二三四五六七八九十]{1,3})"
    r"\s*[:：.、]?\s*(?P<words>\S.*)?$"
)
# 图1显示…, 表2列出…: a sentence about the figure, not its caption.
_ABOUT_A_FIGURE = re.compile(r"(?:显示|所示|可见|可以看|反映|表明|给出|说明|展示|列出|为|是|中)")
_CAPTION_LONGEST = 60  # characters; 21 seen
_FIGURE_SOURCE = re.compile(
    r"\W{0,2}(?:数据|资料|图片|图表|图|文献|信息|文章)?\s*来\s*源\s*[:|丨]\s*\S.{0,60}$"
)
_PROSE_LONGEST_TITLE = 80  # characters: no title is longer; 45 seen


def is_prose(text: str) -> bool:
    """A sentence or more: what can be neither a title nor an entry of the contents."""
    return "。" in text or len("".join(text.split())) > _PROSE_LONGEST_TITLE or narrow(text).count(",") > 2


def is_caption(text: str) -> bool:
    """图 1 …, 表 2 …: a caption, not a sentence that begins so."""
    match = _CAPTION.match(narrow(text))
    return bool(
        match
        and len(text) <= _CAPTION_LONGEST
        and text.rstrip()[-1] not in "。；;：:，,"
        and not _ABOUT_A_FIGURE.match(match["words"] or "")
    )


def is_figure_source(text: str) -> bool:
    """来源：… on a line by itself, without the brackets of the closing one."""
    return bool(_FIGURE_SOURCE.match(narrow(text))) and text.rstrip()[-1] not in "。；;"


def number_of(text: str) -> str:
    """The level at which the line is numbered; empty where it is not."""
    match = _NUMBERED.match(narrow(text))
    return match.lastgroup or "" if match else ""


def ends_sentence(text: str) -> bool:
    """Whether nothing is left open: a full stop or pause, perhaps inside closing quotes or brackets."""
    rest = text.rstrip()
    if rest and rest[-1] in PAUSES:
        return True
    while rest and rest[-1] in _CLOSERS:
        rest = rest[:-1].rstrip()
    return bool(rest) and rest[-1] in ENDS


def leaves_open(text: str) -> bool:
    """Whether a bracket, a book mark or a quotation is opened and not closed."""
    return any(text.count(opening) > text.count(closing) for opening, closing in _PAIRS)
