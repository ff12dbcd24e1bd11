"""The reader of PDFs against the hand-made labels: three issues in three layouts, and one of them scanned."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from bulletin.ingestion.reading import ocr, read_source
from bulletin.ingestion.structure import build_issue
from bulletin.ingestion.transcript import as_json
from tests.bulletin.ingestion.test_scores import EXACT, scorer

TYPESET = [f"{issue}-{layout}" for issue in (215, 219, 237) for layout in ("word", "indesign", "twocolumn")]
# A page number of the contents may be lost on a scan; it is a doubt there.
PAGES_OF_TWO_ARTICLES = 7
EXACT_ON_A_SCAN = ("articles F1", "section accuracy", "title exact", "source F1", "source_url exact")


@cache
def read(shared: Path, name: str) -> tuple[dict[str, float], bool]:
    """The scorer's figures of a whole file, and whether the rows of all tables are exact."""
    path = shared / "bulletins" / "pdf" / f"{name}.pdf"
    return compared(shared, path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


def compared(shared: Path, path: Path, gold: dict[str, Any]) -> tuple[dict[str, float], bool]:
    """What the scorer says of a file, of as many articles as the labels have."""
    score = scorer(shared / "gold" / "score.py")
    found = as_json(build_issue(read_source(path), path.name))
    found["articles"] = found["articles"][: len(gold["articles"])]
    figures: dict[str, Any] = score.score(found, gold)
    values = {
        key: figure[0] if isinstance(figure, tuple) else figure.value() for key, figure in figures.items()
    }
    return values, tables(found, score.fold) == tables(gold, score.fold)


def tables(issue: dict[str, Any], fold: Any) -> list[list[list[str]]]:
    return [
        [[fold(cell) for cell in row] for row in block["rows"]]
        for article in issue["articles"]
        for block in article["body"]
        if block["kind"] == "table"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPESET)
def test_a_typeset_issue_is_read_as_the_labels_have_it(shared: Path, name: str) -> None:
    figures, rows_exact = read(shared, name)
    assert {figure: figures[figure] for figure in EXACT} == dict.fromkeys(EXACT, 1.0)
    assert figures["body character error rate"] <= 0.001
    assert figures["paragraph boundary F1"] >= 0.99
    assert figures["kind accuracy"] >= 0.97
    assert rows_exact


@pytest.mark.slow
@pytest.mark.skipif(not ocr.is_available(), reason="the extra in requirements-ocr.txt is not installed")
def test_a_scanned_issue_is_read_as_the_labels_have_it(shared: Path, tmp_path: Path) -> None:
    """Its beginning: a page takes ten seconds of processor. docs/reading-pdf.md has the whole."""
    whole = shared / "bulletins" / "pdf" / "219-scan.pdf"
    gold = json.loads(whole.with_suffix(".json").read_text(encoding="utf-8"))
    gold["articles"] = gold["articles"][:2]
    beginning = tmp_path / whole.name
    with pypdfium2.PdfDocument(whole) as scan, pypdfium2.PdfDocument.new() as cut:
        cut.import_pages(scan, pages=range(PAGES_OF_TWO_ARTICLES))
        cut.save(beginning)
    figures, _ = compared(shared, beginning, gold)
    assert {figure: figures[figure] for figure in EXACT_ON_A_SCAN} == dict.fromkeys(EXACT_ON_A_SCAN, 1.0)
    assert figures["body character error rate"] <= 0.015
