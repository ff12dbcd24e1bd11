"""A form of the desk that comes after its login has ended: kept on a page that sends it again. No script."""

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views import csrf

DESK = "/desk/"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
BASE = "base."  # before the name of a field that says what stood there before


def is_held(request):
    """Whether something was typed that the page may send: no file, no secret. A script keeps its own."""
    return (
        request.method == "POST"
        and request.path.startswith(DESK)
        and "application/json" not in request.headers.get("Accept", "")
        and not request.FILES
        and not any("password" in name for name in request.POST)
        and any(value.strip() for _, value in _fields(request))
    )


def page(request):
    """The page that keeps what was typed until there is a login, and sends it then."""
    fields = _fields(request)
    typed = [
        value
        for name, value in fields
        if value.strip() and not name.startswith(BASE) and value != request.POST.get(f"{BASE}{name}")
    ]
    context = {"address": request.get_full_path(), "fields": fields, "typed": typed}
    response = render(request, "accounts/held.html", context, status=403)
    add_never_cache_headers(response)
    return response


def csrf_failure(request, reason=""):
    """A new login has a new token: who sends a page of our own from before it is asked once more.

    A form of another site is refused, whatever it holds.
    """
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if own and request.user.is_authenticated and is_held(request):
        return page(request)
    return csrf.csrf_failure(request, reason)


def _fields(request):
    return [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
