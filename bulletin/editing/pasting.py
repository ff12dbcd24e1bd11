"""What is pasted from Word or a web page → clean blocks: paragraphs, headings, lists, tables. Pure.

Only structure is taken over: no fonts, colours, links, pictures, scripts. A numbered list keeps its numbers,
for readers are told “第3条”; a dotted one becomes items.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bulletin.editing.body import Block, clean

HEADINGS = {f"h{rank}" for rank in range(1, 7)}
PARTS = {
    "p",
    "div",
    "section",
    "article",
    "blockquote",
    "pre",
    "dt",
    "dd",
    "figcaption",
    "address",
} | HEADINGS
PARTS |= {"li", "br", "hr", "ul", "ol", "caption"}
UNREAD = {"style", "script", "head", "title", "xml", "template", "svg", "noscript", "object"}
VOID = {"br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base", "embed", "source", "track"}
_NUMBER = re.compile(r"^[（(]?[0-9A-Za-z一二三四五六七八九十百〇零]{1,4}[）)、.．]|^第.{1,5}[条章节]")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_LIST = re.compile(r"mso-list\s*:\s*(?!ignore|none)", re.IGNORECASE)
_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)


def blocks_of(html: str) -> list[Block]:
    """The blocks of a piece of HTML, without numbers and places. Whatever it is, nothing is raised."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.blocks


class _Reader(HTMLParser):
    """Gathers text until something ends a block. Of nested tables the inner ones are read as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.text: list[str] = []
        self.marker: list[str] = []
        self.kind, self.bullet = "p", False
        self.unread = 0  # depth inside what is not read
        self.in_marker = 0
        self.lists: list[int | None] = []  # of each list around: the last number given; None where dotted
        self.tables = 0
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = given.get("style", "")
        if self.unread or tag in UNREAD or _HIDDEN.search(style):
            self.unread += tag not in VOID
            return
        if self.in_marker or (tag == "span" and _MARKER.search(style)):
            self.in_marker += tag not in VOID
            return
        if tag == "table":
            self.tables += 1
            if self.tables == 1:
                self.end_block()
                self.rows = []
        elif self.tables:
            self._in_table(tag)
        elif tag in PARTS:
            self._begin(tag, given)

    def _in_table(self, tag: str) -> None:
        if tag == "tr" and self.tables == 1:
            self.rows.append([])
        elif tag in ("td", "th") and self.tables == 1:
            self.text = []
        elif tag in PARTS:
            self.text.append("\n")

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            kind, bullet = self.kind, self.bullet
            self.end_block()
            self.kind, self.bullet = kind, bullet
            return
        if tag == "p" and self.bullet and not "".join(self.text).strip():
            return  # the paragraph that an item holds
        self.end_block()
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            if self.lists and (number := self.lists[-1]) is not None:
                self.lists[-1] = number + 1
                self.text = [f"{number + 1}."]
            else:
                self.bullet = True
        elif tag in HEADINGS or given.get("class", "") == "MsoTitle":
            self.kind = "h"
        elif "MsoList" in given.get("class", "") or _LIST.search(given.get("style", "")):
            self.bullet = True

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.unread:
            self.unread -= 1
        elif self.in_marker:
            self.in_marker -= 1
        elif tag == "table" and self.tables:
            self.tables -= 1
            if not self.tables:
                self._end_table()
        elif self.tables:
            if tag in ("td", "th") and self.tables == 1 and self.rows:
                self.rows[-1].append(clean("".join(self.text)))
                self.text = []
        elif tag in PARTS:
            self.end_block()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        if self.in_marker:
            self.marker.append(data)
        else:
            self.text.append(data)  # a line's end is none of the paragraph: `clean` closes it up

    def end_block(self) -> None:
        """Keep what was gathered as a block, if it says anything."""
        text, marker = clean("".join(self.text)), clean("".join(self.marker))
        if text:
            if marker and _NUMBER.match(marker):
                text, self.bullet = marker + text, False
            self.blocks.append({"kind": self.kind, "text": text, "rows": [], "bullet": self.bullet})
        self.text, self.marker, self.kind, self.bullet = [], [], "p", False

    def _end_table(self) -> None:
        rows = [row for row in self.rows if any(row)]
        width = max(map(len, rows), default=0)
        if width == 1:  # a frame around a text
            texts = [row[0] for row in rows]
            self.blocks += [{"kind": "p", "text": text, "rows": [], "bullet": False} for text in texts]
        elif rows:
            filled = [[*row, *[""] * (width - len(row))] for row in rows]
            self.blocks.append({"kind": "table", "text": "", "rows": filled, "bullet": False})
        self.text, self.rows = [], []
