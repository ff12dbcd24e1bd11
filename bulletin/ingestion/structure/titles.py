"""Which lines are the titles of articles, by the contents, by the closings before them and by their form."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from bulletin.ingestion.characters import close_up, key, narrow
from bulletin.ingestion.forms import is_caption, is_figure_source, is_prose, number_of
from bulletin.ingestion.paragraphs import Paragraph
from bulletin.ingestion.shapes import Entry
from bulletin.ingestion.structure.closings import Piece
from bulletin.ingestion.structure.contents import alike

_TITLE_LONGEST = 80  # characters; 45 seen
_TITLE_SHORTEST = 5
_CLAUSE_SHORTEST = 4  # characters on either side of a space that parts two clauses of a title
_TITLE_RUN = 4  # lines over which a title may be broken; three seen
_SURE = 0.8  # likeness at which a line is an entry's title wherever it stands
_LIKELY = 0.55  # and at which it is one directly behind an article's end
_NEIGHBOURLY = 0.35  # and between the titles of the entries before and after
# 近日， 1月6日， 2025年1月6日, how a report opens. A sub-heading is seldom followed by it.
_DATELINE = re.compile(
    r"\s*(?:近日|近期|日前|今日|昨日|连日来|(?:20\d\d\s*年)?\s*\d{1,2}\s*月\s*\d{1,2}\s*日|记者)"
)


@dataclass(slots=True)
class Run:
    """A title among the pieces: [start, stop), and the entry of the contents that it was known by."""

    start: int
    stop: int
    entry: int | None = None
    likeness: float = 0
    by: str = "contents"  # or: closing, form


def find_titles(pieces: Sequence[Piece], entries: Sequence[Entry]) -> list[Run]:
    """The titles in the order of the body: those the contents lists, and those the closings betray."""
    ended = _ends(pieces)
    runs = _match_entries(pieces, entries, ended)
    runs += _match_between(runs, pieces, entries)
    if not links_close(pieces, runs):
        ended = _ends(pieces, firm=("section",))
    taken = {i for run in runs for i in range(run.start, run.stop)}
    for i, piece in enumerate(pieces):
        if i in taken or piece.role != "text":
            continue
        by = "closing" if ended[i] and is_title_form(piece.paragraph) else ""
        if ended[i] == "stray" and _free_entries(i, runs, entries):
            by = ""  # the text before has lost its title, and this is a heading in it
        if not by and _stands_out(pieces, i, runs):
            by = "form"
        if by:
            run = Run(i, _title_stop(pieces, i, taken), by=by)
            runs.append(run)
            taken.update(range(run.start, run.stop))
    runs.sort(key=lambda run: run.start)
    _reconcile(runs, pieces, entries)
    return runs


def links_close(pieces: Sequence[Piece], runs: Sequence[Run]) -> bool:
    """Whether links end the articles here. Some layouts set them under the title or beside the text."""
    linked = behind = 0
    starts = sorted((run.start, run.stop) for run in runs)
    for (_, stop), (following, _) in pairwise([*starts, (len(pieces), 0)]):
        roles = [piece.role for piece in pieces[stop:following]]
        last = max((i for i, role in enumerate(roles) if role in ("hint", "link")), default=None)
        if last is not None:
            linked += 1
            behind += "text" in roles[last + 1 :]
    return 2 * behind <= linked


def _ends(pieces: Sequence[Piece], firm: Collection[str] = ("hint", "link", "section")) -> list[str]:
    """For each piece, whether an article ended before it: "" no, "soft" by a source, "firm" by hint or link,
    "stray" by these too, but with sentences since that have no title."""
    state, ended = "firm", []
    for piece in pieces:
        if piece.role == "text":
            ended.append(state)
            state = "stray" if state in ("firm", "stray") and is_prose(piece.text) else ""
            continue
        ended.append("")
        if piece.role in firm:
            state = "firm"
        elif piece.role == "source":
            state = "soft"
    return ended


def is_title_form(paragraph: Paragraph) -> bool:
    """What could be a title by its form: short, not a sentence, not numbered, no caption."""
    text = paragraph.text.strip()
    return (
        len(key(text)) >= _TITLE_SHORTEST
        and len(text) <= _TITLE_LONGEST
        and not paragraph.cells
        and not paragraph.first.bullet
        and not is_prose(text)
        and text[-1] not in "，,、；;：:。"
        and number_of(text) not in ("section", "part", "item", "small", "circled")
        and not is_caption(text)
        and not is_figure_source(text)
    )


def _match_entries(pieces: Sequence[Piece], entries: Sequence[Entry], ended: Sequence[str]) -> list[Run]:
    """The best pairs of entry and run of lines first, each used once."""
    keys = [key(entry.title) for entry in entries]
    found: list[tuple[float, float, int, int, int]] = []
    for start in range(len(pieces)):
        text = ""
        for stop in range(start + 1, min(start + _TITLE_RUN, len(pieces)) + 1):
            last = pieces[stop - 1]
            if (
                last.role != "text"
                or last.paragraph.cells
                or is_prose(last.text)
                or len(last.text) > _TITLE_LONGEST
            ):
                break
            text += key(last.text)
            if len(text) < _TITLE_SHORTEST:
                continue
            needed = _LIKELY if ended[start] else _SURE
            for index, entry in enumerate(keys):
                score = Levenshtein.normalized_similarity(text, entry, score_cutoff=needed)
                if score:
                    astray = abs(start / len(pieces) - index / len(keys))
                    found.append((-score - 0.05 * bool(ended[start]), astray, start, stop, index))
    runs: list[Run] = []
    used: set[int] = set()
    taken: set[int] = set()
    for score, _, start, stop, index in sorted(found):
        if index not in used and taken.isdisjoint(range(start, stop)):
            used.add(index)
            taken.update(range(start, stop))
            runs.append(Run(start, stop, index, -score))
    return runs


def _match_between(runs: Sequence[Run], pieces: Sequence[Piece], entries: Sequence[Entry]) -> list[Run]:
    """For an entry not found yet, the likest line between the titles of its neighbours, though no end comes
    before it: the contents may word a title otherwise."""
    at = {run.entry: run for run in runs}
    found: list[Run] = []
    for index, entry in enumerate(entries):
        if index in at:
            continue
        start = max((run.stop for other, run in at.items() if other is not None and other < index), default=0)
        end = min(
            (run.start for other, run in at.items() if other is not None and other > index),
            default=len(pieces),
        )
        lines = [
            i for i in range(start, end) if pieces[i].role == "text" and is_title_form(pieces[i].paragraph)
        ]
        likeness, i = max(((alike(pieces[i].text, entry.title), i) for i in lines), default=(0.0, 0))
        if likeness >= _LIKELY:
            at[index] = Run(i, i + 1, index, likeness)
            found.append(at[index])
    return found


def _title_stop(pieces: Sequence[Piece], start: int, taken: set[int]) -> int:
    """A title not in the contents may run on over lines that look the same."""
    first, stop = pieces[start].paragraph, start + 1
    while stop < min(start + _TITLE_RUN, len(pieces) - 1):
        piece = pieces[stop]
        same = (first.heading and piece.paragraph.heading) or (
            first.size and abs(first.size - piece.paragraph.size) < 0.3
        )
        if stop in taken or piece.role != "text" or not same or not is_title_form(piece.paragraph):
            break
        stop += 1
    return stop


def _stands_out(pieces: Sequence[Piece], i: int, runs: Sequence[Run]) -> bool:
    """Whether a line that no end comes before is a title nevertheless: it looks like the other titles and
    unlike any heading, and what follows opens like a report."""
    paragraph = pieces[i].paragraph
    if not is_title_form(paragraph) or number_of(paragraph.text):
        return False
    known = [pieces[run.start].paragraph for run in runs if run.by == "contents"]
    if not known:
        return False
    following = next((p.text for p in pieces[i + 1 : i + 4] if p.role == "text" and is_prose(p.text)), "")
    if paragraph.size:
        smallest = min(p.size for p in known)
        largest = max((p.paragraph.size for p in pieces if is_prose(p.text)), default=0)
        return smallest > largest + 1 and paragraph.size >= smallest - 0.3
    levels = {p.heading for p in known}
    return bool(paragraph.heading and paragraph.heading in levels and _DATELINE.match(narrow(following)))


def _free_entries(i: int, runs: Sequence[Run], entries: Sequence[Entry]) -> list[int]:
    """The entries without a title that lie between the titles before and after the piece."""
    used = {run.entry for run in runs}
    before = max((run.entry for run in runs if run.entry is not None and run.start < i), default=-1)
    after = min((run.entry for run in runs if run.entry is not None and run.start > i), default=len(entries))
    return [index for index in range(before + 1, after) if index not in used]


def _reconcile(runs: Sequence[Run], pieces: Sequence[Piece], entries: Sequence[Entry]) -> None:
    """Titles and entries left over between the same neighbours belong together if they are somewhat alike."""
    for run in runs:
        if run.entry is not None:
            continue
        text = title_text([piece.paragraph for piece in pieces[run.start : run.stop]])
        free = [
            (alike(text, entries[index].title), index) for index in _free_entries(run.start, runs, entries)
        ]
        if free and max(free)[0] >= _NEIGHBOURLY:
            run.likeness, run.entry = max(free)


def title_text(title: Sequence[Paragraph], entry: Entry | None = None) -> str:
    """The title without what its breaks left. A space between two clauses, which a break may have swallowed,
    is kept where the contents prints one at the same place."""
    text = close_up(" ".join(part.text for part in title))
    dense = "".join(text.split())
    if entry is None or "".join(entry.title.split()) != dense:
        return text
    spaces = _break_places(" ".join(part.text for part in title)) & _break_places(entry.title)
    kept = _break_places(text) | {
        place for place in spaces if min(place, len(dense) - place) >= _CLAUSE_SHORTEST
    }
    return "".join(f" {c}" if i in kept else c for i, c in enumerate(dense))


def _break_places(text: str) -> set[int]:
    """How many characters, spaces not counted, stand before each space."""
    return {len("".join(text[:i].split())) for i, c in enumerate(text.strip()) if c.isspace()}
