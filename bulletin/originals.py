"""The issue as it was printed: its pages with outlines, its pictures, the file itself.

Pages and file are for editors until one opens them to readers (`Issue.pages_public`); a page with an article
that was taken down stays with the editors even then.
"""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from bulletin import pictures, placing
from bulletin.access import full_text_required, may_read_full_text
from bulletin.ingestion.errors import UnreadableFile
from bulletin.models import Article, Issue
from bulletin.pages import Meta

SANDBOXED = "sandbox; default-src 'none'"


@require_safe
def page(request, total_number, number):
    """A page of the original with what stands on it outlined; `?region=` names what is chosen."""
    issue = _issue(request, total_number)
    sheets = issue.read_from.sheets
    if not 1 <= number <= len(sheets):
        raise Http404("没有这一页")
    articles = list(issue.articles.select_related("section").order_by("order"))
    regions = regions_of(articles)
    if not _sees(request, issue, number, articles, regions):
        raise Http404("这一页只给编辑看")
    chosen = request.GET.get("region", "")
    here = [region for region in regions if region.page == number]
    numbers = {int(region.key[1:].partition("-")[0]) for region in here}
    address = request.build_absolute_uri(reverse("issue_page", args=[total_number, number]))
    return render(
        request,
        "bulletin/issue_page.html",
        {
            "meta": Meta(f"{issue}原版面第{number}页", f"{issue}原版面。", address, indexed=False),
            "issue": issue,
            "sheet": Sheet(
                number,
                *sheets[number - 1],
                here,
                chosen,
                reverse("issue_page_picture", args=[total_number, number]),
            ),
            "count": len(sheets),
            "chosen": chosen,
            "articles": [article for article in articles if article.number in numbers],
        },
    )


@require_safe
def page_picture(request, total_number, number):
    """The picture of a page, `?w=` one of the widths."""
    issue = _issue(request, total_number)
    if not _is_editor(request):
        articles = list(issue.articles.order_by("order"))
        if not _sees(request, issue, number, articles, regions_of(articles)):
            raise Http404("这一页只给编辑看")
    return picture_response(issue.read_from, number, request.GET.get("w"))


@require_safe
@full_text_required
def article_picture(request, total_number, article_number, number):
    """A picture of an article, cut out of its page. `number` counts the article's pictures from 1."""
    articles = Article.objects.select_related("issue__read_from").defer(
        "issue__read_from__text", "issue__read_from__reading"
    )
    article = get_object_or_404(articles, issue__total_number=total_number, number=article_number)
    visible = article.issue.state == Issue.State.PUBLISHED and not article.taken_down_at
    if not (visible or _is_editor(request)):
        raise Http404("没有这张图")
    return picture_of(article, number, request.GET.get("w"))


def picture_of(article, number, wanted):
    """The response with a picture of an article, `wanted` "2" for twice the size. Raises Http404."""
    upload, places = article.issue.read_from, article.places.get("picture") or []
    if upload is None or not 1 <= number <= len(places):
        raise Http404("没有这张图")
    try:
        width = pictures.FIGURE_WIDTHS[1 if wanted == "2" else 0]
        return _picture(pictures.cut_picture(upload, places[number - 1], width))
    except UnreadableFile as error:
        raise Http404(error.message) from error


@require_safe
def original(request, total_number):
    """The file that the issue was read from: to be saved, never shown by the browser."""
    issue = _issue(request, total_number)
    if not _is_editor(request) and issue.articles.filter(taken_down_at__isnull=False).exists():
        raise Http404("这一期有撤下的文章，原件只给编辑看")
    suffix, name = (".pdf", "issue_pdf") if issue.read_from.sheets else (".txt", "issue_text")
    if not request.path.endswith(suffix):
        return redirect(name, total_number)
    return file_response(issue.read_from, f"大数据发展动态{total_number}{suffix}")


class Sheet:
    """A page as its template shows it. Lengths in points."""

    def __init__(self, number, width, height, regions, chosen, address):
        self.number, self.width, self.height, self.address = number, width, height, address
        self.regions = [(region, placing.is_chosen(region, chosen)) for region in regions]
        self.regions.sort(key=lambda pair: pair[1])  # what is chosen is drawn over the others
        self.small, self.large = pictures.WIDTHS

    @property
    def picture_height(self):
        return round(self.small * self.height / self.width)


def regions_of(articles):
    """All regions of stored articles."""
    return [
        region
        for article in articles
        for region in placing.regions_of_article(article.number, article.title, article.places, article.body)
    ]


def page_link(user, article):
    """Where the original of an article can be seen: its address, or nothing if this user may not."""
    issue = article.issue
    if not _may_see_pages(user, issue):
        return ""
    title = article.places.get("title") or [
        place for block in article.body for place in block.get("places", ())
    ]
    page = next((place["page"] for place in title if place.get("page") and place.get("box")), None)
    return page and f"{reverse('issue_page', args=[issue.total_number, page])}?region=a{article.number}"


def picture_response(upload, number, width):
    """A page's picture in one of the widths that are kept."""
    if width not in map(str, pictures.WIDTHS):
        raise Http404("没有这个宽度")
    try:
        return _picture(pictures.page_picture(upload, number, int(width)))
    except UnreadableFile as error:
        raise Http404(error.message) from error


def file_response(upload, name):
    """An original, byte for byte, as something to be saved in a page that can do nothing."""
    try:
        file = upload.original.open()
    except FileNotFoundError as error:
        raise Http404("原件不在存放的地方") from error
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = SANDBOXED
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _picture(path):
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Content-Security-Policy"] = SANDBOXED
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _issue(request, total_number):
    issues = Issue.objects.select_related("read_from").defer("read_from__text", "read_from__reading")
    issue = get_object_or_404(issues.with_sheets(), total_number=total_number)
    if issue.read_from is None or not _may_see_pages(request.user, issue):
        raise Http404("原版面只给编辑看")
    issue.read_from.sheets = issue.sheets or []
    return issue


def _may_see_pages(user, issue):
    if user.has_perm("bulletin.edit_article"):
        return True
    return issue.pages_public and issue.state == Issue.State.PUBLISHED and may_read_full_text(user)


def _is_editor(request):
    return request.user.has_perm("bulletin.edit_article")


def _sees(request, issue, number, articles, regions):
    """A page on which something was taken down is not for readers."""
    down = {article.number for article in articles if article.taken_down_at}
    return _is_editor(request) or not any(
        region.page == number and int(region.key[1:].partition("-")[0]) in down for region in regions
    )
