"""Reading order and paragraphs from pages made by hand, each with one difficulty."""

from __future__ import annotations

from bulletin.ingestion.layout import lay_out
from bulletin.ingestion.layout.sheets import Code, Run, Sheet
from bulletin.ingestion.shapes import Box, Line

SIZE = 10.0
PITCH = 17.0


def run(
    text: str, left: float, base: float, size: float = SIZE, bold: bool = False, font: str = "Song"
) -> Run:
    edges = [left + size * index for index in range(len(text) + 1)]
    return Run(text, edges[:-1], edges[1:], base, size, bold, font, top=base - size, bottom=base)


def column(text: str, left: float, base: float, width: int, indent: int = 0) -> list[Run]:
    """A paragraph set in a column, `width` characters to a line."""
    first, rest = text[: width - indent], text[width - indent :]
    pieces = [first, *(rest[index : index + width] for index in range(0, len(rest), width))]
    return [
        run(piece, left + (SIZE * indent if number == 0 else 0), base + PITCH * number)
        for number, piece in enumerate(pieces)
    ]


def sheet(number: int, runs: list[Run], **parts: list) -> Sheet:
    return Sheet(number, 595, 842, runs, **parts)


def prose(length: int, start: int = 0) -> str:
    """Distinct characters, so that no two lines are alike, and a full stop."""
    return "".join(chr(0x4E00 + start + index) for index in range(length - 1)) + "。"


def joined(lines: tuple[Line, ...]) -> list[str]:
    """Lines joined to paragraphs where the layout says that they go on."""
    paragraphs: list[str] = []
    for line in lines:
        if line.begins is False and paragraphs:
            paragraphs[-1] += line.text
        elif not line.picture:
            paragraphs.append(line.text)
    return paragraphs


def test_columns_are_read_one_after_the_other_whatever_the_order_of_the_file() -> None:
    left, right = prose(180), prose(180, 500)
    runs = column(left, 50, 100, 22, indent=2) + column(right, 300, 104, 22, indent=2)
    for order in (runs, runs[::-1], sorted(runs, key=lambda one: one.base)):
        assert joined(lay_out([sheet(1, list(order))]).lines) == [left, right]


def test_a_title_over_both_columns_ends_what_stands_above_it() -> None:
    upper = [prose(100), prose(100, 200)]
    lower = [prose(100, 400), prose(100, 600)]
    runs = column(upper[0], 50, 100, 22, 2) + column(upper[1], 300, 100, 22, 2)
    runs += [run("横跨两栏的标题", 230, 230, size=18, bold=True)]
    runs += column(lower[0], 50, 270, 22, 2) + column(lower[1], 300, 270, 22, 2)
    assert joined(lay_out([sheet(1, runs)]).lines) == [*upper, "横跨两栏的标题", *lower]


def test_labels_are_read_with_what_they_label() -> None:
    runs = []
    for number, (label, value) in enumerate(
        [
            ("指导单位", "某市大数据发展管理局"),
            ("主编", "某某战略研究院与合作者"),
            ("编委", "甲乙丙丁戊己庚辛"),
        ]
    ):
        runs += [run(label, 60, 100 + 30 * number), run(value, 160, 100 + 30 * number)]
    runs += column(prose(120), 60, 300, 40, 2)
    texts = [line.text for line in lay_out([sheet(1, runs)]).lines]
    assert texts[:3] == [
        "指导单位 某市大数据发展管理局",
        "主编 某某战略研究院与合作者",
        "编委 甲乙丙丁戊己庚辛",
    ]


def test_running_heads_and_page_numbers_are_furniture() -> None:
    sheets = []
    for number in range(1, 7):
        head = run("地方新政" if number % 2 else "产业前沿", 50 if number % 2 else 480, 50, size=9)
        foot = run(f"— {number} —", 280, 800, size=9)
        sheets.append(sheet(number, [head, foot, *column(prose(400, number * 500), 50, 100, 40, 2)]))
    source = lay_out(sheets)
    assert joined(source.lines) == [prose(400, number * 500) for number in range(1, 7)]
    told = [source.text[place.start : place.end] for place in source.furniture]
    assert sorted(told) == sorted(["地方新政", "产业前沿"] * 3 + [f"— {number} —" for number in range(1, 7)])


def test_a_paragraph_goes_on_over_the_page_and_past_a_picture() -> None:
    text = prose(200)
    first, second = text[:118], text[118:]
    pages = [
        sheet(1, column(prose(300, 700), 50, 100, 40, 2) + column(first, 50, 300, 40, 2)),
        sheet(2, column(second, 50, 300, 40), pictures=[Box(60, 100, 300, 280)]),
    ]
    source = lay_out(pages)
    assert joined(source.lines) == [prose(300, 700), text]
    assert [line.place.page for line in source.lines if line.picture] == [2]


def test_an_initial_stands_before_the_line_that_it_begins() -> None:
    text = prose(160)
    beside = column(text[1:77], 80, 100, 38)
    below = column(text[77:], 50, 100 + 2 * PITCH, 41)
    cap = run(text[0], 50, 100 + 0.8 * PITCH, size=28)
    runs = [*below, *beside, cap, *column(prose(300, 900), 50, 300, 41, 2)]
    assert joined(lay_out([sheet(1, runs)]).lines) == [text, prose(300, 900)]


def test_ruby_and_vertical_tabs_are_no_text() -> None:
    base = run("大数据", 100, 100, size=30)
    readings = [run("dà", 110, 66, size=10), run("shù", 138, 66, size=10)]
    tab = Run("国策要论", [570.0] * 4, [580.0] * 4, 300, SIZE, stacked=True, top=290, bottom=350)
    source = lay_out([sheet(1, [*readings, base, tab, *column(prose(120), 50, 200, 40, 2)])])
    assert joined(source.lines) == ["大数据", prose(120)]
    assert {source.text[place.start : place.end] for place in source.furniture} == {"dà shù", "国策要论"}


def test_text_drawn_twice_is_read_once_and_bold() -> None:
    runs = [run("影子标题", 100, 100), run("影子标题", 100.6, 100.5), *column(prose(120), 50, 200, 40, 2)]
    first = lay_out([sheet(1, runs)]).lines[0]
    assert (first.text, first.bold) == ("影子标题", True)


def test_a_table_cut_by_a_page_is_one_table() -> None:
    def grid(top: float, rows: int) -> list[Box]:
        lines = [Box(50, top + 30 * row, 350, top + 30 * row + 0.5) for row in range(rows + 1)]
        return lines + [Box(x, top, x + 0.5, top + 30 * rows) for x in (50, 150, 350)]

    first = sheet(
        1,
        [
            *column(prose(200), 50, 100, 40, 2),
            run("名称", 60, 720),
            run("说明", 160, 720),
            run("甲", 60, 750),
            run("很长的说明（共有", 160, 750),
        ],
        rules=grid(700, 2),
    )
    second = sheet(2, [run("两行）", 160, 70), run("乙", 60, 100), run("短", 160, 100)], rules=grid(50, 2))
    rows = [line.cells for line in lay_out([first, second]).lines if line.cells]
    assert rows == [("名称", "说明"), ("甲", "很长的说明（共有两行）"), ("乙", "短")]


def test_an_address_broken_over_lines_is_one_line_with_its_link() -> None:
    runs = column(prose(200), 50, 100, 40, 2)
    runs += [
        run("原文链接：https://www.example.cn/policy/", 50, 300, 5),
        run("202501/t20250101_1.html", 50, 312, 5),
    ]
    code = Code(
        "https://www.example.cn/policy/202501/t20250101_1.html", Box(100, 290, 300, 303), printed=False
    )
    lines = lay_out([sheet(1, runs, codes=[code])]).lines
    assert lines[-1].begins is False
    assert [link.url for link in lines[-2].links] == [code.url]


def test_notes_in_the_margin_come_behind_the_article_they_stand_beside() -> None:
    note = [run("扫描二维码阅读", 480, 130, size=7), run("更多内容在网站", 480, 150, size=7)]
    runs = [run("第一篇的标题文字", 150, 60, size=16, bold=True), *column(prose(400), 50, 100, 40, 2), *note]
    runs += [run("第二篇的标题文字", 150, 400, size=16, bold=True), *column(prose(300, 700), 50, 440, 40, 2)]
    assert joined(lay_out([sheet(1, runs)]).lines) == [
        "第一篇的标题文字",
        prose(400),
        "扫描二维码阅读",
        "更多内容在网站",
        "第二篇的标题文字",
        prose(300, 700),
    ]
