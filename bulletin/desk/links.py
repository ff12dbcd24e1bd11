"""Source links at the desk: those that don't open, how one stands, and having one opened now."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import editors_only
from bulletin.desk.uploads import STOP_POLLING
from bulletin.links import looking, telling
from bulletin.links.opening import FAILS, Verdict
from bulletin.links.records import Link, LinkPatrol
from bulletin.models import Article
from bulletin.pages import page_of

PER_PAGE = 30
FAILING = Q(link__verdict__in=FAILS)
# What the list can show: name, label, which articles
SHOWN = [
    ("failing", "打不开", FAILING),
    *((verdict.value, verdict.label, Q(link__verdict=verdict)) for verdict in FAILS),
    ("doubt", "打得开，有疑问", ~Q(link__doubt="")),
    ("refused", "说不准", Q(link__verdict=Verdict.REFUSED)),
    ("new", "还没有查过", Q(link__opened_at=None)),
]


@editors_only
@require_GET
def link_list(request):
    """Articles whose link doesn't open, of public and of prepared issues, the newest first."""
    asked = request.GET.get("show")
    shown, label, wanted = next((each for each in SHOWN if each[0] == asked), SHOWN[0])
    articles = linked()
    counts = articles.aggregate(**{name: Count("pk", filter=which) for name, _, which in SHOWN})
    rows = articles.filter(wanted).select_related("issue", "link").defer("body", "places", "reading")
    rows = rows.order_by("-issue__total_number", "order")
    page = page_of(request, rows, PER_PAGE, count=counts[shown])
    idle = telling.why_idle()
    for article in page:
        article.told = telling.told(article.link, idle)
    context = {
        "page": page,
        "shown": shown,
        "label": label,
        "tabs": [
            (name, text, counts[name])
            for name, text, _ in SHOWN
            if counts[name] or name in ("failing", shown)
        ],
        "patrol": LinkPatrol.now(),
        "idle": idle,
        "is_off": idle == telling.OFF,
        "opened": Link.objects.filter(articles__isnull=False).aggregate(
            count=Count("pk", filter=Q(opened_at__isnull=False), distinct=True), at=Max("opened_at")
        ),
    }
    return render(request, "bulletin/desk/links.html", context)


def linked():
    """The articles whose link can be opened and that readers see, or are to see."""
    return Article.objects.filter(link__isnull=False, taken_down_at=None)


@editors_only
@require_GET
def link_state(request, pk):
    """How the link of an article stands; asked for again while a look at it is to be expected."""
    article = get_object_or_404(Article.objects.select_related("link").only("link"), pk=pk)
    shown = shown_of(article)
    coming = shown["told"] is not None and shown["told"].is_coming
    button = shown["link_checks"] and request.GET.get("button") == "1"
    context = {"article": article, "button": button, **shown}
    return render(request, "bulletin/desk/_link_state.html", context, status=200 if coming else STOP_POLLING)


def shown_of(article):
    """What `_link_state.html` needs beside the article."""
    idle = telling.why_idle()
    return {
        "told": telling.told(article.link, idle) if article.link else None,
        "link_checks": idle != telling.OFF,
    }


@editors_only
@require_POST
def look_at_link(request, pk):
    """Have the link of an article opened before all others."""
    article = get_object_or_404(Article.objects.only("link", "order", "issue"), pk=pk)
    tell_of_look(request, article)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("link_list"))


def tell_of_look(request, article):
    """Have it opened, and say whether it will be."""
    if article.link_id and looking.ask(article.link_id):
        messages.success(request, f"正在打开第{article.order}篇的原文链接，结果过一会儿就在这里。")
    elif article.link_id:
        messages.info(request, "链接检查没有开，没有去打开。要开请找管理员（LINK_CHECKS）。")
    else:
        messages.info(request, "这一篇没有可以打开的原文链接。")
