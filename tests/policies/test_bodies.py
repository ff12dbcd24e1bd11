"""Which bodies issued, drafted or held what an article reports."""

import pytest

from policies.recognition.authority import Authority, Body, load_authority
from policies.recognition.bodies import SOURCE, issuers, mentions, recognise_bodies
from regions.gazetteer import load_gazetteer
from regions.recognition import TITLE, Setting, recognise_regions, setting_of

GAZETTEER, AUTHORITY = load_gazetteer(), load_authority()


def findings(title, *paragraphs, sources=(), section=""):
    setting = setting_of(title, paragraphs, GAZETTEER, section=section)
    return recognise_bodies(title, paragraphs, sources, AUTHORITY, GAZETTEER, setting)


def bodies(title, *paragraphs, sources=(), section=""):
    return [finding.label for finding in findings(title, *paragraphs, sources=sources, section=section)]


def names(text, setting=None):
    return [mention.name for mention in mentions(text, AUTHORITY, GAZETTEER, setting)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中国气象局、中国地震局", ["中国气象局", "中国地震局"]),
        ("工信部、国家网信办", ["工业和信息化部", "国家互联网信息办公室"]),
        ("银保监会并入新机构", ["国家金融监督管理总局"]),
        ("工信部办公厅", ["工业和信息化部办公厅"]),
        ("公安部网络安全保卫局", ["公安部网络安全保卫局"]),
        ("中国信通院泰尔实验室", ["中国信息通信研究院"]),
        ("TC260秘书处", ["全国网络安全标准化技术委员会秘书处"]),
        ("浙江省科技厅", ["浙江省科学技术厅"]),
        ("上海市经信委", ["上海市经济和信息化委员会"]),
        ("内蒙古自治区大数据中心", ["内蒙古自治区大数据中心"]),
        ("贵州省大数据局", ["贵州省大数据发展管理局"]),
        ("武汉市委网信办", ["中共武汉市委网络安全和信息化委员会办公室"]),
        ("海南省委、省政府", ["中共海南省委"]),
        ("中共福州市委办公厅", ["中共福州市委办公厅"]),
        ("青岛市国资委", ["青岛市人民政府国有资产监督管理委员会"]),
        ("深圳市南山区政府", ["深圳市南山区人民政府"]),
        ("昆山市政府", ["昆山市人民政府"]),
        ("江苏省第十四届人大常委会", ["江苏省人民代表大会常务委员会"]),
        ("深圳数据交易所联合国家信息中心", ["深圳数据交易所", "国家信息中心"]),
        ("贵州省人民政府联合国务院国资委", ["贵州省人民政府", "国务院国有资产监督管理委员会"]),
        ("联合国秘书长", ["联合国"]),
        ("全市聚集OPC人才一万人，5G NSA组网", []),
        ("加拿大OPC与美国NSA", ["加拿大隐私专员办公室", "美国国家安全局"]),
        ("温岭市市场监督管理局", ["温岭市市场监督管理局"]),
        ("昆山市市场监管局", ["昆山市市场监督管理局"]),
        ("青岛西海岸新区大数据局", ["青岛西海岸新区大数据局"]),
        ("陕西省西咸新区开发建设管理委员会", ["陕西省西咸新区开发建设管理委员会"]),
        ("合肥高新区科技局", ["合肥高新区科学技术局"]),
        ("湖北省人大常委会会议", ["湖北省人民代表大会常务委员会"]),
        ("贵安新区管委会办公室", ["贵州贵安新区管理委员会办公室"]),
        ("苏州工业园区管委会", ["苏州工业园区管理委员会"]),
        ("四川省发展改革委、数据局", ["四川省发展和改革委员会", "四川省数据局"]),
        ("中国人民银行江西省分行", ["中国人民银行江西省分行"]),
        ("江西金融监管局", ["国家金融监督管理总局江西监管局"]),
        ("新疆生产建设兵团办公厅", ["新疆生产建设兵团办公厅"]),
        ("美国NIST与CISA", ["美国国家标准与技术研究院", "美国网络安全与基础设施安全局"]),
        ("美国防部", ["美国国防部"]),
        ("韩国国家情报院、外交部和警察厅", ["韩国国家情报院", "韩国外交部", "韩国警察厅"]),
        ("法国某部和德国联邦议院", ["法国某部", "德国联邦议院"]),
        ("美国德克萨斯州（简称“德州”）众议院", ["美国德克萨斯州众议院"]),
        ("美国、英国和澳大利亚政府", []),
        ("腾讯研究院", ["腾讯研究院"]),
        ("各地网信办", []),
        ("广东省委书记", []),
        ("北京大格局", []),
    ],
)
def test_names_become_official_ones(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市发展改革委、市数据局", ["成都市发展和改革委员会", "成都市数据局"]),
        ("省委办公厅、省政府办公厅", ["中共四川省委办公厅", "四川省人民政府办公厅"]),
        ("记者从市人大常委会获悉", ["成都市人民代表大会常务委员会"]),
    ],
)
def test_a_bare_organ_is_the_one_of_the_articles_place(text, expected):
    assert names(text, Setting("510000", "510100")) == expected
    assert names(text) == []


def test_a_ministry_of_the_country_that_an_article_is_about():
    assert names("司法部公布规则", Setting(country="US")) == ["美国司法部"]
    assert names("司法部公布规则") == ["司法部"]


def test_offsets_point_at_the_words_around_an_aside():
    text = "美国国家标准与技术研究院（NIST）和贵州省大数据局（下称省局）签约。"
    for mention in mentions(text, AUTHORITY, GAZETTEER):
        assert text[mention.start : mention.end] == mention.text


def test_joint_issuance_keeps_the_named_ones_in_order_and_the_count():
    lead = "近日，工信部、教育部、财政部等八部门联合印发《某某行业数字化方案》。"
    found = findings("工信部等八部门印发《某某行业数字化方案》", lead)
    assert [f.name for f in found] == ["工业和信息化部", "教育部", "财政部"]
    assert {f.issued_jointly_by for f in found} == {8}
    assert {f.act for f in found} == {"issued"}


@pytest.mark.parametrize(
    ("lead", "expected", "act"),
    [
        (
            "近日，某省无关。浙江省数据局会同省财政厅起草了《办法》。",
            ["浙江省数据局", "浙江省财政厅"],
            "drafted",
        ),
        ("5月6日，国家数据局在杭州组织召开座谈会。", ["国家数据局"], "held"),
        ("国务院总理签署国务院令，公布《某某条例》。", ["国务院"], "issued"),
        ("由中国信通院牵头编制的《指南》发布。", ["中国信息通信研究院"], "drafted"),
        ("美国商务部将一项规则提交国会审议。", ["美国商务部"], "issued"),
        ("省长主持召开浙江省政府常务会议。", ["浙江省人民政府"], "held"),
        ("《办法》经国务院第9次常务会议通过。", ["国务院"], "issued"),
        ("5月9日，湖北省人大常委会会议审议了《办法（草案）》。", ["湖北省人民代表大会常务委员会"], "held"),
        (
            "黑龙江省第十四届人民代表大会常务委员会第二十四次会议6月26日分组审议《办法（草案）》。",
            ["黑龙江省人民代表大会常务委员会"],
            "held",
        ),
        ("上海市数据局、市财政局关于印发《办法》的通知公布。", ["上海市数据局", "上海市财政局"], "issued"),
        (
            "近日，《上海市数据局 上海市财政局关于印发〈办法〉的通知》发布。",
            ["上海市数据局", "上海市财政局"],
            "issued",
        ),
    ],
)
def test_the_acting_body_is_found_with_its_act(lead, expected, act):
    found = findings("《办法》《指南》发布", lead)
    assert [f.name for f in found] == expected
    assert {f.act for f in found} == {act}


@pytest.mark.parametrize(
    "lead",
    [
        "根据国务院印发的《规划》，各地加快建设。",
        "为落实国家发展改革委部署，各地加快建设。",
        "在国家数据局的指导下，各地召开会议。",
        "国家数据局局长出席并讲话。",
        "经省人民政府批准，园区动工。",
        "国家数据局支持各地发布清单。",
        "谷歌因违规被监管机构罚款。",
    ],
)
def test_a_body_that_is_leant_on_issues_nothing(lead):
    assert bodies("数据产业加快发展", lead) == []


def test_the_committee_in_charge_issues_a_draft_but_not_the_published_standard():
    draft = "全国数据标准化技术委员会归口的国家标准《某某要求》已形成征求意见稿。"
    assert bodies("国家标准《某某要求》公开征求意见", draft) == ["全国数据标准化技术委员会"]
    published = (
        "根据市场监管总局、国家标准委发布的国家标准公告，全国数据标准化技术委员会归口的《某某要求》正式发布。"
    )
    assert bodies("国家标准《某某要求》发布", published) == ["国家市场监督管理总局", "国家标准化管理委员会"]


def test_the_sentence_with_the_titles_document_wins_over_the_history():
    history = "2020年5月1日，财政部发布《旧办法》，影响深远。"
    news = "近日，河南省财政厅印发《数据资产管理新办法》。"
    assert bodies("《数据资产管理新办法》出台", history, news) == ["河南省财政厅"]


def test_a_title_alone_names_its_issuer():
    assert bodies("重庆市财政局关于印发某办法的通知", "各区县财政局：现将办法印发给你们。") == [
        "重庆市财政局"
    ]
    assert bodies("《最高人民法院关于某某问题的意见》发布", "全文如下。") == ["最高人民法院"]


def test_sources_speak_only_where_the_text_is_silent():
    [finding] = findings("贵州出台二十条措施", "《措施》近日印发。", sources=["贵州省人民政府办公厅", "某网"])
    assert (finding.name, finding.paragraph) == ("贵州省人民政府办公厅", SOURCE)
    assert finding.doubt and finding.confidence < 0.6
    assert bodies("某措施出台", "近日，贵州省财政厅印发《措施》。", sources=["贵州省人民政府办公厅"]) == [
        "贵州省财政厅"
    ]
    assert bodies("某措施出台", "《措施》近日印发。", sources=["贵州日报"]) == []


def test_an_unknown_name_is_returned_for_the_inbox():
    [finding] = findings("某白皮书发布", "近日，中国星际数据联合会发布《某白皮书》。")
    assert (finding.name, finding.known) == ("中国星际数据联合会", False)
    assert finding.doubt


def test_a_foreign_full_name_stays_as_the_text_translates_it():
    [finding] = findings("某计划发布", "近日，美国网络安全和基础设施安全局（CISA）发布《某计划》。")
    assert finding.label == "美国网络安全和基础设施安全局"
    assert finding.name == "美国网络安全与基础设施安全局"


def test_a_finding_carries_its_sentence_and_place():
    lead = "形势向好。近日，成都市数据局印发《某办法》。"
    [finding] = findings("成都印发《某办法》", lead)
    assert finding.sentence == "近日，成都市数据局印发《某办法》。"
    assert lead[finding.start : finding.end] == finding.printed == "成都市数据局"
    assert (finding.paragraph, finding.region) == (0, "510100")
    [in_title] = findings("成都市数据局印发《某办法》", "")
    assert in_title.paragraph == TITLE


def test_bodies_tell_regions_whose_policy_it_is():
    title, lead = "国际公约通过", "12月24日，联合国大会通过《某公约》，美国、日本投了赞成票。"
    found = findings(title, lead)
    assert [f.region for f in found] == [""]
    assert recognise_regions(title, [lead], GAZETTEER, bodies=issuers(found)) == []


def test_a_name_claimed_twice_stays_with_the_first():
    authority = Authority.build(
        [Body("甲局", "bureau", "", ("某局",)), Body("乙局", "bureau", "", ("某局",))]
    )
    assert authority.bodies["某局"].name == "甲局"


def test_no_name_in_the_authority_file_is_claimed_twice():
    claims = {}
    for body in {id(b): b for b in AUTHORITY.bodies.values()}.values():
        for name in {body.name, *body.names, *body.former}:
            assert claims.setdefault(name, body.name) == body.name


def test_parents_and_regions_in_the_authority_file_exist():
    for body in AUTHORITY.bodies.values():
        assert not body.parent or body.parent in AUTHORITY.bodies, body.name
        assert not body.region or body.region in GAZETTEER.places, body.name


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("银保监会", "国家金融监督管理总局", "中国银行保险监督管理委员会"),
        ("信安标委秘书处", "全国网络安全标准化技术委员会秘书处", "全国信息安全标准化技术委员会秘书处"),
        ("浙江省大数据发展管理局", "浙江省数据局", "浙江省大数据发展管理局"),
        ("美国国家标准和技术研究院", "美国国家标准与技术研究院", "美国国家标准和技术研究院"),
        ("美国土安全部", "美国国土安全部", "美国国土安全部"),
        ("美国联邦法院", "美国联邦法院", "美国联邦法院"),
    ],
)
def test_a_body_is_known_by_its_name_of_now_and_shown_by_that_of_the_text(text, now, then):
    [mention] = mentions(text, AUTHORITY, GAZETTEER)
    assert (mention.name, mention.label) == (now, then)


def test_blank_blocks_keep_the_numbers_of_the_paragraphs():
    [finding] = findings("成都印发《某办法》", "", "一、背景", "", "近日，成都市数据局印发《某办法》。")
    assert (finding.name, finding.paragraph) == ("成都市数据局", 3)


def test_a_body_in_a_later_aside_is_doubted():
    [finding] = findings("某产业蓬勃发展", "形势一片大好。工业和信息化部曾编制《另一指南》。")
    assert finding.doubt
    assert finding.confidence < 0.7


@pytest.mark.parametrize(
    "text", ["大型数据中心集聚", "各地不断夯实数据中心", "地方数据集团", "供应商全部到位"]
)
def test_things_that_end_like_bodies_are_none(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "lead",
    [
        "浙江省司法厅就《某条例（草案）》等3项法规公开征求意见。",
        "浙江省司法厅将《某条例（草案）》提交审议。",
        "浙江省司法厅依据《某条例》对两家企业作出行政处罚。",
    ],
)
def test_the_object_may_stand_before_the_verb(lead):
    assert bodies("某条例有新进展", lead) == ["浙江省司法厅"]


def test_a_place_that_issues_does_so_by_its_government_and_the_desk_is_told():
    (finding,) = findings("某区规划示范街区", "深圳市龙岗区近日在大会上发布《样本行动方案》，打造示范街区。")
    assert finding.name == "深圳市龙岗区人民政府"
    assert finding.doubt


def test_the_site_of_a_government_does_not_make_it_the_issuer_of_a_local_law():
    text = "《样本市样本条例》将于4月1日起施行。"
    assert bodies("《样本市样本条例》即将施行", text, sources=["北京市人民政府"]) == []
    assert bodies("《样本市样本办法》即将施行", text, sources=["北京市人民政府"]) == ["北京市人民政府"]


def test_a_bill_is_before_the_assembly_that_deliberates_it():
    assert bodies(
        "草案首次审议", "5月28日，《样本条例（草案）》提请湖北省人大常委会第十八次会议首次审议。"
    ) == ["湖北省人民代表大会常务委员会"]
    assert bodies(
        "草案公布", "5月28日，湖北省人大常委会将经过初次审议的《样本条例（草案）》向社会公布。"
    ) == ["湖北省人民代表大会常务委员会"]


def test_an_office_is_named_with_its_body_and_a_special_court_without_its_rank():
    assert names("国家统计局办公室印发通知") == ["国家统计局办公室"]
    assert names("杭州互联网法院作出裁定") == ["杭州互联网法院"]


def test_websites_are_whole_addresses():
    websites = [body.website for body in AUTHORITY.bodies.values() if body.website]
    assert websites
    assert all(website.startswith("https://") for website in websites)
