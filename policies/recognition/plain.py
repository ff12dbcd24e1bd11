"""A text without what stands in brackets, so that a sentence can be read through. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

DOCUMENT = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its asides and the words inside 《》, and where each character stood before."""

    text: str
    offsets: tuple[int, ...]  # one more than there are characters

    @classmethod
    def of(cls, text: str) -> Plain:
        kept = [True] * len(text)
        for match in ASIDE.finditer(text):
            if not (
                text[max(0, match.start() - 2) : match.start()] == "中国" and match.end() - match.start() <= 5
            ):
                kept[match.start() : match.end()] = [False] * (match.end() - match.start())
        for match in DOCUMENT.finditer(text):
            kept[match.start() + 1 : match.end() - 1] = [False] * (match.end() - match.start() - 2)
        for position, char in enumerate(text):
            if char in " \u3000\u200b" and not (text[position - 1 : position + 2].strip().isascii()):
                kept[position] = False
        offsets = [position for position, keep in enumerate(kept) if keep]
        return cls("".join(text[position] for position in offsets), (*offsets, len(text)))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """A span of the plain text in the text itself."""
        return self.offsets[start], self.offsets[end - 1] + 1
