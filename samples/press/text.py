"""An issue as text, in the two flavours that occur: plain lines, and Markdown with levels not to be trusted.

Both cut paragraphs where the source says that a page ends, and leave gaps where pictures stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from .issue import (
    ABOUT_EDITOR,
    CONTACTS,
    CUT,
    LABELS,
    MASTHEAD,
    NOTICE,
    PUBLICATION,
    SAMPLE_MARK,
    SLOGAN,
    VIEWPOINT,
    Article,
    Block,
    Issue,
)

PICTURE = "\n"  # an empty paragraph, where a picture stood


class Flavour(Protocol):
    def heading(self, text: str, level: int) -> str: ...
    def label(self, text: str) -> str: ...
    def link(self, url: str, order: int) -> str: ...


class Plain:
    """Lines as a person copies them: no marks but bullets, a `**` left over, and an address in angles."""

    def heading(self, text: str, level: int) -> str:
        return text

    def label(self, text: str) -> str:
        return text

    def link(self, url: str, order: int) -> str:
        return f"<{url}>" if order % 3 == 0 else url


class Markdown:
    """As a converter writes it: titles on any level, labels bold, underscores of an address escaped."""

    def heading(self, text: str, level: int) -> str:
        return f"{'#' * level} {text}"

    def label(self, text: str) -> str:
        return f"**{text}**"

    def link(self, url: str, order: int) -> str:
        escaped = url.replace("_", r"\_")
        return f"[{escaped}]({url})" if escaped != url else f"<{url}>"


def as_text(issue: Issue, pages: dict[int, int], flavour: Flavour) -> str:
    """The whole issue. `pages` gives the printed page of each article, by its order."""
    paragraphs = [*_cover(issue, flavour), *_masthead(issue, flavour), *_contents(issue, pages, flavour)]
    for article in issue.articles:
        paragraphs += _article(article, flavour)
    paragraphs += _back_matter(flavour)
    return "\n\n".join(paragraphs) + "\n"


def _cover(issue: Issue, flavour: Flavour) -> Iterator[str]:
    yield PICTURE
    yield SLOGAN
    yield flavour.heading(PUBLICATION, 1)
    yield VIEWPOINT
    yield SAMPLE_MARK
    yield f"{issue.dateline} {issue.numberline}"
    yield flavour.heading(" ".join(issue.headline_lines), 2)
    yield PICTURE


def _masthead(issue: Issue, flavour: Flavour) -> Iterator[str]:
    yield flavour.heading(PUBLICATION, 1)
    yield issue.dateline
    yield issue.numberline
    for role, names in MASTHEAD.items():
        label = flavour.label(LABELS.get(role, role).replace("　　", " "))
        bodies = role in ("指导单位", "学术支持")
        yield f"{label} " + ("\n" if bodies else " ").join(n if bodies else spaced(n) for n in names)
    for contact, value in CONTACTS.items():
        yield f"{flavour.label(contact.replace('　　', ' '))} {value}"
    yield flavour.label("新媒体")
    yield PICTURE
    yield "关注公众号可订阅本刊"
    yield f"{flavour.label('声明：')}{NOTICE}"


def _contents(issue: Issue, pages: dict[int, int], flavour: Flavour) -> Iterator[str]:
    yield flavour.heading("本期要目", 2)
    for section, articles in issue.contents():
        yield flavour.heading(section, 3)
        yield "\n".join(f"- {pages[article.order]:02d} {article.toc_title}" for article in articles)


def _article(article: Article, flavour: Flavour) -> Iterator[str]:
    yield flavour.heading(" ".join(article.title_lines), 1 + article.order % 2)
    *blocks, last = article.blocks
    yield from (_block(block, flavour) for block in blocks)
    if article.closes_last_paragraph:
        yield _block(last, flavour) + article.closing
    else:
        yield _block(last, flavour)
        if article.closing:
            yield article.closing
    if article.url:
        yield PICTURE
        yield f"扫描二维码可阅读或下载{article.hint}"
        yield f"原文链接：{flavour.link(article.url, article.order)}"


def _block(block: Block, flavour: Flavour) -> str:
    if block.kind == "table":
        return "\n".join("\t".join(row) for row in block.rows)
    text = block.text.replace(CUT, "\n\n")
    if block.kind == "h":
        return flavour.heading(text, 3)
    if block.kind == "bullet":
        return f"- {text}"
    return f"{PICTURE}\n\n{text}" if block.chart else text


def _back_matter(flavour: Flavour) -> Iterator[str]:
    name, latin_name, paragraphs = ABOUT_EDITOR
    yield flavour.heading("主编简介", 2)
    yield flavour.heading(name, 3)
    yield latin_name
    yield PICTURE
    yield from paragraphs


def spaced(name: str) -> str:
    """A name of two characters is set as wide as one of three."""
    return re.sub(r"^(.)(.)$", r"\1 \2", name)
