"""How search asks the database: no statement takes long, and all of one answer together neither."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import OperationalError, connection

TIMEOUT_MS = 3000  # for all statements of one answer

# In force for one statement alone: the planner does not guess.
_SETTINGS = "SET LOCAL jit = off; SET LOCAL enable_seqscan = off; "
_left_ms: ContextVar[float | None] = ContextVar("left_ms", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """The statements inside take TIMEOUT_MS together; then they are stopped with OperationalError."""
    if _left_ms.get() is not None:  # part of an answer that is bounded already
        yield
        return
    token = _left_ms.set(TIMEOUT_MS)
    try:
        yield
    finally:
        _left_ms.reset(token)


def rows(sql: str, values: Sequence, walk: bool = False) -> list[tuple]:
    """walk: follow an ordinary index; otherwise only the one on tokens is of use."""
    left = _left_ms.get()
    if left is not None and left < 1:
        raise OperationalError("检索超时")
    limit = f"SET LOCAL statement_timeout = {int(left or TIMEOUT_MS)}; "
    walking = f"SET LOCAL enable_indexscan = {'on' if walk else 'off'}; "
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(limit + _SETTINGS + walking + sql, values)
        found = cursor.fetchall()
    if left is not None:
        _left_ms.set(left - (time.monotonic() - began) * 1000)
    return found
