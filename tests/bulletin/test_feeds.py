"""Feeds and files of lists, and the permanent addresses of paragraphs."""

import csv
import io
from pathlib import Path

import feedparser
import pytest
import rnc2rng
from lxml import etree

from bulletin import register
from bulletin.ingestion.versions import number_blocks
from bulletin.search import entries
from policies.models import Topic
from tests.bulletin.test_api import tell
from tests.makers import make_article, make_body, make_full_issue, make_issue

ATOM = {"a": "http://www.w3.org/2005/Atom"}
GRAMMAR = Path(__file__).parent / "atom.rnc"


@pytest.fixture(scope="session")
def grammar():
    rng = rnc2rng.dumps(rnc2rng.load(str(GRAMMAR)))
    return etree.RelaxNG(etree.fromstring(rng.encode()))


@pytest.fixture
def told(reference_tables):
    issue = make_full_issue(237, articles=8)
    policy = tell(issue.articles.first(), "贵州省示例<数据>条例 & 其他")
    register.refresh(issue.articles.all())
    entries.refresh(issue.articles.all())
    return policy


def addresses(policy):
    topic = Topic.objects.first()
    return [
        "/feeds/issues.atom",
        "/feeds/articles.atom?section=difang",
        "/feeds/sections/guoce.atom",
        "/feeds/regions/guizhou.atom",
        "/feeds/regions/world.atom",
        f"/feeds/bodies/{policy.entry.bodies[0]}.atom",
        f"/feeds/topics/{topic.slug}.atom",
        "/feeds/policies.atom?region=guizhou",
        f"/feeds/policies/{policy.pk}.atom",
        "/feeds/search.atom?q=示例&section=guoce",
        "/feeds/search.atom?q=%01%0B%22%3Cscript%3E%26",
        "/feeds/search.atom",
    ]


def test_every_feed_is_what_rfc_4287_says(client, told, grammar):
    for address in addresses(told):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        tree = etree.fromstring(response.content)
        assert grammar.validate(tree), f"{address}: {grammar.error_log}"
        read = feedparser.parse(response.content)
        assert not read.bozo, address
        ids = [each.id for each in read.entries]
        assert len(ids) == len(set(ids))
        assert all(each.startswith("tag:localhost,2025:") for each in [read.feed.id, *ids])


def test_an_id_stays_when_the_host_changes(client, told, settings):
    settings.ALLOWED_HOSTS = ["*"]
    one = feedparser.parse(client.get("/feeds/issues.atom").content)
    other = feedparser.parse(client.get("/feeds/issues.atom", headers={"Host": "other.example"}).content)
    assert one.entries[0].id == other.entries[0].id == "tag:localhost,2025:issues/237"
    assert one.entries[0].link != other.entries[0].link


def test_a_feed_that_says_the_same_is_not_sent_again(client, told):
    for address in ("/feeds/issues.atom", "/feeds/regions/world.atom", "/feeds/search.atom"):
        first = client.get(address)
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_browser_gets_a_page_with_a_style_and_links(client, told):
    response = client.get("/feeds/issues.atom", headers={"Accept": "text/html,application/xml"})
    assert response["Content-Type"].startswith("application/xml")
    assert "Accept" in response["Vary"]
    text = response.content.decode()
    assert '<?xml-stylesheet href="/static/css/feed.css" type="text/css"?>' in text
    assert '<a href="http://testserver/issues/237/">' in text
    assert '<a href="http://testserver/issues/237/3/">' in text


def test_feeds_tell_of_nothing_that_is_not_public(client, admin_client, reference_tables):
    draft = make_issue(300, published=False)
    policy = tell(make_article(draft, title="草稿里的标题"), "没有发布的办法")
    shown = make_full_issue(237, articles=2)
    shown.articles.get(order=2).take_down("来源要求撤下")
    for who in (client, admin_client):
        for address in ("/feeds/issues.atom", "/feeds/articles.atom", "/feeds/policies.atom"):
            text = who.get(address).content.decode()
            assert "草稿" not in text
            assert "没有发布" not in text
            assert "/issues/237/2/" not in text
        assert who.get(f"/feeds/policies/{policy.pk}.atom").status_code == 404


def test_a_feed_holds_summaries_only(client, settings, db):
    issue = make_issue(237)
    make_article(issue, body=["第一段说明这份方案是什么，由谁印发。", "第二段只有登录的人才能读到。"])
    settings.PORTAL_ACCESS = "full-text"
    assert "第二段只有登录" not in client.get("/feeds/articles.atom").content.decode()
    settings.PORTAL_ACCESS = "login"
    assert client.get("/feeds/articles.atom").status_code == 302


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/feeds/policies.atom?body=99999999999999999999", 200),
        ("/feeds/articles.atom?policy=99999999999999999999&region=%00", 200),
        ("/feeds/regions/%00.atom", 404),
        ("/feeds/sections/%00.atom", 404),
        ("/feeds/bodies/99999999999999999999.atom", 404),
        ("/api/v1/regions/%00/", 404),
        ("/regions/%00/", 404),
        ("/sections/%00/", 404),
        ("/policies/?body=99999999999999999999", 200),
        ("/feeds/search.atom?q=" + "数" * 3000, 200),
    ],
)
def test_wild_addresses_get_a_calm_answer(client, db, address, status):
    assert client.get(address).status_code == status


def test_a_page_names_its_feed(client, told):
    for page, feed in (("/", "issues"), ("/issues/", "issues"), ("/sections/guoce/", "sections/guoce")):
        assert 'type="application/atom+xml" title=' in client.get(page).content.decode()
        assert f'href="/feeds/{feed}.atom"' in client.get(page).content.decode()


# --- Files ----------------------------------------------------------------------------------------


def rows(response):
    whole = b"".join(response.streaming_content)
    assert whole.startswith(b"\xef\xbb\xbf")  # by it Excel knows UTF-8
    return list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))


def test_lists_come_as_csv_with_what_they_show(client, told):
    head, *issues = rows(client.get("/issues/?format=csv"))
    assert head[:2] == ["总期号", "期号"]
    assert [(row[0], row[4]) for row in issues] == [("237", "8")]
    _, *articles = rows(client.get("/sections/guoce/?format=csv"))
    assert [row[2] for row in articles] == ["1", "2"]
    assert rows(client.get("/issues/?year=1999&format=csv"))[1:] == []
    _, *found = rows(client.get("/search/?q=示例&section=guoce&format=csv"))
    assert [row[2] for row in found] == ["1", "2"]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula(client, db, title):
    make_article(make_issue(237), title=title)
    [_, row] = rows(client.get("/sections/guoce/?format=csv"))
    assert row[5] == f"'{title}"


# --- Citations and paragraphs on the page ---------------------------------------------------------


def test_an_article_offers_its_citation(client, db):
    article = make_article(make_issue(237, number=14), title="“引号”与<标记>的办法", page=9)
    page = client.get(article.get_absolute_url()).content.decode()
    for tag in ("citation_title", "citation_author", "citation_publication_date", "citation_firstpage"):
        assert f'<meta name="{tag}" content="' in page
    assert "“引号”与&lt;标记&gt;的办法[J/OL]. 大数据发展动态，" in page
    assert page.count("data-copy=") >= 2
    bib = client.get("/issues/237/1/cite.bib")
    assert bib["Content-Disposition"] == 'attachment; filename="bulletin-237-1.bib"'
    assert "http://testserver/issues/237/1/" in bib.content.decode()
    assert client.get("/issues/237/1/cite.ris").content.startswith(b"TY  - JOUR\r\n")
    assert client.get("/issues/237/1/cite.exe").status_code == 404


def test_a_draft_has_no_citation_yet(client, db):
    make_article(make_issue(237, published=False))
    assert client.get("/issues/237/1/cite.bib").status_code == 404


def test_every_paragraph_shows_its_address(client, db):
    body = ["第一段。", {"kind": "p", "text": "列表的一项。", "bullet": True}, "第三段。"]
    article = make_article(make_issue(237), body=body)
    page = client.get(article.get_absolute_url()).content.decode()
    for number in (1, 2, 3):
        assert f'id="p{number}"' in page
        assert f'href="#p{number}" aria-label="本段网址，p{number}"' in page
    assert "pmark" not in client.get("/issues/237/print/").content.decode()


def test_an_address_survives_another_reading_and_a_correction():
    first = make_body(["第一段讲方案由来。", "第二段讲主要目标。", "第三段讲组织实施。"])
    reread = [dict(block, id=None) for block in first]
    reread.insert(1, {"kind": "p", "text": "重读时多出来的一段，前一次漏了。"})
    reread[2]["text"] = "第二段讲主要的目标。"  # a letter corrected
    again, last = number_blocks(first, reread, 3)
    assert [block["id"] for block in again] == [1, 4, 2, 3]
    fewer, last = number_blocks(again, [block for block in again if block["id"] != 2], last)
    more, _ = number_blocks(fewer, [*fewer, {"kind": "p", "text": "末尾新加的一段话。"}], last)
    assert [block["id"] for block in more] == [1, 4, 3, 5]  # 2 is never given again
