"""Small numbers as Chinese text writes them."""

from __future__ import annotations

from bulletin.ingestion.characters import narrow

NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十两百]{1,4})"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}


def value_of(numeral: str) -> int:
    """十二 → 12, 四十五 → 45, 12 → 12; 0 for what is no number below a thousand."""
    text = narrow(numeral)
    if text.isdigit():
        return int(text)
    total = digit = 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        elif character in _DIGITS:
            digit = _DIGITS[character]
        else:
            return 0
    return total + digit
