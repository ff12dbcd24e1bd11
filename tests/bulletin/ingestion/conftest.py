"""Texts of our own for the tests of the reader, and a way to read a text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.shapes import ParsedIssue

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[[str | bytes], ParsedIssue]:
    """Reads a text as if it had been handed in as a file."""

    def parse_text(text: str | bytes) -> ParsedIssue:
        path = tmp_path / "handed-in"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return parse(path)

    return parse_text
