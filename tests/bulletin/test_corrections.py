"""What readers see of corrections and withdrawals, and what is told to others of them."""

from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.db import InternalError, transaction
from django.urls import reverse

from bulletin import addresses, corrections
from bulletin.corrections import Correction
from bulletin.models import Issue
from bulletin.outbox.records import Delivery, OutboxMessage, Webhook
from bulletin.search.entries import SearchEntry
from tests.makers import make_article, make_editor, make_full_issue, make_issue, make_user

pytestmark = pytest.mark.django_db
TEXT = "第二段“三百个”误作“三千个”，现已改正。"


@pytest.fixture
def issue():
    issue = make_full_issue(237, articles=3, published=False)
    issue.publish()
    return issue


@pytest.fixture
def approver(client):
    user = make_user("zhongshen", "view_draft", "edit_article", "publish_issue")
    client.force_login(user)
    return user


def entry_of(client, article):
    feed = ElementTree.fromstring(client.get(reverse("article_feed")).content)  # noqa: S314  our own
    entries = {entry.find("{*}link").get("href"): entry for entry in feed.iterfind("{*}entry")}
    return entries.get(f"http://testserver{article.get_absolute_url()}")


def test_a_correction_is_told_everywhere_with_its_date(client, issue, approver):
    article = issue.articles.get(number=2)
    before = entry_of(client, article).findtext("{*}updated")
    url = reverse("correct_article", args=[237, 2])
    assert "请写明原来错成什么" in client.post(url, {"text": " "}).content.decode()
    assert client.post(url, {"text": TEXT})["Location"] == reverse("desk_issue", args=[237])
    row = Correction.objects.get()
    day = f"{row.noted_on:%Y年%-m月%-d日}"
    assert row.by == approver
    for page in (article.get_absolute_url(), "/issues/237/", "/issues/237/print/", "/desk/issues/237/"):
        said = client.get(page).content.decode()
        assert TEXT in said and day in said
    assert TEXT not in client.get("/issues/237/1/").content.decode()
    entry = entry_of(client, article)
    assert entry.findtext("{*}updated") > before
    assert TEXT in ElementTree.tostring(entry, "unicode")
    assert TEXT in client.get(reverse("issue_feed")).content.decode()
    told = {"noted_on": row.noted_on.isoformat(), "text": TEXT, "article": 2}
    assert client.get("/api/v1/articles/237/2/").json()["corrections"] == [told]
    assert client.get("/api/v1/issues/237/").json()["corrections"] == [told]
    assert "CorrectionComment" in client.get(article.get_absolute_url()).content.decode()
    assert OutboxMessage.objects.get(kind="correction.added").payload["note"] == TEXT


def test_a_correction_is_never_changed_and_goes_along_where_articles_become_one(issue):
    one, two, _ = issue.articles.order_by("number")
    row = corrections.note(one, TEXT, None)
    with pytest.raises(InternalError), transaction.atomic():
        Correction.objects.update(text="别的话")
    addresses.hand_over(one, two)
    one.delete()
    row.refresh_from_db()
    assert (row.article, row.text) == (two, TEXT)


def test_only_who_publishes_may_correct_and_only_what_was_public(client, issue, approver):
    draft = make_issue(238, published=False)
    make_article(draft)
    assert client.get(reverse("correct_issue", args=[238])).status_code == 404
    with pytest.raises(corrections.NeverPublished):
        corrections.note(draft, TEXT, approver)
    client.force_login(make_user("bianji", "view_draft", "edit_article"))
    assert client.post(reverse("correct_issue", args=[237]), {"text": TEXT}).status_code == 403


def test_withdrawn_with_a_note_and_published_again_at_the_same_address(client, issue):
    article = issue.articles.get(number=2)
    first, id_before = issue.published_at, entry_of(client, article).findtext("{*}id")
    issue.withdraw("第2篇数字有误，核对后重发。")
    for page in ("/issues/237/", article.get_absolute_url()):
        gone = client.get(page)
        assert gone.status_code == 410 and "第2篇数字有误" in gone.content.decode()
    assert "第2篇数字有误" in client.get("/api/v1/issues/237/").json()["detail"]
    assert entry_of(client, article) is None and not SearchEntry.objects.exists()
    assert "/issues/237/" not in client.get("/sitemap.xml").content.decode()
    issue = Issue.objects.get()
    issue.publish()
    page = client.get("/issues/237/").content.decode()
    assert "重新发布" in page and "第2篇数字有误" in page
    assert entry_of(client, article).findtext("{*}id") == id_before
    assert Issue.objects.get().published_at == first < Issue.objects.get().republished_at
    assert SearchEntry.objects.count() == 3


def test_the_desk_asks_what_readers_are_to_be_told(client, issue):
    client.force_login(make_editor())
    url = reverse("withdraw_issue", args=[237])
    note = "核实" * 151
    refused = client.post(url, {"note": note, "reason": "数字有误"})
    assert refused.status_code == 400 and note in refused.content.decode()
    client.post(url, {"note": "第2篇数字有误。", "reason": "数字有误"})
    assert Issue.objects.get().withdrawal_note == "第2篇数字有误。"


def test_each_act_is_told_once_and_again_when_done_again(issue):
    Webhook.objects.create(name="甲", url="https://example.com/")
    issue.publish()
    for _ in range(2):
        stale = Issue.objects.get()
        Issue.objects.get().withdraw("核对")
        stale.withdraw("核对")
        Issue.objects.get().publish()
    article = issue.articles.first()
    article.take_down("来源要求")
    article.take_down("来源来函要求")
    article.restore()
    article.restore()
    kinds = list(OutboxMessage.objects.order_by("created_at").values_list("kind", flat=True))
    assert kinds.count("issue.published") == 3
    assert kinds[-2:] == ["article.taken_down", "article.restored"]
    assert Delivery.objects.count() == OutboxMessage.objects.exclude(payload__title="总第237期发布").count()


def test_the_desk_shows_what_did_not_arrive_and_sends_it_again(client, issue, approver):
    Webhook.objects.create(name="市数据局", url="http://127.0.0.1:9/")
    issue.withdraw("核对")
    Delivery.objects.update(state="dead", failures=7, attempts=7, last_error="对方答 503。")
    page = client.get(reverse("outbox")).content.decode()
    assert "总第237期撤回" in page and "对方答 503。" in page and "有1条没有送到" in page
    url = reverse("send_again", args=[Delivery.objects.get().pk])
    client.post(url)
    assert Delivery.objects.get().state == "waiting"
    client.force_login(make_user("bianji", "view_draft", "edit_article"))
    assert client.post(url).status_code == 403 and client.get(reverse("outbox")).status_code == 200


def test_administrators_keep_the_webhooks(client):
    user = make_user("guanli", is_staff=True)
    user.groups.add(Group.objects.get(name="管理员"))
    client.force_login(user)
    url = reverse("admin:bulletin_webhook_add")
    fields = {"name": "市数据局", "secret": "一把钥匙", "kinds": ["issue.published"], "active": "on"}
    assert "内网" in client.post(url, {**fields, "url": "http://10.0.0.8/"}).content.decode()
    assert client.post(url, {**fields, "url": "https://hook.example.com/a"}).status_code == 302
    assert Webhook.objects.get().kinds == ["issue.published"]
