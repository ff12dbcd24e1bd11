"""Pages of issuing bodies: the list, and one with its hierarchy, documents and co-issuers."""

import math

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bulletin.analysis import counting, showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.analysis.overview import overview
from bulletin.filters import PolicyFilter
from bulletin.pages import Meta, page_of
from bulletin.register import PolicyEntry, TargetEntry
from policies.filters import BodyFilter
from policies.models import IssuingBody

BODIES_A_PAGE = 50
IN_GRAPH = 12
IN_TABLE = 60
# What the authority file calls the kinds of bodies.
LEVELS = {
    "party": "党的机构",
    "state": "国家机构",
    "ministry": "国家部委",
    "bureau": "国家局、部属单位",
    "office": "办事机构",
    "committee": "委员会",
    "local": "地方机构",
    "legislature": "立法机关",
    "court": "司法机关",
    "institution": "事业单位、研究机构",
    "association": "协会、联盟",
    "company": "企业",
    "government": "外国政府",
    "international": "国际组织",
}


@require_safe
def body_list(request):
    """Bodies by how many policies they have issued; those without one are not listed."""
    choices = Choices(request.GET)
    counts = counting.tally(PolicyFilter({}, PolicyEntry.objects.all(), choices), "b")["b"]
    issuing = IssuingBody.objects.filter(pk__in=[int(pk) for pk in counts]).select_related("region")
    chosen = BodyFilter(request.GET, issuing)
    order = request.GET.get("order", "-count")
    rows = list(chosen.qs.only("name", "level", "region__short_name", "region__path"))
    for body in rows:
        body.count = counts[str(body.pk)]
        body.kind = LEVELS.get(body.level, body.level)
    if order == "name":
        rows.sort(key=lambda body: body.name)
    else:
        rows.sort(key=lambda body: (-body.count, body.name))
    if wanted(request):
        return as_file(
            request,
            "bodies",
            ["机构", "类别", "地区", "政策件数", "地址"],
            (
                [
                    body.name,
                    body.kind,
                    body.region or "",
                    body.count,
                    request.build_absolute_uri(body.get_absolute_url()),
                ]
                for body in rows
            ),
        )
    levels = list(issuing.order_by("level").values_list("level", flat=True).distinct())
    page = page_of(request, rows, BODIES_A_PAGE)
    return render(
        request,
        "policies/body_list.html",
        {
            "meta": Meta(
                "机构",
                "发布数据与人工智能政策的机构，各有哪些文件。",
                request.build_absolute_uri(request.path),
            ),
            "current": "bodies",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [
                choices.select(
                    "level",
                    "类别",
                    "全部类别",
                    [(level, LEVELS.get(level, level)) for level in levels if level],
                ),
                choices.select(
                    "region",
                    "地区",
                    "全部地区",
                    [(each.path, "全国" if each.path == "national" else each) for each in choices.regions],
                ),
                choices.select("order", "排序", "件数", [("name", "名称")]),
            ],
            "page": page,
            "widths": showing.shares(body.count for body in page),
            "rows": list(zip(page, showing.shares(body.count for body in page), strict=True)),
        },
    )


@require_safe
def body(request, pk):
    """One body: what it belongs to, what it has issued, with whom it signs."""
    kin = IssuingBody.objects.known().filter(parent=pk) | IssuingBody.objects.filter(pk=pk)
    kin = {each.pk: each for each in kin.select_related("region", "parent", "merged_into").order_by("name")}
    here = kin.pop(pk, None)
    if here is None:
        raise Http404
    if here.state == IssuingBody.State.MERGED:
        return redirect(here.merged_into, permanent=True)
    choices = Choices(request.GET)
    chosen = PolicyFilter(request.GET, PolicyEntry.objects.filter(bodies__contains=[pk]), choices, f"b{pk}")
    context = overview(request, choices, chosen, {}, f"body={pk}")
    if not isinstance(context, dict):
        return context
    known = context["total"] or here.state == IssuingBody.State.KNOWN
    if here.state == IssuingBody.State.REFUSED or not known:
        raise Http404
    partners = [(int(key), number) for key, number in context["counts"]["b"].most_common() if int(key) != pk]
    ids = [partner for partner, _ in partners[:IN_TABLE]]
    names = {pk: showing.Named(str(pk), here.name, here.get_absolute_url()), **context["bodies"]}
    order = request.GET.get("partners", "count")
    table = [(names[partner], number) for partner, number in partners[:IN_TABLE] if partner in names]
    if order == "name":
        table.sort(key=lambda row: row[0].name)
    drawn = [partner for partner in ids if partner in names][:IN_GRAPH]
    edges = counting.together(chosen, [pk, *drawn]) if len(drawn) > 1 else []
    context |= {
        "meta": Meta(
            here.name,
            f"《大数据发展动态》收录的{here.name}政策、目标与联合发文机关。",
            request.build_absolute_uri(request.path),
            feed=reverse("body_feed", args=[pk]),
        ),
        "current": "bodies",
        "body": here,
        "kind": LEVELS.get(here.level, here.level),
        "name": here.name,
        "children": list(kin.values()),
        "partners": table,
        "partner_order": order,
        "partner_count": len(partners),
        "graph": _graph(pk, names, dict(partners), drawn, edges) if drawn else None,
        "targets": TargetEntry.objects.filter(bodies__contains=[pk]).for_rail(),
    }
    return render(request, "policies/body.html", context)


# The drawing: a circle of partners around the body, in units of its viewBox.
WIDTH, HEIGHT, RADIUS_X, RADIUS_Y = 640, 420, 215, 150


def _graph(pk, names, counts, drawn, edges):
    """Points and lines of the co-issuers: the body in the middle, the nearer partners first, clockwise."""
    points = {pk: (WIDTH / 2, HEIGHT / 2)}
    for place, partner in enumerate(drawn):
        angle = 2 * math.pi * place / len(drawn) - math.pi / 2
        points[partner] = (WIDTH / 2 + RADIUS_X * math.cos(angle), HEIGHT / 2 + RADIUS_Y * math.sin(angle))
    most = max(counts.values(), default=1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": [
            {
                "x1": round(points[one][0]),
                "y1": round(points[one][1]),
                "x2": round(points[other][0]),
                "y2": round(points[other][1]),
                "weight": 1 + round(5 * number / most),
                "is_own": pk in (one, other),
            }
            for one, other, number in edges or [(pk, drawn[0], counts[drawn[0]])]
        ],
        "nodes": [
            {
                "named": names[each],
                "x": round(x),
                "y": round(y),
                "label_y": round(y + (26 if y >= HEIGHT / 2 else -16)),
                "radius": 12 if each == pk else 5 + round(6 * counts.get(each, 0) / most),
                "is_own": each == pk,
            }
            for each, (x, y) in points.items()
        ],
    }
