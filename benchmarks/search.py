"""How fast articles are found, how much of what there is, beside peers on the same stock and machine.

    DATABASE_URL=… python benchmarks/search.py [--rounds 3] [--clients 8] [--peers] [--brute] [--build-peers]

Wants a database that benchmarks/corpus.py has filled. Asks a fixed set of 250 queries of mixed kinds, some
with filters; what is timed is all of a result page but its template: the first 20 hits with their passages,
the count, all facets with names. Beside the time of the clock stands the time of the processors, this process
and its database server's: that hardly depends on what else the machine does. Brute force reads every article
and compares characters, by code of its own.

The peers answer less: a count and the newest 20 (or the 20 that they rank highest), no facets. --build-peers
makes their indexes, once; --peers asks every fourth of the queries of them and of us. tantivy is left out
where it is not installed (pip install tantivy).
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulletin.settings")
os.environ.setdefault("SECRET_KEY", "for-measuring-only")
django.setup()

from django.db import OperationalError, connection, transaction  # noqa: E402

from bulletin.models import Article  # noqa: E402
from bulletin.search import entries, facets, finder, names, statements  # noqa: E402
from bulletin.search.entries import SearchEntry  # noqa: E402
from bulletin.search.query import parse  # noqa: E402
from bulletin.typesetting import cut  # noqa: E402

SLOTS = {
    "common": 30,
    "rare": 30,
    "long": 30,
    "part": 30,
    "phrase": 20,
    "two": 30,
    "question": 20,
    "filter": 30,
    "latin": 10,
    "exclude": 10,
    "none": 10,
}


@dataclass(frozen=True)
class Asked:
    kind: str
    typed: str
    facets: dict[str, frozenset[int]] = field(default_factory=dict, hash=False)


def questions(seed: int = 7) -> list[Asked]:
    """The fixed set, drawn from the articles themselves."""
    pick = random.Random(seed)  # noqa: S311
    pks = sorted(pick.sample(range(1, Article.objects.count() + 1), 300))
    rows = list(Article.objects.filter(pk__in=pks).prefetch_related("regions", "bodies").order_by("pk"))
    sentences = [block["text"] for article in rows for block in article.body]
    words = sorted({w for text in sentences[:600] for w in cut(text) if re.fullmatch(r"[一-鿿]{2,6}", w)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, articles FROM bulletin_tokencount ORDER BY articles DESC LIMIT 5000")
        counts = dict(cursor.fetchall())
    known = {w: min(counts.get(t, 0) for t in entries.text_tokens(w)) for w in words if len(w) == 2}
    common = sorted(known, key=known.get, reverse=True)

    def part(n: int) -> str:
        text = pick.choice(re.findall(rf"[一-鿿]{{{n},}}", "".join(pick.choices(sentences, k=30))))
        at = pick.randrange(len(text) - n + 1)
        return text[at : at + n]

    def region():
        return pick.choice(pick.choice(rows).regions.all())

    longer = [w for w in words if len(w) > 2]
    made = {
        "common": lambda n: common[n * 3 % 120],
        "rare": lambda n: pick.choice(common[len(common) // 2 :]),
        "long": lambda n: pick.choice(longer),
        "part": lambda n: part(pick.randint(2, 4)),
        "phrase": lambda n: f'"{part(pick.randint(8, 12))}"',
        "two": lambda n: f"{pick.choice(common[:200])} {pick.choice(common)}",
        "question": lambda n: (
            f"{region().short_name}有哪些{pick.choice(common[:100])}{pick.choice(['政策', '措施', '办法'])}"
        ),
        "latin": lambda n: pick.choice(["AI", "5G", "2025年", "54.9%", "DeepSeek", "AI 数据", "2027年 目标"]),
        "exclude": lambda n: f"{pick.choice(common[:60])} -{pick.choice(common[:200])}",
        "none": lambda n: f"{pick.choice(common)[0]}鼟鼟{n}",
    }
    asked = [Asked(kind, make(n)) for kind, make in made.items() for n in range(SLOTS[kind])]
    for _ in range(SLOTS["filter"]):
        article = pick.choice(rows)
        filters = {"region": frozenset({region().pk}), "body": frozenset({article.bodies.all()[0].pk}),
                   "year": frozenset({pick.randint(2006, 2024), pick.randint(2006, 2024)}),
                   "section": frozenset({article.section_id})}  # fmt: skip
        chosen = pick.sample(sorted(filters), pick.randint(1, 2))
        asked.append(Asked("filter", pick.choice(common[:300]), {name: filters[name] for name in chosen}))
    return asked


stopped: list[str] = []  # queries that ran into the time that an answer may take


def answer(asked: Asked) -> None:
    """All of a result page but its template."""
    try:
        found = Article.objects.search(parse(asked.typed), asked.facets)
    except OperationalError:
        stopped.append(asked.typed)
        return
    facets.groups(facets.Names(found.tally, (), [article.facets for article in found.articles]))


@dataclass(frozen=True)
class Spent:
    """Milliseconds: by the clock, and of processors."""

    clock: float
    processors: float


def processors() -> float:
    """Milliseconds that this process and its database server's, if it runs here, have had so far."""
    connection.ensure_connection()
    own = time.process_time() * 1000
    try:
        server = Path(f"/proc/{connection.connection.get_backend_pid()}/schedstat").read_text()
    except OSError:
        return own
    return own + int(server.split()[0]) / 1e6


def timed(do: Callable, over: Iterable) -> list[Spent]:
    spent = []
    for each in over:
        had, began = processors(), time.perf_counter()
        do(each)
        clock = (time.perf_counter() - began) * 1000
        spent.append(Spent(clock, processors() - had))
    return spent


def at(spent: Iterable[float], share: float) -> float:
    ordered = sorted(spent)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def header(first: str, *more: str) -> None:
    columns = [first, "p50", "p95", "p99", "worst", "processors p50", "p95", *more]
    say(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")


def row(name: str, spent: list[Spent], *more: str) -> None:
    clock = [each.clock for each in spent]
    cells = [f"{at(clock, share):.0f}" for share in (0.5, 0.95, 0.99, 1)]
    cells += [f"{at((each.processors for each in spent), share):.0f}" for share in (0.5, 0.95)]
    say("| " + " | ".join([name, *cells, *more]) + " |")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


# --- Ours ---------------------------------------------------------------------------------------------------


def measure(asked: list[Asked], rounds: int) -> None:
    """Of each query the round in the middle."""
    timed(answer, asked)  # warm
    say(f"{len(stopped)} stopped while nothing was in memory: {'、'.join(stopped)}")
    stopped.clear()
    of_rounds = [timed(answer, asked) for _ in range(rounds)]
    by_query = [_middle(of_query) for of_query in zip(*of_rounds, strict=True)]
    header("kind")
    for kind in SLOTS:
        row(kind, [spent for each, spent in zip(asked, by_query, strict=True) if each.kind == kind])
    row("**all**", by_query)
    say(f"\n{len(stopped)} stopped: {'、'.join(stopped)}\n")


def _middle(of_rounds: tuple[Spent, ...]) -> Spent:
    return Spent(
        statistics.median(each.clock for each in of_rounds),
        statistics.median(each.processors for each in of_rounds),
    )


def measure_suggestions(asked: list[Asked], rounds: int) -> None:
    """What somebody is shown who types these queries, and the letters of places, character by character."""
    typed = dict.fromkeys(
        text[:length]
        for text in [each.typed for each in asked[::6]] + ["guizhou", "bj", "第12期", "示政发〔2020〕"]
        for length in range(1, min(len(text), 8) + 1)
    )
    timed(names.suggestions, typed)
    of_rounds = [timed(names.suggestions, typed) for _ in range(rounds)]
    row(
        f"{len(typed)} suggestions",
        [_middle(of_one) for of_one in zip(*of_rounds, strict=True)],
    )


def measure_excluding() -> None:
    """The dearest that can be asked: a word of nearly all articles without another of nearly all."""
    common = _sql("SELECT token FROM bulletin_tokencount WHERE token BETWEEN 0 AND (1 << 30) - 1"
                  " ORDER BY articles DESC LIMIT 4")  # fmt: skip
    words = [_pair(token) for (token,) in common]
    asked = [Asked("exclude", f"{one} -{other}") for one in words for other in words if one != other]
    row(f"{len(asked)} of the commonest without another", timed(answer, asked))


def _pair(token: int) -> str:
    """The two characters of a token of texts."""
    wanted = next(
        (text[at : at + 2] for (text,) in _sql(
            "SELECT text FROM bulletin_searchentry WHERE tokens @> ARRAY[%s] LIMIT 1", token
        ) for at in range(len(text)) if entries.text_tokens(text[at : at + 2]) == {token}),
    )  # fmt: skip
    return wanted


def _client(seed: int) -> tuple[list[Spent], int]:
    connection.close()
    stopped.clear()
    asked = questions()
    random.Random(seed).shuffle(asked)  # noqa: S311
    return timed(answer, asked), len(stopped)


def measure_clients(clients: int) -> None:
    connection.close()
    began = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        answers = pool.map(_client, range(clients))
    spent = [one for each, _ in answers for one in each]
    row(f"**{clients} clients**", spent)
    say(
        f"\n{len(spent) / (time.perf_counter() - began):.0f} searches a second with {clients} clients,"
        f" {sum(cut_off for _, cut_off in answers)} stopped."
    )


def measure_writing(count: int = 100) -> None:
    with transaction.atomic():
        some = Article.objects.filter(pk__in=range(1, count + 1))
        began = time.perf_counter()
        entries.refresh(some)
        spent = (time.perf_counter() - began) * 1000 / count
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('search_tokens'), pg_total_relation_size('bulletin_searchentry'),"
            " count(*) FROM bulletin_searchentry"
        )
        index, whole, articles = cursor.fetchone()
    say(
        f"\nIndex {index >> 20} MB, search rows with it {whole >> 20} MB, for {articles} articles."
        f" One rewritten in {spent:.1f} ms."
    )


# --- Brute force --------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """Characters alone: code of its own, for checking."""
    return re.sub(r"[^一-鿿]", "", text)


def brute(asked: list[Asked]) -> dict[str, set[int]]:
    """For every query of Chinese characters alone: who has it, by reading all."""
    wanted = {
        each.typed.strip('"')
        for each in asked
        if not each.facets and re.fullmatch(r'"?[一-鿿]{2,}"?', each.typed)
    }
    found: dict[str, set[int]] = {typed: set() for typed in wanted}
    for pk, title, body, sources in Article.objects.values_list(
        "pk", "title", "body", "source_names"
    ).iterator(2000):
        # A sign or number parts characters for search, so it does here.
        lines = [title, *(block["text"] for block in body), *sources]
        text = "\n".join(re.sub(r"[A-Za-z0-9.%]+", "|", line) for line in lines)
        text = re.sub(r"[^一-鿿|\n]", "", text)
        for typed in wanted:
            if typed in text:
                found[typed].add(pk)
    return found


def compare(truth: dict[str, set[int]], answers: Callable[[str], set[int]]) -> str:
    """What was missed of what there is, and what is wrong of what was answered."""
    missed = wrong = there = given = 0
    for typed, right in truth.items():
        got = answers(typed)
        missed, wrong = missed + len(right - got), wrong + len(got - right)
        there, given = there + len(right), given + len(got)
    return " | ".join(
        f"{bad} of {all_of_them} ({bad / max(1, all_of_them):.2%})"
        for bad, all_of_them in ((missed, there), (wrong, given))
    )


# --- Peers --------------------------------------------------------------------------------------------------


def build_peers() -> None:
    say("\n| peer | index | built |\n|---|---|---|")
    for name, build, *_ in _peers():
        began = time.perf_counter()
        size = build()
        say(f"| {name} | {size >> 20} MB | {time.perf_counter() - began:.0f} s |")


def peers(asked: list[Asked], truth: dict[str, set[int]]) -> None:
    asked = [each for each in asked if each.kind not in ("filter", "exclude")][::4]
    typed = [each.typed.strip('"') for each in asked]
    header(f"peer, {len(asked)} queries", "missed", "wrong")
    timed(answer, asked)
    row("ours, with facets and passages", timed(answer, asked), "", "")
    for name, _, once, every in _peers():
        timed(once, typed[:10])
        spent = timed(once, typed)
        row(name, spent, compare(truth, every) if every and truth else " | ")


def _peers():
    return [_like(), _trigrams(), _jieba(), *([_tantivy()] if find_spec("tantivy") else [])]


def _sql(sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def _newest(
    condition: str, order: str = "newness DESC", table: str = "peer", index: bool = True
) -> Callable[[object], None]:
    def once(value) -> None:
        values = value if isinstance(value, tuple) else (value,)
        _sql(f"SET enable_bitmapscan = {'on' if index else 'off'}")
        _sql(f"SELECT count(*) FROM {table} WHERE {condition}", values[0])
        _sql(f"SELECT pk FROM {table} WHERE {condition} ORDER BY {order} LIMIT 20", *values)

    return once


def _like():
    def build() -> int:
        _sql("DROP TABLE IF EXISTS peer; "
             "CREATE TABLE peer AS SELECT article_id AS pk, newness, text FROM bulletin_searchentry; "
             "CREATE INDEX peer_newness ON peer (newness); ANALYZE peer")  # fmt: skip
        return 0

    once = _newest("text LIKE %s", index=False)
    return "LIKE", build, lambda typed: once(f"%{typed}%"), None


def _trigrams():
    def build() -> int:
        _sql(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; "
            "CREATE INDEX peer_trgm ON peer USING gin (text gin_trgm_ops); ANALYZE peer"
        )
        return _sql("SELECT pg_relation_size('peer_trgm')")[0][0]

    once = _newest("text LIKE %s")
    return "pg_trgm", build, lambda typed: once(f"%{typed}%"), None


def _jieba():
    def build() -> int:
        _sql(
            "DROP TABLE IF EXISTS peer_jieba; "
            "CREATE TABLE peer_jieba (pk bigint, newness bigint, words tsvector)"
        )
        rows = SearchEntry.objects.values_list("pk", "newness", "text").iterator(2000)
        while some := [(pk, new, " ".join(cut(text))) for pk, new, text in itertools.islice(rows, 2000)]:
            _sql(
                "INSERT INTO peer_jieba SELECT pk, newness, to_tsvector('simple', words)"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS batch(pk, newness, words)",
                *map(list, zip(*some, strict=True)),
            )
        _sql("CREATE INDEX peer_words ON peer_jieba USING gin (words)")
        _sql("VACUUM ANALYZE peer_jieba")
        return _sql("SELECT pg_relation_size('peer_words')")[0][0]

    condition = "words @@ plainto_tsquery('simple', %s)"
    once = _newest(condition, "ts_rank(words, plainto_tsquery('simple', %s)) DESC", "peer_jieba")
    every = f"SELECT pk FROM peer_jieba WHERE {condition}"
    return (
        "jieba + tsvector",
        build,
        lambda typed: once((" ".join(cut(typed)),) * 2),
        lambda typed: {pk for (pk,) in _sql(every, " ".join(cut(typed)))},
    )


def _tantivy():
    import tantivy

    where = Path(tempfile.gettempdir()) / f"peer-tantivy-{connection.settings_dict['NAME']}"
    where.mkdir(exist_ok=True)
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("pk", stored=True, indexed=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="position")
    index = tantivy.Index(builder.build(), path=str(where))

    def build() -> int:
        writer = index.writer(100_000_000)
        for pk, text in SearchEntry.objects.values_list("pk", "text").iterator(2000):
            writer.add_document(tantivy.Document(pk=pk, text=" ".join(cut(text))))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return sum(path.stat().st_size for path in where.rglob("*"))

    def ask(typed: str, limit: int = 20) -> set[int]:
        phrase = [word for word in cut(typed) if word.strip()]
        term = (
            tantivy.Query.term_query(index.schema, "text", phrase[0])
            if len(phrase) == 1
            else tantivy.Query.phrase_query(index.schema, "text", phrase)
        )
        searcher = index.searcher()
        found = searcher.search(term, limit, count=True)
        return {searcher.doc(where)["pk"][0] for _, where in found.hits}

    return "jieba + tantivy", build, ask, lambda typed: ask(typed, 1_000_000)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--peers", action="store_true")
    arguments.add_argument("--build-peers", action="store_true")
    arguments.add_argument("--brute", action="store_true")
    chosen = arguments.parse_args()
    fixed = questions()
    say(f"{SearchEntry.objects.count()} articles, {len(fixed)} queries; milliseconds")
    if chosen.build_peers:
        build_peers()
        sys.exit()
    measure(fixed, chosen.rounds)
    measure_suggestions(fixed, chosen.rounds)
    measure_excluding()
    measure_clients(chosen.clients)
    measure_writing()
    right = brute(fixed) if chosen.brute else {}
    if right:
        say(f"\n{len(right)} queries against reading every article, missed | wrong:")
        statements.TIMEOUT_MS = 600_000  # all hits of a common word are asked for at once
        say(compare(right, lambda typed: set(finder.keys(parse(typed), {}))))
    if chosen.peers:
        peers(fixed, right)
