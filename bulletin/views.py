"""Pages for readers."""

from itertools import groupby

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min, Prefetch, Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bulletin import citation, originals, prose, structured_data
from bulletin.access import EVERYONE, LOGIN, full_text_required, may_read_full_text
from bulletin.analysis import front
from bulletin.analysis.articles import articles_file
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.caching import public_page
from bulletin.filters import IssueFilter
from bulletin.models import Article, Issue, Section
from bulletin.pages import Meta, page_of
from bulletin.theme import remember_theme

PORTAL_DESCRIPTION = "大数据与人工智能政策的动态，按期、栏目和文章整理，每一篇都能回到原文。"
ON_COVER_SHELF = 6  # 往期 on the home page
IN_SECTION_COLUMN = 4  # earlier articles of a section on the home page
IN_HOME_CONTENTS = 24  # entries of 本期要目 shown there before 「全部27篇」
LONG_CONTENTS = 12  # entries beside which six stories stand, not four
RELATED = 4
ISSUES_A_PAGE = 48  # two years
SECTION_ISSUES_A_PAGE = 6  # a group of one issue is never split


# --- Pages ------------------------------------------------------------------------------------------------


@public_page
def home(request):
    issue, *earlier = Issue.objects.published()[: 1 + ON_COVER_SHELF] or [None]
    here = request.build_absolute_uri(reverse("home"))
    meta = Meta(
        "首页",
        PORTAL_DESCRIPTION,
        here,
        graphs=[structured_data.periodical(here)],
        feed=reverse("issue_feed"),
    )
    if issue is None:
        return render(request, "bulletin/home_empty.html", {"meta": meta, "home": True})
    articles = list(issue.articles.with_card())
    lead, others = issue.front(articles, others=6 if len(articles) >= LONG_CONTENTS else 4)
    older = Article.objects.published().exclude(issue=issue).filter(taken_down_at=None)
    choices = Choices(request.GET)
    return render(
        request,
        "bulletin/home.html",
        {
            "meta": meta,
            "home": True,
            "issue": issue,
            "lead": lead,
            "others": others,
            "contents": _by_section(articles[:IN_HOME_CONTENTS]),
            "article_count": len(articles),
            "all_listed": len(articles) <= IN_HOME_CONTENTS,
            "blocks": front.home_blocks(choices),
            "sections": choices.sections,
            "columns": _by_section(older.latest_in_each_section(IN_SECTION_COLUMN).with_card()),
            "earlier": earlier,
        },
    )


@public_page
def issue_list(request):
    published = Issue.objects.published().order_by("-issued_on", "-total_number")
    chosen = IssueFilter(request.GET, published)
    if wanted(request):
        return _issues_file(request, chosen.qs)
    page = page_of(request, chosen.qs, ISSUES_A_PAGE)
    year = _chosen_year(chosen)
    return render(
        request,
        "bulletin/issue_list.html",
        {
            "meta": Meta(
                f"{year}年各期" if year else "往期",
                "《大数据发展动态》往期，按年编排。",
                _canonical(request, page, year=year),
                feed=reverse("issue_feed"),
            ),
            "filter": chosen,
            "year": year,
            "years": _years(published),
            "page": page,
            "by_year": [
                (year, list(issues)) for year, issues in groupby(page, lambda issue: issue.issued_on.year)
            ],
        },
    )


@public_page
def issue(request, total_number):
    issue = get_object_or_404(Issue, total_number=total_number)
    if gone := _unless_visible(request, issue):
        return gone
    return show_issue(request, issue)


def show_issue(request, issue, **context):
    """The page of an issue, whoever may see it."""
    articles = list(issue.articles.with_card())
    corrections = list(issue.corrections.select_related("article"))
    for correction in corrections:
        correction.issue = issue
        if correction.article:
            correction.article.issue = issue
    before, after = issue.neighbours()
    address = request.build_absolute_uri(issue.get_absolute_url())
    home = request.build_absolute_uri(reverse("home"))
    titles = "；".join(article.title for article in articles[:4])
    return render(
        request,
        "bulletin/issue.html",
        {
            "meta": Meta(
                f"{issue}（{issue.issued_on:%Y年%-m月%-d日}）",
                f"{issue}，{issue.issued_on:%Y年%-m月%-d日}，{len(articles)}篇：{titles}。",
                address,
                graphs=[structured_data.publication_issue(issue, address, home)],
            ),
            "issue": issue,
            "articles": articles,
            "corrections": corrections,
            "by_section": _by_section(articles),
            "source_count": len({name for article in articles for name in article.source_names}),
            "link_count": sum(bool(article.source_host) for article in articles),
            "before": before,
            "after": after,
            **context,
        },
    )


@public_page
@full_text_required
def issue_print(request, total_number):
    """The whole issue on one page, to print or to keep."""
    issue = get_object_or_404(Issue, total_number=total_number)
    if gone := _unless_visible(request, issue):
        return gone
    return show_print(request, issue)


def show_print(request, issue, **context):
    """The whole issue on one page, whoever may see it."""
    articles = list(issue.articles.select_related("section", "link").prefetch_related("corrections"))
    for article in articles:
        article.issue = issue
        article.parts = prose.flow(article.body, highest=4, pictures=article.places.get("picture") or ())
        article.anchor = f"a{article.number}-"
    return render(
        request,
        "bulletin/issue_print.html",
        {
            "meta": Meta(
                f"{issue}全文",
                f"{issue}的全部文章，供打印。",
                request.build_absolute_uri(issue.get_absolute_url()),
                indexed=False,
            ),
            "issue": issue,
            "by_section": _by_section(articles),
            "link_count": sum(bool(article.source_host) for article in articles),
            **context,
        },
    )


@public_page
def article(request, total_number, article_number):
    article = get_object_or_404(
        Article.objects.select_related("issue", "section", "link").with_chips(),
        issue__total_number=total_number,
        number=article_number,
    )
    issue = article.issue
    if gone := _unless_visible(request, issue):
        return gone
    return show_article(request, article, may_read_full_text(request.user))


def show_article(request, article, full_text, **context):
    """The page of an article, whoever may see it; `full_text`: with its text or without."""
    issue = article.issue
    address = request.build_absolute_uri(article.get_absolute_url())
    if article.taken_down_at:
        meta = Meta(article.title, "这一篇已经撤下。", address, indexed=False)
        return render(
            request, "bulletin/article_taken_down.html", {"meta": meta, "article": article}, status=410
        )
    parts = prose.flow(article.body, pictures=article.places.get("picture") or ())
    siblings = issue.articles.select_related("section").only(
        "order", "number", "page", "title", "issue", "section"
    )
    related = (
        Article.objects.published().filter(section=article.section, taken_down_at=None).exclude(issue=issue)
    )
    cited = article.cited(address)
    corrections = list(article.corrections.all())
    graph = structured_data.article(
        article,
        address,
        request.build_absolute_uri(issue.get_absolute_url()),
        request.build_absolute_uri(reverse("home")),
        free=settings.PORTAL_ACCESS == EVERYONE,
        corrections=corrections,
    )
    return render(
        request,
        "bulletin/article.html",
        {
            "meta": Meta(article.title, article.telling_summary, address, "article", [graph]),
            "cited": citation.highwire(cited),
            "citations": [
                ("GB/T 7714—2025", citation.gbt_2025(cited)),
                ("GB/T 7714—2015", citation.gbt_2015(cited, timezone.localdate())),
            ],
            "article": article,
            "issue": issue,
            "full_text": full_text,
            "corrections": corrections,
            "parts": parts,
            "headings": prose.contents(parts),
            "page_link": originals.page_link(request.user, article),
            "before": siblings.filter(order__lt=article.order).last(),
            "after": siblings.filter(order__gt=article.order).first(),
            "related": related.with_card()[:RELATED],
            "tells_of": front.beside_article(article),
            **context,
        },
    )


@public_page
def article_citation(request, total_number, article_number, form):
    """The article's citation as a file for reference managers."""
    article = get_object_or_404(
        Article.objects.published().filter(taken_down_at=None).select_related("issue"),
        issue__total_number=total_number,
        number=article_number,
    )
    cited = article.cited(request.build_absolute_uri(article.get_absolute_url()))
    texts = {citation.BIBTEX: citation.bibtex, citation.RIS: citation.ris}
    if form not in texts:
        raise Http404
    response = HttpResponse(texts[form](cited), content_type=f"{citation.MEDIA_TYPES[form]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{cited.file_name}.{form}"'
    return response


@public_page
def section(request, slug):
    if "\x00" in slug:
        raise Http404
    section = Section.objects.filter(slug=slug).first()
    if section is None:
        return redirect(get_object_or_404(Section, name=slug), permanent=True)
    articles = Article.objects.filter(section=section)
    issues = Issue.objects.published().filter(articles__section=section).distinct()
    chosen = IssueFilter(request.GET, issues)
    if wanted(request):
        return articles_file(request, articles.published().filter(taken_down_at=None, issue__in=chosen.qs))
    cards = Prefetch("articles", articles.with_card(), to_attr="cards")
    page = page_of(request, chosen.qs.prefetch_related(cards), SECTION_ISSUES_A_PAGE)
    year = _chosen_year(chosen)
    return render(
        request,
        "bulletin/section.html",
        {
            "meta": Meta(
                f"{section}（{year}年）" if year else str(section),
                f"《大数据发展动态》{section}栏目的文章，按期编排。",
                _canonical(request, page, year=year),
                feed=reverse("section_feed", args=[section.slug]),
            ),
            "section": section,
            "filter": chosen,
            "year": year,
            "years": _years(issues),
            "page": page,
            "total": articles.published().aggregate(articles=Count("pk"), first=Min("issue__total_number")),
        },
    )


@public_page
def about(request):
    here = request.build_absolute_uri()
    meta = Meta("关于本刊", "《大数据发展动态》由谁编、编什么，网站怎样使用。", here)
    return render(request, "bulletin/about.html", {"meta": meta, "latest": Issue.objects.published().first()})


@public_page
def accessibility(request):
    here = request.build_absolute_uri()
    meta = Meta("无障碍声明", "本站在无障碍方面做到了什么，遇到困难怎么办。", here)
    return render(request, "bulletin/accessibility.html", {"meta": meta})


# --- Beside the pages -------------------------------------------------------------------------------------


@csrf_exempt  # changes only how this browser shows pages; a token would make a page unlike its copy
@login_not_required
@require_POST
def choose_theme(request):
    """Remember light, dark or automatic, and go back to where the reader was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = reverse("home")
    response = redirect(back)
    remember_theme(response, request.POST.get("theme", ""))
    return response


@login_not_required
@require_safe
def robots(request):
    return render(
        request,
        "robots.txt",
        {"shut": settings.PORTAL_ACCESS == LOGIN, "sitemap": request.build_absolute_uri(reverse("sitemap"))},
        content_type="text/plain; charset=utf-8",
    )


def page_not_found(request, exception):
    """404. For an issue that is not there: the nearest two that are."""
    match = request.resolver_match
    wanted = match.kwargs.get("total_number") if match else None
    nearest = []
    if wanted is not None:
        nearest = [issue for issue in Issue(total_number=wanted).neighbours() if issue]
        here = Issue.objects.published().filter(total_number=wanted).first()
        nearest = [here] if here else nearest  # the issue is there, the article is not
    return render(request, "404.html", {"wanted": wanted, "nearest": nearest}, status=404)


def bad_request(request, exception):
    """400. Asks the request nothing: its address may be what cannot be read, as with a thousand filters."""
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def server_error(request):
    """500. Needs neither database nor request, for either may be what broke."""
    return HttpResponse(loader.render_to_string("500.html"), status=500)


# --- What the pages share ---------------------------------------------------------------------------------


def _issues_file(request, issues):
    standing = Count("articles", filter=Q(articles__taken_down_at=None))
    rows = issues.annotate(article_count=standing).defer("masthead", "contents", "reading")
    return as_file(
        request,
        "issues",
        ["总期号", "期号", "日期", "封面标题", "篇数", "地址"],
        (
            [
                each.total_number, each.number, each.issued_on, each.cover_headline, each.article_count,
                request.build_absolute_uri(each.get_absolute_url()),
            ]
            for each in rows.iterator(chunk_size=500)
        ),
    )  # fmt: skip


def _unless_visible(request, issue):
    """None if the reader may see the issue; a withdrawn one answers 410, another draft does not exist."""
    if issue.state == Issue.State.PUBLISHED or request.user.has_perm("bulletin.view_draft"):
        return None
    if issue.withdrawn_at is None:
        raise Http404
    return render(request, "410.html", {"issue": issue}, status=410)


def _by_section(articles):
    """[(section, its articles)] in the order of the sections; a section without articles is not there."""
    ordered = sorted(articles, key=lambda article: article.section.order)
    return [(section, list(group)) for section, group in groupby(ordered, lambda article: article.section)]


def _years(issues):
    return [day.year for day in issues.dates("issued_on", "year", order="DESC")]


def _chosen_year(chosen):
    return (
        int(chosen.form.cleaned_data["year"])
        if chosen.form.is_valid() and chosen.form.cleaned_data["year"]
        else None
    )


def _canonical(request, page, year):
    query = QueryDict(mutable=True)
    if year:
        query["year"] = year
    if page.number > 1:
        query["page"] = page.number
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}" if query else request.path)
