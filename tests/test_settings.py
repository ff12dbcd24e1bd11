"""The environment is the only way to set the portal, and it is told plainly what is wrong with it."""

import re

import pytest

from bulletin.checks import postgresql_is_new_enough
from bulletin.settings import one_of
from tests.processes import PROJECT, environment, run

IMPORT = ["-c", "import django; django.setup()"]


def portal(tmp_path, **variables):
    """What a server process sees: wsgi and Celery read the settings so, without manage.py's help."""
    return environment(tmp_path / "var", DJANGO_SETTINGS_MODULE="bulletin.settings", **variables)


def test_a_server_without_secret_is_refused_with_a_sentence(tmp_path):
    done = run(*IMPORT, env=portal(tmp_path, SECRET_KEY=""))
    assert done.returncode == 1
    assert "没有设置 SECRET_KEY" in done.stdout.splitlines()[-1]
    assert run(*IMPORT, env=portal(tmp_path, SECRET_KEY="", DEBUG="true")).returncode == 0


def test_manage_py_on_a_server_does_not_make_one_up(tmp_path):
    on_server = environment(
        tmp_path / "var", SECRET_KEY="", DATABASE_URL="postgres://postgres@127.0.0.1/none"
    )
    assert "没有设置 SECRET_KEY" in run("manage.py", "diffsettings", env=on_server).stdout


def test_a_folder_that_cannot_be_used_is_said_plainly(tmp_path):
    (tmp_path / "var").write_text("a file where a folder should be")
    done = run("manage.py", "migrate", env=environment(tmp_path / "var", SECRET_KEY=""))
    assert done.returncode == 1
    assert (
        str(tmp_path / "var") in done.stdout and "VAR_DIR" in done.stdout and "Traceback" not in done.stdout
    )


def test_reading_the_settings_starts_and_writes_nothing(tmp_path):
    assert run(*IMPORT, env=portal(tmp_path)).returncode == 0
    assert not (tmp_path / "var").exists()


def test_who_may_read_is_one_of_three(monkeypatch):
    for value in ("everyone", "full-text", "login"):
        monkeypatch.setenv("PORTAL_ACCESS", value)
        assert one_of("PORTAL_ACCESS", "everyone", "full-text", "login") == value
    monkeypatch.delenv("PORTAL_ACCESS")
    assert one_of("PORTAL_ACCESS", "everyone", "full-text", "login") == "everyone"


def test_another_word_for_who_may_read_is_refused(tmp_path):
    done = run(*IMPORT, env=portal(tmp_path, PORTAL_ACCESS="nobody"))
    assert done.returncode == 1
    assert "PORTAL_ACCESS 只能是 everyone、full-text、login 之一，现在是 'nobody'" in done.stdout


def test_nothing_is_amiss_with_a_deployment(tmp_path):
    production = environment(
        tmp_path / "var",
        SECRET_KEY="q7.vN2c-x9Lr0PzW5m-tB8eYk3uHs6dJfGaQ1iOo4wXnRbTlZp",
        HTTPS="true",
        ALLOWED_HOSTS="bulletin.example.cn",
        DATABASE_URL="postgres://bulletin@127.0.0.1/bulletin",
    )
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", env=production)
    assert done.returncode == 0, done.stdout
    short = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", env={**production, "SECRET_KEY": "short"}
    )
    assert "security.W009" in short.stdout, "the check itself is awake"


def test_a_server_older_than_15_is_refused_in_words(monkeypatch):
    class Old:
        vendor, pg_version = "postgresql", 14_00_12

    monkeypatch.setattr("bulletin.checks.connections", {"default": Old})
    [error] = postgresql_is_new_enough(databases=["default"])
    assert "PostgreSQL 14" in error.msg and "15" in error.msg


@pytest.mark.django_db
def test_the_server_under_test_is_new_enough():
    assert postgresql_is_new_enough(databases=["default"]) == []


def test_every_variable_is_in_the_example_and_none_besides():
    named = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    read = set()
    for name in ("bulletin/settings.py", "gunicorn.conf.py"):
        text = (PROJECT / name).read_text()
        read |= set(re.findall(r'(?:env(?:\.\w+)?|environ\.get|one_of)\(\s*["\']([A-Z_]+)["\']', text))
    read |= set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    assert named == read


@pytest.mark.django_db
def test_pages_come_with_their_security_headers(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 3600
    answer = client.get("/about/", secure=True)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Strict-Transport-Security"].startswith("max-age=")
    assert client.get("/about/").status_code == 301
    assert client.get("/healthz").status_code == 200, "a health check comes from inside, by http"
