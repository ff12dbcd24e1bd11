"""The order of what is found, judged: for each query the article that a reader wants stands first.

The queries are ours; `issues` asks the developers' issues beside the clone, `samples` those of the portal.
"""

import json
from pathlib import Path

import pytest
from django.core.files import File

from bulletin.ingestion.store import ingest
from bulletin.models import Article, Issue
from bulletin.search.entries import refresh_counts
from bulletin.search.facets import as_asked
from bulletin.search.query import parse
from bulletin.uploads import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

JUDGED = json.loads(Path(__file__).with_name("judged_queries.json").read_text(encoding="utf-8"))
SAMPLES = Path(__file__).resolve().parents[3] / "samples"
WANTED = 0.9  # mean reciprocal rank


def take_in(*paths):
    """Read files and publish their issues, as the desk does."""
    for path in paths:
        with path.open("rb") as file:
            upload, _ = Upload.objects.keep(File(file), path.name)
        ingest(upload.pk)
    for issue in Issue.objects.all():
        issue.publish()
    refresh_counts()


def reciprocal_rank(typed, wanted):
    query, facets = as_asked(parse(typed), ())
    found = Article.objects.search(query, facets)
    places = [f"{article.issue.total_number}/{article.order}" for article in found.articles]
    return max((1 / (places.index(place) + 1) for place in wanted if place in places), default=0)


def mean_rank(judged):
    ranks = {typed: reciprocal_rank(typed, wanted) for typed, wanted in judged.items()}
    print({typed: rank for typed, rank in ranks.items() if rank < 1})  # noqa: T201  shown where it fails
    return sum(ranks.values()) / len(ranks)


def test_what_readers_of_the_issues_want_stands_first(shared, reference_tables):
    take_in(*sorted((shared / "bulletins").glob("*.txt")))
    assert len(JUDGED["issues"]) >= 40
    assert mean_rank(JUDGED["issues"]) >= WANTED


def test_what_readers_of_the_samples_want_stands_first(reference_tables):
    take_in(SAMPLES / "222.txt", SAMPLES / "228.txt", SAMPLES / "231.pdf", SAMPLES / "241.pdf")
    assert mean_rank(JUDGED["samples"]) >= WANTED
