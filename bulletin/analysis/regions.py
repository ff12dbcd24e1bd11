"""Pages of regions: the map and its table, one region with all places inside it."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bulletin.analysis import counting, showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.counting import NONE
from bulletin.analysis.exporting import as_file, wanted
from bulletin.analysis.overview import overview
from bulletin.filters import PERIODS, WORLD, PolicyFilter
from bulletin.pages import Meta
from bulletin.register import NATION, PolicyEntry, TargetEntry
from bulletin.tallies import WORLD as WORLD_SCOPE
from policies.models import Stage
from regions import tiles
from regions.models import Region

TOP = 10
MOVERS = 4
MONTHS_IN_TABLE = 12


def tile_rows(regions, counts):
    """The 34 divisions with what the map and the table show of them: counts by code, from `by_place`."""
    provinces = [region for region in regions if region.code in tiles.TILES]
    numbers = {region.code: counts.get(region.code, NONE).number for region in provinces}
    classes = tiles.classes_for(numbers.values())
    total = sum(numbers.values())
    rows = [
        {
            "region": region,
            "tile": tiles.TILES[region.code],
            "count": numbers[region.code],
            "depth": tiles.depth(numbers[region.code], classes),
            "share": round(100 * numbers[region.code] / total) if total else 0,
            "newest": counts.get(region.code, NONE).newest_policy,
            "first": counts.get(region.code, NONE).first_on,
        }
        for region in provinces
    ]
    return rows, tiles.labels(classes)


@require_safe
def region_list(request):
    """The tile map and the same as a table. Periods end with the newest issue."""
    query = request.GET.copy()
    if "period" not in query:
        query["period"] = "12"
    choices = Choices(query)
    chosen = PolicyFilter(query, PolicyEntry.objects.all(), choices)
    counts = counting.by_place(chosen, [*tiles.TILES, NATION])
    rows, legend = tile_rows(choices.regions, counts)
    months = showing.month_keys(choices.newest_day, MONTHS_IN_TABLE)
    lately = PolicyEntry.objects.filter(told_on__gt=choices.months_back(MONTHS_IN_TABLE + 1))
    at_any_time = query.copy()
    at_any_time.pop("period")
    monthly = PolicyFilter(at_any_time, lately, choices, scope=None)
    by_month = counting.tally(monthly, "p")["p"]
    newest = {
        entry.policy_id: entry
        for entry in PolicyEntry.objects.filter(
            pk__in=[row["newest"] for row in rows if row["newest"]]
        ).for_list()
    }
    for row in rows:
        code = row["region"].code
        row["entry"] = newest.get(row["newest"])
        row["months"] = [by_month[f"{code}|{month}"] for month in months]
    if wanted(request):
        headings = ["地区", "代码", "政策件数", "占比（%）", "最近一项", "最近一项阶段", "期", "最早有文件"]
        table = [
            [
                row["region"],
                row["region"].code,
                row["count"],
                row["share"],
                row["entry"] and row["entry"].title,
                row["entry"] and row["entry"].stage,
                row["entry"] and row["entry"].latest_article.issue.total_number,
                row["first"],
            ]
            for row in rows
        ]
        return as_file(request, "regions", headings, table)
    tallest = max((number for row in rows for number in row["months"]), default=0) or 1
    for row in rows:
        row["bars"] = [
            {"x": place * 10, "y": tallest - number, "height": number}
            for place, number in enumerate(row["months"])
            if number
        ]
    ordered = _ordered(rows, query.get("order", "-count"))
    top = [row for row in _ordered(rows, "-count") if row["count"]][:TOP]
    topic = choices.topic(query.get("topic", ""))
    period = dict(PERIODS).get(query["period"], "") if query["period"] else ""
    return render(
        request,
        "regions/region_list.html",
        {
            "meta": Meta(
                "地区",
                "按省级行政区看谁在出台什么数据与人工智能政策。",
                request.build_absolute_uri(request.path),
            ),
            "current": "regions",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [
                choices.select("stage", "阶段", "全部阶段", Stage.Kind.choices),
                choices.section_select(),
                choices.topic_select(),
            ],
            "periods": [(value, label, value == query["period"]) for value, label in PERIODS],
            "period": period,
            "kept": {"period": query["period"]},
            "carried": f"?{urlencode(chosen.pairs)}" if chosen.pairs else "",
            "asked": urlencode(chosen.pairs),
            "newest_day": choices.newest_day,
            "rows": rows,
            "ordered": ordered,
            "order": query.get("order", "-count"),
            "legend": legend,
            "total": counts.get(counting.HOME, NONE).number,
            "active": sum(row["count"] > 0 for row in rows),
            "with_rule": sum(row["first"] is not None for row in rows),
            "topic": topic,
            "national": counts.get(NATION, NONE).number,
            "abroad": counts.get(counting.ABROAD, NONE).number,
            "top": [
                {**row, "width": width}
                for row, width in zip(top, showing.shares(row["count"] for row in top), strict=True)
            ],
            "movers": _movers(rows, months, monthly),
            "tallest": tallest,
        },
    )


def _ordered(rows, order):
    """The table's rows by count, name (GB/T 2260), newest or first rule."""
    column = order.removeprefix("-")
    keys = {
        "count": lambda row: row["count"],
        "name": lambda row: row["region"].code,
        "newest": lambda row: row["entry"].told_on.toordinal() if row.get("entry") else 0,
        "first": lambda row: row["first"].toordinal() if row["first"] else 10**7,
    }
    return sorted(rows, key=keys.get(column, keys["count"]), reverse=order.startswith("-"))


def _movers(rows, months, monthly):
    """Those with more in the last three months than in the three before, the greatest gain first."""
    moved = [
        {"region": row["region"], "before": sum(row["months"][-6:-3]), "now": sum(row["months"][-3:])}
        for row in rows
    ]
    gained = [
        {**move, "gain": move["now"] - move["before"]} for move in moved if move["now"] > move["before"]
    ]
    ends = [showing.days_of(*months[-6:-3:2]), showing.days_of(*months[-3::2])]
    before, now = (urlencode([*monthly.pairs, ("since", since), ("until", until)]) for since, until in ends)
    return {
        "rows": sorted(gained, key=lambda move: -move["gain"])[:MOVERS],
        "before": before,
        "now": now,
    }


@require_safe
def region(request, path):
    """One region, with all places inside it."""
    query = request.GET
    choices = Choices(query)
    if "\x00" in path:
        raise Http404
    if path == WORLD:
        return _world(request, choices)
    outwards = path.split("/")
    around = ["/".join(outwards[:depth]) for depth in range(1, len(outwards) + 1)]
    kin = Region.objects.filter(path__in=around) | Region.objects.filter(parent__path=path)
    kin = {each.path: each for each in kin}
    here = kin.get(path)
    if here is None:
        named = Region.objects.filter(short_name=path) | Region.objects.filter(name=path)
        if (found := named.order_by("code").first()) is not None:
            return redirect(found, permanent=True)
        raise Http404
    chosen = PolicyFilter(query, PolicyEntry.objects.of(here), choices, f"r{here.code}")
    children = {each.code: each for each in kin.values() if each.parent_id == here.pk}
    if here.code == NATION:
        children = {}  # the provinces have the map
    context = overview(request, choices, chosen, children, urlencode({"region": here.path}))
    if isinstance(context, dict):
        name = "全国" if here.code == NATION else here.short_name
        context |= {
            "meta": Meta(
                f"{name}的政策",
                f"《大数据发展动态》收录的{name}数据与人工智能政策：阶段、机构、目标与节点。",
                request.build_absolute_uri(request.path),
                feed=reverse("region_feed", args=[path]),
            ),
            "region": here,
            "name": name,
            "around": [kin[each] for each in around[:-1] if each in kin],
            "targets": TargetEntry.objects.of(here).for_rail(),
            "minimap": tiles.TILES.values() if here.lineage[-1] == NATION and here.code != NATION else [],
            "tile": next((tiles.TILES[code] for code in here.lineage if code in tiles.TILES), ""),
        }
        return render(request, "regions/region.html", context)
    return context


def _world(request, choices):
    """国际: other countries and unions, each with its policies."""
    chosen = PolicyFilter(request.GET, PolicyEntry.objects.abroad(), choices, WORLD_SCOPE)
    context = overview(request, choices, chosen, None, f"region={WORLD}")
    if not isinstance(context, dict):
        return context
    context |= {
        "meta": Meta(
            "国际",
            "外国和国际组织的数据与人工智能政策，按国家和地区。",
            request.build_absolute_uri(request.path),
            feed=reverse("region_feed", args=[WORLD]),
        ),
        "name": "国际",
        "targets": [],
        "around": [],
    }
    return render(request, "regions/region.html", context)
