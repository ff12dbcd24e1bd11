"""QR codes on a rendered page."""

from __future__ import annotations

from typing import Any

import zxingcpp

from bulletin.ingestion.layout.sheets import Code
from bulletin.ingestion.shapes import Box


def codes_in(image: Any, scale: float) -> list[Code]:
    """The QR codes of a grey image: anything with the buffer protocol and two dimensions.

    scale: pixels to a point.
    """
    found = []
    for barcode in zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    ):
        text = barcode.text.strip()
        if not text:
            continue
        xs = [corner.x / scale for corner in _corners(barcode.position)]
        ys = [corner.y / scale for corner in _corners(barcode.position)]
        found.append(Code(text, Box(min(xs), min(ys), max(xs), max(ys)), printed=True))
    return found


def _corners(position: Any) -> tuple[Any, ...]:
    return position.top_left, position.top_right, position.bottom_right, position.bottom_left
