"""The reader against the hand-made labels of three issues, as the labels' own scorer counts."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bulletin.ingestion.reading import read_source
from bulletin.ingestion.structure import build_issue
from bulletin.ingestion.transcript import as_json

ISSUES = ("215", "219", "237")
EXACT = (
    "issue date",
    "issue number",
    "issue total_number",
    "issue cover_headline",
    "toc F1",
    "articles F1",
    "section accuracy",
    "page accuracy",
    "in_toc accuracy",
    "title exact",
    "source F1",
    "source_url exact",
)


@cache
def scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def figures(shared: Path, name: str) -> dict[str, float]:
    reading = as_json(build_issue(read_source(shared / "bulletins" / f"{name}.txt"), f"{name}.txt"))
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    scores: dict[str, Any] = scorer(shared / "gold" / "score.py").score(reading, gold)
    return {key: found[0] if isinstance(found, tuple) else found.value() for key, found in scores.items()}


@pytest.mark.parametrize("name", ISSUES)
def test_what_identifies_and_divides_an_issue_is_read_without_error(shared, name):
    found = figures(shared, name)
    assert {figure: found[figure] for figure in EXACT} == dict.fromkeys(EXACT, 1.0)


@pytest.mark.parametrize("name", ISSUES)
def test_bodies_are_read_as_the_labels_have_them(shared, name):
    found = figures(shared, name)
    assert found["body character error rate"] <= 0.0005
    assert found["paragraph boundary F1"] >= 0.995
    assert found["kind accuracy"] >= 0.98


@pytest.mark.parametrize("name", ISSUES)
def test_the_masthead_is_read_as_the_labels_have_it(shared, name):
    issue = build_issue(read_source(shared / "bulletins" / f"{name}.txt"), name)
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    assert {label: list(names) for label, names in issue.masthead.items()} == gold["masthead"]
