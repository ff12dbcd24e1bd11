"""What people are told of a link: a shape, a word, and what happened, in a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from bulletin.links.opening import Verdict
from bulletin.links.records import Link, LinkPatrol

OFF = "链接检查没有开"
COMING = timedelta(minutes=10)  # so long a page goes on asking whether a look has been taken
LOOKS = {
    Verdict.WORKS: "ok",
    Verdict.MOVED: "moved",
    Verdict.GONE: "dead",
    Verdict.UNREACHABLE: "dead",
    Verdict.INSIDE: "dead",
    Verdict.REFUSED: "moved",
}


@dataclass(frozen=True, slots=True)
class Told:
    """How a link stands. `look` is a shape of `.health`: ok, moved, dead or none."""

    look: str
    word: str
    said: str = ""
    since: datetime | None = None  # it fails
    at: datetime | None = None  # of the last look
    is_coming: bool = False  # a look is to be expected in a moment


def why_idle() -> str:
    """Why nothing is opened now, in a few words; empty while the looking is at work."""
    return LinkPatrol.now().why_idle if settings.LINK_CHECKS else OFF


def told(link: Link, idle: str) -> Told:
    """How a link stands, for editors. idle: of `why_idle`."""
    since = link.failing_since if link.fails else None
    if link.is_awaited and not idle:
        coming = timezone.now() - link.asked_at < COMING
        return Told("none", "正在打开" if coming else "排着队，还没有轮到", is_coming=coming)
    if link.opened_at is None:
        coming = not idle and timezone.now() - link.entered_at < COMING
        return Told("none", "还没有查过", f"{idle}。" if idle else "轮到就查。", is_coming=coming)
    if link.doubt:
        return Told("moved", "打得开，有疑问", f"{link.doubt}。", at=link.opened_at)
    word = Verdict(link.verdict).label
    said = "" if link.verdict == Verdict.WORKS else link.said
    return Told(LOOKS[Verdict(link.verdict)], word, said, since, link.opened_at)
