"""Where things stand on the pages of a PDF, as outlines that a page can show. Pure.

A place is a dict as `transcript` writes it, {"start", "end", "page", "box": {"left", "top", "right",
"bottom"}}, in points from the page's top left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Json = Mapping[str, Any]
Kind = Literal["title", "text", "source", "link", "picture", "doubt"]

MARGIN = 3.0  # points between a text and its outline
LINE_GAP = 1.6  # line heights: what is farther below is another piece
LABELS: dict[str, tuple[Kind, str]] = {
    "title": ("title", "标题"),
    "source": ("source", "来源"),
    "source_url": ("link", "原文链接"),
    "picture": ("picture", "图"),
}
BLOCKS = {"p": "正文", "h": "小标题", "figure": "图题", "table": "表"}


@dataclass(frozen=True, slots=True)
class Outline:
    """A rectangle on a page, in points from its top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Region:
    """One thing on one page. `key` names it in an address: a3-title, a3-p12, d7."""

    key: str
    kind: Kind
    label: str
    page: int
    outlines: tuple[Outline, ...]


def regions_of_article(number: int, title: str, places: Json, body: Sequence[Json]) -> Iterator[Region]:
    """All that an article has on pages. A block goes by its id, or by its position where it has none."""
    for name, (kind, label) in LABELS.items():
        yield from _regions(f"a{number}-{name}", kind, f"{label}：{title}", places.get(name) or ())
    for position, block in enumerate(body, start=1):
        key = f"a{number}-p{block.get('id') or position}"
        label = f"{BLOCKS.get(str(block.get('kind')), '正文')}：{str(block.get('text') or '')[:40]}"
        yield from _regions(key, "text", label, block.get("places") or ())


def regions_of_doubt(number: int, message: str, place: Json | None) -> Iterator[Region]:
    """Where a doubt is about something on a page."""
    yield from _regions(f"d{number}", "doubt", f"存疑：{message}", [place] if place else ())


def is_chosen(region: Region, chosen: str) -> bool:
    """Whether the region is the one chosen, or a part of the article chosen."""
    return bool(chosen) and (region.key == chosen or region.key.startswith(f"{chosen}-"))


def first_page(regions: Iterable[Region], chosen: str) -> int | None:
    """The page on which what is chosen begins."""
    return min((region.page for region in regions if is_chosen(region, chosen)), default=None)


def _regions(key: str, kind: Kind, label: str, places: Iterable[Json]) -> Iterator[Region]:
    by_page: dict[int, list[Json]] = {}
    for place in places:
        if place.get("page") and place.get("box"):
            by_page.setdefault(int(place["page"]), []).append(place["box"])
    for page, boxes in by_page.items():
        yield Region(key, kind, label, page, tuple(_outlines(boxes)))


def _outlines(boxes: Sequence[Json]) -> Iterator[Outline]:
    """Lines under one another as one rectangle each; a paragraph that goes on in the next column has two."""
    group = [boxes[0]]
    for above, box in pairwise(boxes):
        if not _goes_on(above, box):
            yield _around(group)
            group = []
        group.append(box)
    yield _around(group)


def _goes_on(above: Json, box: Json) -> bool:
    height = max(above["bottom"] - above["top"], box["bottom"] - box["top"], 1)
    overlaps = box["left"] < above["right"] and box["right"] > above["left"]
    return bool(overlaps and -height <= box["top"] - above["bottom"] <= LINE_GAP * height)


def _around(boxes: Sequence[Json]) -> Outline:
    left, top = min(box["left"] for box in boxes) - MARGIN, min(box["top"] for box in boxes) - MARGIN
    right, bottom = max(box["right"] for box in boxes) + MARGIN, max(box["bottom"] for box in boxes) + MARGIN
    return Outline(round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1))
