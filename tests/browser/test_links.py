"""A link put right on the review screen: opened when it is saved, the result shown when it is there."""

import pytest
from django.test import Client

from bulletin.links.looking import look
from bulletin.links.records import Link
from tests.bulletin.links.strangers import stranger
from tests.makers import make_article, make_editor, make_issue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_new_address_is_opened_while_one_looks_on(open_page, live_server, settings, monkeypatch):
    settings.LINK_CHECKS = settings.LINK_ALLOW_PRIVATE = True
    monkeypatch.setattr("bulletin.links.looking.PAUSE_SECONDS", 0)
    monkeypatch.setattr("bulletin.links.looking.look_at_links.delay", lambda: None)  # done below, by hand
    with stranger() as server:
        article = make_article(make_issue(237, published=False), source_url=server.url + "/gone")
        look()
        client = Client()
        client.force_login(make_editor())
        page = open_page("/about/")
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([session])
        page.goto("/desk/issues/237/articles/1/")
        state = page.locator(".linkstate")
        assert "网页没有了" in state.inner_text() and "404" in state.inner_text()
        page.get_by_label("原文链接").fill(server.page("/here"))
        state.get_by_text("正在打开").wait_for()  # saved by itself, and on its way
        assert Link.objects.get(address=server.url + "/here").is_awaited
        look()
        state.get_by_text("打得开", exact=True).wait_for()
        page.get_by_role("button", name="现在查一下").click()
        page.wait_for_url("**#f-source_url")
        page.locator(".linkstate").get_by_text("正在打开").wait_for()
        article.refresh_from_db()
        assert article.link.is_awaited
