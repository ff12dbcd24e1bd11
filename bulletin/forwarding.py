"""An old address leads on: 301 to where its article or issue is read now, 410 where nothing took it over.

Asked only when a page or the API has answered 404, so that what stands at an address always comes first.
"""

from django.http import HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from bulletin.addresses import WHOLE_ISSUE, PublicAddress
from bulletin.api.problems import MEDIA_TYPE, problem


class ForwardingMiddleware:
    """Answers for addresses that name an issue, by `total_number`, and may name an article of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None or request.method not in ("GET", "HEAD"):
            return response
        if "total_number" not in match.kwargs or match.route.startswith("desk/"):
            return response
        return _forward(request, match) or response


def _forward(request, match):
    asked = match.kwargs
    old = PublicAddress.objects.select_related("issue", "article__issue").filter(
        total_number=asked["total_number"], number=asked.get("article_number", WHOLE_ISSUE)
    )
    address = old.first()
    if address is None:
        return None
    article = address.article
    if address.number and article is None:
        return _gone(request, match, address)
    issue = article.issue if article else address.issue
    if issue is None:
        return _gone(request, match, address)
    now = {**asked, "total_number": issue.total_number}
    if article:
        now["article_number"] = article.number
    if now == asked:
        return None  # it stands there, and has no such page, picture or file
    query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
    # A browser carries #p12 over by itself; where two articles became one it would name another paragraph.
    anchor = f"#p{address.anchor}" if address.anchor and match.url_name == "article" else ""
    return HttpResponsePermanentRedirect(f"{reverse(match.url_name, kwargs=now)}{query}{anchor}")


def _gone(request, match, address):
    if match.route.startswith("api/"):
        said = f"这一{'篇' if address.number else '期'}已经移去。{address.note}"
        return JsonResponse(problem(410, request.path, detail=said), status=410, content_type=MEDIA_TYPE)
    return render(request, "bulletin/gone.html", {"address": address}, status=410)
