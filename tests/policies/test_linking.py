"""Which records tell of one policy. All names are made up for these tests."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.recognition.linking import LinkDocument, LinkRecord, compare, find_same, policies


def record(
    key,
    title,
    *,
    stage="发布",
    on="2025-03-01",
    region="100000",
    body="国家数据局",
    number=None,
    text="",
    more=(),
):
    day = date.fromisoformat(on)
    documents = (LinkDocument((title, *more), number, stage, day),)
    return LinkRecord(key, documents, frozenset({region} - {""}), frozenset({body} - {""}), text, day)


def pairs(*records):
    return {(match.left, match.right) for match in find_same(records)}


DRAFT = record("a", "可信设施运营办法（征求意见稿）", stage="征求意见", on="2024-10-01")
FINAL = record("b", "可信设施运营办法", on="2025-03-01")


def test_a_draft_and_what_became_of_it():
    [match] = find_same([FINAL, DRAFT])
    assert (match.left, match.right) == ("a", "b")
    assert "征求意见 → 发布" in match.reasons


def test_the_name_may_gain_a_word_between_the_stages():
    assert pairs(DRAFT, record("b", "可信设施运营暂行办法")) == {("a", "b")}
    assert pairs(DRAFT, record("b", "可信设施运营办法（试行）")) == {("a", "b")}


def test_the_same_news_told_twice():
    assert pairs(FINAL, record("c", "可信设施运营办法", on="2025-03-05")) == {("b", "c")}


def test_two_provinces_with_one_title_are_two_policies():
    left = record("a", "公共数据登记办法", region="520000", body="贵州省大数据发展管理局")
    right = record("b", "公共数据登记办法", region="340000", body="安徽省数据资源管理局")
    assert pairs(left, right) == set()


def test_a_law_and_measures_of_like_name_by_different_bodies_are_two_policies():
    law = record("a", "黔山省数据交易促进条例", region="520000", body="贵州省人民代表大会常务委员会")
    measures = record("b", "黔山省数据交易促进办法", region="520000", body="贵州省人民政府")
    assert pairs(law, measures) == set()


def test_a_title_that_says_little_needs_the_same_body():
    assert (
        pairs(
            record("a", "人工智能战略", region="US", body="美国海军部"),
            record("b", "人工智能战略", region="US", body="美国空军部"),
        )
        == set()
    )
    assert pairs(
        record("a", "人工智能战略", region="US", body="美国海军部"),
        record("b", "人工智能战略", region="US", body="美国海军部"),
    ) == {("a", "b")}


def test_a_law_passes_from_one_body_to_the_next():
    left = record("a", "网络耐受法案", stage="草案", on="2024-09-01", region="EU", body="欧盟委员会")
    right = record("b", "网络耐受法案", on="2025-03-01", region="EU", body="欧盟理事会")
    assert pairs(left, right) == {("a", "b")}


def test_an_office_counts_with_its_ministry():
    left = record(
        "a", "智能装备目录（2025版）", stage="征求意见", on="2024-12-01", body="工业和信息化部科技司"
    )
    right = record("b", "智能装备目录（2025版）", body="工业和信息化部")
    assert pairs(left, right) == {("a", "b")}


def test_editions_and_parts_are_different_documents():
    assert (
        pairs(record("a", "标准体系建设指南（2023版）"), record("b", "标准体系建设指南（2024版）")) == set()
    )
    assert pairs(record("a", "数据质量 第1部分：总则"), record("b", "数据质量 第2部分：评价")) == set()


def test_the_next_report_of_a_series_is_another():
    left = record("a", "人工智能指数报告", stage="报告", on="2024-04-15", region="US", body="斯坦福大学")
    right = record("b", "人工智能指数报告", stage="报告", on="2025-04-10", region="US", body="斯坦福大学")
    assert pairs(left, right) == set()


def test_neighbours_in_a_series_are_not_one():
    left = record(
        "a", "标准实践指南——车外数据指引", stage="征求意见", on="2024-10-01", body="某标准化技术委员会"
    )
    right = record("b", "标准实践指南——人脸支付指引", body="某标准化技术委员会")
    assert pairs(left, right) == set()


def test_a_companion_is_not_the_document():
    assert pairs(record("a", "系统安全指南"), record("b", "系统安全配套指南")) == set()
    assert pairs(record("a", "数据流通条例"), record("b", "数据流通条例实施细则")) == set()


def test_other_words_in_the_same_place_are_another_subject():
    assert pairs(record("a", "省公共数据登记实施细则"), record("b", "省公共数据授权运营实施细则")) == set()


def test_the_same_number_is_the_same_document():
    left = record("a", "行动方案", number="某政办发〔2025〕4号")
    right = record("b", "关于印发数据行动方案的通知", number="某政办发[2025]4号")
    assert pairs(left, right) == {("a", "b")}


def test_two_translations_of_a_proposed_rule():
    text = "规则限制向受关注国家转让批量基因数据与定位数据，经纪交易一律禁止，援引第14999号行政令。"
    left = record(
        "a",
        "应对批量敏感数据风险拟议规则",
        stage="征求意见",
        on="2024-10-21",
        region="US",
        body="美国司法部",
        text=text + "敏感数据外流风险",
    )
    right = record(
        "b",
        "防止受关注国家获取敏感数据的最终规则",
        on="2024-12-27",
        region="US",
        body="美国司法部",
        text=text + "应对批量敏感数据风险",
    )
    assert pairs(left, right) == {("a", "b")}


def test_a_final_rule_under_another_name_that_retells_the_draft():
    text = "规则管制六类数据，禁止经纪商与受关注国交易，限制投资与雇佣协议，设立审计与记录义务。"
    here = {"region": "US", "body": "美国司法部"}
    left = record("a", "应对敏感数据风险的拟议规则", stage="征求意见", on="2024-10-21", text=text, **here)
    right = record("b", "管制数据交易的最终规则", on="2024-12-27", text=text + "九十天后生效。", **here)
    other = record("c", "限制芯片出口的最终规则", on="2024-12-27", text="芯片出口须有许可。", **here)
    assert pairs(left, right, other) == {("a", "b")}


def test_reasons_tell_the_editor_why():
    match = compare(DRAFT, FINAL)
    assert match is not None
    assert any(reason.startswith("文件名相同") for reason in match.reasons)
    assert any("国家数据局" in reason for reason in match.reasons)


def test_records_are_put_together_through_their_pairs():
    matches = find_same(
        [DRAFT, FINAL, record("c", "可信设施运营办法", on="2025-03-09"), record("d", "另一规定")]
    )
    assert policies(matches, "abcd") == (("a", "b", "c"), ("d",))


NAMES = [
    "数据登记办法",
    "数据登记暂行办法",
    "数据流通条例",
    "数据流通条例（草案）",
    "标准体系指南（2024版）",
    "标准体系指南（2025版）",
]
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is slow
RECORDS = st.lists(
    st.builds(
        lambda title, stage, region, body, days: (title, stage, region, body, days),
        st.sampled_from(NAMES),
        st.sampled_from(["征求意见", "草案", "发布", "报告"]),
        st.sampled_from(["100000", "520000", "EU", ""]),
        st.sampled_from(["国家数据局", "国务院", ""]),
        st.integers(0, 900),
    ),
    max_size=8,
)


@patient
@given(RECORDS, st.randoms())
def test_the_graph_does_not_depend_on_the_order_of_the_issues(drawn, random):
    records = [
        LinkRecord(
            str(number),
            (LinkDocument((title,), None, stage, date.fromordinal(738000 + days)),),
            frozenset({region} - {""}),
            frozenset({body} - {""}),
        )
        for number, (title, stage, region, body, days) in enumerate(drawn)
    ]
    shuffled = list(records)
    random.shuffle(shuffled)
    keys = [one.key for one in records]
    in_order, backfilled = find_same(records), find_same(shuffled)
    assert in_order == backfilled
    assert policies(in_order, keys) == policies(backfilled, reversed(keys))


@patient
@given(RECORDS)
def test_a_further_record_changes_no_pair_of_the_others(drawn):
    records = [
        record(
            str(number),
            title,
            stage=stage,
            region=region,
            body=body,
            on=date.fromordinal(738000 + days).isoformat(),
        )
        for number, (title, stage, region, body, days) in enumerate(drawn)
    ]
    before = set(find_same(records))
    after = {
        match
        for match in find_same([*records, record("z", "数据登记办法")])
        if "z" not in (match.left, match.right)
    }
    assert before == after
