import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.summary import LIMIT, first_telling_sentence


def test_it_is_the_first_sentence_that_names_act_and_document():
    paragraphs = [
        "会议以新发展理念为指导，统筹推进各项工作。",
        "近日，示例省数据局印发《示例省公共数据管理办法》。办法自公布之日起施行。",
    ]
    summary = first_telling_sentence(paragraphs, "示例省加强公共数据管理")
    assert summary == "示例省数据局印发《示例省公共数据管理办法》。"


def test_the_abbreviation_in_brackets_is_left_out():
    paragraph = "示例市政府发布《算力发展规划》（以下简称《规划》），到2027年建成三个智算中心。"
    assert first_telling_sentence([paragraph]) == "示例市政府发布《算力发展规划》，到2027年建成三个智算中心。"


def test_a_sentence_that_only_repeats_the_title_waits_for_a_better_one():
    title = "示例市召开数据工作会议"
    paragraphs = ["示例市召开数据工作会议。", "会上发布了数据工作要点，提出今年新增数据产品100个。"]
    assert first_telling_sentence(paragraphs, title) == paragraphs[1]


def test_background_about_another_document_does_not_tell():
    title = "示例院发布绿色算力研究报告"
    background = "2015年，各国通过《海洋保护公约》，提出17项目标。"
    told = "日前，示例院发布《绿色算力研究报告》。"
    assert first_telling_sentence([background, told], title) == "示例院发布《绿色算力研究报告》。"


@pytest.mark.parametrize(
    "set_phrase",
    [
        "会议认为，要深入贯彻上级部署，凝聚共识。",
        "省长出席会议并讲话。",
        "报告主要内容如下：",
        "有关部门负责同志参加。",
    ],
)
def test_set_phrases_do_not_tell(set_phrase):
    told = "示例县启动智慧农业平台，覆盖120个村。"
    assert first_telling_sentence([set_phrase, told], "示例县建设智慧农业") == told


def test_an_article_of_set_phrases_alone_still_gets_a_sentence():
    assert first_telling_sentence(["会议深入贯彻有关精神。"]) == "会议深入贯彻有关精神。"


def test_without_text_there_is_none():
    assert first_telling_sentence([]) == ""
    assert first_telling_sentence(["", "   "]) == ""


def test_a_long_sentence_begins_behind_its_purpose():
    purpose = "为进一步激发数据要素活力，推动数字技术与实体经济深度融合，打造具有竞争力的产业集群，"
    deed = "示例省工业和信息化厅等12个部门近日印发《示例省数字产业集群培育三年行动计划（2025—2027年）》。"
    assert first_telling_sentence([purpose + deed]) == deed


def test_a_long_sentence_is_cut_where_a_clause_ends_and_says_so():
    sentence = "示例省印发《算力规划》，" + "支持各地建设智算中心并联通全国节点，" * 8 + "全面提升能力。"
    summary = first_telling_sentence([sentence])
    assert len(summary) <= LIMIT
    assert summary.endswith("全国节点……")


def test_the_cut_never_falls_inside_brackets():
    sentence = "示例市公布了" + "《" + "关于加快数据产业发展的若干政策" * 8 + "》，并组织实施。"
    assert len(first_telling_sentence([sentence])) <= LIMIT
    listing = "示例市发布名单，" + "包括甲乙丙丁戊己庚辛壬癸等单位（" + "另有若干，" * 30 + "），均已备案。"
    assert "（" not in first_telling_sentence([listing])


def test_a_clause_that_announces_another_is_not_the_last():
    sentence = (
        "示例省印发《数据规划》，《数据规划》提出，"
        + "把数据资源的汇聚治理共享开放和安全保障各项工作落到实处" * 4
        + "。"
    )
    assert first_telling_sentence([sentence]) == "示例省印发《数据规划》……"


@given(st.lists(st.text(max_size=300), max_size=4), st.text(max_size=40))
def test_whatever_the_text_it_keeps_the_limit(paragraphs, title):
    summary = first_telling_sentence(paragraphs, title)
    assert len(summary) <= LIMIT
    assert bool(summary) <= bool("".join(paragraphs).strip())
