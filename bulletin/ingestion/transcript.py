"""A parsed issue as plain JSON: what `parse_issue` prints, an upload keeps, and the store writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bulletin.ingestion.shapes import Assignment, Block, Doubt, ParsedArticle, ParsedIssue, Place
from policies.recognition.article import details

Json = dict[str, Any]


def as_json(issue: ParsedIssue) -> Json:
    """The issue in the shape of the gold labels, with where everything stands and what is doubtful."""
    return {
        "file": issue.file,
        "publication": issue.publication,
        "date": issue.date,
        "number": issue.number,
        "total_number": issue.total_number,
        "cover_headline": issue.cover_headline,
        "masthead": {label: list(names) for label, names in issue.masthead.items()},
        "toc": [
            {"section": e.section, "page": e.page, "title": e.title, "place": _place(e.place)}
            for e in issue.toc
        ],
        "articles": [_article(article) for article in issue.articles],
        "doubts": [_doubt(doubt) for doubt in issue.doubts],
        "assignments": [_assignment(one) for one in issue.assignments],
        "text": issue.text,
    }


def _article(article: ParsedArticle) -> Json:
    return {
        "order": article.order,
        "section": article.section,
        "page": article.page,
        "in_toc": article.in_toc,
        "title": article.title,
        "body": [_block(block) for block in article.body],
        "source": list(article.source),
        "source_url": article.source_url,
        "places": {name: [_place(place) for place in places] for name, places in article.places.items()},
        "doubts": [_doubt(doubt) for doubt in article.doubts],
        **details(article.about),
    }


def _block(block: Block) -> Json:
    shown: Json = {"kind": block.kind, "text": block.text}
    if block.rows:
        shown["rows"] = [list(row) for row in block.rows]
    return shown | {"bullet": block.bullet, "places": [_place(place) for place in block.places]}


def _doubt(doubt: Doubt) -> Json:
    return asdict(doubt) | {"place": _place(doubt.place) if doubt.place else None}


def _place(place: Place) -> Json:
    """The box is left out where the source has none."""
    shown = asdict(place)
    if place.box is None:
        del shown["box"]
    return shown


def _assignment(one: Assignment) -> Json:
    return {"start": one.start, "end": one.end, "role": one.role, "article": one.article}
