"""The original's pages: who may see them, what is outlined, pictures in articles, the file itself."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from bulletin import placing, prose
from bulletin.ingestion import store
from bulletin.models import Issue
from bulletin.uploads import Upload
from tests import pdfs
from tests.makers import make_editor, make_user


@pytest.fixture
def issue(db):
    """An issue of eight pages, read from its PDF and published."""
    upload, _ = Upload.objects.keep(ContentFile(pdfs.issue(961, articles=4, paragraphs=3)), "961.pdf")
    store.ingest(upload.pk)
    found = Issue.objects.get(total_number=961)
    found.publish()
    return found


@pytest.fixture
def editor(client, db):
    user = make_editor()
    client.force_login(user)
    return user


def image(answer):
    return Image.open(BytesIO(b"".join(answer.streaming_content)))


def test_a_page_of_the_original_is_for_editors(client, issue):
    for address in ("/issues/961/pages/4/", "/issues/961/pages/4.webp?w=800", "/issues/961.pdf"):
        assert client.get(address).status_code == 404
    assert "看原版面" not in client.get("/issues/961/1/").content.decode()
    client.force_login(make_user())
    assert client.get("/issues/961/pages/4/").status_code == 404
    client.force_login(make_editor())
    assert client.get("/issues/961/pages/4/").status_code == 200


def test_an_editor_opens_them_to_readers_and_takes_them_back(client, issue, editor):
    client.post("/desk/issues/961/open-pages/", {"open": "1"})
    client.logout()
    assert client.get("/issues/961/pages/4/").status_code == 200
    assert client.get("/issues/961/pages/4.webp?w=800").status_code == 200
    assert "看原版面" in client.get("/issues/961/1/").content.decode()
    client.force_login(editor)
    client.post("/desk/issues/961/open-pages/", {"open": "0"})
    client.logout()
    assert client.get("/issues/961/pages/4/").status_code == 404


def test_only_who_may_publish_opens_them(client, issue):
    client.force_login(make_user(None, "view_draft", "edit_article"))
    assert client.post("/desk/issues/961/open-pages/", {"open": "1"}).status_code == 403


def test_what_was_taken_down_is_not_to_be_seen_on_an_open_page(client, issue):
    Issue.objects.update(pages_public=True)
    article = issue.articles.get(order=1)
    page = article.places["title"][0]["page"]
    article.take_down("按来源要求撤下")
    assert client.get(f"/issues/961/pages/{page}/").status_code == 404
    assert client.get(f"/issues/961/pages/{page}.webp?w=800").status_code == 404
    assert client.get("/issues/961.pdf").status_code == 404
    assert client.get("/issues/961/pages/1.webp?w=800").status_code == 200
    client.force_login(make_editor())
    assert client.get(f"/issues/961/pages/{page}/").status_code == 200


def test_open_pages_of_a_portal_with_login_still_need_one(client, issue, settings):
    Issue.objects.update(pages_public=True)
    settings.PORTAL_ACCESS = "full-text"
    assert client.get("/issues/961/pages/4/").status_code == 404
    settings.PORTAL_ACCESS = "login"
    assert client.get("/issues/961/pages/4/").status_code == 302


def test_the_article_leads_to_its_page_with_itself_outlined(client, issue, editor):
    article = issue.articles.get(order=2)
    page = article.places["title"][0]["page"]
    address = f"/issues/961/pages/{page}/?region=a2"
    assert address in client.get("/issues/961/2/").content.decode()
    shown = client.get(address).content.decode()
    assert "outl--on" in shown and article.title in shown
    assert "outl--on" not in client.get(f"/issues/961/pages/{page}/").content.decode()
    one = client.get(f"/issues/961/pages/{page}/?region=a2-title").content.decode()
    assert one.count("outl--on") == 1


def test_pages_come_in_two_widths_and_no_other(client, issue, editor, media_root):
    small, large = (image(client.get(f"/issues/961/pages/4.webp?w={width}")) for width in (800, 1600))
    assert (small.format, large.format) == ("WEBP", "WEBP")
    assert small.width == pytest.approx(800, abs=2) and large.width == pytest.approx(1600, abs=2)
    for width in ("", "801", "99999", "x"):
        assert client.get(f"/issues/961/pages/4.webp?w={width}").status_code == 404
    assert client.get("/issues/961/pages/99.webp?w=800").status_code == 404
    assert len(list(media_root.rglob("pictures/**/*.webp"))) == 2
    assert {path.suffix for path in media_root.rglob("pictures/**/*") if path.is_file()} == {".webp"}


def test_the_original_can_only_be_saved(client, issue, editor):
    answer = client.get("/issues/961.pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == pdfs.issue(961, articles=4, paragraphs=3)


def test_script_in_a_title_is_shown_not_run(client, db):
    title = "某市印发<script>alert(1)</script>管理办法"
    content = pdfs.issue(962, articles=4, paragraphs=2, first_title=title)
    upload, _ = Upload.objects.keep(ContentFile(content), "<script>alert(2)</script>.pdf")
    store.ingest(upload.pk)
    Issue.objects.get(total_number=962).publish()
    client.force_login(make_editor())
    for address in (
        "/issues/962/1/", "/issues/962/pages/4/", "/issues/962/", "/desk/issues/962/",
        upload.get_absolute_url(), "/"
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
    assert "&lt;script&gt;" in client.get("/desk/issues/962/").content.decode()


def test_the_desk_outlines_what_is_chosen_and_asks_little_of_the_database(
    client, issue, editor, django_assert_max_num_queries
):
    upload = issue.read_from
    with django_assert_max_num_queries(11):
        shown = client.get(f"{upload.get_absolute_url()}?region=a3-p2").content.decode()
    place = upload.reading["articles"][2]["body"][1]["places"][0]
    assert f"/desk/uploads/{upload.pk}/pages/{place['page']}.webp" in shown
    assert shown.count("outl--on") == 1
    fragment = client.get(f"/desk/uploads/{upload.pk}/sheet/?region=a1")
    assert fragment.content.decode().startswith("\n<section") or b'id="sheet"' in fragment.content
    with django_assert_max_num_queries(11):
        client.get("/issues/961/pages/4/")
    with django_assert_max_num_queries(11):
        client.get("/issues/961/1/")


def test_a_text_has_no_pages(client, editor):
    text = pdfs.text(963)
    upload, _ = Upload.objects.keep(ContentFile(text.encode()), "963.txt")
    store.ingest(upload.pk)
    upload.refresh_from_db()
    assert upload.state == Upload.State.READ, upload.error_message
    assert "看原版面" not in client.get(upload.get_absolute_url()).content.decode()
    assert client.get(f"/desk/uploads/{upload.pk}/sheet/").status_code == 404
    assert client.get("/issues/963/pages/1/").status_code == 404
    assert client.get("/issues/963.pdf").status_code == 302


# ------------------------------------------------------------------------------- pure


def box(left, top, right, bottom):
    return {"left": left, "top": top, "right": right, "bottom": bottom}


def place(page, *sides, start=0):
    return {"start": start, "end": start + 5, "page": page, "box": box(*sides)}


def test_a_paragraph_over_two_columns_has_an_outline_in_each():
    lines = [place(3, 50, 700, 280, 711), place(3, 50, 718, 280, 729), place(3, 310, 80, 540, 91)]
    body = [{"id": 4, "kind": "p", "text": "一段", "places": lines}]
    [region] = placing.regions_of_article(2, "题", {}, body)
    assert (region.key, region.page, len(region.outlines)) == ("a2-p4", 3, 2)
    assert region.outlines[0] == placing.Outline(47, 697, 236, 35)


def test_what_is_chosen_by_an_article_is_all_of_it_and_nothing_of_its_namesake():
    regions = [
        region
        for order in (1, 11)
        for region in placing.regions_of_article(order, "题", {"title": [place(order, 0, 0, 9, 9)]}, [])
    ]
    assert [region.key for region in regions if placing.is_chosen(region, "a1")] == ["a1-title"]
    assert placing.first_page(regions, "a11") == 11
    assert placing.first_page(regions, "nothing") is None


def test_a_picture_stands_with_its_caption_or_where_it_was():
    body = [
        {"id": 1, "kind": "p", "text": "前一段。", "places": [place(1, 70, 100, 500, 112, start=0)]},
        {"id": 2, "kind": "figure", "text": "图1 增速", "places": [place(1, 200, 420, 380, 431, start=20)]},
        {"id": 3, "kind": "p", "text": "后一段。", "places": [place(2, 70, 100, 500, 112, start=40)]},
    ]
    taken = [
        place(1, 100, 200, 460, 410, start=20),
        place(2, 100, 60, 460, 90, start=40),  # too low: an ornament
        place(2, 100, 300, 460, 500, start=60),
    ]
    parts = prose.flow(body, pictures=taken)
    assert [(part.kind, part.text, part.picture and part.picture.number) for part in parts] == [
        ("p", "前一段。", None),
        ("figure", "图1 增速", 1),
        ("p", "后一段。", None),
        ("figure", "", 3),
    ]
    assert parts[1].picture == prose.Picture(1, 480, 280)


@pytest.fixture
def pictured(issue):
    """Its second article, with a picture on the page of its title."""
    article = issue.articles.get(order=2)
    page = article.places["title"][0]["page"]
    article.places["picture"] = [place(page, 70, 100, 430, 340, start=article.places["title"][0]["end"])]
    article.save()
    return article


def test_a_picture_stands_in_the_article_cut_out_of_its_page(client, pictured):
    shown = client.get("/issues/961/2/").content.decode()
    assert 'src="/issues/961/2/pictures/1.webp"' in shown and 'width="480" height="320"' in shown
    picture = image(client.get("/issues/961/2/pictures/1.webp"))
    assert picture.format == "WEBP"
    assert (picture.width, picture.height) == pytest.approx((720, 480), abs=2)
    assert client.get("/issues/961/2/pictures/2.webp").status_code == 404
    assert client.get("/issues/961/1/pictures/1.webp").status_code == 404


def test_a_picture_is_seen_by_those_who_may_read_the_article(client, pictured, settings):
    address = "/issues/961/2/pictures/1.webp"
    settings.PORTAL_ACCESS = "full-text"
    assert client.get(address).status_code == 302
    settings.PORTAL_ACCESS = "everyone"
    pictured.take_down("按来源要求撤下")
    assert client.get(address).status_code == 404
    pictured.restore()
    pictured.issue.withdraw()
    assert client.get(address).status_code == 404
    client.force_login(make_editor())
    assert client.get(address).status_code == 200
