"""An address once public leads on for ever, whatever becomes of its article or issue."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from bulletin import addresses
from bulletin.models import Article, Issue
from tests.makers import make_article, make_full_issue, make_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return make_full_issue(237, articles=4)


def leads_to(client, address):
    """Where an address redirects; None where it answers by itself."""
    response = client.get(address)
    return response["Location"] if response.status_code == 301 else None


def atom_ids(client):
    feed = ElementTree.fromstring(client.get(reverse("article_feed")).content)  # noqa: S314  our own
    return {entry.findtext("{*}title"): entry.findtext("{*}id") for entry in feed.iterfind("{*}entry")}


def test_numbers_follow_the_order_until_the_issue_is_public_and_never_after():
    issue = make_full_issue(237, articles=4, published=False)
    first, second, *_ = issue.articles.all()
    second.delete()
    Article.objects.filter(pk=first.pk).update(order=9)
    issue.publish()
    numbers = list(issue.articles.order_by("order").values_list("number", flat=True))
    assert numbers == [1, 2, 3]
    assert issue.articles.get(pk=first.pk).number == 3
    Article.objects.filter(pk=first.pk).update(order=1)
    issue.withdraw()
    issue.publish()
    assert issue.articles.get(pk=first.pk).number == 3
    issue.articles.get(number=3).delete()
    assert make_article(issue, order=2).number == 4


def test_reordering_changes_no_address(client, issue):
    issue.articles.update(section=issue.articles.first().section)
    before = {article.pk: article.get_absolute_url() for article in issue.articles.all()}
    for place, article in enumerate(issue.articles.order_by("-order"), 11):
        Article.objects.filter(pk=article.pk).update(order=place)
    assert {article.pk: article.get_absolute_url() for article in issue.articles.all()} == before
    page = client.get(issue.get_absolute_url()).content.decode()
    assert page.index('href="/issues/237/4/"') < page.index('href="/issues/237/3/"')


def test_a_merged_article_leads_to_what_took_it_over_without_a_chain(client, issue):
    one, two, three, four = issue.articles.order_by("number")
    addresses.hand_over(one, two, at=7)
    one.delete()
    assert leads_to(client, "/issues/237/1/?from=mail") == "/issues/237/2/?from=mail#p7"
    addresses.hand_over(two, four)
    two.delete()
    assert leads_to(client, "/issues/237/1/") == leads_to(client, "/issues/237/2/") == "/issues/237/4/"
    assert leads_to(client, "/issues/237/2/cite.bib") == "/issues/237/4/cite.bib"
    assert leads_to(client, "/api/v1/articles/237/1/") == "/api/v1/articles/237/4/"
    back = make_article(issue, order=1, number=1)
    assert client.get("/issues/237/1/").status_code == 200
    addresses.hand_over(back, three)
    addresses.take_back(back)
    assert back.addresses.get().number == 1


def test_a_removed_article_says_so_and_why(client, issue):
    one, two, *_ = issue.articles.order_by("number")
    addresses.let_go(one, "与第231期重复，已删去。")
    one.delete()
    issue.articles.filter(pk=two.pk).delete()  # by a way that knows nothing of addresses
    page = client.get("/issues/237/1/")
    assert (page.status_code, "与第231期重复，已删去。" in page.content.decode()) == (410, True)
    assert client.get("/issues/237/2/").status_code == 410
    told = client.get("/api/v1/articles/237/1/")
    assert told.status_code == 410 and "与第231期重复" in told.json()["detail"]
    assert client.get("/issues/237/9/").status_code == client.get("/issues/99/").status_code == 404


def test_what_was_never_public_leaves_nothing_behind(client):
    issue = make_full_issue(237, articles=2, published=False)
    issue.articles.first().delete()
    issue.total_number = 238
    issue.save()
    assert client.get("/issues/237/").status_code == client.get("/issues/237/1/").status_code == 404
    assert not addresses.PublicAddress.objects.exists()


def test_a_corrected_number_of_the_issue_redirects_all_its_addresses(client, issue):
    ids = atom_ids(client)
    issue.total_number = 273
    issue.save()
    for old, new in [
        ("/issues/237/", "/issues/273/"),
        ("/issues/237/print/", "/issues/273/print/"),
        ("/issues/237/3/", "/issues/273/3/"),
        ("/api/v1/issues/237/", "/api/v1/issues/273/"),
    ]:
        assert leads_to(client, old) == new
        assert client.get(new).status_code == 200
    assert atom_ids(client) == ids
    issue.articles.get(number=4).delete()
    assert client.get("/issues/237/4/").status_code == client.get("/issues/273/4/").status_code == 410
    # When the real 237 comes, its address is its own; the feed does not take it for the old one
    other = make_issue(237)
    make_article(other, title="真正的第237期的文章")
    assert client.get("/issues/237/").context["issue"] == other
    assert leads_to(client, "/issues/237/1/") is None
    assert len(set(atom_ids(client).values())) == 4
    assert Issue.objects.get(pk=issue.pk).addresses.filter(article=None, number=4).exists()


def test_a_withdrawn_issue_is_gone_under_its_old_number_too(client, issue):
    issue.total_number = 273
    issue.save()
    issue.withdraw()
    assert leads_to(client, "/issues/237/2/") == "/issues/273/2/"
    assert client.get("/issues/273/2/").status_code == 410
