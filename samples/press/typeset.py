"""An issue as a PDF: the pages as HTML, three layouts as CSS, set by WeasyPrint."""

from __future__ import annotations

import base64
import io
import math
import os
import re
from html import escape
from pathlib import Path

import segno
from weasyprint import HTML, Document

from .charts import as_png
from .editions import Layout
from .issue import (
    ABOUT_EDITOR,
    BOLD,
    CONTACTS,
    CUT,
    FRONT_PAGES,
    LABELS,
    MASTHEAD,
    NOTICE,
    PUBLICATION,
    SAMPLE_MARK,
    SECTIONS,
    SLOGAN,
    VIEWPOINT,
    Article,
    Block,
    Issue,
)
from .text import spaced

STYLES = Path(__file__).parent / "styles"
# The net over the hills on the cover: its points in the drawing's units, and which of them are joined.
POINTS = [
    (60, 120), (130, 70), (205, 130), (285, 60), (350, 135), (430, 85), (500, 130), (575, 65), (610, 140),
    (245, 175), (400, 180), (110, 170),
]  # fmt: skip
JOINS = [
    (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (1, 3), (5, 7), (2, 9), (9, 4), (4, 10),
    (10, 6), (0, 11), (11, 2), (6, 8),
]  # fmt: skip
# A table and the 来源 under it, which no page or column may part.
CREDITED = re.compile(r'<table.*?</table><p class="caption credit">.*?</p>')
FOLLOW_CODE = "示例：此处为公众号二维码"


def typeset(issue: Issue, layout: Layout) -> tuple[bytes, dict[int, int]]:
    """The PDF, and the printed page on which each article begins, by its order.

    Set twice: the first pass tells the pages that 本期要目 prints in the second. Same source, same bytes.
    """
    os.environ["SOURCE_DATE_EPOCH"] = str((issue.date.toordinal() - 719163) * 86400)  # in subset fonts
    pages = _printed_pages(issue, layout, dict.fromkeys((a.order for a in issue.articles), 0))
    document = _document(issue, layout, pages)
    return document.write_pdf(pdf_identifier=f"sample-{issue.total_number}".encode()), pages


def _printed_pages(issue: Issue, layout: Layout, guess: dict[int, int]) -> dict[int, int]:
    document = _document(issue, layout, guess)
    return {
        int(anchor.removeprefix("article-")): sheet - FRONT_PAGES
        for sheet, page in enumerate(document.pages, start=1)
        for anchor in page.anchors
        if anchor.startswith("article-")
    }


def _document(issue: Issue, layout: Layout, pages: dict[int, int]) -> Document:
    styles = [STYLES / "base.css", STYLES / f"{layout.name}.css"]
    return HTML(string=_html(issue, layout, pages)).render(stylesheets=[str(path) for path in styles])


def _html(issue: Issue, layout: Layout, pages: dict[int, int]) -> str:
    sections = "".join(_section(issue, section, layout) for section in SECTIONS)
    title = f"{PUBLICATION} {issue.dateline} {issue.numberline}（示例）"
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="门户开发者（示例）"></head><body class="{layout.name}">'
        f'<p class="running-issue">{PUBLICATION}　{issue.date.year}年第{issue.number}期'
        f"（总第{issue.total_number}期）· 示例</p>"
        f"{_cover(issue, layout)}{_masthead(issue)}{_contents(issue, layout, pages)}"
        f"<main>{sections}</main>{_back_matter()}</body></html>"
    )


def _cover(issue: Issue, layout: Layout) -> str:
    headline = "<br>".join(map(escape, issue.headline_lines))
    return (
        f'<section class="cover"><p class="slogan">{SLOGAN}</p><h1>{PUBLICATION}</h1>'
        f'<p class="viewpoint">{VIEWPOINT}</p><p class="sample">{SAMPLE_MARK}</p>'
        f'<p class="dateline">{issue.dateline} {issue.numberline}</p>'
        f'<div class="art">{_hills(layout.accent)}</div><p class="headline">{headline}</p></section>'
    )


def _masthead(issue: Issue) -> str:
    rows = [(LABELS.get(role, role), _names(role, names)) for role, names in MASTHEAD.items()]
    rows += [(label, escape(value)) for label, value in CONTACTS.items()]
    listed = "".join(f"<tr><th>{label}</th><td>{names}</td></tr>" for label, names in rows)
    return (
        f'<section class="masthead"><h1>{PUBLICATION}</h1>'
        f'<p class="dateline"><span>{issue.dateline}</span> <span>{issue.numberline}</span></p>'
        f"<table>{listed}<tr><th>新媒体</th><td>{_code(FOLLOW_CODE)}"
        f'<p class="hint">关注公众号可订阅本刊</p></td></tr></table>'
        f'<p class="notice"><b>声明：</b>{NOTICE}</p></section>'
    )


def _names(role: str, names: list[str]) -> str:
    if role in ("指导单位", "学术支持"):
        return "<br>".join(names)
    lines = [names[start : start + 4] for start in range(0, len(names), 4)]
    return "<br>".join("　".join(spaced(name).replace(" ", "　") for name in line) for line in lines)


def _contents(issue: Issue, layout: Layout, pages: dict[int, int]) -> str:
    listed = []
    for section, articles in issue.contents():
        lines = "".join(_entry(article, pages[article.order], layout) for article in articles)
        listed.append(f"<h2>{section}</h2><ol>{lines}</ol>")
    return f'<section class="contents"><h1>本期要目</h1>{"".join(listed)}</section>'


def _entry(article: Article, page: int, layout: Layout) -> str:
    title = f'<span class="title">{escape(article.toc_title or "")}</span>'
    number = f'<span class="number">{page:02d}</span>'
    leader = '<span class="leader"></span>'
    printed = f"{number} {title}" if layout.contents_page_first else f"{title}{leader}{number}"
    return f'<li><a href="#article-{article.order}">{printed}</a></li>'


def _section(issue: Issue, section: str, layout: Layout) -> str:
    articles = "".join(_article(a, layout) for a in issue.articles if a.section == section)
    return f'<section class="part" data-section="{section}">{articles}</section>'


def _article(article: Article, layout: Layout) -> str:
    title = "<br>".join(map(escape, article.title_lines))
    closing = f'<span class="source">{escape(article.closing)}</span>'
    *blocks, last = article.blocks
    body = "".join(_block(block, layout) for block in blocks)
    body = CREDITED.sub(r'<div class="credited">\g<0></div>', body)
    if article.closes_last_paragraph:
        body += _block(last, layout, closing)
    else:
        body += _block(last, layout) + (f'<p class="alone">{closing}</p>' if article.closing else "")
    return (
        f'<article><h2 id="article-{article.order}">{title}</h2>'
        f'<div class="body">{body}{_link(article)}</div></article>'
    )


def _block(block: Block, layout: Layout, closing: str = "") -> str:
    text = BOLD.sub(r"<b>\1</b>", escape(block.text.replace(CUT, ""), quote=False))
    match block.kind:
        case "h":
            return f"<h3>{text}</h3>"
        case "bullet":
            return f'<p class="bullet"><span class="mark">•</span>{text}</p>'
        case "table":
            head, *rows = block.rows
            cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
            lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f'<table class="grid"><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>'
        case "figure" if block.chart:
            picture = _inline(as_png(block.chart, layout.accent), "png")
            return f'<img class="chart" src="{picture}" alt="{text}"><p class="caption">{text}</p>'
        case "figure":
            return f'<p class="caption credit">{text}</p>'
        case _:
            return f"<p>{text}{closing}</p>"


def _link(article: Article) -> str:
    if not article.url:
        return ""
    url = escape(article.url)
    return (
        f'<div class="link">{_code(article.url)}<p class="hint">扫描二维码可阅读或下载{article.hint}</p>'
        f'<p class="address"><b>原文链接：</b><a href="{url}">{url}</a></p></div>'
    )


def _back_matter() -> str:
    name, latin_name, paragraphs = ABOUT_EDITOR
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<section class="back"><h1>主编简介</h1><h2>{name}</h2><p class="latin">{latin_name}</p>'
        f"{body}</section>"
    )


def _code(content: str) -> str:
    drawn = io.BytesIO()
    segno.make(content, error="m").save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    return f'<img class="code" src="{_inline(drawn.getvalue(), "svg+xml")}" alt="二维码">'


def _inline(picture: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _hills(accent: str) -> str:
    """Ranges of hills, and over them points joined to a net: Guizhou and its data."""
    # opacity, height, swing, phase
    ranges = [(0.22, 225, 34, 0.0), (0.42, 275, 30, 1.9), (0.8, 325, 24, 4.1)]
    hills = "".join(
        f'<path d="{_ridge(height, swing, phase)}" fill="{accent}" opacity="{opacity}"/>'
        for opacity, height, swing, phase in ranges
    )
    joins = "".join(
        f'<path d="M{POINTS[a][0]} {POINTS[a][1]}L{POINTS[b][0]} {POINTS[b][1]}"/>' for a, b in JOINS
    )
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{4 + (x + y) % 4}"/>' for x, y in POINTS)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400">'
        f'<rect width="640" height="400" fill="{accent}" opacity="0.07"/>'
        f'<g stroke="{accent}" opacity="0.45">{joins}</g>'
        f'<g fill="{accent}" opacity="0.85">{dots}</g>{hills}</svg>'
    )


def _ridge(height: float, swing: float, phase: float) -> str:
    crest = (
        (x, height - swing * (math.sin(x / 62 + phase) + 0.5 * math.sin(x / 27 + 2 * phase)))
        for x in range(0, 641, 8)
    )
    return "M0 400" + "".join(f"L{x} {y:.1f}" for x, y in crest) + "L640 400Z"
