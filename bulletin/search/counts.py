"""How many articles have what is asked for, and under which facets.

Up to a few thousand all are looked at. Where there are more, for a word that most articles hold, a fixed
random sample gives counts that are said to be estimates. Which of the two it is decide the token counts.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from bulletin.search.conditions import Asked, Where, by_index
from bulletin.search.entries import sample_level
from bulletin.search.statements import rows
from bulletin.search.tokens import facet, facet_of, facets_between

FEW = 2000  # hits: up to here all are looked at
SAMPLE = 1000  # articles, from which counts are estimated where there are more
RANKED = 200  # candidates, and so hits in the order of relevance
SHOWN = ("section", "kind")  # the first and the last of the groups that readers see


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles there are and under which facets; estimates unless `exact`."""

    count: int
    exact: bool
    facets: dict[str, Counter[int]]
    likeliest: Collection[int] = ()  # where exact: the articles that relevance is worked out for


def counted(asked: Asked) -> Tally:
    """The tally of all that is asked for. A group that is chosen from counts as if it were not."""
    tally = tallied(asked)
    for group in asked.facets:
        others = {name: values for name, values in asked.facets.items() if name != group}
        of_group = tallied(replace(asked, facets=others), (group, group))
        tally.facets[group] = of_group.facets.get(group, Counter())
    return tally


def tallied(asked: Asked, groups: tuple[str, str] = SHOWN) -> Tally:
    """How many there are, under the facets from one group to another."""
    if asked.expected <= FEW:
        tally = _of_all(asked, groups)
        if tally is not None:
            return tally
    level = sample_level(asked.total, SAMPLE)
    sampled = _of(asked, by_index(asked, [facet("sample", level)] if level else []), groups)
    if not level:
        return sampled
    times = 1 << level
    if sampled.count * times <= FEW and (tally := _of_all(asked, groups)) is not None:
        return tally
    estimates = {
        group: Counter({value: n * times for value, n in of.items()}) for group, of in sampled.facets.items()
    }
    return Tally(sampled.count * times, False, estimates)


def _of_all(asked: Asked, groups: tuple[str, str]) -> Tally | None:
    """The tally of all; None where the token counts were wrong and there are many."""
    tally = _of(asked, by_index(asked, few=True), groups, limit=2 * FEW)
    return tally if tally.count < 2 * FEW else None


def _of(asked: Asked, where: Where, groups: tuple[str, str], limit: int | None = None) -> Tally:
    words = [word.text for word in asked.query.words]
    in_title = " + ".join(["(strpos(title, %s) > 0)::int"] * len(words)) or "0"
    sql = f"""
        WITH hits AS MATERIALIZED (
            SELECT article_id, newness, facets, {in_title} AS in_title
            FROM bulletin_searchentry WHERE {where.sql} LIMIT %s
        )
        SELECT 'hits', count(*), 0 FROM hits
        UNION ALL (
            SELECT 'facet', facet, count(*) FROM hits, unnest(facets) AS facet
            WHERE facet BETWEEN %s AND %s GROUP BY facet
        )
        UNION ALL (SELECT 'likeliest', article_id, 0 FROM hits ORDER BY in_title DESC, newness DESC LIMIT %s)
    """  # noqa: S608  conditions are written here, values are parameters
    count, likeliest = 0, []
    facets: dict[str, Counter[int]] = {}
    for what, value, articles in rows(sql, [*words, *where.values, limit, *facets_between(*groups), RANKED]):
        if what == "hits":
            count = value
        elif what == "likeliest":
            likeliest.append(value)
        else:
            group, code = facet_of(value)
            facets.setdefault(group, Counter())[code] = articles
    return Tally(count, True, facets, likeliest)
