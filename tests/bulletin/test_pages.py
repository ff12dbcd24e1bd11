"""The reader's pages: what stands on them, what they cost, what they say when something is not there."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from bulletin.models import Article, Issue
from tests.makers import make_article, make_editor, make_full_issue, make_issue, make_user

pytestmark = pytest.mark.django_db


def text_of(response):
    """What a reader sees, without tags and without the marks for breaking lines."""
    html = response.content.decode()
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    html = re.sub(r"</?(wbr|span)\b[^>]*>", "", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


# --- Home -------------------------------------------------------------------------------------------------


def test_home_without_any_issue_says_what_will_be_here(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "还没有发布任何一期" in text_of(response)


def test_home_shows_the_latest_published_issue(client):
    make_full_issue(236)
    latest = make_full_issue(237)
    make_full_issue(238, published=False)
    response = client.get("/")
    assert response.context["issue"] == latest
    listed = [article for _, articles in response.context["contents"] for article in articles]
    assert listed == list(latest.articles.all())
    assert "总第238期" not in text_of(response)


def test_the_lead_story_is_the_one_on_the_cover(client):
    issue = make_issue(237, cover_headline="示例局召开 数据工作会议")
    make_article(issue, title="先列出的一篇")
    cover = make_article(issue, title="示例局召开数据工作会议", section="difang")
    assert client.get("/").context["lead"] == cover


def test_the_other_stories_begin_with_the_first_of_each_section(client):
    issue = make_issue(237, cover_headline="")
    for slug in ("guoce", "guoce", "difang", "difang", "chanye", "shugu"):
        make_article(issue, section=slug)
    orders = [article.order for article in client.get("/").context["others"]]
    assert orders == [2, 3, 5, 6]


def test_a_long_list_of_contents_ends_with_the_number_of_all(client):
    make_full_issue(237, articles=27)
    response = client.get("/")
    assert "全部27篇" in text_of(response)
    assert sum(len(articles) for _, articles in response.context["contents"]) == 24


def test_a_taken_down_article_is_not_shown_off_on_the_home_page(client):
    issue = make_issue(237, cover_headline="撤下的封面文章")
    article = make_article(issue, title="撤下的封面文章", body=["甲市印发《不再公开的方案》，提出十项任务。"])
    make_article(issue, title="留下的文章")
    article.take_down("应权利人要求撤下。")
    response = client.get("/")
    assert response.context["lead"].title == "留下的文章"
    assert "不再公开的方案" not in text_of(response)


# --- Issues -----------------------------------------------------------------------------------------------


def test_the_archive_goes_back_year_by_year(client):
    for number, day in ((215, date(2025, 1, 13)), (214, date(2024, 12, 30)), (219, date(2025, 2, 24))):
        make_issue(number, issued_on=day)
    years = client.get("/issues/").context["by_year"]
    assert [(year, [issue.total_number for issue in issues]) for year, issues in years] == [
        (2025, [219, 215]),
        (2024, [214]),
    ]


def test_the_archive_shows_one_year(client):
    make_issue(215, issued_on=date(2025, 1, 13))
    make_issue(214, issued_on=date(2024, 12, 30))
    response = client.get("/issues/?year=2024")
    assert [issue.total_number for issue in response.context["page"]] == [214]
    assert "2024年各期" in text_of(response)


@pytest.mark.parametrize("query", ["year=1999", "year=abc", "year=99999999999999999999", "year=-3", "year=0"])
def test_a_year_without_issues_leads_back_to_all(client, query):
    make_issue(215)
    response = client.get(f"/issues/?{query}")
    assert response.status_code == 200
    assert "看全部各期" in text_of(response)


@pytest.mark.parametrize("page", ["0", "99", "-1", "abc"])
def test_a_page_of_the_archive_that_is_not_there_is_404(client, page):
    make_issue(215)
    assert client.get(f"/issues/?page={page}").status_code == 404


def test_the_archive_is_paged_and_keeps_the_year_in_its_links(client):
    for number in range(1, 51):
        make_issue(number, issued_on=date(2025, 1, 1))
    response = client.get("/issues/?year=2025")
    assert len(response.context["page"]) == 48
    assert "?year=2025&amp;page=2" in response.content.decode()
    assert len(client.get("/issues/?year=2025&page=2").context["page"]) == 2


def test_an_issue_lists_its_articles_by_section_with_counts(client):
    issue = make_full_issue(237, masthead={"美术编辑": ["杨某"], "主编": ["示例研究院"]})
    make_article(issue, section="shugu", source_url="", source_names=[])
    response = client.get(issue.get_absolute_url())
    shown = text_of(response)
    assert [(str(section), len(articles)) for section, articles in response.context["by_section"]] == [
        ("国策要论", 3),
        ("地方新政", 3),
        ("产业前沿", 3),
        ("数谷动态", 4),
    ]
    assert "本期要目" in shown and "本期未附原文链接" in shown and "www.example.gov.cn" in shown
    assert shown.index("示例研究院") < shown.index("杨某")


def test_a_section_without_articles_is_left_out(client):
    issue = make_issue(237)
    make_article(issue, section="difang")
    [(section, _)] = client.get(issue.get_absolute_url()).context["by_section"]
    assert str(section) == "地方新政"


def test_an_issue_leads_to_the_published_ones_before_and_after(client):
    for number in (230, 235, 240):
        make_issue(number)
    make_issue(236, published=False)
    context = client.get("/issues/235/").context
    assert (context["before"].total_number, context["after"].total_number) == (230, 240)


def test_the_print_page_holds_every_text_and_link(client):
    issue = make_full_issue(237, articles=5)
    response = client.get(reverse("issue_print", args=[237]))
    html = response.content.decode()
    for article in issue.articles.all():
        assert article.source_url in html
        assert article.body[0]["text"] in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


# --- Articles ---------------------------------------------------------------------------------------------


def test_an_article_shows_where_it_stands_and_where_it_comes_from(client):
    issue = make_issue(237, issued_on=date(2025, 7, 31), number=24)
    article = make_article(
        issue, section="difang", page=4, title="某区出台数据产业措施", source_names=["甲局", "乙局"]
    )
    shown = text_of(client.get(article.get_absolute_url()))
    for fact in ("地方新政", "总第237期 04页", "某区出台数据产业措施", "来源：甲局、乙局", "2025年7月31日"):
        assert fact in shown
    assert "（来源：甲局、乙局）" in shown and "www.example.gov.cn" in shown
    assert "某区出台数据产业措施[J/OL]. 大数据发展动态, 2025(24): 4[" in shown


def test_the_text_keeps_its_parts_and_addresses(client):
    article = make_article(
        body=[
            "开头一段。",
            {"kind": "h", "text": "一、算力"},
            {"kind": "p", "text": "第一项", "bullet": True},
            {"kind": "figure", "text": "图1 算力走势"},
            {"kind": "table", "text": "", "rows": [["指标", "数值"], ["智算", "53"]]},
        ]
    )
    html = client.get(article.get_absolute_url()).content.decode()
    for markup in ('<p id="p1">', '<h2 id="p2">', '<li id="p3">', 'id="p4"', 'id="p5"'):
        assert markup in html
    assert "图1 算力走势" in html and '<th scope="col">指标</th>' in html and "<td>智算</td>" in html


def test_over_three_headings_there_is_a_list_of_contents(client):
    article = make_article(body=[{"kind": "h", "text": f"{number}、某节"} for number in "一二三四"])
    html = client.get(article.get_absolute_url()).content.decode()
    assert "本篇目录" in html and 'href="#p4"' in html
    short = make_article(body=[{"kind": "h", "text": f"{number}、某节"} for number in "一二三"])
    assert "本篇目录" not in client.get(short.get_absolute_url()).content.decode()


def test_an_article_without_link_says_so(client):
    article = make_article(source_url="")
    response = client.get(article.get_absolute_url())
    assert "本期未附原文链接" in text_of(response)
    assert "打开原文" not in text_of(response)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://[broken", "www.example.gov.cn/a"])
def test_an_address_that_is_none_is_shown_but_cannot_be_followed(client, address):
    article = make_article(source_url=address)
    html = client.get(article.get_absolute_url()).content.decode()
    assert f'href="{address}"' not in html
    assert "本期未附原文链接" in html and address in html


def test_an_unencrypted_address_is_named(client):
    article = make_article(source_url="http://www.example.gov.cn/a.html")
    assert "未加密" in text_of(client.get(article.get_absolute_url()))


def test_an_article_leads_to_its_neighbours_and_to_its_kind(client):
    earlier = make_full_issue(236)
    issue = make_full_issue(237)
    article = issue.articles.get(order=4)
    context = client.get(article.get_absolute_url()).context
    assert (context["before"].order, context["after"].order) == (3, 5)
    assert list(context["related"]) == list(earlier.articles.filter(section=article.section))


def test_text_is_shown_as_text(client):
    article = make_article(
        title="<b>题</b>目&文", body=["<script>alert(1)</script>正文。"], source_names=["<i>局</i>"]
    )
    html = client.get(article.get_absolute_url()).content.decode()
    for markup in ("<b>", "<script>alert", "<i>"):
        assert markup not in html


def test_a_taken_down_article_keeps_its_address_and_says_why(client):
    article = make_article(title="某厂起诉某网案", body=["不再公开的正文里有这一句话。"])
    article.take_down("应权利人要求撤下。")
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    shown = text_of(response)
    assert "应权利人要求撤下。" in shown and "某厂起诉某网案" in shown
    assert "不再公开的正文" not in response.content.decode()


def test_no_list_and_no_print_page_gives_a_taken_down_text_away(client):
    issue = make_issue(237)
    article = make_article(issue, body=["不再公开的正文里有这一句话。"], summary="不再公开的提要。")
    make_article(issue)
    article.take_down("应权利人要求撤下。")
    for address in ("/", "/issues/237/", "/issues/237/print/", "/sections/guoce/", "/sitemap.xml"):
        html = client.get(address).content.decode()
        assert "不再公开" not in html
    assert f"<loc>http://testserver{article.get_absolute_url()}</loc>" not in html


# --- Sections ---------------------------------------------------------------------------------------------


def test_a_section_shows_its_articles_issue_by_issue(client):
    for number in (236, 237):
        make_full_issue(number, articles=8)
    make_full_issue(238, published=False)
    response = client.get("/sections/difang/")
    groups = [
        (issue.total_number, {article.section.slug for article in issue.cards}, len(issue.cards))
        for issue in response.context["page"]
    ]
    assert groups == [(237, {"difang"}, 2), (236, {"difang"}, 2)]
    assert "共4篇" in text_of(response)


def test_a_section_is_paged_by_issues_and_never_splits_one(client):
    for number in range(1, 9):
        make_full_issue(number, articles=8)
    pages = [client.get(f"/sections/guoce/?page={number}").context["page"] for number in (1, 2)]
    assert [[issue.total_number for issue in page] for page in pages] == [[8, 7, 6, 5, 4, 3], [2, 1]]


def test_a_section_shows_one_year(client):
    for number, year in ((10, 2024), (11, 2025)):
        make_article(make_issue(number, issued_on=date(year, 3, 3)))
    assert [issue.total_number for issue in client.get("/sections/guoce/?year=2024").context["page"]] == [10]
    assert "1999年没有国策要论的文章" in text_of(client.get("/sections/guoce/?year=1999"))


def test_a_section_without_articles_says_what_would_be_here(client):
    assert "数谷动态还没有文章" in text_of(client.get("/sections/shugu/"))


def test_a_chinese_address_of_a_section_moves_to_its_own(client):
    response = client.get("/sections/地方新政/")
    assert (response.status_code, response["Location"]) == (301, "/sections/difang/")


# --- Who sees drafts --------------------------------------------------------------------------------------


def draft_addresses(issue):
    article = issue.articles.first()
    return [
        issue.get_absolute_url(),
        reverse("issue_print", args=[issue.total_number]),
        article.get_absolute_url(),
    ]


def test_a_draft_does_not_exist_for_readers(client):
    issue = make_full_issue(237, published=False)
    for login in (False, True):
        if login:
            client.force_login(make_user())
        for address in draft_addresses(issue):
            assert client.get(address).status_code == 404


def test_an_editor_sees_a_draft_with_a_button_to_publish_it(client):
    issue = make_full_issue(237, published=False)
    client.force_login(make_editor())
    for address in draft_addresses(issue):
        response = client.get(address)
        assert response.status_code == 200
        assert "草稿" in text_of(response) and "发布第237期" in text_of(response)


def test_who_may_only_look_gets_no_button(client):
    issue = make_full_issue(237, published=False)
    client.force_login(make_user(None, "view_draft"))
    response = client.get(issue.get_absolute_url())
    assert "草稿" in text_of(response) and "发布第237期" not in text_of(response)


def test_a_published_issue_has_no_banner(client):
    issue = make_full_issue(237)
    client.force_login(make_editor())
    assert "草稿" not in text_of(client.get(issue.get_absolute_url()))


def test_a_withdrawn_issue_is_gone_and_says_since_when(client):
    issue = make_full_issue(237)
    issue.withdraw()
    for address in draft_addresses(issue):
        response = client.get(address)
        assert response.status_code == 410
        assert "总第237期已撤回" in text_of(response)
    assert str(issue.withdrawn_at.year) in text_of(response)
    assert client.get("/").context.get("issue") is None


# --- Errors -----------------------------------------------------------------------------------------------


def test_an_issue_that_is_not_there_offers_the_nearest_two(client):
    for number in (219, 237):
        make_issue(number)
    make_issue(230, published=False)
    for wanted in (225, 230):
        response = client.get(f"/issues/{wanted}/")
        html = response.content.decode()
        assert response.status_code == 404
        assert 'href="/issues/219/"' in html and 'href="/issues/237/"' in html


def test_an_article_that_is_not_there_offers_its_issue(client):
    make_full_issue(237, articles=4)
    response = client.get("/issues/237/99/")
    assert response.status_code == 404
    assert "总第237期没有这一篇" in text_of(response)


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/sections/meiyou/", "/issues/99999999999999999999/", "/issues/0/"]
)
def test_another_wrong_address_is_404_in_the_sites_own_frame(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "没有这一页" in text_of(response)


def test_a_crash_shows_a_page_that_needs_nothing(client, monkeypatch):
    make_issue(237)
    client.raise_request_exception = False
    monkeypatch.setattr(Issue, "neighbours", lambda issue: 1 / 0)
    response = client.get("/issues/237/")
    assert response.status_code == 500
    assert "网站出了错" in text_of(response)
    for address in re.findall(r'href="/static/([^"]+)"', response.content.decode()):
        assert finders.find(address)


@pytest.mark.parametrize("address", ["/", "/issues/", "/issues/237/", "/sections/guoce/", "/about/"])
def test_reading_never_changes_anything(client, address):
    make_full_issue(237)
    assert client.post(address).status_code == 405


# --- Light and dark ---------------------------------------------------------------------------------------


def test_the_theme_is_chosen_without_script_and_kept(client):
    response = client.post("/theme/", {"theme": "dark", "next": "/about/"})
    assert response["Location"] == "/about/"
    assert 'data-theme="dark"' in client.get("/about/").content.decode()
    client.post("/theme/", {"theme": "auto", "next": "/about/"})
    assert "data-theme" not in client.get("/about/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_choosing_a_theme_leads_nowhere_else(client, elsewhere):
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_a_theme_that_does_not_exist_is_not_kept(client):
    client.post("/theme/", {"theme": '"><script>', "next": "/"})
    assert "theme" not in client.cookies or not client.cookies["theme"].value


# --- What a page costs ------------------------------------------------------------------------------------


@pytest.fixture
def many_issues():
    for number in range(226, 238):
        make_full_issue(number, articles=16)


QUERIES = {
    "/": 4,
    "/issues/": 4,
    "/issues/?year=2025": 4,
    "/issues/237/": 6,
    "/issues/237/print/": 4,
    "/issues/237/5/": 8,
    "/sections/difang/": 7,
    "/about/": 2,
    "/about/accessibility/": 1,
}
LAST_MODIFIED = 2  # when issues and articles last changed: for readers who are not logged in
EDITOR = 3  # the session, the user, what he may do


@pytest.mark.parametrize(("address", "queries"), QUERIES.items())
def test_a_page_costs_the_same_queries_whatever_the_rows(
    client, many_issues, django_assert_num_queries, address, queries
):
    with django_assert_num_queries(queries + LAST_MODIFIED):
        assert client.get(address).status_code == 200
    client.force_login(make_editor())
    with django_assert_num_queries(queries + EDITOR):
        client.get(address)


def test_no_page_costs_twelve_queries():
    assert max(QUERIES.values()) + max(LAST_MODIFIED, EDITOR) < 12


def test_the_sitemap_costs_the_same_queries_whatever_the_rows(client, many_issues, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get("/sitemap.xml")


def test_lists_do_not_fetch_whole_texts(client, many_issues, django_assert_num_queries):
    long = "很长的一段正文。" * 2000
    article = Article.objects.get(issue__total_number=237, order=2)
    article.body.extend({"id": 10 + n, "kind": "p", "text": f"第{n}段。"} for n in range(20))
    article.body.append({"id": 99, "kind": "p", "text": long})
    article.save()
    [card] = Article.objects.filter(pk=article.pk).with_card()
    with django_assert_num_queries(0):
        assert card.telling_summary and long not in str(card.opening)
