"""Articles → what they are about: regions, issuing bodies, documents and targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bulletin.ingestion.shapes import Doubt, ParsedArticle, ParsedIssue, Severity
from policies.recognition.article import Names, Recognised, recognise
from policies.recognition.passages import Evidence
from policies.recognition.tables import Table

# Below this a fact is shown to an editor as doubtful, with its reason.
DOUBTFUL = 0.7


def enrich(issue: ParsedIssue, names: Names) -> ParsedIssue:
    """The issue with what each article is about. What is doubtful joins the article's doubts."""
    written_on = date.fromisoformat(issue.date) if issue.date else None
    return replace(issue, articles=tuple(_enriched(article, written_on, names) for article in issue.articles))


def _enriched(article: ParsedArticle, written_on: date | None, names: Names) -> ParsedArticle:
    # Tables and captions are no prose; an empty paragraph keeps the count of the blocks.
    paragraphs = [block.text if block.kind in ("p", "h") else "" for block in article.body]
    about = recognise(
        article.title,
        paragraphs,
        written_on,
        names,
        source_names=article.source,
        section=article.section,
        tables={
            place: Table(block.text, block.rows) for place, block in enumerate(article.body) if block.rows
        },
    )
    return replace(article, about=about, doubts=article.doubts + tuple(_doubts(article, about)))


def _doubts(article: ParsedArticle, about: Recognised) -> Iterator[Doubt]:
    for document in about.documents:
        title = document.evidence.get("title")
        if title and title.confidence < DOUBTFUL:
            yield _doubt(
                "doubtful-document",
                "medium",
                f"《{document.name}》是否本篇所述文件存疑：{title.reason}",
                title,
                article,
            )
        stage = document.evidence.get("stage")
        if stage and stage.reason:
            message = f"《{document.name}》的阶段（{document.stage}）存疑：{stage.reason}"
            yield _doubt("doubtful-stage", "medium", message, stage, article)
    for target in about.targets:
        if target.evidence.confidence < DOUBTFUL:
            message = f"“{target.text}”是否一项目标存疑：{target.evidence.reason}"
            yield _doubt("doubtful-target", "low", message, target.evidence, article)


def _doubt(rule: str, severity: Severity, message: str, found: Evidence, article: ParsedArticle) -> Doubt:
    """A doubt with the quoted sentence; its place is that of the paragraph in the source."""
    places = article.places.get("title", ()) if found.paragraph < 0 else article.body[found.paragraph].places
    field = "targets" if rule == "doubtful-target" else "documents"
    return Doubt(rule, severity, message, found.sentence, places[0] if places else None, field)
