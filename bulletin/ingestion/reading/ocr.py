"""Pages without usable text, read from their image by RapidOCR.

The engine is an extra (requirements-ocr.txt) with its models inside the wheel. Its line classifier stays
off: it
takes a straight line for one upside down now and then (PDF.md). Lines come as quadrilaterals; they are turned
straight and measured here, so that the layout stage sees runs as if the page had been typeset.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import logging
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import Any

from bulletin.ingestion.layout.sheets import Run, Sheet
from bulletin.ingestion.shapes import Box

OCR_DPI = 200
# An ideograph's em box is centred on its line; its baseline lies this much of an em below the centre.
BASE_BELOW_CENTRE = 0.38
MEASURED_BY_WIDTH = 6  # pairs of ideographs in a line from which on their steps tell the size
BOX_MARGIN = 0.16  # of a line's height, by which the detector's boxes are wider on each side
USUAL_SIZE = 0.72  # of a line's height, where no line tells it better
SURELY_MEASURED = 16  # and surely, to a twentieth
SAME_SIZE = 0.12  # sizes nearer than this are one, measured twice
NEAR_SIZE = 0.22  # the same for a size told by a line's height only
MIN_SKEW_WIDTH = 20.0  # ems: only long lines tell how the page is turned
MAX_SKEW = 5.0  # degrees

OPENING = "(（《〈【〔“‘「『"
CLOSING = ")）》〉】〕”’」』，。、；：！？"
NARROW = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
WIDE = "《》“”、。〔〕"

# Photographs: areas without white paper, in tiles of the page.
TILE = 8.0  # points
DARK_BELOW = 0.86  # of the paper's brightness, at a tile's brightest
MIN_PICTURE = 60.0  # points

DOTTED_NUMBER = re.compile(r"^(?=.*[.·…‥•])[\d.·…‥•\s]{2,}$")
NUMBER_WIDTH = 1.3  # of the line's height: two or three digits at its end


@dataclass(frozen=True, slots=True)
class Glyph:
    """One recognised character, or a word of letters, in points of the page."""

    text: str
    confidence: float
    quad: tuple[tuple[float, float], ...]  # from the top left, clockwise


def is_available() -> bool:
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2", "numpy"))


def recognise(image: Any, scale: float, sheet: Sheet) -> None:
    """Read the page's image (rows × columns × BGR) into the sheet. `scale`: pixels to a point."""
    # The engine remembers what it was told last.
    result = _engine()(image, use_det=True, use_cls=False, use_rec=True, return_word_box=True)
    lines = [_with_page_number(line, image, scale) for line in _lines_of(result, scale)]
    read_lines(lines, sheet)
    sheet.pictures = [sheet.straight(box) for box in photographs(image, scale)]


def _lines_of(result: Any, scale: float) -> list[list[Glyph]]:
    """The engine's lines in points. It finds lines exactly and glyphs in them by guess: stretched to the
    line.
    """
    lines = []
    for box, words in zip(
        result.boxes if result.boxes is not None else (), result.word_results or (), strict=False
    ):
        glyphs = [
            Glyph(text, float(confidence), tuple((float(x) / scale, float(y) / scale) for x, y in quad))
            for text, confidence, quad in words
        ]
        if glyphs:
            left = min(float(x) for x, _ in box) / scale
            right = max(float(x) for x, _ in box) / scale
            lines.append(_stretched(glyphs, left, right))
    return lines


def _with_page_number(line: list[Glyph], image: Any, scale: float) -> list[Glyph]:
    """A page number of a contents read once more, by itself: among the dots before it the engine loses
    digits.
    """
    text = "".join(glyph.text for glyph in line)
    if not DOTTED_NUMBER.match(text):
        return line
    quad = line[-1].quad
    height, right = quad[2][1] - quad[1][1], max(x for x, _ in quad)
    rows = slice(max(0, round((quad[1][1] - 1) * scale)), round((quad[2][1] + 1) * scale))
    columns = slice(
        max(0, round((right - NUMBER_WIDTH * height) * scale)), round((right + height / 2) * scale)
    )
    crop = image[rows, columns]
    if not crop.size:
        return line
    result = _engine()(crop, use_det=False, use_cls=False, use_rec=True, return_word_box=False)
    digits = re.search(r"\d{1,3}$", "".join(result.txts or ()).strip(" .·…"))
    read = digits.group() if digits else re.sub(r"\D", "", text)
    if not read:
        return line
    start = right - 0.4 * height * len(read)
    top, bottom = quad[0][1], quad[3][1]
    corners = ((start, top), (right, top), (right, bottom), (start, bottom))
    return [Glyph(read, float(result.scores[0]) if digits else 0.0, corners)]


def _stretched(glyphs: list[Glyph], left: float, right: float) -> list[Glyph]:
    first = min(x for glyph in glyphs for x, _ in glyph.quad)
    last = max(x for glyph in glyphs for x, _ in glyph.quad)
    # The detector widens its boxes by about a sixth of the line's height on each side.
    margin = BOX_MARGIN * (glyphs[0].quad[3][1] - glyphs[0].quad[0][1])
    left, right = left + margin, right - margin
    ratio = (right - left) / max(last - first, 1e-6)
    return [
        replace(glyph, quad=tuple((left + (x - first) * ratio, y) for x, y in glyph.quad)) for glyph in glyphs
    ]


@cache
def _engine() -> Any:
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    engine = importlib.import_module("rapidocr").RapidOCR()
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return engine


def read_lines(lines: Iterable[Sequence[Glyph]], sheet: Sheet) -> None:
    """Put recognised lines into the sheet as runs, turned straight. The sheet remembers by how much."""
    kept = [line for line in lines if any(glyph.text.strip() for glyph in line)]
    sheet.recognised = True
    sheet.skew = _skew(kept)
    sheet.runs = [_run(line, sheet) for line in kept]
    sheet.codes = [replace(code, box=sheet.straight(code.box)) for code in sheet.codes]


def _skew(lines: Sequence[Sequence[Glyph]]) -> float:
    """How far the page is turned clockwise, in degrees: as its long lines are."""
    angles = []
    for line in lines:
        (x0, y0), (x1, y1) = _centre(line[0]), _centre(line[-1])
        height = line[0].quad[3][1] - line[0].quad[0][1]
        if x1 - x0 >= MIN_SKEW_WIDTH * max(height, 1.0) / 1.4:
            angles.append(math.degrees(math.atan2(y1 - y0, x1 - x0)))
    turned = median(angles) if angles else 0.0
    return turned if abs(turned) <= MAX_SKEW else 0.0


def _centre(glyph: Glyph) -> tuple[float, float]:
    return sum(x for x, _ in glyph.quad) / 4, sum(y for _, y in glyph.quad) / 4


def _run(line: Sequence[Glyph], sheet: Sheet) -> Run:
    text, lefts, rights, confidences = "", [], [], []
    middles = []
    for glyph in line:
        corners = [sheet.turned(x, y, -sheet.skew) for x, y in glyph.quad]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        middles.append(sum(y for _, y in corners) / 4)
        step = (right - left) / max(len(glyph.text), 1)
        for index, char in enumerate(glyph.text):
            text += char
            lefts.append(left + step * index)
            rights.append(left + step * (index + 1))
            confidences.append(glyph.confidence)
    text = _widened(text)
    size = _size(lefts, text)
    middle = median(middles)
    height = median(glyph.quad[3][1] - glyph.quad[0][1] for glyph in line)
    # What is found is ink: of a full-width bracket or comma that is half of its em box.
    half = (size or USUAL_SIZE * height) / 2
    if text[0] in OPENING:
        lefts[0] -= half
    if text[-1] in CLOSING:
        rights[-1] += half
    run = Run(
        text,
        lefts,
        rights,
        0,
        size,
        confidences=confidences,
        top=middle - height / 2,
        bottom=middle + height / 2,
    )
    _set_size(run, size)
    return run


def _set_size(run: Run, size: float) -> None:
    run.size = size
    run.base = (run.top + run.bottom) / 2 + BASE_BELOW_CENTRE * size


def _widened(text: str) -> str:
    """Punctuation beside a Chinese character in the full width in which it is printed; the engine
    narrows it.
    """
    wide = list(text)
    for index, char in enumerate(text):
        beside = text[max(index - 1, 0) : index] + text[index + 1 : index + 2]
        if char in NARROW and any(_is_han(other) or other in WIDE for other in beside):
            wide[index] = NARROW[char]
    return "".join(wide)


def _size(lefts: list[float], text: str) -> float:
    """The printed size: the mean step from one ideograph to the next; 0 where there are too few to tell."""
    steps = [
        lefts[index + 1] - lefts[index]
        for index in range(len(text) - 1)
        if _is_han(text[index]) and _is_han(text[index + 1])
    ]
    if len(steps) < MEASURED_BY_WIDTH:
        return 0.0
    usual = median(steps)
    near = [step for step in steps if abs(step - usual) <= 0.3 * usual]
    return sum(near) / len(near)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def even_sizes(sheets: Iterable[Sheet]) -> None:
    """Make sizes that were measured a little apart one size, over the whole file.

    Lines with several ideographs tell the sizes that there are. The size of the others is told by their
    height,
    as it is to the size where both are known; and a short line of about the body's size is most likely text.
    """
    runs = [run for sheet in sheets if sheet.recognised for run in sheet.runs]
    ratios = [run.size / (run.bottom - run.top) for run in runs if run.size and run.bottom > run.top]
    ratio = median(ratios) if ratios else USUAL_SIZE
    weights = sorted((run.size, _steps(run.text)) for run in runs if run.size)
    sizes: list[float] = []
    while weights:
        centre = _heaviest(weights)
        sizes.append(centre)
        weights = [(size, weight) for size, weight in weights if abs(size - centre) > SAME_SIZE * centre]
    for run in runs:
        sure = _steps(run.text) >= SURELY_MEASURED
        measured = run.size or ratio * (run.bottom - run.top)
        nearest = sorted(sizes, key=lambda size: abs(math.log(size / measured)))
        reach = SAME_SIZE if sure else NEAR_SIZE
        fitting = [
            size
            for size in (nearest if sure else [*sizes[:1], *nearest])
            if abs(size - measured) <= reach * size
        ]
        _set_size(run, fitting[0] if fitting else measured)


def _steps(text: str) -> int:
    """How many pairs of ideographs stand side by side."""
    return sum(_is_han(one) and _is_han(other) for one, other in itertools.pairwise(text))


def _heaviest(weights: list[tuple[float, int]]) -> float:
    """The size around which most text is set."""
    best, centre = 0, weights[0][0]
    for size, _ in weights:
        near = [(other, weight) for other, weight in weights if abs(other - size) <= SAME_SIZE * size / 2]
        total = sum(weight for _, weight in near)
        if total > best:
            best, centre = total, sum(other * weight for other, weight in near) / total
    return round(centre, 1)


def photographs(image: Any, scale: float) -> list[Box]:
    """The boxes of areas without any paper showing through."""
    cv2, numpy = importlib.import_module("cv2"), importlib.import_module("numpy")
    grey = image if image.ndim == 2 else image.max(axis=2)
    tile = max(2, round(TILE * scale))
    rows, columns = grey.shape[0] // tile, grey.shape[1] // tile
    tiles = grey[: rows * tile, : columns * tile].reshape(rows, tile, columns, tile)
    brightest = numpy.percentile(tiles.swapaxes(1, 2).reshape(rows, columns, -1), 90, axis=2)
    paper = numpy.percentile(brightest, 75)
    dark = (brightest < DARK_BELOW * paper).astype("uint8")
    dark = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, numpy.ones((3, 3), "uint8"))
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, numpy.ones((3, 3), "uint8"))
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    side = tile / scale
    return [
        Box(left * side, top * side, (left + wide) * side, (top + high) * side)
        for left, top, wide, high, _ in stats[1:].tolist()
        if min(wide, high) * side >= MIN_PICTURE
    ]
