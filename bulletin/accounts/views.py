"""The login in two steps, and everybody's own account: password, second step, recovery codes."""

import time
from urllib.parse import urlencode

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.views import LoginView, PasswordChangeView, RedirectURLMixin
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods
from django.views.generic import FormView

from bulletin.accounts import throttling, two_step
from bulletin.accounts.forms import CodeForm, NewPasswordForm, OwnPasswordForm, PasswordAndCodeForm
from bulletin.forms import LoginForm

PENDING = "second_step"  # in the session: whose password was right, and until when that counts
PENDING_SECONDS = 300


class Arriving(RedirectURLMixin):
    """Where a login leads: to the page that was asked for, else editors to the desk and readers home."""

    def get_default_redirect_url(self):
        at_desk = self.request.user.has_perm("bulletin.view_draft")
        return reverse(settings.LOGIN_REDIRECT_URL if at_desk else "home")


class LoginPage(Arriving, LoginView):
    """Name and password; the account's second step, if it is on, is a page of its own."""

    authentication_form = LoginForm

    def form_valid(self, form):
        user = form.get_user()
        if two_step.device_of(user) is None:
            return super().form_valid(form)
        self.request.session[PENDING] = {
            "user": user.pk,
            "backend": user.backend,
            "until": time.time() + PENDING_SECONDS,
        }
        return redirect(_with_next("login_code", self.get_redirect_url()))


@method_decorator([login_not_required, sensitive_post_parameters("code"), never_cache], name="dispatch")
class CodePage(Arriving, FormView):
    """The second step: a code from the app, or with ?recovery=1 a recovery code."""

    form_class = CodeForm
    template_name = "registration/code.html"

    def dispatch(self, request, *args, **kwargs):
        self.user = self._pending_user()
        if self.user is None:
            messages.warning(request, "请先输入用户名和密码。输过密码后，要在5分钟内填验证码。")
            return redirect(_with_next("login", self.get_redirect_url()))
        if throttling.is_locked(request, self.user.get_username()):
            return throttling.locked_out(request, credentials={"username": self.user.get_username()})
        return super().dispatch(request, *args, **kwargs)

    def _pending_user(self):
        pending = self.request.session.get(PENDING)
        if not pending or pending["until"] < time.time():
            return None
        return get_user_model().objects.filter(pk=pending["user"], is_active=True).first()

    def get_form_kwargs(self):
        recovery = "recovery" in self.request.GET
        given = {"request": self.request, "user": self.user, "check": two_step.verify, "recovery": recovery}
        return super().get_form_kwargs() | given

    def get_context_data(self, **kwargs):
        asked = self.get_redirect_url()
        return super().get_context_data(
            next=asked,
            recovery="recovery" in self.request.GET,
            by_app=_with_next("login_code", asked),
            by_recovery=_with_next("login_code", asked, recovery=1),
            **kwargs,
        )

    def form_valid(self, form):
        backend = self.request.session.pop(PENDING)["backend"]
        self.user.otp_device = form.device  # django-otp notes it in the session
        login(self.request, self.user, backend=backend)
        if "recovery" in self.request.GET:
            left = two_step.codes_left(self.user)
            messages.warning(self.request, f"用掉了一个备用码，还剩{left}个。换了手机，请到账号页重新设置。")
        return redirect(self.get_success_url())


def own_account(view):
    """For everybody with a login, and never kept by a browser: codes and secrets may stand there."""
    return sensitive_post_parameters()(never_cache(login_required(view)))


@own_account
@require_GET
def account(request):
    """Who one is here, and how one comes in."""
    shown = {
        "groups": [group.name for group in request.user.groups.order_by("pk")],
        "device": two_step.device_of(request.user),
        "codes_left": two_step.codes_left(request.user),
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "two_step_required": settings.REQUIRE_TOTP_FOR_APPROVERS,
    }
    return render(request, "accounts/account.html", shown)


@method_decorator(own_account, name="dispatch")
class PasswordPage(PasswordChangeView):
    """A new password. This login goes on under a new session key; every other one ends."""

    form_class = NewPasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form):
        messages.success(self.request, "密码已换。其他电脑和手机上的登录都已退出，这里不用重新登录。")
        return super().form_valid(form)


@own_account
@require_http_methods(["GET", "POST"])
def begin_two_step(request):
    """Ask for the password, then make a secret."""
    if two_step.device_of(request.user):
        return redirect("account")
    form = OwnPasswordForm(request, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        two_step.begin(request.user)
        return redirect("confirm_two_step")
    return _form_page(request, "accounts/begin.html", form)


@own_account
@require_http_methods(["GET", "POST"])
def confirm_two_step(request):
    """Show the secret as a QR code and as text; a first code from the app switches the second step on."""
    device = two_step.unconfirmed_device_of(request.user)
    if device is None:
        return redirect("account")
    form = CodeForm(request, request.user, two_step.confirm, request.POST or None)
    if request.method == "POST" and form.is_valid():
        django_otp.login(request, form.device)
        request.session.cycle_key()
        return _codes_page(request, is_new=True)
    shown = {"address": device.config_url, "secret": two_step.secret_of(device)}
    return _form_page(request, "accounts/confirm.html", form, **shown)


@own_account
@require_http_methods(["GET", "POST"])
def recovery_codes(request):
    """New recovery codes for old, after password and code."""
    if two_step.device_of(request.user) is None:
        return redirect("account")
    form = PasswordAndCodeForm(request, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _codes_page(request, is_new=False)
    return _form_page(request, "accounts/renew.html", form, left=two_step.codes_left(request.user))


@own_account
@require_http_methods(["GET", "POST"])
def end_two_step(request):
    """Switch the second step off, after password and code."""
    if two_step.device_of(request.user) is None:
        return redirect("account")
    form = PasswordAndCodeForm(request, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        two_step.end(request.user)
        messages.success(request, "两步验证已关闭，以后登录只要密码。")
        return redirect("account")
    return _form_page(request, "accounts/end.html", form)


def _form_page(request, template, form, **shown):
    return render(request, template, {"form": form, **shown}, status=400 if form.errors else 200)


def _codes_page(request, *, is_new):
    """The answer to the act itself, because the codes are kept nowhere: loaded again it shows none."""
    codes = two_step.new_recovery_codes(request.user)
    return render(request, "accounts/codes.html", {"codes": codes, "is_new": is_new})


def _with_next(name, asked, **query):
    query |= {"next": asked} if asked else {}
    return reverse(name) + (f"?{urlencode(query)}" if query else "")
