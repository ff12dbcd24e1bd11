"""Readings must not depend on the layout: our samples are set in layouts of every kind, and read back."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bulletin.ingestion.characters import key
from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.shapes import ParsedArticle
from bulletin.ingestion.transcript import as_json
from tests.bulletin.ingestion.typesetting import LAYOUTS, Layout, typeset

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "sample"),
    list(zip(LAYOUTS, cycle(["222", "241"]), strict=False)),
    ids=lambda each: getattr(each, "name", each),
)
def test_an_issue_reads_the_same_in_every_layout(
    layout: Layout, sample: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    expected = json.loads((SAMPLES / f"{sample}.json").read_text())
    target = tmp_path / "issue.pdf"
    typeset(expected, layout, target, lambda: request.getfixturevalue("browser"))

    issue = parse(target)

    assert [(entry.section, entry.page, key(entry.title)) for entry in issue.toc] == [
        (entry["section"], entry["page"], key(entry["title"])) for entry in expected["toc"]
    ]
    assert [told(article) for article in as_json(issue)["articles"]] == [
        told(article) for article in expected["articles"]
    ]
    for article in issue.articles:
        assert_placed(article, issue.text)


def told(article: dict[str, Any]) -> dict[str, Any]:
    """What an editor would compare: words and addresses, not spaces."""
    return {
        "title": key(article["title"]),
        "section": article["section"],
        "source": [key(name) for name in article["source"]],
        "source_url": article["source_url"],
        "body": [key(block["text"]) for block in article["body"]],
        "rows": [
            [[key(cell) for cell in row] for row in block["rows"]]
            for block in article["body"]
            if block["kind"] == "table"
        ],
    }


def assert_placed(article: ParsedArticle, text: str) -> None:
    """Title and blocks stand on a page, in a box of some size, where the text says they do."""
    places = [*article.places["title"], *(place for block in article.body for place in block.places)]
    for place in places:
        assert place.page > 0
        assert place.box is not None
        assert place.box.right > place.box.left
        assert place.box.bottom > place.box.top
    first = article.places["title"][0]
    assert key(article.title).startswith(key(text[first.start : first.end]))
