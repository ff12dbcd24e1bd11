"""House checks: what a newsroom looks for in every article, found in its title and paragraphs.

They work on plain text, so that what was read and what an editor has just typed are checked alike. A finding
quotes the piece it is about, long enough to stand only once in the article, and where a machine can mend it
says what should stand there instead: accepting replaces the one by the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bulletin.ingestion.checks.counting import miscounted
from bulletin.ingestion.checks.dating import impossible_dates, in_force_too_early
from bulletin.ingestion.checks.fault import Fault
from bulletin.ingestion.checks.setting import half_width, stray_and, traditional, unbalanced
from bulletin.ingestion.shapes import Doubt, ParsedArticle, ParsedIssue, Place, Severity

_OF_TEXT: tuple[Callable[[str], Iterator[Fault]], ...] = (
    half_width,
    stray_and,
    traditional,
    unbalanced,
    impossible_dates,
    in_force_too_early,
)
_OF_BODY: tuple[Callable[[str], Iterator[Fault]], ...] = (miscounted,)
RULES = (
    "half-width-punctuation",
    "stray-and",
    "traditional-character",
    "unbalanced-marks",
    "impossible-date",
    "in-force-before-issue",
    "count-differs",
    "series-broken",
    "total-differs",
)
TITLE = -1  # stands for the title where paragraphs are counted
_CONTEXT = 6  # characters on either side of a fault that are quoted with it
_NEAR = 60  # faults of one rule this near are one finding


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `evidence` stands once in the text named; `proposal` is what should stand in its place."""

    rule: str
    severity: Severity
    message: str
    evidence: str
    proposal: str  # empty where only a person can tell
    block: int  # counts the paragraphs from 0; TITLE
    start: int  # of the evidence in that text


def check(title: str, paragraphs: Sequence[str]) -> list[Found]:
    """All that is found in one article."""
    whole = "\n".join((title, *paragraphs))
    found = [_title_finding(each, title) for each in _found_in(title, TITLE, whole)]
    for index, text in enumerate(paragraphs):
        found += _found_in(text, index, whole)
    body = "\n".join(paragraphs)
    for fault in (fault for check in _OF_BODY for fault in check(body)):
        index = body.count("\n", 0, fault.start)
        begin = body.rfind("\n", 0, fault.start) + 1
        text = paragraphs[index]
        end = min(fault.end - begin, len(text))
        found.append(_quoted([fault._replace(start=fault.start - begin, end=end)], text, index, whole))
    return found


def examine(issue: ParsedIssue) -> ParsedIssue:
    """The issue with what the house checks find, as doubts of its articles."""
    return replace(issue, articles=tuple(_examined(article, issue.text) for article in issue.articles))


def _examined(article: ParsedArticle, source: str) -> ParsedArticle:
    doubts = []
    for found in check(article.title, [block.text for block in article.body]):
        field = "title" if found.block == TITLE else "body"
        places = article.places.get("title", ()) if field == "title" else article.body[found.block].places
        place = _place(found.evidence, places, source)
        doubts.append(
            Doubt(found.rule, found.severity, found.message, found.evidence, place, field, found.proposal)
        )
    return replace(article, doubts=(*article.doubts, *doubts))


def _place(evidence: str, places: Iterable[Place], source: str) -> Place | None:
    """Where the evidence stands in the source: exactly, or as near as the paragraph's places tell."""
    first = None
    for place in places:
        at = source.find(evidence, place.start, place.end)
        if at >= 0:
            return replace(place, start=at, end=at + len(evidence))
        first = first or place
    return first


def _found_in(text: str, index: int, whole: str) -> Iterator[Found]:
    for check in _OF_TEXT:
        near: list[Fault] = []
        for fault in check(text):
            if near and fault.start - near[-1].end > _NEAR:
                yield _quoted(near, text, index, whole)
                near = []
            near.append(fault)
        if near:
            yield _quoted(near, text, index, whole)


def _quoted(faults: Sequence[Fault], text: str, index: int, whole: str) -> Found:
    """Neighbouring faults of one rule with the words around them, as many as it takes to stand only once."""
    start = max(0, faults[0].start - _CONTEXT)
    end = min(len(text), faults[-1].end + _CONTEXT)
    while whole.count(text[start:end]) > 1 and (start > 0 or end < len(text)):
        start, end = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    mended, at = "", start
    for fault in faults:
        if fault.mend is None:
            mended, at = "", end
            break
        mended += text[at : fault.start] + fault.mend
        at = fault.end
    proposal = mended + text[at:end]
    first = faults[0]
    return Found(first.rule, first.severity, first.message, text[start:end], proposal, index, start)


def _title_finding(found: Found, title: str) -> Found:
    """A title is mended whole."""
    end = found.start + len(found.evidence)
    proposal = title[: found.start] + found.proposal + title[end:] if found.proposal else ""
    return replace(found, evidence=title, proposal=proposal, start=0)
