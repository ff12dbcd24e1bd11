"""Rows of columns → lines: which of them begin a paragraph, told by indents, ends, gaps and style.

The measures come from the document: where its columns begin and end, whether it indents, how far its lines
are
apart.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bulletin.ingestion.layout.figures import CAPTION
from bulletin.ingestion.layout.fragments import Fragment, fragment_of, is_ideographic
from bulletin.ingestion.layout.order import Column

# In ems of the body's size.
FLUSH = 0.5  # a line begins at its column's edge
MAX_INDENT = 4.5  # more is set apart: centred, or flush right
CENTRED = 1.0  # how far the two margins of a centred line may differ
MIN_CENTRED = 2.6  # less room on the left is an indent, where the document has them
CENTRED_WRAP = 0.95  # of its column's width: a centred line breaks only when it comes near to it
FAR_SHORT = 3.0  # a line that ends so far before the edge ends its paragraph, whatever it ends with
SHORT = 1.0  # a line that ends this far before the edge, beyond what the next word needs, is short
SAME_EDGE = 2.0  # points: edges nearer than this are one
SOUND_COLUMN = 4  # lines from which on a column shows its own edges
SOUND_SHARE = 0.4  # of a column's lines reach its edge, where the document has no other edge beyond it
INDENTED_SHARE = 0.04  # of a document's lines, from which on it indents its paragraphs
GAP = 1.35  # of the usual distance of lines, from which on a gap parts paragraphs
SMALL_PITCH = 0.75  # of the usual distance of lines, at least, however small the print
TITLE_SIZE = 1.15
SAME_SIZE = 0.03
TITLE_GAP = 2.2  # ems of the title between the baselines of its lines
SENTENCE_END = re.compile(r"[。！？!?；;：:…”」』）)]$")
FULL_STOP = re.compile(r"[。！？][”’」』）)]*$")
PUNCTUATED = re.compile(r"[。！？!?；;：:，,、…”』」）)》.\w%‰]$(?<![\u3400-\u9fff])")
ADDRESS_END = re.compile(r"(?:https?|ftp)[:：]\s?//\S*$|www\.\S*$", re.IGNORECASE)
ADDRESS_GOES_ON = re.compile(r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+[）>]?$")
QUOTES = "“”‘’"
# The dots between a title and its page in a contents, printed as text, and the page itself.
LEADERS = re.compile(r"[.．。·•…‥\-_—–﹒∙⋯・]{3,}|(?:[.．·…‥•]\s?){4,}")
ITEM_MARK = re.compile(
    r"[•●○■◆▪►▶◇□➢❖·\-–—*]|[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.、．]|[①-⑳]"
)
PAGE_NUMBER = re.compile(r"^[(（]?(?:[Pp第]\.?\s?)?\d{1,3}(?:\s?页)?[)）]?$")
BADGE = re.compile(r"^(?:No\.?\s?)?\d{1,2}[.、/]?$", re.IGNORECASE)
NUMBER_GAP = (
    0.6  # ems between a page number and the title behind it; between a number and its unit there is less
)
LEADER_GAP = 2.0  # ems: a number this far behind the text is a page number


@dataclass(slots=True)
class Row:
    """One line of a column on its way to a Line."""

    fragments: list[Fragment]
    column: Column
    page: int
    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    sans: bool
    begins: bool | None = None
    own_place: tuple[float, float] | None = (
        None  # its edges, where a picture leaves it others than its column's
    )
    resumes: Row | None = None  # the row it goes on, where a picture, a caption or a note stands between
    full: bool = False
    centred: bool = False
    hanging: bool = False  # stands under the text of an item, behind its mark
    kind: str = "text"
    numbered: bool = False  # begins with a number set apart: an entry of a contents
    in_list: bool = False  # the next row is numbered so, too
    listed: bool = False  # an entry of a contents ends here: a page number behind leaders, or set apart
    flush: float = 0
    edge: float = 0

    @property
    def top(self) -> float:
        return min(item.top for item in self.fragments)

    @property
    def bottom(self) -> float:
        return max(item.bottom for item in self.fragments)


@dataclass(slots=True)
class Span:
    """Where columns of the document begin and end, and how many lines stand in such."""

    left: float
    right: float
    lines: int


@dataclass(slots=True)
class Measures:
    """What a document's pages have in common."""

    body_size: float
    indented: bool = False
    pitch: float = 0
    spans: dict[int, list[Span]] = field(default_factory=dict)  # by the page's parity: margins may alternate
    places: dict[int, tuple[float, float]] = field(default_factory=dict)  # by column: its left and right edge

    def add_span(self, parity: int, left: float, right: float, lines: int) -> None:
        for span in self.spans.setdefault(parity, []):
            if abs(span.left - left) <= SAME_EDGE and abs(span.right - right) <= 0.6 * self.body_size:
                span.lines += lines
                return
        self.spans[parity].append(Span(left, right, lines))


def rows_of(columns: Iterable[Column], page: int, body_size: float) -> list[Row]:
    """The rows of a page's columns, not yet judged."""
    rows = []
    for column in columns:
        for fragments in (part for row in column.rows for part in _without_badge(row, body_size)):
            main = max(fragments, key=lambda item: len(item.text))
            rows.append(
                Row(
                    fragments,
                    column,
                    page,
                    text=_row_text(fragments),
                    left=fragments[0].left,
                    right=max(item.right for item in fragments),
                    base=main.base,
                    size=main.size,
                    bold=all(
                        item.bold
                        for item in fragments
                        if any(char.isalnum() for char in item.text) or len(fragments) == 1
                    ),
                    sans=main.sans,
                    kind=main.kind,
                    numbered=_is_numbered(fragments),
                    listed=_is_listed(fragments),
                )
            )
    return rows


def _without_badge(fragments: list[Fragment], body_size: float) -> list[list[Fragment]]:
    """A number set beside a title, in another size or apart, is a row of its own before it."""
    pieces = [fragment_of([run]) for run in fragments[0].runs[:1] if len(fragments[0].runs) > 1] or fragments[
        :1
    ]
    badge = pieces[0]
    rest = (
        [fragment_of(fragments[0].runs[1:]), *fragments[1:]] if len(fragments[0].runs) > 1 else fragments[1:]
    )
    if not rest or not BADGE.match(badge.text) or rest[0].size < TITLE_SIZE * body_size:
        return [fragments]
    apart = rest[0].left - badge.right >= NUMBER_GAP * rest[0].size
    if not apart and abs(badge.size - rest[0].size) <= 0.1 * rest[0].size:
        return [fragments]
    return [[badge], rest]


def _row_text(fragments: list[Fragment]) -> str:
    text = ""
    for item in fragments:
        if not item.text:
            continue
        text = f"{text} {item.text}" if text else item.text
    return text


def _is_numbered(fragments: list[Fragment]) -> bool:
    if len(fragments) > 1 and PAGE_NUMBER.match(fragments[0].text):
        return True
    glyphs = [
        (char, left, right)
        for run in fragments[0].runs
        for char, left, right in zip(run.text, run.lefts, run.rights, strict=True)
        if not char.isspace()
    ]
    limit = NUMBER_GAP * fragments[0].size
    for index in range(1, min(4, len(glyphs))):
        if not glyphs[index - 1][0].isdigit():
            return False
        if glyphs[index][1] - glyphs[index - 1][2] >= limit:
            return True
    return False


def _is_listed(fragments: list[Fragment]) -> bool:
    if fragments[-1].kind != "text":
        return False
    text = _row_text(fragments)
    if LEADERS.search(text) and text[-1].isdigit():
        return True
    last = fragments[-1]
    return (
        len(fragments) > 1
        and PAGE_NUMBER.match(last.text) is not None
        and last.left - fragments[-2].right >= LEADER_GAP * last.size
    )


def measure(rows: Sequence[Row], body_size: float) -> Measures:
    """Take the document's measures from its rows of body size."""
    measures = Measures(body_size)
    body = [row for row in rows if row.kind == "text" and abs(row.size - body_size) <= SAME_SIZE * body_size]
    by_column: dict[int, list[Row]] = {}
    for row in body:
        by_column.setdefault(id(row.column), []).append(row)
    for own in by_column.values():
        right, support = _right_edge(own, body_size)
        if len(own) >= SOUND_COLUMN and support >= 2 and not own[0].column.beside_picture:
            measures.add_span(own[0].page % 2, _left_edge(own, body_size), right, len(own))
    steps: Counter[int] = Counter()
    for before, row in itertools.pairwise(body):
        if before.column is row.column and row.base > before.base:
            steps[round((row.base - before.base) * 2)] += 1
    if steps:
        measures.pitch = steps.most_common(1)[0][0] / 2
    for own in by_column.values():
        measures.places[id(own[0].column)] = _place_of(own, measures)
        _narrow_beside_pictures(own, measures.places[id(own[0].column)])
    indents = sum(
        1
        for own in by_column.values()
        for row in own
        if 0.8 * body_size <= row.left - measures.places[id(row.column)][0] <= 3 * body_size
        and row.right > measures.places[id(row.column)][1] - 6 * body_size
    )
    measures.indented = indents >= INDENTED_SHARE * len(body)
    return measures


def _left_edge(own: list[Row], em: float) -> float:
    """The leftmost edge of a column's lines. A squeezed bracket sticks out by up to half a character."""
    first = min(row.left for row in own)
    near = Counter(round(row.left, 1) for row in own if row.left - first <= 0.7 * em)
    return max(near, key=lambda left: (near[left], -left))


def _right_edge(own: list[Row], em: float) -> tuple[float, int]:
    """The rightmost edge that lines of a column share, and how many do. Hanging punctuation goes beyond
    it.
    """
    rights = sorted((row.right for row in own), reverse=True)
    for right in rights:
        support = sum(abs(other - right) <= 0.6 * em for other in rights)
        beyond = sum(other - right > em for other in rights)
        if support >= max(2, 0.2 * len(rights)) and beyond <= 0.1 * len(rights):
            return right, support
    return rights[0], 1


def _place_of(own: list[Row], measures: Measures) -> tuple[float, float]:
    """The edges of the column in which rows stand: its own where it shows them, else the document's."""
    em = measures.body_size
    left = _left_edge(own, em)
    if own[0].column.beside_picture:
        return left, max(row.right for row in own)
    right, support = _right_edge(own, em)
    spans = [
        span
        for span in measures.spans.get(own[0].page % 2, [])
        if left - MAX_INDENT * em <= span.left <= left + 0.8 * em and span.right >= right - 0.6 * em
    ]
    near = [span for span in spans if span.right - right <= em]
    if near:
        best = max(near, key=lambda span: span.lines)
        return _settled(best.left, left, em), max(best.right, right) if support >= 2 else best.right
    if not spans or (support >= SOUND_COLUMN and support >= SOUND_SHARE * len(own)):
        return left, right
    best = max(spans, key=lambda span: span.lines)
    return _settled(best.left, left, em), best.right


def _narrow_beside_pictures(own: list[Row], place: tuple[float, float]) -> None:
    """Give rows that run round a picture the edges that it leaves them."""
    for picture in (item for fragments in own[0].column.rows for item in fragments if item.kind == "picture"):
        beside = [row for row in own if picture.top <= row.base and row.top <= picture.bottom]
        on_left = [row for row in beside if row.left >= picture.right]
        on_right = [row for row in beside if row.right <= picture.left]
        for row in on_left:
            row.own_place = min(other.left for other in on_left), place[1]
        for row in on_right:
            row.own_place = place[0], max(other.right for other in on_right)


def _settled(usual: float, own: float, em: float) -> float:
    """The document's left edge, unless the column's own lies clearly before it."""
    return usual if usual - own <= 0.7 * em else own


def judge(rows: Sequence[Row], measures: Measures) -> None:
    """Say of each row whether it begins a paragraph, and whether it goes on one that something else
    interrupted.
    """
    em = measures.body_size
    before: Row | None = None  # the text before
    resumable: Row | None = None  # the last row of body size, unless something larger came after it
    for index, row in enumerate(rows):
        if row.kind != "text":
            continue
        row.flush, row.edge = row.own_place or measures.places.get(
            id(row.column), (row.column.left, row.column.right)
        )
        after = rows[index + 1] if index + 1 < len(rows) else None
        row.full = _is_full(row, after, measures)
        row.in_list = after is not None and after.numbered
        left_slack, right_slack = row.left - row.flush, row.edge - row.right
        row.centred = (
            left_slack > em
            and right_slack > em
            and abs(left_slack - right_slack) <= CENTRED * em
            and not (
                measures.indented and left_slack < MIN_CENTRED * em
            )  # an indented line that ends a little early
        )
        neighbour = rows[index - 1] if index else None
        is_body = abs(row.size - em) <= SAME_SIZE * em
        if is_body and resumable is not None and neighbour is not resumable:
            row.begins = _begins(row, resumable, neighbour, measures)
            row.resumes = resumable if row.begins is False else None
        if row.resumes is None:
            row.begins = _begins(row, before, neighbour, measures)
        before = row
        if is_body:
            resumable = row
        elif row.size > em:
            resumable = None


def _begins(row: Row, before: Row | None, neighbour: Row | None, measures: Measures) -> bool | None:
    em = measures.body_size
    if before is None:
        return True
    if any(item.initial for item in row.fragments):
        return True
    if any(item.beside_initial for item in row.fragments):
        return False
    if before.listed or CAPTION.match(row.text):
        return True
    if row.numbered and (before.numbered or row.in_list):
        return True
    same_size = abs(row.size - before.size) <= SAME_SIZE * max(row.size, before.size)
    together = before.column is row.column and neighbour is before
    step = row.base - before.base
    if same_size and ADDRESS_END.search(before.text) and ADDRESS_GOES_ON.match(row.text):
        return False
    if row.size >= TITLE_SIZE * em:
        near = before.page == row.page and neighbour is before and 0 < step <= TITLE_GAP * row.size
        return not (same_size and near and row.bold == before.bold)
    if not same_size:
        return True
    if row.centred:
        crowded = before.right - before.left + _first_word_width(row) >= CENTRED_WRAP * (row.edge - row.flush)
        wraps = before.centred or before.size < 0.97 * em  # a caption's first line may fill its column
        return not (wraps and same_size and together and crowded and row.bold == before.bold)
    indent = row.left - row.flush
    if indent > FLUSH * em:
        if together and _hangs(row, before):
            return False
        # A narrower text set apart, such as a note in its own frame, goes on under its own edge.
        aligned = before.left > row.left - FLUSH * em
        return not (together and aligned and before.size < 0.97 * em and before.full)
    if together and measures.pitch and step > GAP * _pitch_of(row, measures):
        return True
    if before.size >= TITLE_SIZE * em or before.centred:
        return True
    ended = SENTENCE_END.search(before.text) is not None
    if not row.full and ((row.bold and not before.bold) or (ended and _looks_headed(row))):
        return True  # a heading set flush
    if before.full:
        # At the head of a page nothing tells paragraphs apart that are parted by room alone.
        parted = not measures.indented and before.column is not row.column and FULL_STOP.search(before.text)
        return None if parted else False
    if not measures.indented or before.bold != row.bold:
        return True
    return ended or before.edge - before.right > _first_word_width(row) + FAR_SHORT * em


def _looks_headed(row: Row) -> bool:
    """Whether a line ends short and open, as a heading does and the last line of a paragraph hardly ever."""
    return (
        row.edge - row.right > FAR_SHORT * row.size and not PUNCTUATED.search(row.text) and len(row.text) > 3
    )


def _hangs(row: Row, before: Row) -> bool:
    """Whether the row goes on an item of a list whose later lines stand under its text, not under its
    mark.
    """
    if not before.full or (not before.begins and not before.hanging):
        return False
    if before.hanging:
        row.hanging = abs(row.left - before.left) <= 0.3 * row.size
        return row.hanging
    run_text, lefts = _glyphs(before)
    mark = ITEM_MARK.match(run_text)
    if mark is None or mark.end() >= len(lefts):
        return False
    row.hanging = abs(lefts[mark.end()] - row.left) <= 0.3 * row.size
    return row.hanging


def _glyphs(row: Row) -> tuple[str, list[float]]:
    """The row's characters without spaces, and the left edge of each."""
    pairs = [
        (char, left)
        for fragment in row.fragments
        for run in fragment.runs
        for char, left in zip(run.text, run.lefts, strict=True)
        if not char.isspace()
    ]
    return "".join(char for char, _ in pairs), [left for _, left in pairs]


def _pitch_of(row: Row, measures: Measures) -> float:
    """The usual distance of lines of the row's size. Small print may keep the body's lines."""
    return measures.pitch * max(SMALL_PITCH, row.size / measures.body_size)


def _is_full(row: Row, after: Row | None, measures: Measures) -> bool:
    """Whether the row goes as far to the right as it can: the next word would not have fitted."""
    slack = row.edge - row.right
    needed = _first_word_width(after) if after is not None and after.kind == "text" else row.size
    return slack <= max(SHORT * row.size, needed + 0.6 * row.size)


def _first_word_width(row: Row) -> float:
    """The width of what could not be broken off the row's beginning."""
    fragment = row.fragments[0]
    start, end = None, 0.0
    word = ""
    for run in fragment.runs:
        for char, left, right in zip(run.text, run.lefts, run.rights, strict=True):
            if start is None:
                start = left
            if word and (char.isspace() or not _cling(word[-1], char)):
                return end - start
            word += char
            end = right
    return end - (start or 0.0)


def _cling(first: str, second: str) -> bool:
    """Whether no line may end between two characters. Some programs never break beside “ and ”."""
    if first in "（《〈【〔“‘(" or first in QUOTES or second in QUOTES:
        return True
    if second in "，。、；：！？）》〉】〕%·…—)":
        return True
    return not is_ideographic(first) and not is_ideographic(second)
