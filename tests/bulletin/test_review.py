"""Checking an article: what is saved and never overwritten, how doubts are settled, what can be had back."""

import copy
import re
from html import unescape

import pytest
from django.urls import reverse

from bulletin.editing import body as bodies
from bulletin.models import Article
from bulletin.uploads import Doubt
from tests.makers import make_user
from tests.readings import make_block, make_reading, settle

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def editor(client, db):
    user = make_user("bianji", "view_draft", "edit_article", "check_article")
    client.force_login(user)
    return user


@pytest.fixture
def article(db):
    """The first article of a draft; one paragraph has half-width marks, one a 繁 character."""
    reading = make_reading(300)
    reading["articles"][0]["body"] += [
        make_block("先做试点,再行推广;成效要看。"),
        make_block("推進数据流通。"),
    ]
    reading["articles"][0]["doubts"] = [
        doubt("half-width-punctuation", "先做试点,再行推广;成效要看。", "先做试点，再行推广；成效要看。"),
        doubt("traditional-character", "推進数据流通。", "推进数据流通。", severity="medium"),
    ]
    settle(reading)
    return Article.objects.get(order=1)


def doubt(rule, evidence, proposal="", *, field="body", severity="low"):
    return {
        "rule": rule,
        "severity": severity,
        "message": f"{evidence}有疑问",
        "evidence": evidence,
        "proposal": proposal,
        "field": field,
        "place": None,
    }


def post(client, article, **fields):
    """Post what a form would: every name given as `name=(typed, base)`, other things as they are."""
    sent = {}
    for name, value in fields.items():
        name = name.replace("__", "-")
        if isinstance(value, tuple):
            sent[name], sent[f"base.{name}"] = value
        else:
            sent[name] = value
    headers = JSON if sent.pop("json", False) else {}
    return client.post(reverse("review", args=[300, article.number]), sent, **headers)


def test_the_screen_shows_fields_paragraphs_doubts_and_progress(client, editor, article):
    Article.objects.filter(order=2).update(checked_at="2025-01-01T00:00Z")
    said = client.get(reverse("review", args=[300, 1])).content.decode()
    assert "1/4篇已校" in said and article.title in said and "先做试点,再行推广" in said
    # The graver doubt is the one that the page leads to.
    grave = Doubt.objects.get(rule="traditional-character")
    assert f'href="#d{grave.pk}">到最要紧的一处' in said
    assert said.index(f'id="block-{article.body[3]["id"]}"') < said.index(f'id="d{grave.pk}"')


def test_a_form_sent_back_untouched_changes_nothing(client, editor, article):
    said = client.get(reverse("review", args=[300, 1])).content.decode()
    names = re.findall(r'name="(base\.[^"]+)"', said)
    sent = {
        name: unescape(re.search(rf'name="{re.escape(name)}" value="([^"]*)"', said)[1]) for name in names
    }
    for number, text in re.findall(r'name="block-(\d+)"[^>]*>([^<]*)</textarea>', said):
        sent[f"block-{number}"] = unescape(text)
    assert len(sent) > len(article.body) * 3
    response = client.post(reverse("review", args=[300, 1]), sent, follow=True)
    assert "没有改动" in response.content.decode() and article.versions.count() == 1


def test_it_costs_few_queries(client, editor, article, django_assert_max_num_queries):
    client.get(reverse("review", args=[300, 1]))
    with django_assert_max_num_queries(14):
        client.get(reverse("review", args=[300, 1]))


def test_a_field_is_saved_by_itself(client, editor, article):
    answer = post(client, article, title=(" 新的\u200b  题目 ", article.title), json=True).json()
    assert answer["saved"] == {"title": "新的 题目"}
    article.refresh_from_db()
    assert article.title == "新的 题目"


def test_a_later_save_never_overwrites(client, editor, article):
    base = article.title
    assert post(client, article, title=("甲的题目", base), json=True).status_code == 200
    other = post(client, article, title=("乙的题目", base), summary=("乙的提要", ""), json=True)
    assert other.status_code == 409 and other.json()["saved"] == {"summary": "乙的提要"}
    shown = other.json()["conflicts"]["title"]
    assert base in shown and "甲的题目" in shown and "乙的题目" in shown
    article.refresh_from_db()
    assert (article.title, article.summary) == ("甲的题目", "乙的提要")


def test_without_script_the_conflict_keeps_what_was_typed_and_can_be_decided(client, editor, article):
    base = article.title
    post(client, article, title=("甲的题目", base))
    response = post(client, article, title=("乙的题目", base))
    said = response.content.decode()
    assert response.status_code == 409 and 'value="乙的题目"' in said and "用别人的" in said
    chosen = {"theirs.title": "甲的题目", "choose": "mine:title"}
    assert post(client, article, title=("乙的题目", base), **chosen).status_code == 302
    article.refresh_from_db()
    assert article.title == "乙的题目"


def test_a_choice_is_no_way_around_a_third_change(client, editor, article):
    base = article.title
    post(client, article, title=("丙的题目", base))
    chosen = {"theirs.title": "甲的题目", "choose": "mine:title"}
    assert post(client, article, title=("乙的题目", base), **chosen).status_code == 409


def test_what_was_typed_into_a_paragraph_that_is_gone_is_not_lost(client, editor, article):
    number = article.body[0]["id"]
    post(client, article, act=f"delete:{number}")
    said = post(
        client, article, **{f"block-{number}": ("改好的一段", article.body[0]["text"])}
    ).content.decode()
    assert "已被别人删去或合并" in said and "改好的一段" in said


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", " ", "标题不能空着"),
        ("page", "第三页", "页码是1到999"),
        ("source_url", "www.example.cn", "链接不完整"),
        ("section", "nosuch", "没有这个栏目"),
    ],
)
def test_what_cannot_be_saved_says_why_and_stays_in_the_form(client, editor, article, field, typed, said):
    base = re.search(
        rf'name="base.{field}" value="([^"]*)"', client.get("/desk/issues/300/articles/1/").content.decode()
    )[1]
    response = post(client, article, **{field: (typed, base)})
    assert response.status_code == 400 and (said in response.content.decode() or field == "section")
    before = Article.objects.values().get(pk=article.pk)
    assert before["title"] == article.title and before["page"] == article.page


def test_a_pasted_text_of_several_lines_becomes_clean_paragraphs(client, editor, article):
    number = article.body[0]["id"]
    pasted = "第一段\u00a0说\u00ad明\r\n\r\n\t第二段\ufeff说明"
    answer = post(client, article, json=True, **{f"block-{number}": (pasted, article.body[0]["text"])}).json()
    assert answer["rebuilt"]
    article.refresh_from_db()
    assert [block["text"] for block in article.body[:2]] == ["第一段 说明", "第二段说明"]
    numbers = [block["id"] for block in article.body]
    assert numbers[0] == number and len(set(numbers)) == len(numbers)


def test_paragraphs_are_split_joined_moved_added_deleted_and_renamed(client, editor, article):
    first, second = (block["id"] for block in article.body[:2])
    text = article.body[0]["text"]

    def texts():
        article.refresh_from_db()
        return [block["text"] for block in article.body]

    post(client, article, act=f"split:{first}", **{f"at-{first}": "2"})
    assert texts()[:2] == [text[:2], text[2:]]
    post(client, article, act=f"merge:{article.body[1]['id']}")
    assert texts()[0] == text and article.body[0]["id"] == first
    post(client, article, act=f"down:{first}")
    assert [block["id"] for block in Article.objects.get(pk=article.pk).body][:2] == [second, first]
    post(client, article, act="add:0")
    assert texts()[0] == ""
    post(client, article, **{f"kind-{second}": ("li", "p")})
    block = next(each for each in Article.objects.get(pk=article.pk).body if each["id"] == second)
    assert (block["kind"], block["bullet"]) == ("p", True)


def test_accepting_mends_the_words_and_can_be_undone(client, editor, article):
    row = Doubt.objects.get(rule="half-width-punctuation")
    post(client, article, act=f"accept:{row.pk}")
    row.refresh_from_db()
    article.refresh_from_db()
    assert article.body[2]["text"] == "先做试点，再行推广；成效要看。"
    assert (row.settlement, row.settled_by) == ("accepted", editor)
    post(client, article, act=f"reopen:{row.pk}")
    row.refresh_from_db()
    article.refresh_from_db()
    assert row.settled_at is None and "试点,再行" in article.body[2]["text"]


def test_what_no_longer_stands_there_is_not_mended_blindly(client, editor, article):
    row = Doubt.objects.get(rule="traditional-character")
    body = copy.deepcopy(article.body)
    body[3]["text"] = "完全重写過的一段。"
    Article.objects.filter(pk=article.pk).update(body=body)
    response = client.post(reverse("review", args=[300, 1]), {"act": f"accept:{row.pk}"}, follow=True)
    assert "原来的字句已经不在" in response.content.decode()


def test_dismissing_wants_a_reason_and_keeps_it(client, editor, article):
    row = Doubt.objects.get(rule="half-width-punctuation")
    url = reverse("review", args=[300, 1])
    assert "请写一句为什么" in client.post(url, {"act": f"dismiss:{row.pk}"}, follow=True).content.decode()
    said = client.post(url, {"act": f"dismiss:{row.pk}", f"reason-{row.pk}": "引文原样"}, follow=True)
    row.refresh_from_db()
    assert (row.settlement, row.reason) == ("dismissed", "引文原样") and "引文原样" in said.content.decode()


def test_all_of_one_kind_are_taken_at_once_in_the_whole_issue(client, editor):
    reading = make_reading(300)
    for each in reading["articles"]:
        text = f"{each['title']}以后,还要推广。"
        each["body"].append(make_block(text))
        each["doubts"] = [doubt("half-width-punctuation", text, text.replace(",", "，"))]
    settle(reading)
    post(client, Article.objects.get(order=1), act="accept-all:half-width-punctuation")
    assert not Doubt.objects.filter(rule="half-width-punctuation", settled_at=None).exists()
    assert not any("," in block["text"] for each in Article.objects.all() for block in each.body)


def test_mending_by_hand_settles_and_a_new_slip_is_told(client, editor, article):
    number = article.body[2]["id"]
    typed = {f"block-{number}": ("先做试点，再推廣。", article.body[2]["text"])}
    answer = post(client, article, **typed, json=True).json()
    assert answer["open"] == [*article.doubts.filter(settled_at=None).values_list("pk", flat=True)]
    assert Doubt.objects.get(rule="half-width-punctuation").settlement == "mended"
    assert Doubt.objects.filter(
        rule="traditional-character", settled_at=None, evidence__contains="廣"
    ).exists()


def test_marking_it_checked_leads_to_the_next_and_another_version_takes_it_back(client, editor, article):
    response = post(client, article, act="check")
    assert response["Location"].startswith(reverse("review", args=[300, 2]))
    article.refresh_from_db()
    assert article.checked_by == editor
    reading = copy.deepcopy(article.issue.read_from.reading)
    reading["articles"][0]["body"][0]["text"] += "另有附则两条。"
    settle(reading, upload=article.issue.read_from)
    article.refresh_from_db()
    assert article.checked_at is None and article.body[0]["text"].endswith("另有附则两条。")


def test_what_an_editor_typed_survives_a_rereading(client, editor, article):
    number = article.body[0]["id"]
    post(client, article, title=("编辑定的题目", article.title))
    post(client, article, **{f"block-{number}": ("编辑改写的一段。", article.body[0]["text"])})
    reading = article.issue.read_from.reading
    settle(reading, upload=article.issue.read_from)
    article.refresh_from_db()
    assert (article.title, article.body[0]["text"]) == ("编辑定的题目", "编辑改写的一段。")


def test_neighbours_change_places(client, editor, article):
    post(client, article, act="later")
    article.refresh_from_db()
    assert article.order == 2
    post(client, article, act="earlier", title=("保存了的题目", article.title))
    article.refresh_from_db()
    assert (article.order, article.title) == (1, "保存了的题目")


def test_two_at_one_article_see_each_other(client, editor, article):
    other = make_user("tongshi", "view_draft", "edit_article", "check_article")
    client.force_login(other)
    client.get(reverse("review", args=[300, 1]))
    client.force_login(editor)
    assert "tongshi" in client.get(reverse("review", args=[300, 1])).content.decode()
    answer = client.post(reverse("note_presence", args=[article.pk]))
    assert answer.json() == {"others": ["tongshi"]}
    client.force_login(other)
    client.get(reverse("review", args=[300, 2]))
    client.force_login(editor)
    assert client.post(reverse("note_presence", args=[article.pk])).json() == {"others": []}


def test_every_change_is_kept_by_the_database_and_can_be_had_back(client, editor, article):
    before = article.title
    post(client, article, title=("第一次改的题目", before))
    Article.objects.filter(pk=article.pk).update(title="绕过界面改的题目")  # no path around it
    url = reverse("article_history", args=[article.pk])
    said = client.get(url).content.decode()
    assert "bianji" in said and "解析程序" in said and "改动3次" in said
    oldest = article.versions.order_by("pk").first()
    newest = article.versions.order_by("pk").last()
    compared = client.get(url, {"from": newest.pk, "to": oldest.pk}).content.decode()
    assert "<ins>" in compared and "<del>" in compared
    client.post(reverse("restore_version", args=[article.pk, oldest.pk]), {"field": "title"})
    article.refresh_from_db()
    assert article.title == before


def test_a_deleted_paragraph_comes_back_under_its_number(client, editor, article):
    body = copy.deepcopy(article.body)
    post(client, article, act=f"delete:{body[1]['id']}")
    earlier = article.versions.order_by("pk").first()
    client.post(reverse("restore_version", args=[article.pk, earlier.pk]), {"field": "body"})
    article.refresh_from_db()
    assert article.body == body


def test_keys_are_off_until_one_turns_them_on(client, editor, article):
    url = reverse("review", args=[300, 1])
    assert "data-keys" not in client.get(url).content.decode()
    response = client.post(reverse("choose_keys"), {"uses_keys": "1", "next": "https://example.com/"})
    assert response["Location"] == reverse("desk")
    assert "data-keys" in client.get(url).content.decode()


def test_what_was_typed_is_escaped(client, editor, article):
    nasty = "<script>alert(1)</script>"
    post(client, article, title=(nasty, article.title))
    conflict = post(client, article, title=("另一个", article.title), json=True).json()["conflicts"]["title"]
    pages = [
        client.get(url).content.decode()
        for url in (reverse("review", args=[300, 1]), reverse("article_history", args=[article.pk]))
    ]
    assert all(nasty not in said for said in [conflict, *pages])


def test_the_body_is_never_changed_by_what_makes_no_sense():
    body = [{"id": 1, "kind": "p", "text": "甲乙", "rows": [], "bullet": False, "places": []}]
    assert bodies.split(body, 1, 0, 1) == (body, 1) == bodies.split(body, 1, 2, 1)
    assert bodies.merge(body, 1) == body == bodies.move(body, 1, -1)
    with pytest.raises(bodies.NoSuchBlock):
        bodies.delete(body, 2)
