"""What the stages hand to each other: from the lines of a file to a parsed issue.

Places are kept with everything, so that an editor can be shown where it stands: as character offsets into the
text that was read, and, where the source has pages, as page and box.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from policies.recognition.article import Recognised

BlockKind = Literal["p", "h", "figure", "table"]
Severity = Literal["high", "medium", "low"]
# Told of a stage, the units done and in all, and the titles found since the last time: see `pipeline.parse`.
Report = Callable[[str, int, int, list[str]], None]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page. Points from the page's top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the source."""

    start: int  # offset of its first character in the source's text, from 0
    end: int  # offset behind its last
    page: int = 0  # counted in the file, from 1; 0 where the source has no pages
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address found in the source, and how."""

    url: str
    found_in: Literal["print", "annotation", "qr"]
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source, markup already taken off and kept as hints.

    In a plain text a line may be a whole paragraph; in a PDF it is what is printed beside one another. What
    the source does not tell is 0, False or None: a hint may be missing or wrong, never relied on alone.
    """

    text: str
    place: Place
    size: float = 0  # printed size in points
    bold: bool = False
    heading: int = 0  # the level that markup gives it, from 1
    begins: bool | None = None  # True: begins a paragraph (indent, bullet); False: goes on; None: no evidence
    bullet: bool = False  # an item of a list
    cells: tuple[str, ...] = ()  # a row of a table
    links: tuple[Link, ...] = ()
    picture: bool = False  # stands for a picture: no text, its box is the picture's


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its text whole, its lines in reading order, and the furniture of the pages apart."""

    text: str
    lines: tuple[Line, ...]
    furniture: tuple[Place, ...] = ()  # running heads, page numbers, tabs: read, not part of the text
    pages: int = 0  # sheets in the file; 0 where it has none
    links: tuple[Link, ...] = ()  # those that belong to no line: QR codes and annotations by place
    doubts: tuple[Doubt, ...] = ()  # of the reading itself: pages not read, characters hardly recognised


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the reader is not sure of: for an editor, never for a log."""

    rule: str  # a stable name in kebab-case: title-differs-from-contents
    severity: Severity
    message: str  # one Chinese sentence: what is doubtful
    evidence: str = ""  # what was seen, quoted from the source
    place: Place | None = None
    field: str = ""  # of the article or the issue: title, source_url, body…
    proposal: str = ""  # the value that would mend it; empty where only a person can tell


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, figure caption or table of an article."""

    kind: BlockKind
    text: str
    places: tuple[Place, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of 本期要目."""

    section: str
    page: int | None  # as printed, from 1
    title: str
    place: Place


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article. `order` counts from 1 in the issue; `page` is the printed one that 本期要目 gives."""

    order: int
    section: str
    page: int | None
    in_toc: bool
    title: str
    body: tuple[Block, ...]
    source: tuple[str, ...] = ()
    source_url: str | None = None
    places: dict[str, tuple[Place, ...]] = field(default_factory=dict)  # of title, source, source_url
    doubts: tuple[Doubt, ...] = ()
    about: Recognised = field(
        default_factory=Recognised
    )  # regions, bodies, documents, targets; their paragraphs count the blocks


@dataclass(frozen=True, slots=True)
class Assignment:
    """A stretch of the source's text and what it was taken for. Together they cover every character."""

    start: int
    end: int
    # cover, masthead, contents, section, title, body, source, link, hint, furniture, back-matter, unassigned
    role: str
    article: int | None = None  # its order


@dataclass(frozen=True, slots=True)
class ParsedIssue:
    """One issue (期) as read."""

    file: str
    publication: str
    date: str  # ISO
    number: int  # 期, within the year
    total_number: int  # 总期
    cover_headline: str
    masthead: dict[str, tuple[str, ...]]
    toc: tuple[Entry, ...]
    articles: tuple[ParsedArticle, ...]
    doubts: tuple[Doubt, ...]
    assignments: tuple[Assignment, ...]
    text: str = ""  # the source's, which all places count in
