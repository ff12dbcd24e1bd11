from bulletin.prose import contents, flow
from tests.makers import make_body


def headings(*texts, highest=2):
    parts = flow(make_body([{"kind": "h", "text": text} for text in texts]), highest)
    return [part.level for part in parts]


def test_paragraphs_keep_the_address_they_were_given():
    parts = flow([{"id": 7, "kind": "p", "text": "甲。"}, {"id": 3, "kind": "p", "text": "乙。"}])
    assert [(part.id, part.text) for part in parts] == [(7, "甲。"), (3, "乙。")]


def test_neighbouring_bullets_are_one_list():
    bullets = [{"kind": "p", "text": text, "bullet": True} for text in ("甲", "乙")]
    before, listed, after = flow(make_body(["如下。", *bullets, "以上。"]))
    assert [item.text for item in listed.items] == ["甲", "乙"]
    assert [item.id for item in listed.items] == [2, 3]
    assert (before.kind, listed.kind, after.kind) == ("p", "list", "p")


def test_headings_are_ranked_by_their_numbering():
    assert headings("一、总体要求", "（一）目标", "（二）原则", "二、任务", "（一）算力") == [2, 3, 3, 2, 3]


def test_the_first_heading_is_the_highest_whatever_its_numbering_and_no_level_is_skipped():
    assert headings("（一）背景", "1. 现状", "（1）问题", "（二）对策") == [2, 3, 4, 2]
    assert headings("主要内容", "一、基础", "1. 算力", "（1）芯片", "二、应用") == [2, 3, 4, 4, 3]


def test_on_a_page_of_several_articles_headings_begin_lower():
    assert headings("一、总体要求", "（一）目标", highest=4) == [4, 4]


def test_a_table_has_its_first_row_as_head():
    [table] = flow(make_body([{"kind": "table", "text": "", "rows": [["指标", "数值"], ["算力", "53"]]}]))
    assert (table.head, table.rows) == (("指标", "数值"), (("算力", "53"),))


def test_a_row_that_fills_one_cell_before_the_head_is_the_caption():
    rows = [["主要指标", "", ""], ["指标", "单位", "数值"], ["算力", "EFLOPS", "53"]]
    [table] = flow(make_body([{"kind": "table", "text": "", "rows": rows}]))
    assert (table.text, table.head) == ("主要指标", ("指标", "单位", "数值"))


def test_a_table_of_one_row_has_no_head():
    [table] = flow(make_body([{"kind": "table", "text": "", "rows": [["甲", "乙"]]}]))
    assert (table.head, table.rows) == ((), (("甲", "乙"),))


def test_few_headings_need_no_contents():
    parts = flow(make_body([{"kind": "h", "text": f"{number}、节"} for number in "一二三"]))
    assert contents(parts) == []


def test_the_contents_list_the_highest_headings():
    texts = ["一、甲", "（一）子", "（二）丑", "二、乙"]
    parts = flow(make_body([{"kind": "h", "text": text} for text in texts]))
    assert [part.text for part in contents(parts)] == ["一、甲", "二、乙"]


def test_under_a_single_highest_heading_all_are_listed():
    texts = ["全文", "一、甲", "二、乙", "三、丙"]
    parts = flow(make_body([{"kind": "h", "text": text} for text in texts]))
    assert [part.text for part in contents(parts)] == texts
