"""Whether the parts of the portal live: database, worker, and the round trip of beat, broker and worker.

Marks are files under VAR_DIR, which web and worker share in every mode.
"""

import shutil
import time
from pathlib import Path

from django.apps import apps  # the worker's way in comes by here before models are there
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

ROUND_TRIP_LATE_SECONDS = 600  # it also waits behind a running job


def mark(name: str) -> None:
    """Say that the named part is alive now."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def forget() -> None:
    """Before a start: what an earlier run left says nothing about this one."""
    shutil.rmtree(_path(""), ignore_errors=True)


def age(name: str) -> float | None:
    """Seconds since the named part last left its mark; None if it never did."""
    try:
        return max(0.0, time.time() - _path(name).stat().st_mtime)
    except FileNotFoundError:
        return None


def worker_is_alive() -> bool:
    """Whether any worker is there to take a job."""
    return (seconds := age("worker")) is not None and seconds < settings.LOST_AFTER_SECONDS


def clock_is_alive() -> bool:
    """Whether what beat sends comes through broker and worker."""
    return (seconds := age("round-trip")) is not None and seconds < ROUND_TRIP_LATE_SECONDS


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers and containers. 503 only if pages cannot be served, that is without database."""
    database = _database_answers()
    late = apps.get_model("bulletin", "Issue").objects.overdue().count() if database else 0
    whole = database and worker_is_alive() and clock_is_alive() and not late
    report = {
        "status": "ok" if whole else "degraded" if database else "down",
        "database": database,
        "worker": worker_is_alive(),
        "worker_seen_seconds_ago": _rounded(age("worker")),
        "round_trip_seconds_ago": _rounded(age("round-trip")),
        "issues_overdue": late,  # whose moment to be published has passed
    }
    return JsonResponse(report, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _path(name: str) -> Path:
    return Path(settings.VAR_DIR) / "alive" / name


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
