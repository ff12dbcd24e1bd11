"""What PORTAL_ACCESS shows, and copies that never cross from one reader to another. Who may open which
address: test_roles.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.http import http_date

from bulletin.models import Article, Issue
from tests.makers import make_article, make_editor, make_full_issue, make_user

pytestmark = pytest.mark.django_db

BODY = "这一句只在正文里出现，提要里没有它。"
SUMMARY = "编辑写的提要。"


@pytest.fixture
def issue(db):
    issue = make_full_issue(237, articles=4)
    issue.articles.filter(order=1).delete()
    make_article(issue, order=1, number=1, body=[BODY], summary=SUMMARY)
    return issue


def test_full_text_shows_title_and_summary_and_invites_to_log_in(client, issue, settings):
    settings.PORTAL_ACCESS = "full-text"
    html = client.get("/issues/237/1/").content.decode()
    assert "登录后阅读全文" in html and 'href="/desk/login/?next=/issues/237/1/"' in html
    assert "编辑写的" in html and "打开原文" in html
    client.force_login(make_user())
    html = client.get("/issues/237/1/").content.decode()
    assert BODY in html and "登录后阅读全文" not in html


def test_a_wrong_address_tells_nothing_to_who_is_not_logged_in(client, issue, settings):
    settings.PORTAL_ACCESS = "login"
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "总第237期" not in response.content.decode()


def test_search_engines_are_told(client, settings):
    settings.PORTAL_ACCESS = "everyone"
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in robots and "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /\n" not in robots
    settings.PORTAL_ACCESS = "login"
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


# --- Copies -----------------------------------------------------------------------------------------------

PAGES = [
    "/",
    "/issues/",
    "/issues/237/",
    "/issues/237/print/",
    "/issues/237/2/",
    "/sections/difang/",
    "/about/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_already_had_is_not_sent_again(client, issue, address):
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304


@pytest.mark.parametrize("address", PAGES)
def test_a_copy_is_asked_about_and_kept_apart_by_reader(client, issue, settings, address):
    response = client.get(address)
    assert "no-cache" in response["Cache-Control"] and "private" not in response["Cache-Control"]
    assert "Cookie" in response["Vary"]
    client.force_login(make_user())
    assert "private" in client.get(address)["Cache-Control"]
    client.logout()
    settings.PORTAL_ACCESS = "full-text"
    assert "private" in client.get(address)["Cache-Control"]


def changed(client, address, first):
    """Whether a reader with the first copy gets a new one, by ETag."""
    return client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_publishing_and_withdrawing_make_a_new_copy(client, issue):
    draft = make_full_issue(238, published=False)
    for act in (draft.publish, draft.withdraw):
        first = client.get("/")
        act()
        assert changed(client, "/", first)


@pytest.mark.parametrize("address", ["/", "/issues/237/", "/issues/237/2/", "/sections/difang/"])
def test_an_edit_makes_a_new_copy(client, issue, address):
    article = issue.articles.get(order=2)
    first = client.get(address)
    article.title = "改过的题目"
    article.save()
    assert changed(client, address, first)


def test_an_edit_is_seen_by_who_asks_by_date(client, issue):
    past = datetime.now(UTC) - timedelta(days=1)
    Issue.objects.update(updated_at=past)
    Article.objects.update(updated_at=past)
    seen = http_date(datetime.now(UTC).timestamp())
    assert client.get("/issues/237/2/", headers={"if-modified-since": seen}).status_code == 304
    Article.objects.filter(order=2).update(updated_at=datetime.now(UTC) + timedelta(seconds=5))
    assert client.get("/issues/237/2/", headers={"if-modified-since": seen}).status_code == 200


def test_logging_in_and_choosing_a_theme_make_a_new_copy(client, issue):
    first = client.get("/issues/237/2/")
    later = http_date(datetime.now(UTC).timestamp() + 3600)
    client.post("/theme/", {"theme": "dark", "next": "/"})
    assert changed(client, "/issues/237/2/", first)
    assert client.get("/issues/237/2/", headers={"if-modified-since": later}).status_code == 200
    client.cookies.clear()
    client.force_login(make_editor())
    assert changed(client, "/issues/237/2/", first)
    assert client.get("/issues/237/2/", headers={"if-modified-since": later}).status_code == 200
