"""Articles taken apart, joined, moved, added, deleted: what goes along, what is refused, what comes back."""

import copy

import pytest
from django.contrib.auth.models import Permission
from django.forms.models import model_to_dict
from django.urls import reverse

from bulletin import corrections, prose
from bulletin.editing import arranging
from bulletin.editing.arrangement import Arrangement
from bulletin.editing.arranging import CannotArrange, fingerprint
from bulletin.facts import ArticleRegion, Refusal
from bulletin.models import Article, Issue
from bulletin.search.entries import SearchEntry
from bulletin.uploads import Doubt
from regions.models import Region
from tests.makers import make_user
from tests.readings import make_block, make_reading, settle
from tests.tellings import make_telling

FACTS = ("region_facts", "body_facts", "tellings", "target_facts")
HEADING = "青海省印发数据登记办法"


@pytest.fixture
def editor(client, db):
    user = make_user("bianji", "view_draft", "edit_article")
    client.force_login(user)
    return user


@pytest.fixture
def issue(reference_tables):
    """The reader took two articles for one: the first ends with the second, its picture included."""
    reading = make_reading(300)
    first = reading["articles"][0]
    first["title"] = "贵州省印发算力调度办法"
    first["source"] = ["青海省数据局"]
    first["body"] = [
        at(100, "贵州省人民政府近日印发《贵州省算力调度办法》，到2027年建成数据中心50个。"),
        at(200, HEADING, kind="h"),
        at(300, "青海省数据局印发《青海省数据登记办法》,自2025年9月1日起施行。"),
        at(400, "青海省数据局说，下一步还要推广。"),
    ]
    first["places"] = {
        "title": [place(0, 20)],
        "source": [place(500, 520)],
        "picture": [picture(150), picture(350)],
    }
    first["doubts"] = [
        doubt("half-width-punctuation", "《青海省数据登记办法》,自", "《青海省数据登记办法》，自"),
        doubt("title-doubtful", "贵州省印发算力调度办法", field="title"),
        doubt("source-doubtful", "青海省数据局", field="source"),
    ]
    settle(reading)
    article = Article.objects.get(order=1)
    region = Region.objects.get(path="qinghai")
    fact = {"block": article.body[2]["id"], "said_by": "hand", "order": 9}
    ArticleRegion.objects.update_or_create(article=article, region=region, defaults=fact)
    make_telling(article, "青海省数据登记办法", headline=False, **fact)
    return Issue.objects.get(total_number=300)


def place(start, end):
    return {"start": start, "end": end, "page": 0}


def picture(start):
    return {
        "start": start,
        "end": start,
        "page": 1,
        "box": {"left": 100, "top": start, "right": 300, "bottom": start + 90},
    }


def at(start, text, **fields):
    return make_block(text, places=[place(start, start + len(text))], **fields)


def doubt(rule, evidence, proposal="", *, field="body"):
    found = {"rule": rule, "severity": "low", "message": f"{evidence}有疑问", "evidence": evidence}
    return found | {"proposal": proposal, "field": field, "place": None}


def articles(issue):
    return list(issue.articles.order_by("order"))


def whole(issue):
    """All that an act may change, as plain values: to compare before and after."""
    told = {}
    for article in articles(issue):
        rows = {name: sorted(_plain(fact) for fact in getattr(article, name).all()) for name in FACTS}
        rows["doubts"] = sorted(_plain(row) for row in article.doubts.all())
        rows["refusals"] = sorted(article.refusals.values_list("kind", "key"))
        fields = model_to_dict(article, exclude=["regions", "bodies", "policies", "targets", "last_block_id"])
        topics = sorted(article.topics.values_list("pk", flat=True))
        told[article.pk] = {**{name: fields[name] for name in fields}, **rows, "topics": topics}
    return told


def _plain(row):
    """A row in words. Doubts may be drawn anew from what is known: their number says nothing."""
    aside = {"policy_id", "stage_id", "place"} | ({"id"} if isinstance(row, Doubt) else set())
    values = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    values = {name: value for name, value in sorted(values.items()) if name not in aside}
    if values.get("settled_at"):
        values["settled_at"] = values["settled_at"].replace(microsecond=0)
    return repr(values)


def differences(one, other):
    """What is not the same in two of them: article, what, how it is here and there."""
    return [
        (pk, name, one.get(pk, {}).get(name), other.get(pk, {}).get(name))
        for pk in {*one, *other}
        for name in {*one.get(pk, {}), *other.get(pk, {})}
        if one.get(pk, {}).get(name) != other.get(pk, {}).get(name)
    ]


def split(client, article, number, **fields):
    sent = {"at": number, "seen": fingerprint(article), "title": HEADING, "takes_title": "on"}
    sent |= {"section": "difang", "page": "2", "source": "behind"} | fields
    return client.post(reverse("split_article", args=[article.pk]), sent)


def undo_last(client):
    return client.post(reverse("undo_arrangement", args=[Arrangement.objects.first().pk]), follow=True)


def test_the_page_proposes_what_the_second_part_most_likely_is(client, editor, issue):
    article = articles(issue)[0]
    number = article.body[1]["id"]
    said = client.get(reverse("split_article", args=[article.pk]), {"at": number}).content.decode()
    assert f'value="{HEADING}"' in said and 'value="behind" selected' in said and "checked" in said
    asked = client.post(reverse("review", args=[300, 1]), {"act": f"split-article:{number}"})
    assert asked["Location"] == reverse("split_article", args=[article.pk]) + f"?at={number}"
    first = asked["Location"].replace(f"at={number}", f"at={article.body[0]['id']}")
    assert client.get(first).status_code == 302


def test_an_article_split_takes_along_what_belongs_to_it(client, editor, issue):
    article, *rest = articles(issue)
    keep = article.body[2]["id"]
    assert split(client, article, article.body[1]["id"]).status_code == 302
    first, second, *others = articles(issue)
    assert [each.pk for each in others] == [each.pk for each in rest] and first.pk == article.pk
    assert [block["text"][:3] for block in first.body] == ["贵州省"] and first.source_names == []
    assert second.title == HEADING and second.source_names == ["青海省数据局"] and second.page == 2
    assert second.body[0]["id"] == keep  # paragraphs keep their addresses and their places
    assert second.body[0]["places"] == article.body[2]["places"]
    assert second.places["title"] == article.body[1]["places"] and second.places["source"]
    assert [each["start"] for each in first.places["picture"]] == [150]
    assert [each["start"] for each in second.places["picture"]] == [350]
    rules = dict(Doubt.objects.filter(article__in=[first, second]).values_list("rule", "article"))
    assert rules["half-width-punctuation"] == rules["source-doubtful"] == second.pk
    assert rules["title-doubtful"] == first.pk
    assert [fact.region.path for fact in second.region_facts.all()] == ["qinghai"]
    assert [fact.title for fact in second.tellings.all()] == ["青海省数据登记办法"]
    assert not first.tellings.filter(title="青海省数据登记办法").exists()
    assert (
        len(prose.flow(second.body, pictures=second.places["picture"])) == 3
    )  # two paragraphs and a picture


def test_a_split_undone_leaves_everything_as_it_was(client, editor, issue):
    Article.objects.filter(order=1).update(checked_at="2025-01-01T00:00Z", checked_by=editor)
    before = whole(issue)
    split(client, articles(issue)[0], articles(issue)[0].body[1]["id"])
    assert whole(issue) != before and articles(issue)[0].checked_at is None
    assert "已撤销" in undo_last(client).content.decode()
    assert differences(whole(issue), before) == []
    assert "已撤销" in undo_last(client).content.decode() and not differences(
        whole(issue), before
    )  # twice is once


def test_what_was_settled_since_stays_settled_when_a_split_is_undone(client, editor, issue):
    split(client, articles(issue)[0], articles(issue)[0].body[1]["id"])
    first, second = articles(issue)[:2]
    row = second.doubts.get(rule="half-width-punctuation")
    sent = {"act": f"dismiss:{row.pk}", f"reason-{row.pk}": "引文原样"}
    client.post(reverse("review", args=[300, second.number]), sent)
    undo_last(client)
    row.refresh_from_db()
    assert (row.article_id, row.reason) == (first.pk, "引文原样")


def test_nothing_typed_since_is_lost_by_an_undo(client, editor, issue):
    split(client, articles(issue)[0], articles(issue)[0].body[1]["id"])
    second = articles(issue)[1]
    client.post(reverse("review", args=[300, second.number]), {"title": "新题目", "base.title": second.title})
    said = undo_last(client).content.decode()
    assert "《新题目》后来又改过" in said and articles(issue)[1].title == "新题目"


def test_a_stale_page_is_refused_and_keeps_what_was_typed(client, editor, issue):
    article = articles(issue)[0]
    seen, number = fingerprint(article), article.body[1]["id"]
    Article.objects.filter(pk=article.pk).update(summary="别人刚写的提要")
    response = split(client, article, number, seen=seen, title="我定的题目")
    said = response.content.decode()
    assert response.status_code == 409 and "刚刚被改过" in said and 'value="我定的题目"' in said
    assert issue.articles.count() == 4 and not Arrangement.objects.exists()


def test_two_articles_become_one_and_two_again(client, editor, issue):
    first, second = articles(issue)[:2]
    Refusal.objects.create(article=second, kind="region", key="110000", label="地区：北京")
    Article.objects.filter(pk=second.pk).update(summary="第二篇的提要")
    before = whole(issue)
    url = reverse("merge_article", args=[first.pk])
    said = client.get(url).content.decode()
    assert "两篇的链接不同" in said and second.source_url in said and "第二篇的提要</textarea>" in said
    second.refresh_from_db()
    sent = {"other": second.pk, "seen": fingerprint(first), "seen_other": fingerprint(second)}
    fields = {"title": first.title, "keeps_title": "on", "source_names": "青海省数据局、乙市数据局"}
    client.post(url, sent | fields | {"source_url": first.source_url, "summary": "第二篇的提要"})
    assert issue.articles.count() == 3
    one = articles(issue)[0]
    numbers = [block["id"] for block in one.body]
    assert len(set(numbers)) == len(numbers) == 7 and one.last_block_id == max(numbers)
    assert [block["text"] for block in one.body[-3:]] == [
        second.title,
        *(each["text"] for each in second.body),
    ]
    assert one.source_names == ["青海省数据局", "乙市数据局"] and one.summary == "第二篇的提要"
    assert one.refusals.filter(key="110000").exists()
    blocks = {fact.block for name in FACTS for fact in getattr(one, name).all()}
    assert blocks <= {None, *numbers}
    assert articles(issue)[1].order == 2
    undo_last(client)
    assert differences(whole(issue), before) == []
    assert Article.objects.get(pk=second.pk).versions.count() > 1  # its history is its own again


def test_only_neighbours_are_merged_whatever_an_old_page_says(client, editor, issue):
    first, _, third, _ = articles(issue)
    sent = {"other": third.pk, "seen": fingerprint(first), "seen_other": fingerprint(third), "title": "并"}
    response = client.post(reverse("merge_article", args=[first.pk]), sent)
    assert response.status_code == 409 and "不挨着" in response.content.decode()
    assert issue.articles.count() == 4 and first.title != "并"


def test_a_paragraph_moves_to_the_neighbour_and_back(client, editor, issue):
    before = whole(issue)
    first, second = articles(issue)[:2]
    block, row = first.body[2], first.doubts.get(rule="half-width-punctuation")
    client.post(reverse("review", args=[300, 1]), {"act": f"accept:{row.pk}"})
    client.post(reverse("review", args=[300, 1]), {"act": f"to-behind:{block['id']}"})
    first, second = articles(issue)[:2]
    moved = second.body[0]
    assert moved["text"] == block["text"].replace(",", "，") and moved["places"] == block["places"]
    assert moved["id"] == second.last_block_id and len(first.body) == 3
    assert not second.places.get("picture")
    row.refresh_from_db()
    assert row.article_id == second.pk and row.mend["name"] == f"block-{moved['id']}"
    assert second.tellings.filter(block=moved["id"]).exists()
    client.post(reverse("review", args=[300, 2]), {"act": f"reopen:{row.pk}"})  # it is undone where it is
    assert articles(issue)[1].body[0]["text"] == block["text"]
    assert "后来又改过" in undo_last(client).content.decode()
    client.post(reverse("review", args=[300, 2]), {"act": f"to-before:{moved['id']}"})
    undo_last(client)
    assert articles(issue)[1].body[0]["text"] == block["text"] and len(before) == 4


def test_the_first_has_no_one_before_it(client, editor, issue):
    number = articles(issue)[0].body[0]["id"]
    said = client.post(reverse("review", args=[300, 1]), {"act": f"to-before:{number}"}, follow=True)
    assert "前面没有别的篇" in said.content.decode() and not Arrangement.objects.exists()


def test_a_deleted_article_comes_back_with_all_that_it_had(client, editor, issue):
    first = articles(issue)[0]
    row = first.doubts.get(rule="title-doubtful")
    client.post(reverse("review", args=[300, 1]), {"act": f"dismiss:{row.pk}", f"reason-{row.pk}": "照原文"})
    before = whole(issue)
    page = client.get(reverse("delete_article", args=[first.pk])).content.decode()
    assert "4段正文、2张图" in page
    client.post(reverse("delete_article", args=[first.pk]), {"seen": fingerprint(articles(issue)[0])})
    assert [each.order for each in articles(issue)] == [1, 2, 3]
    undo_last(client)
    assert differences(whole(issue), before) == []


def test_a_deletion_is_undone_after_other_acts(client, editor, issue):
    first, second, third, fourth = articles(issue)
    client.post(reverse("delete_article", args=[second.pk]), {"seen": fingerprint(second)})
    row = Arrangement.objects.get()
    order = [fourth.pk, first.pk, third.pk]
    was = f"{first.pk},{third.pk},{fourth.pk}"
    sent = {"was": was, "order": ",".join(map(str, order))}
    client.post(reverse("order_articles", args=[300]), sent)
    client.post(reverse("undo_arrangement", args=[row.pk]))
    assert [each.pk for each in articles(issue)] == [fourth.pk, first.pk, second.pk, third.pk]


def test_an_article_is_added_where_it_is_wanted(client, editor, issue):
    first, second = articles(issue)[:2]
    url = reverse("add_article", args=[300])
    assert "标题不能空着" in client.post(url, {"title": " ", "section": "guoce"}).content.decode()
    response = client.post(url, {"title": "补的一篇", "section": "guoce", "behind": first.pk})
    added = articles(issue)[1]
    assert response["Location"] == reverse("review", args=[300, added.number])
    assert [each.title for each in articles(issue)][:3] == [first.title, "补的一篇", second.title]
    undo_last(client)
    assert [each.pk for each in articles(issue)][:2] == [first.pk, second.pk]


def test_articles_are_put_in_order_without_script_and_with(client, editor, issue):
    url = reverse("order_articles", args=[300])
    pks = [each.pk for each in articles(issue)]
    was = ",".join(map(str, pks))
    page = client.get(reverse("desk_issue", args=[300])).content.decode()
    assert f'name="was" value="{was}"' in page and f'value="{pks[1]}:up"' in page
    client.post(url, {"was": was, "move": f"{pks[1]}:up"})
    assert [each.pk for each in articles(issue)] == [pks[1], pks[0], *pks[2:]]
    stale = client.post(url, {"was": was, "order": was}, headers={"Accept": "application/json"})
    assert stale.status_code == 409 and "刚刚被别人改过" in stale.json()["error"]
    now = [pks[1], pks[0], *pks[2:]]
    sent = {"was": ",".join(map(str, now)), "order": was}
    answer = client.post(url, sent, headers={"Accept": "application/json"})
    assert answer.json()["was"] == pks == [each.pk for each in articles(issue)]
    undo_last(client)
    assert [each.pk for each in articles(issue)] == now


def test_in_a_public_issue_every_address_leads_on(client, editor, issue):
    issue.publish()
    first, second, third, fourth = articles(issue)
    joined = arranging.merge(
        issue.pk,
        first.pk,
        second.pk,
        seen=(fingerprint(first), fingerprint(second)),
        keeps_title=True,
        fields={},
        by=editor,
    )
    heading = next(each for each in articles(issue)[0].body if each["text"] == second.title)
    assert client.get("/issues/300/2/")["Location"] == f"/issues/300/1/#p{heading['id']}"
    arranging.undo(joined.pk, by=editor)
    assert client.get("/issues/300/2/").status_code == 200
    order = [fourth.pk, first.pk, second.pk, third.pk]
    arranging.reorder(issue.pk, [each.pk for each in articles(issue)], order, by=editor)
    assert [each.number for each in articles(issue)] == [4, 1, 2, 3]
    found = SearchEntry.objects.order_by("-newness").values_list("article", flat=True)
    assert list(found) == order
    with pytest.raises(CannotArrange, match="请改用“撤下”"):
        arranging.delete(issue.pk, first.pk, seen="", by=editor)
    new = articles(issue)[2]
    parted = arranging.split(
        issue.pk, new.pk, new.body[1]["id"], seen=fingerprint(new), title="拆出的一篇", takes_title=False,
        section=new.section, page=None, source="both", by=editor,
    )  # fmt: skip
    assert client.get("/issues/300/5/").context["article"].title == "拆出的一篇"
    arranging.undo(parted.pk, by=editor)
    assert client.get("/issues/300/5/")["Location"] == "/issues/300/2/"


def test_a_correction_goes_along_with_a_merge_and_comes_back_with_its_article(client, editor, issue):
    issue.publish()
    first, second, *_ = articles(issue)
    note = corrections.note(second, "“三百个”误作“三千个”，现已改正。", editor)
    seen = (fingerprint(first), fingerprint(second))
    joined = arranging.merge(issue.pk, first.pk, second.pk, seen=seen, keeps_title=True, fields={}, by=editor)
    assert list(first.corrections.all()) == [note]
    later = corrections.note(first, "合并以后才发现的一处。", editor)
    arranging.undo(joined.pk, by=editor)
    assert list(first.corrections.all()) == [later]
    assert list(Article.objects.get(pk=second.pk).corrections.all()) == [note]
    assert note.text in client.get("/issues/300/2/").content.decode()
    assert note.text not in client.get("/issues/300/1/").content.decode()


def test_what_was_public_is_not_deleted_but_taken_down(client, editor, issue):
    first = articles(issue)[0]
    address = reverse("delete_article", args=[first.pk])
    seen = fingerprint(first)
    assert "删去这一篇？" in client.get(address).content.decode()
    issue.publish()
    issue.withdraw()  # its addresses are known all the same
    page = client.get(address).content.decode()
    assert "请改用“撤下”" in page and "撤下要由终审来做" in page and 'name="seen"' not in page
    refused = client.post(address, {"seen": seen})
    assert refused.status_code == 409 and "请改用“撤下”" in refused.content.decode()
    editor.user_permissions.add(Permission.objects.get(codename="publish_issue"))
    way = reverse("take_down_article", args=[300, first.number])
    assert f'href="{way}"' in client.get(address).content.decode()
    assert Article.objects.filter(pk=first.pk).exists()


def test_nor_is_it_in_the_admin_whoever_tries(client, issue):
    client.force_login(make_user(is_superuser=True, is_staff=True))
    first = articles(issue)[0]
    one, many = (
        reverse("admin:bulletin_article_delete", args=[first.pk]),
        reverse("admin:bulletin_article_changelist"),
    )
    whole = reverse("admin:bulletin_issue_delete", args=[issue.pk])
    issue.publish()
    for address, way in ((one, "撤下"), (whole, "撤回")):
        page = client.post(address, {"post": "yes"}, follow=True).content.decode()
        assert f"请到编辑台用“{way}”" in page
    chosen = {"action": "delete_selected", "_selected_action": [first.pk], "post": "yes"}
    client.post(many, chosen)
    assert issue.articles.count() == 4
    Issue.objects.update(state="draft", published_at=None)
    client.post(one, {"post": "yes"})
    assert issue.articles.count() == 3


def test_readers_of_other_roles_may_not(client, issue):
    client.force_login(make_user("duzhe"))
    first = articles(issue)[0]
    for name, args in [("split_article", [first.pk]), ("delete_article", [first.pk]), ("add_article", [300])]:
        assert client.post(reverse(name, args=args)).status_code == 403


def test_rereading_the_file_does_not_undo_what_editors_arranged(client, editor, issue):
    first, second = articles(issue)[:2]
    client.post(reverse("delete_article", args=[second.pk]), {"seen": fingerprint(second)})
    split(client, first, first.body[1]["id"])
    titles = [each.title for each in articles(issue)]
    upload = issue.read_from
    reading = copy.deepcopy(upload.reading)
    settle(reading, upload=upload)
    assert [each.title for each in articles(issue)] == titles


def test_a_number_given_away_meanwhile_is_no_obstacle(client, editor, issue):
    last = articles(issue)[-1]
    client.post(reverse("delete_article", args=[last.pk]), {"seen": fingerprint(last)})
    row = Arrangement.objects.get()
    client.post(reverse("add_article", args=[300]), {"title": "补的一篇", "section": "shugu"})
    assert Article.objects.get(title="补的一篇").number == last.number
    client.post(reverse("undo_arrangement", args=[row.pk]))
    numbers = [each.number for each in articles(issue)]
    assert len(set(numbers)) == 5 and articles(issue)[4].pk == last.pk
