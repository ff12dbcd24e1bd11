"""What a page on some of the register's policies shows: months, list, bodies, topics, days; as a file too."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.http import urlencode

from bulletin.analysis import counting, showing
from bulletin.analysis.exporting import as_file, wanted
from bulletin.pages import page_of
from bulletin.register import PolicyEntryQuerySet

IN_LIST = 20
IN_RAIL = 5
BODIES_NAMED = 61  # of those that issued most; a body's own page lists itself and sixty others
MONTHS_IN_CHART = 24
FAR_AHEAD = timedelta(days=366 * 3)


def overview(request, choices, chosen, children, ask):
    """What a page on some of the register's policies shows of them; or the file that was asked for.

    children: places inside, by code; None: the countries that occur.
    ask: the query that makes a list of all of them out of the list of everything: "region=guizhou".
    """
    entries = chosen.qs
    if wanted(request):
        return policies_file(request, entries)
    counts = counting.tally(chosen, "smbty" if children == {} else "smbtyr")
    total = sum(counts["s"].values())
    page = page_of(request, entries, IN_LIST, PolicyEntryQuerySet.for_list, total)
    rows = list(page)
    first = [int(pk) for pk, _ in counts["b"].most_common(BODIES_NAMED)]
    countries = [code for code in counts.get("r", ()) if not code.isdigit() and "-" not in code]
    bodies, regions = showing.dress(rows, first, countries if children is None else [])
    if children is None:
        inside = [(regions[code], counts["r"][code]) for code in countries if code in regions]
    else:
        inside = [
            (showing.Named(code, each.short_name, each.get_absolute_url()), counts["r"][code])
            for code, each in children.items()
            if counts["r"][code]
        ]
    today = timezone.localdate()
    upcoming = showing.nodes(entries, today, today + FAR_AHEAD, limit=IN_RAIL)
    last = max((key[:7] for key in counts["m"]), default=f"{today:%Y-%m}")
    months = showing.month_keys(date.fromisoformat(f"{last}-01"), MONTHS_IN_CHART)
    widths = showing.shares(counts["b"][str(pk)] for pk in first[:IN_RAIL])
    return {
        "current": "regions",
        "sections": choices.sections,
        "filter": chosen,
        "ask": ask,
        "asked": "&".join([ask, *filter(None, [urlencode(chosen.pairs)])]),
        "carried": f"?{urlencode(chosen.pairs)}" if chosen.pairs else "",
        "kept": {name: value for name, value in chosen.pairs if name not in ("stage", "topic", "region")},
        "selects": [
            choices.stage_select(),
            choices.topic_select(),
            choices.policy_order_select(),
        ],
        "total": total,
        "counts": counts,
        "bodies": bodies,
        "inside": sorted(inside, key=lambda each: -each[1]),
        "chart": showing.month_columns(counts["m"], months),
        "page": page,
        "rows": rows,
        "newest": rows[0] if rows and page.number == 1 else None,
        "issuers": [
            (bodies[pk], counts["b"][str(pk)], width)
            for pk, width in zip(first, widths, strict=False)
            if pk in bodies
        ],
        "topics": topics_over_years(choices, counts),
        "nodes": upcoming,
        "today": today,
    }


def topics_over_years(choices, counts):
    """{"years": [2024, 2025], "rows": [(topic, [3, 5], 8)]} from the tallies t and y."""
    years = sorted({int(key.partition("|")[2]) for key in counts["y"]})[-4:]
    rows = [
        (
            topic,
            [(year, counts["y"][f"{topic.pk}|{year}"]) for year in years],
            counts["t"][str(topic.pk)],
        )
        for topic in choices.topics
        if counts["t"][str(topic.pk)]
    ]
    return {"years": years, "rows": sorted(rows, key=lambda row: -row[2])}


def policies_file(request, entries):
    """Policies as a file."""
    rows = list(entries.for_list())
    showing.dress(rows)
    headings = [
        "编号",
        "标题",
        "文号",
        "文种",
        "阶段",
        "阶段日期",
        "有规定起",
        "地区",
        "机构",
        "报道篇数",
        "最近报道",
        "期",
        "地址",
    ]
    return as_file(
        request,
        "policies",
        headings,
        (
            [
                entry.policy_id,
                entry.title,
                entry.number,
                entry.kind,
                entry.stage,
                entry.stage_on,
                entry.instrument_on,
                "、".join(map(str, entry.region_names)),
                "、".join(map(str, entry.body_names)),
                entry.article_count,
                entry.told_on,
                entry.latest_article.issue.total_number,
                request.build_absolute_uri(entry.get_absolute_url()),
            ]
            for entry in rows
        ),
    )
