"""Searching on a desktop and a phone: suggestions by keyboard, facets, chips, a passage, finding within."""

import pytest

from bulletin.models import Article
from bulletin.search.entries import refresh, refresh_counts
from tests.browser import looks
from tests.makers import make_article, make_issue

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def articles():
    """Two long articles, in two sections, of the 237th issue."""
    issue = make_issue(237)
    for section, title in (("guoce", "养老服务券发放办法"), ("difang", "某市试点养老服务券")):
        body = ["先说别的事情。" * 60, "再说养老服务券怎样发放。", *["其余的话。" * 80] * 4]
        make_article(issue, section=section, title=title, body=body)
    refresh(Article.objects.all())
    refresh_counts()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_suggestion_is_reached_by_keyboard(open_page, width):
    page = open_page("/about/", width=width)
    field = page.get_by_role("combobox", name="全站检索")
    field.type("服务券")
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert looks.violations(page) == []
    field.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/issues/237/*/")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_result_is_narrowed_widened_and_followed(open_page, width):
    page = open_page("/search/?q=服务券", width=width)
    assert page.locator("#res-h").inner_text() == "找到2篇"
    if width == 390:
        assert not page.get_by_label("地方新政").is_visible()
        page.get_by_text("筛选", exact=True).click()
    page.get_by_label("地方新政").check()
    page.wait_for_url("**section=difang*")
    page.get_by_text("找到1篇").wait_for()
    assert looks.excess(page) <= 0
    assert looks.violations(page) == []
    page.get_by_role("group", name="已选条件").get_by_role("link", name="地方新政").click()
    page.get_by_text("找到2篇").wait_for()
    page.get_by_role("heading", level=3).get_by_role("link").first.click()
    page.wait_for_url("**#p2")
    assert page.locator("#p2").is_visible()


def test_search_works_without_script(open_page):
    page = open_page("/about/", script=False)
    page.get_by_label("全站检索").fill("服务券")
    page.get_by_role("button", name="检索").click()
    assert page.locator("#res-h").inner_text() == "找到2篇"
    page.get_by_label("地方新政").check()
    page.get_by_role("button", name="应用筛选").click()
    assert page.locator("#res-h").inner_text() == "找到1篇"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/search/", "/search/?q=服务券", "/search/?q=鳄鱼&section=difang"])
def test_the_pages_of_search_are_accessible(open_page, address, theme):
    page = open_page(address, theme=theme, width=390)
    assert looks.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_word_is_found_within_an_article(open_page):
    page = open_page("/issues/237/1/")
    field = page.get_by_label("本篇内查找")
    field.fill("其余")
    assert page.locator(".infind output").inner_text() == "320处"
    field.press("Enter")
    assert page.locator(".infind output").inner_text() == "第1处，共320处"
    page.get_by_role("button", name="上一处").click()
    assert page.locator(".infind output").inner_text() == "第320处，共320处"
    field.fill("鳄鱼")
    assert page.locator(".infind output").inner_text() == "本篇没有"
