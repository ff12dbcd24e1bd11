"""A hundred issues of thirty pages through real workers: how long each takes, and what memory does.

    DATABASE_URL=postgres://… python benchmarks/many.py --files 100 --workers 2 [--alone FILE …]

The database must be empty and the portal's own; the issues are made for the run. `--alone` names PDFs that
are handed in one by one before, while nothing else is read: seconds from upload to 待审.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import django
import psutil
from django.core.files import File

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests import pdfs  # noqa: E402
from tests.processes import environment, family, run, worker  # noqa: E402

FIRST = 1001  # 总期号 of the first made issue


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--files", type=int, default=100)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1, help="of the order in which they come")
    arguments.add_argument("--alone", type=Path, nargs="*", default=[])
    given = arguments.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {
            **environment(folder / "var", DATABASE_URL=os.environ["DATABASE_URL"]),
            "WORKER_CONCURRENCY": str(given.workers),
            "DJANGO_SETTINGS_MODULE": "bulletin.settings",
        }
        run("manage.py", "migrate", env=env)
        for command in ("load_regions", "load_bodies"):
            run("manage.py", command, env=env)
        os.environ.update(env)
        django.setup()
        (folder / "issues").mkdir()
        numbers = list(range(FIRST, FIRST + given.files))
        random.Random(given.seed).shuffle(numbers)  # noqa: S311  an order to be repeated
        for place, number in enumerate(numbers):
            (folder / "issues" / f"{place:04}.pdf").write_bytes(pdfs.issue(number))
        with worker(env, folder / "worker.log") as process:
            for path in given.alone:
                say(_alone(path.resolve(), process.pid))
            memory: list[float] = []
            over = threading.Event()
            watcher = threading.Thread(target=_watch, args=(process.pid, memory, over))
            watcher.start()
            began = time.monotonic()
            ingest = [sys.executable, "manage.py", "ingest", str(folder / "issues"), "--wait"]
            ingest += ["--timeout", "7200"]
            done = subprocess.run(ingest, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
            took = time.monotonic() - began
            over.set()
            watcher.join()
        seconds = _seconds()
    pace = given.files / took * 60
    say(f"{given.files} issues, {given.workers} workers: {took:.0f} s, {pace:.1f} a minute\n")
    say(f"reading and storing one: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s\n")
    for name, some in (("first", seconds[:10]), ("last", seconds[-10:])):
        say(f"the {name} ten: median {statistics.median(some):.2f} s\n")
    say(f"what was stored: {_fingerprint()}\n")
    quarters = [memory[at * len(memory) // 4 : (at + 1) * len(memory) // 4] for at in range(4)]
    medians = ", ".join(f"{statistics.median(each):.0f}" for each in quarters)
    say(f"memory of the workers' whole family, median by quarters: {medians} MB, peak {max(memory):.0f} MB\n")
    if done.returncode:
        say(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode


def _alone(path: Path, worker_pid: int) -> str:
    """Hand one file in as the upload page does; its line of the report."""
    from bulletin import pictures, tasks
    from bulletin.uploads import Upload

    before = _processor_seconds(worker_pid)
    began = time.perf_counter()
    with path.open("rb") as file:
        upload, _ = Upload.objects.keep(File(file), path.name)
        tasks.send(upload)
    while upload.is_moving:
        time.sleep(0.01)
        upload.refresh_from_db()
    read = time.perf_counter() - began
    spent = _processor_seconds(worker_pid) - before
    pages = len(upload.reading["sheets"])
    pictures.page_picture(upload, 1, pictures.WIDTHS[0])
    shown = time.perf_counter() - began
    for page in range(2, pages + 1):
        pictures.page_picture(upload, page, pictures.WIDTHS[0])
    drawn = time.perf_counter() - began
    return (
        f"{path.name}, {pages} pages: {upload.get_state_display()} after {read:.2f} s ({spent:.2f} s of the"
        f" worker's processors), its first page shown after {shown:.2f} s, all pages after {drawn:.2f} s\n"
    )


def _seconds() -> list[float]:
    """From the claim to the end, an issue each, in the order in which they were stored."""
    from bulletin.uploads import Upload

    made = Upload.objects.filter(state="read", issue__total_number__gte=FIRST).order_by("finished_at")
    return [
        (each.finished_at - datetime.fromisoformat(each.progress["steps"][0][1])).total_seconds()
        for each in made
    ]


def _fingerprint() -> str:
    """The same for two runs that stored and know the same."""
    from tests.graphs import facts, graph

    return hashlib.sha256(repr((graph(), facts())).encode()).hexdigest()[:16]


def _processor_seconds(pid: int) -> float:
    """What the process and all below it have spent so far, those included that have ended."""
    return sum(sum(member.cpu_times()[:4]) for member in family(pid))


def _watch(pid: int, memory: list[float], over: threading.Event) -> None:
    while not over.wait(1):
        total = 0
        for member in family(pid):
            try:
                total += member.memory_full_info().uss  # what is its own: forks share the rest
            except psutil.Error:
                continue
        memory.append(total / (1 << 20))


if __name__ == "__main__":
    sys.exit(main())
