"""What a single check hands on."""

from __future__ import annotations

from typing import NamedTuple

from bulletin.ingestion.shapes import Severity


class Fault(NamedTuple):
    """One fault at its place in the text that was given to the check."""

    rule: str
    severity: Severity
    message: str
    start: int
    end: int
    mend: str | None = None  # what should stand there; None where only a person can tell
