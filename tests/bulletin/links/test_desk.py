"""What people are told of links: checklist, review screen, the list at the desk, the note beside a link."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from bulletin import tasks
from bulletin.links.looking import look
from bulletin.links.opening import Outcome, Verdict
from bulletin.links.records import Link, LinkPatrol
from bulletin.models import Issue
from bulletin.publishing import acting, checklist
from tests.makers import make_article, make_editor, make_issue, make_ready, make_user

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 11, 18, 8, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
DEAD = Outcome(Verdict.GONE, "对方答404：没有这个网页。", 404)
SILENT = Outcome(Verdict.UNREACHABLE, "连不上对方的服务器。", reached=False)
WORKS = Outcome(Verdict.WORKS, "打得开。", 200)


def opened(article, outcome, *days):
    """The article's link, opened so many days after BEGAN."""
    article.refresh_from_db()
    for day in days or (0,):
        article.link.take_in(outcome, BEGAN + timedelta(days=day), in_preparation=False)
    Link.objects.filter(pk=article.link_id).update(next_look_at=timezone.now() + timedelta(days=1))
    return article.link


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def finding(issue):
    [found] = [each for each in checklist.of_issue(issue).should if each.rule == "links-open"]
    return found


@pytest.fixture
def editor(client):
    editor = make_editor()
    client.force_login(editor)
    return editor


@pytest.fixture
def issue():
    return make_issue(237, published=False)


# --- The list before publishing -----------------------------------------------------------------------------


def test_a_link_that_does_not_open_is_a_warning_with_its_place(checks, issue):
    opened(make_article(issue), DEAD)
    opened(make_article(issue), SILENT, 0, 2)
    opened(make_article(issue), WORKS)
    opened(
        make_article(issue),
        Outcome(Verdict.WORKS, "打得开。", 200, doubt="网页标题是“404”，原文可能已经不在了"),
    )
    opened(make_article(issue), Outcome(Verdict.REFUSED, "对方答403：不让机器看。", 403))
    make_article(issue)
    found = finding(issue)
    assert [place.text for place in found.places] == [
        "第1篇：原文链接的网页没有了",
        "第2篇：原文链接打不开",
        "第4篇：原文链接打得开，但网页标题是“404”，原文可能已经不在了",
        "第6篇：原文链接还没有查过",
    ]
    assert found.places[0].detail == "11月18日查的：对方答404：没有这个网页"
    assert found.places[1].detail == "11月18日起，11月20日又查：连不上对方的服务器"
    assert (found.places[0].page, found.places[0].key, found.places[0].anchor) == (
        "article",
        1,
        "f-source_url",
    )


def test_where_all_links_open_it_passes(checks, issue):
    opened(make_article(issue), WORKS)
    opened(make_article(issue), Outcome(Verdict.REFUSED, "对方答403：不让机器看。", 403))
    found = finding(issue)
    assert found.passes and found.note == "1条打得开，1条对方不让机器看，说不准"


def test_what_cannot_be_opened_now_asks_for_no_reason(checks, issue):
    opened(make_article(issue), WORKS)
    make_article(issue)
    LinkPatrol.objects.create(cut_off_since=timezone.now())
    found = finding(issue)
    assert found.passes and found.note == "1条打得开，1条还没有查过（这台机器现在连不上外网，没有查）"
    LinkPatrol.objects.all().delete()
    assert not finding(issue).passes
    Link.objects.update(next_look_at=timezone.now() - timedelta(hours=2))
    assert finding(issue).passes and "很久没有动静" in finding(issue).note


def test_switched_off_it_passes_and_says_so(settings, issue):
    opened(make_article(issue), DEAD)
    found = finding(issue)
    assert found.passes and found.note == "链接检查没有开，没有查"


def test_a_reason_holds_over_later_looks_and_not_for_another_address(checks, issue):
    article, editor = make_article(issue), make_user()
    opened(article, SILENT)
    acting.answer(issue, {"links-open": "网站在维护，下周恢复"}, editor)
    opened(article, Outcome(Verdict.UNREACHABLE, "15秒里没有打开。"), 2, 5)
    assert finding(issue).answer.reason == "网站在维护，下周恢复"
    article.source_url = "https://www.example.gov.cn/another.html"
    article.save()
    opened(article, SILENT)
    assert finding(issue).places and finding(issue).answer is None


def test_a_link_that_breaks_after_the_moment_was_set_does_not_hold_the_issue_back(checks, issue):
    article, approver = make_article(issue), make_editor()
    opened(article, WORKS)
    make_ready(issue)
    acting.approve_and(issue.pk, "schedule", approver, publish_at=timezone.now() + timedelta(hours=1))
    opened(article, DEAD)
    with pytest.raises(acting.Refused, match="原文链接打得开"):  # a person is asked for a reason
        acting.perform(issue.pk, "publish", approver)
    Issue.objects.update(publish_at=timezone.now() - timedelta(minutes=10))
    tasks.publish_due()
    issue.refresh_from_db()
    assert issue.state == Issue.State.PUBLISHED


def test_the_publish_page_shows_what_happened_and_when(checks, client, editor, issue):
    opened(make_article(issue), DEAD)
    shown = page(client, "publish_issue", 237)
    assert "第1篇：原文链接的网页没有了" in shown and "11月18日查的：对方答404" in shown
    assert "/desk/issues/237/articles/1/#f-source_url" in shown


# --- The review screen --------------------------------------------------------------------------------------


def review(client, **typed):
    return client.post(reverse("review", args=[237, 1]), typed)


def test_the_state_of_the_link_stands_under_its_field(checks, client, editor, issue):
    opened(make_article(issue), DEAD, 0, 1)
    shown = page(client, "review", 237, 1)
    assert "对方答404：没有这个网页。" in shown and "11月18日起；11月19日 08:11查的" in shown
    assert "现在查一下" in shown and "every 2s" not in shown


def test_having_it_looked_at_now_shows_the_result_when_it_is_there(
    checks, client, editor, issue, server, django_capture_on_commit_callbacks, monkeypatch
):
    article = make_article(issue, source_url=server.page())
    sent = []
    monkeypatch.setattr("bulletin.links.looking.look_at_links.delay", lambda: sent.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        response = review(client, act="look")
    assert response["Location"] == "/desk/issues/237/articles/1/#f-source_url" and sent
    shown = page(client, "review", 237, 1)
    assert "正在打开" in shown and "every 2s" in shown
    state = reverse("link_state", args=[article.pk])
    assert client.get(state).status_code == 200  # asked again
    look()
    response = client.get(state)
    assert response.status_code == 286 and ">打得开<" in response.content.decode()


def test_an_address_just_saved_is_looked_at_at_once(
    checks, client, editor, issue, server, django_capture_on_commit_callbacks, monkeypatch
):
    article = make_article(issue, source_url="")
    sent = []
    monkeypatch.setattr("bulletin.links.looking.look_at_links.delay", lambda: sent.append(1))
    typed = {"source_url": server.page("/new"), "base.source_url": ""}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("review", args=[237, 1]), typed, headers={"accept": "application/json"})
    article.refresh_from_db()
    assert sent and article.link.is_awaited
    look()
    assert "打得开" in page(client, "review", 237, 1)


def test_switched_off_there_is_no_button(settings, client, editor, issue):
    make_article(issue)
    shown = page(client, "review", 237, 1)
    assert "链接检查没有开。" in shown and "现在查一下" not in shown
    review(client, act="look")
    assert "没有去打开" in page(client, "review", 237, 1)
    assert Link.objects.get().asked_at is None


# --- The list at the desk -----------------------------------------------------------------------------------


def test_the_list_shows_what_does_not_open_the_newest_issue_first(checks, client, editor, issue):
    opened(make_article(make_issue(236), title="甲市的文件"), DEAD, 0, 1)
    opened(make_article(issue, title="乙市的文件"), SILENT)
    opened(make_article(issue, title="丙市的文件"), WORKS)
    opened(make_article(issue, title="丁市的文件"), Outcome(Verdict.REFUSED, "对方答403。", 403))
    shown = page(client, "link_list")
    assert shown.index("乙市的文件") < shown.index("甲市的文件")
    assert "丙市的文件" not in shown and "丁市的文件" not in shown
    assert "打不开2条" in shown and "对方答404：没有这个网页。" in shown and "2次" in shown
    assert "https://www.example.gov.cn/zwgk/236/1.html" in shown
    assert "/desk/issues/236/articles/1/#f-source_url" in shown
    gone = page(client, "link_list", show="gone")
    assert "甲市的文件" in gone and "乙市的文件" not in gone
    assert "丁市的文件" in page(client, "link_list", show="refused")


def test_from_the_list_a_link_is_looked_at_now(checks, client, editor, issue, server):
    article = make_article(issue, source_url=server.page())
    opened(article, DEAD)
    back = reverse("link_list") + "?show=gone"
    response = client.post(reverse("look_at_link", args=[article.pk]), {"next": back})
    assert response["Location"] == back
    assert "正在打开" in page(client, "link_list", show="gone")
    look()
    assert "没有打不开的链接" in page(client, "link_list")
    response = client.post(reverse("look_at_link", args=[article.pk]), {"next": "https://elsewhere.example/"})
    assert response["Location"] == reverse("link_list")


def test_the_list_costs_the_same_with_many(checks, client, editor, issue, django_assert_max_num_queries):
    for _ in range(35):
        opened(make_article(issue), DEAD)
    with django_assert_max_num_queries(10):
        shown = page(client, "link_list")
    assert shown.count("去改链接") == 30 and "第1页，共2页" in shown
    assert page(client, "link_list", page=2).count("去改链接") == 5


def test_the_list_says_when_nothing_is_opened(checks, client, editor):
    assert "还没有查过任何链接" in page(client, "link_list")
    LinkPatrol.objects.create(cut_off_since=BEGAN)
    assert "11月18日 08:11起，试过的网站一个也连不上" in page(client, "link_list")
    checks.LINK_CHECKS = False
    shown = page(client, "link_list")
    assert "链接检查没有开" in shown and "连不上" not in shown


def test_the_desks_home_leads_there_with_their_number(checks, client, editor, issue):
    assert "按时在查" in page(client, "desk")
    opened(make_article(issue), DEAD)
    opened(make_article(make_issue()), SILENT)
    shown = page(client, "desk")
    assert f'<b>2</b><span><a href="{reverse("link_list")}">原文链接打不开</a>' in shown
    make_article(issue)
    Link.objects.filter(opened_at=None).update(next_look_at=timezone.now() - timedelta(hours=2))
    assert "链接检查很久没有动静" in page(client, "desk")
    checks.LINK_CHECKS = False
    shown = page(client, "desk")
    assert "链接检查没有开" in shown and "原文链接打不开" not in shown


# --- Readers ------------------------------------------------------------------------------------------------


def test_readers_are_told_of_a_link_that_has_been_dead_for_days(checks, client, settings):
    article = make_article(make_issue(237))
    address = article.get_absolute_url()
    link = opened(article, WORKS, -20)
    opened(article, DEAD, 0, 1)
    assert "打不开" not in client.get(address).content.decode()
    opened(article, DEAD, 3)
    shown = client.get(address).content.decode()
    assert '此链接自<time datetime="2026-11-18">2026年11月18日</time>起打不开' in shown
    assert "最近一次打得开是2026年10月29日" in shown and f'href="{link.address}"' in shown
    assert "起打不开" in client.get(reverse("issue_print", args=[237])).content.decode()
    opened(article, WORKS, 4)
    assert "打不开" not in client.get(address).content.decode()


def test_a_browser_that_keeps_the_page_hears_of_it(checks, client, server):
    """Nothing of the article changes when its link dies or lives."""
    article = make_article(make_issue(237), source_url=server.url + "/gone")
    opened(article, DEAD, 0, 1)
    kept = client.get(article.get_absolute_url())["Last-Modified"]
    Link.objects.update(next_look_at=timezone.now())
    future = timezone.now() + timedelta(minutes=5)
    look()
    assert LinkPatrol.now().told_at is not None
    LinkPatrol.objects.update(told_at=future)
    again = client.get(article.get_absolute_url(), headers={"if-modified-since": kept})
    assert again.status_code == 200 and "起打不开" in again.content.decode()
