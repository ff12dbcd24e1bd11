"""Pages under a private address, before an issue is public. No login; nothing else of the drafts is shown."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bulletin import originals, views
from bulletin.models import Article, Issue
from bulletin.publishing import previews


def private_page(view):
    """A page of a preview: by its token, kept and indexed nowhere, as a reader without an account sees it.

    Once the issue is public the address leads there; one that is over says so, and no more.
    """

    @wraps(view)
    def shown(request, token, **where):
        link = previews.find(token)
        if link is None:
            raise Http404("没有这个预览")
        request.user = AnonymousUser()
        if link.revoked_at or link.has_expired:
            response = render(request, "bulletin/preview_over.html", status=410)
        elif link.issue.state == Issue.State.PUBLISHED:
            return redirect(link.issue)
        else:
            response = view(request, link, **where)
        if response["Content-Type"].startswith("text/html"):
            response.content = previews.turned(response.content.decode(), link.issue.total_number, token)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
        return response

    return never_cache(login_not_required(require_safe(shown)))


@private_page
def issue(request, link):
    return views.show_issue(request, link.issue, preview=link)


@private_page
def issue_print(request, link):
    return views.show_print(request, link.issue, preview=link)


@private_page
def article(request, link, article_number):
    article = get_object_or_404(_articles(link).with_chips(), number=article_number)
    return views.show_article(request, article, full_text=True, preview=link)


@private_page
def picture(request, link, article_number, number):
    articles = _articles(link, "issue__read_from").filter(taken_down_at=None)
    article = get_object_or_404(articles, number=article_number)
    return originals.picture_of(article, number, request.GET.get("w"))


def _articles(link, *more):
    return Article.objects.filter(issue=link.issue).select_related("issue", "section", "link", *more)
