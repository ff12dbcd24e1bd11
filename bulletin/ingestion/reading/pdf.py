"""PDF files → lines, through PDFium: text and pictures where they stand, codes read off the rendered page."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from bulletin.ingestion.characters import is_common_han
from bulletin.ingestion.errors import DamagedPdf, EncryptedPdf, HugePage, NeedsOcr, NoPages, TooManyPages
from bulletin.ingestion.layout import lay_out
from bulletin.ingestion.layout.sheets import Sheet
from bulletin.ingestion.reading import ocr
from bulletin.ingestion.reading.pdf_page import read_page
from bulletin.ingestion.reading.qr import codes_in
from bulletin.ingestion.shapes import Box, Report, Source

POINTS = 72  # to the inch
MAX_PAGES = 400  # an issue has some 30; a year's volume would be read as what it is not
MAX_SIDE = 6_000.0  # points, some two metres: the largest sheets that are printed are 3,400 long
# All 136 codes of 246 pages were found at this resolution, and still at half of it (PDF.md).
CODE_DPI = 150
LEAST_CODE = 14.0  # points, 5 mm: nobody's camera reads a smaller one
FEW_MODULES = 60  # the smallest code has 21 × 21 modules, half of them dark
MAX_PIXELS = 24_000_000  # of a rendered page; A3 at 200 dpi has 8 million
WEBP_QUALITY, WEBP_METHOD = 80, 2  # method 4 takes twice the time for 2 % less
# When a page's text is of no use. A cover may hold a picture and ten characters; the shortest text page
# met has 60.
FEW_CHARACTERS = 20
IMAGE_SHARE = 0.3  # of the page under images
OUTLINED = 200  # drawn shapes: letters turned into outlines
UNREADABLE_SHARE = 0.2
# Some 99 % of the Han characters of a text in simplified Chinese are of GB 2312's first level; wrong maps
# give half.
COMMON_SHARE = 0.75
ODD_SHARE = 0.3  # letters that are neither Latin nor Chinese: a text under a wrong map


def read_pdf(path: Path, max_pages: int = MAX_PAGES, report: Report | None = None) -> Source:
    """Read a PDF. Raises EncryptedPdf, DamagedPdf, NoPages, TooManyPages, HugePage, NeedsOcr."""
    return lay_out(sheets_of(path, max_pages, report))


def sheets_of(path: Path, max_pages: int = MAX_PAGES, report: Report | None = None) -> list[Sheet]:
    """The pages one after the other, each closed before the next is opened."""
    say = report or _silent
    with _opened(path) as document:
        count = len(document)
        if count > max_pages:
            raise TooManyPages(f"这份 PDF 有 {count} 页，超过了 {max_pages} 页的上限，请只交一期的文件。")
        sheets = []
        for index in range(count):
            say("reading", index, count, [])
            sheets.append(_sheet(document, index, partial(say, "recognising", index, count, [])))
    if ocr.is_available():
        ocr.even_sizes(sheets)
    elif sum(sheet.unread for sheet in sheets) * 2 > count:
        raise NeedsOcr
    return sheets


def render(path: Path, page: int, width: int, box: Box | None = None) -> bytes:
    """A page, or the part of it in a box, as WebP. `page` counts from 1, `width` is in pixels.

    Raises DamagedPdf, EncryptedPdf, IndexError where the file has no such page.
    """
    with _opened(path) as document:
        if not 1 <= page <= len(document):
            raise IndexError(page)
        with _page(document, page - 1) as handle:
            full_width, full_height = _size(handle, page)
            part = box or Box(0, 0, full_width, full_height)
            wide, high = max(part.right - part.left, 1.0), max(part.bottom - part.top, 1.0)
            scale = min(width / wide, (MAX_PIXELS / (wide * high)) ** 0.5)
            crop = (part.left, full_height - part.bottom, full_width - part.right, part.top)
            bitmap = handle.render(scale=scale, crop=tuple(max(0.0, side) for side in crop))
            try:
                target = io.BytesIO()
                bitmap.to_pil().convert("RGB").save(target, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
            finally:
                bitmap.close()
    return target.getvalue()


def _silent(stage: str, done: int, total: int, titles: list[str]) -> None:
    """Nobody wants to know."""


def _sheet(document: pypdfium2.PdfDocument, index: int, before_ocr: Callable[[], None]) -> Sheet:
    with _page(document, index) as page:
        width, height = _size(page, index + 1)
        sheet = read_page(page, index + 1)
        if may_hold_code(sheet):
            scale = min(CODE_DPI / POINTS, (MAX_PIXELS / (width * height)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True)
            try:
                image = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
                sheet.codes += codes_in(image, scale)
            finally:
                bitmap.close()
        if not has_text(sheet):
            if ocr.is_available():
                before_ocr()
                _recognise(page, sheet)
            else:
                sheet.unread = True
    return sheet


def may_hold_code(sheet: Sheet) -> bool:
    """Whether anything drawn on the page is as large as a QR code: without it the page need not be searched.

    A code may be a picture, one path, or a path for each of its modules; some fonts draw one with glyphs
    that stand for no character.
    """
    drawn = [*sheet.pictures, *sheet.strokes, *sheet.tints]
    large = any(min(box.right - box.left, box.bottom - box.top) >= LEAST_CODE for box in drawn)
    return large or len(drawn) + len(sheet.rules) >= FEW_MODULES or sheet.unreadable > 0


def _recognise(page: Any, sheet: Sheet) -> None:
    scale = min(ocr.OCR_DPI / POINTS, (MAX_PIXELS / (sheet.width * sheet.height)) ** 0.5)
    bitmap = page.render(scale=scale)
    try:
        ocr.recognise(bitmap.to_numpy(), scale, sheet)
    finally:
        bitmap.close()


def has_text(sheet: Sheet) -> bool:
    """Whether the page's text can be used, or needs none: judged by what its characters are, not by who
    wrote it.
    """
    text = "".join(run.text for run in sheet.runs if not run.text.isspace())
    if len(text) + sheet.unreadable < FEW_CHARACTERS:
        pictured = sum((box.right - box.left) * (box.bottom - box.top) for box in sheet.pictures)
        drawn = len(sheet.strokes) > OUTLINED
        return not drawn and pictured < IMAGE_SHARE * sheet.width * sheet.height
    if sheet.unreadable > UNREADABLE_SHARE * (len(text) + sheet.unreadable):
        return False
    han = [char for char in text if "\u3400" <= char <= "\u9fff"]
    if len(han) >= FEW_CHARACTERS:
        return sum(map(is_common_han, han)) >= COMMON_SHARE * len(han)
    odd = sum(char.isalpha() and "\x80" <= char < "\u2e80" for char in text)
    return odd <= ODD_SHARE * len(text)


def _size(page: Any, number: int) -> tuple[float, float]:
    width, height = page.get_size()
    if not 1 <= width <= MAX_SIDE or not 1 <= height <= MAX_SIDE:
        centimetres = max(width, height) / POINTS * 2.54
        raise HugePage(
            f"第 {number} 页的页面长达 {centimetres:,.0f} 厘米，不是正常的书页，请重新导出 PDF 后再交。"
        )
    return float(width), float(height)


@contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    handle = pdfium.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if not handle:
        raise EncryptedPdf if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD else DamagedPdf
    if pdfium.FPDF_GetPageCount(handle) < 1:  # pypdfium2 takes it for an error, and reports the one before
        pdfium.FPDF_CloseDocument(handle)
        raise NoPages
    document = pypdfium2.PdfDocument(handle)
    try:
        yield document
    finally:
        document.close()


@contextmanager
def _page(document: pypdfium2.PdfDocument, index: int) -> Iterator[Any]:
    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise DamagedPdf(f"PDF 的第 {index + 1} 页已损坏，打不开，请重新导出 PDF 后再交。") from error
    try:
        yield page
    finally:
        page.close()
