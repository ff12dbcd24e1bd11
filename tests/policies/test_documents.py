"""Which documents an article is about, and what it tells of them. The snippets are made up here."""

from datetime import date

import pytest

from policies.recognition.documents import recognise_documents


def read(headline, *paragraphs, on="2025-03-10"):
    """(title, stage, number, issued_on, effective_on) of each document, dates as text."""
    return [
        (
            document.title,
            document.reported_stage,
            document.number,
            document.issued_on and document.issued_on.isoformat(),
            document.effective_on and document.effective_on.isoformat(),
        )
        for document in recognise_documents(headline, paragraphs, date.fromisoformat(on))
    ]


ONE_DOCUMENT = [
    pytest.param(
        "两部门就数据资产登记工作作出安排",
        "近日，财政部、国家数据局联合下发《关于做好数据资产登记工作的通知》（财资〔2025〕18号）。",
        ("关于做好数据资产登记工作的通知", "发布", "财资〔2025〕18号", None, None),
        id="number-behind-the-title",
    ),
    pytest.param(
        "《海洋数据管理条例》公布",
        "3月3日，国务院总理签署第801号国务院令，公布《海洋数据管理条例》，自2025年10月1日起施行。",
        ("海洋数据管理条例", "发布", "第801号国务院令", "2025-03-03", "2025-10-01"),
        id="order-before-the-title",
    ),
    pytest.param(
        "《数字服务促进法》表决通过",
        "3月5日，全国人大常委会会议表决通过《数字服务促进法》，自2026年1月1日起施行。",
        ("数字服务促进法", "发布", None, "2025-03-05", "2026-01-01"),
        id="law-passed-with-a-day-of-force",
    ),
    pytest.param(
        "《云岭省数据条例》4月1日起施行",
        "《云岭省数据条例》已于去年11月28日经省人大常委会会议表决通过，将于4月1日起施行。条例共八章六十条。",
        ("云岭省数据条例", "施行", None, "2024-11-28", "2025-04-01"),
        id="entry-into-force-is-the-news",
    ),
    pytest.param(
        "欧盟《机器健康法》生效",
        "3月1日，欧盟《机器健康法》正式生效。法案禁止性条款自2025年9月1日起适用，其余条款将于2026年3月2日起适用。",
        ("机器健康法", "施行", None, None, "2025-03-01"),
        id="clauses-that-apply-later",
    ),
    pytest.param(
        "云岭数据条例征求意见",
        "3月6日，云岭市司法局发布关于公开征求《云岭市数据条例（草案征求意见稿）》意见的公告。",
        ("云岭市数据条例（草案征求意见稿）", "征求意见", None, "2025-03-06", None),
        id="the-notice-around-a-draft-is-none",
    ),
    pytest.param(
        "欧盟《机器健康法》3月12日起适用",
        "3月12日，欧盟《机器健康法》正式适用，涵盖可穿戴设备的数据。",
        ("机器健康法", "施行", None, None, "2025-03-12"),
        id="an-act-that-applies-is-in-force",
    ),
    pytest.param(
        "某国公布《机器健康法》施行令",
        "3月8日，某国科技部公布《机器健康法》施行令草案，并公开征求意见。",
        ("机器健康法施行令", "征求意见", None, "2025-03-08", None),
        id="the-decree-to-an-act-is-not-the-act",
    ),
    pytest.param(
        "云岭省第十四届人民代表大会常务委员会公告",
        "《云岭省数据条例》已由云岭省第十四届人民代表大会常务委员会第二十次会议于2025年3月6日通过，现予公布，自2025年9月1日起施行。",
        ("云岭省数据条例", "发布", None, "2025-03-06", "2025-09-01"),
        id="the-formula-of-a-promulgation",
    ),
    pytest.param(
        "《云岭省数据条例》实施两周年",
        "3月1日，《云岭省数据条例》施行两周年。两年来，全省登记数据产品三千个。",
        ("云岭省数据条例", "施行", None, None, "2023-03-01"),
        id="an-anniversary-counts-back",
    ),
    pytest.param(
        "某国议会通过《机器健康法案》",
        "3月4日，某国议会两院通过《机器健康法案》，待王室御准后成为法律。",
        ("机器健康法案", "草案", None, "2025-03-04", None),
        id="bill-that-waits-for-assent",
    ),
    pytest.param(
        "某国参议院通过机器健康法案",
        "3月4日，某国参议院表决通过该法案，将提交众议院审议。",
        ("机器健康法案", "草案", None, "2025-03-04", None),
        id="bill-named-in-the-headline-alone",
    ),
    pytest.param(
        "关于公开征求《储能电站数据接入管理办法（征求意见稿）》意见的公告",
        "为规范储能电站数据接入，我局起草了《储能电站数据接入管理办法（征求意见稿）》，现向社会公开征求意见，请于2025年4月8日前反馈。",
        ("储能电站数据接入管理办法（征求意见稿）", "征求意见", None, None, None),
        id="headline-of-a-call-for-comments",
    ),
    pytest.param(
        "国家能源局公开征求《虚拟电厂运行细则》意见",
        "日前，国家能源局综合司公开征求《虚拟电厂运行细则》意见。细则对聚合商的准入、计量和结算提出要求。",
        ("虚拟电厂运行细则", "征求意见", None, None, None),
        id="comments-on-a-title",
    ),
    pytest.param(
        "欧盟《机器健康法》刊登于官方公报",
        "3月7日，欧盟《机器健康法》在欧盟官方公报上正式公布，将于3月27日生效。",
        ("机器健康法", "发布", None, "2025-03-07", "2025-03-27"),
        id="foreign-act-published",
    ),
    pytest.param(
        "美国总统签署《2025年量子安全法案》",
        "当地时间3月4日，美国总统签署《2025年量子安全法案》，该法案正式成为法律。",
        ("2025年量子安全法案", "发布", None, "2025-03-04", None),
        id="bill-signed-into-law",
    ),
    pytest.param(
        "英国政府公布《公共数据（使用）法案》",
        "3月6日，英国政府公布《公共数据（使用）法案》，并已提交上议院进行一读。",
        ("公共数据（使用）法案", "草案", None, "2025-03-06", None),
        id="bill-introduced",
    ),
    pytest.param(
        "美国众议院通过《联网设备保护法案》",
        "2月27日，美国众议院以压倒性多数通过《联网设备保护法案》。该法案下一步将送交参议院审议。",
        ("联网设备保护法案", "草案", None, "2025-02-27", None),
        id="bill-passed-by-one-house",
    ),
    pytest.param(
        "日本发布《智能体事业者指南》1.1版",
        "3月1日，日本经济产业省发布《智能体事业者指南》1.1版，补充了对多智能体协作的提示。",
        ("智能体事业者指南", "发布", None, "2025-03-01", None),
        id="version-behind-the-title",
    ),
    pytest.param(
        "推荐性国家标准《数据空间 术语》发布",
        "近日，市场监管总局（国家标准委）批准发布GB/T 49999—2025《数据空间 术语》，将于今年9月1日起实施。",
        ("数据空间 术语", "发布", None, None, "2025-09-01"),
        id="standard-code-is-no-number",
    ),
    pytest.param(
        "鹭岛市工业和信息化局关于印发《鹭岛市算力券管理办法》的通知",
        "各区工信部门、各有关单位：现将《鹭岛市算力券管理办法》（鹭工信规〔2025〕2号）印发给你们，请认真遵照执行。本办法自2025年4月1日起施行，有效期3年。",
        ("鹭岛市算力券管理办法", "发布", "鹭工信规〔2025〕2号", None, "2025-04-01"),
        id="notice-that-prints-a-document",
    ),
    pytest.param(
        "省政府常务会议审议通过《云岭省人工智能促进条例（草案）》",
        "3月2日，省政府召开常务会议，审议通过《云岭省人工智能促进条例（草案）》，决定按程序提请省人大常委会审议。",
        ("云岭省人工智能促进条例（草案）", "草案", None, "2025-03-02", None),
        id="draft-before-a-council",
    ),
    pytest.param(
        "《电子签名法（修正草案再次征求意见稿）》向社会公布",
        "3月8日，全国人大常委会法工委公布《电子签名法（修正草案再次征求意见稿）》，面向社会公开征求意见。",
        ("电子签名法（修正草案再次征求意见稿）", "征求意见", None, "2025-03-08", None),
        id="second-call-for-comments-on-a-law",
    ),
    pytest.param(
        "研究机构联合发布《智能网联产业白皮书（2025年）》",
        "2月25日，某研究院联合十余家企业发布《智能网联产业白皮书（2025年）》。白皮书指出，市场正在由试点走向规模化。",
        ("智能网联产业白皮书（2025年）", "报告", None, "2025-02-25", None),
        id="white-paper",
    ),
    pytest.param(
        "国际机构发布《算力与气候》报告",
        "3月3日，国际电信联盟发布《算力与气候》报告，梳理了数据中心用电的增长。",
        ("算力与气候", "报告", None, "2025-03-03", None),
        id="report-by-the-noun-behind",
    ),
    pytest.param(
        "云岭省修改《云岭省政务数据管理办法》",
        "2月20日，云岭省人民政府发布决定，对《云岭省政务数据管理办法》作出修改，修改后的办法自2025年5月1日起施行。",
        ("云岭省政务数据管理办法", "发布", None, "2025-02-20", "2025-05-01"),
        id="amended",
    ),
    pytest.param(
        "云岭省出台实施方案推进公共数据开发",
        "为贯彻落实《国务院办公厅关于数据工作的若干意见》（国办发〔2024〕33号），近日，云岭省人民政府办公厅印发《云岭省公共数据开发实施方案》。",
        ("云岭省公共数据开发实施方案", "发布", None, None, None),
        id="parent-is-cited-not-reported",
    ),
    pytest.param(
        "某市印发城市数据治理规划",
        "12月30日，某市人民政府印发《某市城市数据治理规划（2025—2030年）》，自2月1日起实施。",
        ("某市城市数据治理规划（2025—2030年）", "发布", None, "2024-12-30", "2025-02-01"),
        id="turn-of-the-year",
    ),
    pytest.param(
        "团体标准《数据商服务能力评价》发布",
        "日前，由多家交易机构起草、某协会归口的团体标准《数据商服务能力评价》正式发布。",
        ("数据商服务能力评价", "发布", None, None, None),
        id="group-standard",
    ),
    pytest.param(
        "西部某州出台算力补贴政策",
        "近日，《大凉州算力服务补贴实施细则》经州人民政府同意，正式印发实施。",
        ("大凉州算力服务补贴实施细则", "发布", None, None, None),
        id="title-as-subject",
    ),
    pytest.param(
        "印度公布国家数据政策草案",
        "2月18日，印度公布《国家数据共享政策》草案，公众可在30天内提出意见。",
        ("国家数据共享政策", "征求意见", None, "2025-02-18", None),
        id="draft-policy-open-to-the-public",
    ),
    pytest.param(
        "美国商务部发布先进芯片拟议规则",
        "2月26日，美国商务部发布《先进芯片流向核验》的拟议规则，并在60天内接受公众评议。",
        ("先进芯片流向核验", "征求意见", None, "2025-02-26", None),
        id="proposed-rule",
    ),
    pytest.param(
        "国家互联网信息办公室公布《个人信息出境认证办法》",
        "3月1日，国家互联网信息办公室公布《个人信息出境认证办法》（国家互联网信息办公室令第25号）。办法在此前公开征求意见的基础上作了完善，自2025年6月1日起施行。",
        ("个人信息出境认证办法", "发布", "国家互联网信息办公室令第25号", "2025-03-01", "2025-06-01"),
        id="earlier-comments-are-not-the-stage",
    ),
    pytest.param(
        "国家发展改革委办公厅关于开展绿色数据中心评价工作的通知",
        "各省、自治区、直辖市发展改革委：为推动数据中心节能降碳，现就开展绿色数据中心评价工作有关事项通知如下。",
        ("关于开展绿色数据中心评价工作的通知", "发布", None, None, None),
        id="headline-is-the-title",
    ),
    pytest.param(
        "某区发布低空经济三年行动方案",
        "二〇二五年三月一日，某区管委会发布《某区低空经济三年行动方案》。",
        ("某区低空经济三年行动方案", "发布", None, "2025-03-01", None),
        id="date-in-characters",
    ),
    pytest.param(
        "省委办公厅、省政府办公厅印发《数字乡村建设意见》",
        "近日，省委办公厅、省政府办公厅印发了《关于深入推进数字乡村建设的意见》，并发出通知，要求各地结合实际认真贯彻落实。",
        ("关于深入推进数字乡村建设的意见", "发布", None, None, None),
        id="full-form-before-the-short-one",
    ),
    pytest.param(
        "三部门联合印发《智能终端标识管理办法》",
        "3月4日，三部门联合印发《关于印发〈智能终端标识管理办法〉的通知》。《智能终端标识管理办法》共五章。",
        ("智能终端标识管理办法", "发布", None, "2025-03-04", None),
        id="notice-around-a-document",
    ),
    pytest.param(
        "我国将对无人车数据实行分级",
        "3月6日，工业和信息化部对《无人车数据管理规定（试行）》进行修订，形成《无人车数据管理规定（修订征求意见稿）》，向社会公开征求意见。",
        ("无人车数据管理规定（修订征求意见稿）", "征求意见", None, "2025-03-06", None),
        id="revision-open-for-comment",
    ),
    pytest.param(
        "新加坡更新人工智能治理框架",
        "继2020年发布《示范框架》第二版之后，新加坡资讯通信媒体发展局于2月21日推出《生成式智能治理框架》，为企业提供九个方面的指引。",
        ("生成式智能治理框架", "发布", None, "2025-02-21", None),
        id="date-behind-the-body",
    ),
    pytest.param(
        "德国联邦信息安全办公室发布云服务指南",
        "2月24日，德国联邦信息安全办公室（BSI）发布题为《多云环境中的身份管理》的指南，面向中小企业。",
        ("多云环境中的身份管理", "发布", None, "2025-02-24", None),
        id="entitled",
    ),
    pytest.param(
        "韩国《智能基本法》获国会通过",
        "2月26日，韩国国会全体会议通过《智能基本法》，预计经国务会议审议后公布，一年后施行。",
        ("智能基本法", "草案", None, "2025-02-26", None),
        id="passed-but-not-promulgated",
    ),
]


@pytest.mark.parametrize(("headline", "text", "expected"), ONE_DOCUMENT)
def test_an_article_about_one_document(headline, text, expected):
    assert read(headline, text) == [expected]


def test_documents_of_one_list_share_their_verb():
    found = read(
        "《冷链数据接口要求》等3项行业标准公开征求意见",
        "3月4日，全国物流标准化技术委员会就3项行业标准公开征求意见。具体包括《冷链数据接口要求》《冷链数据质量评价》《冷链数据安全导则》。",
    )
    assert [(title, stage, day) for title, stage, _, day, _ in found] == [
        ("冷链数据接口要求", "征求意见", "2025-03-04"),
        ("冷链数据质量评价", "征求意见", "2025-03-04"),
        ("冷链数据安全导则", "征求意见", "2025-03-04"),
    ]


def test_two_documents_open_for_comment_until_a_day():
    documents = recognise_documents(
        "两项数据制度公开征求意见",
        [
            "1月15日，某省数据局就《某省数据登记细则》和《某省数据交易细则》向社会公开征求意见，意见反馈截止时间为2月14日。"
        ],
        date(2025, 1, 20),
    )
    assert [document.title for document in documents] == ["某省数据登记细则", "某省数据交易细则"]
    assert {document.comments_until for document in documents} == {date(2025, 2, 14)}
    assert {document.issued_on for document in documents} == {date(2025, 1, 15)}


def test_each_of_two_documents_has_its_own_day_of_force():
    documents = recognise_documents(
        "财政部门发布两项规范",
        [
            "3月3日，某市财政局发布《某市数据采购规范》和《某市数据验收规范》。",
            "《某市数据采购规范》自2025年4月1日起施行，《某市数据验收规范》自2025年7月1日起施行。",
        ],
        date(2025, 3, 10),
    )
    assert [(d.title, d.effective_on) for d in documents] == [
        ("某市数据采购规范", date(2025, 4, 1)),
        ("某市数据验收规范", date(2025, 7, 1)),
    ]


def test_an_anniversary_is_not_news_of_the_law():
    assert (
        read("数字化转型进入新阶段", "随着《数据安全法》施行四周年，企业合规意识明显增强，各地探索不断深入。")
        == []
    )


def test_what_a_meeting_studies_is_not_what_it_issues():
    assert (
        read(
            "局党组召开学习会",
            "3月2日，市数据局党组召开学习会，学习《数字政府建设纲要》精神，研究部署近期工作。",
        )
        == []
    )


def test_a_document_of_years_ago_is_background():
    assert (
        read(
            "监管机构推进算法治理",
            "2023年4月，该机构发布《算法治理路线图》。此后，该机构持续开展调查，企业逐步建立内部审查机制。",
        )
        == []
    )


def test_from_publication_is_no_date():
    [(_, _, _, _, effective_on)] = read(
        "某市发布《智算服务管理办法》", "近日，某市发布《智算服务管理办法》，自发布之日起施行，有效期两年。"
    )
    assert effective_on is None


def test_the_term_of_validity_is_reckoned_from_the_day_of_force():
    [document] = recognise_documents(
        "某市发布《智算服务管理办法》",
        ["3月1日，某市发布《智算服务管理办法》，自2025年4月1日起施行，有效期2年。"],
        date(2025, 3, 10),
    )
    assert document.valid_until == date(2027, 3, 31)


def test_parents_become_edges_with_their_number():
    [document] = recognise_documents(
        "某省印发《某省数据要素实施方案》",
        [
            "近日，某省印发《某省数据要素实施方案》。方案根据《国家数据要素总体意见》（国发〔2024〕9号）制定，"
            "原《某省数据试点方案》同时废止。",
            "方案提出落实《网络数据安全管理条例》有关要求。",
        ],
        date(2025, 3, 10),
    )
    edges = {(c.title, c.relation, c.number) for c in document.citations}
    assert ("国家数据要素总体意见", "依据", "国发〔2024〕9号") in edges
    assert ("某省数据试点方案", "废止", None) in edges
    assert ("网络数据安全管理条例", "落实", None) in edges


def test_every_fact_quotes_its_place():
    text = "近日， 某省印发 《某省算力规划》（某政发〔2025〕7号），自2025年4月1日起施行。"
    [document] = recognise_documents("某省印发算力规划", [text], date(2025, 3, 10))
    title, number = document.evidence["title"], document.evidence["number"]
    assert text[title.start : title.end] == "《某省算力规划》"
    assert text[number.start : number.end] == "某政发〔2025〕7号"
    assert document.evidence["effective_on"].sentence == text


def test_a_title_without_its_closing_mark_is_doubtful():
    [document] = recognise_documents(
        "某局印发《数据空间行动计划（2025—2028年）", ["各地将结合实际推进。"], date(2025, 3, 10)
    )
    assert document.title == "数据空间行动计划（2025—2028年）"
    assert document.evidence["title"].confidence < 0.7
    assert document.evidence["title"].reason


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("（某发〔2025〕3号）", "某发〔2025〕3号"),
        ("（某政办发[2025]14号）", "某政办发[2025]14号"),
        ("（某数规（2025）6号）", "某数规（2025）6号"),
        ("（某工信联规〔 2025 〕第 21 号）", "某工信联规〔2025〕第21号"),
        ("（市政府令第12号）", "市政府令第12号"),
        ("（AB-25-07）", "AB-25-07"),
        ("（简称AI）", None),
    ],
)
def test_variants_of_the_number(printed, number):
    [(_, _, found, _, _)] = read(
        "某地印发《数据登记办法》", f"近日，某地印发《数据登记办法》{printed}，引发关注。"
    )
    assert found == number


def test_titles_that_end_alike_are_two_in_one_list():
    found = read(
        "欧盟发布两部法案实施指南",
        "3月4日，欧盟委员会公布《机器法案》《机器健康法案》的适用指南，并就此发布《云数据登记办法》《跨境云数据登记办法》。",
    )
    assert {"云数据登记办法", "跨境云数据登记办法"} <= {title for title, *_ in found}


LISTS = [
    ("近日，某局批准发布《甲类数据分级指南》《乙类数据分级指南》，以及《丙类数据分级指南》。", 3),
    (
        "近日，某局发布《甲类数据分级指南》（GB/T 91）、《乙类数据分级指南》（GB/T 92）等5项国家标准。",
        2,
    ),
    ("近日，某局发布国家标准《甲类数据分级指南》、国家标准化指导性技术文件《乙类数据分级指南》。", 2),
    ("近日，某局发布两份文件，一是《甲类数据分级指南》，二是《乙类数据分级指南》。", 2),
    ("近日，某局公布两份文件，分别是《甲类数据分级指南》《乙类数据分级指南》。", 2),
    (
        "近日，某局公布了三项文件。具体为：《甲类数据分级指南》、《乙类数据分级指南》、《丙类数据分级指南》。",
        3,
    ),
    ("3月3日，某局发布《甲类数据分级指南》；同日，另一局发布《乙类数据分级指南》。", 2),
    ("3月3日，某局发布《甲类数据分级指南》。此外，该局还公布了配套的《乙类数据分级指南》。", 2),
    ("近日，某局印发《甲类数据分级指南》和与之配套的《乙类数据分级指南》。", 2),
    ("近日，某局批准发布《甲类数据分级指南》,《乙类数据分级指南》,《丙类数据分级指南》。", 3),
    (
        "3月4日，某局就3项标准征求意见。《甲类数据分级指南》规定了级别，《乙类数据分级指南》给出了步骤。《丙类数据分级指南》适用于评估。",
        3,
    ),
    (
        "3月4日，某局公布三部规章。其中，《甲类数据分级指南》共五章；《乙类数据分级指南》共六章；《丙类数据分级指南》共七章。",
        3,
    ),
    ("近日，某局一次推出三项制度：《甲类数据分级指南》《乙类数据分级指南》《丙类数据分级指南》。", 3),
]


@pytest.mark.parametrize(("text", "count"), LISTS)
def test_every_document_of_a_list_is_found(text, count):
    titles = [title for title, *_ in read("某局推进数据分级", text)]
    assert titles == ["甲类数据分级指南", "乙类数据分级指南", "丙类数据分级指南"][:count]


def test_the_text_has_the_full_title_of_what_the_headline_shortens():
    documents = recognise_documents(
        "多国机构发布《智能部署指南》",
        ["3月5日，多国网络安全机构联合发布《安全地部署人工智能系统的若干指引》，面向高风险环境。"],
        date(2025, 3, 10),
    )
    assert [document.title for document in documents] == ["安全地部署人工智能系统的若干指引"]
    assert documents[0].other_titles == ("智能部署指南",)


def test_a_draft_is_the_subject_without_a_verb():
    [(title, stage, *_)] = read(
        "密码管理部门就检测机构管理征求意见",
        "3月1日，密码管理部门就检测机构管理向社会征求意见。《密码检测机构管理办法（征求意见稿）》共六章，对资质和监督作出规定。",
    )
    assert (title, stage) == ("密码检测机构管理办法（征求意见稿）", "征求意见")


def test_a_title_that_opens_the_text_is_its_subject():
    [(title, *_)] = read(
        "某市出台措施支持数据企业",
        "《某市支持数据企业若干措施》提出，对新落户企业给予场地支持。各区要建立专班，及时兑现。",
    )
    assert title == "某市支持数据企业若干措施"


def test_a_long_preface_does_not_hide_the_document():
    [(title, *_)] = read(
        "某市发布数据企业培育办法",
        "近年来，某市数据产业较快发展。",
        "企业数量持续增长，应用场景不断丰富。",
        "但与先进地区相比，仍有差距。",
        "为此，某市近日制定出台《某市数据企业培育办法》，从四个方面提出支持。",
    )
    assert title == "某市数据企业培育办法"


def test_documents_that_a_report_tells_of_are_not_its_subject():
    found = read(
        "研究院发布《数据法治观察报告》",
        "3月2日，某研究院发布《数据法治观察报告》。",
        "过去一年，《网络数据安全管理条例》公布，《数据出境规定》出台，多部门发布《数据标注意见》。",
    )
    assert [title for title, *_ in found] == ["数据法治观察报告"]


def test_short_names_of_two_documents_stay_apart():
    documents = recognise_documents(
        "某省发布数据登记与授权运营细则",
        [
            "近日，某省数据局发布《某省数据登记细则（试行）》《某省数据授权运营细则（试行）》。",
            "《登记细则》自2025年4月1日起施行。《授权运营细则》自2025年6月1日起施行。",
        ],
        date(2025, 3, 10),
    )
    assert [(d.title, d.effective_on) for d in documents] == [
        ("某省数据登记细则（试行）", date(2025, 4, 1)),
        ("某省数据授权运营细则（试行）", date(2025, 6, 1)),
    ]


def test_an_amendment_is_another_document_than_the_law():
    [(title, stage, *_)] = read(
        "欧盟通过《平台法》修正案", "3月4日，欧盟理事会正式通过《平台法》修正案，将于20天后生效。"
    )
    assert (title, stage) == ("平台法修正案", "发布")


def test_nested_marks_stay_in_the_title():
    [(title, *_)] = read(
        "某部发布决定", "3月4日，某部公布《关于修改〈数据处理活动规定〉的决定》，自2025年5月1日起施行。"
    )
    assert title == "关于修改〈数据处理活动规定〉的决定"


def test_documents_that_are_counted_and_then_described_share_the_news():
    found = read(
        "《冷链数据接口要求》等2项标准公开征求意见",
        "3月4日，全国物流标准化技术委员会归口的2项国家标准形成征求意见稿，现公开征求意见。《冷链数据接口要求》规定了接口，《冷链数据质量评价》给出了方法。",
    )
    assert [(title, stage, day) for title, stage, _, day, _ in found] == [
        ("冷链数据接口要求", "征求意见", "2025-03-04"),
        ("冷链数据质量评价", "征求意见", "2025-03-04"),
    ]


def test_an_attribute_may_still_be_the_subject():
    [(title, stage, *_)] = read(
        "电力数据标准征求意见", "近日，由某研究院牵头制定的《电力数据分级规范》面向社会公开征求意见。"
    )
    assert (title, stage) == ("电力数据分级规范", "征求意见")


def test_what_the_headline_names_is_the_subject_even_before_it_is_issued():
    [(title, *_)] = read(
        "某国将出台《网络韧性法案》",
        "某国数字部长3月6日表示，政府将提出《网络韧性法案》，提高关键行业的要求。",
    )
    assert title == "网络韧性法案"


def test_an_act_is_printed_in_a_gazette():
    [(title, stage, _, day, effective)] = read(
        "欧盟网络法规公布", "3月4日，欧盟《网络耐受法》正式刊登于官方公报，将于2025年3月24日生效。"
    )
    assert (title, stage, day, effective) == ("网络耐受法", "发布", "2025-03-04", "2025-03-24")


def test_the_year_of_what_is_carried_out_is_not_that_of_the_news():
    [(title, _, _, day, _)] = read(
        "美国机构发布软件安全指引",
        "3月4日，为落实2021年发布的行政令要求，美国国家标准与技术研究院发布《软件供应链核验指引》。",
    )
    assert (title, day) == ("软件供应链核验指引", "2025-03-04")


def test_two_documents_that_the_headline_sums_up():
    found = read(
        "多机构发布《智能体安全建议》",
        "3月4日，多机构联合发布《面向开发者的智能体防护要点》和《面向用户的智能体防护要点》。",
    )
    assert [title for title, *_ in found] == ["面向开发者的智能体防护要点", "面向用户的智能体防护要点"]


def test_what_is_announced_is_the_subject_where_the_headline_speaks_of_it():
    [(title, *_)] = read(
        "欧盟计划加强云与人工智能发展",
        "3月4日，欧盟委员会宣布将于年底提出《云与人工智能发展法案》，扩充数据中心容量。",
    )
    assert title == "云与人工智能发展法案"


NOT_ITS_SUBJECT = [
    pytest.param(
        "数字经济论坛举行",
        "3月6日，数字经济论坛在某市举行。某院士作题为《数据要素的价值》的主旨演讲。",
        id="speech",
    ),
    pytest.param(
        "两家企业达成合作",
        "3月6日，某集团与某公司签署《智算中心战略合作框架协议》，双方将共建算力平台。",
        id="contract",
    ),
    pytest.param(
        "某市案例登上央媒", "3月6日，《人民日报》刊发某市数据治理经验，并配发评论。", id="newspaper"
    ),
    pytest.param(
        "规则定稿日期未定", "该机构表示，规则定稿后将在《联邦公报》上公布，具体日期另行通知。", id="gazette"
    ),
    pytest.param(
        "某省部署数据立法",
        "3月6日，某省召开会议，提出加快制定《某省数据流通条例》，推动出台《某省算力规划》。",
        id="plans-to-issue",
    ),
    pytest.param(
        "某市推进试点", "此前，国家有关部门曾印发《数据试点总体方案》，某市据此开展了三轮探索。", id="earlier"
    ),
    pytest.param(
        "某市落实试点任务",
        "某市对照国家数据局印发的《数据试点总体方案》，逐项细化分工，已完成六项任务。",
        id="attribute",
    ),
    pytest.param(
        "某园区获评示范", "近日，某园区入选《国家新型工业化示范基地名单》，成为全省第三家。", id="listed-in"
    ),
]


@pytest.mark.parametrize(("headline", "text"), NOT_ITS_SUBJECT)
def test_titles_that_are_not_what_the_article_is_about(headline, text):
    assert read(headline, text) == []


MORE = [
    pytest.param(
        "2025年1—2月通信业经济运行情况",
        "1—2月，通信行业运行平稳，电信业务收入保持增长，新型基础设施建设有序推进。",
        ("2025年1—2月通信业经济运行情况", "报告", None, None, None),
        id="statistics-are-a-report",
    ),
    pytest.param(
        "某市出台若干措施支持算力产业",
        "近日，某市印发支持算力产业发展的若干措施（以下简称《措施》），从六个方面提出支持政策。《措施》提出，降低用算成本。",
        ("支持算力产业发展的若干措施", "发布", None, None, None),
        id="title-without-marks-but-with-a-short-name",
    ),
    pytest.param(
        "某省人民政府办公厅关于印发某省数据流通三年行动计划的通知",
        "各市（州）人民政府，省政府各部门：现将某省数据流通三年行动计划印发给你们，请结合实际抓好落实。",
        ("某省数据流通三年行动计划", "发布", None, None, None),
        id="headline-around-an-unmarked-title",
    ),
    pytest.param(
        "《某省数据条例》正式施行",
        "3月1日，《某省数据条例》正式施行。条例由省人大常委会会议于去年11月28日通过，共九章。",
        ("某省数据条例", "施行", None, "2024-11-28", "2025-03-01"),
        id="the-day-of-force-leads-the-text",
    ),
    pytest.param(
        "新规今起实施 网络平台须公示规则",
        "《网络平台公示规定》自3月1日起施行。该规定于今年1月15日公布。",
        ("网络平台公示规定", "施行", None, "2025-01-15", "2025-03-01"),
        id="published-earlier-in-force-now",
    ),
    pytest.param(
        "某国通信部门就《卫星直连规则》征询公众意见",
        "2月28日，某国通信部门发布咨询文件，就《卫星直连规则》征询公众意见，截止日期为4月30日。",
        ("卫星直连规则", "征求意见", None, "2025-02-28", None),
        id="consultation-abroad",
    ),
    pytest.param(
        "某省首部数据地方性法规出台",
        "2月28日，省十四届人大常委会第二十次会议审议通过了《某省数据发展条例》，这是该省首部数据领域地方性法规，将于2025年5月1日正式施行。",
        ("某省数据发展条例", "发布", None, "2025-02-28", "2025-05-01"),
        id="provincial-law-adopted",
    ),
    pytest.param(
        "某省人大常委会一审数据条例草案",
        "2月27日，《某省数据流通条例（草案）》提请省人大常委会会议首次审议。",
        ("某省数据流通条例（草案）", "草案", None, "2025-02-27", None),
        id="first-reading",
    ),
    pytest.param(
        "中办国办印发意见",
        "新华社北京3月2日电  近日，中办、国办印发了《关于健全数据基础制度的意见》，并发出通知。",
        ("关于健全数据基础制度的意见", "发布", None, "2025-03-02", None),
        id="dateline-of-an-agency",
    ),
    pytest.param(
        "三部门发文规范数据交易",
        "记者8日从国家数据局获悉，国家数据局等三部门联合印发《关于规范数据交易的指导意见》。",
        ("关于规范数据交易的指导意见", "发布", None, "2025-03-08", None),
        id="day-of-the-month",
    ),
]


@pytest.mark.parametrize(("headline", "text", "expected"), MORE)
def test_another_article_about_one_document(headline, text, expected):
    assert read(headline, text) == [expected]


def test_a_notice_with_its_number_and_date_on_lines_of_their_own():
    found = read(
        "某省人民政府关于印发数据产业行动方案的通知",
        "某政发〔2025〕2号",
        "各市（州）人民政府，省政府各部门：",
        "现将《某省数据产业行动方案》印发给你们，请认真贯彻执行。",
        "某省人民政府",
        "2025年2月26日",
    )
    assert found == [("某省数据产业行动方案", "发布", "某政发〔2025〕2号", "2025-02-26", None)]


def test_an_act_enters_into_force():
    found = read(
        "欧盟《网络耐受法案》正式生效",
        "当地时间3月1日，欧盟迎来了《网络耐受法案》（以下简称《法案》）的正式生效。",
    )
    assert found == [("网络耐受法案", "施行", None, None, "2025-03-01")]


def test_a_title_without_marks_that_is_open_for_comment():
    [(title, stage, *_)] = read(
        "数据流通意见公开征求意见",
        "记者3月4日从有关部门了解到，关于促进数据流通交易的指导意见正在向社会公开征求意见。",
    )
    assert (title, stage) == ("关于促进数据流通交易的指导意见", "征求意见")


def test_titles_of_one_list_share_their_day():
    found = read(
        "主管部门就《终端标识办法》征求意见",
        "主管部门3月4日发布关于公开征求《终端标识办法》意见的通知。",
        "主管部门起草了《终端标识办法》（征求意见稿）和《终端产品目录（第一批）》（征求意见稿），现向社会公开征求意见。",
    )
    assert [(title, day) for title, _, _, day, _ in found] == [
        ("终端标识办法", "2025-03-04"),
        ("终端产品目录（第一批）", "2025-03-04"),
    ]


def test_news_of_the_same_day_from_another_body():
    found = read(
        "两国发布网络战略",
        "3月4日，英国政府发布《政府网络战略》，强调韧性。同日，美国白宫发布《联邦信任战略》，提出五大目标。",
    )
    assert [(title, day) for title, _, _, day, _ in found] == [
        ("政府网络战略", "2025-03-04"),
        ("联邦信任战略", "2025-03-04"),
    ]


def test_statistics_are_released_without_marks():
    [(title, stage, _, day, _)] = read(
        "软件业收入增长12%",
        "3月3日，工业和信息化部发布2025年1月软件业运行情况。数据显示，收入同比增长11.9%。",
    )
    assert (title, stage, day) == ("2025年1月软件业运行情况", "报告", "2025-03-03")


def test_a_code_before_the_title():
    [(title, _, number, _, _)] = read(
        "美国发布采购备忘录", "3月4日，美国管理和预算办公室发布备忘录M-25-18《政府采购智能系统》。"
    )
    assert (title, number) == ("政府采购智能系统", "M-25-18")


def test_a_document_that_nobody_marks_is_named_by_the_headline():
    documents = recognise_documents(
        "挪威公布国家云安全基本计划",
        ["3月5日，挪威政府公布国家云安全基本计划，提出十项任务。"],
        date(2025, 3, 10),
    )
    assert [(d.title, d.reported_stage, d.issued_on) for d in documents] == [
        ("国家云安全基本计划", "发布", date(2025, 3, 5))
    ]
    assert documents[0].evidence["title"].confidence < 0.7


@pytest.mark.parametrize(
    "headline",
    ["某局发布三项国家标准", "某部印发通知部署安全检查", "某市公布一批数据应用标准", "某国发布新规"],
)
def test_a_headline_without_a_name_names_none(headline):
    assert read(headline, "3月5日，有关部门就此作出说明，介绍了下一步工作。") == []


def test_a_bill_that_senators_bring_in():
    [(title, stage, *_)] = read(
        "美国参议员提出《电网联防法案》", "3月4日，两名美国参议员共同提出《电网联防法案》，旨在理顺监管职责。"
    )
    assert (title, stage) == ("电网联防法案", "草案")


def test_a_few_of_many_standards_are_named_by_their_codes():
    found = read(
        "有关部门批准《冷链平台》等15项国家标准",
        "3月4日，有关部门批准发布15项国家标准，自2026年3月1日起实施。"
        "其中，GB/T 991-2025《冷链平台》规定了功能；GB/T 992-2025《冷链资产评估》给出了方法。",
    )
    assert [(title, day) for title, _, _, day, _ in found] == [
        ("冷链平台", "2025-03-04"),
        ("冷链资产评估", "2025-03-04"),
    ]


def test_a_document_does_not_cite_itself_under_another_name():
    [document] = recognise_documents(
        "英国通过《数据访问法》",
        ["3月4日，英国《2025年数据（使用与访问）法案》获得御准，正式成为法律。"],
        date(2025, 3, 10),
    )
    assert document.citations == ()


def test_marks_in_the_text_settle_what_the_headline_leaves_without():
    [document] = recognise_documents(
        "有关部门关于促进冷链数据流通的实施意见",
        ["近日，有关部门印发《关于促进冷链数据流通的实施意见》。"],
        date(2025, 3, 10),
    )
    place = document.evidence["title"]
    assert (place.paragraph, place.reason) == (0, "")


@pytest.mark.parametrize(
    ("headline", "text", "stage", "number", "issued_on", "effective_on"),
    [
        (
            "某部印发《样本管理办法》",
            "3月5日，某部印发《样本管理办法》（某数据〔2025〕7号，下称《办法》），自2025年5月1日起施行。",
            "发布", "某数据〔2025〕7号", "2025-03-05", "2025-05-01",
        ),
        (
            "欧盟公布《样本准则》第二稿",
            "3月5日，欧盟公布《样本准则》第二稿，供企业对照。",
            "征求意见", None, "2025-03-05", None,
        ),
        (
            "某机构发布《能耗展望》",
            "3月5日，某机构发布研究报告《能耗展望》。",
            "报告", None, "2025-03-05", None,
        ),
        (
            "某国通过《样本推进法》",
            "2月20日，某国国会表决通过《样本推进法》，3月3日公布并部分施行，其余部分将在公布后三个月内施行。",
            "发布", None, "2025-03-03", None,
        ),
        (
            "某国通过《样本推进法案》",
            "3月3日，某国下议院通过《样本推进法案》，法案随后将返回上议院，获御准后成为法律。",
            "草案", None, "2025-03-03", None,
        ),
        (
            "两地调研样本立法",
            "《某市样本条例（草案）》已由市政府常务会议通过并提请市人大常委会审议，其后向各区征求意见。",
            "草案", None, None, None,
        ),
        (
            "某市就样本条例征求意见",
            "3月1日起，某市司法局就《某市样本条例（草案）》（以下简称《草案》）公开征求意见。",
            "征求意见", None, "2025-03-01", None,
        ),
        (
            "样本法修改决定7月起施行",
            "3月4日，全国人大常委会表决通过《关于修改〈样本法〉的决定》，自2025年7月1日起施行。",
            "发布", None, "2025-03-04", "2025-07-01",
        ),
        (
            "某部撤销《样本规则》",
            "3月4日，某部宣布撤销《样本规则》，该规则原定于4月1日生效。",
            "发布", None, "2025-03-04", None,
        ),
        (
            "某部门解读样本新政",
            "3月6日，某部举行新闻发布会，介绍《样本若干措施》有关情况。该措施于2月28日联合印发。",
            "发布", None, "2025-02-28", None,
        ),
    ],
)  # fmt: skip
def test_news_is_told_over_several_clauses(headline, text, stage, number, issued_on, effective_on):
    (document,) = recognise_documents(headline, [text], date(2025, 3, 10))
    days = (document.issued_on, document.effective_on)
    assert (document.reported_stage, document.number) == (stage, number)
    assert [day and day.isoformat() for day in days] == [issued_on, effective_on]


def test_standards_of_one_list_share_their_day_though_each_has_its_code():
    text = (
        "3月4日，某局批准GB/T 1-2025《甲类样本要求》和GB/T 2-2025《乙类样本要求》两项国家标准，"
        "均自2025年9月1日起实施。"
    )
    found = recognise_documents("两项样本国家标准发布", [text], date(2025, 3, 10))
    assert [document.effective_on for document in found] == [date(2025, 9, 1)] * 2


def test_what_is_repealed_is_the_news_and_the_order_is_not_its_number():
    text = "3月4日，某省人民政府公布省政府令第12号，决定废止《某省样本管理办法》。"
    (document,) = recognise_documents("某省废止一件政府规章", [text], date(2025, 3, 10))
    assert (document.stage, document.number, document.issued_on) == ("废止", None, date(2025, 3, 4))
