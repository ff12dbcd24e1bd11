# ruff: noqa: E501 (style sheets keep their lines)
"""An issue set in layouts of our own, to see whether a reading depends on one layout.

The text comes from a reading in the shape of the gold labels; each layout is a style sheet and a few choices of
how the parts are arranged. WeasyPrint and Chromium set them: two programs that write PDFs in different ways.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from PIL import Image, ImageDraw

Json = dict[str, Any]
SERIF, SANS, KAI = "'Noto Serif CJK SC'", "'Noto Sans CJK SC'", "'AR PL KaitiM GB'"


@dataclass(frozen=True)
class Layout:
    """One way of setting an issue. `css` is the style sheet; the rest says what stands where."""

    name: str
    css: str
    engine: str = "weasyprint"
    source: str = "inline"  # or: apart, a paragraph of its own
    link: str = "end"  # or: title, right under it; side, in the margin
    contents: str = "leaders"  # or: table, first (page before title), plain
    badge: bool = False  # the article's number beside its title
    indent_spaces: bool = False  # two ideographic spaces instead of an indent
    picture_every: int = 0  # a picture in every n-th article, text running round it if the css floats it
    masthead: str = "table"  # or: inline
    shadow: bool = False  # titles drawn twice
    ruby: bool = False
    head: str = ""  # html of running elements
    drop_cap: bool = False
    after: Callable[[Path], None] | None = None  # done to the finished file


def typeset(reading: Json, layout: Layout, target: Path, browser: Callable[[], Any]) -> None:
    """Write the issue as a PDF. `browser` gives the tests' Chromium to the layouts that it sets."""
    page = _page(reading, layout)
    if layout.engine == "weasyprint":
        from weasyprint import HTML

        HTML(string=page).write_pdf(target)
    else:
        tab = browser().new_page()
        tab.set_content(page)
        tab.pdf(path=str(target), prefer_css_page_size=True, print_background=True)
        tab.close()
    if layout.after:
        layout.after(target)


def _page(reading: Json, layout: Layout) -> str:
    parts = [_cover(reading), _masthead(reading, layout), _contents(reading, layout)]
    section = None
    for article in reading["articles"]:
        parts.append(_article(article, layout, new_section=article["section"] != section))
        section = article["section"]
    parts.append(
        "<section class=back><h2>主编简介</h2><p>贵阳智能大数据战略研究院是一家研究大数据与人工智能政策的机构，"
        "本刊由它编辑。</p></section>"
    )
    return (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><style>{_BASE}{layout.css}</style>"
        f"<body>{layout.head}{''.join(parts)}</body></html>"
    )


_BASE = f"""
body {{ font-family: {SERIF}; font-size: 10.5pt; line-height: 1.7; margin: 0; text-align: justify }}
.cover, .masthead, .contents, .back {{ page-break-after: always; break-after: page }}
.back {{ page-break-before: always; page-break-after: auto; break-after: auto }}
.name {{ font-size: 34pt; text-align: center }}
.cover p, .masthead > p {{ text-align: center; text-indent: 0 }}
.cover h2 {{ font-size: 24pt; text-align: center }}
h1, h2, h3, p, table {{ margin: 0 }}
h1 {{ font-size: 18pt; line-height: 1.3; text-align: center; font-weight: 700; margin: 1em 0 .6em }}
h3 {{ font-size: 10.5pt; font-weight: 700 }}
p {{ text-indent: 2em }}
.caption, .hint, .link, .apart {{ text-indent: 0; font-size: 9pt }}
.caption {{ text-align: center }}
.link {{ word-break: break-all; text-align: left }}
.qr {{ width: 56pt; height: 56pt; display: block }}
img.photo {{ width: 70%; display: block; margin: .5em auto }}
table.grid {{ border-collapse: collapse; width: 100%; font-size: 8.5pt; line-height: 1.4; text-align: left }}
table.grid td {{ border: .5pt solid #333; padding: 2pt 4pt }}
.masthead td {{ vertical-align: top; padding: 1pt 8pt }}
.masthead td:first-child {{ white-space: nowrap }}
.contents .list {{ text-align: left }}
.contents .entry {{ display: flex; text-indent: 0; align-items: flex-end }}
.contents .dots {{ flex: 1 0 3em; overflow: hidden; height: 1.7em; word-break: break-all }}
.contents .page {{ width: 2em; text-align: right; flex: none }}
"""


def _cover(reading: Json) -> str:
    return (
        f"<section class=cover><p>为数字创新领导者提供决策参考</p><p class=name>{reading['publication']}</p>"
        f"<p>{_issue_line(reading)}</p><h2>{html.escape(reading['cover_headline'])}</h2></section>"
    )


def _issue_line(reading: Json) -> str:
    year, month, day = reading["date"].split("-")
    return f"{year}年{int(month)}月{int(day)}日　第{reading['number']}期　总第{reading['total_number']}期"


def _masthead(reading: Json, layout: Layout) -> str:
    if layout.masthead == "inline":
        rows = "".join(
            f"<p class=credit>{label}：{'　'.join(names)}</p>" for label, names in reading["masthead"].items()
        )
    else:
        rows = "".join(
            f"<tr><td>{label}<td>{'<br>'.join(names) if len(names[0]) > 5 else '　'.join(names)}"
            for label, names in reading["masthead"].items()
        )
        rows = f"<table>{rows}</table>"
    return f"<section class=masthead><p class=name>{reading['publication']}</p><p>{_issue_line(reading)}</p>{rows}</section>"


def _contents(reading: Json, layout: Layout) -> str:
    parts, section = [], None
    for entry in reading["toc"]:
        if entry["section"] != section:
            section = entry["section"]
            parts.append(
                f"<tr><td colspan=2><b>{section}</b>" if layout.contents == "table" else f"<h3>{section}</h3>"
            )
        title, page = html.escape(entry["title"]), f"{entry['page']:02}"
        parts.append(
            {
                "leaders": f"<div class=entry><span>{title}</span><span class=dots>{'…' * 60}</span><span class=page>{page}</span></div>",
                "plain": f"<div class=entry><span>{title}</span><span style='flex:1'></span><span class=page>{page}</span></div>",
                "first": f"<div class=entry><span class=page style='text-align:left;align-self:flex-start'>{page}</span><span>{title}</span></div>",
                "table": f"<tr><td>{title}<td style='width:2em'>{page}",
            }[layout.contents]
        )
    body = "".join(parts)
    if layout.contents == "table":
        body = f"<table class=grid>{body}</table>"
    return f"<section class=contents><h2>本期要目</h2><div class=list>{body}</div></section>"


def _article(article: Json, layout: Layout, new_section: bool) -> str:
    title = html.escape(article["title"])
    if layout.ruby:
        title = f"<ruby>{title[0]}<rt>pīn</rt></ruby>{title[1:]}"
    if layout.shadow:
        title = f"<span class=twice>{title}<span class=ghost>{title}</span></span>"
    badge = f"<span class=badge>{article['order']:02}</span>" if layout.badge else ""
    link = _link(article, layout)
    blocks = [_block(block, layout) for block in article["body"]]
    if layout.picture_every and article["order"] % layout.picture_every == 0:
        blocks.insert(1, f"<img class=photo src='{_photo(article['order'])}'>")
    if article["source"]:
        names = "、".join(article["source"])
        if layout.source == "inline" and article["body"][-1]["kind"] == "p":
            blocks[-1] = blocks[-1].removesuffix("</p>") + f"<span class=source>（来源：{names}）</span></p>"
        else:
            blocks.append(f"<p class=apart>（来源：{names}）</p>")
    cls = "article first" if new_section else "article"
    drop = " drop" if layout.drop_cap and article["body"][0]["kind"] == "p" else ""
    head = f"<div class=mark>{article['section']}</div><div class=top>{badge}<h1>{title}</h1></div>"
    body = f"<div class='body{drop}'>{''.join(blocks)}</div>"
    parts = {
        "end": head + body + link,
        "title": head + link + body,
        "side": head + f"<div class=cols>{link}{body}</div>",
    }
    return f"<article class='{cls}' data-section='{article['section']}'>{parts[layout.link]}</article>"


def _block(block: Json, layout: Layout) -> str:
    text = html.escape(block["text"])
    if block["kind"] == "h":
        return f"<h3>{text}</h3>"
    if block["kind"] == "figure":
        return f"<p class=caption>{text}</p>"
    if block["kind"] == "table":
        return (
            "<table class=grid>"
            + "".join(_row(row, len(block["rows"][0])) for row in block["rows"])
            + "</table>"
        )
    lead = "　　" if layout.indent_spaces else ""
    return f"<p>{lead}{text}</p>"


def _row(cells: list[str], columns: int) -> str:
    if cells[0] and not any(cells[1:]):
        return f"<tr><td colspan={columns}>{html.escape(cells[0])}</tr>"
    return "<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in cells) + "</tr>"


def _link(article: Json, layout: Layout) -> str:
    url = article["source_url"]
    if not url:
        return ""
    code = segno.make(url, error="m").png_data_uri(scale=4, border=2)
    printed = html.escape(url)
    return (
        f"<div class=linkbox><img class=qr src='{code}'><div><p class=hint>扫描二维码可阅读或下载全文</p>"
        f"<p class=link>原文链接：<a href='{printed}'>{printed}</a></p></div></div>"
    )


def _photo(seed: int) -> str:
    image = Image.new("RGB", (320, 180), (60 + seed * 7 % 90, 90, 140))
    drawing = ImageDraw.Draw(image)
    for index in range(6):
        drawing.rectangle(
            (20 + index * 50, 170 - (seed * 31 + index * 47) % 120, 50 + index * 50, 175),
            fill=(220, 200, 120),
        )
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _crop_and_turn(path: Path) -> None:
    """Give the pages a crop box off the origin, and turn them: they look the same, their coordinates do not."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(path)
    result = pypdfium2.PdfDocument.new()
    result.import_pages(document)
    for page in result:
        left, bottom, right, top = page.get_mediabox()
        page.set_mediabox(left - 40, bottom - 30, right + 25, top + 60)
        page.set_cropbox(left, bottom, right, top)
        pdfium.FPDFPage_SetRotation(page.raw, 0)
    result.save(path)
    result.close()
    document.close()


LAYOUTS = (
    Layout(
        "three-columns",
        """@page { size: A4; margin: 22mm 15mm 18mm; @top-left-corner { content: counter(page); font-size: 9pt }
             @top-right { content: string(section) ' ｜ 大数据发展动态'; font-size: 8pt } }
           @page :left { @top-left-corner { content: '' } @top-right-corner { content: counter(page); font-size: 9pt }
             @top-right { content: none } @top-left { content: '大数据发展动态 ｜ ' string(section); font-size: 8pt } }
           .article { string-set: section attr(data-section) } .mark { display: none }
           .body { columns: 3; column-gap: 7mm; font-size: 9.5pt; line-height: 1.6 } h3 { font-size: 9.5pt }
           h1 { font-size: 17pt } .apart { text-align: right } .linkbox { display: flex; gap: 8pt; margin: 6pt 0 14pt }""",
        source="apart",
        contents="first",
        picture_every=3,
    ),
    Layout(
        "b5-gaps",
        """@page { size: 176mm 250mm; margin: 18mm 20mm 22mm;
             @bottom-center { content: '大数据发展动态 · 第 ' counter(page) ' 页'; font-size: 8pt } }
           p { text-indent: 0; margin-bottom: .7em } .hint, .link { margin: 0 } h3 { margin-bottom: .4em }
           body { text-align: left; font-size: 10pt; line-height: 1.55 } h3 { font-size: 10pt }
           .mark { display: none } .top { background: #e6eef5; padding: 4pt 8pt; display: flex; gap: 8pt; margin: 14pt 0 8pt }
           h1 { text-align: left; font-size: 15pt; margin: 0 } .badge { font: bold 20pt 'Liberation Sans'; color: #b33 }
           .linkbox { display: flex; flex-direction: row-reverse; gap: 8pt; justify-content: flex-end; margin: 8pt 0 }""",
        contents="table",
        badge=True,
        masthead="inline",
    ),
    Layout(
        "letter-side",
        """@page { size: letter; margin: 20mm 20mm 20mm 20mm; @bottom-left { content: '— ' counter(page) ' —'; font-size: 9pt }
             @bottom-right { content: string(section); font-size: 9pt } }
           .article { string-set: section attr(data-section) } .mark { display: none }
           .body { margin-right: 40mm } .linkbox { float: right; width: 34mm; font-size: 8pt }
           h1 { border-top: 1.5pt solid #333; border-bottom: .5pt solid #333; padding: 4pt 0; font-size: 16pt }
           """,
        link="side",
        contents="plain",
    ),
    Layout(
        "a5-sans",
        f"""@page {{ size: A5; margin: 16mm 14mm; @top-center {{ content: '· ' counter(page) ' ·'; font-size: 8pt }} }}
           body {{ font-family: {SANS}; font-size: 9pt; line-height: 1.6 }} h3 {{ font-size: 9pt }} p {{ text-indent: 0 }}
           h1 {{ font-size: 11pt; text-align: left }} .mark {{ display: none }} .twice {{ position: relative; display: block }}
           .ghost {{ position: absolute; left: .4pt; top: .4pt; width: 100%; color: #999 }} h1 {{ break-inside: avoid }} .name {{ font-size: 26pt }}
           .cover h2 {{ font-size: 18pt }} .linkbox {{ margin: 4pt 0 10pt }}""",
        indent_spaces=True,
        shadow=True,
        contents="first",
    ),
    Layout(
        "two-columns-floats",
        """@page { size: A4; margin: 20mm 16mm 20mm; @top-left { content: string(section); font-size: 9pt }
             @bottom-center { content: counter(page) ' / ' counter(pages); font-size: 9pt } }
           .article { string-set: section attr(data-section) } .mark { display: none }
           .body { columns: 2; column-gap: 6mm } img.photo { width: 42%; float: left; margin: 2pt 8pt 2pt 0 }
           h1 { font-size: 14pt; text-align: left; margin: 10pt 0 6pt }
           .linkbox { display: flex; gap: 8pt; margin: 6pt 0 }""",
        link="title",
        contents="plain",
        picture_every=2,
        source="apart",
        after=_crop_and_turn,
    ),
    Layout(
        "chromium-two-columns",
        f"""@page {{ size: A4; margin: 22mm 17mm 20mm; @bottom-right {{ content: counter(page); font-size: 9pt }} }}
           .mark {{ position: absolute; visibility: hidden }} .body {{ columns: 2; column-gap: 8mm }}
           .article {{ break-before: page }} .source {{ font-family: {SANS} }}
           .linkbox {{ background: #eef; padding: 6pt; display: flex; gap: 8pt; margin-top: 8pt }}""",
        engine="chromium",
        ruby=True,
        picture_every=3,
    ),
    Layout(
        "chromium-report",
        f"""@page {{ size: A4; margin: 25mm 26mm; @top-center {{ content: '大数据发展动态'; font-size: 9pt }}
             @bottom-center {{ content: '- ' counter(page) ' -'; font-size: 9pt }} }}
           body {{ font-size: 12pt; line-height: 1.9 }} h3 {{ font-size: 12pt; font-family: {SANS}; font-weight: 400; text-indent: 2em }}
           .mark {{ display: none }} .first .mark {{ display: block; text-align: right; color: #555; font-size: 11pt }}
           h1 {{ font-size: 20pt }} .hint, .link {{ text-align: center }} .qr {{ margin: 0 auto }} .apart {{ text-align: right }}
           .drop > p:first-child {{ text-indent: 0 }}
           .drop > p:first-child::first-letter {{ font-size: 34pt; float: left; line-height: 1.2; margin-right: 4pt }}""",
        engine="chromium",
        drop_cap=True,
        source="apart",
        contents="leaders",
    ),
)
