"""What reading costs, measured on the same PDFs in one run. Prints the table of docs/performance.md.

    python benchmarks/ingest.py samples/*.pdf --runs 5

Bare extraction is PDFium's own text of every page, nothing else; QR decoding is rendering every page in grey
and looking for codes. Both are the floor that the whole reading is held against. All are processor seconds,
of this process and of the reader's, so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bulletin.ingestion import sandbox
from bulletin.ingestion.layout import lay_out
from bulletin.ingestion.reading import pdf
from bulletin.ingestion.reading.page_images import sheet_sizes

LIMITS = sandbox.Limits()
WIDTH = 800


def bare(path: Path) -> None:
    document = pypdfium2.PdfDocument(path)
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        text.get_text_bounded()
        text.close()
        page.close()
    document.close()


def codes(path: Path) -> None:
    document = pypdfium2.PdfDocument(path)
    for index in range(len(document)):
        page = document[index]
        bitmap = page.render(scale=pdf.CODE_DPI / pdf.POINTS, grayscale=True)
        image = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
        pdf.codes_in(image, 1)
        bitmap.close()
        page.close()
    document.close()


def lines(path: Path) -> None:
    lay_out(pdf.sheets_of(path))


def whole(path: Path) -> None:
    sandbox.read_issue(path, LIMITS)


def images(path: Path) -> None:
    for page in range(1, len(sheet_sizes(path)) + 1):
        sandbox.render(path, page, WIDTH, LIMITS)


def median_seconds(work: Callable[[Path], None], path: Path, runs: int) -> float:
    took = []
    for _ in range(runs):
        began = processor_seconds()
        work(path)
        took.append(processor_seconds() - began)
    return statistics.median(took)


def processor_seconds() -> float:
    """What this process and all below it have spent, those included that have ended."""
    below = psutil.Process().children(recursive=True)
    return time.process_time() + sum(sum(each.cpu_times()[:4]) for each in below)


def peak_megabytes(path: Path) -> float:
    usage = sandbox.Usage()
    sandbox.read_issue(path, LIMITS, usage=usage)
    return usage.peak_megabytes


def processor() -> str:
    found = [row for row in Path("/proc/cpuinfo").read_text().splitlines() if row.startswith("model name")]
    return f"{found[0].partition(': ')[2]}, {os.cpu_count()} cores" if found else platform.processor()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    say = sys.stdout.write
    sandbox.warm_up()
    whole(given.files[0])
    say(
        f"{processor()}; Python {platform.python_version()}; processor seconds,"
        f" median of {given.runs} runs\n\n"
    )
    say("| file | pages | bare text | QR | lines | whole reading | × floor | page images | peak MB |\n")
    say("|---|---|---|---|---|---|---|---|---|\n")
    ratios = []
    for path in given.files:
        path = path.resolve()
        pages = len(sheet_sizes(path))
        floor = [median_seconds(work, path, given.runs) for work in (bare, codes)]
        laid, read, drawn = (median_seconds(work, path, given.runs) for work in (lines, whole, images))
        ratios.append(read / sum(floor))
        say(
            f"| {path.name} | {pages} | {floor[0]:.3f} | {floor[1]:.3f} | {laid:.3f} | {read:.3f} |"
            f" {ratios[-1]:.2f} | {drawn:.2f} | {peak_megabytes(path):.0f} |\n"
        )
        sys.stdout.flush()
    say(f"\nwhole reading with QR ÷ (bare text + QR decoding): median {statistics.median(ratios):.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
