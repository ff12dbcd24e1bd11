"""The places that a text names, and those that an article is about."""

import pytest

from regions.gazetteer import NATION, load_gazetteer
from regions.recognition import TITLE, Issuer, Setting, mentions, recognise_regions, setting_of

GAZETTEER = load_gazetteer()
GUIYANG = Setting("520000", "520100")


def named(text, setting=None, *, roles=None):
    return [
        (mention.text, mention.codes[0])
        for mention in mentions(text, GAZETTEER, setting)
        if not mention.doubt and (roles is None or mention.role in roles)
    ]


def about(title, *paragraphs, section="", bodies=()):
    return [f.code for f in recognise_regions(title, paragraphs, GAZETTEER, section=section, bodies=bodies)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贵阳贵安出台新政", [("贵阳贵安", "520100")]),
        ("吉林省与吉林市", [("吉林省", "220000"), ("吉林市", "220200")]),
        ("青海海南州与海南自贸港", [("青海", "630000"), ("海南州", "632500"), ("海南自贸港", "460000")]),
        ("苏州高新区和成都经开区", [("苏州高新区", "320500"), ("成都经开区", "510100")]),
        (
            "山西长治、甘肃白银",
            [("山西", "140000"), ("长治", "140400"), ("甘肃", "620000"), ("白银", "620400")],
        ),
        (
            "深圳南山与苏州昆山",
            [("深圳", "440300"), ("南山", "440305"), ("苏州", "320500"), ("昆山", "320583")],
        ),
        ("北京市朝阳区", [("北京市", "110000"), ("朝阳区", "110105")]),
        ("美国加州议会", [("美国", "US"), ("加州", "US-CA")]),
        ("山东德州的数据港", [("山东", "370000"), ("德州", "371400")]),
        ("美国德州的数据中心", [("美国", "US"), ("德州", "US-TX")]),
        ("美国会就数据法案表决", [("美国", "US")]),
    ],
)
def test_names_are_resolved_by_what_stands_beside_them(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "社会长治久安",
        "朝阳产业方兴未艾",
        "来宾陆续入场",
        "市和县级主管部门",
        "港口区域改造",
        "沿海南部的风电",
        "阿里云发布新品",
        "跨省政务服务",
        "城市政府数据",
    ],
)
def test_common_words_are_no_places(text):
    assert named(text, GUIYANG) == []


def test_a_name_that_many_places_share_stays_open_and_says_why():
    [mention] = mentions("朝阳区发布新规", GAZETTEER)
    assert set(mention.codes) == {"110105", "220104"}
    assert mention.confidence < 0.5
    assert "北京市" in mention.doubt and "长春市" in mention.doubt


def test_a_shared_name_is_settled_by_the_articles_own_city():
    [mention] = mentions("朝阳区发布新规", GAZETTEER, Setting("220000", "220100"))
    assert (mention.codes, mention.doubt) == (("220104",), "")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("我省将加快建设", ["520000"]),
        ("全市算力规模", ["520100"]),
        ("经省委同意，由市发展改革委牵头", ["520000", "520100"]),
        ("省十四届人大常委会", ["520000"]),
        ("会议由市大数据局主持", ["520100"]),
    ],
)
def test_our_province_and_the_bare_committee_mean_the_articles_own(text, codes):
    found = mentions(text, GAZETTEER, GUIYANG)
    assert [mention.codes[0] for mention in found] == codes
    assert all(mention.relative for mention in found)
    assert mentions(text, GAZETTEER) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("会议在贵阳国际会议中心举行", "venue"),
        ("国家数据局在福州召开会议", "venue"),
        ("贵阳大数据交易所上线新专区", "organisation"),
        ("据贵州日报报道", "organisation"),
        ("重庆邮电大学牵头", "organisation"),
        ("北京时间周三", "organisation"),
        ("贵州省省长到会", "person"),
        ("成都市数据局印发办法", "body"),
        ("印发《浙江省数据条例实施办法》", "document"),
        ("限制向中国出口芯片", "object"),
        ("安徽加快发展", "plain"),
    ],
)
def test_a_mention_knows_what_it_is_to_its_sentence(text, role):
    [mention] = mentions(text, GAZETTEER)
    assert mention.role == role


def test_offsets_point_at_the_words():
    text = "近日，苏州高新区与贵州省大数据局签约，我市派员参加。"
    for mention in mentions(text, GAZETTEER, GUIYANG):
        assert text[mention.start : mention.end] == mention.text


def test_the_articles_own_place_is_read_from_title_and_lead():
    assert setting_of("成都推出新举措", ["市发展改革委印发办法。"], GAZETTEER).city == "510100"
    assert (
        setting_of("省委召开专题会议", ["会议在省委机关召开。"], GAZETTEER, section="数谷动态").province
        == "520000"
    )
    assert setting_of("省委召开专题会议", ["会议在省委机关召开。"], GAZETTEER).province == ""
    assert setting_of("英国公布方案", ["内政部公布方案。"], GAZETTEER).country == "GB"


def test_issuing_bodies_decide_whose_policy_it_is():
    assert about("数据产业新政发布", "全文如下。", bodies=[Issuer("330000")]) == ["330000"]
    assert about("某公约通过", "美国等国签署。", bodies=[Issuer("")]) == []
    assert about("工作会议召开", "会议在贵阳召开。", bodies=[Issuer(NATION)]) == [NATION]


def test_a_company_says_nothing_of_the_region():
    assert about("某公司发布我国算力报告", "全文如下。", bodies=[Issuer(None)]) == [NATION]


def test_a_place_that_founds_a_company_is_no_part_of_its_name():
    assert about("合肥成立数据集团", "6月8日，数据集团揭牌。") == ["340100"]


def test_what_the_nation_decides_for_one_place_is_that_places():
    assert about("国务院批复同意贵阳开展试点", "近日批复。", bodies=[Issuer(NATION)]) == ["520100"]


def test_a_title_makes_the_issuers_region_more_specific():
    assert about("广东支持广州南沙建设数据港", "近日印发。", bodies=[Issuer("440000")]) == ["440115"]


def test_a_report_of_the_nation_written_with_a_local_body_is_the_nations():
    assert about("绿色算力报告发布", "联合发布。", bodies=[Issuer(NATION), Issuer("150100")]) == [NATION]


def test_countries_that_act_together_are_all_named():
    lead = "近日，澳大利亚与德国、荷兰、日本的网络安全机构联合发布指南，适用于各国。"
    assert about("四国网络安全机构发布指南", lead) == ["AU", "DE", "NL", "JP"]


def test_the_country_that_a_rule_is_aimed_at_is_no_region_of_it():
    assert about("美国限制向中国出口数据产品", "美国近日公布规则，涉及对中国和俄罗斯的传输。") == ["US"]


def test_the_home_section_falls_back_on_the_home_province_with_a_doubt():
    [finding] = recognise_regions("算力规模再创新高", ["全年增长一成。"], GAZETTEER, section="数谷动态")
    assert finding.code == "520000"
    assert finding.doubt
    assert about("算力规模再创新高", "全年增长一成。") == []


def test_a_finding_carries_its_sentence_and_place():
    title, lead = "数字政府再提速", "形势向好。浙江加快建设一体化平台，成效明显。后续可期。"
    [finding] = recognise_regions(title, [lead], GAZETTEER)
    assert finding.code == "330000"
    assert finding.sentence == "浙江加快建设一体化平台，成效明显。"
    assert (finding.paragraph, lead[finding.start : finding.end]) == (0, "浙江")
    [in_title] = recognise_regions("浙江推进数字政府", [""], GAZETTEER)
    assert (in_title.paragraph, in_title.sentence) == (TITLE, "浙江推进数字政府")
    assert 0 < finding.confidence < 1


def test_an_empty_article_has_no_region():
    assert about("", "") == []
    assert about("") == []


def test_the_venue_is_a_guess_and_only_where_nothing_better_is_known():
    [finding] = recognise_regions("数字艺术展举办", ["展览在江苏苏州举办。"], GAZETTEER)
    assert finding.code == "320500"
    assert finding.doubt
    assert about("安徽数字艺术展举办", "展览在江苏苏州举办。") == ["340000"]


def test_organs_of_the_nation_stand_for_it_where_no_place_is_named():
    [finding] = recognise_regions("违规应用被通报", ["公安机关近日通报一批违规应用。"], GAZETTEER)
    assert (finding.code, bool(finding.doubt)) == (NATION, True)


def test_headings_are_no_lead():
    assert about("产业形势向好", "一、总体情况", "", "安徽加快建设数据基础设施，成效明显。") == ["340000"]
