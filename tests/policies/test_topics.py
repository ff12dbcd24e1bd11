"""The rules that tell a text's topics."""

import pytest

from policies.recognition.topics import Rule, count, topics_of

POWER = Rule(1, ("算力", "智算中心"), ("心算力",), 2)


def test_one_word_in_a_title_is_enough():
    assert topics_of(["某市算力补贴办法"], "", [POWER]) == [1]


@pytest.mark.parametrize(("text", "found"), [("算力。", []), ("算力和智算中心。", [1]), ("没有。", [])])
def test_in_the_text_it_takes_so_many(text, found):
    assert topics_of(["某市办法"], text, [POWER]) == found


def test_other_words_are_not_counted():
    assert count("心算力强，算力足", POWER) == 1


def test_without_mentions_the_text_does_not_count():
    assert topics_of(["某市办法"], "算力" * 9, [Rule(1, ("算力",), (), 0)]) == []


def test_a_longer_word_is_counted_once():
    assert count("数据要素市场", Rule(1, ("数据要素", "数据要素市场"))) == 1


def test_words_are_words_not_patterns():
    assert count("a.b axb", Rule(1, ("a.b",))) == 1
