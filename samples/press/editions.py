"""In which look, in which flavour of text, and where each sample issue appears."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .issue import SOURCES
from .text import Flavour, Markdown, Plain

SAMPLES = SOURCES.parent


@dataclass(frozen=True, slots=True)
class Layout:
    """One look of the bulletin. `accent` is its colour, for what is drawn and not styled."""

    name: str
    accent: str
    contents_page_first: bool = False


CLASSIC = Layout("classic", "#a5161d")
COLUMNS = Layout("columns", "#1d5d78")
MAGAZINE = Layout("magazine", "#1f6b4f", contents_page_first=True)


@dataclass(frozen=True, slots=True)
class Edition:
    """How an issue appears. Its text is a sample itself, or lies by its source for the tests."""

    total_number: int
    layout: Layout
    flavour: Flavour
    shipped_as_text: bool = False

    @property
    def source_path(self) -> Path:
        return SOURCES / f"{self.total_number}.yaml"

    @property
    def pdf_path(self) -> Path:
        return SAMPLES / f"{self.total_number}.pdf"

    @property
    def reading_path(self) -> Path:
        return SAMPLES / f"{self.total_number}.json"

    @property
    def text_path(self) -> Path:
        return (SAMPLES if self.shipped_as_text else SOURCES) / f"{self.total_number}.txt"


EDITIONS = (
    Edition(222, CLASSIC, Plain(), shipped_as_text=True),
    Edition(228, COLUMNS, Markdown(), shipped_as_text=True),
    Edition(231, MAGAZINE, Plain()),
    Edition(241, COLUMNS, Markdown()),
)
