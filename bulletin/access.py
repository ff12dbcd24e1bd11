"""Who may read what, in one place: the setting PORTAL_ACCESS.

- everyone: all that is published is open;
- full-text: titles and summaries are open, the text of articles needs a login;
- login: everything needs a login but the views marked `login_not_required`.

Whatever else the setting holds shuts like login.
"""

from functools import wraps

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import Permission
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.cache import never_cache

from bulletin.accounts import held, two_step

EVERYONE = "everyone"
FULL_TEXT = "full-text"
LOGIN = "login"


class Permissions(ModelBackend):
    """Django's own users and groups; what a user may do comes in one query, not in two."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        if not hasattr(user_obj, "_perm_cache"):
            own = Permission.objects.filter(user=user_obj) | Permission.objects.filter(group__user=user_obj)
            rows = own.order_by().values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{name}" for app, name in rows}
        return user_obj._perm_cache


def may_read_full_text(user):
    """Whether the user may read articles whole, beyond titles and summaries."""
    return settings.PORTAL_ACCESS == EVERYONE or user.is_authenticated


def to_the_login(request):
    """Where a login is wanted: what was typed is kept, whoever typed nothing is sent there."""
    return held.page(request) if held.is_held(request) else redirect_to_login(request.get_full_path())


def full_text_required(view):
    """For a page that is nothing without the full text: ask for a login first."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if may_read_full_text(request.user):
            return view(request, *args, **kwargs)
        return to_the_login(request)

    return guarded


def two_step_required(view):
    """For acts that change what readers see, where REQUIRE_TOTP_FOR_APPROVERS asks it: a login with a code.

    Stands inside the decorators that ask for login and permission.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.REQUIRE_TOTP_FOR_APPROVERS or request.user.is_verified():
            return view(request, *args, **kwargs)
        shown = {"device": two_step.device_of(request.user)}
        return render(request, "accounts/needed.html", shown, status=403)

    return guarded


def holders_of(permission, second_step=False):
    """A decorator for those who hold a permission; others are sent to the login or told 403.

    second_step: it changes what readers see, which may ask for a two-step login.
    """

    def guard(view):
        inner = two_step_required(view) if second_step else view
        permitted = permission_required(permission, raise_exception=True)(inner)

        @never_cache
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated:
                return permitted(request, *args, **kwargs)
            return to_the_login(request)

        return guarded

    return guard


editors_only = holders_of("bulletin.edit_article")
curators_only = holders_of("policies.curate_policy")
publishers_only = holders_of("bulletin.publish_issue", second_step=True)


class ReaderAccessMiddleware(LoginRequiredMiddleware):
    """Hold the site behind a login where the installation wants it, and keep caches from mixing readers."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.PORTAL_ACCESS in (EVERYONE, FULL_TEXT):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        return to_the_login(request)

    def process_response(self, request, response):
        """A page differs by login and theme, both in cookies; a kept copy is always asked about first."""
        patch_vary_headers(response, ["Cookie"])
        if not response.has_header("Cache-Control"):
            shared = settings.PORTAL_ACCESS == EVERYONE and not request.user.is_authenticated
            patch_cache_control(response, no_cache=True, **({} if shared else {"private": True}))
        return response
