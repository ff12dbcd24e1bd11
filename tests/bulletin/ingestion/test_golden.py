"""Agreed readings of issues of our own. UPDATE_GOLDEN=1 rewrites them; review the difference like code."""

import json
import os
from pathlib import Path

import pytest

from bulletin.ingestion.reading import read_source
from bulletin.ingestion.shapes import ParsedIssue
from bulletin.ingestion.structure import build_issue
from bulletin.ingestion.transcript import as_json

from .conftest import GOLDEN, SAMPLES

TEXTS = [*sorted(GOLDEN.glob("*.txt")), *sorted(SAMPLES.glob("*.txt"))]


def agreed(issue: ParsedIssue) -> dict[str, object]:
    """What an editor would check: everything but places, doubts by their rules alone."""
    whole = as_json(issue)
    articles = [
        {key: article[key] for key in ("order", "section", "page", "in_toc", "title", "source", "source_url")}
        | {"body": [{k: v for k, v in block.items() if k != "places"} for block in article["body"]]}
        | {"doubts": [doubt["rule"] for doubt in article["doubts"]]}
        for article in whole["articles"]
    ]
    fields = ("date", "number", "total_number", "cover_headline", "masthead")
    return {
        **{field: whole[field] for field in fields},
        "toc": [[entry["section"], entry["page"], entry["title"]] for entry in whole["toc"]],
        "articles": articles,
        "doubts": [doubt["rule"] for doubt in whole["doubts"]],
    }


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_the_reading_is_the_one_agreed_upon(path: Path):
    reading = agreed(build_issue(read_source(path), path.name))
    golden = GOLDEN / f"{path.stem}.json"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(json.dumps(reading, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert reading == json.loads(golden.read_text(encoding="utf-8"))
