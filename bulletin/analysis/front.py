"""What the register gives to the home page and to an article's page."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from bulletin.analysis import counting, showing
from bulletin.analysis.regions import tile_rows
from bulletin.facts import Telling
from bulletin.filters import PolicyFilter
from bulletin.register import NATION, PolicyEntry, TargetEntry
from regions import tiles

LOCAL_POLICIES = 6
NODES = 6
AHEAD, BACK = timedelta(days=366 * 2), timedelta(days=366 * 3)
TARGETS_IN_RAIL = 6
KEPT_SECONDS = 3600


def home_blocks(choices):
    """The map of the last twelve months, the newest local policies, the next days: kept until something
    changes.
    """
    today = timezone.localdate()
    changed_at, number = choices.register
    if changed_at is None:
        return None
    key = f"home-{changed_at:%Y%m%d%H%M%S%f}-{number}-{choices.newest_day}-{today}"
    blocks = cache.get(key)
    if blocks is None:
        blocks = _home_blocks(choices, today)
        cache.set(key, blocks, KEPT_SECONDS)
    return blocks


def _home_blocks(choices, today):
    year = PolicyFilter({"period": "12"}, PolicyEntry.objects.all(), choices)
    counts = counting.by_place(year, [*tiles.TILES, NATION])
    local = list(PolicyEntry.objects.local().for_list()[:LOCAL_POLICIES])
    nodes = showing.nearest_nodes(PolicyEntry.objects.all(), today, AHEAD, BACK, NODES)
    bodies, regions = showing.dress(local, [pk for node in nodes for pk in node.bodies], tiles.TILES)
    rows, legend = tile_rows([regions[code] for code in tiles.TILES if code in regions], counts)
    return {
        "rows": rows,
        "legend": legend,
        "total": counts.get(counting.HOME, counting.NONE).number,
        "active": sum(row["count"] > 0 for row in rows),
        "national": counts.get(NATION, counting.NONE).number,
        "abroad": counts.get(counting.ABROAD, counting.NONE).number,
        "local": local,
        "nodes": [
            {
                "node": node,
                "words": node.words(today),
                "bodies": [bodies[pk] for pk in node.bodies if pk in bodies][:1],
            }
            for node in nodes
        ],
    }


@dataclass(frozen=True)
class TellsOf:
    """What an article tells of, for the column beside it."""

    tellings: list[Telling]
    targets: list[TargetEntry]


def beside_article(article) -> TellsOf:
    """The policies and targets that an article tells of, in the order of the text."""
    tellings = list(
        article.tellings.select_related("policy__entry")
        .order_by("-headline", "order")
        .only(
            "event",
            "title",
            "issued_on",
            "effective_on",
            "comments_until",
            "number",
            "headline",
            "order",
            "block",
            "article",
            "policy__title",
            "policy__entry__title",
            "policy__entry__stage",
            "policy__entry__article_count",
        )
    )
    targets = TargetEntry.objects.filter(target__article_facts__article=article).order_by("due_year", "pk")
    return TellsOf(tellings, list(targets[:TARGETS_IN_RAIL]))
