"""The sample issues, read once for all tests, and a way to store them."""

import pytest

from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.transcript import as_json
from bulletin.models import Article
from samples.press.editions import EDITIONS
from tests import reference
from tests.readings import settle


@pytest.fixture(scope="session")
def sample_readings():
    """The readings of the sample issues by 总期号."""
    return {edition.total_number: as_json(parse(edition.text_path)) for edition in EDITIONS}


@pytest.fixture(scope="session")
def stored():
    """What storing issues in an order made of the tables, for the next test that wants the same."""
    return {}


@pytest.fixture
def store_samples(reference_tables, sample_readings, stored):
    """Store the sample issues of these numbers, in this order; for real the first time, then by copying."""

    def store(*numbers):
        numbers = numbers or tuple(sorted(sample_readings))
        if numbers in stored:
            reference.paste(stored[numbers])
            return
        before = reference.copied()
        for number in numbers:
            settle(sample_readings[number])
        stored[numbers] = {table: rows for table, rows in reference.copied().items() if rows != before[table]}

    return store


@pytest.fixture
def sample_article():
    """One article of what is stored, by its place."""
    return lambda number, order: Article.objects.get(issue__total_number=number, order=order)
