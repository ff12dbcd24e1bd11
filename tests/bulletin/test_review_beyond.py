"""The review screen beyond fields and paragraphs: pictures' texts, pasting, tags, the issue's own doubts."""

import re

import pytest
from django.urls import reverse

from bulletin import prose
from bulletin.editing.figures import pictures_without_text
from bulletin.facts import Decision, Refusal
from bulletin.knowledge.curation import undo
from bulletin.models import Article
from bulletin.uploads import Doubt
from policies.models import Citation, IssuingBody
from tests.makers import make_user
from tests.readings import make_block, make_reading, settle
from tests.tellings import make_telling

BOX = {"left": 100, "top": 300, "right": 300, "bottom": 400}
URL = "/desk/issues/300/articles/1/"


@pytest.fixture
def editor(client, db):
    user = make_user("bianji", "view_draft", "edit_article", "curate_policy")
    client.force_login(user)
    return user


@pytest.fixture
def article(db):
    """Two pictures, one with a caption under it; a doubt on the issue itself."""
    reading = make_reading(300)
    caption = {"start": 60, "end": 70, "page": 1, "box": {**BOX, "top": 402, "bottom": 415}}
    reading["articles"][0]["body"].append(make_block("图1 走势", kind="figure", places=[caption]))
    pictures = [{"start": at, "end": at, "page": page, "box": BOX} for at, page in ((55, 1), (80, 2))]
    reading["articles"][0]["places"] = {"picture": pictures}
    reading["doubts"] = [
        {"rule": "date-out-of-step", "severity": severity, "message": message, "field": "issued_on"}
        for severity, message in (("low", "日期像是早了一天"), ("high", "期号与上一期接不上"))
    ]
    settle(reading)
    return Article.objects.get(order=1)


def post(client, act, **fields):
    return client.post(URL, {"act": act, **fields}, follow=True).content.decode()


def test_a_picture_gets_the_text_that_readers_hear(client, editor, article):
    assert [part.text for part in pictures_without_text(Article.objects.get(pk=article.pk))] == [
        "图1 走势",
        "",
    ]
    number = article.body[2]["id"]
    name = f"alt-{number}"
    answer = client.post(
        URL, {name: "折线逐年上升", f"base.{name}": ""}, headers={"Accept": "application/json"}
    )
    assert answer.json()["saved"] == {name: "折线逐年上升"}
    article.issue.publish()
    said = client.get(article.get_absolute_url()).content.decode()
    assert 'alt="折线逐年上升"' in said and "<figcaption>图1 走势</figcaption>" in said
    assert [part.text for part in pictures_without_text(Article.objects.get(pk=article.pk))] == [""]
    settle(article.issue.read_from.reading, upload=article.issue.read_from)  # no rereading takes it away
    assert Article.objects.get(pk=article.pk).body[2]["alt"] == "折线逐年上升"
    compared = client.get(reverse("article_history", args=[article.pk])).content.decode()
    assert "折线逐年上升" in compared


def test_a_picture_without_caption_gets_a_place_for_one(client, editor, article):
    assert "给第2张图写图注" in client.get(URL).content.decode()
    post(client, "caption:2")
    article.refresh_from_db()
    parts = prose.flow(article.body, pictures=article.places["picture"])
    assert [(part.id, part.picture.number) for part in parts if part.picture] == [(3, 1), (4, 2)]
    assert "给第2张图写图注" not in client.get(URL).content.decode()


def test_what_is_pasted_becomes_paragraphs_and_everything_typed_is_saved(client, editor, article):
    number, text = article.body[0]["id"], article.body[0]["text"]
    html = "<h2>目标</h2><table><tr><td>规模</td><td>500亿元</td></tr></table>"
    sent = {"pasted": html, "from": "2", "to": "2", "title": "新题目", "base.title": article.title}
    said = post(client, f"paste:{number}", **sent)
    article.refresh_from_db()
    assert "贴进了2段" in said and article.title == "新题目"
    assert [(each["kind"], each["text"]) for each in article.body[:4]] == [
        ("p", text[:2]),
        ("h", "目标"),
        ("table", ""),
        ("p", text[2:]),
    ]


def test_doubts_on_the_issue_are_settled_from_either_page(client, editor, article):
    grave, light = Doubt.objects.filter(article=None).order_by("severity", "pk")
    said = client.get(URL).content.decode()
    assert "本期的疑问，2处" in said and said.index(grave.message) < said.index(light.message)
    assert f'href="#d{grave.pk}">到最要紧的一处' in said
    settled = client.post(URL, {"act": f"dismiss:{grave.pk}", f"reason-{grave.pk}": "上一期是合刊"})
    assert settled["Location"].endswith(f"#d{light.pk}")  # on to the next
    url = reverse("settle_issue_doubt", args=[light.pk])
    assert "请写一句" in client.post(url, {"act": "dismiss", "reason": " "}, follow=True).content.decode()
    said = client.post(url, {"act": "dismiss", "reason": "核过封面"}, follow=True).content.decode()
    assert "核过封面" in said and not Doubt.objects.filter(article=None, settled_at=None).exists()
    client.post(url, {"act": "reopen"})
    assert Doubt.objects.get(pk=light.pk).settled_at is None
    other = Doubt(
        upload=grave.upload, issue=grave.issue, article=article, rule="x", severity="low", message="y"
    )
    other.save()
    assert client.post(reverse("settle_issue_doubt", args=[other.pk])).status_code == 404


def test_a_place_is_added_confirmed_and_removed(client, editor, article, reference_tables):
    def regions():
        return sorted(fact.region.path for fact in article.region_facts.all())

    assert "请先写上" in post(client, "fact-add:region")
    assert "没有叫“乌有”的地区" in post(client, "fact-add:region", **{"add-region": "乌有"})
    said = post(client, "fact-add:region", **{"add-region": "城关区"})
    assert "请写全" in said and regions() == []
    options = client.get(reverse("suggest_tags", args=["region"]), {"q": "城关"}).content.decode()
    full = next(each for each in re.findall(r'data-value="([^"]+)"', options) if "拉萨" in each)
    post(client, "fact-add:region", **{"add-region": full})
    post(client, "fact-add:region", **{"add-region": "贵州"})
    assert [path.partition("/")[0] for path in regions()] == ["guizhou", "xizang"]
    assert "已经有" in post(client, "fact-add:region", **{"add-region": "贵州"})
    fact = article.region_facts.get(region__path="guizhou")
    post(client, f"fact-refuse:region:{fact.pk}")
    assert len(regions()) == 1 and Refusal.objects.filter(article=article, kind="region").exists()
    post(client, "fact-add:region", **{"add-region": "贵州"})  # who adds it takes the no back
    assert "guizhou" in regions() and not Refusal.objects.filter(article=article).exists()
    undo(Decision.objects.first().pk, by=editor)
    assert "guizhou" not in regions() and Refusal.objects.filter(article=article).exists()
    post(client, "check")  # a new reading leaves an editor's word alone
    assert article.region_facts.get(region__path__startswith="xizang").said_by == "hand"


def test_bodies_and_documents_are_added(client, editor, article, reference_tables):
    body = IssuingBody.objects.known().first()
    post(client, "fact-add:body", **{"add-body": body.name})
    said = post(client, "fact-add:body", **{"add-body": "某新设数据局"})
    assert "某新设数据局" in said and IssuingBody.objects.get(name="某新设数据局").state == "new"
    assert list(article.body_facts.values_list("body__name", flat=True)) == [body.name, "某新设数据局"]
    earlier = make_telling(Article.objects.get(order=3), "示例省数据登记办法")
    chosen = f"{earlier.policy_id} 示例省数据登记办法"
    suggested = client.get(reverse("suggest_tags", args=["document"]), {"q": "登记办法"}).content.decode()
    assert f'data-value="{chosen}"' in suggested
    post(client, "fact-add:document", **{"add-document": chosen, "add-document-event": "施行"})
    telling = article.tellings.get()
    assert (telling.policy_id, telling.event, telling.said_by) == (earlier.policy_id, "施行", "hand")
    post(client, "fact-add:document", **{"add-document": "《另一个暂行办法》"})
    assert article.tellings.filter(title="另一个暂行办法").exists()
    undo(Decision.objects.first().pk, by=editor)
    assert article.tellings.get() == telling


def test_a_citation_is_refused_and_a_target_added(client, editor, article):
    other = make_telling(Article.objects.get(order=3), "示例省数据条例", on="2025-01-01")
    cites = {
        "title": "示例省数据条例",
        "number": "",
        "relation": "basis",
        "sentence": "根据《示例省数据条例》",
    }
    cites |= {"block": 1, "start": 0, "end": 3}
    telling = make_telling(article, "示例省数据登记办法", citations=[cites], said_by="confirmed")
    post(client, "fact-add:document", **{"add-document": "《再一个办法》"})
    page = reverse("article_facts", args=[article.pk])
    said = client.get(page).content.decode()
    assert "引用《示例省数据条例》" in said
    key = re.search(r'name="key" value="([^"]+)"', said)[1]
    client.post(reverse("refuse_citation", args=[telling.pk]), {"key": key})
    telling.refresh_from_db()
    assert not Citation.objects.filter(policy=telling.policy, cited=other.policy).exists()
    said = client.get(page).content.decode()
    assert "《示例省数据登记办法》引用《示例省数据条例》" in said and 'name="key"' not in said
    target = reverse("add_target", args=[article.pk])
    wrong = client.post(target, {"indicator": "产业规模", "value": "很大", "due_year": "2027"})
    assert wrong.status_code == 400 and "数值里要有数字" in wrong.content.decode()
    client.post(target, {"indicator": "产业规模", "value": "500", "unit": "亿元", "due_year": "2027"})
    assert article.target_facts.get().target.low == 500


def test_who_may_not_curate_sees_the_tags_and_cannot_change_them(client, article):
    client.force_login(make_user("xiaodui", "view_draft", "edit_article"))
    assert 'name="add-region"' not in client.get(URL).content.decode()
    assert "不能改地区" in post(client, "fact-add:region", **{"add-region": "贵州"})
