"""House checks: what they find, what they mend, and what they leave alone."""

import pytest

from bulletin.ingestion.checks import RULES, check
from bulletin.ingestion.pipeline import parse


def rules(*paragraphs, title="某市公布一份方案"):
    return [found.rule for found in check(title, paragraphs)]


def mended(text):
    """The paragraph with every proposal taken, one after the other, as an editor takes them."""
    for _ in range(20):
        found = [each for each in check("题目", [text]) if each.proposal]
        if not found:
            return text
        assert text.count(found[0].evidence) == 1
        text = text.replace(found[0].evidence, found[0].proposal)
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("先做试点,再行推广;成效如何?看数据.", "先做试点，再行推广；成效如何？看数据。"),
        ("算力 and 数据并重", "算力和数据并重"),
        ("《办法》and《细则》同日印发", "《办法》和《细则》同日印发"),
        ("推動數據流通", "推动数据流通"),
        ("甲,乙甲,乙甲,乙", "甲，乙甲，乙甲，乙"),
    ],
)
def test_what_is_found_can_be_mended_by_its_proposal(before, after):
    assert mended(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "增长 3.5%,2027 年达到 1,200 亿元",
        "见 https://www.example.cn/a,b.html 一文",
        "由 Research and Development 中心牵头",
        "著名学者乾坤先生、昇腾生态",
        "（一）总体要求。1）目标；2）任务",
        "《关于〈数据条例〉的说明》（“试行”）",
        "2024年2月29日发布，2024年3月1日起施行",
        "从四个方面着手：一是降本，二是增效，三是提质，四是扩面。",
        "共6章，总则之后依次写权属、流通、安全，最后是法律责任和附则。",
        "共3章20条，包括总则、权利与义务、附则。",
        "两个方面进展明显。五项任务里，一是清单化，二是项目化，三是责任化，四是常态化，五是法治化",
    ],
)
def test_what_is_right_is_left_alone(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("提出五个方面举措：一是降本，二是增效，三是提质，四是扩面。", "count-differs", "后面只数出4项"),
        ("提出三项措施：一是降本，二是增效，三是提质，四是扩面。", "count-differs", "数出了4项"),
        ("要求如下：一是降本，二是增效，四是扩面。", "series-broken", "“三是”"),
        ("条例共8章45条。全文共8章46条，自明年施行。", "total-differs", "共8章45条"),
        ("条例共五章，包括总则、流通、安全、附则。", "count-differs", "列出的是4章"),
        ("2025年3月1日印发，自2025年1月1日起施行。", "in-force-before-issue", "施行日早于发布日"),
        ("会议于2025年2月30日举行。", "impossible-date", "2025年2月30日"),
        ("印发了《数据条例，自发布之日起施行。", "unbalanced-marks", "没有合上"),
        ("印发了数据条例》，自发布之日起施行。", "unbalanced-marks", "前面没有对应"),
        ("称其为“新引擎(首批”名单", "unbalanced-marks", "“(”没有合上"),
    ],
)
def test_what_does_not_add_up_is_told_with_its_words(text, rule, said):
    [found] = check("题目", [text])
    assert (found.rule, found.proposal) == (rule, "")
    assert said in found.message and found.evidence in text and found.rule in RULES


def test_a_list_over_several_paragraphs_is_counted_as_one():
    assert rules("提出三个方面要求：", "一是降本。", "二是增效。", "三是提质。") == []
    assert rules("提出四个方面要求：", "一是降本。", "二是增效。", "三是提质。") == ["count-differs"]


def test_a_title_is_mended_whole():
    [found] = check("某市发布數据目录", ["正文。"])
    assert (found.evidence, found.proposal) == ("某市发布數据目录", "某市发布数据目录")


def test_the_quotation_is_long_enough_to_stand_only_once():
    paragraphs = ["甲市先行先试,乙市随后跟进。", "丙市先行先试,乙市随后跟进。"]
    for found in check("题目", paragraphs):
        assert "\n".join(paragraphs).count(found.evidence) == 1


def test_the_finding_stands_at_its_place_in_the_source(tmp_path, shared):
    """On the real issues the checks are few, and each shows the very characters that it is about."""
    for number in (215, 219, 237):
        issue = parse(shared / "bulletins" / f"{number}.txt")
        found = [doubt for article in issue.articles for doubt in article.doubts if doubt.rule in RULES]
        assert len(found) < len(issue.articles)
        for doubt in found:
            assert doubt.place and doubt.evidence[:4] in issue.text[doubt.place.start : doubt.place.end]
