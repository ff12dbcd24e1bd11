"""Where an issue's parts begin and end, and what is said about what is not sure."""

import re

import pytest

from bulletin.ingestion.paragraphs import join_all
from bulletin.ingestion.reading.text import read_text
from bulletin.ingestion.seams import Usage, seam
from bulletin.ingestion.shapes import ParsedIssue
from bulletin.ingestion.structure import build_issue
from bulletin.ingestion.structure.closings import Piece, cut_off, source_names
from bulletin.ingestion.structure.front import read_front

from .conftest import GOLDEN

ISSUE = (GOLDEN / "901.txt").read_text(encoding="utf-8")


def issue(text: str) -> ParsedIssue:
    return build_issue(read_text(text.encode()), "text")


def doubts(found: ParsedIssue) -> set[str]:
    return {doubt.rule for doubt in found.doubts}


def front(text: str):
    paragraphs = [join_all([line]) for line in read_text(text.encode()).lines]
    return read_front(paragraphs, [])


# ---------------------------------------------------------------------------------------------- front


@pytest.mark.parametrize(
    ("line", "date", "number", "total"),
    [
        ("2025年1月13日 第2期 总第215期", "2025-01-13", 2, 215),
        ("2025 年 1 月 13 日　第 2 期（总第 215 期）", "2025-01-13", 2, 215),
        ("２０２５年０１月１３日第２期总第２１５期", "2025-01-13", 2, 215),
        ("2025-01-13 第2期/总第215期", "2025-01-13", 2, 215),
        ("2025.1.13\n2025年第2期 总215期", "2025-01-13", 2, 215),
        ("二〇二五年一月十三日\n第二期　总第二百一十五期", "2025-01-13", 2, 215),
        ("总第二一五期 第十二期 二○二五年十二月三十一日".replace("○", "〇"), "2025-12-31", 12, 215),
    ],
)
def test_date_and_numbers_in_every_form(line, date, number, total):
    found = front(f"大数据发展动态\n{line}\n")
    assert (found.date, found.number, found.total_number) == (date, number, total)


def test_cover_and_masthead_that_disagree_are_doubted():
    cover = "大数据发展动态\n2025年1月13日 第2期 总第215期\n\n"
    found = front(cover + "大数据发展动态\n2025年1月14日 第2期 总第216期\n主 编 某院\n")
    assert (found.date, found.total_number) == ("2025-01-13", 215)
    assert {doubt.rule: doubt.proposal for doubt in found.doubts if doubt.severity == "high"} == {
        "date-differs": "2025-01-14",
        "total-number-differs": "216",
    }


def test_names_spread_to_the_width_of_three_are_closed_up():
    names = "编 委 会：高　远 欧阳清 陆 川\n　　　　秦 岭\n电　话：0851\n"
    found = front("大数据发展动态\n第1期 总第9期 2025年1月2日\n" + names)
    assert found.masthead == {"编委": ("高远", "欧阳清", "陆川", "秦岭")}


def test_a_cover_headline_that_no_article_has_is_doubted():
    found = issue(ISSUE.replace("三部门就算力券结算规则\n征求意见\n\n大", "与正文全无关系的封面话\n\n大", 1))
    assert found.cover_headline == "与正文全无关系的封面话"
    assert "cover-headline-unmatched" in doubts(found)


# ------------------------------------------------------------------------------------------- closings


def closing(text: str) -> list[tuple[str, str]]:
    source = read_text(text.encode())
    return [
        (piece.role, piece.text)
        for piece in cut_off([Piece("text", join_all([line])) for line in source.lines], source.text)
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("正文。（来源：甲报）", ("甲报",)),
        ("正文。(来源: 甲报、乙网)", ("甲报", "乙网")),
        ("正文。【信息来源：“数谷”微信公众号】", ("“数谷”微信公众号",)),
        ("正文。（来源：甲局（规划处、综合处）、乙局）。", ("甲局（规划处、综合处）", "乙局")),
        ("正文。（来源丨甲报 记者某某）", ("甲报 记者某某",)),
        ("正文。（来源：甲报", ("甲报",)),
    ],
)
def test_a_closing_source_in_every_form(text, names):
    [(role, body), (kind, _)] = closing(text)
    assert (role, body, kind) == ("text", "正文。", "source")
    [line] = read_text(text.encode()).lines
    assert source_names(join_all([line])) == names


@pytest.mark.parametrize(
    "text",
    [
        "报告的数据来源：公开资料，样本（来源：三省）经过清洗，结论可以采信。",
        "收入来源：三成来自服务，七成来自产品，今年的来源更加分散。",
        "原文链接失效以后，编辑部会在三日内更换网址。",
        "扫描二维码可以看到原文件的三个附件，其中附件二列明了办理流程和所需材料，请各单位对照执行。",
    ],
)
def test_ordinary_words_close_nothing(text):
    assert closing(text) == [("text", text)]


def test_all_that_closes_an_article_may_stand_in_one_line():
    text = "正文。（来源：甲报）扫描二维码可阅读全文 原文链接：https://example.org/1.html"
    assert [role for role, _ in closing(text)] == ["text", "source", "hint", "link"]


def test_the_parts_of_a_cut_line_share_its_characters():
    text = "**正文**。（来源：甲\\_报）"
    source = read_text(text.encode())
    cut = cut_off([Piece("text", join_all(source.lines))], source.text)
    assert [source.text[p.paragraph.start : p.paragraph.places[-1].end] for p in cut] == [
        "**正文**。",
        "（来源：甲\\_报）",
    ]


# ---------------------------------------------------------------------------------------------- seams

USAGE = Usage(["全国一体化数据市场建设", "改革攻坚"])


@pytest.mark.parametrize(
    ("before", "after", "is_paragraph", "joins", "sure"),
    [
        ("以改革精神推进改革攻", "坚，抓好各项工作。", False, True, True),  # within a word
        ("这一轮抽查覆盖三省（含", "两个新区）的全部机房。", False, True, True),  # within brackets
        ("平台、企业、", "园区都有份。", False, True, True),  # behind a comma
        ("年度目标分为三档", "，分别考核。", False, True, True),  # before a comma
        ("一是建平台；二是立规矩；", "三是强监管。", False, True, True),  # within a series
        ("一、总体情况", "上半年运行平稳。", False, False, False),  # a numbered heading
        ("这一段已经写完。", "另起一段。", True, False, False),
        ("下面列出三项：", "第一项已经完成。", True, False, False),
        ("还没有写完的一段话到此", "1.新的一项。", True, False, False),
        ("没有写完的一段话，讲到这里", "柜台照常开门。", True, True, False),  # nothing but open
    ],
)
def test_a_seam_is_judged_by_evidence(before, after, is_paragraph, joins, sure):
    found = seam(before, after, USAGE, is_paragraph=is_paragraph)
    assert (found.joins, found.sure) == (joins, sure)


# ------------------------------------------------------------------------------------------- articles


def test_an_entry_that_no_article_answers_is_doubted():
    extra = "三部门就算力券结算规则征求意见……………………………… 1\n"
    found = issue(ISSUE.replace(extra, extra + "量子通信专线开通首日运行平稳………………… 2\n", 1))
    assert len(found.articles) == 9
    [doubt] = [doubt for doubt in found.doubts if doubt.rule == "entry-without-article"]
    assert (doubt.severity, doubt.evidence) == ("high", "量子通信专线开通首日运行平稳")


def test_an_article_whose_title_the_body_has_lost_takes_it_from_the_contents():
    text = ISSUE.replace("\n\n丙县发布乡村数据员管理办法\n\n", "\n\n")
    entry = "乙省出台《数字港口建设条例》……………………………… 5\n"
    found = issue(text.replace(entry, entry + "丙县发布乡村数据员管理办法……………………………… 5\n", 1))
    assert [article.title for article in found.articles][4] == "丙县发布乡村数据员管理办法"
    assert "title-missing" in {doubt.rule for doubt in found.articles[4].doubts}


def test_text_behind_an_articles_end_that_belongs_to_none_is_shown_not_dropped():
    stray = "编者按语误排在这里，它既没有标题，也没有来源，只能由编辑来认领。"
    found = issue(ISSUE.replace("\n\n丙县发布", f"\n\n{stray}\n\n丙县发布", 1))
    assert len(found.articles) == 9
    [doubt] = [doubt for doubt in found.doubts if doubt.rule == "text-unassigned"]
    assert doubt.place is not None
    assert found.text[doubt.place.start : doubt.place.end] == stray
    [unassigned] = [one for one in found.assignments if one.role == "unassigned"]
    assert found.text[unassigned.start : unassigned.end].strip() == stray


def test_a_title_worded_otherwise_in_the_contents_is_doubted_with_its_proposal():
    found = issue(ISSUE.replace("甲市开通企业数据托管柜台…", "甲市企业数据托管柜台启用…", 1))
    article = found.articles[2]
    assert article.title == "甲市开通企业数据托管柜台"
    [doubt] = [doubt for doubt in article.doubts if doubt.rule == "title-differs-from-contents"]
    assert (doubt.field, doubt.proposal) == ("title", "甲市企业数据托管柜台启用")
    assert doubt.place is not None
    assert found.text[doubt.place.start : doubt.place.end] == article.title


def test_pages_and_sections_out_of_order_are_doubted():
    text = ISSUE.replace(
        "公共数据目录编制指南印发实施……………………………… 2", "公共数据目录编制指南印发实施……………………………… 7", 1
    )
    found = issue(text)
    assert "page-out-of-order" in {doubt.rule for doubt in found.articles[2].doubts}
    text = (
        ISSUE.replace("【地方新政】", "【甲】", 1)
        .replace("【国策要论】", "【地方新政】", 1)
        .replace("【甲】", "【国策要论】", 1)
    )
    assert "section-out-of-order" in {doubt.rule for doubt in issue(text).articles[2].doubts}


def test_back_matter_of_another_name_belongs_to_no_article():
    for heading in ("编辑部简介", "版权声明", "关于我们", "贵阳智能大数据战略研究院"):
        found = issue(ISSUE.replace("主编简介\n\n", f"{heading}\n\n", 1))
        assert found.articles[-1].body[-1].text.startswith("九部门的联络员名单"), heading
        assert {one.role for one in found.assignments[-1:]} == {"back-matter"}


@pytest.mark.parametrize("count", [1, 24])
def test_one_article_or_many(count):
    made = [
        (f"第{n}批试点单位名单揭晓", f"第{n}批名单共有{n + 3}家单位。名单当天在网上公布。")
        for n in range(1, count + 1)
    ]
    text = "大数据发展动态\n2025年3月1日 第7期 总第220期\n\n本期要目\n\n国策要论\n\n"
    text += "".join(f"{n:02d} {title}\n" for n, (title, _) in enumerate(made, 1))
    text += "".join(f"\n{title}\n\n{body}（来源：试点办）\n" for title, body in made)
    found = issue(text)
    assert [article.title for article in found.articles] == [title for title, _ in made]
    assert [article.page for article in found.articles] == list(range(1, count + 1))


def test_headings_lists_and_captions_are_told_apart():
    kinds = {block.text: block.kind for article in issue(ISSUE).articles for block in article.body}
    assert kinds["一、目录的三个层级"] == "h"
    assert kinds["（一）编目单位"] == "h"
    assert kinds["数据清单怎么公布"] == "h"
    assert kinds["审核单位只看三件事："] == "p"
    assert kinds["2、来源是否可以追溯；"] == "p"
    assert kinds["图1 各品种出货量占比"] == "figure"
    assert kinds["数据来源：甲市政务服务中心"] == "figure"
    [about] = [text for text in kinds if text.startswith("图1显示")]
    assert kinds[about] == "p"


def test_a_signature_and_its_date_are_no_headings():
    end = "也可以在线预约面谈。"
    found = issue(ISSUE.replace(end, f"{end}\n\n示例市数据局办公室\n\n2025年9月4日", 1))
    assert [block.kind for block in found.articles[-1].body] == ["p", "p", "p", "p"]


@pytest.mark.parametrize("number", ["05", "5 ", "05 ", "P5 ", "第5页 "])
def test_titles_of_the_contents_may_begin_like_a_measure(number):
    title = "个人信息出境备案可以网上办理"
    text = ISSUE.replace("乙省出台《数字港口建设条例》", title)
    lines = [f"{n:02d} {line}" for n, line in enumerate(("甲事项开始办理", "丙事项开始办理"), 1)]
    listed = "本 期 要 目\n\n国策要论\n" + "\n".join([*lines, f"{number}{title}"]) + "\n\n"
    start, stop = text.index("本 期 要 目"), text.index("　　三部门就算力券")
    article = next(a for a in issue(text[:start] + listed + text[stop:]).articles if a.title == title)
    assert article.page == 5


def test_every_doubt_shows_where_and_is_written_for_an_editor():
    for text in (ISSUE, re.sub("来源：", "", ISSUE)):
        found = issue(text)
        for article in found.articles:
            for doubt in article.doubts:
                assert doubt.place is not None, doubt.rule
                assert 0 <= doubt.place.start <= doubt.place.end <= len(text)
                assert doubt.message.endswith("。")
