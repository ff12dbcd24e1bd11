"""Who may import whom, as docs/architecture.md says it: read from every import of every module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("regions", "policies", "bulletin")  # each may import those before it
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))

# Inside an app, the floors from below; a module may import its own floor and lower ones. What is not named
# here belongs to the lowest.
FLOORS = {
    "models": 1,
    "filters": 2,
    "ingestion.store": 2,
    "tasks": 3,
    "views": 4,
    "search.pages": 4,
    "desk": 4,
    "api": 4,
    "urls": 5,
}
# Text in, shapes out: no database, no settings, no web.
PURE = (
    "bulletin.ingestion",
    "bulletin.search.fold",
    "bulletin.search.query",
    "bulletin.search.rank",
    "bulletin.search.snippet",
    "bulletin.search.tokens",
    "bulletin.typesetting",
    "policies.recognition",
    "regions.recognition",
    "regions.gazetteer",
)
IMPURE = ("bulletin.ingestion.store",)
# Needed before Django is set up, or without it.
PLAIN = (
    "bulletin.embedded",
    "bulletin.local",
    "bulletin.supervisor",
    "bulletin.unprivileged",
    "bulletin.broker",
)
WEB = ("django", "celery", "rest_framework", "django_filters")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> list[tuple[int, str]]:
    """Line and full name of everything that is imported, inside functions too."""
    package = path.relative_to(ROOT).parent.parts
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join([*base, *filter(None, [node.module])])
            found += [(node.lineno, f"{origin}.{alias.name}") for alias in node.names]
    return found


def is_in(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


def floor(name: str) -> int:
    inside = name.partition(".")[2]
    return max((height for module, height in FLOORS.items() if is_in(inside, (module,))), default=0)


def faults(path: Path) -> list[str]:
    """Every import of this module that points the wrong way."""
    name, found = module_name(path), []
    app = name.partition(".")[0]
    for line, target in imports(path):
        where = f"{name}:{line} imports {target}"
        other = target.partition(".")[0]
        if other in APPS and APPS.index(other) > APPS.index(app):
            found.append(f"{where}: upwards, from {app} to {other}")
        if other == "tests":
            found.append(f"{where}: tests are no part of the portal")
        if other == app and floor(target) > floor(name) > 0:
            found.append(f"{where}: upwards inside {app}")
        pure = is_in(name, PURE) and not is_in(name, IMPURE)
        if (pure or is_in(name, PLAIN)) and is_in(target, WEB):
            found.append(f"{where}: a pure module knows no Django")
        if (pure and other in APPS and not is_in(target, PURE)) or (pure and is_in(target, IMPURE)):
            found.append(f"{where}: a pure module imports pure ones only")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_imports_point_downwards(path):
    assert faults(path) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("regions/wrong.py", "from policies.models import Policy"),
        ("policies/models.py", "import bulletin.models"),
        ("policies/models.py", "def late():\n    from bulletin import models"),
        ("bulletin/models.py", "from bulletin.views import home"),
        ("bulletin/models.py", "from .views import home"),
        ("bulletin/filters.py", "from bulletin import tasks"),
        ("bulletin/ingestion/reading/text.py", "from django.conf import settings"),
        ("bulletin/ingestion/blocks.py", "from bulletin.models import Article"),
        ("bulletin/ingestion/pipeline.py", "from bulletin.ingestion import store"),
        ("policies/recognition/titles.py", "from policies.models import Policy"),
        ("bulletin/embedded.py", "from django.conf import settings"),
    ],
)
def test_what_points_upwards_is_found(monkeypatch, tmp_path, module, line):
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert faults(path)
