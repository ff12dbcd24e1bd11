"""The source of a sample issue: what samples/source/NNN.yaml says, in small shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

SOURCES = Path(__file__).parents[1] / "source"
PUBLICATION = "大数据发展动态"
SLOGAN = "写给关心数据政策的人：一期示例，可以读，可以查，可以对照"
VIEWPOINT = "看政策怎样走，看数据怎样用"
SAMPLE_MARK = "示例 · 由门户开发者撰写，仅供演示"
SECTIONS = ("国策要论", "地方新政", "产业前沿", "数谷动态")

FRONT_PAGES = 3  # cover, masthead, contents: they bear no number

BREAK = "|"  # where a title is broken by hand; a space behind it belongs to the title
CUT = "%%"  # where the text flavours cut a paragraph as a page break would
BOLD = re.compile(r"\*\*(.+?)\*\*")

# Names of persons are invented; gaps in them are those of a masthead set in columns.
MASTHEAD: dict[str, list[str]] = {
    "指导单位": ["贵阳市大数据发展管理局", "贵安新区大数据和科技创新局"],
    "主编": ["贵阳智能大数据战略研究院"],
    "联合主编": ["贵州省大数据发展促进会"],
    "学术支持": ["大数据战略重点实验室", "贵州领新咨询有限公司"],
    "编委": ["林知远", "周行", "许明澈", "何简", "沈一禾", "陶然"],
    "总编辑": ["林知远"],
    "执行编辑": ["周行"],
    "责任编辑": ["许明澈", "何简", "沈一禾"],
    "美术编辑": ["陶然"],
}
# As printed: the label spread to four characters, and what is no list of names.
LABELS = {"主编": "主　　编", "编委": "编 委 会", "总编辑": "总 编 辑"}
CONTACTS = {
    "咨询电话": "0851-00000000（示例）",
    "邮　　箱": "sample@example.com",
    "编辑地址": "贵阳市观山湖区（示例）",
}
NOTICE = (
    "本期为示例，由门户开发者撰写，用来演示门户怎样读取和呈现一期刊物，不是正式出版物；"
    "文中政策、机构、日期、数据取自公开信息，编辑人员姓名为虚构。如有出入，以发布机关公布的原文为准。"
)
ABOUT_EDITOR = (
    "贵阳智能大数据战略研究院",
    "Guiyang Artificial Intelligence and Big Data Strategy Institute, GIDI",
    (
        "研究院是设在贵阳的开放型智库，研究大数据理论、地方立法、数据政策和技术标准，"
        "为政府部门与行业企业提供咨询，本刊由其主编。",
        "本页文字为示例，由门户开发者改写。研究院的正式介绍以其官方发布为准。",
    ),
)

Kind = Literal["p", "h", "bullet", "figure", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, caption or table. `text` may hold `**` and the mark of a page cut."""

    kind: Kind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    chart: str = ""  # name of the drawing that stands over a caption

    @property
    def plain(self) -> str:
        """The text that a reader sees."""
        return BOLD.sub(r"\1", self.text).replace(CUT, "")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is printed, and what a careful reader would label in it."""

    order: int
    section: str
    broken_title: tuple[str, ...]
    toc_title: str | None
    blocks: tuple[Block, ...]
    source: tuple[str, ...]
    url: str
    hint: str
    labels: dict[str, Any]

    @property
    def title(self) -> str:
        return "".join(self.broken_title)

    @property
    def title_lines(self) -> list[str]:
        return [line.strip() for line in self.broken_title]

    @property
    def closing(self) -> str:
        return f"（来源：{'、'.join(self.source)}）" if self.source else ""

    @property
    def closes_last_paragraph(self) -> bool:
        """Whether （来源：…） stands at the end of the last paragraph or on a line of its own."""
        return bool(self.source) and self.blocks[-1].kind == "p"


@dataclass(frozen=True, slots=True)
class Issue:
    date: date
    number: int
    total_number: int
    broken_headline: tuple[str, ...]
    articles: tuple[Article, ...]

    @property
    def dateline(self) -> str:
        return f"{self.date.year}年{self.date.month}月{self.date.day}日"

    @property
    def headline(self) -> str:
        return "".join(self.broken_headline)

    @property
    def headline_lines(self) -> list[str]:
        return [line.strip() for line in self.broken_headline]

    @property
    def numberline(self) -> str:
        return f"第{self.number}期 总第{self.total_number}期"

    def contents(self) -> list[tuple[str, list[Article]]]:
        """The sections with those of their articles that 本期要目 names."""
        return [
            (section, [a for a in self.articles if a.section == section and a.toc_title is not None])
            for section in SECTIONS
        ]


def load(path: Path) -> Issue:
    """Read the source of an issue. Raises KeyError where a required field is missing."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    articles = tuple(_article(order, entry) for order, entry in enumerate(written["articles"], start=1))
    return Issue(
        date=written["date"],
        number=written["number"],
        total_number=written["total_number"],
        broken_headline=tuple(written["cover_headline"].split(BREAK)),
        articles=articles,
    )


def _article(order: int, entry: dict[str, Any]) -> Article:
    broken_title = tuple(entry["title"].split(BREAK))
    labelled = ("regions", "bodies", "documents", "targets")
    return Article(
        order=order,
        section=entry["section"],
        broken_title=broken_title,
        toc_title=entry.get("toc", "".join(broken_title)),
        blocks=tuple(_blocks(entry["body"])),
        source=tuple(entry["source"]),
        url=entry.get("url", ""),
        hint=entry.get("hint", "全文"),
        labels={key: entry.get(key, []) for name in labelled for key in (name, f"{name}_optional")},
    )


def _blocks(body: str) -> list[Block]:
    """A line is a block; rows of a table that follow one another are one."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*body.strip().splitlines(), ""]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("| ").split("|")))
            continue
        if rows:
            blocks.append(Block("table", "\n".join(" ".join(row) for row in rows), tuple(rows)))
            rows = []
        if line.startswith("# "):
            blocks.append(Block("h", line[2:]))
        elif line.startswith("- "):
            blocks.append(Block("bullet", line[2:]))
        elif line.startswith("!来源"):
            blocks.append(Block("figure", line[1:]))
        elif line.startswith("!"):
            chart, caption = line[1:].split(" ", 1)
            blocks.append(Block("figure", caption, chart=chart))
        elif line:
            blocks.append(Block("p", line))
    return blocks
