"""The small drawings of the sample issues: PNG, drawn with Pillow from figures that the articles name."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

WIDTH, HEIGHT = 1300, 760  # pixels; printed 8 to 12 cm wide
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # the face of the collection that draws simplified Chinese
INK, PALE, GRID, EARLIER = "#22282e", "#8a939b", "#e3e7ea", "#c3cbd1"


def data_output(accent: str) -> Image.Image:
    """Data produced in China in a year, ZB: 国家数据局, 2024 and 2025."""
    years = [("2023年", 32.85), ("2024年", 41.06)]
    return _columns(years, top=50, step=10, accent=accent, unit="泽字节")


def netizens(accent: str) -> Image.Image:
    """Internet users in China, 亿人, and their share of the people: CNNIC, 55th and 56th report."""
    terms = [("2024年12月（普及率78.6%）", 11.08), ("2025年6月（普及率79.7%）", 11.23)]
    return _columns(terms, top=12, step=3, accent=accent, unit="亿人")


CHARTS: dict[str, Callable[[str], Image.Image]] = {"data-output": data_output, "netizens": netizens}


def as_png(name: str, accent: str) -> bytes:
    """The drawing as bytes that are the same on every run."""
    drawn = io.BytesIO()
    CHARTS[name](accent).quantize(64).save(drawn, "PNG", optimize=True, pnginfo=PngInfo())
    return drawn.getvalue()


def _columns(
    values: list[tuple[str, float]], *, top: float, step: float, accent: str, unit: str
) -> Image.Image:
    """Columns over named places, from 0 to `top`, with a line every `step`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    small, large = (ImageFont.truetype(FONT, size, index=SIMPLIFIED) for size in (40, 54))
    left, right, ceiling, floor = 110, WIDTH - 40, 110, HEIGHT - 100
    draw.text((10, 40), unit, font=small, fill=PALE, anchor="lm")
    for tick in range(int(top // step) + 1):
        y = floor - (floor - ceiling) * tick * step / top
        draw.line([(left, y), (right, y)], fill=INK if tick == 0 else GRID, width=3)
        draw.text((left - 20, y), f"{tick * step:g}", font=small, fill=PALE, anchor="rm")
    room = (right - left) / len(values)
    for place, (name, value) in enumerate(values):
        middle = left + room * (place + 0.5)
        height = (floor - ceiling) * value / top
        half = min(130, room * 0.3)
        newest = place == len(values) - 1
        column = [middle - half, floor - height, middle + half, floor]
        draw.rectangle(column, fill=accent if newest else EARLIER)
        draw.text((middle, floor - height - 16), f"{value:g}", font=large, fill=INK, anchor="mb")
        draw.text((middle, floor + 24), name, font=small, fill=INK, anchor="mt")
    return image
