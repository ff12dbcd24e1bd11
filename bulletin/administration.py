"""Django's admin, for repairs by the administrator alone. Its login and password page are the portal's."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect


class AdministratorsSite(AdminSite):
    """Staff who may look after accounts, as 管理员 may. Visitors are sent to the login, others refused."""

    site_header = site_title = "维护"
    index_title = "出了差错时在这里改数据；平时的工作在编辑台。"

    def has_permission(self, request):
        return super().has_permission(request) and request.user.has_perm("auth.change_user")

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            if self.has_permission(request):
                return inner(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise PermissionDenied
            return redirect_to_login(request.get_full_path())

        return guarded

    def login(self, request, extra_context=None):
        """A second login would be one without throttle and two-step check."""
        return self.admin_view(lambda request: redirect("admin:index"))(request)

    def password_change(self, request, extra_context=None):
        return redirect("password")
