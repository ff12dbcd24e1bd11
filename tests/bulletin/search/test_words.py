"""What is pure in search: folding, tokens, the query, the order, the passage shown."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bulletin.search.fold import fold, fold_with_places
from bulletin.search.query import MOST_WORDS, Word, cut_up, parse
from bulletin.search.rank import Candidate, ranked
from bulletin.search.snippet import LENGTH, passage, snippet
from bulletin.search.tokens import facet, facet_of, text_tokens, title_tokens
from bulletin.typesetting import cut


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《AI＋》", "ai+"),
        ("５Ｇ网络", "5g网络"),
        ("數據要素", "数据要素"),
        ("湘政办发〔2025〕4号", "湘政办发[2025]4号"),
        ("湘政办发〔2025〕4号", "湘政办发（2025） 4 号"),
        ("1,234.5亿元", "1234.5亿元"),
        ("算力，网络", "算力网络"),
    ],
)
def test_what_looks_alike_is_folded_alike(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("word", "text"), [("ai", "openai发布"), ("54", "增长54.9%"), ("5", "5G网络")])
def test_latin_words_and_numbers_are_found_whole_only(word, text):
    assert fold(word) not in fold(text)


def test_a_number_is_found_with_and_without_its_sign():
    assert fold("54.9%") in fold("增长54.9％以上")
    assert fold("54.9") in fold("增长54.9％以上")


@given(st.text())
@example("\U0002f83f")
def test_folding_twice_is_folding_once_and_places_are_kept(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text) == fold(fold(text))
    assert len(places) == len(folded)
    assert all(0 <= place <= len(text) for place in places)


@given(st.text(alphabet="数据要素流通规则AI5G2025年，。 ", min_size=2), st.data())
def test_tokens_of_any_part_are_among_those_of_the_whole(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = fold(text[start:end])
    if part and part in fold(text):
        assert text_tokens(part) <= text_tokens(fold(text))


def test_numbers_of_words_titles_and_facets_stay_apart_and_fit_32_bits():
    words, titles = text_tokens(fold("数据要素 AI")), title_tokens(fold("数据要素 AI"))
    facets = {facet("section", 1), facet("region", 3515)}
    assert not (words & titles or words & facets or titles & facets)
    assert all(-(1 << 31) <= token < 1 << 31 for token in words | titles | facets)
    assert facet_of(facet("body", 4711)) == ("body", 4711)


def test_a_query_is_read_with_quotes_exclusion_and_fields():
    query = parse("算力 “公共 数据” -招聘 标题：条例 地区:贵州 期:237")
    assert query.words == (Word("算力"), Word("公共数据", quoted=True), Word("条例", "title"))
    assert query.excluded == (Word("招聘"),)
    assert query.facets == (("region", "贵州"), ("issue", "237"))


@pytest.mark.parametrize(
    "typed", ['"', '"算力', "%", "_", ":*", "-", "--", "标题:", "\x00", "（）〔〕", "' OR 1=1 --", "🙂"]
)
def test_odd_queries_are_read_calmly(typed):
    parse(typed)


def test_an_unbalanced_quote_is_passed_over():
    assert parse('算力"网络').words == (Word("算力"), Word("网络"))


def test_a_long_query_is_shortened_and_says_so():
    query = parse("算力网络 " * 2000 + " ".join(f"词{n}语" for n in range(100)))
    assert query.shortened
    assert len(query.words) <= MOST_WORDS


def test_a_document_number_is_one_phrase():
    assert parse("国发〔2022〕25号").words == (Word("国发 2022 25 号", quoted=True),)


def test_a_question_is_cut_into_what_it_asks_about():
    words = [word.text for word in cut_up(parse("贵州有哪些算力政策"), cut).words]
    assert words == ["贵州", "算力", "政策"]


def test_a_quoted_phrase_is_never_cut():
    assert not parse("“数据要素市场化配置改革”").can_be_cut


def test_title_ranks_over_body_exact_over_scattered_recent_over_old():
    def candidate(pk, title, text, year=2025):
        return Candidate(pk, pk, date(year, 1, 1), f"{fold(title)}\n{fold(text)}")

    words, weights = (Word("绿色"), Word("算力")), {Word("绿色"): 2.0, Word("算力"): 2.0}
    in_title = candidate(1, "绿色算力指引发布", "多地响应")
    in_body = candidate(2, "某市工作动态", "文中提到绿色算力的建设")
    scattered = candidate(3, "某市工作动态", "绿色出行之外还要建设算力")
    older = candidate(4, "某市工作动态", "文中提到绿色算力的建设", year=2020)
    found = ranked([older, scattered, in_body, in_title], words, weights, "绿色算力", date(2025, 1, 1))
    assert [each.pk for _, each in found] == [1, 2, 4, 3]


def test_a_passage_is_short_and_marks_the_original_characters():
    text = "开头的话说了许多别的事情。" * 10 + "这里讲到５Ｇ網絡与算力的布局，随后又说别的。" + "结尾。" * 30
    shown = snippet(text, [fold("5g网络"), "算力"])
    assert sum(len(each.text) for each in shown) <= LENGTH
    assert [each.text for each in shown if each.marked] == ["５Ｇ網絡", "算力"]


def test_a_passage_names_its_paragraph():
    body = [
        {"id": 3, "kind": "p", "text": "先说背景。"},
        {"id": 9, "kind": "p", "text": "再说算力券的发放。"},
    ]
    folded = "\n".join(map(fold, ["某市动态", "先说背景。", "再说算力券的发放。", "来源"]))
    assert passage("某市动态", body, lambda: "", folded, ["算力券"]).block == 9
    in_title = passage("某市动态", body, lambda: "提要在此", folded, ["某市"])
    assert (in_title.block, "".join(each.text for each in in_title.text)) == (None, "提要在此")


@given(st.text(max_size=300), st.lists(st.text(max_size=5), max_size=4))
def test_a_passage_is_always_part_of_the_text(text, words):
    shown = snippet(text, [folded for word in words if (folded := fold(word))])
    assert "".join(each.text for each in shown).strip("…") in text or "…" in text
