"""Two to six regions side by side: rules by topic, first dates, targets per indicator, silence."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from bulletin.analysis import counting
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.filters import PolicyFilter
from bulletin.pages import Meta
from bulletin.register import NATION, PolicyEntry, TargetEntry
from regions.models import Region

COMPARED = (2, 6)
TARGETS_COMPARED = 60
IN_CELL = 4  # targets of one region


@require_safe
def compare(request):
    """Two to six regions side by side: rules by topic, first dates, targets per indicator, silence."""
    asked = list(dict.fromkeys(path for path in request.GET.getlist("r") if path))
    choices = Choices(request.GET)
    # The nation lies around all of them: there is nothing to set beside.
    known = {each.path: each for each in choices.regions if each.path in asked and each.code != NATION}
    regions = [known[path] for path in asked if path in known][: COMPARED[1]]
    enough = len(regions) >= COMPARED[0]
    context = {
        "meta": Meta(
            "比较地区", "把几个地区的政策并排看。", request.build_absolute_uri(request.path), indexed=False
        ),
        "current": "regions",
        "sections": choices.sections,
        "regions": regions,
        "unknown": [path for path in asked if path not in known],
        "too_many": len(asked) > COMPARED[1],
        "slots": _slots(choices, regions),
        "enough": enough,
    }
    if enough:
        context |= _comparison(request, choices, regions)
        if wanted(request):
            return _comparison_file(request, context)
    return render(request, "regions/compare.html", context)


def _slots(choices, regions):
    """The six fields of the form: each with its options and what is chosen in it."""
    provinces = [each for each in choices.regions if each.level == Region.Level.PROVINCE]
    slots = []
    for place in range(COMPARED[1]):
        chosen = regions[place] if place < len(regions) else None
        options = provinces if chosen is None or chosen in provinces else [*provinces, chosen]
        slots.append({"number": place + 1, "chosen": chosen, "options": options})
    return slots


def _comparison(request, choices, regions):
    codes = [region.code for region in regions]
    everything = PolicyFilter({}, PolicyEntry.objects.all(), choices)
    cells = counting.by_topic_and_place(everything, [topic.pk for topic in choices.topics], codes)
    topics = [
        (topic, [(each, cells.get((topic.pk, each.code), counting.NONE)) for each in regions])
        for topic in choices.topics
    ]
    silent = [topic for topic, row in topics if not any(found.number for _, found in row)]
    indicators, hidden = counting.shared_indicators(codes, TARGETS_COMPARED)
    return {
        "totals": [(each, cells.get((None, each.code), counting.NONE).number) for each in regions],
        "topics": [(topic, row) for topic, row in topics if topic not in silent],
        "silent": silent,
        "targets": _targets(regions, indicators, None if wanted(request) else IN_CELL),
        "hidden_targets": hidden,
    }


def _targets(regions, indicators, at_most):
    """A row for each indicator, a cell for each region: how many targets, and the first to come due."""
    codes = [region.code for region in regions]
    ids = counting.first_targets(codes, indicators, at_most)
    found = TargetEntry.objects.for_line().in_bulk({pk for each in ids.values() for pk in each})
    return [
        {
            "indicator": indicator,
            "unit": unit,
            "cells": [
                (region, numbers[region.code], [found[pk] for pk in ids[region.code, indicator, unit]])
                for region in regions
            ],
        }
        for (indicator, unit), numbers in indicators.items()
    ]


def _comparison_file(request, context):
    rows = [
        [
            "主题",
            topic,
            *(
                f"{found.number}件，{found.first_on or '没有规定'}" if found.number else "没有"
                for _, found in row
            ),
        ]
        for topic, row in context["topics"]
    ]
    rows += [["主题", topic, *["没有"] * len(context["regions"])] for topic in context["silent"]]
    rows += [
        [
            "目标",
            f"{row['indicator']}（{row['unit']}）" if row["unit"] else row["indicator"],
            *(
                "；".join(f"{each.value}（{each.due_year or '未写年份'}）" for each in targets)
                for _, _, targets in row["cells"]
            ),
        ]
        for row in context["targets"]
    ]
    return as_file(request, "compare", ["类别", "项目", *map(str, context["regions"])], rows)
