"""The services of docker-compose.yml as a server runs them, without the containers: PostgreSQL, Redis,
production."""

import json
import os
import shlex
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress

import psycopg2
import pytest
import yaml

from tests.processes import PROJECT, environment, free_port, run, started, wait_for

pytestmark = pytest.mark.slow
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


@pytest.fixture
def database(postgres_url):
    """A database of its own on the server."""
    name = f"bulletin_deployment_{os.getpid()}_{time.time_ns()}"
    connection = psycopg2.connect(postgres_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8'")
        yield postgres_url.rpartition("/")[0] + f"/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


def test_the_services_work_together_on_servers(database, redis_url, tmp_path):
    port = free_port()
    env = environment(
        tmp_path / "var",
        DATABASE_URL=database,
        REDIS_URL=redis_url,
        HTTPS="true",
        BEHIND_TLS_PROXY="true",
        ALLOWED_HOSTS="bulletin.example.cn",
        PORT=str(port),
        DJANGO_SETTINGS_MODULE="bulletin.settings",
    )

    def get(path, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def health():
        with suppress(urllib.error.URLError, ConnectionError):
            return json.loads(get("/healthz"))["status"]

    def command(name):
        return shlex.split(SERVICES[name]["command"])[1:]

    assert (
        run("manage.py", "collectstatic", "--no-input", env=env).returncode == 0
    )  # as the image's build does
    assert run(*command("migrate"), env=env).returncode == 0
    with ExitStack() as stack:
        for name in ("web", "worker", "beat"):
            stack.enter_context(started(*command(name), env=env, log=tmp_path / name))
        wait_for(lambda: health() == "ok", "web, worker, beat, database and broker together")
        # As the proxy passes a reader on: https outside, http inside
        page = get("/", **{"Host": "bulletin.example.cn", "X-Forwarded-Proto": "https"})
        assert "大数据发展动态" in page
        assert not (tmp_path / "var" / "postgres").exists() and not (tmp_path / "var" / "broker").exists()
