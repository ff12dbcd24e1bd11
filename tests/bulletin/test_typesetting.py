import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.templatetags.typesetting import folio, qr, wb
from bulletin.typesetting import close_up, phrases


@given(st.text(max_size=60))
def test_the_phrases_joined_are_the_title(title):
    assert "".join(phrases(title)) == title


@pytest.mark.parametrize("word", ["人工智能", "数据局", "座谈会", "高质量", "若干措施", "征求意见稿"])
def test_a_word_of_the_trade_is_not_cut(word):
    cut = phrases(f"示例省出台{word}有关安排并部署落实")
    assert any(word in phrase for phrase in cut)


@pytest.mark.parametrize(
    ("title", "whole"),
    [
        ("某省发布《数字经济白皮书（2024年）》", "（2024年）"),
        ("某市启动“人工智能+农业”试点工程", "“人工智能+农业”"),
        ("《示例市数据条例》8月1日起施行", "8月1日"),
        ("某省出台29条措施促进服务业发展", "29条"),
        ("国家八部门联合开展专项检查", "八部门"),
        ("某省数据局等十二部门联合发文", "十二部门"),
    ],
)
def test_what_belongs_together_stays_together(title, whole):
    assert any(whole in phrase for phrase in phrases(title))


@given(st.text(alphabet="数据发展《》（）“”，。、：12年A ", min_size=1, max_size=30))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(title):
    cut = phrases(title)
    assert not any(phrase[0] in "》）”，。、：" for phrase in cut[1:])
    assert not any(phrase[-1] in "《（“" for phrase in cut[:-1])


def test_typed_gaps_between_chinese_and_latin_are_taken_out_and_others_kept():
    assert close_up("发布 2024 年 AI 报告") == "发布2024年AI报告"
    assert close_up("上半句 下半句 open data") == "上半句 下半句open data"


@given(st.text(max_size=60))
def test_no_character_of_a_title_is_lost_or_left_raw(title):
    shown = unescape(re.sub(r"</?(?:span|wbr)[^>]*>", "", wb(title)))
    assert shown == close_up(title)


def test_a_title_cannot_smuggle_markup():
    assert "<script>" not in wb("<script>alert(1)</script>通报")
    assert "<b>" not in wb("5+<b>") and "<wbr>" in wb("数据要素市场")


def test_a_dash_or_plus_does_not_break_a_short_phrase():
    assert '“<span class="nobr">人工智能+农业</span>”' in wb("某市启动“人工智能+农业”试点")


def test_folios_have_two_digits_and_none_where_the_page_is_unknown():
    assert (folio(4), folio(23), folio(None)) == ("04", "23", "")


def test_the_qr_code_is_named_and_holds_the_address():
    code = qr("https://www.example.gov.cn/a?b=1&c=<x>")
    assert 'role="img"' in code and "aria-label" in code
    assert "<x>" not in code and "style=" not in code


def test_an_address_too_long_for_a_qr_code_has_none():
    assert qr("https://example.cn/" + "政" * 2000) == ""
