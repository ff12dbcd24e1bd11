"""The stages in order: a file is read, its lines become an issue, its articles are told and checked."""

from __future__ import annotations

from pathlib import Path

from bulletin.ingestion.checks import examine
from bulletin.ingestion.enrichment import enrich
from bulletin.ingestion.reading import DEFAULT_LIMIT, read_source
from bulletin.ingestion.shapes import ParsedIssue, Report
from bulletin.ingestion.structure import build_issue
from policies.recognition.article import load_names


def parse(
    path: Path, report: Report | None = None, *, name: str = "", limit: int = DEFAULT_LIMIT
) -> ParsedIssue:
    """Read a bulletin file. Raises UnreadableFile if no issue can be read; lesser troubles are in `doubts`.

    report: called as the work goes on with the stage ("reading", "articles"; "recognising" before each page
    whose text is read off its image), the units done and in all, and the titles found since the last call.
    name: the file's name as the editor knows it; the path's own by default.
    limit: the greatest size in bytes.
    """
    if report:
        report("reading", 0, 1, [])
    source = read_source(path, limit, report)
    if report:
        report("reading", 1, 1, [])
    return examine(enrich(build_issue(source, name or path.name, report), load_names()))
