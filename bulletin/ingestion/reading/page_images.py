"""Pages of a PDF as pictures, and how large they are: for who wants to see where a thing stands."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from bulletin.ingestion.errors import NoSuchPage, UnreadableFile
from bulletin.ingestion.reading import PDF_MARK, PDF_MARK_WITHIN
from bulletin.ingestion.reading.pdf import render
from bulletin.ingestion.shapes import Box


def page_image(path: Path, page: int, width: int, box: tuple[float, ...] = ()) -> bytes:
    """A page, or the part of it in a box (left, top, right, bottom in points), as WebP, `width` pixels wide.

    Raises NoSuchPage, DamagedPdf, EncryptedPdf.
    """
    if not is_pdf(path):
        raise NoSuchPage
    try:
        return render(path, page, width, Box(*box) if box else None)
    except IndexError as error:
        raise NoSuchPage from error


def sheet_sizes(path: Path) -> list[list[float]]:
    """Width and height in points of every sheet, in order; none where the source has no sheets."""
    if not is_pdf(path):
        return []
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile from error
    try:
        return [[round(side, 1) for side in document.get_page_size(index)] for index in range(len(document))]
    finally:
        document.close()


def is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return PDF_MARK in file.read(PDF_MARK_WITHIN)
