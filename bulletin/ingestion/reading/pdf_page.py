"""One page of a PDF → a sheet, through PDFium's plain C interface.

PDFium tells each glyph's character, box and origin; the order in which a file draws them means nothing. All
that is taken from here on is measured, so that no later stage asks which program made the file.
"""

from __future__ import annotations

import ctypes
import itertools
import re
import unicodedata
from functools import cache
from typing import Any

import pypdfium2.raw as pdfium

from bulletin.ingestion.layout.sheets import ASCENT, Code, Run, Sheet
from bulletin.ingestion.shapes import Box

# Hyphens that PDFium marks because a word may go on in the next line. In an address or a list they are
# printed.
MARKED_HYPHENS = {0x02, 0xFFFE}
INVISIBLE = {0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF}
# Ranges that stand for an ordinary character: Kangxi and other radicals, compatibility ideographs, ligatures.
# Full-width punctuation also has a compatibility form, and must keep its width.
STAND_INS = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFB06))
PRIVATE_USE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))

BOLD_NAME = re.compile(r"bold|heavy|black|demi|粗|特", re.IGNORECASE)
PICTORIAL_NAME = re.compile(r"wingdings|webdings|dingbats|symbol", re.IGNORECASE)
BOLD_WEIGHT = 600  # OpenType: 600 is semi-bold
FORCE_BOLD = 1 << 18  # ISO 32000-1, table 123
STROKED = {1, 2, 5, 6}  # text render modes that stroke: faked bold
HIDDEN = {3, 7}
IMAGE, PATH, FORM = pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM

# Glyphs belong to one run while they stand on one baseline and next to each other, in ems.
SAME_BASELINE = 0.12
RUN_GAP = 0.6
RUN_OVERLAP = 0.7
# One glyph stands under another when their centres are this close and the step down is within this range.
STACK_DRIFT = 0.35
STACK_STEP = (0.8, 2.2)

RULE_THICKNESS = 2.2  # points: thicker is an area
MAX_FORM_DEPTH = 6
MAX_OBJECTS = 20_000
MAX_SEGMENTS = 400


def read_page(page: Any, number: int) -> Sheet:
    """Read one page. `page` is pypdfium2's; its runs are in the order of the file."""
    handle = page.raw
    frame = _Frame(handle)
    sheet = Sheet(number, frame.width, frame.height)
    text_page = pdfium.FPDFText_LoadPage(handle)
    if text_page:
        try:
            _read_runs(text_page, frame, sheet)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    _read_objects(handle, frame, sheet)
    _read_annotations(page, frame, sheet)
    return sheet


class _Frame:
    """From PDF coordinates (origin bottom left, before rotation) to the page as shown."""

    def __init__(self, handle: Any) -> None:
        rect = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(handle, rect)
        left, bottom, right, top = rect.left, rect.bottom, rect.right, rect.top
        turn = pdfium.FPDFPage_GetRotation(handle)
        self.a, self.b, self.c, self.d, self.e, self.f = (
            (1, 0, 0, -1, -left, top),
            (0, 1, 1, 0, -bottom, -left),
            (-1, 0, 0, 1, right, -bottom),
            (0, -1, -1, 0, top, right),
        )[turn]
        width, height = right - left, top - bottom
        self.width, self.height = (height, width) if turn % 2 else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def direction(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y, self.b * x + self.d * y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


class _Face:
    """What PDFium tells of a font: asked once for each font of a page."""

    __slots__ = ("bold", "name")

    def __init__(self, font: Any) -> None:
        name = ctypes.create_string_buffer(256)
        pdfium.FPDFFont_GetBaseFontName(font, name, 256)
        self.name = name.value.decode("utf-8", "replace").split("+")[-1]
        self.bold = (
            bool(BOLD_NAME.search(self.name))
            or pdfium.FPDFFont_GetWeight(font) >= BOLD_WEIGHT
            or bool(pdfium.FPDFFont_GetFlags(font) & FORCE_BOLD)
        )


class _Style:
    """What the glyphs of one text object share."""

    __slots__ = ("bold", "font", "hidden", "key", "size", "upright")

    def __init__(
        self, text_page: Any, index: int, text_object: Any, frame: _Frame, faces: dict[int, _Face]
    ) -> None:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text_page, index, matrix)
        # The operand of Tf is not the printed size: the matrix scales it.
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        self.size = round(pdfium.FPDFText_GetFontSize(text_page, index) * scale, 2)
        across, down = frame.direction(matrix.a, matrix.b)
        self.upright = across > 0 and abs(down) < 0.2 * across  # a skew up to 11° is still a line
        font = pdfium.FPDFTextObj_GetFont(text_object)
        address = ctypes.addressof(font.contents) if font else 0
        face = faces.get(address)
        if face is None:
            face = faces[address] = _Face(font)
        self.font = face.name
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text_object)
        self.hidden = mode in HIDDEN
        self.bold = face.bold or mode in STROKED
        self.key = (self.size, self.font, self.bold, self.hidden, self.upright)


def _read_runs(text_page: Any, frame: _Frame, sheet: Sheet) -> None:
    styles: dict[int, _Style] = {}
    faces: dict[int, _Face] = {}
    box = pdfium.FS_RECTF()
    x_out, y_out = ctypes.c_double(), ctypes.c_double()
    get_unicode, get_object = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
    get_box, get_origin = pdfium.FPDFText_GetLooseCharBox, pdfium.FPDFText_GetCharOrigin
    run: Run | None = None
    run_style: tuple[object, ...] = ()
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        text_object = get_object(text_page, index)
        if not text_object:  # a space or line break of PDFium's own making
            continue
        text = _character(get_unicode(text_page, index))
        if text is None:
            if pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
                sheet.unreadable += 1
            continue
        address = ctypes.addressof(text_object.contents)
        style = styles.get(address)
        if style is None:
            style = styles[address] = _Style(text_page, index, text_object, frame, faces)
        if text == "\ufffd":
            if not PICTORIAL_NAME.search(style.font):
                sheet.unreadable += 1
                continue
            text = "•"  # a bullet or another sign of a font without letters
        if style.size <= 0:
            continue
        get_box(text_page, index, box)
        get_origin(text_page, index, x_out, y_out)
        x0, y0 = frame.point(box.left, box.bottom)
        x1, y1 = frame.point(box.right, box.top)
        left, right = (x0, x1) if x0 <= x1 else (x1, x0)
        top, bottom = (y0, y1) if y0 <= y1 else (y1, y0)
        base = frame.point(x_out.value, y_out.value)[1]
        if right < 0 or left > sheet.width or bottom < 0 or top > sheet.height:
            continue  # beyond the page: printers' marks and leftovers
        size = style.size
        if run is not None and style.upright and run_style == style.key:
            gap = left - run.rights[-1]
            if (
                not run.stacked
                and abs(base - run.base) <= SAME_BASELINE * size
                and -RUN_OVERLAP * size <= gap <= RUN_GAP * size
            ):
                run.text += text
                run.lefts += [left] * len(text)
                run.rights += [right] * len(text)
                continue
            if (run.stacked or len(run.text) == 1) and not text.isspace():
                drift = abs((left + right) - (run.lefts[-1] + run.rights[-1])) / 2
                step = base - (run.base if not run.stacked else run.bottom - (1 - ASCENT) * size)
                if drift <= STACK_DRIFT * size and STACK_STEP[0] * size <= step <= STACK_STEP[1] * size:
                    run.stacked = True
                    run.text += text
                    run.lefts.append(left)
                    run.rights.append(right)
                    run.bottom = base + (1 - ASCENT) * size
                    continue
        if style.upright:
            top, bottom = base - ASCENT * size, base + (1 - ASCENT) * size
        elif (
            run is not None
            and run.turned
            and run_style == style.key
            and _touches(run, left, top, right, bottom)
        ):
            run.text += text
            run.lefts += [left] * len(text)
            run.rights += [right] * len(text)
            run.top, run.bottom = min(run.top, top), max(run.bottom, bottom)
            continue
        run = Run(
            text, [left] * len(text), [right] * len(text), base, size, style.bold, style.font, style.hidden,
            turned=not style.upright, top=top, bottom=bottom,
        )  # fmt: skip
        run_style = style.key
        sheet.runs.append(run)


def _touches(run: Run, left: float, top: float, right: float, bottom: float) -> bool:
    reach = run.size
    return (
        left <= max(run.rights) + reach
        and right >= min(run.lefts) - reach
        and top <= run.bottom + reach
        and bottom >= run.top - reach
    )


@cache
def _character(code: int) -> str | None:
    """The character to read for a code; U+FFFD for one that no reader can know, None for nothing."""
    if code in MARKED_HYPHENS:
        return "-"
    if code < 0x20 or code in INVISIBLE or 0x7F <= code < 0xA0:
        return None
    if code == 0xFFFD or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if any(first <= code <= last for first, last in PRIVATE_USE):
        return "\ufffd"
    if code >= 0x2E80 and any(first <= code <= last for first, last in STAND_INS):
        return unicodedata.normalize("NFKC", chr(code))
    if code in (0xA0, 0x2002, 0x2003, 0x2009, 0x202F):
        return " "
    return chr(code)


def _read_objects(handle: Any, frame: _Frame, sheet: Sheet) -> None:
    """Ruling lines, areas, drawings and pictures, those inside forms too."""
    budget = [MAX_OBJECTS]

    def walk(count: int, get: Any, matrix: tuple[float, ...], depth: int) -> None:
        for index in range(count):
            if budget[0] <= 0:
                return
            budget[0] -= 1
            item = get(index)
            if not item:
                continue
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == PATH:
                _read_path(item, matrix, frame, sheet)
            elif kind == IMAGE:
                box = _bounds(item, matrix, frame)
                if box.right - box.left > 1 and box.bottom - box.top > 1:
                    sheet.pictures.append(box)
            elif kind == FORM and depth < MAX_FORM_DEPTH:
                own = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(item, own)
                inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                walk(
                    pdfium.FPDFFormObj_CountObjects(item),
                    lambda i, form=item: pdfium.FPDFFormObj_GetObject(form, i),
                    inner,
                    depth + 1,
                )

    walk(
        pdfium.FPDFPage_CountObjects(handle),
        lambda i: pdfium.FPDFPage_GetObject(handle, i),
        (1, 0, 0, 1, 0, 0),
        0,
    )


def _product(m: tuple[float, ...], n: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix that does m first, then n."""
    a, b, c, d, e, f = m
    g, h, i, j, k, o = n
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + o)


def _apply(m: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _bounds(item: Any, matrix: tuple[float, ...], frame: _Frame) -> Box:
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    corners = [
        frame.point(*_apply(matrix, x, y))
        for x in (left.value, right.value)
        for y in (bottom.value, top.value)
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _read_path(item: Any, matrix: tuple[float, ...], frame: _Frame, sheet: Sheet) -> None:
    box = _bounds(item, matrix, frame)
    wide, high = box.right - box.left, box.bottom - box.top
    if box.right < 0 or box.left > sheet.width or box.bottom < 0 or box.top > sheet.height:
        return
    if min(wide, high) <= RULE_THICKNESS:
        (sheet.rules if max(wide, high) > 2 * RULE_THICKNESS else sheet.strokes).append(box)
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(item)
    if not fill.value and not stroke.value:
        return
    if count > MAX_SEGMENTS:
        sheet.strokes.append(box)
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, own)
    whole = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    lines, bent = _segments(item, count, whole, frame)
    if bent:
        sheet.strokes.append(box)
        return
    if fill.value and not stroke.value:
        # A table's borders may be filled areas, thin ones, all in one path.
        pieces = _subpaths(lines)
        if len(pieces) > 1 and all(min(b.right - b.left, b.bottom - b.top) <= RULE_THICKNESS for b in pieces):
            sheet.rules += pieces
            return
        border = _border(pieces)
        if border:
            sheet.rules += border
            return
        if _is_white(item):
            return
        sheet.tints += pieces
        return
    if fill.value and not _is_white(item):
        sheet.tints.append(box)
    for subpath in lines:
        for (x0, y0), (x1, y1) in itertools.pairwise(subpath):
            sheet.rules.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _border(pieces: list[Box]) -> list[Box]:
    """The sides of a border drawn as the area between two rectangles, one in the other."""
    if len(pieces) != 2:
        return []
    inner, outer = sorted(pieces, key=lambda box: (box.right - box.left) * (box.bottom - box.top))
    thick = (
        inner.left - outer.left,
        inner.top - outer.top,
        outer.right - inner.right,
        outer.bottom - inner.bottom,
    )
    if min(thick) < -0.1 or max(thick) > 2 * RULE_THICKNESS:
        return []
    sides = (
        Box(outer.left, outer.top, inner.left, outer.bottom),
        Box(outer.left, outer.top, outer.right, inner.top),
        Box(inner.right, outer.top, outer.right, outer.bottom),
        Box(outer.left, inner.bottom, outer.right, outer.bottom),
    )
    return [side for side, width in zip(sides, thick, strict=True) if width > 0.05]


def _is_white(item: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250


def _segments(
    item: Any, count: int, matrix: tuple[float, ...], frame: _Frame
) -> tuple[list[list[tuple[float, float]]], bool]:
    """The path's polygons, and whether any side is curved or oblique."""
    lines: list[list[tuple[float, float]]] = []
    x_out, y_out = ctypes.c_float(), ctypes.c_float()
    bent = False
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x_out, y_out)
        point = frame.point(*_apply(matrix, x_out.value, y_out.value))
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not lines:
            lines.append([point])
            continue
        previous = lines[-1][-1]
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO or (
            min(abs(point[0] - previous[0]), abs(point[1] - previous[1])) > RULE_THICKNESS
        ):
            bent = True
        lines[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and len(lines[-1]) > 2:
            lines[-1].append(lines[-1][0])
    return [line for line in lines if len(line) > 1], bent


def _subpaths(lines: list[list[tuple[float, float]]]) -> list[Box]:
    return [
        Box(
            min(x for x, _ in line), min(y for _, y in line), max(x for x, _ in line), max(y for _, y in line)
        )
        for line in lines
    ]


def _read_annotations(page: Any, frame: _Frame, sheet: Sheet) -> None:
    position = ctypes.c_int(0)
    link = pdfium.FPDF_LINK()
    document = page.pdf.raw
    while pdfium.FPDFLink_Enumerate(page.raw, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        length = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
        if not 1 < length <= 4096:
            continue
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFAction_GetURIPath(document, action, buffer, length)
        rect = pdfium.FS_RECTF()
        if not pdfium.FPDFLink_GetAnnotRect(link, rect):
            continue
        url = buffer.value.decode("utf-8", "replace")
        sheet.codes.append(Code(url, frame.box(rect.left, rect.bottom, rect.right, rect.top), printed=False))
