"""How fast articles are recognised, in characters per second, beside peers that run offline.

    python benchmarks/recognise.py [ITEMS.json | ISSUE.json …] [--rounds 3]

Takes weekly items or readings of issues, by default those beside the clone. The peers do less each: jieba
cuts and tags words, with our names as its dictionary it finds places and bodies; jionlp finds places, or
dates. A peer that is not installed is left out (pip install jieba jionlp).
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from policies.recognition.article import link_record, load_names, recognise  # noqa: E402
from policies.recognition.bodies import issuers, recognise_bodies  # noqa: E402
from policies.recognition.dates import first_day  # noqa: E402
from policies.recognition.documents import recognise_documents  # noqa: E402
from policies.recognition.linking import find_same  # noqa: E402
from policies.recognition.targets import recognise_targets  # noqa: E402
from regions.recognition import recognise_regions, setting_of  # noqa: E402

SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Text:
    """One article or item."""

    title: str
    paragraphs: tuple[str, ...]
    written_on: date | None

    @property
    def whole(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    files = arguments.files or [SHARED / "weekly" / "items.json", *sorted((SHARED / "gold").glob("*.json"))]
    texts = [text for file in files if file.is_file() for text in read(file)]
    if not texts:
        sys.exit("没有可读的文本：请给出条目或期的 JSON 文件。")
    characters = sum(len(text.whole) for text in texts)
    print(f"{len(texts)} texts, {characters} characters, best of {arguments.rounds} rounds")  # noqa: T201
    for name, work in [*ours(), *peers()]:
        seconds = min(timed(work, texts) for _ in range(arguments.rounds))
        print(f"{name:52} {characters / seconds:12,.0f} characters/s {seconds:8.2f} s")  # noqa: T201


def read(file: Path) -> Iterator[Text]:
    """Weekly items (a list), or one issue in the shape of the labels."""
    content = json.loads(file.read_text(encoding="utf-8"))
    if isinstance(content, list):
        for item in content:
            yield Text(item["title"], tuple(item["text"].splitlines()), first_day(item["id"]))
        return
    written_on = date.fromisoformat(content["date"])
    for article in content["articles"]:
        prose = tuple(block["text"] if block["kind"] in "ph" else "" for block in article["body"])
        yield Text(article["title"], prose, written_on)


def timed(work: Callable[[Sequence[Text]], object], texts: Sequence[Text]) -> float:
    begun = time.perf_counter()
    work(texts)
    return time.perf_counter() - begun


def ours() -> Iterator[tuple[str, Callable[[Sequence[Text]], object]]]:
    names = load_names()
    gazetteer, authority = names.gazetteer, names.authority

    def whole(texts: Sequence[Text]) -> object:
        return [recognise(text.title, text.paragraphs, text.written_on, names) for text in texts]

    def places_and_bodies(texts: Sequence[Text]) -> None:
        for text in texts:
            setting = setting_of(text.title, text.paragraphs, gazetteer)
            bodies = recognise_bodies(text.title, text.paragraphs, (), authority, gazetteer, setting)
            recognise_regions(text.title, text.paragraphs, gazetteer, bodies=issuers(bodies))

    def documents(texts: Sequence[Text]) -> object:
        return [recognise_documents(text.title, text.paragraphs, text.written_on) for text in texts]

    def targets(texts: Sequence[Text]) -> object:
        return [recognise_targets(text.title, text.paragraphs, text.written_on) for text in texts]

    def linking(texts: Sequence[Text]) -> object:
        found = whole(texts)
        assert isinstance(found, list)
        records = [
            link_record(str(number), one, text.whole, text.written_on)
            for number, (one, text) in enumerate(zip(found, texts, strict=True))
        ]
        return find_same(records)

    yield "regions, bodies, documents, targets", whole
    yield "  regions and bodies alone", places_and_bodies
    yield "  documents alone", documents
    yield "  targets alone", targets
    yield "all of it, and every pair linked", linking


def peers() -> Iterator[tuple[str, Callable[[Sequence[Text]], object]]]:
    if find_spec("jieba"):
        import jieba
        import jieba.posseg

        jieba.setLogLevel(logging.ERROR)
        jieba.initialize()
        yield "jieba: words", lambda texts: [list(jieba.cut(text.whole)) for text in texts]
        yield (
            "jieba: words and their kinds",
            lambda texts: [list(jieba.posseg.cut(text.whole)) for text in texts],
        )
        names = load_names()
        for name in (*names.authority.bodies, *names.gazetteer.names):
            jieba.add_word(name, tag="nt")
        known = {*names.authority.bodies, *names.gazetteer.names}
        yield (
            "jieba with our names: places and bodies named",
            lambda texts: [[word for word in jieba.cut(text.whole) if word in known] for text in texts],
        )
    if find_spec("jionlp"):
        import jionlp

        logging.disable(logging.CRITICAL)  # it logs each span that it cannot read

        yield (
            "jionlp: places named",
            lambda texts: [jionlp.recognize_location(text.whole) for text in texts],
        )
        times = jionlp.ner.TimeExtractor()
        yield "jionlp: dates named", lambda texts: [times(text.whole) for text in texts]


if __name__ == "__main__":
    main()
