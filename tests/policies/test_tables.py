"""Which cells of a table are goals."""

import pytest

from policies.recognition.tables import Table, table_targets


def goals(rows, of_plan=True, reports=False, written_in=2025):
    table = Table("\n".join(" ".join(row) for row in rows), rows)
    found = list(table_targets({3: table}, written_in, of_plan=of_plan, reports=reports))
    for target in found:
        place = target.evidence
        assert place.paragraph == 3
        assert place.sentence in table.text
        assert table.text[place.start : place.end] in [cell for row in rows for cell in row]
    return [(target.by, target.value, target.unit) for target in found]


YEARS = [["指标", "2024年", "2026年", "2028年底"], ["示范园区", "3个", "10个以上", "20个"]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (YEARS, [(2026, 10, "个"), (2028, 20, "个")]),
        ([["指标", "单位", "2027年目标"], ["企业", "家", "300"]], [(2027, 300, "家")]),
        ([["指标", "2027年"], ["产值（亿元）", "1,200"]], [(2027, 1200, "亿元")]),
        ([["任务", "目标值", "完成时限"], ["开放数据集", "500个", "2026年底"]], [(2026, 500, "个")]),
        ([["指标", "2025年实际", "2027年"], ["上云率", "40%", "60%"]], [(2027, 60, "%")]),
        ([["指标", "2027年"], ["制度体系", "基本建立"]], []),
        ([["指标", "数值"], ["基站", "40万个"]], []),
        ([["指标", "2027年"]], []),
    ],
)
def test_goals_of_a_plan(rows, expected):
    assert goals(rows) == expected


def test_years_alone_make_no_goal_where_nothing_plans():
    assert goals(YEARS, of_plan=False) == []
    assert goals([["指标", "2027年目标"], ["园区", "20个"]], of_plan=False) == [(2027, 20, "个")]


def test_reports_forecast_and_set_no_goals():
    assert goals(YEARS, reports=True) == []


def test_rows_of_unequal_length_are_read_as_far_as_they_go():
    assert goals([["指标", "2027年"], ["园区"], ["企业", "9家", "另注"]]) == [(2027, 9, "家")]
