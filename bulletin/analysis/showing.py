"""How the register's rows are told: names for their codes, nodes with their words, small drawings."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

from django.db import connection
from django.urls import reverse

from bulletin.register import PHASES
from policies.models import Stage

STAGE_CLASS = {
    Stage.Kind.COMMENT: "solicit",
    Stage.Kind.DRAFT: "draft",
    Stage.Kind.ISSUED: "issued",
    Stage.Kind.IN_FORCE: "force",
    Stage.Kind.REVISED: "issued",
    Stage.Kind.REPEALED: "void",
    Stage.Kind.REPORT: "report",
}


@dataclass(frozen=True)
class Named:
    """A region or a body by its name and address."""

    key: str
    name: str
    address: str

    def __str__(self):
        return self.name

    @property
    def code(self):
        return self.key

    @property
    def short_name(self):
        return self.name

    def get_absolute_url(self):
        return self.address


def names(bodies: Iterable[int] = (), regions: Iterable[str] = ()) -> tuple[dict, dict]:
    """Bodies by id and regions by code, both in one query."""
    bodies, regions = set(bodies), set(regions)
    if not bodies and not regions:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'body', id::text, name, '' FROM policies_issuingbody WHERE id = ANY(%s)"
            " UNION ALL SELECT 'region', code, short_name, path FROM regions_region WHERE code = ANY(%s)",
            [list(bodies), list(regions)],
        )
        rows = cursor.fetchall()
    found_bodies = {
        int(key): Named(key, name, reverse("body", args=[key]))
        for kind, key, name, _ in rows
        if kind == "body"
    }
    found_regions = {
        key: Named(key, "全国" if path == "national" else name, reverse("region", args=[path]))
        for kind, key, name, path in rows
        if kind == "region"
    }
    return found_bodies, found_regions


def dress(entries: Sequence, more_bodies: Iterable[int] = (), more_regions: Iterable[str] = ()):
    """Give entries of policies or targets their `body_names` and `region_names`; answer all that was
    fetched.
    """
    bodies, regions = names(
        {*more_bodies, *(body for entry in entries for body in entry.bodies)},
        {*more_regions, *(code for entry in entries for code in entry.regions)},
    )
    for entry in entries:
        entry.body_names = [bodies[pk] for pk in entry.bodies if pk in bodies]
        entry.region_names = [regions[code] for code in entry.regions if code in regions]
    return bodies, regions


def month_keys(last: date, count: int) -> list[str]:
    """The last so many months, oldest first: 2025-07."""
    months = [last.year * 12 + last.month - 1 - back for back in reversed(range(count))]
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def days_of(first: str, last: str) -> tuple[str, str]:
    """The first day of one month and the last of another, as an address says them: 2025-07-01."""
    year, month = map(int, last.split("-"))
    return f"{first}-01", f"{last}-{monthrange(year, month)[1]}"


SERIES = tuple((name, label) for name, (label, _) in PHASES.items())
_SERIES_OF = {kind: place for place, (_, kinds) in enumerate(PHASES.values()) for kind in kinds}


def month_columns(counts: dict[str, int], months: list[str]) -> SimpleNamespace:
    """Stacked columns per month: counts by "2025-07|发布". Heights in units of one policy, `top` at least
    4.
    """
    stacks = {month: [0, 0, 0, 0] for month in months}
    for key, number in counts.items():
        month, _, stage = key.partition("|")
        if month in stacks:
            stacks[month][_SERIES_OF[stage]] += number
    top = max(4, *(sum(stack) for stack in stacks.values()))
    top += -top % 4
    columns = []
    for month, stack in stacks.items():
        year, number_of_month = int(month[:4]), int(month[5:])
        since, until = days_of(month, month)
        bars, below = [], 0
        for (name, _), number in zip(SERIES, stack, strict=True):
            if number:
                below += number
                bars.append({"name": name, "y": top - below, "height": number})
        columns.append(
            {
                "year": year,
                "month": number_of_month,
                "since": since,
                "until": until,
                "bars": bars,
                "numbers": [(name, count) for (name, _), count in zip(SERIES, stack, strict=True)],
            }
        )
    return SimpleNamespace(
        columns=columns, top=top, ticks=[top, top // 2, 0], series=SERIES, any=any(c["bars"] for c in columns)
    )


def shares(numbers: Iterable[int]) -> list[int]:
    """Widths of bars in hundredths of the longest."""
    numbers = list(numbers)
    longest = max(numbers, default=0) or 1
    return [round(number * 100 / longest) for number in numbers]


# --- 政策节点 ---------------------------------------------------------------------------------------------

UNTIL, FORCE, EXPIRES = "until", "force", "expires"
NODE_LABELS = {UNTIL: "意见截止", FORCE: "施行", EXPIRES: "有效期届满"}
NODE_STAGES = {UNTIL: "征求意见", FORCE: "施行", EXPIRES: "废止"}


@dataclass(frozen=True)
class Node:
    """A day that a policy's life turns on."""

    day: date
    kind: str
    policy_id: int
    title: str
    bodies: tuple[int, ...]
    stage_id: int  # 0 where the day is not a stage's

    @property
    def label(self):
        return NODE_LABELS[self.kind]

    @property
    def stage(self):
        return NODE_STAGES[self.kind]

    @property
    def address(self):
        return reverse("policy", args=[self.policy_id])

    def words(self, today: date) -> str:
        """How it stands to today: 意见截止，还有14天."""
        days = (self.day - today).days
        if self.kind == FORCE:
            return "今日起施行" if days == 0 else f"{days}天后施行" if days > 0 else "已施行"
        if self.kind == UNTIL:
            return (
                "意见今日截止" if days == 0 else f"意见截止，还有{days}天" if days > 0 else "意见征集已结束"
            )
        return "有效期今日届满" if days == 0 else f"有效期还有{days}天" if days > 0 else "有效期已届满"


def nodes(entries, since: date, until: date, kinds=tuple(NODE_LABELS), newest_first=False, limit=500):
    """The nodes of these policies between two days, both included, in one query."""
    return _nodes(entries, [(since, until, newest_first)], kinds, limit)


def nearest_nodes(entries, today: date, ahead: timedelta, back: timedelta, limit: int):
    """The next nodes; where nothing comes, the last ones. In one query."""
    found = _nodes(
        entries,
        [(today, today + ahead, False), (today - back, today - timedelta(days=1), True)],
        tuple(NODE_LABELS),
        limit,
    )
    return [node for node in found if node.day >= today] or found


def _nodes(entries, spans, kinds, limit) -> list[Node]:
    """spans: (since, until, whether the newest comes first), one after the other, so many of each."""
    inner, parameters = (
        entries.order_by()
        .values("policy_id", "title", "bodies", "stages", "valid_until")
        .query.sql_with_params()
    )
    of_stage = (
        "SELECT s.{day} AS day, '{kind}', e.policy_id, e.title, e.bodies, s.id FROM policies_stage s,"
        # Day by day, each looked up: of a list of days only the first are asked for.
        " LATERAL (SELECT * FROM chosen WHERE policy_id = s.policy_id AND s.id = ANY(stages) OFFSET 0) e"
        " WHERE s.{day} BETWEEN %s AND %s{more}"
    )
    parts = {
        UNTIL: of_stage.format(day="until_on", kind=UNTIL, more=""),
        FORCE: of_stage.format(day="happened_on", kind=FORCE, more=" AND s.kind = '施行'"),
        EXPIRES: f"SELECT valid_until AS day, '{EXPIRES}', policy_id, title, bodies, 0::bigint FROM chosen"
        " WHERE valid_until BETWEEN %s AND %s",
    }
    wanted = [parts[kind] for kind in parts if kind in kinds]
    if not wanted:
        return []
    found = []
    for since, until, newest_first in spans:
        order = f"ORDER BY day {'DESC' if newest_first else 'ASC'}, policy_id LIMIT {int(limit)}"
        # Each kind stops at so many by its own index.
        every = " UNION ALL ".join(f"({part} {order})" for part in wanted)
        found.append(f"(SELECT * FROM ({every}) nodes {order})")
        parameters = [*parameters, *[since, until] * len(wanted)]
    sql = f"SELECT * FROM (WITH chosen AS NOT MATERIALIZED ({inner}) {' UNION ALL '.join(found)}) nodes"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [
            Node(day, kind, pk, title, tuple(bodies), stage) for day, kind, pk, title, bodies, stage in cursor
        ]
