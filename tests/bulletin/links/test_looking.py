"""Which addresses are opened when, by whom, and what is kept of it."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from bulletin.links import looking
from bulletin.links.looking import look, look_at_links
from bulletin.links.opening import Outcome, Verdict
from bulletin.links.records import CLAIM, JITTER, Link, LinkHost, LinkPatrol
from bulletin.models import Article
from tests.bulletin.links.strangers import dead_address
from tests.makers import make_article, make_issue

pytestmark = pytest.mark.django_db


def name(address, issue=None, **fields):
    """An article that names the address, and its record."""
    article = make_article(issue or make_issue(published=False), source_url=address, **fields)
    article.refresh_from_db()
    return article.link


def due_again(**fields):
    Link.objects.filter(**fields).update(next_look_at=timezone.now())


# --- Records ------------------------------------------------------------------------------------------------


def test_an_address_has_one_record_however_it_is_written():
    same = [
        "https://www.Example.cn/a/B?c=D",
        "HTTPS://www.example.cn:443/a/B?c=D#top",
        " https://www.example.cn/a/B?c=D",
    ]
    records = {name(address).pk for address in same}
    assert len(records) == 1
    assert Link.objects.get().address == "https://www.example.cn/a/B?c=D"
    others = [
        "http://www.example.cn/a/B?c=D",
        "https://www.example.cn/a/b?c=D",
        "https://www.example.cn:8443/a/B?c=D",
    ]
    assert {name(address).pk for address in others}.isdisjoint(records)
    assert Link.objects.count() == 4
    assert set(LinkHost.objects.values_list("name", flat=True)) == {"www.example.cn", "www.example.cn:8443"}


def test_a_bare_host_is_its_front_page():
    assert name("http://example.cn") == name("http://example.cn:80/") == name("http://EXAMPLE.cn#a")
    assert name("http://example.cn?a").address == "http://example.cn/?a"


@pytest.mark.parametrize(
    "address",
    ["", "www.example.cn", "ftp://example.cn/", "https://u:p@example.cn/", "http://e.cn/" + "长" * 700],
)
def test_what_cannot_be_opened_has_no_record(address):
    assert name(address) is None


def test_an_article_follows_its_address_whoever_writes():
    article = make_article(source_url="https://a.example.cn/1")
    article.save()  # this object does not know of the record
    article.refresh_from_db()
    first = article.link
    assert first.address == "https://a.example.cn/1"
    Article.objects.filter(pk=article.pk).update(source_url="https://a.example.cn/2")
    article.title = "别的题目"
    article.save(update_fields=["title"])
    article.refresh_from_db()
    assert article.link.address == "https://a.example.cn/2" and article.link != first
    article.source_url = ""
    article.save()
    article.refresh_from_db()
    assert article.link is None


# --- What comes of a look -----------------------------------------------------------------------------------


def test_what_is_due_is_opened_and_kept(checks, server):
    there, gone = name(server.page("/there")), name(server.url + "/gone")
    moved = name(server.redirect("/old", "/there"))
    assert look() == {"works": 1, "gone": 1, "moved": 1}
    for link in (there, gone, moved):
        link.refresh_from_db()
    assert (there.verdict, there.status, there.failures, there.failing_since) == ("works", 200, 0, None)
    assert there.worked_at == there.opened_at
    assert (gone.verdict, gone.status, gone.failures) == ("gone", 404, 1)
    assert gone.failing_since == gone.opened_at and gone.worked_at is None
    assert (moved.verdict, moved.moved_to) == ("moved", server.url + "/there")
    assert server.agents == {
        "Mozilla/5.0 (compatible; bulletin-links/1.0; +https://bulletin.example.cn/about/)"
    }
    server.got.clear()
    assert look() == {} and server.got == []  # nothing is due


def test_switched_off_nothing_is_opened(checks, server):
    checks.LINK_CHECKS = False
    link = name(server.page())
    look_at_links()
    assert looking.ask(link.pk) is False
    assert server.got == []


def test_what_no_article_names_any_more_is_not_opened(checks, server):
    name(server.page("/a"))
    name(server.page("/b"), taken_down_at=timezone.now(), takedown_note="侵权")
    Article.objects.filter(source_url=server.url + "/a").update(source_url="")
    assert look() == {} and server.got == []


def test_an_issue_in_preparation_goes_before_what_is_public_and_what_is_asked_for_before_both(checks, server):
    public = make_issue()
    for number in range(5):
        name(server.page(f"/{number}"), public)
    asked = Link.objects.get(address=server.url + "/4")
    name(server.page("/new"))
    assert looking.ask(asked.pk)
    look()
    opened = list(dict.fromkeys(path for _, path in server.got))
    assert opened[:2] == ["/4", "/new"] and len(opened) == looking.LINKS_OF_A_HOST
    asked.refresh_from_db()
    assert not asked.is_awaited


def test_a_link_that_opens_is_left_alone_for_a_month_sooner_before_it_is_public(checks, server):
    now = timezone.now()
    for issue, days in ((make_issue(), 30), (make_issue(published=False), 3)):
        link = name(server.page(f"/{days}"), issue)
        look()
        link.refresh_from_db()
        pause = (link.next_look_at - now) / timedelta(days=1)
        assert days * (1 - JITTER) <= pause <= days * (1 + JITTER) + 0.1


def test_a_failing_link_is_tried_after_growing_pauses_and_told_to_readers_after_three_days(checks):
    link, at = name("https://a.example.cn/1"), timezone.now()
    began, pauses, told = at, [], []
    failure = Outcome(Verdict.UNREACHABLE, "连不上对方的服务器。", reached=False)
    while len(told) < 9:
        link.take_in(failure, at, in_preparation=False)
        pauses.append((link.next_look_at - at) / timedelta(hours=1))
        told.append((link.failures, (at - began) / timedelta(days=1), link.is_long_dead))
        at = link.next_look_at
    assert 5 < pauses[0] < 7 and pauses[-1] > 24 * 8
    assert all(after > before * 0.7 for before, after in pairwise(pauses))
    assert all(dead == (failures >= 3 and days >= 3) for failures, days, dead in told)
    assert link.failing_since == began and told[0][2] is False and told[-1][2] is True
    unsure = Outcome(Verdict.REFUSED, "对方答503。", 503)
    assert link.take_in(unsure, at, in_preparation=False) is True  # readers are told nothing we don't know
    assert (link.failing_since, link.failures) == (began, 9)
    works = Outcome(Verdict.WORKS, "打得开。", 200)
    link.take_in(works, at, in_preparation=False)
    assert (link.failing_since, link.failures, link.worked_at) == (None, 0, at)


def test_a_host_that_has_enough_is_left_alone(checks, server):
    for number in range(3):
        name(server.page(f"/{number}", status=429, Retry_After="7200"))
    assert look() == {"refused": 1}
    assert LinkHost.objects.get().free_at > timezone.now() + timedelta(minutes=110)
    assert look() == {}


# --- Workers ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_ask_each_host_one_at_a_time_and_each_address_once(checks, server, other):
    issue = make_issue(published=False)
    for number in range(6):
        name(server.page(f"/{number}"), issue)
        name(other.page(f"/{number}"), issue)
    start = threading.Barrier(3)

    def work():
        start.wait()
        while look():
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while look():  # what was left while the others held the hosts
        pass
    assert set(Link.objects.values_list("verdict", flat=True)) == {"works"}
    for host in (server, other):
        assert host.most_at_once == 1
        assert sorted(host.got) == sorted((way, f"/{n}") for way in ("HEAD", "GET") for n in range(6))


def test_a_worker_that_is_killed_leaves_nothing_stuck(checks, server):
    link = name(server.page())
    assert looking.claim()  # and then its process is gone
    assert look() == {}
    LinkHost.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    assert look() == {"works": 1}
    link.refresh_from_db()
    assert link.verdict == "works"


def test_a_worker_that_was_overtaken_writes_nothing(checks, server, monkeypatch):
    link = name(server.page())
    was = looking._open_all

    def slow(claimed):
        opened = was(claimed)
        LinkHost.objects.update(claimed_at=timezone.now(), claims=99)  # somebody else took it over meanwhile
        return opened

    monkeypatch.setattr(looking, "_open_all", slow)
    look()
    link.refresh_from_db()
    assert link.verdict == "" and LinkHost.objects.get().claimed_at is not None


# --- No way out ---------------------------------------------------------------------------------------------


def test_where_nobody_answers_the_run_is_written_off_and_no_verdict_changes(checks, server):
    good = name(server.page("/good"))
    look()
    dead = [name(dead_address()) for _ in range(4)]
    server.shutdown()
    server.server_close()
    LinkPatrol.objects.update(reached_at=timezone.now() - timedelta(hours=1))
    assert looking.ask(dead[0].pk)
    assert look() == {"off": 5}  # the four, and the one that opened before
    for link in (good, *dead):
        link.refresh_from_db()
    assert good.verdict == "works" and {link.verdict for link in dead} == {""}
    assert not dead[0].is_awaited  # nobody waits for what can't be
    patrol = LinkPatrol.now()
    assert patrol.is_cut_off and patrol.why_idle == "这台机器现在连不上外网，没有查"
    assert look() == {}  # until a while has passed
    assert not LinkHost.objects.exclude(claimed_at=None).exists()


def test_once_somebody_answers_there_is_a_way_out_again(checks, server):
    LinkPatrol.objects.create(cut_off_since=timezone.now(), retry_at=timezone.now())
    dead = name(dead_address())
    assert look() == {"off": 1}
    link = name(server.page())
    assert looking.ask(link.pk)  # by hand it is tried at once
    assert look() == {"works": 1, "unreachable": 1}
    dead.refresh_from_db()
    assert dead.verdict == "unreachable" and not LinkPatrol.now().is_cut_off


def test_a_silent_host_is_silent_where_others_that_opened_before_still_do(checks, server):
    good = name(server.page("/good"))
    look()
    LinkPatrol.objects.update(reached_at=timezone.now() - timedelta(hours=1))
    dead = name(dead_address())
    server.got.clear()
    assert look() == {"unreachable": 1, "works": 1}
    assert {path for _, path in server.got} == {"/good"}  # asked as a witness
    good.refresh_from_db()
    dead.refresh_from_db()
    assert (good.verdict, dead.verdict) == ("works", "unreachable")


def test_a_link_inside_is_not_taken_for_a_lost_way_out(checks):
    checks.LINK_ALLOW_PRIVATE = False
    link = name("http://127.0.0.1:9/")
    assert look() == {"inside": 1}
    link.refresh_from_db()
    assert link.fails and not LinkPatrol.now().is_cut_off


def test_the_looking_is_overdue_when_nobody_does_it(checks, server):
    name(server.page())
    assert not LinkPatrol.now().is_overdue
    Link.objects.update(next_look_at=timezone.now() - timedelta(hours=2))
    assert LinkPatrol.now().why_idle == "链接检查很久没有动静"
    look()
    assert not LinkPatrol.now().is_overdue


def test_beat_asks_for_what_is_due(settings):
    from bulletin.celery import app

    assert look_at_links.name in app.tasks and look_at_links.name == "bulletin.links.looking.look_at_links"
    assert "look-at-links" not in settings.CELERY_BEAT_SCHEDULE  # switched off for tests
