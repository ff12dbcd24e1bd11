"""docker-compose.yml, Dockerfile, Procfile and settings tell the same story. No Docker engine is needed to
see that."""

import re
import shlex

import pytest
import yaml

from bulletin import embedded
from bulletin.checks import OLDEST_POSTGRESQL
from bulletin.supervisor import read_procfile
from tests.processes import PROJECT, environment, run

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
ASK = """
import django
django.setup()
from django.conf import settings
database = settings.DATABASES["default"]
print(*(database[key] for key in ("HOST", "PORT", "USER", "NAME", "PASSWORD")))
print(settings.CELERY_BROKER_URL, settings.CACHES["default"]["BACKEND"])
"""
OURS = ("migrate", "web", "worker", "beat")


def dockerfile_variables() -> dict[str, str]:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    joined = final.replace("\\\n", " ")
    return dict(
        part.split("=", 1) for line in re.findall(r"^ENV (.+)$", joined, re.M) for part in shlex.split(line)
    )


def test_the_services_are_those_of_the_procfile_with_database_and_redis():
    assert set(SERVICES) == {*read_procfile(PROJECT / "Procfile"), "migrate", "db", "redis"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_each_runs_the_command_of_the_procfile(name):
    procfile = read_procfile(PROJECT / "Procfile")[name]
    assert shlex.split(SERVICES[name]["command"])[1:] == procfile[1:]
    assert shlex.split(SERVICES[name]["command"])[0] == "python"


def test_the_image_runs_as_web_unless_told_otherwise():
    [command] = re.findall(r"^CMD (.+)$", DOCKERFILE, re.M)
    assert yaml.safe_load(command) == shlex.split(SERVICES["web"]["command"])


def test_the_published_port_is_the_one_that_gunicorn_binds():
    variables = dockerfile_variables()
    assert variables["HOST"] == "0.0.0.0"  # noqa: S104
    [port] = SERVICES["web"]["ports"]
    assert port.rpartition(":")[2] == variables["PORT"] == re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)[1]
    assert f"127.0.0.1:{variables['PORT']}/healthz" in " ".join(SERVICES["web"]["healthcheck"]["test"])
    out = run(
        "-c",
        "import runpy; print(runpy.run_path('gunicorn.conf.py')['bind'])",
        env=environment(PROJECT, HOST=variables["HOST"], PORT=variables["PORT"]),
    )
    assert out.stdout.strip() == f"0.0.0.0:{variables['PORT']}"


def test_ours_share_the_folder_that_the_settings_write_to():
    var_dir = dockerfile_variables()["VAR_DIR"]
    assert re.search(rf"^VOLUME {var_dir}$", DOCKERFILE, re.M)
    for name in OURS:
        assert SERVICES[name]["volumes"] == [f"files:{var_dir}"]
    for name in ("worker", "beat"):
        assert f"{var_dir}/alive/" in SERVICES[name]["healthcheck"]["test"][1]


def test_the_settings_take_database_and_broker_from_what_compose_sets(tmp_path):
    [stated] = {tuple(SERVICES[name]["environment"].items()) for name in OURS}  # the same for all of them
    variables = {
        name: value.replace("${POSTGRES_PASSWORD:?set it in .env}", "pass") for name, value in stated
    }
    out = run("-c", ASK, env=environment(tmp_path, DJANGO_SETTINGS_MODULE="bulletin.settings", **variables))
    host, port, user, database, password, broker, cache = out.stdout.split()
    assert host in SERVICES and (user, database, password) == ("bulletin", "bulletin", "pass")
    assert SERVICES[host]["environment"]["POSTGRES_USER"] == user
    assert SERVICES[host]["environment"]["POSTGRES_DB"] == database
    assert port == "5432"
    assert broker == "redis://redis:6379/0" and cache.endswith("RedisCache")


def test_database_and_redis_are_pinned_kept_and_watched():
    image, version = SERVICES["db"]["image"].split(":")
    assert image == "postgres" and int(version) == embedded.MAJOR >= OLDEST_POSTGRESQL
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert SERVICES["redis"]["image"] == "redis:8"
    assert set(COMPOSE["volumes"]) == {"files", "database", "broker"}
    for name, service in SERVICES.items():
        assert ("healthcheck" in service) == (name != "migrate"), name


def test_nothing_starts_before_what_it_needs():
    for name in ("web", "worker", "beat"):
        needs = SERVICES[name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert needs["redis"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_the_image_is_built_in_stages_and_runs_as_nobody_special():
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.M)) == 2
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.M) == ["bulletin"]
    assert "--require-hashes" in DOCKERFILE
    assert {".env", "var", ".venv", ".git"} <= set((PROJECT / ".dockerignore").read_text().split())


def test_the_locks_name_hashes_and_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (PROJECT / name).read_text()
        assert "://" not in text and "--index" not in text and "--find-links" not in text
        packages = re.findall(r"^([a-z0-9][\w.-]*(?:\[\S+\])?)==", text, re.M)
        assert len(packages) == len(re.findall(r"^\S+==.*\\\n    --hash=", text, re.M)) > 20
    runs = dict(re.findall(r"^(\S+)==(\S+)", (PROJECT / "requirements.txt").read_text(), re.M))
    tools = dict(re.findall(r"^(\S+)==(\S+)", (PROJECT / "requirements-dev.txt").read_text(), re.M))
    assert runs.items() <= tools.items(), "tests run on what runs"
