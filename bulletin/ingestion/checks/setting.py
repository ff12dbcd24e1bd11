"""How a text is set: width of marks, foreign words and characters left behind, marks that don't close."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.ingestion.checks.fault import Fault
from bulletin.search.fold import simplified

_HAN = r"\u4e00-\u9fff"
_BEFORE = rf"(?<=[{_HAN}》”）】％%])"
_AFTER = rf"(?=[{_HAN}《“（【]|$)"
_HALF_WIDTH = re.compile(rf"{_BEFORE}[,;:?!]{_AFTER}|(?<=[{_HAN}》”）】])\.(?=$|[{_HAN}《“])")
_FULL_WIDTH = str.maketrans(",;:?!.", "，；：？！。")
_STRAY_AND = re.compile(rf"(?<=[{_HAN}》”）])\s*\band\b\s*(?=[{_HAN}《“（])", re.IGNORECASE)
# Once variants, characters in their own right since 《通用规范汉字表》 of 2013: names are written with them.
_OF_NAMES = "昇陞甦邨堃喆淼皙琇澂"
_PAIRS = {"《": "》", "“": "”", "（": "）", "【": "】", "〔": "〕", "「": "」"}
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
# 1） 一) a）: closes nothing, it numbers. Seen at the beginning of an item and after the mark before it.
_ITEM = re.compile(r"(?:^|[，。；：、\s])(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]")


def half_width(text: str) -> Iterator[Fault]:
    """A half-width mark among Chinese."""
    for match in _HALF_WIDTH.finditer(text):
        mark = match[0].translate(_FULL_WIDTH)
        message = f"中文里用了半角标点“{match[0]}”。"
        yield Fault("half-width-punctuation", "low", message, match.start(), match.end(), mark)


def stray_and(text: str) -> Iterator[Fault]:
    """The English word between Chinese ones: an editor's or a translator's slip."""
    for match in _STRAY_AND.finditer(text):
        message = "中文里夹了英文“and”。"
        yield Fault("stray-and", "medium", message, match.start(), match.end(), "和")


def traditional(text: str) -> Iterator[Fault]:
    """A traditional character. One that the simplified standard GB/T 2312 has itself (著, 乾) is none."""
    for at, character in enumerate(text):
        plain = simplified(character)
        if plain == character or character in _OF_NAMES:
            continue
        if not _is_in_gb2312(character) and _is_in_gb2312(plain):
            message = f"夹有繁体字“{character}”。"
            yield Fault("traditional-character", "medium", message, at, at + 1, plain)


def _is_in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def unbalanced(text: str) -> Iterator[Fault]:
    """A bracket, book mark or quotation mark without its fellow in the same paragraph."""
    items = {match.end() - 1 for match in _ITEM.finditer(text)}
    opened: list[int] = []
    left: list[int] = []
    for at, character in enumerate(text):
        character = _wide(character)
        if character in _PAIRS:
            opened.append(at)
        elif character in _OPENING and at not in items:
            fits = [i for i in opened if _PAIRS.get(_wide(text[i])) == character]
            if not fits:
                left.append(at)
                continue
            left += [i for i in opened if i > fits[-1]]  # opened inside, never closed
            opened = [i for i in opened if i < fits[-1]]
    for at in sorted(left + opened):
        what = "没有合上" if _wide(text[at]) in _PAIRS else "前面没有对应的一半"
        yield Fault("unbalanced-marks", "medium", f"“{text[at]}”{what}。", at, at + 1)


def _wide(mark: str) -> str:
    return {"(": "（", ")": "）"}.get(mark, mark)
