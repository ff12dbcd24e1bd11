"""The search rows, one for each article that readers may see, and when they are written.

Written by whoever changes what readers see, in the same transaction: publishing and withdrawing an issue,
taking down and restoring an article, storing another version, changing its facts. A draft never has a row.
"""

from collections.abc import Callable, Iterable, Iterator

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction

from bulletin.search.fold import fold
from bulletin.search.snippet import block_text
from bulletin.search.tokens import facet, hashed, text_tokens, title_tokens
from policies.models import Stage
from regions.models import Region

STAGES = list(Stage.Kind)
ISSUE_ROOM = 10_000  # newness = total number × this − order: the newest issue first, in it the first article
NATION = "100000"
SAMPLE_LEVELS = 12  # every second article, every fourth, … every 4096th
COUNTED = 20_000  # articles that the token counts are drawn from
BATCH = 200
FACTS = ("regions", "body_facts", "tellings", "topics")  # that a row is made from, beside the issue


class SearchEntry(models.Model):
    """One article as search sees it: folded texts, facets, and the tokens by which it is found."""

    article = models.OneToOneField("Article", models.CASCADE, primary_key=True, related_name="search_entry")
    newness = models.BigIntegerField(db_index=True)
    issued_on = models.DateField()
    title = models.TextField()  # folded, like all texts here
    source = models.TextField()
    text = models.TextField()  # the title, each block of the body and the source, a line each
    facets = ArrayField(models.IntegerField())
    tokens = ArrayField(models.IntegerField())  # of the text, of the title, and the facets, each once

    class Meta:
        # Without the pending list: what is published once a week should not slow every search until then.
        indexes = [GinIndex(fields=["tokens"], name="search_tokens", fastupdate=False)]
        verbose_name = verbose_name_plural = "检索条目"

    def __str__(self):
        return self.title


class TokenCount(models.Model):
    """How many articles have a token, of those that are common; the count of all stands at facet all."""

    token = models.IntegerField(primary_key=True)
    articles = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "词频"

    def __str__(self):
        return f"{self.token}: {self.articles}"


ALL = facet("all", 0)


def newness(total_number: int, order: int) -> int:
    """A number that sorts as readers want it: the newest issue first, within it as printed."""
    return (total_number + 1) * ISSUE_ROOM - order


@transaction.atomic
def refresh(articles: models.QuerySet) -> int:
    """Bring the rows of these articles up to what readers may see now; answer how many stand. Repeatable."""
    known = list(articles.order_by("pk").values_list("pk", flat=True))
    return sum(_refresh(articles.model, known[at : at + BATCH]) for at in range(0, len(known), BATCH))


def rebuild(
    articles: models.QuerySet, report: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, int]:
    """Write all rows anew, a batch at a time: readers find each article all the while. Answers counts."""
    wanted = articles.filter(issue__state="published", taken_down_at=None)
    keys = list(wanted.order_by("pk").values_list("pk", flat=True))
    written = 0
    for at in range(0, len(keys), BATCH):
        with transaction.atomic():
            written += _refresh(articles.model, keys[at : at + BATCH])
        report(min(at + BATCH, len(keys)), len(keys))
    removed, _ = SearchEntry.objects.exclude(article__in=wanted).delete()
    return {"written": written, "removed": removed, "tokens": refresh_counts()}


def _refresh(model: type[models.Model], keys: list[int]) -> int:
    standing = model.objects.filter(pk__in=keys, issue__state="published", taken_down_at=None)
    rows = list(entries_of(standing.select_related("issue").prefetch_related(*FACTS)))
    SearchEntry.objects.filter(article__in=keys).delete()
    SearchEntry.objects.bulk_create(rows)
    return len(rows)


def entries_of(articles: Iterable) -> Iterator[SearchEntry]:
    """The rows of these articles, not saved. Wants what `FACTS` names at hand."""
    articles = list(articles)
    codes = {code for article in articles for region in article.regions.all() for code in region.lineage}
    regions = dict(Region.objects.filter(code__in=codes).values_list("code", "pk"))
    for article in articles:
        lines = [fold(line) for line in (article.title, *map(block_text, article.body))]
        source = fold("、".join(article.source_names))
        facets = [
            facet("issue", article.issue.total_number),
            facet("section", article.section_id),
            facet("year", article.issue.issued_on.year),
            *(facet("stage", STAGES.index(telling.event)) for telling in article.tellings.all()),
            *(facet("kind", hashed(telling.kind)) for telling in article.tellings.all() if telling.kind),
            *(facet("region", regions[code]) for region in article.regions.all() for code in _around(region)),
            *(facet("body", fact.body_id) for fact in article.body_facts.all()),
            *(facet("topic", topic.pk) for topic in article.topics.all()),
        ]
        yield entry(
            article.pk,
            newness(article.issue.total_number, article.order),
            article.issue.issued_on,
            lines,
            source,
            facets,
        )


def _around(region: Region) -> list[str]:
    """Its code and those of the places around it, but for the nation: what is everywhere narrows nothing."""
    return [code for code in region.lineage if code != NATION or region.code == NATION]


def entry(pk, newness, issued_on, lines, source, facets) -> SearchEntry:
    """A row from folded lines, the title first."""
    text = "\n".join([*lines, source])
    facets = sorted(set(facets))
    samples = sample_tokens(pk)
    return SearchEntry(
        article_id=pk,
        newness=newness,
        issued_on=issued_on,
        title=lines[0],
        source=source,
        text=text,
        facets=facets,
        tokens=sorted(text_tokens(text) | title_tokens(lines[0]) | set(facets) | set(samples)),
    )


def sample_tokens(pk: int) -> list[int]:
    """The samples that an article belongs to: a fixed half, quarter, eighth… of all, the same each time."""
    draw = hashed(str(pk))
    return [facet("sample", level) for level in range(1, SAMPLE_LEVELS + 1) if draw % (1 << level) == 0]


def sample_level(total: int, wanted: int) -> int:
    """The sample that holds about `wanted` of all articles; 0 is all of them."""
    level = 0
    while total >> level > wanted * 3 // 2 and level < SAMPLE_LEVELS:
        level += 1
    return level


@transaction.atomic
def refresh_counts() -> int:
    """Count anew how many articles have each common token; answer how many tokens are common."""
    total = SearchEntry.objects.count()
    level = sample_level(total, COUNTED)
    rare = max(2, total // 5000)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE bulletin_tokencount IN EXCLUSIVE MODE; DELETE FROM bulletin_tokencount")
        cursor.execute(
            """
            INSERT INTO bulletin_tokencount (token, articles)
            SELECT token, count(*) * %(times)s FROM bulletin_searchentry, unnest(tokens) AS token
            WHERE %(level)s = 0 OR tokens @> ARRAY[%(sample)s]::int4[]
            GROUP BY token HAVING count(*) * %(times)s >= %(rare)s
            """,
            {"times": 1 << level, "level": level, "sample": facet("sample", level), "rare": rare},
        )
        cursor.execute("INSERT INTO bulletin_tokencount VALUES (%s, %s)", [ALL, total])
    return TokenCount.objects.count()
