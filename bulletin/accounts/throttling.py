"""Logins are throttled by django-axes; here is what it asks of the portal, and how long a lock lasts."""

import ipaddress
import math
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from rest_framework.throttling import AnonRateThrottle

from bulletin.forms import LoginForm


def client_address(request) -> str | None:
    """The IP address that asks: from X-Forwarded-For only behind our own proxy, as for the API's throttle."""
    for said in (AnonRateThrottle().get_ident(request), request.META.get("REMOTE_ADDR")):
        try:
            return str(ipaddress.ip_address(said or ""))
        except ValueError:
            continue
    return None  # a Unix socket, or a proxy that says nothing


def is_locked(request, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def locked_until(request, username: str) -> datetime:
    """When enough failures of this account from this address will be older than the cool-off."""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=client_address(request))
    failures, last = 0, timezone.now()
    for attempt in attempts.order_by("-attempt_time"):
        failures, last = failures + attempt.failures_since_start, attempt.attempt_time
        if failures >= settings.AXES_FAILURE_LIMIT:
            break
    return last + settings.AXES_COOLOFF_TIME


def locked_out(request, response=None, credentials=None):
    """Instead of any answer to a login that is locked: the login page, until when, the name kept."""
    username = get_client_username(request, credentials) or ""
    until = locked_until(request, username)
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    shown = {
        "form": LoginForm(request, initial={"username": username}),
        "next": request.POST.get("next", ""),
        "locked": {
            "username": username,
            "failures": settings.AXES_FAILURE_LIMIT,
            "until": until,
            "minutes": math.ceil(seconds / 60),
        },
    }
    answer = render(request, "registration/login.html", shown, status=429)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer
