"""What characters are: their width, their script, and the form in which two texts are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Full-width ASCII and odd spaces, one character for one, so that positions in the narrowed text are those of
# the text itself. Patterns are written for the narrow form only: （来源：…） and (来源:…) are then the same.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x00A0, 0x3000, *range(0x2000, 0x200B), 0x202F, 0x205F), 0x20
)
# Han, kana, and the punctuation set in full width: nothing of this takes a space beside it.
_WIDE = (
    r"\u2014\u2018-\u201d\u2026\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
)
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")
_SPACE_AT_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \t\u3000]+(?=[{_WIDE}])")
_MARK = r"\u2014\u2018-\u201d\u2026\u3001-\u3011\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_SPACE_AT_MARK = re.compile(rf"(?<=[{_MARK}])[ \t]+|[ \t]+(?=[{_MARK}])")
_LATIN = r"[!-~]+(?: [!-~]+)*"
_SPACE_BEFORE = re.compile(rf"(?<=[\u4e00-\u9fff]) ({_LATIN})(?=[\u4e00-\u9fff])")
_SPACE_AFTER = re.compile(rf"(?<=[\u4e00-\u9fff])({_LATIN}) (?=[\u4e00-\u9fff])")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@lru_cache(maxsize=8192)
def narrow(text: str) -> str:
    """The text in half-width forms, of the same length."""
    return text.translate(_NARROW)


def bare(text: str) -> str:
    """The narrow text without any white space."""
    return "".join(narrow(text).split())


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """What is left for comparing: letters and digits, of one width and case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def is_wide(character: str) -> bool:
    return bool(_WIDE_CHARACTER.match(character))


def columns(text: str) -> int:
    """How wide the text is set where a wide character takes two columns."""
    return len(text) + len(_WIDE_CHARACTER.findall(text))


def is_han(character: str) -> bool:
    return bool(_HAN.match(character))


def close_up(text: str) -> str:
    """Squeezed, and without a space beside a Chinese punctuation mark or on one side only of a Latin word."""
    text = _SPACE_AT_MARK.sub("", squeeze(text))
    return _SPACE_AFTER.sub(r"\1", _SPACE_BEFORE.sub(r"\1", text))


def squeeze(text: str) -> str:
    """Without the spaces that stand between two wide characters: a line's end or a spread name left them."""
    return _SPACE_AT_WIDE.sub("", " ".join(text.split()))


def is_common_han(character: str) -> bool:
    """Whether a Han character is among the 3755 of GB 2312's first level: 99 % of a simplified Chinese text
    are.
    """
    return b"\xb0" <= character.encode("gb2312", errors="ignore")[:1] <= b"\xd7"
