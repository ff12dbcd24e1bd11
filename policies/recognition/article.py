"""One article read whole: its regions, issuing bodies, documents and targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any

from policies.recognition.authority import Authority, load_authority
from policies.recognition.bodies import BodyFinding, issuers, recognise_bodies
from policies.recognition.documents import Document, recognise_documents
from policies.recognition.linking import LinkDocument, LinkRecord
from policies.recognition.tables import Table, table_targets
from policies.recognition.targets import PLAN_KINDS, Target, recognise_targets
from regions.gazetteer import Gazetteer, load_gazetteer
from regions.recognition import RegionFinding, recognise_regions, setting_of


@dataclass(frozen=True, slots=True)
class Names:
    """The reference data that recognition reads by: places and issuing bodies."""

    gazetteer: Gazetteer
    authority: Authority


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an article is about. Paragraph numbers in the evidence count the paragraphs that were given."""

    regions: tuple[RegionFinding, ...] = ()
    bodies: tuple[BodyFinding, ...] = ()
    documents: tuple[Document, ...] = ()
    targets: tuple[Target, ...] = ()


@cache
def load_names() -> Names:
    """The tables that the project keeps, read once."""
    return Names(load_gazetteer(), load_authority())


def recognise(
    title: str,
    paragraphs: Sequence[str],
    written_on: date | None,
    names: Names,
    *,
    source_names: Sequence[str] = (),
    home: str = "520000",
    section: str = "",
    tables: Mapping[int, Table] | None = None,
) -> Recognised:
    """Read one article. Empty paragraphs keep the numbering and hold nothing; so may those of `tables`.

    written_on: the day of the issue; dates without a year are read against it. home, section: see setting_of.
    """
    setting = setting_of(title, paragraphs, names.gazetteer, home=home, section=section)
    bodies = recognise_bodies(title, paragraphs, source_names, names.authority, names.gazetteer, setting)
    regions = recognise_regions(
        title, paragraphs, names.gazetteer, home=home, section=section, bodies=issuers(bodies)
    )
    documents = recognise_documents(title, paragraphs, written_on)
    targets = recognise_targets(title, paragraphs, written_on, documents)
    told = {(target.by, str(target.value), target.unit) for target in targets}
    in_tables = table_targets(
        tables or {},
        written_on.year if written_on else None,
        of_plan=any(document.kind in PLAN_KINDS and document.stage != "报告" for document in documents),
        reports=bool(documents) and all(document.stage == "报告" for document in documents),
    )
    targets += tuple(t for t in in_tables if (t.by, str(t.value), t.unit) not in told)
    return Recognised(tuple(regions), tuple(bodies), documents, targets)


def labels(found: Recognised) -> dict[str, Any]:
    """The findings in the shape of the hand-made labels: plain codes and names, dates as ISO text."""
    return {
        "regions": [finding.code for finding in found.regions],
        "bodies": [finding.label for finding in found.bodies],
        "documents": [
            {
                "title": document.title,
                "number": document.number,
                "stage": document.reported_stage,
                "issued_on": document.issued_on and document.issued_on.isoformat(),
                "effective_on": document.effective_on and document.effective_on.isoformat(),
            }
            for document in found.documents
        ],
        "targets": [
            {"by": target.by, "value": target.value, "unit": target.unit, "text": target.text}
            for target in found.targets
        ],
    }


def details(found: Recognised) -> dict[str, Any]:
    """Everything that was found, as plain JSON: the labels, and with each fact its sentence and confidence.

    Documents and targets carry it themselves; that of regions and bodies stands in "findings".
    """
    told = labels(found)
    told["documents"] = [
        label | _document(document)
        for label, document in zip(told["documents"], found.documents, strict=True)
    ]
    told["targets"] = [
        label
        | {
            "indicator": target.indicator,
            "comparator": target.comparator,
            "evidence": asdict(target.evidence),
        }
        for label, target in zip(told["targets"], found.targets, strict=True)
    ]
    told["findings"] = {
        "regions": [asdict(finding) for finding in found.regions],
        "bodies": [asdict(finding) for finding in found.bodies],
    }
    return told


def _document(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "kind": document.kind,
        "event": document.stage,
        "comments_until": document.comments_until and document.comments_until.isoformat(),
        "valid_until": document.valid_until and document.valid_until.isoformat(),
        "validity": document.validity,
        "other_titles": list(document.other_titles),
        "citations": [asdict(citation) for citation in document.citations],
        "evidence": {field: asdict(place) for field, place in document.evidence.items()},
    }


def link_record(key: str, found: Recognised, text: str, published_on: date | None) -> LinkRecord:
    """What linking needs to know of an article."""
    return LinkRecord(
        key,
        tuple(
            LinkDocument(
                (document.name, *document.other_titles),
                document.number,
                document.reported_stage,
                document.issued_on,
            )
            for document in found.documents
        ),
        frozenset(finding.code for finding in found.regions),
        frozenset(finding.name for finding in found.bodies),
        text,
        published_on,
    )
