"""The agreed reading of an issue, by construction from its source: the shape of a hand-labelled gold file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from .issue import MASTHEAD, PUBLICATION, Article, Block, Issue

DOCUMENT_FIELDS = ("title", "number", "stage", "issued_on", "effective_on")
KINDS = {"bullet": "p"}  # a list item reads as a paragraph


def agreed_reading(issue: Issue, pages: dict[int, int]) -> dict[str, Any]:
    """`pages` gives the printed page of each article, by its order."""
    return {
        "file": f"{issue.total_number}.txt",
        "publication": PUBLICATION,
        "date": issue.date.isoformat(),
        "number": issue.number,
        "total_number": issue.total_number,
        "cover_headline": issue.headline,
        "masthead": MASTHEAD,
        "toc": [
            {"section": section, "page": pages[article.order], "title": article.toc_title}
            for section, articles in issue.contents()
            for article in articles
        ],
        "articles": [_article(article, pages) for article in issue.articles],
    }


def as_text(reading: dict[str, Any]) -> str:
    return json.dumps(reading, ensure_ascii=False, indent=1) + "\n"


def _article(article: Article, pages: dict[int, int]) -> dict[str, Any]:
    in_toc = article.toc_title is not None
    labels = dict(article.labels)
    for key in ("documents", "documents_optional"):
        labels[key] = [_document(document) for document in labels[key]]
    return {
        "order": article.order,
        "section": article.section,
        "page": pages[article.order] if in_toc else None,
        "in_toc": in_toc,
        "title": article.title,
        "body": [_block(block) for block in article.blocks],
        "source": list(article.source),
        "source_url": article.url or None,
        **labels,
    }


def _block(block: Block) -> dict[str, Any]:
    read: dict[str, Any] = {"kind": KINDS.get(block.kind, block.kind), "text": block.plain}
    if block.rows:
        read["rows"] = [list(row) for row in block.rows]
    return read


def _document(document: dict[str, Any]) -> dict[str, Any]:
    filled = {field: document.get(field) for field in DOCUMENT_FIELDS}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in filled.items()}
