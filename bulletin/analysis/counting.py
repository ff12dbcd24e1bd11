"""Counts over the register: kept ones where they are kept (`bulletin.tallies`), else counted in one query."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Window
from django.db.models.functions import Left

from bulletin.tallies import (
    ALL_TARGETS,
    ENDED,
    POLICY_HEADINGS,
    POLICY_PAIRS,
    WHOLE,
    Tally,
    over,
    paired,
    with_ends,
)

# What the headings are drawn from, as `tallies.POLICY_COLUMNS` names it.
COLUMNS = (
    "policy_id", "stage", "told_on", "instrument_on", "sections", "places", "tops", "is_foreign", "bodies",
    "topics",
)  # fmt: skip


class Standing(NamedTuple):
    """The policies of one place: how many, since when there is a rule and which it is, the newest told."""

    number: int = 0
    first_on: date | None = None
    first_policy: int | None = None
    newest_policy: int | None = None


NONE = Standing()
HOME, ABROAD = "l", "w"  # beside the codes of places: all provinces together, all other countries
MANY = 10_000


def tally(chosen, letters: str) -> dict[str, Counter[str]]:
    """How many of the chosen policies under each heading of these letters: tally(chosen, "b")["b"]["17"].

    chosen: a PolicyFilter. What the letters are: `tallies.POLICY_HEADINGS`.
    """
    found: dict[str, Counter[str]] = {letter: Counter() for letter in letters}
    if chosen.scope and set(letters) <= set(POLICY_PAIRS[chosen.scope[0]]):
        kept = Tally.objects.annotate(letter=Left("key", 1)).filter(scope=chosen.scope, letter__in=letters)
        rows = kept.values_list("key", "number")
    else:
        headings = " UNION ALL ".join(POLICY_HEADINGS[letter] for letter in letters)
        rows = _rows(chosen, f"SELECT heading, count(*) FROM ({headings}) counted (id, heading) GROUP BY 1")
    for heading, number in rows:
        found[heading[0]][heading[1:]] = number
    return found


def total(chosen) -> int:
    """How many policies were chosen."""
    return sum(tally(chosen, "s")["s"].values()) if chosen.scope else chosen.qs.count()


def of_targets(letters: str) -> dict[str, Counter[str]]:
    """How many of all targets by each heading: d (year), u (unit), # (all of them)."""
    found: dict[str, Counter[str]] = {letter: Counter() for letter in letters}
    for key, number in Tally.objects.filter(scope=ALL_TARGETS).values_list("key", "number"):
        if key[0] in found:
            found[key[0]][key[1:]] = number
    return found


def by_place(chosen, codes: Collection[str]) -> dict[str, Standing]:
    """How the chosen policies stand at these places, the nation among them; at HOME and ABROAD too."""
    if chosen.scope and chosen.scope[0] in ENDED:
        rows = _kept([chosen.scope], codes)
    else:
        rows = _counted(chosen, {WHOLE: "rlw"}, codes)
    return {code: standing for (_, code), standing in rows.items()}


def by_topic_and_place(chosen, topics: Collection[int], codes: Collection[str]):
    """The same for each of these topics, and under None for all: {(topic's id, code): Standing}."""
    scopes = [f"t{topic}" for topic in topics]
    if chosen.scope == WHOLE or [chosen.scope] == scopes:
        rows = _kept([chosen.scope, *scopes], codes)
    else:
        rows = _counted(chosen, {WHOLE: "r", "t": "r"}, codes)
    return {(int(topic) if topic else None, code): standing for (topic, code), standing in rows.items()}


def together(chosen, bodies: list[int]) -> list[tuple[int, int, int]]:
    """How often two of these bodies sign one of the chosen policies: (one, other, policies)."""
    return _rows(
        chosen,
        "SELECT one, other, count(*) FROM chosen, unnest(bodies) one, unnest(bodies) other"
        " WHERE one < other AND one = ANY(%s) AND other = ANY(%s) GROUP BY 1, 2",
        bodies,
        bodies,
    )


def shared_indicators(
    codes: Collection[str], at_most: int
) -> tuple[dict[tuple[str, str], Counter[str]], int]:
    """What these places set targets for, and how many more that is not listed.

    By indicator and unit, what most of them set first, since it can be compared: how many targets by place.
    """
    scopes = [f"r{code}" for code in codes]
    kept = Tally.objects.filter(scope__in=scopes, key__gte="g", key__lt="h").order_by()
    keys = kept.values("key").annotate(places=Count("scope"))
    ordered = list(keys.annotate(more=Window(Count("*"))).order_by("-places", "key")[:at_most])
    found: dict[tuple[str, str], Counter[str]] = {_indicator(row["key"]): Counter() for row in ordered}
    wanted = kept.filter(key__in=[row["key"] for row in ordered])
    for scope, key, number in wanted.values_list("scope", "key", "number"):
        found[_indicator(key)][scope[1:]] = number
    return found, max(0, ordered[0]["more"] - at_most) if ordered else 0


def _indicator(key: str) -> tuple[str, str]:
    indicator, _, unit = key[1:].rpartition("|")
    return indicator, unit


def first_targets(codes: Collection[str], indicators, at_most: int | None) -> dict[tuple, list[int]]:
    """By place, indicator and unit: ids of the targets, the first to come due first, so many of each."""
    found = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, indicator, unit, target_id FROM ("
            "SELECT place, indicator, unit, target_id, row_number() OVER"
            " (PARTITION BY place, indicator, unit ORDER BY due_year, target_id) AS number"
            " FROM bulletin_targetentry JOIN unnest(%s) place ON places @> ARRAY[place]::varchar[]"
            " WHERE indicator = ANY(%s)) ranked WHERE number <= %s ORDER BY number",
            [list(codes), list({indicator for indicator, _ in indicators}), at_most or MANY],
        )
        for place, indicator, unit, pk in cursor:
            if (indicator, unit) in indicators:
                found[place, indicator, unit].append(pk)
    return found


def _kept(scopes: Collection[str], codes: Collection[str]) -> dict[tuple[str, str], Standing]:
    rows = Tally.objects.filter(scope__in=scopes, key__in=_keys(codes))
    return {
        (scope[1:], _place(key)): Standing(*standing)
        for scope, key, *standing in rows.values_list("scope", "key", *Standing._fields)
    }


def _counted(chosen, pairs: Mapping[str, str], codes: Collection[str]) -> dict[tuple[str, str], Standing]:
    sql = with_ends(f"{paired(POLICY_HEADINGS, pairs)} WHERE key = ANY(%s)")
    rows = _rows(chosen, sql, _keys(codes))
    return {(scope[1:], _place(key)): Standing(*standing) for scope, key, *standing in rows}


def _keys(codes: Collection[str]) -> list[str]:
    return [HOME, ABROAD, *(f"r{code}" for code in codes)]


def _place(key: str) -> str:
    return key if key in (HOME, ABROAD) else key[1:]


def _rows(chosen, sql: str, *more) -> list[tuple]:
    """Run SQL over `chosen`, the entries as a table, read once; `more` are the parameters of the SQL
    itself.
    """
    try:
        inner, parameters = chosen.qs.order_by().values(*COLUMNS).query.sql_with_params()
    except EmptyResultSet:
        return []
    named = f"SELECT policy_id AS id, {', '.join(COLUMNS[1:])} FROM ({inner}) entries"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({over(named, sql)}) found", [*parameters, *more])
        return cursor.fetchall()


def topic_shares(issues: int, topic: int | None = None) -> tuple[list[dict], dict[int, dict[int, int]]]:
    """The last so many issues, oldest first, and by topic and issue how many of its articles tell of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM (WITH latest AS ("
            "SELECT id, total_number, issued_on FROM bulletin_issue WHERE state = 'published'"
            " ORDER BY total_number DESC LIMIT %s),"
            " standing AS (SELECT a.id, a.issue_id FROM bulletin_article a"
            " JOIN latest ON latest.id = a.issue_id"
            " WHERE a.taken_down_at IS NULL)"
            " SELECT latest.id, latest.total_number, latest.issued_on, 0, count(standing.id)"
            " FROM latest LEFT JOIN standing ON standing.issue_id = latest.id GROUP BY 1, 2, 3"
            " UNION ALL SELECT standing.issue_id, 0, NULL, tagged.topic_id, count(*) FROM standing"
            " JOIN bulletin_article_topics tagged ON tagged.article_id = standing.id GROUP BY 1, 4) shares",
            [issues],
        )
        rows = cursor.fetchall()
    latest = sorted(
        (
            {"pk": pk, "total_number": number, "issued_on": day, "articles": count}
            for pk, number, day, topic_id, count in rows
            if topic_id == 0
        ),
        key=lambda issue: issue["total_number"],
    )
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, _, _, topic_id, count in rows:
        if topic_id and topic in (None, topic_id):
            counts[topic_id][pk] = count
    return latest, counts
