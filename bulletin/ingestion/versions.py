"""Two versions of an issue: which article is which, which paragraph is which, and whose word stands.

Everything here works on the JSON of `transcript`, so that a version read today and one stored last year are
compared alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Fields = dict[str, Any]
Block = dict[str, Any]
Segment = tuple[bool, str]  # (differs, text)

# Titles or openings this like belong to one article. Within the three labelled issues two different titles
# come up to 0.68 (行动计划 of two cities), openings to 0.33; an article whose title was misread by a third is
# still known by its opening.
SAME_ARTICLE = 0.75
SAME_LINK = 0.9  # what an equal link is worth: less than an equal title
SAME_ORDER = 0.05  # and an equal order, which only decides between equals
OPENING = 200  # characters of a body that it is known by
SAME_PARAGRAPH = 0.6  # paragraphs this like are one in another wording

ISSUE_FIELDS = ("number", "issued_on", "cover_headline", "masthead", "contents")
ARTICLE_FIELDS = ("title", "section", "page", "in_contents", "source_names", "source_url", "body")


def issue_fields(reading: dict[str, Any]) -> Fields:
    """What a reading says of the issue itself, by field of the table."""
    return {
        "number": reading["number"],
        "issued_on": reading["date"],
        "cover_headline": reading.get("cover_headline") or "",
        "masthead": reading.get("masthead") or {},
        "contents": [
            {"section": entry["section"], "page": entry["page"], "title": entry["title"]}
            for entry in reading.get("toc", [])
        ],
    }


def article_fields(article: dict[str, Any]) -> Fields:
    """What a reading says of one article, by field of the table; the body without ids and places."""
    return {
        "title": article["title"],
        "section": article["section"],
        "page": article.get("page"),
        "in_contents": article.get("in_toc", True),
        "source_names": list(article.get("source") or []),
        "source_url": article.get("source_url") or "",
        "body": plain(article["body"]),
    }


def plain(body: Iterable[Block]) -> list[Block]:
    """The paragraphs without their ids and places: what an editor or the machine says, and nothing else."""
    return [
        {
            "kind": block["kind"],
            "text": block["text"],
            "rows": [list(row) for row in block.get("rows") or []],
            "bullet": bool(block.get("bullet")),
            **({"alt": block["alt"]} if block.get("alt") else {}),
        }
        for block in body
    ]


@dataclass(frozen=True, slots=True)
class Merged:
    """One field of two versions: what stood, what the machine reads now, and which of them shall stand."""

    name: str
    old: Any
    new: Any
    edited: bool  # an editor's hand is on it
    conflict: bool  # and the machine now reads something that it didn't before
    taken: bool  # the new value is to stand

    @property
    def changes(self) -> bool:
        return self.taken and self.old != self.new


def merge(current: Fields, last: Fields, new: Fields, ticked: Collection[str] = ()) -> list[Merged]:
    """Field by field: what the machine wrote itself gives way to the new reading, an editor's hand does not.

    `last` is what the machine read before; a field that differs from it was changed by an editor and stands
    unless its name is ticked.
    """
    merged = []
    for name, value in new.items():
        edited = name not in last or current[name] != last[name]
        differs = current[name] != value
        conflict = edited and differs and last.get(name) != value
        taken = not (edited and differs) or name in ticked
        merged.append(Merged(name, current[name], value, edited and differs, conflict, taken))
    return merged


def pair_articles(standing: Sequence[dict[str, Any]], reading: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Which article of a new reading is which of those that stand: index in `reading` → index in `standing`.

    `standing` has order, titles (those it goes or went by), source_url and body. The likest are paired first,
    and none twice.
    """
    candidates = []
    openings = [_opening(article["body"]) for article in reading]
    for here, known in enumerate(standing):
        opening = _opening(known["body"])
        for there, article in enumerate(reading):
            likeness = max(resemblance(title, article["title"]) for title in known["titles"])
            if known["source_url"] and known["source_url"] == article.get("source_url"):
                likeness = max(likeness, SAME_LINK)
            if likeness < 1 and opening:
                likeness = max(likeness, resemblance(opening, openings[there]))
            if likeness >= SAME_ARTICLE:
                likeness += SAME_ORDER * (known["order"] == article["order"])
                candidates.append((likeness, here, there))
    pairs: dict[int, int] = {}
    for _, here, there in sorted(candidates, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if there not in pairs and here not in pairs.values():
            pairs[there] = here
    return pairs


def pair_blocks(old: Sequence[Block], new: Sequence[Block]) -> dict[int, int]:
    """Which paragraph of `new` is which of `old`: equal ones in their order first, then the likest."""
    pairs: dict[int, int] = {}
    matcher = SequenceMatcher(
        None, [_key(block) for block in old], [_key(block) for block in new], autojunk=False
    )
    for here, there, size in matcher.get_matching_blocks():
        pairs.update({there + step: here + step for step in range(size)})
    left = [here for here in range(len(old)) if here not in set(pairs.values())]
    candidates = []
    for there in range(len(new)):
        if there not in pairs:
            for here in left:
                likeness = resemblance(_key(old[here]), _key(new[there]))
                if likeness >= SAME_PARAGRAPH:
                    candidates.append((likeness, here, there))
    for _, here, there in sorted(candidates, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if there not in pairs and here in left:
            pairs[there] = here
            left.remove(here)
    return pairs


def number_blocks(old: Sequence[Block], new: Sequence[Block], last_id: int) -> tuple[list[Block], int]:
    """Give the paragraphs of a new body their ids: that of the old paragraph they are, or one never used.

    Answers the body and the last id given so far.
    """
    pairs = pair_blocks(old, new)
    numbered = []
    for there, block in enumerate(new):
        told = {}
        if there in pairs:
            number = old[pairs[there]]["id"]
            if alt := old[pairs[there]].get("alt"):  # by an editor: no reading has one
                told["alt"] = alt
        else:
            number = last_id = last_id + 1
        numbered.append({"id": number, **plain([block])[0], **told, "places": block.get("places") or []})
    return numbered, last_id


def relocate(kept: Sequence[Block], new: Sequence[Block]) -> list[Block]:
    """An editor's body with its places in the new source, as far as its paragraphs are found there."""
    found = {here: there for there, here in pair_blocks(kept, new).items()}
    return [
        {**block, "places": (new[found[here]].get("places") or []) if here in found else []}
        for here, block in enumerate(kept)
    ]


def resemblance(one: str, other: str) -> float:
    """How much of two texts is the same in the same order, from 0 to 1."""
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < SAME_PARAGRAPH or matcher.quick_ratio() < SAME_PARAGRAPH:
        return 0.0
    return matcher.ratio()


def side_by_side(old: str, new: str) -> tuple[list[Segment], list[Segment]]:
    """Both texts in pieces, marked where they differ."""
    before: list[Segment] = []
    after: list[Segment] = []
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        differs = operation != "equal"
        if i2 > i1:
            before.append((differs, old[i1:i2]))
        if j2 > j1:
            after.append((differs, new[j1:j2]))
    return before, after


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One paragraph in both versions, in pieces; a side is empty where it has no such paragraph."""

    outcome: Literal["added", "removed", "altered"]
    old: list[Segment]
    new: list[Segment]


def body_changes(old: Sequence[Block], new: Sequence[Block]) -> list[ParagraphChange]:
    """The paragraphs that differ, in the order of the new body; those gone stand where they stood."""
    pairs = pair_blocks(old, new)
    gone = [here for here in range(len(old)) if here not in set(pairs.values())]
    changes = []
    for there, block in enumerate(new):
        here = pairs.get(there)
        while here is not None and gone and gone[0] < here:
            changes.append(ParagraphChange("removed", [(True, _key(old[gone.pop(0)]))], []))
        if here is None:
            changes.append(ParagraphChange("added", [], [(True, _key(block))]))
        elif plain([old[here]]) != plain([block]):
            changes.append(
                ParagraphChange("altered", *side_by_side(_shown(old[here], block), _shown(block, old[here])))
            )
    return changes + [ParagraphChange("removed", [(True, _key(old[here]))], []) for here in gone]


KINDS = {"p": "段落", "h": "小标题", "figure": "图注", "table": "表格"}


def _opening(body: Iterable[Block]) -> str:
    return "".join(_key(block) for block in body)[:OPENING]


def _key(block: Block) -> str:
    """The words of a paragraph, a table's cells included."""
    return "\n".join([block["text"], *("\t".join(row) for row in block.get("rows") or [])]).strip()


def _shown(block: Block, other: Block) -> str:
    """Its words; said with what it is where the other version takes it for something else."""
    bullet = bool(block.get("bullet"))
    alt = f"［替代文字］{block['alt']}" if block.get("alt") else ""
    if block["kind"] == other["kind"] and bullet == bool(other.get("bullet")):
        return _key(block) + alt
    return f"［{'列表项' if bullet else KINDS[block['kind']]}］{_key(block)}{alt}"
