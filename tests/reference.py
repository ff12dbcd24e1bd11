"""Reference data under test. Migrations lay it once; a test with real transactions empties every table.

Django's own remedy reads all rows back from JSON before each such test, which takes seconds for a table of
regions. Here they are copied from a schema beside, in milliseconds.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import TransactionTestCase

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
OWN_APPS = ("bulletin", "policies", "regions")
COLUMNS = """
    SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""


def keep() -> dict[str, str]:
    """Copy every filled table aside; table → its columns."""
    kept = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS reference CASCADE")
        cursor.execute("CREATE SCHEMA reference")
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'CREATE TABLE reference."{table}" AS SELECT * FROM public."{table}"')
            if cursor.rowcount:
                cursor.execute(COLUMNS, [table])
                [kept[table]] = cursor.fetchone()
    return kept


def lay_aside(*tables: str) -> dict[str, str]:
    """Move the rows of these tables into a schema beside; table → its columns."""
    kept = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS aside CASCADE")
        cursor.execute("CREATE SCHEMA aside")
        for table in tables:
            cursor.execute(f'CREATE TABLE aside."{table}" AS SELECT * FROM public."{table}"')
            cursor.execute(COLUMNS, [table])
            [kept[table]] = cursor.fetchone()
        for table in reversed(tables):
            cursor.execute(f'DELETE FROM public."{table}"')
    return kept


def bring_back(kept: dict[str, str]) -> None:
    """Put the rows that were laid aside into their tables, within the test's own transaction."""
    with connection.cursor() as cursor, _triggers_resting(cursor):
        for table, columns in kept.items():
            cursor.execute(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM aside."{table}"')
        _count_on(cursor, kept)


def copied() -> dict[str, bytes]:
    """The rows of every table of our own apps as they are in this transaction, in PostgreSQL's own text."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in _own_models()):
            text = BytesIO()
            cursor.copy_expert(f"COPY {_with_columns(cursor, table)} TO STDOUT", text)
            rows[table] = text.getvalue()
    return rows


def paste(tables: dict[str, bytes]) -> None:
    """Make these tables what was copied of them, and count on from there."""
    with connection.cursor() as cursor, _triggers_resting(cursor):
        for table, rows in tables.items():
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.copy_expert(f"COPY {_with_columns(cursor, table)} FROM STDIN", BytesIO(rows))
        _count_on(cursor, tables)


@contextmanager
def _triggers_resting(cursor) -> Iterator[None]:
    """Rows that stood before need no check of their keys, and what triggers wrote of them is among them."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _count_on(cursor, tables: Iterable[str]) -> None:
    """Let the keys of new rows follow on those that are there, wherever another test left the sequences."""
    models_there = [model for model in _own_models() if model._meta.db_table in tables]
    for statement in connection.ops.sequence_reset_sql(no_style(), models_there):
        cursor.execute(statement)


def _own_models() -> list[type[models.Model]]:
    own = [model for label in OWN_APPS for model in apps.get_app_config(label).get_models(True)]
    return [model for model in own if model._meta.managed]


def _with_columns(cursor, table: str) -> str:
    cursor.execute(COLUMNS, [table])
    return f'"{table}" ({cursor.fetchone()[0]})'


def restore(kept: dict[str, str]) -> None:
    """Put the copies back, in any order: foreign keys are checked at the end of the transaction."""
    with transaction.atomic(), connection.cursor() as cursor, _triggers_resting(cursor):
        cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in kept) + " CASCADE")
        for table, columns in kept.items():
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM reference."{table}"'
            )
        # A test may have asked for sequences that begin anew.
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)
    ContentType.objects.clear_cache()


def survive_flushes(monkeypatch) -> None:
    """From now on a test with real transactions leaves the tables as the migrations did."""
    kept, empty = keep(), TransactionTestCase._fixture_teardown

    def empty_and_restore(case):
        empty(case)
        restore(kept)

    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_restore)
