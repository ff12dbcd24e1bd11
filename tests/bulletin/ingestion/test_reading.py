"""From bytes to lines: what a file is, is told by its bytes; what cannot be read says why and what to do."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bulletin.ingestion import errors
from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.reading import read_source
from bulletin.ingestion.reading.text import decode, read_text

from .conftest import GOLDEN

ISSUE = (GOLDEN / "901.txt").read_text(encoding="utf-8")


def lines(text: str) -> list[str]:
    return [line.text for line in read_text(text.encode()).lines]


# ------------------------------------------------------------------------------- what cannot be read


def without(text: str, *parts: str) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", errors.EmptyFile, "空"),
        (b"\xef\xbb\xbf \r\n\t\n", errors.EmptyFile, "空"),
        ("　\n\n　".encode("utf-16"), errors.EmptyFile, "空"),
        (b"PK\x03\x04" + bytes(200), errors.BinaryFile, "Word"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), errors.BinaryFile, "图片"),
        (bytes(range(256)) * 20, errors.BinaryFile, "PDF"),
        (b"\x7fELF" + b"\x00\x01\x02\x03" * 300, errors.BinaryFile, "PDF"),
        ("大數據發展動態，本期要目，國策要論，產業前沿。" * 40, errors.UnknownEncoding, "编码"),
        ("今天的会议记录如下：一共讨论了三件事情。\n" * 20, errors.NotThisBulletin, "不是本刊"),
        ("大数据发展动态\n\n这一段文字提到了刊名。", errors.NoIssueNumber, "总第"),
        (without(ISSUE, "（总第901期）", "总第901期"), errors.NoIssueNumber, "总第"),
        (without(ISSUE, "二〇二五年九月五日", "２０２５年９月５日"), errors.NoDate, "日期"),
        (ISSUE[: ISSUE.index("三部门就算力券结算规则征求意见…")], errors.NoArticles, "一篇文章"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_bad_input_names_its_cause_and_what_to_do(hand_in, content, error, says):
    if error is errors.UnknownEncoding:
        content = content.encode("big5")
    with pytest.raises(error) as caught:
        hand_in(content)
    assert says in caught.value.message
    assert caught.value.message.endswith("。")
    assert caught.value.code == error.code != errors.UnreadableFile.code


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 3_000_000)
    with pytest.raises(errors.TooLarge, match=r"2\.9 MB，超过了 2 MB 的上限"):
        read_source(path, limit=2 * 1024 * 1024)


def test_every_class_has_a_code_and_a_sentence_of_its_own():
    classes = errors.UnreadableFile.__subclasses__()
    assert len({cls.code for cls in classes}) == len(classes)
    assert len({cls.message for cls in classes}) == len(classes)


# ------------------------------------------------------------------------------------------ encodings


def test_some_broken_bytes_are_read_past_and_doubted(hand_in):
    content = ISSUE.encode()
    at = content.index("托管编号".encode())
    issue = hand_in(content[: at + 1] + b"\xff" + content[at + 2 :])
    assert len(issue.articles) == 9
    assert "unreadable-character" in {doubt.rule for doubt in issue.articles[2].doubts}


def test_traditional_text_in_utf_8_is_text():
    assert decode("大數據發展動態".encode()) == "大數據發展動態"


def test_the_name_of_a_file_says_nothing(tmp_path):
    path = tmp_path / "issue.pdf"
    path.write_text(ISSUE, encoding="gb18030")
    assert parse(path).total_number == 901


# --------------------------------------------------------------------------------------------- markup


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("**一是强基础。**接着写", "一是强基础。接着写"),
        ("机房设备上架率 (U) 与 (M <sub>0</sub>)", "机房设备上架率 (U) 与 (M0)"),
        ("写作 10<sup>18</sup> 次", "写作 10¹⁸ 次"),
        (r"故障率 ($\lambda_f$) 偏高", "故障率 (λf) 偏高"),
        ("涨到 $5 又跌回 $3", "涨到 $5 又跌回 $3"),
        (r"编号 t2025\_0113\_ext", "编号 t2025_0113_ext"),
        ("《<推动数字建设的措施>实施细则》", "《<推动数字建设的措施>实施细则》"),
        ("A&amp;B&nbsp;公司", "A&B\xa0公司"),
        ("3*5 和 2*4 都不动", "3*5 和 2*4 都不动"),
        ("见[原文](https://example.org/a_1)", "见原文"),
        ("<https://example.org/a_b>", "https://example.org/a_b"),
        ("零\u200b宽\ufeff字符", "零宽字符"),
    ],
)
def test_inline_marks_are_no_text(raw, clean):
    assert lines(raw) == [clean]


def test_a_link_s_target_is_kept():
    [line] = read_text(rb"[https://example.org/t\\_1.html](https://example.org/t_1.html)").lines
    assert line.text == "https://example.org/t_1.html"
    assert [link.url for link in line.links] == ["https://example.org/t_1.html"]


def test_lines_of_markup_alone_are_furniture():
    source = read_text("正文一\n\n---\n\n<!-- 换页 -->\n\n```\n正文二\n```\n".encode())
    assert [line.text for line in source.lines] == ["正文一", "正文二"]
    assert [source.text[place.start : place.end] for place in source.furniture] == [
        "---",
        "<!-- 换页 -->",
        "```",
        "```",
    ]


@pytest.mark.parametrize("text", ["## 标题\n", "标题\n----\n", "<h2>标题</h2>\n", "##标题##\n"])
def test_headings_of_every_kind_have_a_level(text):
    [line] = read_text(text.encode()).lines
    assert (line.text, line.heading) == ("标题", 2)


@pytest.mark.parametrize(
    "table",
    [
        "| 年份 | 规模 |\n| --- | ---: |\n| 2024 | 12 |\n",
        "年份\t规模\n2024\t12\n",
        "<table><tr><th>年份</th><th>规模</th></tr>\n<tr><td>2024</td><td>12</td></tr></table>\n",
    ],
)
def test_tables_of_every_kind_have_cells(table):
    assert [line.cells for line in read_text(table.encode()).lines] == [("年份", "规模"), ("2024", "12")]


def test_a_single_tab_is_no_table():
    [line] = read_text("图1\t各地规模".encode()).lines
    assert (line.cells, line.text) == ((), "图1 各地规模")


def test_items_are_told_and_page_numbers_are_not_items():
    source = read_text("- 第一项\n\n• 第二项\n\n- 12 -\n".encode())
    assert [(line.text, line.bullet) for line in source.lines] == [
        ("第一项", True),
        ("第二项", True),
        ("- 12 -", False),
    ]


def test_form_feeds_count_pages():
    source = read_text("第一页\n\f第二页\n".encode())
    assert [line.place.page for line in source.lines] == [1, 2]
    assert source.pages == 2


def test_every_line_stands_where_its_place_says():
    source = read_text((GOLDEN / "901.txt").read_bytes())
    for line in source.lines:
        if not line.cells and not line.links and "<" not in source.text[line.place.start : line.place.end]:
            assert source.text[line.place.start : line.place.end].strip("　 ") == line.text


# -------------------------------------------------------------------------------------------- command


def test_the_command_prints_the_reading_without_a_database():
    out = StringIO()
    call_command("parse_issue", str(GOLDEN / "901.txt"), stdout=out)
    reading = json.loads(out.getvalue())
    assert (reading["date"], reading["number"], reading["total_number"]) == ("2025-09-05", 27, 901)
    first = reading["articles"][0]
    assert {"order", "section", "page", "in_toc", "title", "body", "source", "source_url", "doubts"} <= set(
        first
    )
    block, text = first["body"][0], reading["text"]
    [place, *_] = block["places"]
    assert text[place["start"] : place["end"]].startswith("9月1日，三个部门")
    assert "".join(text[one["start"] : one["end"]] for one in reading["assignments"]) == text


def test_the_command_says_what_is_wrong(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.touch()
    with pytest.raises(CommandError, match="空"):
        call_command("parse_issue", str(empty))
    with pytest.raises(CommandError, match="打不开"):
        call_command("parse_issue", str(Path(tmp_path) / "missing.txt"))


def test_progress_is_told_article_by_article(tmp_path):
    told: list[tuple[str, int, int, list[str]]] = []
    parse(GOLDEN / "901.txt", lambda *step: told.append(step))
    stages = [stage for stage, *_ in told]
    assert stages[0] == "reading"
    articles = [step for step in told if step[0] == "articles"]
    assert [done for _, done, _, _ in articles] == list(range(1, 10))
    assert {total for _, _, total, _ in articles} == {9}
    assert articles[0][3] == ["三部门就算力券结算规则征求意见"]
