"""The calendar: until when one may comment, since when rules hold, when they expire. As a page and as
iCal.
"""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from bulletin.analysis import showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.filters import PolicyFilter
from bulletin.pages import Meta
from bulletin.publication import PUBLICATION
from bulletin.register import PolicyEntry

AHEAD = timedelta(days=366 * 6)
BACK = timedelta(days=366 * 30)
PAST_SHOWN = 40
IN_FILE = 1000
PRODUCT = "-//bulletin-portal//calendar//ZH"


def _chosen(request):
    choices = Choices(request.GET)
    kinds = (
        [request.GET.get("kind")]
        if request.GET.get("kind") in showing.NODE_LABELS
        else list(showing.NODE_LABELS)
    )
    return choices, PolicyFilter(_without_kind(request.GET), PolicyEntry.objects.all(), choices), kinds


def _without_kind(query):
    """`kind` is here the kind of a day; the register knows a kind of document."""
    query = query.copy()
    query.pop("kind", None)
    return query


@require_safe
def calendar(request):
    """What comes, nearest first; below it what has been, newest first."""
    choices, chosen, kinds = _chosen(request)
    today = timezone.localdate()
    entries = chosen.qs if chosen.is_valid() else None
    coming, past = [], []
    if entries is not None and not entries.query.is_empty():
        coming = showing.nodes(entries, today, today + AHEAD, kinds)
        past = showing.nodes(
            entries,
            today - BACK,
            today - timedelta(days=1),
            kinds,
            newest_first=True,
            limit=IN_FILE if wanted(request) else PAST_SHOWN + 1,
        )
    if wanted(request):
        rows = [
            [node.day, node.label, node.title, request.build_absolute_uri(node.address)]
            for node in [*reversed(past), *coming]
        ]
        return as_file(request, "calendar", ["日期", "事项", "政策", "地址"], rows)
    shown = (pk for node in [*coming, *past] for pk in node.bodies)
    bodies, _ = showing.names({*shown, *([chosen.body_id] if chosen.body_id else [])})
    return render(
        request,
        "policies/calendar.html",
        {
            "meta": Meta(
                "政策节点",
                "意见截止、施行、有效期届满：政策的日子，也可以订阅到日历。",
                request.build_absolute_uri(request.path),
            ),
            "current": "calendar",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [
                choices.region_select(),
                choices.topic_select(),
                choices.select("kind", "事项", "全部事项", showing.NODE_LABELS.items()),
            ],
            "coming": _by_month(coming, bodies, today),
            "past": _by_month(past[:PAST_SHOWN], bodies, today),
            "more_past": len(past) > PAST_SHOWN,
            "today": today,
            "body": bodies.get(chosen.body_id),
            "feed": request.GET.urlencode(),
        },
    )


def _by_month(nodes, bodies, today):
    dressed = [
        {
            "node": node,
            "words": node.words(today),
            "bodies": [bodies[pk] for pk in node.bodies if pk in bodies][:2],
        }
        for node in nodes
    ]
    return [
        (month, list(group))
        for month, group in groupby(dressed, lambda each: (each["node"].day.year, each["node"].day.month))
    ]


@require_safe
def calendar_file(request):
    """The same for a calendar program, of the region, body or topic that was asked for (RFC 5545)."""
    _, chosen, kinds = _chosen(request)
    today = timezone.localdate()
    entries = chosen.qs
    nodes = (
        []
        if entries.query.is_empty()
        else showing.nodes(entries, today - BACK, today + AHEAD, kinds, True, IN_FILE)
    )
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("x-wr-calname", f"{PUBLICATION}：政策节点")
    feed.add("x-wr-timezone", settings.TIME_ZONE)
    host = request.get_host()
    for node in nodes:
        event = Event()
        event.add("uid", f"policy-{node.policy_id}-{node.kind}-{node.stage_id}@{host}")
        event.add(
            "dtstamp", timezone.make_aware(timezone.datetime(node.day.year, node.day.month, node.day.day))
        )
        event.add("dtstart", node.day)
        event.add("dtend", node.day + timedelta(days=1))
        event.add("summary", f"{node.label}：{node.title}")
        event.add("url", request.build_absolute_uri(node.address))
        event.add("transp", "TRANSPARENT")
        event.add("categories", [node.label])
        feed.add_component(event)
    response = HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response
