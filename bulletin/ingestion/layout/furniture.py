"""Running heads and feet, page numbers and tabs: what the pages repeat, told from what they say.

Nothing is known of a layout beforehand. A text is furniture when it stands at the edge of its page, beyond
all
text of the page itself, and the same place on many other pages holds the same few texts, a number counted
apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from bulletin.ingestion.layout.fragments import Fragment

SAME_PLACE = 4.0  # points between the baselines of one running head on two pages
EDGE_ROWS = 3  # rows from the top and the bottom of a page that may be furniture
# A place is furniture's when it is met on this share of the pages, at least on MIN_PAGES, and holds few
# texts.
MIN_SHARE = 0.3
MIN_PAGES = 3
# Pages share a text at a place: distinct texts per page that has the place. A first line of text gives 1.
FEW_TEXTS = 0.55
# The file's first pages (cover, imprint, contents) rarely carry heads; they are not counted against a place.
NUMBER = re.compile(r"[0-9０-９]+|(?<![\u4e00-\u9fff])[一二三四五六七八九十]+(?![\u4e00-\u9fff])")
FOLIO = re.compile(
    r"^[\W_]*(?:第|P|p|page)?[\W_]*(\d{1,4})[\W_]*(?:页)?[\W_]*(?:[/／共][\W_]*\d+\s*页?)?[\W_]*$",
    re.IGNORECASE,
)


def furniture_of(pages: Sequence[Sequence[Fragment]], heights: Sequence[float]) -> list[set[int]]:
    """For each page the ids of the fragments that are furniture. `pages` hold the text fragments of each
    page.
    """
    places: defaultdict[tuple[str, int], list[tuple[int, Fragment]]] = defaultdict(list)
    edges = [_edge_rows(page) for page in pages]
    found: list[set[int]] = [set() for _ in pages]
    for number, (rows, height) in enumerate(zip(edges, heights, strict=True)):
        for side, row in rows:
            distance = row[0].base if side == "head" else height - row[0].base
            for fragment in row:
                places[side, round(distance / SAME_PLACE)].append((number, fragment))
    texted = sum(1 for page in pages if page)
    repeated = Counter(
        (side, _signature(fragment.text)) for (side, _), items in places.items() for _, fragment in items
    )
    strong: dict[tuple[str, int], bool] = {}
    for place in places:
        # A baseline may fall on either side of the boundary between two places.
        side, slot = place
        items = [item for near in (slot - 1, slot, slot + 1) for item in places.get((side, near), ())]
        numbers = {number for number, _ in items}
        texts = {_signature(fragment.text) for _, fragment in items}
        strong[place] = len(numbers) >= max(MIN_PAGES, MIN_SHARE * texted) and len(texts) <= FEW_TEXTS * len(
            items
        )
    for number, (rows, height) in enumerate(zip(edges, heights, strict=True)):
        for side in ("head", "foot"):
            for row_side, row in rows:
                if row_side != side:
                    continue
                distance = row[0].base if side == "head" else height - row[0].base
                is_strong = strong[side, round(distance / SAME_PLACE)]
                if not is_strong and not all(_is_known(repeated, side, fragment, texted) for fragment in row):
                    break  # what lies further in is text
                found[number] |= {id(fragment) for fragment in row}
    return found


def _is_known(repeated: Counter[tuple[str, str]], side: str, fragment: Fragment, texted: int) -> bool:
    """Whether a text is furniture wherever on this side it stands. Of numbers only the place can tell."""
    if not any(char.isalpha() for char in _signature(fragment.text)):
        return False
    return repeated[side, _signature(fragment.text)] >= max(MIN_PAGES, 0.5 * texted)


def _signature(text: str) -> str:
    """A text with its numbers made alike."""
    return NUMBER.sub("#", re.sub(r"\s+", "", text))


def _edge_rows(page: Sequence[Fragment]) -> list[tuple[str, list[Fragment]]]:
    """The rows at the page's two edges, the outermost first, each with its side."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(page, key=lambda item: item.base):
        if rows and fragment.base - rows[-1][0].base <= SAME_PLACE:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    head = [("head", row) for row in rows[:EDGE_ROWS]]
    foot = [("foot", row) for row in reversed(rows[-EDGE_ROWS:])]
    return head + foot


def folio_in(text: str) -> int | None:
    """The page number that a running head or foot prints."""
    bare = FOLIO.match(text)
    if bare:
        return int(bare.group(1))
    numbers = re.findall(r"(?:^|[|｜丨·—–\-/\s])(\d{1,3})(?:$|[|｜丨·—–\-/\s])", text)
    return int(numbers[0]) if len(numbers) == 1 else None
