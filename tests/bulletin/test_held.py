"""A form that is sent after its login has ended, by a browser without script: nothing typed is lost."""

import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bulletin.models import Article
from tests.makers import make_article, make_editor, make_issue

pytestmark = pytest.mark.django_db
TYPED = "写了半天的“题目”<b>"
OWN = {"Origin": "http://testserver"}


@pytest.fixture
def article():
    return make_article(make_issue(237, published=False), title="原来的题目")


@pytest.fixture
def browser():
    """One that keeps cookies and is held to its tokens, logged in until its session is ended elsewhere."""
    make_editor("bianji")
    browser = Client(enforce_csrf_checks=True)
    log_in(browser)
    return browser


def log_in(browser):
    page = browser.get(reverse("login"))
    typed = {"username": "bianji", "password": "a-long-password"}
    browser.post(reverse("login"), typed | {"csrfmiddlewaretoken": token(page)}, headers=OWN)


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


def form(page):
    """The fields of the page's own form, as it would be sent."""
    main = page.content.decode().partition("<main")[2]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: html.unescape(value) for name, value in found}


def test_it_is_kept_on_a_page_and_sent_again_after_a_new_login(browser, article):
    address = reverse("review", args=[237, article.number])
    typed = {"title": TYPED, "base.title": article.title, "csrfmiddlewaretoken": token(browser.get(address))}
    Session.objects.all().delete()
    kept = browser.post(address, typed, headers=OWN)
    assert kept.status_code == 403 and "登录已过期" in kept.content.decode()
    assert form(kept)["title"] == TYPED and TYPED not in kept.content.decode(), "as text, not as markup"
    assert "no-store" in kept["Cache-Control"]
    log_in(browser)
    again = browser.post(address, form(kept), headers=OWN)
    assert again.status_code == 403 and "再按一次就好" in again.content.decode()
    saved = browser.post(address, form(again), headers=OWN)
    assert saved.status_code == 302
    assert Article.objects.get(pk=article.pk).title == TYPED


def test_a_form_of_another_site_is_refused_whatever_it_holds(browser, article):
    address = reverse("review", args=[237, article.number])
    for origin in ({"Origin": "http://elsewhere.example"}, {}):
        refused = browser.post(address, {"title": TYPED, "csrfmiddlewaretoken": "x" * 64}, headers=origin)
        assert refused.status_code == 403 and "title" not in form(refused)


def test_files_and_passwords_are_not_kept(browser):
    token_of_page = token(browser.get(reverse("upload_list")))
    Session.objects.all().delete()
    file = {"files": SimpleUploadedFile("237.txt", b"..."), "csrfmiddlewaretoken": token_of_page}
    assert browser.post(reverse("upload_list"), file, headers=OWN).status_code == 302
    log_in(browser)
    wrong = {"username": "bianji", "password": "a-long-password", "csrfmiddlewaretoken": "x" * 64}
    refused = browser.post(reverse("login"), wrong, headers=OWN)
    assert refused.status_code == 403 and "a-long-password" not in refused.content.decode()
