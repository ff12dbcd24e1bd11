"""The portal's worker, which halts at a stage of the reading for as long as a file is there.

For tests alone, that kill it there: `celery -A tests.slow_worker worker`, with HALT_AT (JSON: name of a
file → stage) and HALT_WHILE (a path) in the environment. It halts at a stage that the reading reports, at
"written" (inside the transaction) or "stored" (behind it).
"""

import json
import os
import time
from functools import wraps
from pathlib import Path

import django

django.setup()

from bulletin.celery import app  # noqa: E402, F401
from bulletin.ingestion import store  # noqa: E402

STAGES, HOLD = json.loads(os.environ["HALT_AT"]), Path(os.environ["HALT_WHILE"])


def halting(function, file_and_stage):
    @wraps(function)
    def halted(*args):
        result = function(*args)
        name, stage = file_and_stage(*args)
        if STAGES.get(name) == stage:
            HOLD.with_suffix(f".{name}").touch()
            while HOLD.exists():
                time.sleep(0.05)
        return result

    return halted


store.Heart.report = halting(store.Heart.report, lambda heart, stage, *_: (heart.upload.name, stage))
store._write = halting(store._write, lambda upload, *_: (upload.name, "written"))
store.settle = halting(store.settle, lambda upload, *_: (upload.name, "stored"))
