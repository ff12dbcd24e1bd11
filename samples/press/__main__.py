"""Make the sample issues from their sources: PDF, text, agreed reading. Run: python -m samples.press"""

from __future__ import annotations

from .editions import EDITIONS
from .issue import load
from .reading import agreed_reading
from .reading import as_text as reading_as_text
from .text import as_text
from .typeset import typeset


def main() -> None:
    for edition in EDITIONS:
        issue = load(edition.source_path)
        pdf, pages = typeset(issue, edition.layout)
        edition.pdf_path.write_bytes(pdf)
        edition.text_path.write_text(as_text(issue, pages, edition.flavour), encoding="utf-8")
        edition.reading_path.write_text(reading_as_text(agreed_reading(issue, pages)), encoding="utf-8")
        made = f"{edition.total_number}: {len(issue.articles)} articles, {len(pdf) // 1024} KB"
        print(f"{made}, {edition.layout.name}")  # noqa: T201 - what a person waits for


if __name__ == "__main__":
    main()
