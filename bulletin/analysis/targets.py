"""The board of targets: by year, indicator, region and body, with what editors know of their progress."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulletin.access import curators_only
from bulletin.analysis import counting, showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.filters import TargetFilter
from bulletin.pages import Meta, page_of
from bulletin.register import TargetEntry, TargetEntryQuerySet
from policies.forms import TargetNoteForm
from policies.models import TargetNote

IN_LIST = 30
UNITS = 14
SPARK_WIDTH, SPARK_HEIGHT = 176, 38
MARGIN = 8


@require_safe
def target_list(request):
    """All targets with a number, one axis of years for all rows."""
    choices = Choices(request.GET)
    chosen = TargetFilter(request.GET, TargetEntry.objects.all(), choices)
    if wanted(request):
        return _file(request, chosen.qs)
    without_year = request.GET.copy()
    without_year.pop("by", None)
    all_years = TargetFilter(without_year, TargetEntry.objects.all(), choices)
    kept = counting.of_targets("#du")
    due = _due(all_years, kept)
    page = page_of(request, chosen.qs, IN_LIST, TargetEntryQuerySet.for_board, _count(chosen, kept))
    rows = list(page)
    bodies, _ = showing.dress(rows, [chosen.body_id] if chosen.body_id else [])
    axis = _axis(due, rows)
    for row in rows:
        row.spark = _spark(row, axis)
    most = max((number for _, number in due), default=1)
    return render(
        request,
        "policies/target_list.html",
        {
            "meta": Meta(
                "量化目标",
                "政策里写明数值的目标，逐条摘出，连到原文。",
                request.build_absolute_uri(request.path),
            ),
            "current": "targets",
            "sections": choices.sections,
            "filter": chosen,
            "due": [
                {"year": year, "count": number, "height": max(2, round(100 * number / most))}
                for year, number in due
            ],
            "due_total": sum(number for _, number in due),
            "by": chosen.chosen.get("by", ""),
            "selects": [
                choices.topic_select(),
                choices.region_select(),
                choices.select(
                    "unit",
                    "单位",
                    "全部单位",
                    [(unit, unit) for unit, _ in kept["u"].most_common(UNITS)],
                ),
            ],
            "page": page,
            "rows": rows,
            "axis": axis,
            "order": request.GET.get("order", "by"),
            "body": bodies.get(chosen.body_id),
            "may_note": request.user.has_perm("policies.curate_policy"),
        },
    )


def _due(chosen, kept):
    """[(year, targets)], the earliest first."""
    if not chosen.chosen:
        return sorted((int(year), number) for year, number in kept["d"].items())
    dated = chosen.qs.filter(due_year__isnull=False).order_by("due_year")
    return list(dated.values_list("due_year").annotate(Count("pk")))


def _count(chosen, kept):
    """How many targets were chosen; None where that is not kept."""
    if not chosen.is_valid():
        return None
    match chosen.chosen:
        case {"by": year, **others} if not others:
            return kept["d"][str(int(year))]
        case {"unit": unit, **others} if not others:
            return kept["u"][unit]
        case {**others} if not others:
            return kept["#"][""]
    return None


def _axis(due, rows):
    """The first and last year that the small charts share."""
    years = [year for year, _ in due] + [
        note.reported_on.year for row in rows for note in row.target.notes.all()
    ]
    if not years:
        return None
    first = min(years)
    return first - 1, max(max(years), first + 1)


def _spark(row, axis):
    """Points of one row's chart; None without a year. Values go up to the greatest of goal and reports."""
    if axis is None or (row.due_year is None and not row.target.notes.all()):
        return None
    reports = [
        (note.reported_on.year + (note.reported_on.month - 1) / 12, note.value)
        for note in row.target.notes.all()
        if note.value is not None
    ]
    greatest = (
        max([value for _, value in reports] + ([row.low] if row.low is not None else []), default=0) or 1
    )

    def x(year):
        return round(MARGIN + (SPARK_WIDTH - 2 * MARGIN) * (float(year) - axis[0]) / (axis[1] - axis[0]), 1)

    def y(value):
        share = float(value) / float(greatest)
        return round(SPARK_HEIGHT - MARGIN - (SPARK_HEIGHT - 2 * MARGIN) * max(0.0, share), 1)

    points = [(x(year), y(value)) for year, value in reports]
    goal = (x(row.due_year), y(row.low if row.low is not None else greatest)) if row.due_year else None
    return {
        "width": SPARK_WIDTH,
        "height": SPARK_HEIGHT,
        "base": SPARK_HEIGHT - 3,
        "points": points,
        "line": " ".join(f"{px},{py}" for px, py in points),
        "goal": goal and {"x": goal[0], "y": goal[1], "path": f"M{goal[0]} {goal[1] - 5}l5 5-5 5-5-5z"},
        "ahead": (points[-1], goal) if points and goal and goal[0] > points[-1][0] else None,
    }


def _file(request, targets):
    rows = list(targets.for_board().select_related("policy__entry"))
    showing.dress(rows)
    headings = [
        "指标",
        "比较",
        "数值",
        "下限",
        "上限",
        "单位",
        "年份",
        "地区",
        "机构",
        "政策",
        "期",
        "页码",
        "原句",
        "进展",
        "地址",
    ]
    return as_file(
        request,
        "targets",
        headings,
        (
            [
                row.indicator,
                row.target.comparator,
                row.value,
                row.low,
                row.target.high,
                row.unit,
                row.due_year,
                "、".join(map(str, row.region_names)),
                "、".join(map(str, row.body_names)),
                row.policy.entry.title if row.policy else "",
                row.article.issue.total_number,
                row.article.page,
                row.sentence,
                "；".join(f"{note.reported_on}：{note.text}" for note in row.target.notes.all()),
                request.build_absolute_uri(row.address),
            ]
            for row in rows
        ),
    )


@curators_only
@require_http_methods(["GET", "POST"])
def target_notes(request, pk):
    """An editor's page of one target: what is known of its progress, and a form for more."""
    entry = get_object_or_404(
        TargetEntry.objects.select_related("target", "article__issue", "policy__entry"), pk=pk
    )
    form = TargetNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.save(commit=False)
        note.target, note.written_by = entry.target, request.user
        note.save()
        messages.success(request, "进展已记下，目标页现在就能看到。")
        return redirect("target_notes", pk)
    notes = entry.target.notes.select_related("written_by")
    return render(request, "policies/desk/target_notes.html", {"entry": entry, "form": form, "notes": notes})


@curators_only
@require_POST
def remove_target_note(request, pk):
    """Take a note back."""
    note = get_object_or_404(TargetNote, pk=pk)
    note.delete()
    messages.success(request, f"已删去{note.reported_on:%Y年%-m月%-d日}的进展：“{note.text}”。")
    return redirect(reverse("target_notes", args=[note.target_id]))
