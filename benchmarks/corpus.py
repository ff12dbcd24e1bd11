"""A generated stock of articles in the shape of the real ones, to measure on.

    DATABASE_URL=… python benchmarks/corpus.py 100000 [--seed 1] [--without-entries]

Migrates and fills an empty database: issues of 14 articles over twenty years; articles of some 900 characters
in six paragraphs; words by Zipf's law, the common ones from the samples, the rare ones made up; real names of
regions and bodies. One article in four tells of a policy, some policies are told of again at a later stage;
some are signed by several, some expire, each sets two targets.
Search rows are written, the register is not (manage.py refresh_register).
Up to 100,000 articles are made up. Of a million, each text stands in ten issues that follow on one another.
--without-entries leaves out what search looks into: for the pages of analysts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulletin.settings")
os.environ.setdefault("SECRET_KEY", "for-measuring-only")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import JSONField  # noqa: E402

from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Telling  # noqa: E402
from bulletin.models import Article, Issue, Section  # noqa: E402
from bulletin.search.entries import (  # noqa: E402
    ISSUE_ROOM,
    SAMPLE_LEVELS,
    STAGES,
    SearchEntry,
    entry,
    newness,
    refresh_counts,
)
from bulletin.search.fold import fold  # noqa: E402
from bulletin.search.tokens import facet, hashed  # noqa: E402
from bulletin.typesetting import cut  # noqa: E402
from policies.models import IssuingBody, Policy, Stage, Target  # noqa: E402
from policies.recognition.titles import linking_key  # noqa: E402
from regions.models import Region  # noqa: E402

IN_ISSUE = 14
RARE_WORDS = 60_000
ZIPF = 1.05
TELLS_OF_POLICY = 0.27  # 20,000 policies in 100,000 articles
TOLD_AGAIN = 0.25
SIGNED_TOGETHER = 0.3  # of the policies, by two to four bodies
EXPIRES = 0.1
TO_COMMENT, VALID = timedelta(days=30), timedelta(days=5 * 365)
INDICATORS = ("数据产业规模", "智能算力规模", "数字经济占比", "数据标注从业人员", "公共数据集", "标杆场景",
              "数据企业", "公共数据共享率", "数据基础设施投资", "上云企业")  # fmt: skip
SET_BY_MANY = 0.3  # of the targets; the others have an indicator of their own
UNITS = ("亿元", "EFLOPS", "%", "万人", "个", "家")
KINDS = ("办法", "条例", "行动方案", "若干措施", "实施意见", "规划", "指南", "通知")
FIRST_ISSUE, YEARS = date(2005, 1, 10), 20  # however many articles there are
BATCH = 2000
MADE_UP = 100_000  # articles; more are copies of them
PARAGRAPHS = 6  # of an article, after its opening


@dataclass
class Generated:
    """One article as it is generated, before anything of it is stored."""

    pk: int
    total_number: int
    order: int
    issued_on: date
    section: int
    title: str
    paragraphs: list[str]
    source: str
    regions: list[Region]
    bodies: list[IssuingBody]
    policy: tuple[int, str, str, str, int] | None = None  # pk, title, kind, number, stage
    happened_on: date | None = None  # the policy's stage
    facets: list[int] = field(default_factory=list)


class Corpus:
    """The same articles for the same seed."""

    def __init__(self, count: int, copies: int = 1, seed: int = 1):
        self.count = count
        self.copies = copies  # for the issues of which there is room between two that are made up
        self.random = random.Random(seed)  # noqa: S311
        self.regions = list(Region.objects.exclude(level="county"))
        self.by_code = {region.code: region for region in Region.objects.all()}
        self.bodies = list(IssuingBody.objects.known())
        self.random.shuffle(self.bodies)
        self.sections = list(Section.objects.values_list("pk", flat=True))
        self.words = self._vocabulary()
        self.weights = list(itertools.accumulate(1 / (rank + 2.7) ** ZIPF for rank in range(len(self.words))))
        self.place_weights = list(itertools.accumulate(1 / (n + 1.5) for n in range(len(self.regions))))
        self.body_weights = list(itertools.accumulate(1 / (n + 3) for n in range(len(self.bodies))))
        self.policies: list[tuple[int, str, str, str]] = []
        self.stages: set[tuple[int, int, date]] = set()  # a policy reaches a stage once on a day

    def _vocabulary(self) -> list[str]:
        """Words by frequency: those of the samples, then names, then made-up ones."""
        counted: Counter[str] = Counter()
        for path in sorted((ROOT / "samples").glob("*.txt")):
            counted.update(w for w in cut(path.read_text(encoding="utf-8")) if w.isalnum() and len(w) > 1)
        common = [word for word, _ in counted.most_common()]
        characters = sorted({character for word in common for character in word if "一" <= character <= "鿿"})
        made = {
            "".join(self.random.choices(characters, k=self.random.choice((2, 2, 2, 3, 4))))
            for _ in range(RARE_WORDS)
        }
        names = [name for region in self.regions for name in (region.short_name,)]
        rare = [*names, *sorted(made - set(common))]
        self.random.shuffle(rare)
        return [*common, *rare]

    def articles(self) -> Iterator[Generated]:
        return map(self._article, range(1, self.count + 1))

    def _article(self, pk: int) -> Generated:
        pick = self.random
        total_number, order = 1 + (pk - 1) // IN_ISSUE * self.copies, 1 + (pk - 1) % IN_ISSUE
        region = pick.choices(self.regions, cum_weights=self.place_weights)[0]
        body = pick.choices(self.bodies, cum_weights=self.body_weights)[0]
        kind = pick.choice(KINDS)
        about = "".join(self._words(pick.randint(2, 4)))
        document = f"{region.short_name}{about}{kind}"
        title = pick.choice(
            (
                f"{region.short_name}印发《{document}》",
                f"{document}发布",
                f"{region.short_name}：{about}怎样推进",
                f"{about}迎来新进展",
            )
        )
        opening = f"近日，{body.name}介绍了{about}的情况。"
        paragraphs = [opening, *(self._paragraph() for _ in range(PARAGRAPHS))]
        made = Generated(
            pk, total_number, order, FIRST_ISSUE + timedelta(days=YEARS * 365 * pk // self.count),
            self.sections[(order - 1) * len(self.sections) // IN_ISSUE], title, paragraphs, body.name,
            [region], [body],
        )  # fmt: skip
        if pick.random() < TELLS_OF_POLICY:
            made.policy = self._policy(document, kind, made.issued_on.year)
            made.happened_on = made.issued_on - timedelta(days=pk % 29)
            while (reached := (made.policy[0], made.policy[4], made.happened_on)) in self.stages:
                made.happened_on -= timedelta(days=1)
            self.stages.add(reached)
            own = random.Random(pk)  # noqa: S311
            if own.random() < SIGNED_TOGETHER:
                others = own.choices(self.bodies, cum_weights=self.body_weights, k=own.randint(1, 3))
                made.bodies = list(dict.fromkeys([body, *others]))
        return made

    def _policy(self, document: str, kind: str, year: int) -> tuple[int, str, str, str, int]:
        if self.policies and self.random.random() < TOLD_AGAIN:
            return (*self.random.choice(self.policies), self.random.randrange(1, 4))
        number = f"示政发〔{year}〕{self.random.randint(1, 200)}号" if self.random.random() < 0.4 else ""
        self.policies.append((len(self.policies) + 1, document, kind, number))
        return (*self.policies[-1], self.random.choice((0, 2, 2, 2, 6)))

    def _paragraph(self) -> str:
        return "".join(self._sentence() for _ in range(self.random.randint(2, 5)))

    def _sentence(self) -> str:
        words = self._words(self.random.randint(9, 22))
        words.insert(len(words) // 2, "，")
        if self.random.random() < 0.25:
            words.insert(3, f"{self.random.randint(2, 999)}亿元")
        if self.random.random() < 0.1:
            words.insert(5, self.random.choice(("AI", "5G", "2025年", "2027年", "54.9%", "DeepSeek")))
        return "".join(words) + "。"

    def _words(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def entry(self, made: Generated):
        """Its search row."""
        around = {code for region in made.regions for code in region.lineage if code != "100000"}
        facets = [
            facet("issue", made.total_number),
            facet("section", made.section),
            facet("year", made.issued_on.year),
            *(facet("body", body.pk) for body in made.bodies),
            *(facet("region", self.by_code[code].pk) for code in around),
        ]
        if made.policy:
            facets += [facet("stage", made.policy[4]), facet("kind", hashed(made.policy[2]))]
        lines = [fold(line) for line in (made.title, *made.paragraphs)]
        return entry(
            made.pk, newness(made.total_number, made.order), made.issued_on, lines, fold(made.source), facets
        )


def load(count: int, seed: int = 1, without_entries: bool = False) -> None:
    """Fill the database. The index on tokens is built at the end, as a restore from a dump does."""
    copies = -(-count // MADE_UP)
    corpus = Corpus(count // copies, copies, seed)
    articles = corpus.articles()
    made_policies: set[int] = set()
    index = next(each for each in SearchEntry._meta.indexes if each.name == "search_tokens")
    with connection.cursor() as cursor, connection.schema_editor() as schema:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # what is written is consistent: no checks of keys
        schema.remove_index(SearchEntry, index)
    while batch := list(itertools.islice(articles, BATCH)):
        _copy_rows(batch, made_policies)
        if not without_entries:
            copy(corpus.entry(made) for made in batch)
        print(f"\r{batch[-1].pk}", end="", flush=True, file=sys.stderr)  # noqa: T201
    for nth in range(1, copies):
        repeat(nth, count // copies, copies)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        for sql in connection.ops.sequence_reset_sql(
            no_style(),
            [Issue, Article, Policy, Stage, Telling, ArticleRegion, ArticleBody, Target, ArticleTarget],
        ):
            cursor.execute(sql)
        cursor.execute("SET maintenance_work_mem = '1GB'")
        with connection.schema_editor() as schema:
            schema.add_index(SearchEntry, index)
        cursor.execute("VACUUM ANALYZE")
    refresh_counts()


def repeat(nth: int, articles: int, copies: int) -> None:
    """Write the articles once more, each in the nth issue after its own, and draw them into samples anew."""
    later, issue, sample = f"+ {nth * articles}", facet("issue", 0), facet("sample", 0)
    numbered = f"{issue} + (newness / {ISSUE_ROOM})::int"  # the facet of the issue
    kept = (
        f"ARRAY(SELECT t FROM unnest(tokens) AS t WHERE t <> {numbered}"
        f" AND t NOT BETWEEN {sample} AND {sample + SAMPLE_LEVELS})"
    )
    drawn = (
        f"ARRAY(SELECT {sample} + level FROM generate_series(1, {SAMPLE_LEVELS}) AS level"
        f" WHERE hashint8(article_id {later}) % (1 << level) = 0)"
    )
    _insert_again(Issue, f"id % {copies} = 1", id=f"id + {nth}", total_number=f"total_number + {nth}")
    _insert_again(Article, f"id <= {articles}", id=f"id {later}", issue_id=f"issue_id + {nth}")
    for model in (ArticleRegion, Telling):
        _insert_again(model, f"id <= {articles}", id=f"id {later}", article_id=f"article_id {later}")
    _insert_again(
        ArticleBody,
        f"article_id <= {articles}",
        id=f"id + {4 * nth * articles}",
        article_id=f"article_id {later}",
    )
    _insert_again(
        SearchEntry,
        f"article_id <= {articles}",
        article_id=f"article_id {later}",
        newness=f"newness + {nth * ISSUE_ROOM}",
        facets=f"array_replace(facets, {numbered}, {numbered} + {nth})",
        tokens=f"{kept} || {drawn} || ARRAY[{numbered} + {nth}]",
    )


def _insert_again(model, which: str, **changed: str) -> None:
    columns = [column.column for column in model._meta.concrete_fields]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {which}")


def _copy_rows(batch: list[Generated], made_policies: set[int]) -> None:
    now = datetime.now(UTC)
    issues = {made.total_number: made for made in batch if made.order == 1}
    copy(
        Issue(pk=n, total_number=n, number=1 + n % 24, issued_on=made.issued_on, state="published",
              published_at=now,
              created_at=now, updated_at=now, cover_headline=made.title)
        for n, made in issues.items()
    )  # fmt: skip
    copy(_article(made, now) for made in batch)
    copy(ArticleRegion(pk=made.pk, article_id=made.pk, region=made.regions[0]) for made in batch)
    copy(
        ArticleBody(pk=4 * made.pk + order, article_id=made.pk, body=body, printed=body.name, order=order + 1)
        for made in batch
        for order, body in enumerate(made.bodies)
    )
    told = [made for made in batch if made.policy]
    new = {made.policy[0]: made for made in told if made.policy[0] not in made_policies}
    made_policies.update(new)
    copy(
        Policy(pk=pk, title=made.policy[1][:300], kind=made.policy[2], number=made.policy[3], created_at=now,
               updated_at=now, key=linking_key(made.policy[1]), valid_until=_valid_until(made))
        for pk, made in new.items()
    )  # fmt: skip
    copy(
        Stage(
            pk=made.pk,
            policy_id=made.policy[0],
            kind=STAGES[made.policy[4]],
            happened_on=made.happened_on,
            until_on=made.issued_on + TO_COMMENT if made.policy[4] == 0 else None,
        )
        for made in told
    )
    copy(
        Telling(pk=made.pk, article_id=made.pk, policy_id=made.policy[0], stage_id=made.pk, headline=True,
                title=made.policy[1][:300], name=made.policy[1][:300], kind=made.policy[2],
                event=STAGES[made.policy[4]],
                number=made.policy[3], issued_on=made.issued_on, valid_until=_valid_until(made))
        for made in told
    )  # fmt: skip
    targets = [target for pk, made in new.items() for target in _targets(pk, made)]
    copy(target for target, _ in targets)
    copy(
        ArticleTarget(pk=target.pk, article_id=made.pk, target=target, text=target.text, block=1,
                      sentence=target.text)
        for target, made in targets
    )  # fmt: skip


def _valid_until(made: Generated) -> date | None:
    own = random.Random(-made.policy[0])  # noqa: S311
    return made.issued_on + VALID if own.random() < EXPIRES else None


def _targets(policy: int, made: Generated) -> Iterator[tuple[Target, Generated]]:
    """Two that the policy's first article states; of the text itself they change nothing."""
    own = random.Random(policy)  # noqa: S311
    for pk, paragraph, common in zip(
        (2 * policy - 1, 2 * policy), made.paragraphs[1:], own.sample(INDICATORS, 2), strict=False
    ):
        indicator = common if own.random() < SET_BY_MANY else f"{paragraph[:6]}规模"
        value = own.randint(2, 999)
        yield (
            Target(
                pk=pk, policy_id=policy, indicator=indicator, value=str(value), low=value,
                unit=own.choice(UNITS), due_year=made.issued_on.year + own.randint(1, 5),
                text=made.paragraphs[0].partition("。")[0] + "。",
            ),
            made,
        )  # fmt: skip


def _article(made: Generated, now: datetime) -> Article:
    body = [
        {"id": n, "kind": "p", "text": text, "rows": [], "bullet": False, "places": []}
        for n, text in enumerate(made.paragraphs, 1)
    ]
    return Article(
        pk=made.pk, issue_id=made.total_number, order=made.order, number=made.order, section_id=made.section,
        page=1 + made.order * 2,
        title=made.title, source_names=[made.source], source_url=f"https://www.example.gov.cn/{made.pk}.html",
        body=body, last_block_id=len(body), updated_at=now,
    )  # fmt: skip


def copy(rows: Iterable) -> None:
    """Write unsaved model instances with COPY, every column as the model states it."""
    rows = list(rows)
    if not rows:
        return
    columns = rows[0]._meta.concrete_fields
    text = StringIO()
    for row in rows:
        text.write("\t".join(_cell(column, getattr(row, column.attname)) for column in columns) + "\n")
    text.seek(0)
    names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {rows[0]._meta.db_table} ({names}) FROM STDIN", text)


def _cell(column, value) -> str:
    if value is None:
        return r"\N"
    if isinstance(column, JSONField):
        return _escaped(json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        cells = (
            str(cell) if isinstance(cell, int) else json.dumps(cell, ensure_ascii=False) for cell in value
        )
        return _escaped("{" + ",".join(cells) + "}")
    return _escaped(str(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--without-entries", action="store_true")
    chosen = arguments.parse_args()
    call_command("migrate", verbosity=0)
    call_command("load_regions", verbosity=0)
    call_command("load_bodies", verbosity=0)
    load(chosen.count, chosen.seed, chosen.without_entries)
