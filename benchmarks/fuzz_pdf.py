"""Give the reader thousands of broken PDFs and see that each ends in a reading or in an error with a name.

    python benchmarks/fuzz_pdf.py --count 2000 --seed 1 samples/*.pdf

Prints the counts by outcome and exits with 1 if any reading hung, any fault of our own came up, a warm
process died, or a folder or process was left behind.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bulletin.ingestion import sandbox
from bulletin.ingestion.errors import UnreadableFile
from tests import pdfs

LIMITS = sandbox.Limits(seconds=60, megabytes=600)
HUNG_SECONDS = LIMITS.seconds + 15
NUMBER = re.compile(rb"\d+")
NAME = re.compile(rb"/[A-Za-z]{2,}")
ODD_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e38")


def mutated(content: bytes, others: list[bytes], luck: random.Random) -> bytes:
    """The file with one to six faults."""
    out = bytearray(content)
    for _ in range(luck.randint(1, 6)):
        luck.choice((_flip, _cut, _repeat, _splice, _end, _renumber, _rename, _fill))(out, others, luck)
        if not out:
            break
    return bytes(out)


def _span(out: bytearray, luck: random.Random, most: int = 4096) -> slice:
    at = luck.randrange(len(out))
    return slice(at, min(len(out), at + luck.randint(1, most)))


def _flip(out, others, luck):
    for _ in range(luck.randint(1, 64)):
        out[luck.randrange(len(out))] = luck.randrange(256)


def _cut(out, others, luck):
    del out[_span(out, luck)]


def _repeat(out, others, luck):
    span = _span(out, luck)
    out[span.start : span.start] = out[span] * luck.randint(1, 20)


def _splice(out, others, luck):
    other = luck.choice(others)
    at = luck.randrange(len(other))
    out[_span(out, luck)] = other[at : at + luck.randint(1, 4096)]


def _end(out, others, luck):
    del out[luck.randrange(len(out)) :]


def _fill(out, others, luck):
    span = _span(out, luck, 512)
    out[span] = luck.choice((b"[", b"<<", b"\0", b"(", b"obj ", b"\xff")) * (span.stop - span.start)


def _renumber(out, others, luck):
    _replace(out, NUMBER, lambda: luck.choice(ODD_NUMBERS), luck)


def _rename(out, others, luck):
    names = (b"/Kids", b"/Length", b"/Parent", b"/Filter", b"/Contents", b"/Type", b"/Font", b"/W", b"/Width")
    _replace(out, NAME, lambda: luck.choice(names), luck)


def _replace(out, pattern, new, luck):
    found = list(pattern.finditer(out))
    for match in sorted(luck.sample(found, min(len(found), 4)), key=lambda each: -each.start()):
        out[match.start() : match.end()] = new()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--keep", type=Path, help="a folder for the files that showed a fault")
    given = arguments.parse_args()
    seeds = [path.read_bytes() for path in given.files]
    seeds += [pdfs.issue(901, articles=4, paragraphs=3), pdfs.loop(), pdfs.with_actions("http://127.0.0.1/")]
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    warm: set[int] = set()
    lock = threading.Lock()

    def read(index: int) -> None:
        nonlocal slowest
        luck = random.Random(given.seed * 1_000_003 + index)  # noqa: S311  to be repeated, not to be secret
        content = mutated(luck.choice(seeds), seeds, luck)
        path = Path(folder) / f"{index}.pdf"
        path.write_bytes(content)
        began = time.monotonic()
        try:
            sandbox.read_issue(path, LIMITS)
            outcome = "read"
        except UnreadableFile as error:
            outcome = error.code
        except sandbox.ReaderFault as error:
            outcome = "our own fault"
            faults.append(f"{index}: {str(error).strip().splitlines()[-1]}")
            if given.keep:
                given.keep.mkdir(exist_ok=True)
                (given.keep / path.name).write_bytes(content)
        took = time.monotonic() - began
        path.unlink()
        with lock:
            outcomes[outcome] += 1
            slowest = max(slowest, took)
            warm.update(each.pid for each in psutil.Process().children())
            if took > HUNG_SECONDS:
                faults.append(f"{index}: hung for {took:.0f} s")

    began = time.monotonic()
    leftovers = Path(tempfile.gettempdir())
    before = set(leftovers.glob("bulletin-reading-*"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.workers) as workers:
        list(workers.map(read, range(given.count)))
    took = time.monotonic() - began
    left = set(leftovers.glob("bulletin-reading-*")) - before
    grandchildren = [child for each in psutil.Process().children() for child in each.children(recursive=True)]
    say = sys.stdout.write
    say(f"{given.count} files, seed {given.seed}, {took:.0f} s, slowest {slowest:.1f} s\n")
    for outcome, count in outcomes.most_common():
        say(f"{count:6} {outcome}\n")
    say(f"warm processes used {len(warm)}, left: {len(left)} folders, {len(grandchildren)} processes\n")
    for fault in faults:
        say(f"FAULT {fault}\n")
    return int(bool(faults or left or grandchildren or len(warm) > given.workers))


if __name__ == "__main__":
    sys.exit(main())
