"""The body of an article as a page shows it: lists gathered, headings ranked, tables with heads. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bulletin.typesetting import close_up

PartKind = Literal["p", "h", "list", "figure", "table"]

HIGHEST, LOWEST = 2, 4  # the title is h1
SMALLEST = 40.0  # points: what is less wide or high is an ornament
WIDEST = 720  # CSS pixels of a picture as shown
CAPTION_REACH = 60.0  # points from a picture to its caption
LISTED_FROM = 4  # headings: fewer need no list of contents
# How Chinese documents number their headings; one kind is one rank, in the order in which they first occur.
NUMBERING = (
    re.compile(r"^第[一二三四五六七八九十百零〇\d]+[章节篇部编]"),
    re.compile(r"^[一二三四五六七八九十]{1,3}[、．.]"),
    re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"^\d{1,2}[、．.](?!\d)"),
    re.compile(r"^[（(]\d{1,2}[）)]"),
    re.compile(r"^[一二三四五六七八九十]{1,2}是"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with the address of its paragraph."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the article. `number` counts them from 1; width and height as shown, in CSS pixels."""

    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the running text. `level` is the heading's, `head` and `rows` the table's.

    `id` is 0 for a picture that no caption gave an address.
    """

    kind: PartKind
    id: int
    text: str = ""
    level: int = 0
    items: tuple[Item, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    alt: str = ""  # what is on the picture, for those who do not see it


@dataclass
class _Ranks:
    """The kinds of numbering in use, from the highest; a kind that returns closes those under it."""

    open: list[int] = field(default_factory=list)

    def level(self, heading: str, highest: int) -> int:
        kind = next((at for at, form in enumerate(NUMBERING) if form.search(heading)), len(NUMBERING))
        if kind in self.open:
            del self.open[self.open.index(kind) + 1 :]
        else:
            self.open.append(kind)
        return min(highest + len(self.open) - 1, max(highest, LOWEST))


def flow(
    body: Iterable[Mapping[str, Any]], highest: int = HIGHEST, pictures: Iterable[Mapping[str, Any]] = ()
) -> list[Part]:
    """The stored blocks as parts. Headings begin at level `highest` and skip none.

    pictures: the article's places["picture"]. Each stands with its caption, or between blocks as it did.
    """
    parts: list[Part] = []
    ranks = _Ranks()
    blocks = list(body)
    captioned, loose = _deal_out(pictures, blocks)
    for position, block in enumerate(blocks, start=1):
        parts += [Part("figure", 0, picture=picture) for picture in loose.pop(position, ())]
        number = int(block.get("id") or position)
        text = str(block.get("text") or "")
        kind = block.get("kind")
        if kind in ("p", "h"):  # in captions and cells a space may part what a line of its own did
            text = close_up(text)
        if kind == "h":
            parts.append(Part("h", number, text, level=ranks.level(text, highest)))
        elif kind == "table" and block.get("rows"):
            parts.append(_table(number, block["rows"]))
        elif kind == "figure":
            parts.append(
                Part("figure", number, text, picture=captioned.get(position), alt=block.get("alt", ""))
            )
        elif block.get("bullet"):
            item = Item(number, text)
            if parts and parts[-1].kind == "list":
                items = (*parts[-1].items, item)
                parts[-1] = Part("list", parts[-1].id, items=items)
            else:
                parts.append(Part("list", number, items=(item,)))
        elif text:
            parts.append(Part("p", number, text))
    parts += [Part("figure", 0, picture=picture) for left in loose.values() for picture in left]
    return parts


def _deal_out(
    pictures: Iterable[Mapping[str, Any]], blocks: list[Mapping[str, Any]]
) -> tuple[dict[int, Picture], dict[int, list[Picture]]]:
    """The pictures by the position of their caption, the others by that of the block they stand before."""
    captioned: dict[int, Picture] = {}
    loose: dict[int, list[Picture]] = {}
    for number, place in enumerate(pictures, start=1):
        wide, high = (
            place["box"]["right"] - place["box"]["left"],
            place["box"]["bottom"] - place["box"]["top"],
        )
        if wide < SMALLEST or high < SMALLEST:
            continue  # an ornament
        width = min(WIDEST, round(wide * 96 / 72))
        picture = Picture(number, width, max(1, round(width * high / wide)))
        near = [
            (distance, position)
            for position, block in enumerate(blocks, start=1)
            if block.get("kind") == "figure" and position not in captioned
            if (distance := _distance(place, block)) is not None
        ]
        if near:
            captioned[min(near)[1]] = picture
            continue
        after = [
            position for position, block in enumerate(blocks, start=1) if begins_at(block) >= place["start"]
        ]
        loose.setdefault(min(after, default=len(blocks) + 1), []).append(picture)
    return captioned, loose


def begins_at(block: Mapping[str, Any]) -> int:
    """Where it begins in the source's text; before everything if nothing is known."""
    places = block.get("places") or ()
    return int(places[0]["start"]) if places else -1


def _distance(picture: Mapping[str, Any], caption: Mapping[str, Any]) -> float | None:
    """Points between a picture and the line over or under it; None if that is too far or elsewhere."""
    box = picture["box"]
    distances = []
    for place in caption.get("places") or ():
        line = place.get("box")
        if not line or place.get("page") != picture["page"]:
            continue
        if line == box:  # an editor gave the picture this caption
            return 0.0
        if line["left"] > box["right"] or line["right"] < box["left"]:
            continue
        distances += [abs(line["top"] - box["bottom"]), abs(box["top"] - line["bottom"])]
    nearest = min(distances, default=CAPTION_REACH)
    return nearest if nearest < CAPTION_REACH else None


def contents(parts: Iterable[Part]) -> list[Part]:
    """The headings for a list of contents: the highest that are at least two; none where there are few."""
    headings = [part for part in parts if part.kind == "h"]
    if len(headings) < LISTED_FROM:
        return []
    highest = min(heading.level for heading in headings)
    top = [heading for heading in headings if heading.level == highest]
    return top if len(top) > 1 else headings


def _table(number: int, rows: Iterable[Iterable[str]]) -> Part:
    """The first row is the head. A row before it that fills one cell only is the table's caption."""
    cells = [tuple(str(cell) for cell in row) for row in rows]
    caption = ""
    if len(cells) > 1 and len(cells[0]) > 1 and cells[0][0] and not any(cells[0][1:]):
        caption, cells = cells[0][0], cells[1:]
    head = cells[0] if len(cells) > 1 else ()
    return Part("table", number, caption, head=head, rows=tuple(cells[1:] if head else cells))
