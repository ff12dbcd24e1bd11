"""What the layout of a PDF tells is used: indents, sizes, weight, pages, links and codes."""

import pytest

from bulletin.ingestion.paragraphs import paragraphs
from bulletin.ingestion.shapes import ParsedArticle, ParsedIssue
from bulletin.ingestion.structure import build_issue

from .lines import Sheets


def issue(sheets: Sheets) -> ParsedIssue:
    return build_issue(sheets.source(), "printed.pdf")


def sheets_with_front(*entries: str) -> Sheets:
    sheets = Sheets()
    sheets.put("大数据发展动态", size=40).put("2025年9月5日 第27期 总第901期").put(entries[0][3:], size=22)
    sheets.turn().put("大数据发展动态", size=20).put("执行编辑 高 远")
    sheets.turn().put("本期要目", size=22).put("国策要论", size=14, bold=True)
    for entry in entries:
        sheets.put(entry)
    return sheets.turn()


def two_articles() -> Sheets:
    sheets = sheets_with_front("01 算力账单统一格式试行办法印发", "02 甲市数据托管柜台开张")
    sheets.put("算力账单统一格式", size=18).put("试行办法印发", size=18)
    sheets.paragraph(
        "各地的算力账单长短不一，同一笔用量在两家平台上能算出两个", "数。新办法给出统一的账单格式。"
    )
    return sheets


def closed(sheets: Sheets, name: str = "账单研究组") -> Sheets:
    return sheets.paragraph("办法自下月起试行。（来源：" + name + "）").picture()


def second_article(sheets: Sheets) -> Sheets:
    sheets.put("甲市数据托管柜台开张", size=18)
    sheets.paragraph("柜台开张首日接待了四十三家企业。", "现场签约九家。")
    return sheets.paragraph("后续柜台将进园区。（来源：甲市发布）")


def first_of(sheets: Sheets) -> ParsedArticle:
    return issue(sheets).articles[0]


# ------------------------------------------------------------------------ joining lines


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("攻坚克难，改革攻", "坚。", "攻坚克难，改革攻坚。"),
        ("面向服务商部署 AI", "系统", "面向服务商部署 AI系统"),
        ("由 Data Governance", "Alliance 发布", "由 Data Governance Alliance 发布"),
        ("支持 IPv6-", "only 单栈", "支持 IPv6-only 单栈"),
        ("原文链接：https://example.org/a/b-", "c_1.html", "原文链接：https://example.org/a/b-c_1.html"),
        ("原文链接：https://example.org/a", "bc/1.html", "原文链接：https://example.org/abc/1.html"),
        ("总额 1", "426 万元", "总额 1426 万元"),
    ],
)
def test_printed_lines_join_as_their_scripts_want(before, after, joined):
    [paragraph] = paragraphs(Sheets().paragraph(before, after).lines)
    assert paragraph.text == joined


def test_a_line_that_is_indented_begins_a_paragraph_though_the_one_above_is_left_open():
    sheets = two_articles().paragraph(
        "这一段没有写完就另起了一行，而且这一行已经满到了版心的右边界线上没有剩余"
    )
    sheets.paragraph("这是另一段，它有缩进。")
    texts = [block.text for block in first_of(second_article(closed(sheets))).body]
    assert "这是另一段，它有缩进。" in texts


def test_no_evidence_at_a_page_top_leaves_the_decision_to_the_words():
    sheets = two_articles().paragraph("办法要求平台在次月五日以前把上月账单推送给用户，用户在五个工作")
    sheets.turn().put("日内核对完毕，逾期视同认可。")
    body = first_of(second_article(closed(sheets))).body
    [block] = [block for block in body if "次月五日" in block.text]
    assert block.text.endswith("用户在五个工作日内核对完毕，逾期视同认可。")
    assert {place.page for place in block.places} == {4, 5}


def test_a_character_doubled_where_the_page_turns_is_kept_and_doubted_though_the_layout_joined_the_lines():
    sheets = two_articles().paragraph("账单里的每一项都要注明计")
    sheets.turn().put("计价口径和取数时间，缺一不可。", begins=False)
    article = first_of(second_article(closed(sheets)))
    assert any("注明计计价口径" in block.text for block in article.body)
    assert "character-doubled-at-cut" in {doubt.rule for doubt in article.doubts}


# --------------------------------------------------------------------- titles, headings


def test_a_title_over_two_lines_of_one_size_is_one_title():
    found = issue(second_article(closed(two_articles())))
    assert [article.title for article in found.articles] == [
        "算力账单统一格式试行办法印发",
        "甲市数据托管柜台开张",
    ]


def test_a_title_that_the_contents_lacks_and_no_end_precedes_is_known_by_its_size():
    sheets = two_articles()
    sheets.put("乙省公布首批数据经纪名录", size=18).paragraph("名录收了十一家机构。", "名录每年更新。")
    found = issue(second_article(closed(sheets)))
    assert [article.title for article in found.articles][1] == "乙省公布首批数据经纪名录"
    [doubt] = [doubt for doubt in found.articles[1].doubts if doubt.rule == "not-in-contents"]
    assert doubt.severity == "high"


def test_a_bold_line_of_the_texts_own_size_is_a_heading_not_a_title():
    sheets = two_articles().put("账单写些什么", bold=True).paragraph("账单分三栏。", "每栏都有合计。")
    found = issue(second_article(closed(sheets)))
    assert len(found.articles) == 2
    assert ("h", "账单写些什么") in {(block.kind, block.text) for block in found.articles[0].body}


def test_rows_become_a_table_with_its_caption():
    sheets = two_articles().put("表 1 账单的三栏").row("栏目", "内容").row("用量", "按小时计")
    blocks = first_of(second_article(closed(sheets))).body
    assert ("figure", "表 1 账单的三栏") in {(block.kind, block.text) for block in blocks}
    [table] = [block for block in blocks if block.kind == "table"]
    assert table.rows == (("栏目", "内容"), ("用量", "按小时计"))


# -------------------------------------------------------------------------------- links

PRINTED = "https://example.org/zhangdan/2025-09/1.html"


def rules(article: ParsedArticle) -> dict[str, str]:
    return {doubt.rule: doubt.severity for doubt in article.doubts if doubt.field == "source_url"}


def test_print_and_code_that_agree_leave_nothing_to_doubt():
    sheets = closed(two_articles()).code(PRINTED).put(f"原文链接：{PRINTED}", begins=True)
    article = first_of(second_article(sheets))
    assert article.source_url == PRINTED
    assert rules(article) == {}


def test_a_link_that_is_not_printed_comes_from_the_code():
    article = first_of(second_article(closed(two_articles()).code(PRINTED)))
    assert article.source_url == PRINTED
    assert rules(article) == {"link-from-code": "low"}


def test_a_code_at_the_top_of_the_next_page_belongs_to_the_article_before():
    found = issue(second_article(closed(two_articles()).turn().picture().code(PRINTED)))
    assert [article.source_url for article in found.articles] == [PRINTED, None]


def test_a_code_in_the_back_matter_belongs_to_no_article():
    sheets = second_article(closed(two_articles())).turn().put("主编简介", size=18).picture().code(PRINTED)
    assert [article.source_url for article in issue(sheets).articles] == [None, None]


def test_a_printed_address_that_lost_a_hyphen_is_mended_from_the_code():
    sheets = closed(two_articles()).code(PRINTED)
    sheets.put("原文链接：https://example.org/zhangdan/2025", begins=True).put("09/1.html", begins=False)
    article = first_of(second_article(sheets))
    assert article.source_url == PRINTED
    assert rules(article) == {"link-mended": "low"}


def test_a_printed_address_that_says_something_else_stays_and_is_doubted():
    sheets = (
        closed(two_articles())
        .code("https://other.example.com/notice")
        .put(f"原文链接：{PRINTED}", begins=True)
    )
    article = first_of(second_article(sheets))
    assert article.source_url == PRINTED
    assert rules(article) == {"link-differs": "medium"}
    assert [d.proposal for d in article.doubts if d.rule == "link-differs"] == [
        "https://other.example.com/notice"
    ]


def test_an_annotation_confirms_an_address_broken_over_lines():
    sheets = closed(two_articles())
    sheets.annotated("原文链接：https://example.org/zhangdan/", PRINTED).put("2025-09/1.html", begins=False)
    article = first_of(second_article(sheets))
    assert article.source_url == PRINTED
    assert rules(article) == {}


def test_contents_that_send_a_reader_to_another_page_are_doubted():
    entries = [
        f"0{n} {title}"
        for n, title in (
            (1, "甲事项开始办理"),
            (2, "乙事项开始办理"),
            (3, "丙事项开始办理"),
            (9, "丁事项开始办理"),
        )
    ]
    sheets = sheets_with_front(*entries)
    for entry in entries:
        sheets.put(entry[3:], size=18).paragraph("这一项从今天起办理。", "流程一共三步。").paragraph(
            "（来源：办理处）"
        ).turn()
    found = issue(sheets)
    assert [[d.proposal for d in a.doubts if d.rule == "page-differs"] for a in found.articles] == [
        [],
        [],
        [],
        ["4"],
    ]
