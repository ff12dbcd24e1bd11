"""Which addresses are opened when, and what is made of it: a short run of a worker, sent for by beat.

A run claims hosts, each by a row changed under its lock; rows that another worker has locked are passed over.
So no host is asked by two at once. Nothing is written before a run is over: a worker that is killed leaves
its claims behind, which run out after `CLAIM`, and the addresses are due as before.

A run in which nobody at all answers says nothing about the addresses: this machine may have no way out. It
then tries some that opened not long ago. If they don't answer either, the run is written off: no verdict
changes, and beat tries again from time to time.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from bulletin.links.opening import OPENS, PAUSE_SECONDS, Outcome, Turns, Verdict, open_address
from bulletin.links.records import CLAIM, Link, LinkHost, LinkPatrol
from bulletin.models import Article, Issue

logger = logging.getLogger(__name__)

HOSTS = 8  # asked side by side in a run
LINKS_OF_A_HOST = 4  # opened one after the other in a run
RUN_SECONDS = 8  # after which nothing more is begun: reading and publishing wait for the same workers
MANY_HOSTS = 3  # so many that fail at once are no coincidence
WITNESSES = 4
WAY_OUT_HOLDS = timedelta(minutes=10)  # somebody answered so lately: then a silent host is silent
RETRY = timedelta(minutes=10)  # where there is no way out
HOST_PAUSE = timedelta(seconds=2)  # between two runs at one host

Opened = list[tuple[Link, Outcome]]


@shared_task(ignore_result=True)
def look_at_links() -> None:
    """Open what is due, a few of it. Sent by beat, and for whoever waits for one."""
    if settings.LINK_CHECKS:
        look()


def look() -> Counter[str]:
    """One run: open some of what is due; count the addresses by what came of it, as `off` if written off."""
    began, patrol = timezone.now(), LinkPatrol.now()
    if patrol.cut_off_since and patrol.retry_at and patrol.retry_at > began:
        return Counter()
    claimed = claim()
    try:
        opened = _open_all(claimed)
        if _nobody_answered(opened, patrol, began):
            witnesses = claim_witnesses(claimed)
            claimed |= witnesses
            opened += _open_all(witnesses)
            if not any(outcome.reached for _, outcome in opened):
                return _write_off(opened, began)
        return _keep(opened, claimed, began)
    finally:
        _release(claimed)


def ask(link_id: int) -> bool:
    """Have an address opened before all others, once the transaction stands; answer whether it will be."""
    if not settings.LINK_CHECKS:
        return False
    now = timezone.now()
    known = Link.objects.filter(pk=link_id).update(asked_at=now, next_look_at=now)
    LinkPatrol.objects.filter(cut_off_since__isnull=False).update(retry_at=now)
    transaction.on_commit(look_at_links.delay, robust=True)
    return bool(known)


def ask_if_new(article: Article) -> None:
    """Have the address of an article that was just saved opened, unless it was before."""
    new = Link.objects.filter(articles=article.pk, opened_at=None, asked_at=None).values_list("pk", flat=True)
    if (link_id := new.first()) is not None:
        ask(link_id)


def _named(**of_article) -> Exists:
    """Whether an article names the address that readers may follow, or are to."""
    return Exists(Article.objects.filter(link=OuterRef("pk"), taken_down_at=None, **of_article))


NAMED, PUBLISHED = _named(), _named(issue__state=Issue.State.PUBLISHED)


# --- Claims -------------------------------------------------------------------------------------------------


def _due():
    """What is to be opened now, the most urgent first: asked for, then of an issue in preparation."""
    urgency = Case(
        When(asked_at__isnull=False, then=Value(0)),
        When(~PUBLISHED, then=Value(1)),
        default=Value(2),
    )
    return Link.objects.due().filter(NAMED).annotate(urgency=urgency).order_by("urgency", "next_look_at")


def _free_hosts():
    now = timezone.now()
    idle = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    return LinkHost.objects.filter(idle, free_at__lte=now).select_for_update(skip_locked=True, of=("self",))


@transaction.atomic
def claim() -> dict[LinkHost, list[Link]]:
    """Take the hosts with the most urgent addresses, each with some of these; nobody else asks them then."""
    due = _due().filter(host=OuterRef("pk"))
    hosts = _free_hosts().annotate(urgency=Subquery(due.values("urgency")[:1])).filter(urgency__isnull=False)
    claimed = {}
    for host in hosts.order_by("urgency", "free_at", "pk")[:HOSTS]:
        claimed[_take(host)] = list(_due().filter(host=host)[:LINKS_OF_A_HOST])
    return claimed


@transaction.atomic
def claim_witnesses(besides: Iterable[LinkHost]) -> dict[LinkHost, list[Link]]:
    """Take some hosts of addresses that opened last time, each with one of them."""
    known = Link.objects.filter(NAMED, verdict__in=OPENS).order_by("-worked_at")
    others = _free_hosts().exclude(pk__in=[host.pk for host in besides])
    hosts = others.filter(Exists(known.filter(host=OuterRef("pk")))).order_by("?")[:WITNESSES]
    return {_take(host): list(known.filter(host=host)[:1]) for host in hosts}


def _take(host: LinkHost) -> LinkHost:
    host.claimed_at = timezone.now()
    host.claims += 1
    host.save(update_fields=["claimed_at", "claims"])
    return host


def _release(claimed: Iterable[LinkHost]) -> None:
    for host in claimed:
        host.mine().update(claimed_at=None, free_at=timezone.now() + HOST_PAUSE)


# --- Opening ------------------------------------------------------------------------------------------------


def _open_all(claimed: dict[LinkHost, list[Link]]) -> Opened:
    """Open the addresses of each host one after the other, of several hosts side by side. No database."""
    if not claimed:
        return []
    ends_at = time.monotonic() + RUN_SECONDS
    turns = Turns(PAUSE_SECONDS)
    agent = f"Mozilla/5.0 (compatible; bulletin-links/1.0; +{settings.PUBLIC_URL}/about/)"
    private = settings.LINK_ALLOW_PRIVATE

    def open_of_host(links: list[Link]) -> Opened:
        opened: Opened = []
        for link in links:
            if opened and time.monotonic() > ends_at:
                break
            outcome = open_address(link.address, agent=agent, allow_private=private, turns=turns)
            opened.append((link, outcome))
            if outcome.rest_seconds:
                break
        return opened

    with ThreadPoolExecutor(len(claimed), "links") as threads:
        return [each for opened in threads.map(open_of_host, claimed.values()) for each in opened]


def _nobody_answered(opened: Opened, patrol: LinkPatrol, now) -> bool:
    """Whether it may be us: no host answered, and that can't be put down to the few that were asked."""
    silent = {link.host_id for link, outcome in opened if _is_silent(outcome)}
    if not silent or any(outcome.reached for _, outcome in opened):
        return False
    lately = patrol.reached_at is not None and now - patrol.reached_at < WAY_OUT_HOLDS
    return bool(patrol.cut_off_since) or len(silent) >= MANY_HOSTS or not lately


def _is_silent(outcome: Outcome) -> bool:
    return outcome.verdict == Verdict.UNREACHABLE and not outcome.reached


# --- Keeping ------------------------------------------------------------------------------------------------


@transaction.atomic
def _keep(opened: Opened, claimed: dict[LinkHost, list[Link]], began) -> Counter[str]:
    now, told, counts = timezone.now(), False, Counter[str]()
    still_mine = {host.pk: host for host in claimed if host.mine().select_for_update().exists()}
    keys = [link.pk for link, _ in opened]
    public = set(Link.objects.filter(PUBLISHED, pk__in=keys).values_list("pk", flat=True))
    rows = Link.objects.select_for_update(of=("self",)).in_bulk(keys)
    for link, outcome in opened:
        if link.host_id in still_mine and (row := rows.get(link.pk)) is not None:
            told |= row.take_in(outcome, now, in_preparation=link.pk not in public)
            counts[outcome.verdict.value] += 1
            logger.info("link %s: %s %s", link.pk, outcome.verdict.value, outcome.status or "")
    for host_id, seconds in _rests(opened).items():
        if host := still_mine.get(host_id):
            host.mine().update(claimed_at=None, free_at=now + timedelta(seconds=seconds))
    moments = {"ran_at": now, "cut_off_since": None, "retry_at": None}
    if any(outcome.reached for _, outcome in opened):
        moments["reached_at"] = now
    elif not opened:
        moments = {"ran_at": now}
    if told:
        moments["told_at"] = now
    LinkPatrol.objects.update_or_create(pk=1, defaults=moments)
    return counts


def _rests(opened: Opened) -> dict[int, int]:
    return {link.host_id: outcome.rest_seconds for link, outcome in opened if outcome.rest_seconds}


@transaction.atomic
def _write_off(opened: Opened, began) -> Counter[str]:
    """Nothing is known of the addresses. Who waits for one is told that it can't be opened from here."""
    Link.objects.filter(pk__in=[link.pk for link, _ in opened], asked_at__lte=began).update(asked_at=None)
    now = timezone.now()
    patrol, _ = LinkPatrol.objects.get_or_create(pk=1)
    if patrol.cut_off_since is None:
        logger.warning(
            "links: none of %s hosts can be reached from here", len({x.host_id for x, _ in opened})
        )
        patrol.cut_off_since = now
    patrol.ran_at, patrol.retry_at = now, now + RETRY
    patrol.save()
    return Counter(off=len(opened))
