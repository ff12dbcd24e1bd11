"""Which article and which paragraph is which, and whose word stands."""

from datetime import date

import pytest

from bulletin.ingestion.sequence import Numbered, out_of_step
from bulletin.ingestion.versions import body_changes, merge, number_blocks, pair_articles, side_by_side
from tests.readings import make_block, make_read_article


def outcome(current, last, new, ticked=()):
    [field] = merge({"title": current}, {"title": last}, {"title": new}, ticked)
    return (field.new if field.taken else field.old), field.conflict


def test_what_the_machine_wrote_gives_way_to_its_new_reading():
    assert outcome("旧", "旧", "新") == ("新", False)


def test_an_editors_word_stands_and_is_shown_as_a_conflict():
    assert outcome("编辑", "旧", "新") == ("编辑", True)


def test_an_editors_word_stands_quietly_when_the_machine_has_nothing_new():
    assert outcome("编辑", "旧", "旧") == ("编辑", False)


def test_a_tick_gives_the_new_reading_the_word():
    assert outcome("编辑", "旧", "新", {"title"}) == ("新", True)


def test_an_editor_who_wrote_what_the_machine_now_reads_is_no_conflict():
    assert outcome("新", "旧", "新") == ("新", False)


def test_a_field_that_the_machine_never_read_is_the_editors():
    [field] = merge({"title": "编辑"}, {}, {"title": "新"})
    assert (field.taken, field.conflict) == (False, True)


def standing(*articles):
    return [
        {
            "order": each["order"],
            "titles": [each["title"]],
            "source_url": each["source_url"],
            "body": each["body"],
        }
        for each in articles
    ]


def test_articles_are_known_again_after_one_is_put_before_them():
    old = [make_read_article(order, 8) for order in range(1, 7)]
    new = [make_read_article(8, 8) | {"order": 1}, *({**each, "order": each["order"] + 1} for each in old)]
    assert pair_articles(standing(*old), new) == {there: there - 1 for there in range(1, 7)}


def test_an_article_is_known_by_its_link_when_title_and_text_are_rewritten():
    old = make_read_article(1)
    new = old | {"title": "完全是另一种说法", "body": [make_block("正文也重新写过了。")]}
    assert pair_articles(standing(old), [new]) == {0: 0}


def test_an_article_is_known_by_its_opening_when_title_and_link_are_lost():
    old = make_read_article(1)
    assert pair_articles(standing(old), [old | {"title": "口口口口", "source_url": None}]) == {0: 0}


def test_two_articles_with_titles_of_one_pattern_stay_two():
    old = make_read_article(1, title="甲市发布人工智能三年行动计划", source_url="https://a.example/1")
    new = make_read_article(2, title="乙省发布低空经济五年行动计划", source_url="https://b.example/2")
    assert pair_articles(standing(old), [new]) == {}


def blocks(*texts):
    return [make_block(text) for text in texts]


def ids(old, texts, last_id):
    numbered, last_id = number_blocks(old, blocks(*texts), last_id)
    return [block["id"] for block in numbered], last_id


def test_paragraphs_keep_their_ids_and_a_number_is_never_given_twice():
    first = ["这是开头的一段话，说明来由。", "第二段列出三项主要任务。", "最后一段交代施行日期。"]
    body, last_id = number_blocks([], blocks(*first), 0)
    assert [block["id"] for block in body] == [1, 2, 3]

    without_last, last_id = number_blocks(body, blocks(*first[:2]), last_id)
    again, last_id = number_blocks(without_last, blocks(*first), last_id)
    assert [block["id"] for block in again] == [1, 2, 4]


def test_a_paragraph_that_was_reworded_or_moved_keeps_its_id():
    body, last_id = number_blocks([], blocks("甲段说的是算力网络建设。", "乙段说的是数据流通安全治理。"), 0)
    assert ids(body, ["乙段讲的是数据流通的安全治理。", "甲段说的是算力网络建设。"], last_id) == ([2, 1], 2)


def test_a_paragraph_put_between_gets_a_new_id():
    body, last_id = number_blocks([], blocks("甲段说的是算力网络建设。", "乙段说的是数据流通安全治理。"), 0)
    assert ids(body, ["甲段说的是算力网络建设。", "全新。", "乙段说的是数据流通安全治理。"], last_id) == (
        [1, 3, 2],
        3,
    )


def test_what_differs_is_marked_on_both_sides():
    assert side_by_side("到2027年建成", "到2030年建成") == (
        [(False, "到20"), (True, "27"), (False, "年建成")],
        [(False, "到20"), (True, "30"), (False, "年建成")],
    )


def test_changes_of_a_body_name_the_paragraphs_alone_that_differ():
    old = blocks("不变的一段文字在这里。", "要删去的段落，与别处都不像。", "三项任务分年推进。")
    new = blocks("不变的一段文字在这里。", "三项任务分季推进。", "新添的末段另起话头。")
    assert [change.outcome for change in body_changes(old, new)] == ["removed", "altered", "added"]


def test_a_paragraph_that_became_a_heading_is_told():
    [change] = body_changes(blocks("主要任务"), [make_block("主要任务", "h")])
    assert "".join(text for _, text in change.new) == "［小标题］主要任务"


def numbered(total, number, day):
    return Numbered(total, number, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("later", "agrees"),
    [
        (numbered(216, 3, "2025-01-27"), True),
        (numbered(219, 6, "2025-02-24"), True),
        (numbered(216, 3, "2024-12-31"), False),  # earlier than the one before
        (numbered(216, 4, "2025-01-27"), False),  # one 总期 further, two 期
        (numbered(237, 1, "2026-01-12"), True),
        (numbered(217, 3, "2026-01-12"), False),  # the third of the year, two after one of last year
    ],
)
def test_numbers_and_dates_of_two_issues_agree(later, agrees):
    assert (out_of_step(numbered(215, 2, "2025-01-13"), later) == "") is agrees
