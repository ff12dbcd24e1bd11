"""What every test may ask for: the database's server, files, servers; what a skip means."""

import os
import shutil
import signal
import socket
from io import StringIO
from pathlib import Path

import pytest
import redis
from django.conf import settings as portal
from django.core.management import call_command

from bulletin import embedded
from bulletin.search import names
from tests import reference

# In CI nothing may be missing: a test that would skip fails.
REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
# Playwright's synchronous interface runs a loop in this thread; the database is still used in turn only.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
FLAGS = [
    "--no-sandbox",  # root in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure():
    """A shell's background job ignores Ctrl-C, and so would every process that it starts; tests send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Slow tests come first, so that the last ones are short and no processor waits for another.

    They go over what quicker ones go over, too: not measured again, for that takes half as long once more.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Before the test database is made: without DATABASE_URL start the embedded server."""
    if os.environ.get("DATABASE_URL"):
        yield
    else:
        with embedded.running(portal.VAR_DIR, durable=False):
            yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the migrations: what they laid stays for tests with real transactions too."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        with django_db_blocker.unblock():
            reference.survive_flushes(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    """What a test uploads is gone with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a process keeps for minutes must not come from another test."""
    names.forget()


@pytest.fixture(scope="session")
def reference_rows(django_db_setup, django_db_blocker) -> dict[str, str]:
    """The regions and issuing bodies, loaded once and laid aside: loading takes a second, copying none."""
    with django_db_blocker.unblock():
        call_command("load_regions", stdout=StringIO())
        call_command("load_bodies", stdout=StringIO())
        return reference.lay_aside("regions_region", "policies_issuingbody")


@pytest.fixture
def reference_tables(reference_rows, db) -> None:
    """The regions and issuing bodies that a portal starts with."""
    reference.bring_back(reference_rows)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The developers' reading material beside the clone: labelled issues, designs."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def browser():
    """A real browser, found on this machine: CHROMIUM names it, else the usual places are tried."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine: install one or name it by CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def redis_url():
    """A database of a Redis on this machine, taken for this run alone and emptied after it."""
    server = redis.Redis("127.0.0.1", 6379, db=0)
    try:
        server.ping()
    except redis.ConnectionError:
        pytest.skip("no Redis answers at 127.0.0.1:6379")
    number = next(
        n for n in range(15, 0, -1) if server.set(f"bulletin-tests:{n}", os.getpid(), nx=True, ex=3600)
    )
    yield f"redis://127.0.0.1:6379/{number}"
    redis.Redis("127.0.0.1", 6379, db=number).flushdb()
    server.delete(f"bulletin-tests:{number}")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server on this machine, at its maintenance database, as a superuser who needs no
    password."""
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=2).close()
    except OSError:
        pytest.skip("no PostgreSQL answers at 127.0.0.1:5432")
    return "postgres://postgres@127.0.0.1:5432/postgres"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _nothing_missing((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _nothing_missing((yield))


def _nothing_missing(report):
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but REQUIRE_ALL=1: {report.longrepr}"
    return report
