"""Pages → lines in reading order, without running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import inf

from bulletin.ingestion.layout.figures import LABEL_SIZE, is_lettering, pictures_of, with_labels
from bulletin.ingestion.layout.fragments import (
    CJK_SPACE,
    LATIN_SPACE,
    Fragment,
    draws_spaces,
    fragment_of,
    fragments_of,
)
from bulletin.ingestion.layout.furniture import furniture_of
from bulletin.ingestion.layout.lines import LEADERS, Row, judge, measure, rows_of
from bulletin.ingestion.layout.oddments import with_initials, without_ruby
from bulletin.ingestion.layout.order import TITLE_SIZE, columns_of
from bulletin.ingestion.layout.sheets import Run, Sheet
from bulletin.ingestion.layout.tables import continues, grids_of, join_tables, tables_of
from bulletin.ingestion.shapes import Box, Doubt, Line, Link, Place, Source

__all__ = ["lay_out"]

SANS = re.compile(r"hei|sans|gothic|等线|dengxian|arial|helvetica|黑", re.IGNORECASE)
BULLET = re.compile(r"(?:[•●○■◆▪►▶◇□➢❖·]\s*|[\-–*]\s+)(?=[^\s\d—-])")
LAST_DOTS = re.compile(r"[\s.·…‥•]+(?=\d{1,3}$)")
# Of 15,600 characters recognised on a scan some 20 letters, digits and ideographs fall below it.
LOW_CONFIDENCE = 0.8
STACK_LENGTH = 3  # glyphs one under the other that make a vertical text


def lay_out(sheets: Sequence[Sheet]) -> Source:
    """Bring the pages' text into reading order, with what belongs to no text set apart."""
    body_size, body_sans = _body(sheets)
    spaced = any(draws_spaces(sheet.runs) for sheet in sheets)
    latin_space = CJK_SPACE if spaced else LATIN_SPACE
    pages = [_Page(sheet, body_size, body_sans, latin_space) for sheet in sheets]
    furniture = furniture_of([page.text for page in pages], [page.sheet.height for page in pages])
    for page, ids in zip(pages, furniture, strict=True):
        page.set_apart(ids)
    rows: list[Row] = []
    for page, columns in zip(pages, columns_of([page.fragments for page in pages], body_size), strict=True):
        rows += rows_of(columns, page.sheet.number, body_size)
    rows = _with_notes_behind(rows, body_size)
    judge(rows, measure(rows, body_size))
    return _Writer(pages).write(_floated(rows))


def _body(sheets: Sequence[Sheet]) -> tuple[float, bool]:
    """The size in which most of the document is set, and whether its face is a sans serif."""
    sizes: Counter[float] = Counter()
    fonts: Counter[tuple[float, str]] = Counter()
    for sheet in sheets:
        for run in sheet.runs:
            sizes[run.size] += len(run.text)
            fonts[run.size, run.font] += len(run.text)
    if not sizes:
        return 10.5, False
    size = sizes.most_common(1)[0][0]
    font = max((item for item in fonts.items() if item[0][0] == size), key=lambda item: item[1])[0][1]
    return size, bool(SANS.search(font))


class _Page:
    """A sheet being laid out: its text, and what has been set apart from it."""

    def __init__(self, sheet: Sheet, body_size: float, body_sans: bool, latin_space: float) -> None:
        self.sheet = sheet
        self.body_size = body_size
        seen = [run for run in sheet.runs if not run.hidden]
        runs = seen if any(run.text.strip() for run in seen) else sheet.runs
        grids = grids_of(sheet.rules)
        turned = [run for run in runs if run.turned and run.text.strip()]
        stacked = [
            run
            for run in runs
            if run.stacked and len(run.text) >= STACK_LENGTH and not any(grid.holds(run) for grid in grids)
        ]
        apart = {id(run) for run in turned + stacked}
        upright = [
            piece for run in runs if id(run) not in apart and run.text.strip() for piece in _upright(run)
        ]
        self.asides = [_aside(run) for run in stacked + turned]
        self.tables, upright = tables_of(grids, upright, latin_space)
        fragments = fragments_of(upright, latin_space)
        for fragment in fragments:
            fragment.sans = all(SANS.search(run.font) for run in fragment.runs)
            fragment.bold = fragment.bold or (not body_sans and fragment.sans)
        fragments, ruby = without_ruby(fragments)
        self.asides += ruby
        self.text = with_initials(fragments, body_size)
        self.fragments: list[Fragment] = []
        self.furniture: list[Fragment] = []

    def set_apart(self, furniture: set[int]) -> None:
        """Take away the furniture and the lettering of pictures; add pictures, tables and codes to the
        fragments.
        """
        text = [item for item in self.text if id(item) not in furniture]
        pictures = pictures_of(self.sheet, self.tables)
        images = set(self.sheet.pictures)
        boxes = [box if box in images else with_labels(box, text, self.body_size) for box in pictures]
        lettering = [item for item in text if is_lettering(item, boxes, self._largest_lettering(text, boxes))]
        self.furniture = [item for item in self.text if id(item) in furniture] + self.asides + lettering
        self.fragments = [item for item in text if item not in lettering]
        self.fragments += self.tables
        self.fragments += [
            Fragment(box.left, box.top, box.right, box.bottom, kind="picture") for box in boxes
        ]
        self.fragments += [
            Fragment(code.box.left, code.box.top, code.box.right, code.box.bottom, kind="code", code=code)
            for code in self.sheet.codes
            if code.printed
        ]

    def _largest_lettering(self, text: list[Fragment], boxes: list[Box]) -> float:
        """How large the text inside a picture may be and still be its lettering.

        On a scan a photograph's lettering was read with the rest, whatever its size. But a cover may
        print its headline over one: then nothing larger stands elsewhere.
        """
        if not self.sheet.recognised:
            return LABEL_SIZE * self.body_size
        outside = [item.size for item in text if not is_lettering(item, boxes, inf)]
        return max(outside, default=0.0)


def _upright(run: Run) -> list[Run]:
    """A short stack of glyphs, or one in a narrow cell, is no vertical text: give its glyphs back one by
    one.
    """
    if not run.stacked:
        return [run]
    step = (run.bottom - run.top) / len(run.text)
    return [
        Run(
            char,
            [left],
            [right],
            run.top + step * index + 0.88 * run.size,
            run.size,
            run.bold,
            run.font,
            run.hidden,
        )
        for index, (char, left, right) in enumerate(zip(run.text, run.lefts, run.rights, strict=True))
    ]


def _aside(run: Run) -> Fragment:
    fragment = fragment_of([run])
    fragment.left, fragment.right = min(run.lefts), max(run.rights)
    fragment.top, fragment.bottom = run.top, run.bottom
    fragment.text = run.text.strip()
    return fragment


def _with_notes_behind(rows: list[Row], body_size: float) -> list[Row]:
    """Move notes in the margin behind the article that they stand beside, before the next title below."""
    ordered: list[Row] = []
    notes: list[Row] = []
    for row in rows:
        if row.column.is_note:
            titles = (
                index
                for index, other in enumerate(ordered)
                if other.page == row.page and other.top > row.top and _is_title(other, body_size)
            )
            below = next(titles, None)
            if below is None:
                notes.append(row)
            else:
                ordered.insert(below, row)
            continue
        if _is_title(row, body_size):
            ordered += notes
            notes = []
        ordered.append(row)
    return ordered + notes


def _is_title(row: Row, body_size: float) -> bool:
    return row.kind == "text" and row.size >= TITLE_SIZE * body_size


def _floated(rows: list[Row]) -> list[Row]:
    """Move what interrupts a paragraph (a picture at the top of a page, a note beside it) behind its end."""
    ordered: list[Row] = []
    waiting: list[Row] = []
    for row in rows:
        if row.resumes is not None:
            at = next(index for index in reversed(range(len(ordered))) if ordered[index] is row.resumes) + 1
            waiting += ordered[at:]
            del ordered[at:]
        elif waiting and row.begins is not False:
            ordered += waiting
            waiting = []
        ordered.append(row)
    return ordered + waiting


def _whole_tables(rows: list[Row]) -> list[Row]:
    """Join the parts of a table that a page or column end cut."""
    kept: list[Row] = []
    for row in rows:
        before = kept[-1] if kept else None
        if (
            before is not None
            and before.kind == row.kind == "table"
            and before.column is not row.column
            and continues(before.fragments[0], row.fragments[0])
        ):
            join_tables(before.fragments[0], row.fragments[0])
            continue
        kept.append(row)
    return kept


class _Writer:
    """Rows → a Source: its text whole, and with everything the place in it."""

    def __init__(self, pages: list[_Page]) -> None:
        self.pages = {page.sheet.number: page for page in pages}
        self.parts: list[str] = []
        self.length = 0
        self.lines: list[Line] = []
        self.furniture: list[Place] = []
        self.links: list[Link] = []
        self.doubts: list[Doubt] = []

    def write(self, rows: list[Row]) -> Source:
        page = 0
        for row in _whole_tables(rows):
            if row.page != page:
                for number in range(page + 1, row.page + 1):
                    self._write_furniture(number)
                page = row.page
            self._write_row(row)
        for number in range(page + 1, max(self.pages, default=0) + 1):
            self._write_furniture(number)
        return Source(
            text="".join(self.parts),
            lines=tuple(self.lines),
            furniture=tuple(self.furniture),
            pages=len(self.pages),
            links=tuple(self.links),
            doubts=tuple(self.doubts),
        )

    def _put(self, text: str, page: int, box: Box) -> Place:
        start = self.length
        box = self.pages[page].sheet.shown(box)
        self.parts.append(text + "\n")
        self.length += len(text) + 1
        return Place(start, start + len(text), page, box)

    def _write_furniture(self, number: int) -> None:
        if number in self.pages and self.pages[number].sheet.unread:
            whole = Box(0, 0, self.pages[number].sheet.width, self.pages[number].sheet.height)
            message = f"第 {number} 页没有可用的文字，也没有安装文字识别组件，这一页未读。"
            place = Place(self.length, self.length, number, whole)
            self.doubts.append(Doubt("page-unread", "high", message, "", place))
        for item in self.pages[number].furniture if number in self.pages else ():
            self.furniture.append(self._put(item.text, number, item.box))

    def _write_row(self, row: Row) -> None:
        first = row.fragments[0]
        if first.kind == "code" and first.code is not None:
            self.links.append(
                Link(
                    first.code.url,
                    "qr",
                    Place(self.length, self.length, row.page, self.pages[row.page].sheet.shown(first.box)),
                )
            )
            return
        if first.kind == "picture":
            self.lines.append(
                Line(
                    "",
                    Place(self.length, self.length, row.page, self.pages[row.page].sheet.shown(first.box)),
                    picture=True,
                )
            )
            return
        if first.kind == "table":
            for table_row in first.rows:
                text = "\t".join(table_row.cells)
                place = self._put(text, row.page, table_row.box)
                self.lines.append(Line(text, place, cells=table_row.cells))
            return
        box = Box(row.left, row.top, row.right, row.bottom)
        text = row.text
        if row.listed or LEADERS.search(text):
            text = LEADERS.sub(" ", text).rstrip() or text
            text = LAST_DOTS.sub(" ", text)
            text = text if row.begins is False else text.lstrip()
        bullet = row.begins is not False and BULLET.match(text)
        place = self._put(text, row.page, box)
        links = tuple(
            Link(code.url, "annotation", Place(place.start, place.end, row.page, code.box))
            for code in self.pages[row.page].sheet.codes
            if not code.printed and _over(code.box, box)
        )
        self._doubt_glyphs(row, place)
        self.lines.append(
            Line(
                text[bullet.end() :] if bullet else text,
                place,
                row.size,
                row.bold,
                begins=row.begins,
                bullet=bool(bullet),
                links=links,
            )
        )

    def _doubt_glyphs(self, row: Row, place: Place) -> None:
        """Characters that were hardly recognised, each with its place on the page. Punctuation is left
        out.
        """
        for fragment in row.fragments:
            for run in fragment.runs:
                for index, confidence in enumerate(run.confidences):
                    char = run.text[index]
                    if confidence >= LOW_CONFIDENCE or not char.isalnum():
                        continue
                    box = Box(run.lefts[index], fragment.top, run.rights[index], fragment.bottom)
                    found = row.text.find(run.text[max(0, index - 3) : index + 1])
                    start = place.start + max(found, 0)
                    where = Place(
                        start, min(start + 4, place.end), row.page, self.pages[row.page].sheet.shown(box)
                    )
                    message = f"“{char}”字认得不牢，请对照原图。"
                    quote = run.text[max(0, index - 8) : index + 9]
                    self.doubts.append(Doubt("character-uncertain", "medium", message, quote, where, "body"))


def _over(link: Box, line: Box) -> bool:
    """Whether an annotation lies on a line."""
    middle = (line.top + line.bottom) / 2
    return link.top <= middle <= link.bottom and link.left <= line.right and link.right >= line.left
