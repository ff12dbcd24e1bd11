"""What readers find: the pages, the index behind them, and who may see what."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from bulletin.facts import ArticleRegion
from bulletin.models import Article
from bulletin.search import conditions, counts, finder, names, statements
from bulletin.search.entries import SearchEntry, refresh, refresh_counts
from bulletin.search.query import parse
from regions.models import Region
from tests.makers import make_article, make_body, make_editor, make_issue, make_user

pytestmark = pytest.mark.django_db


def publish(*articles):
    """Make them findable, as publishing does."""
    refresh(Article.objects.filter(pk__in=[article.pk for article in articles]))
    refresh_counts()


def make_findable(title="某地公布一份方案", *paragraphs, **fields):
    article = make_article(title=title, **({"body": list(paragraphs)} if paragraphs else {}), **fields)
    publish(article)
    return article


def find(typed, **facets):
    found = Article.objects.search(parse(typed), {name: frozenset(codes) for name, codes in facets.items()})
    return [article.title for article in found.articles]


def page(client, **params):
    response = client.get(reverse("search"), params)
    return response, response.content.decode()


# --- What is found ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["养老服务", "老服", "養老服務", "老服务券", "“服务券的发放”", "54.9%", "ＡＩ", "来源:民政局", "民政局"],
)
def test_any_part_of_a_text_is_found(typed):
    make_findable("甲市动态", "AI助手参与养老服务券的发放，覆盖率升至54.9％。", source_names=["甲市民政局"])
    make_findable("乙市动态", "港口吞吐量继续增长，CHAIN 一词与此无关。", source_names=["乙市港务局"])
    assert find(typed) == ["甲市动态"]


def test_every_substring_of_two_characters_or_more_is_found():
    text = "城市运行一张图接入水电气热四类传感器并向街道开放"
    make_findable("题目在此", text)
    missed = [
        text[start:end]
        for start in range(len(text))
        for end in range(start + 2, len(text) + 1)
        if find(f'"{text[start:end]}"') != ["题目在此"]
    ]
    assert missed == []


def test_a_word_taken_out_and_a_word_in_the_title_only():
    make_findable("港口条例", "讲港口，也讲铁路。")
    make_findable("铁路条例", "讲铁路，也讲港口。")
    make_findable("公路条例", "只讲港口。")
    assert sorted(find("港口 -铁路")) == ["公路条例"]
    assert find("标题:港口") == ["港口条例"]


def test_a_single_character_is_looked_for_in_titles():
    make_findable("粤港协作", "正文里没有那个字。")
    make_findable("别处协作", "正文里有粤字。")
    assert find("粤") == ["粤港协作"]


def test_a_document_number_is_found_with_any_bracket():
    make_findable("某省发文", "日前，《示例条例》（示政发〔2024〕17号）公布。")
    for typed in ("示政发〔2024〕17号", "示政发[2024]17号", "示政发（2024）17号", "文号:示政发【2024】17号"):
        assert find(typed) == ["某省发文"], typed
    assert find("示政发〔2024〕7号") == []


def test_a_field_that_names_nothing_is_a_word(client):
    make_findable("地区动态", "乌有乡的事。")
    assert "地区动态" in plain(page(client, q="地区:乌有乡")[1])


def plain(html):
    return re.sub(r"</?mark>|<wbr>", "", html)


def test_words_of_a_question_are_found_and_the_page_says_so(client):
    make_findable("甲省出台方案", "甲省对数据标注企业给予补贴，另有政策支持。")
    _, html = page(client, q="数据标注企业有哪些补贴政策")
    assert "甲省出台方案" in plain(html)
    assert "包含全部词的只有1篇" in html


def test_most_words_are_enough_where_none_has_all(client):
    make_findable("滑雪场开放", "本地滑雪场对外开放。")
    _, html = page(client, q="滑雪场 鳄鱼养殖")
    assert "滑雪场开放" in plain(html)
    assert "至少包含其中1个" in html


def test_an_article_whose_words_are_common_is_counted_by_estimate(monkeypatch):
    for module in (counts, finder):
        monkeypatch.setattr(module, "FEW", 20)
    monkeypatch.setattr(counts, "SAMPLE", 40)
    issue = make_issue()
    articles = [make_article(issue, title=f"第{n}篇动态", body=["都说到数据。"]) for n in range(120)]
    publish(*articles)
    found = Article.objects.search(parse("数据"))
    assert not found.tally.exact
    assert 40 <= found.tally.count <= 250
    assert found.articles[0].title == "第0篇动态"  # the newest issue, as printed
    dated, seen, cursor = [], set(), None
    while True:
        found = Article.objects.search(parse("数据"), sort=finder.NEWEST_FIRST, cursor=cursor, size=25)
        dated += [article.pk for article in found.articles]
        seen.update(dated)
        cursor = found.following
        if cursor is None:
            break
    assert len(dated) == len(seen) == 120
    assert find("第77篇") == ["第77篇动态"]
    most = Article.objects.search(parse("都说 数据 鳄鱼"))
    assert (most.how, most.tally.exact, len(most.articles)) == (finder.MOST_WORDS, False, 20)


def test_a_common_word_is_taken_out_by_the_index_with_the_same_result(monkeypatch):
    issue = make_issue()
    bodies = ["说到数据。"] * 3 + ["说到数据与算力。"] * 30 + ["说到数据与算力网。"] * 3 + ["说到算力网。"]
    publish(
        *[
            make_article(issue, title=f"第{n}篇", body=[body], source_names=["甲市"])
            for n, body in enumerate(bodies)
        ]
    )
    asked = ("数据 -算力", "数据 -算力网", "数据 -算力 -标题:第1篇", "说到数据 -算力网")
    compared = [find(typed) for typed in asked]
    assert [len(titles) for titles in compared] == [3, 20, 2, 20]
    monkeypatch.setattr(conditions, "COMPARABLE", 5)
    assert [find(typed) for typed in asked] == compared
    assert find("算力 -数据") == ["第36篇"]


def test_a_source_is_not_mistaken_for_the_text():
    make_findable("甲市动态", "民政部门介绍。", source_names=["甲市港务局"])
    assert find("来源:民政") == []
    assert find("来源:港务") == ["甲市动态"]


# --- When ---------------------------------------------------------------------------------------------------


def test_an_issue_is_found_from_its_publication_to_its_withdrawal():
    issue = make_issue(published=False)
    make_article(issue, title="从草稿到发布", body=["无人驾驶清扫车上路。"])
    assert find("清扫车") == []
    issue.publish()
    assert find("清扫车") == ["从草稿到发布"]
    issue.withdraw()
    assert find("清扫车") == []


def test_publishing_that_fails_leaves_nothing_to_be_found():
    issue = make_issue(published=False)
    make_article(issue, body=["无人驾驶清扫车上路。"])
    with pytest.raises(RuntimeError), transaction.atomic():
        issue.publish()
        raise RuntimeError
    assert find("清扫车") == []


def test_an_article_that_is_taken_down_is_not_found_until_it_is_restored():
    article = make_findable("要撤下的一篇", "无人驾驶清扫车上路。")
    article.take_down("来源要求撤下。")
    assert find("清扫车") == []
    article.restore()
    assert find("清扫车") == ["要撤下的一篇"]


def test_reindexing_mends_rows_and_can_be_repeated():
    kept = make_findable("留下的一篇", "无人驾驶清扫车上路。")
    gone = make_findable("已撤下的一篇", "无人驾驶清扫车停运。")
    Article.objects.filter(pk=gone.pk).update(taken_down_at="2025-01-01T00:00Z", takedown_note="撤下。")
    Article.objects.filter(pk=kept.pk).update(body=make_body(["改成了公交车。"]))
    for _ in range(2):
        call_command("reindex", stdout=StringIO())
        assert list(SearchEntry.objects.values_list("article", flat=True)) == [kept.pk]
        assert find("公交车") == ["留下的一篇"]
        assert find("清扫车") == []


# --- The page -----------------------------------------------------------------------------------------------


def test_a_hit_shows_its_passage_and_leads_to_it(client):
    article = make_findable("甲市动态", "先说别的。", "再说养老服务券的发放。")
    _, html = page(client, q="服务券")
    assert "<mark>服务券</mark>" in html
    assert f"{article.get_absolute_url()}#p2" in html
    assert "找到1篇" in html


def test_a_marked_title_breaks_between_words_only(client):
    make_findable("国家数据局印发《“人工智能+”行动方案》", "全文从略。")
    _, html = page(client, q="数据局印发")
    assert "国家<mark>数据局<wbr>印发</mark><wbr>《“" in html
    assert '<span class="nobr">人工智能+</span>' in html


def test_facets_count_what_a_choice_would_show(client):
    for section in ("guoce", "guoce", "difang"):
        make_findable("数据动态", "说到数据。", section=section)
    _, html = page(client, q="数据", section="difang")
    counts = dict(re.findall(r'name="section" value="(\w+)".*?fac__n">(\d+)<', html))
    assert counts == {"guoce": "2", "difang": "1"}
    assert "找到1篇" in html
    assert re.search(r'class="tag" href="/search/\?q=%E6%95%B0%E6%8D%AE"[^>]*>地方新政', html)


def test_a_region_counts_the_places_inside_it(client, reference_tables):
    article = make_article(title="贵阳动态", body=["说到数据。"])
    ArticleRegion.objects.create(article=article, region=Region.objects.get(path="guizhou/guiyang"))
    publish(article)
    assert "找到1篇" in page(client, q="数据", region="guizhou")[1]
    assert "没有找到" in page(client, q="数据", region="zhejiang")[1]
    assert "找到1篇" in page(client, q="地区:贵州")[1]


def test_pages_are_turned_forth_and_back_without_losing_a_hit(client):
    issue = make_issue()
    publish(*[make_article(issue, title=f"第{n}篇", body=["说到数据。"]) for n in range(45)])
    for sort in ("relevance", "newest", "oldest"):
        address, seen, pages = f"{reverse('search')}?q=数据&sort={sort}", [], []
        while address:
            html = client.get(address).content.decode()
            pages.append(re.findall(r"/issues/\d+/(\d+)/#p1", html))
            seen += pages[-1]
            after = re.search(r'<a href="([^"]*)" rel="next"', html)
            address = after and after[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 45, sort
        before = re.search(r'<a href="([^"]*)" rel="prev"', html)[1].replace("&amp;", "&")
        assert re.findall(r"/issues/\d+/(\d+)/#p1", client.get(before).content.decode()) == pages[-2], sort


def test_the_issue_that_is_named_stands_first(client):
    make_issue(237, issued_on=date(2025, 7, 31))
    assert "总第<wbr>237期" in page(client, q="第237期")[1]


def test_a_misspelt_name_is_offered_right(client, reference_tables):
    make_findable("贵州动态", "贵州推进数据标注。")
    assert ">贵州</a>" in page(client, q="桂州")[1]
    assert ">贵州</a>" in page(client, q="gz")[1]


def test_no_hit_offers_to_drop_a_filter_with_its_count(client):
    make_findable("数据动态", "说到港口。", section="guoce")
    make_findable("别的动态", "说到铁路。", section="difang")
    _, html = page(client, q="港口", section="difang")
    assert re.search(r"不限“地方新政” <b>1</b>", html)


def test_nothing_asked_offers_issues(client):
    issue = make_issue()
    assert str(issue) in page(client)[1]


def test_a_result_page_costs_few_queries(client, reference_tables, django_assert_max_num_queries):
    issue = make_issue()
    publish(*[make_article(issue, title=f"第{n}篇", body=["说到数据。"]) for n in range(25)])
    names.directory()
    with django_assert_max_num_queries(11):
        page(client, q="数据", section="guoce")


# --- Suggestions --------------------------------------------------------------------------------------------


def suggested(client, typed):
    html = client.get(reverse("suggest"), {"q": typed}).content.decode()
    return re.findall(r'sug__k">(.*?)</span><span class="sug__t">(.*?)</span>', html)


def test_suggestions_by_name_by_letters_by_number_and_by_title(client, reference_tables):
    make_article(make_issue(237), title="贵阳发布无人清扫车指引")
    publish(*Article.objects.all())
    assert ("地区", "贵州") in suggested(client, "贵")
    assert suggested(client, "guizhou")[0] == ("地区", "贵州")
    assert ("地区", "贵阳") in suggested(client, "guiy")
    assert ("期", "总第237期") in suggested(client, "237")
    assert ("文章", "贵阳发布无人清扫车指引") in suggested(client, "清扫车")


def test_letters_of_a_province_bring_what_is_told_of_most_in_it(client, reference_tables):
    issue, guiyang = make_issue(), Region.objects.get(path="guizhou/guiyang")
    articles = [make_article(issue, title=f"贵阳动态之{n}") for n in range(2)]
    for article in articles:
        ArticleRegion.objects.create(article=article, region=guiyang)
    publish(*articles)
    assert suggested(client, "gz")[:2] == [("地区", "贵州"), ("地区", "贵阳")]


def test_suggestions_name_no_draft(client):
    make_article(make_issue(published=False), title="草稿里的清扫车")
    publish(*Article.objects.all())
    assert suggested(client, "清扫车") == []


# --- Who may see what ---------------------------------------------------------------------------------------


def test_drafts_are_found_at_the_desk_only(client):
    make_article(make_issue(published=False), title="草稿里的一篇", body=["无人清扫车上路。"])
    assert "草稿里的一篇" not in page(client, q="清扫车")[1]
    assert client.get(reverse("desk_search"), {"q": "清扫车"}).status_code in (302, 403)
    client.force_login(make_editor())
    assert "草稿里的一篇" not in page(client, q="清扫车")[1]
    assert "草稿里的一篇" in plain(client.get(reverse("desk_search"), {"q": "清扫车"}).content.decode())


def test_where_the_full_text_needs_a_login_no_passage_is_shown(client, settings):
    settings.PORTAL_ACCESS = "full-text"
    make_findable("甲市动态", "先说背景。", "密不外传的养老服务券细则。", summary="对外的提要。")
    _, html = page(client, q="服务券")
    assert "密不外传" not in html
    assert "对外的提要。" in html
    client.force_login(make_user())
    assert "密不外传" in page(client, q="服务券")[1]


def test_where_all_needs_a_login_search_does_too(client, settings):
    settings.PORTAL_ACCESS = "login"
    assert client.get(reverse("search"), {"q": "数据"}).status_code == 302
    assert client.get(reverse("suggest"), {"q": "数据"}).status_code == 302


# --- Bad input ----------------------------------------------------------------------------------------------

BAD = [
    "算" * 10_000,
    "算力 " * 3_000,
    '"' * 999,
    '"算力',
    "-",
    "- - -",
    "-算力",
    "%",
    "_",
    "a_b%c",
    ":*",
    "& | ! ( ) <->",
    "'; DROP TABLE bulletin_article; --",
    "<script>alert(1)</script>",
    "\x00\x01\x02算力\x1f",
    "\ud800",
    "🙂👩‍👩‍👧",
    "标题:",
    "期:99999999999999999999",
    "年:abc",
    "地区:\x00",
    "A" * 5_000,
    "1" * 5_000,
    "，。！？",
    "\u202e数据\u200b",
]


@pytest.mark.parametrize("typed", BAD, ids=range(len(BAD)))
def test_whatever_is_typed_the_answer_is_calm(client, typed):
    make_findable("甲市动态", "说到算力与数据。")
    for name in ("search", "suggest"):
        response = client.get(reverse(name), {"q": typed.encode("utf-8", "replace").decode()})
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "params",
    [
        {"section": [f"s{n}" for n in range(500)]},
        {"region": ["guizhou"] * 400, "body": [str(n) for n in range(500)]},
        {"year": ["-1", "99999999999999999999", "²", "2025"], "body": ["9" * 400, "\x00"]},
        {"after": "99999999999999999999999_1e999"},
        {"after": "nan_nan", "sort": "newest"},
        {"before": "-5", "sort": "oldest"},
        {"after": "1_inf"},
        {"sort": "'; DROP TABLE", "all": ["x", "region"]},
        {"region": "\x00", "topic": "\x00", "section": "\x00", "kind": "%", "stage": "'"},
    ],
)
def test_wild_filters_and_cursors_are_passed_over(client, params):
    make_findable("甲市动态", "说到算力与数据。")
    response = client.get(reverse("search"), {"q": "算力", **params})
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["search", "suggest", "search_feed", "article_list"])
def test_a_thousand_filters_are_refused_calmly(client, name):
    response = client.get(reverse(name) + "?q=算力" + "&region=guizhou" * 1500)
    assert response.status_code == 400
    assert "少选几个条件" in response.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_search_that_takes_too_long_is_stopped_and_keeps_the_query(client, monkeypatch):
    make_findable("甲市动态", "说到算力与数据。")
    monkeypatch.setattr(statements, "_SETTINGS", "SET LOCAL statement_timeout = 20; SELECT pg_sleep(2); ")
    response, html = page(client, q="算力")
    assert response.status_code == 503
    assert 'value="算力"' in html
    assert "太慢" in html


def test_signs_of_patterns_stand_for_themselves():
    make_findable("甲市动态", "说到算力。")
    for typed in ("算%", "算_", "算力:*", "算力 & 网络"):
        assert find(typed) in (["甲市动态"], []), typed
    assert find("%力%") == []
