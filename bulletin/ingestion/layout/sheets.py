"""What a page is before it is laid out: runs of glyphs, ruling lines, pictures and links, each with its box.

Everything is measured in points from the top left of the page as it is shown, whatever the file's rotation or
crop box. A reader of PDFs and a reader of scans make the same sheets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bulletin.ingestion.shapes import Box

# An ideographic em box stands this much above its baseline; the rest hangs below (OpenType's default for
# CJK).
ASCENT = 0.88


@dataclass(slots=True)
class Run:
    """Glyphs of one style side by side on one baseline."""

    text: str
    lefts: list[float]
    rights: list[float]
    base: float  # the baseline's distance from the top of the page
    size: float
    bold: bool = False
    font: str = ""
    hidden: bool = False  # drawn invisibly: the text that another program laid under a scan
    stacked: bool = False  # one glyph under the other
    turned: bool = False  # its baseline does not run from left to right
    confidences: list[float] = field(
        default_factory=list
    )  # of each glyph, where they were recognised in an image
    top: float = 0
    bottom: float = 0

    @property
    def left(self) -> float:
        return self.lefts[0]

    @property
    def right(self) -> float:
        return self.rights[-1]


@dataclass(frozen=True, slots=True)
class Code:
    """An address found on a page outside its printed text."""

    url: str
    box: Box
    printed: bool  # a QR code; otherwise an annotation over something else


@dataclass(slots=True)
class Sheet:
    """One page of a file, read but not laid out."""

    number: int  # counted in the file, from 1
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)  # ruling lines: one of their sides is nearly nothing
    tints: list[Box] = field(default_factory=list)  # filled areas
    strokes: list[Box] = field(default_factory=list)  # pieces of drawings
    pictures: list[Box] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    unreadable: int = 0  # glyphs whose character the file does not tell
    unread: bool = False  # its text is of no use, and nothing was at hand to read its image
    recognised: bool = False  # read from an image of the page
    skew: float = (
        0  # degrees by which the image is turned clockwise; runs are straight, boxes shown are turned back
    )

    def turned(self, x: float, y: float, degrees: float) -> tuple[float, float]:
        """A point after turning it clockwise about the page's centre."""
        angle = math.radians(degrees)
        across, down = x - self.width / 2, y - self.height / 2
        return (
            self.width / 2 + across * math.cos(angle) - down * math.sin(angle),
            self.height / 2 + across * math.sin(angle) + down * math.cos(angle),
        )

    def straight(self, box: Box) -> Box:
        """A box of the image, where it stands once the page is turned straight."""
        return self._around(box, -self.skew)

    def shown(self, box: Box) -> Box:
        """A box of the straight page, where the image shows it."""
        return self._around(box, self.skew)

    def _around(self, box: Box, degrees: float) -> Box:
        if not degrees:
            return box
        corners = [self.turned(x, y, degrees) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))
