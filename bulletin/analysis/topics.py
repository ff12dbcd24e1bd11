"""Topics: how much each is talked of, and how its rules spread from the nation to the provinces."""

from collections import Counter

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bulletin.analysis import counting
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.analysis.overview import overview
from bulletin.filters import PolicyFilter
from bulletin.pages import Meta
from bulletin.register import NATION, PolicyEntry, TargetEntry
from regions import tiles
from regions.models import Region

ISSUES_IN_TREND = 36
FEWEST_COLUMNS = 24  # room in a chart, so that few issues give no blocks


@require_safe
def topic_list(request):
    """Every topic: policies, provinces with a rule, share of the articles issue by issue."""
    choices = Choices(request.GET)
    everything = PolicyFilter({}, PolicyEntry.objects.all(), choices)
    counts = counting.tally(everything, "t")["t"]
    standing = counting.by_topic_and_place(everything, [topic.pk for topic in choices.topics], tiles.TILES)
    with_rule = Counter(topic for (topic, _), each in standing.items() if topic and each.first_on)
    issues, articles = counting.topic_shares(ISSUES_IN_TREND)
    rows = [
        {
            "topic": topic,
            "policies": counts[str(topic.pk)],
            "provinces": with_rule[topic.pk],
            "trend": _trend(issues, articles[topic.pk]),
        }
        for topic in choices.topics
    ]
    if request.GET.get("order") == "count":
        rows.sort(key=lambda row: -row["policies"])
    if wanted(request):
        headings = [
            "主题",
            "政策件数",
            "有规定的省级行政区",
            *(f"总第{issue['total_number']}期（%）" for issue in issues),
        ]
        table = (
            [
                row["topic"],
                row["policies"],
                row["provinces"],
                *(each["share"] for each in row["trend"]["points"]),
            ]
            for row in rows
        )
        return as_file(request, "topics", headings, table)
    return render(
        request,
        "policies/topic_list.html",
        {
            "meta": Meta(
                "主题",
                "数据与人工智能政策的主题，各期谈得多少，各地有没有规定。",
                request.build_absolute_uri(request.path),
            ),
            "current": "topics",
            "sections": choices.sections,
            "rows": rows,
            "order": request.GET.get("order", ""),
            "issues": issues,
        },
    )


def _trend(issues, counts):
    """Share of the articles of each issue in per cent, oldest first, and the columns of a small chart."""
    points = [
        {
            **issue,
            "tagged": counts.get(issue["pk"], 0),
            "share": round(100 * counts.get(issue["pk"], 0) / issue["articles"]) if issue["articles"] else 0,
        }
        for issue in issues
    ]
    most = max((point["share"] for point in points), default=0) or 1
    for place, point in enumerate(points):
        point["x"] = place * 10
        point["height"] = round(40 * point["share"] / most, 1)
        point["y"] = round(40 - point["height"], 1)
    total, tagged = sum(issue["articles"] for issue in issues), sum(point["tagged"] for point in points)
    return {
        "points": points,
        "width": 10 * max(FEWEST_COLUMNS, len(points)),
        "most": most,
        "last": points[-1] if points else None,
        "mean": round(100 * tagged / total) if total else 0,
        "tagged": tagged,
    }


@require_safe
def topic(request, slug):
    """One topic: its trend, who has a rule since when, its policies and targets."""
    choices = Choices(request.GET)
    here = choices.topic(slug)
    if here is None:
        raise Http404
    everything = PolicyEntry.objects.filter(topics__contains=[here.pk])
    chosen = PolicyFilter(request.GET, everything, choices, f"t{here.pk}")
    context = overview(request, choices, chosen, {}, f"topic={here.slug}")
    if not isinstance(context, dict):
        return context
    issues, articles = counting.topic_shares(ISSUES_IN_TREND, here.pk)
    whole = PolicyFilter({}, everything, choices, f"t{here.pk}")
    spread = _spread(choices, counting.by_place(whole, [*tiles.TILES, NATION]))
    context |= {
        "meta": Meta(
            here.name,
            f"{here.name}：各期篇幅、各地规定、政策与目标。",
            request.build_absolute_uri(request.path),
            feed=reverse("topic_feed", args=[slug]),
        ),
        "current": "topics",
        "topic": here,
        "name": here.name,
        "selects": [choices.region_select(), *(each for each in context["selects"] if each.name != "topic")],
        "trend": _trend(issues, articles[here.pk]),
        "spread": spread,
        "targets": TargetEntry.objects.filter(topics__contains=[here.pk]).for_rail(),
    }
    return render(request, "policies/topic.html", context)


def _spread(choices, standing):
    """Who has a rule, the earliest first; who has none; and the nation's own day."""
    national = standing.get(NATION, counting.NONE)
    rows, silent = [], []
    for region in choices.regions:
        if region.level != Region.Level.PROVINCE:
            continue
        found = standing.get(region.code, counting.NONE)
        if found.first_on is None:
            silent.append(region)
        else:
            after = _days_after(found, national)
            rows.append({"region": region, "first": found, "after": after, "early": -(after or 0)})
    rows.sort(key=lambda row: row["first"].first_on)
    return {
        "national": national,
        "rows": rows,
        "silent": silent,
    }


@require_safe
def diffusion(request):
    """Topic by province: the first rule, how long after the nation's, or not yet."""
    choices = Choices(request.GET)
    chosen = PolicyFilter(request.GET, PolicyEntry.objects.all(), choices)
    provinces = [each for each in choices.regions if each.level == Region.Level.PROVINCE]
    one = choices.topic(request.GET.get("topic", ""))
    topics = [one] if one else choices.topics
    codes = [*tiles.TILES, NATION]
    standing = counting.by_topic_and_place(chosen, [each.pk for each in topics], codes)
    national = {each.pk: standing.get((each.pk, NATION), counting.NONE) for each in topics}
    rows = []
    for province in provinces:
        cells = []
        for each in topics:
            found = standing.get((each.pk, province.code), counting.NONE)
            after = _days_after(found, national[each.pk])
            cells.append(
                {
                    "topic": each,
                    "found": found,
                    "after": after,
                    "early": -(after or 0),
                    "depth": _depth(found, after),
                }
            )
        rows.append(
            {
                "region": province,
                "cells": cells,
                "count": sum(cell["found"].first_on is not None for cell in cells),
            }
        )
    if request.GET.get("order") == "count":
        rows.sort(key=lambda row: -row["count"])
    if wanted(request):
        table = [["全国", *(national[each.pk].first_on or "尚无" for each in topics)]]
        table += [
            [row["region"], *(cell["found"].first_on or "尚无" for cell in row["cells"])] for row in rows
        ]
        return as_file(request, "diffusion", ["地区", *topics], table)
    return render(
        request,
        "policies/diffusion.html",
        {
            "meta": Meta(
                "各地跟进",
                "每个主题，各省级行政区的第一件规定，比国家晚多少天。",
                request.build_absolute_uri(request.path),
            ),
            "current": "topics",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [
                choices.topic_select(),
                choices.select("order", "排序", "行政区划代码", [("count", "主题多的在前")]),
            ],
            "topics": topics,
            "national": [(each, national[each.pk]) for each in topics],
            "rows": rows,
            "reached": sum(row["count"] for row in rows),
        },
    )


def _days_after(found, national):
    """How long after the nation's first rule; None without one of both."""
    return (found.first_on - national.first_on).days if found.first_on and national.first_on else None


def _depth(found, after):
    """The colour of a cell: 0 none yet, the sooner the deeper."""
    if found.first_on is None:
        return 0
    if after is None:
        return 2
    return 5 if after <= 0 else 4 if after <= 90 else 3 if after <= 365 else 2
