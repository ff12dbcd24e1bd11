"""Text and query in one form, so that what looks alike is alike.

Full width becomes half width, upper case lower, traditional simplified. Chinese characters stand side by
side whatever punctuation parted them; each Latin word, number and sign % ‰ + stands between two spaces, so
that it is found as a whole: 「增长54.9％，AI＋」 is 「增长 54.9 % ai + 」. Commas of thousands go, the dot
in a number stays. A folded text holds no line break.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

HAN = r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{HAN}]"
_UNIT = re.compile(
    rf"(?P<han>[{HAN}]+)|{_LETTER}(?:{_LETTER}|(?<=\d)\.(?=\d)|(?<=\d),(?=\d{{3}}(?!\d)))*|[%‰+]"
)
_TRADITIONAL = Path(__file__).with_name("traditional.txt")  # says where it is from


class _Characters(dict[int, str]):
    """What one character becomes: always one again, so that places can be mapped back."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        for form in (unicodedata.normalize("NFKC", character), character):
            if len(form) == 1 and len(form.lower()) == 1:
                character = simplified(form.lower())  # some are forms of a traditional one
                break
        self[code] = character
        return character


_SIMPLIFIED = {
    line[0]: line[1]
    for line in _TRADITIONAL.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
_CHARACTERS = _Characters((ord(character), plain) for character, plain in _SIMPLIFIED.items())


def simplified(character: str) -> str:
    """The simplified form of a traditional character; any other one itself."""
    return _SIMPLIFIED.get(character, character)


def fold(text: str) -> str:
    """The folded form of a text; empty where it has no letter, digit or character."""
    return "".join(piece for piece, _, _ in _pieces(text)).replace("  ", " ")


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded form, and for each of its characters the place in the text that it comes from."""
    folded: list[str] = []
    places: list[int] = []
    after_space = False
    for piece, start, end in _pieces(text):
        if piece[0] != " ":
            places.extend(range(start, end))
            after_space = False
        else:
            if after_space:
                piece = piece[1:]
            else:
                places.append(start)
            places.extend(_places_in_unit(text, start, end))
            places.append(end)
            after_space = True
        folded.append(piece)
    return "".join(folded), places


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Each run of Chinese characters and each other unit, with its start and end in the text."""
    for unit in _UNIT.finditer(text.translate(_CHARACTERS)):
        if unit["han"]:
            yield unit[0], unit.start(), unit.end()
        else:
            yield f" {unit[0].replace(',', '')} ", unit.start(), unit.end()


def _places_in_unit(text: str, start: int, end: int) -> list[int]:
    """The places of a unit's characters, whose commas of thousands were taken out."""
    return [place for place in range(start, end) if text[place] not in ",，"]
