"""How an article ends: （来源：…）, the hint at its QR code, 原文链接."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bulletin.ingestion.characters import narrow
from bulletin.ingestion.forms import is_figure_source
from bulletin.ingestion.paragraphs import Paragraph, join_all

Role = Literal["text", "source", "hint", "link", "picture", "section", "furniture"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of one, and what it is in the run of the articles."""

    role: Role
    paragraph: Paragraph

    @property
    def text(self) -> str:
        return self.paragraph.text


# All patterns are for narrowed text: ( for （, : for ：.
_SOURCE_WORD = r"(?:信息|资料|文章|稿件|内容|本文|消息)?\s*来\s*源"
_SOURCE_OPENS = re.compile(rf"[(\[【〔]\s*{_SOURCE_WORD}\s*[:丨|]\s*")
_OPENED_LAST = re.compile(r"[(\[【〔]\s*[\u4e00-\u9fff]{0,4}$")  # （来 ┃ 源：…）
_BARE_SOURCE = re.compile(rf"\W{{0,2}}{_SOURCE_WORD}\s*[:丨|]\s*(?P<names>\S.{{0,60}}?)\s*$")
_BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕"}
_SOURCE_LONGEST = 120  # characters inside the brackets
# 扫描二维码可阅读或下载全文 or 原文件, and what else asks the reader to hold up a telephone.
_HINT = re.compile(
    r"(?:请|可|欢迎)?\s*(?:微信)?\s*(?:长按|扫描|扫码|扫一扫|识别)[^。;,]{0,16}?(?:码|全文|原文)[^。;:]{0,20}$"
)
_HINT_LONGEST = 40
_LINK_LABEL = re.compile(
    r"(?:(?:查看|点击|阅读|原文|全文|文件|政策|来源|详情|网页|附件)\s*){0,3}(?:链\s*接|网\s*址|原\s*文|地\s*址|全\s*文)\s*(?:链接|网址|地址)?\s*(?P<colon>[:|丨]?)\s*"
)
_ADDRESS = re.compile(r"(?:https?\s*:\s*/\s*/|www\s*\.)\s*[!-~]+(?:\s+[!-~]+)*", re.IGNORECASE)
_ADDRESS_PART = re.compile(r"[!-;=?-~]+(?:\s+[!-~]+)*")  # no < or >
_ADDRESS_ENDED = re.compile(r"(?:\.(?:s?html?|pdf|docx?|jsp|aspx?|php)|/)(?:[?#]\S*)?$", re.IGNORECASE)
_FOLIO = re.compile(r"\d{1,3}")


def cut_off(marked: Sequence[Piece], source_text: str) -> list[Piece]:
    """Cut the closings off the paragraphs they end, and put together those broken over lines, with a page
    number or a picture between them if need be."""
    found: list[Piece] = []
    waiting = list(reversed(marked))
    while waiting:
        piece = waiting.pop()
        if piece.role != "text" or piece.paragraph.cells:
            found.append(piece)
            continue
        paragraph = piece.paragraph
        aside: list[Piece] = []
        while (following := _next_text(waiting)) is not None and _is_broken(paragraph, following.paragraph):
            while waiting[-1] is not following:
                aside.append(waiting.pop())
            paragraph = join_all([*paragraph.lines, *waiting.pop().paragraph.lines])
        found += aside + _peel(paragraph, source_text)
    return found


def _next_text(waiting: Sequence[Piece]) -> Piece | None:
    """The next piece of text, if only page numbers and pictures stand before it."""
    for piece in reversed(waiting):
        if piece.role not in ("furniture", "picture"):
            return piece if piece.role == "text" else None
    return None


def _is_broken(paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether a closing source or an address runs on into the following line."""
    if following.cells:
        return False
    text, after = narrow(paragraph.text), narrow(following.text).strip()
    if _OPENED_LAST.search(text):
        opening = _last_source(text + after)
        return bool(opening and opening.start() < len(text) and _closed_at(text + after, opening))
    opening = _last_source(text)
    if opening and _closed_at(text, opening) is None:
        return len(after) <= _SOURCE_LONGEST and any(close in after for close in _BRACKETS.values())
    label = _label(text)
    if not label:
        return False
    address = text[label.end() :].strip()
    if not address:
        return bool(_ADDRESS.match(after))
    return bool(
        _ADDRESS.fullmatch(address)
        and _ADDRESS_PART.fullmatch(after)
        and not _ADDRESS.match(after)
        and not (_FOLIO.fullmatch(after) and _ADDRESS_ENDED.search(address))
        and not (_ADDRESS_ENDED.search(address) and not re.match(r"[?&#=/._-]", after) and " " in after)
    )


def _peel(paragraph: Paragraph, source_text: str) -> list[Piece]:
    """Cut the closings off a paragraph's end: link, hint, source, from the back."""
    tail: list[Piece] = []
    rest: Paragraph | None = paragraph
    for role, find in (("link", _link_at), ("hint", _hint_at), ("source", _source_at)):
        if rest is None:
            break
        at = find(rest)
        if at is None:
            continue
        tail.insert(0, Piece(role, rest.cut(at, len(rest.text), source_text)))  # type: ignore[arg-type]
        rest = rest.cut(0, at, source_text) if rest.text[:at].strip() else None
    return [Piece("text", rest), *tail] if rest else tail


def _last_source(text: str) -> re.Match[str] | None:
    return next(reversed(list(_SOURCE_OPENS.finditer(text))), None)


def _closed_at(text: str, opening: re.Match[str]) -> int | None:
    """Where the bracket of the source is closed again, or None."""
    stack: list[str] = []
    for i in range(opening.start(), len(text)):
        if text[i] in _BRACKETS:
            stack.append(_BRACKETS[text[i]])
        elif stack and text[i] in _BRACKETS.values():
            stack.pop()
            if not stack:
                return i
    return None


def _source_at(paragraph: Paragraph) -> int | None:
    text = narrow(paragraph.text)
    opening = _last_source(text)
    if not opening:
        return None
    closed = _closed_at(text, opening)
    rest = text[closed + 1 :] if closed is not None else ""
    if rest.strip(" 。.") or len(text) - opening.start() > _SOURCE_LONGEST:
        return None
    return opening.start()


def _hint_at(paragraph: Paragraph) -> int | None:
    match = _HINT.search(narrow(paragraph.text))
    if not match or match.end() - match.start() > _HINT_LONGEST:
        return None
    before = paragraph.text[: match.start()].rstrip()
    return match.start() if not before or before[-1] in "）)】]。" else None


def _label(text: str) -> re.Match[str] | None:
    """The 原文链接： or its like that stands at the line's beginning or after a closed sentence."""
    match = _LINK_LABEL.search(text)
    while match:
        before, rest = text[: match.start()].rstrip(" \t*·•-—>▶"), text[match.end() :]
        opens = not before or before[-1] in ")】]。" or before.endswith(("全文", "文件"))
        if opens and (match["colon"] or not rest.strip() or _ADDRESS.match(rest)):
            return match
        match = _LINK_LABEL.search(text, match.start() + 1)
    return None


def _link_at(paragraph: Paragraph) -> int | None:
    text = narrow(paragraph.text)
    label = _label(text)
    if label:
        rest = text[label.end() :].strip()
        if not rest or _ADDRESS.match(rest) or paragraph.links:
            return label.start()
    address = _ADDRESS.search(text)
    if address and not text[: address.start()].strip(" <[("):
        return 0 if not text[address.end() :].strip(" >])。") else None
    return None


# -------------------------------------------------------------------------- what they say


def source_names(paragraph: Paragraph) -> tuple[str, ...]:
    """The names of a closing source, as printed."""
    text = paragraph.text.strip()
    folded = narrow(text)
    opening = _last_source(folded)
    if opening:
        closed = _closed_at(folded, opening)
        inner = text[opening.end() : closed if closed is not None else len(text)]
    else:
        bare = _BARE_SOURCE.match(folded)
        inner = text[bare.start("names") : bare.end("names")] if bare else ""
    return tuple(name for part in _split_names(inner) if (name := part.strip(" 。.　")))


def _split_names(text: str) -> list[str]:
    """Split at 、 and its like, not inside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "（(《") - (character in "）)》")
        if depth <= 0 and character in "、；;，,":
            parts.append("")
        else:
            parts[-1] += character
    return parts


def is_bare_source(text: str) -> bool:
    return bool(_BARE_SOURCE.match(narrow(text))) and is_figure_source(text)


def address_in(text: str) -> tuple[str, bool]:
    """The address printed in a line of link, and whether it had to be put together from parts."""
    match = _ADDRESS.search(narrow(text))
    if not match:
        return "", False
    printed = match.group().strip()
    address = "".join(printed.split()).rstrip(".,;:)]>'\"")
    return address, len(printed.split()) > 1
