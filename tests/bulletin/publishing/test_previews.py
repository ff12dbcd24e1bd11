"""The private address of an issue that is not public yet."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bulletin.models import Issue
from bulletin.publishing import previews
from bulletin.publishing.records import PreviewLink
from tests.makers import make_article, make_editor, make_full_issue, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    issue = make_full_issue(237, articles=3, published=False)
    make_article(make_issue(238, published=False), title="另一期的草稿")
    return previews.make(issue, make_editor(), 7)


def address(link):
    return f"/preview/{previews.token_of(link)}/"


@pytest.mark.parametrize("access", ["everyone", "full-text", "login"])
def test_whoever_has_the_address_reads_what_readers_will_get(link, access, client, settings):
    settings.PORTAL_ACCESS = access
    response = client.get(address(link))
    issue = response.content.decode()
    assert "预览，还没有发布" in issue and f'href="{address(link)}2/"' in issue
    assert 'href="/issues/237/' not in issue and "另一期的草稿" not in issue
    article = client.get(f"{address(link)}2/").content.decode()
    assert "提出到2027年建成五个数据标注基地" in article and f'href="{address(link)}3/"' in article
    assert "登录后阅读全文" not in article
    assert "五个数据标注基地" in client.get(f"{address(link)}print/").content.decode()
    assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_it_shows_nobody_more_than_a_reader_sees(link, client):
    client.force_login(make_editor())
    shown = client.get(address(link)).content.decode()
    assert "编辑台" not in shown and "去发布" not in shown


def test_beyond_the_banner_and_its_own_links_it_is_the_public_page(link, client):
    private = client.get(f"{address(link)}1/").content.decode().replace(address(link), "/issues/237/")
    Issue.objects.get(total_number=237).publish()
    public = client.get("/issues/237/1/").content.decode()
    begin = private.index('<div class="wrap">\n    <div class="note note--warn draft"')
    end = private.index('<div class="wrap sec-')
    assert private[:begin].split() + private[end:].split() == public.split()


def test_an_address_that_was_tampered_with_is_none(link, client):
    token = previews.token_of(link)
    other = PreviewLink.objects.create(issue=link.issue, expires_at=link.expires_at)
    for wrong in (f"{other.pk}.{token.partition('.')[2]}", token[:-1], token + "x", "1", "\x00"):
        assert client.get(f"/preview/{wrong}/").status_code == 404


@pytest.mark.parametrize(
    "end",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
    ids=["revoked", "expired"],
)
def test_an_address_that_is_over_says_so_and_no_more(link, end, client):
    PreviewLink.objects.filter(pk=link.pk).update(**end)
    for page in ("", "2/", "2/pictures/1.webp"):
        response = client.get(address(link) + page)
        assert response.status_code == 410 and "示例" not in response.content.decode()


def test_once_public_it_leads_to_the_public_page(link):
    link.issue.publish()
    assert Client().get(address(link))["Location"] == "/issues/237/"


def test_nothing_of_another_issue_can_be_had(link, client):
    assert client.get(f"{address(link)}4/").status_code == 404
    assert client.post(address(link)).status_code == 405
