"""What the pages tell to machines: descriptions, JSON-LD, sitemap; and how little they weigh."""

import gzip
import json
import re
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.utils import timezone

from tests.makers import make_article, make_editor, make_full_issue, make_issue

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/issues/",
    "/issues/237/",
    "/issues/237/2/",
    "/sections/difang/",
    "/about/",
    "/about/accessibility/",
]
ATTACK = 'A</script><script>alert("1")</script><!-- & \u2028 \'"'


def head(client, address):
    html = client.get(address, headers={"host": "testserver"}).content.decode()
    metas = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    return html, {name: unescape(content) for name, content in metas}


def graphs(html):
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    ]


@pytest.fixture
def issue():
    return make_full_issue(237, articles=4, issued_on=date(2025, 7, 31), number=24)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_what_it_is(client, issue, address):
    html, metas = head(client, address)
    [title] = re.findall(r"<title>(.*?)</title>", html)
    assert title.endswith(" — 大数据发展动态") and len(title) >= 12
    assert len(metas["description"]) > 5 and metas["og:description"] == metas["description"]
    assert metas["og:title"] in title and metas["og:url"] == f"http://testserver{address}"
    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert html.count("<h1") == 1
    assert '<html lang="zh-CN"' in html


def test_titles_and_descriptions_are_each_pages_own(client, issue):
    described = [head(client, address)[1] for address in PAGES]
    assert len({metas["og:title"] for metas in described}) == len(PAGES)
    assert len({metas["description"] for metas in described}) == len(PAGES)


def test_a_filtered_page_is_its_own_and_stray_parameters_are_not(client, issue):
    assert (
        head(client, "/issues/?year=2025&utm_source=x")[1]["og:url"] == "http://testserver/issues/?year=2025"
    )


def test_the_print_page_gives_way_to_the_issue(client, issue):
    html, metas = head(client, "/issues/237/print/")
    assert metas["robots"] == "noindex"
    assert '<link rel="canonical" href="http://testserver/issues/237/">' in html


def test_home_is_a_periodical(client, issue):
    [graph] = graphs(head(client, "/")[0])
    assert (graph["@type"], graph["name"]) == ("Periodical", "大数据发展动态")


def test_an_issue_is_a_publication_issue(client, issue):
    [graph] = graphs(head(client, "/issues/237/")[0])
    assert (graph["@type"], graph["issueNumber"]) == ("PublicationIssue", 237)
    assert graph["datePublished"] == "2025-07-31"
    assert graph["isPartOf"]["@type"] == "Periodical"


def test_an_article_is_an_article_of_its_issue(client, issue, settings):
    article = make_article(issue, title="某市出台办法", page=9, source_names=["某局"])
    [graph] = graphs(head(client, article.get_absolute_url())[0])
    assert (graph["@type"], graph["headline"], graph["pageStart"]) == ("Article", "某市出台办法", 9)
    assert graph["isPartOf"]["issueNumber"] == 237 and graph["isBasedOn"] == article.source_url
    assert graph["isAccessibleForFree"] is True
    settings.PORTAL_ACCESS = "full-text"
    [graph] = graphs(head(client, article.get_absolute_url())[0])
    assert graph["isAccessibleForFree"] is False


def test_json_ld_survives_a_hostile_title(client):
    article = make_article(title=ATTACK, summary=ATTACK, source_names=[ATTACK])
    html, metas = head(client, article.get_absolute_url())
    [graph] = graphs(html)
    assert graph["headline"] == ATTACK and graph["author"][0]["name"] == ATTACK
    assert metas["og:title"] == ATTACK
    assert 'alert("1")' not in html


class Scripts(HTMLParser):
    """Scripts without src that a browser would run, style elements, inline handlers and styles."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/ld+json"
        ):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("address", [*PAGES, "/issues/237/print/", "/nowhere/", "/issues/99/"])
def test_no_page_needs_inline_script_or_style(client, issue, address):
    for _ in ("reader", "editor"):
        response = client.get(address)
        scripts = Scripts()
        scripts.feed(response.content.decode())
        assert scripts.found == []
        assert "default-src 'self'" in response["Content-Security-Policy"]
        client.force_login(make_editor())


@pytest.mark.parametrize("address", [*PAGES, "/issues/237/print/"])
def test_every_address_in_a_page_leads_somewhere(client, issue, address):
    make_full_issue(236)
    html = client.get(address).content.decode()
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    for link in {unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', html)}:
        if link.startswith("#"):
            assert link[1:] in ids
        elif link.startswith("/"):
            assert client.get(link.split("#")[0]).status_code == 200
        else:
            assert link.startswith(("https://www.example.gov.cn", "?"))


def test_the_sitemap_lists_what_is_published_and_nothing_else(client, issue):
    make_issue(238, published=False)
    taken = issue.articles.get(order=3)
    taken.take_down("撤下。")
    listing = client.get("/sitemap.xml").content.decode()
    places = re.findall(r"<loc>http://testserver([^<]+)</loc>", listing)
    assert {"/", "/issues/", "/issues/237/", "/issues/237/2/", "/sections/shugu/", "/about/"} <= set(places)
    assert "/issues/237/3/" not in places and "/issues/238/" not in places
    assert not any(place.startswith("/desk/") for place in places)
    assert f"<lastmod>{timezone.localdate(taken.updated_at)}</lastmod>" in listing


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def test_home_weighs_less_than_60_kilobytes(client):
    for number in range(226, 237):
        make_full_issue(number, articles=16)
    make_full_issue(237, articles=24)
    response = client.get("/", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    files = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html)
    static = Path(portal.BASE_DIR) / "static"
    loaded = sum(weight(static / file) for file in files)
    assert len(files) >= 5
    assert len(response.content) + loaded < 60_000
    assert len(response.content) < 15_000  # the design's own budget for a page
    assert sum(weight(static / file) for file in files if file.endswith(".css")) < 20_000
    assert sum(weight(static / file) for file in files if file.endswith(".js")) < 3_000
