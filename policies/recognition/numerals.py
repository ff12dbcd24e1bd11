"""Numbers in Chinese characters: 三, 十二, 两千五百, 万."""

from __future__ import annotations

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def read_numeral(text: str) -> int:
    """The value of a number in digits or characters; a bare 百 is a hundred."""
    if text.isdecimal():
        return int(text)
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in ("万", "亿"):
            total = (total + section + digit or 1) * SCALES[char]
            section = digit = 0
        else:
            section += (digit or 1) * SCALES[char]
            digit = 0
    return total + section + digit
