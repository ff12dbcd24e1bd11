"""Many files through real workers: nobody looks on, and neither order nor number of workers matters."""

import random

import pytest
from django.db import connection

from bulletin.models import Article, Issue
from bulletin.uploads import Doubt, Upload
from tests import pdfs
from tests.processes import database_url, environment, run, worker

pytestmark = pytest.mark.slow
FILES = 10
BAD = 4


def press(folder):
    """Six issues, and four files that are none."""
    folder.mkdir()
    for number in range(971, 971 + FILES - BAD):
        (folder / f"{number}.pdf").write_bytes(pdfs.issue(number, articles=4, paragraphs=3))
    for name, make in (
        ("locked", pdfs.encrypted),
        ("loop", pdfs.loop),
        ("empty", bytes),
        ("none", pdfs.without_pages),
    ):
        (folder / f"{name}.pdf").write_bytes(make())


def rows():
    """All that was stored, without keys and moments."""
    return {
        "issues": list(
            Issue.objects.order_by("total_number").values_list("total_number", "issued_on", "contents")
        ),
        "articles": list(
            Article.objects.order_by("issue__total_number", "order").values_list(
                "issue__total_number", "order", "title", "section__name", "page", "source_names",
                "source_url", "body", "places",
            )
        ),
        "doubts": sorted(
            Doubt.objects.values_list("issue__total_number", "article__order", "rule", "message", "evidence"),
            key=str,
        ),
        "uploads": sorted(Upload.objects.values_list("name", "state", "error")),
    }  # fmt: skip


def read_all(folder, tmp_path, workers, luck):
    """Hand the files in, in some order, with so many workers; answer what was stored."""
    files = sorted(folder.iterdir())
    random.Random(luck).shuffle(files)  # noqa: S311  an order to be repeated
    env = {**environment(tmp_path / "var", DATABASE_URL=database_url()), "WORKER_CONCURRENCY": str(workers)}
    env["DJANGO_SETTINGS_MODULE"] = "bulletin.settings"
    env["READING_LIMIT_MB"] = "400"
    with worker(env, tmp_path / "worker.log"):
        done = run("manage.py", "ingest", *map(str, files), "--wait", "--timeout", "300", env=env)
    assert f"[{len(files)}/{len(files)}]" in done.stdout, done.stdout
    connection.close()
    return rows()


def test_order_and_number_of_workers_do_not_change_the_result(
    transactional_db, tmp_path, django_db_reset_sequences
):
    folder = tmp_path / "files"
    press(folder)
    (tmp_path / "two").mkdir()
    two = read_all(folder, tmp_path / "two", workers=2, luck=1)
    assert len(two["issues"]) == FILES - BAD
    assert len(two["articles"]) == 4 * (FILES - BAD)
    failed = {name: error for name, state, error in two["uploads"] if state == "failed"}
    assert failed.keys() == {"locked.pdf", "loop.pdf", "empty.pdf", "none.pdf"}
    assert (failed["locked.pdf"], failed["empty.pdf"], failed["none.pdf"]) == (
        "encrypted-pdf",
        "empty-file",
        "no-pages",
    )
    for model in (Upload, Issue):
        model.objects.all().delete()
    (tmp_path / "one").mkdir()
    one = read_all(folder, tmp_path / "one", workers=1, luck=2)
    failed_by_memory = {"loop.pdf"}  # whether it ends by memory or by clock is the machine's affair
    for outcome in (one, two):
        outcome["uploads"] = [row for row in outcome["uploads"] if row[0] not in failed_by_memory]
    assert one == two
