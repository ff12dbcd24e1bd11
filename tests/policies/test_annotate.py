"""The annotate command: items in, readings out, no database."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

ITEMS = [
    {
        "id": "2025-01-14-1",
        "title": "某省《数据流通管理办法》公开征求意见",
        "text": "1月10日，贵州省大数据局起草了《贵州省数据流通管理办法（征求意见稿）》，现公开征求意见。",
        "source_url": "https://example.cn/1",
    },
    {
        "id": "2025-05-06-2",
        "title": "贵州印发数据流通管理办法",
        "text": "4月30日，贵州省大数据发展管理局印发《贵州省数据流通管理办法》，自2025年6月1日起施行。",
        "source_url": "https://example.cn/2",
    },
]


def annotate(tmp_path, content):
    path = tmp_path / "items.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    out = StringIO()
    call_command("annotate", str(path), stdout=out)
    return json.loads(out.getvalue())


def test_items_are_read_and_linked_without_a_database(tmp_path):
    found = annotate(tmp_path, ITEMS)
    draft, final = found["2025-01-14-1"], found["2025-05-06-2"]
    assert draft["regions"] == final["regions"] == ["520000"]
    assert final["bodies"] == ["贵州省大数据发展管理局"]
    assert (draft["documents"][0]["stage"], draft["documents"][0]["issued_on"]) == ("征求意见", "2025-01-10")
    assert final["documents"][0]["effective_on"] == "2025-06-01"
    assert draft["same_as"] == ["2025-05-06-2"]
    assert final["same_as"] == ["2025-01-14-1"]


def test_the_order_of_the_items_does_not_matter(tmp_path):
    assert annotate(tmp_path, ITEMS) == annotate(tmp_path, list(reversed(ITEMS)))


def test_items_may_come_as_an_object_and_may_lack_fields(tmp_path):
    found = annotate(tmp_path, {"7": {"title": "某部发布《数据报告》"}, "8": {}})
    assert set(found) == {"7", "8"}
    assert found["7"]["documents"][0]["stage"] == "报告"
    assert found["8"]["documents"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [("{", "不是 UTF-8 编码的 JSON"), ('["a"]', "应当是条目的列表"), ("3", "应当是条目的列表")],
)
def test_a_file_that_is_not_a_list_of_items_is_refused(tmp_path, content, says):
    with pytest.raises(CommandError, match=says):
        annotate(tmp_path, content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("annotate", str(tmp_path / "none.json"))
