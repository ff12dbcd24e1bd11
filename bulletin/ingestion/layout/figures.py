"""Pictures and drawings: where they stand, and which text is lettering inside them."""

from __future__ import annotations

import re

from bulletin.ingestion.layout.fragments import Fragment
from bulletin.ingestion.layout.sheets import Sheet
from bulletin.ingestion.shapes import Box

# A drawing is made of several pieces near one another; a single filled area is a background of text.
MIN_PIECES = 4
MAX_PIECES = 1000  # the largest ones tell where a drawing stands
NEAR = 14.0  # points between the pieces of one drawing
MIN_SIDE = 40.0  # points: smaller ones are ornaments
# A picture over most of the page is the page's background.
BACKGROUND = 0.85
MIN_PICTURE = 24.0  # points: smaller images are icons and bullets
# How far below or above a drawing its axis labels and legend stand, in ems of the body.
LABEL_REACH = 1.6
LABEL_SIZE = 0.93  # of the body's size: lettering is smaller than text
LABEL_LENGTH = 12  # characters; a longer text is a caption or a sentence
CAPTION = re.compile(r"^(?:[图表]\s*[0-9一二三四五六七八九十]|(?:(?:数据|资料|图片)?来源|注)\s*[：:])")


def pictures_of(sheet: Sheet, tables: list[Fragment]) -> list[Box]:
    """The boxes of a page's pictures and drawings, the larger ones where they overlap."""
    codes = [code.box for code in sheet.codes if code.printed]
    found = [
        clipped
        for box in sheet.pictures
        if (clipped := _clip(box, sheet)) is not None
        and min(clipped.right - clipped.left, clipped.bottom - clipped.top) >= MIN_PICTURE
        and _area(clipped) < BACKGROUND * sheet.width * sheet.height
    ]
    found += _drawings(sheet, tables)
    found = [
        box for box in found if not any(_share(box, code) > 0.5 or _share(code, box) > 0.8 for code in codes)
    ]
    kept: list[Box] = []
    for box in sorted(found, key=_area, reverse=True):
        if not any(_share(box, other) > 0.6 for other in kept):
            kept.append(box)
    return kept


def is_lettering(fragment: Fragment, drawings: list[Box], largest: float) -> bool:
    """Whether a text belongs to a picture: inside it, or a label at its edge, and no larger than given."""
    if fragment.size > largest:
        return False
    return any(_share(fragment.box, box) > 0.6 for box in drawings)


def _drawings(sheet: Sheet, tables: list[Fragment]) -> list[Box]:
    pieces = list(sheet.strokes)
    if not pieces and len(sheet.tints) < MIN_PIECES:
        return []
    page = sheet.width * sheet.height
    pieces += [box for box in sheet.tints if _area(box) < BACKGROUND * page / 2]
    pieces = [box for box in pieces if not any(_share(box, table.box) > 0.6 for table in tables)]
    pieces = sorted(pieces, key=_area, reverse=True)[:MAX_PIECES]
    groups: list[tuple[Box, int]] = []
    for piece in pieces:
        box, count = piece, 1
        rest = []
        for other, number in groups:
            if _near(box, other):
                box, count = _union(box, other), count + number
            else:
                rest.append((other, number))
        groups = [*rest, (box, count)]
    changed = True
    while changed:
        changed = False
        for index, (box, count) in enumerate(groups):
            for other_index in range(index + 1, len(groups)):
                other, number = groups[other_index]
                if _near(box, other):
                    groups[index] = (_union(box, other), count + number)
                    del groups[other_index]
                    changed = True
                    break
            if changed:
                break
    lines = [rule for rule in sheet.rules if not any(_share(rule, table.box) > 0.6 for table in tables)]
    drawn = []
    for box, count in groups:
        for line in lines:
            if _near(box, line) and _overlaps_most(line, box):
                box, count = _union(box, line), count + 1
        for grid in _grid_lines(lines):
            if sum(_overlaps_most(line, box) and _crosses(line, box) for line in grid) >= 2:
                for line in grid:
                    box, count = _union(box, line), count + 1
        drawn.append((box, count))
    return [
        box
        for box, count in drawn
        if count >= MIN_PIECES and box.right - box.left >= MIN_SIDE and box.bottom - box.top >= MIN_SIDE
    ]


def with_labels(drawing: Box, fragments: list[Fragment], body_size: float) -> Box:
    """A drawing's box widened by the labels at its edges: small texts, several to a line or short."""
    box = drawing
    reach = LABEL_REACH * body_size
    for fragment in sorted(fragments, key=lambda item: abs(item.middle - (drawing.top + drawing.bottom) / 2)):
        if fragment.kind != "text" or fragment.size > LABEL_SIZE * body_size:
            continue
        if len(fragment.text) > LABEL_LENGTH or CAPTION.match(fragment.text):
            continue
        apart_y = max(drawing.top - fragment.bottom, fragment.top - drawing.bottom, 0)
        apart_x = max(drawing.left - fragment.right, fragment.left - drawing.right, 0)
        if apart_y <= reach and apart_x <= reach:
            box = _union(box, fragment.box)
    return box


def _near(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + NEAR
        and other.left <= one.right + NEAR
        and one.top <= other.bottom + NEAR
        and other.top <= one.bottom + NEAR
    )


def _grid_lines(lines: list[Box]) -> list[list[Box]]:
    """Sets of three or more horizontal lines of one extent: the grid behind a chart."""
    sets: list[list[Box]] = []
    for line in lines:
        if line.right - line.left < MIN_SIDE:
            continue
        for found in sets:
            if abs(found[0].left - line.left) <= 2 and abs(found[0].right - line.right) <= 2:
                found.append(line)
                break
        else:
            sets.append([line])
    return [found for found in sets if len(found) >= 3]


def _crosses(line: Box, box: Box) -> bool:
    return box.top - NEAR <= line.top <= box.bottom + NEAR


def _overlaps_most(line: Box, box: Box) -> bool:
    """Whether at least half of a line runs beside or over the box."""
    if line.right - line.left >= line.bottom - line.top:
        return min(line.right, box.right) - max(line.left, box.left) >= 0.5 * (line.right - line.left)
    return min(line.bottom, box.bottom) - max(line.top, box.top) >= 0.5 * (line.bottom - line.top)


def _union(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _area(box: Box) -> float:
    return max(0.0, box.right - box.left) * max(0.0, box.bottom - box.top)


def _share(box: Box, other: Box) -> float:
    """How much of the first box lies in the second, from 0 to 1."""
    wide = min(box.right, other.right) - max(box.left, other.left)
    high = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0.0, wide) * max(0.0, high) / max(_area(box), 1e-6)


def _clip(box: Box, sheet: Sheet) -> Box | None:
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    right, bottom = min(box.right, sheet.width), min(box.bottom, sheet.height)
    return Box(left, top, right, bottom) if right > left and bottom > top else None
