"""How well articles are read, by the labels beside the clone. Skipped where they are not.

The floors are somewhat below what was measured, so that a rule that costs quality is noticed.
"""

import hashlib
import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

KEPT_ASIDE = 237  # the issue that no rule was tuned on


def was_kept_aside(item_id):
    """Two fifths of the items, by hash, that no rule was tuned on."""
    return int(hashlib.sha256(item_id.encode()).hexdigest(), 16) % 100 < 40


@pytest.fixture(scope="module")
def labels(request):
    folder = request.config.rootpath.parent / "shared"
    if not (folder / "weekly" / "items.json").is_file():
        pytest.skip("../shared is not here")
    return folder


def score(script, prediction, gold, *arguments):
    command = [sys.executable, str(script), str(prediction), str(gold), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def weekly_figures(printed):
    """F1 or accuracy by name, in percent."""
    figures = {}
    for line in printed.splitlines()[1:]:
        name, _, rest = line.partition("  ")
        percents = [float(word.rstrip("%")) for word in rest.split() if word.endswith("%")]
        if percents:
            figures[name.strip()] = percents[-1]
    return figures


@pytest.mark.parametrize("part", ["tuned on", "kept aside"])
def test_weekly_items(labels, tmp_path, part):
    items = json.loads((labels / "weekly" / "items.json").read_text(encoding="utf-8"))
    chosen = [item for item in items if was_kept_aside(item["id"]) == (part == "kept aside")]
    (tmp_path / "gold.json").write_text(json.dumps(chosen), encoding="utf-8")
    out = StringIO()
    # Links reach from one part to the other: all items are read, one part is counted.
    call_command("annotate", str(labels / "weekly" / "items.json"), stdout=out)
    (tmp_path / "prediction.json").write_text(out.getvalue(), encoding="utf-8")
    printed = score(labels / "weekly" / "score.py", tmp_path / "prediction.json", tmp_path / "gold.json")
    figures = weekly_figures(printed)
    floors = {"titles": 93, "stage": 96, "issued_on": 97, "effective_on": 97, "same_as pairs": 90}
    assert figures.keys() >= floors.keys()
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}, printed


@pytest.mark.parametrize("number", [215, 219, KEPT_ASIDE])
def test_issues(labels, tmp_path, number):
    out = StringIO()
    call_command("parse_issue", str(labels / "bulletins" / f"{number}.txt"), stdout=out)
    (tmp_path / "issue.json").write_text(out.getvalue(), encoding="utf-8")
    printed = score(
        labels / "gold" / "score.py", tmp_path / "issue.json", labels / "gold" / f"{number}.json", "--json"
    )
    figures = {name: figure["value"] for name, figure in json.loads(printed).items()}
    floors = {
        "documents F1, title exact": 0.9,
        "document stage accuracy": 0.97,
        "document number accuracy": 0.95,
        "document issued_on accuracy": 0.95,
        "document effective_on accuracy": 0.95,
        "targets F1, by + value + unit": 0.9,
    }
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}
