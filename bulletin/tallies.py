"""Kept counts: how many policies of the register stand under two headings at once, and how many targets.

A heading is a letter and what it stands for: r520000 (a place), t3 (a topic), s发布 (a stage). A page asks
for one scope, such as t3, and gets its keys: t3 × r520000 is how many policies on that topic Guizhou has.
The database counts itself: triggers on the register's tables take out what goes and put in what comes,
whoever writes and in the same transaction. `recount` counts all anew, to repair.
"""

from collections.abc import Mapping

import pgtrigger
from django.db import connection, models, transaction

from regions.tiles import TILES

NATION = "100000"
WHOLE, WORLD, LOCAL, ALL_TARGETS = "*", "w", "l", "#"
# Day and id in one number: the least names the first, the greatest the newest. An id is below 2^40.
PACKED = "({day} - DATE '1900-01-01')::bigint << 40 | id"
UNPACKED = "{number} & ((1::bigint << 40) - 1)"

# SQL over `chosen`, the entries: (id, heading) of each, by letter.
_PLACES = (
    f"SELECT id, 'r' || one FROM chosen, unnest(places) one WHERE one <> '{NATION}'"
    # All of China lies in the nation; of the nation are those policies that are national.
    f" UNION ALL SELECT id, 'r{NATION}' FROM chosen WHERE '{NATION}' = ANY({{own}})"
)
_PROVINCES = ", ".join(f"'{code}'" for code in TILES)
POLICY_HEADINGS = {
    WHOLE: "SELECT id, '*' FROM chosen",
    WORLD: "SELECT id, 'w' FROM chosen WHERE is_foreign",
    LOCAL: f"SELECT id, 'l' FROM chosen WHERE tops && ARRAY[{_PROVINCES}]::varchar[]",
    "r": _PLACES.format(own="tops"),
    "b": "SELECT id, 'b' || one FROM chosen, unnest(bodies) one",
    "t": "SELECT id, 't' || one FROM chosen, unnest(topics) one",
    "s": "SELECT id, 's' || stage FROM chosen",
    "c": "SELECT id, 'c' || one FROM chosen, unnest(sections) one",  # 栏目
    "m": "SELECT id, 'm' || to_char(told_on, 'YYYY-MM') || '|' || stage FROM chosen",
    "y": "SELECT id, 'y' || one || '|' || extract(year FROM told_on)::int FROM chosen, unnest(topics) one",
    "p": "SELECT id, 'p' || one || '|' || to_char(told_on, 'YYYY-MM') FROM chosen, unnest(tops) one",
}
TARGET_HEADINGS = {
    ALL_TARGETS: "SELECT id, '#' FROM chosen",
    "d": "SELECT id, 'd' || due_year FROM chosen WHERE due_year IS NOT NULL",
    "u": "SELECT id, 'u' || unit FROM chosen WHERE unit <> ''",
    "r": _PLACES.format(own="regions"),
    # A longer name is no indicator that another region shares.
    "g": "SELECT id, 'g' || indicator || '|' || unit FROM chosen WHERE length(indicator) <= 100",
}
POLICY_COLUMNS = (
    "policy_id AS id, stage, told_on, instrument_on, sections, places, tops, is_foreign, bodies, topics"
)
TARGET_COLUMNS = "target_id AS id, indicator, due_year, unit, places, regions"
# Which keys are kept of which scopes: what the pages show.
POLICY_PAIRS = {
    WHOLE: "sbtrwl", WORLD: "smbtyr", LOCAL: "s", "r": "smbtyr", "t": "smbtyrwl", "b": "smbty",
    "s": "srwl", "c": "srwl",
}  # fmt: skip
TARGET_PAIRS = {ALL_TARGETS: "#du", "r": "g"}
ENDED = (WHOLE, "t", "s", "c")  # scopes of whose places the first and the newest policy are kept


class Tally(models.Model):
    """How many entries stand under both headings; nobody but the database writes it."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.CharField(db_collation="C")
    key = models.CharField(db_collation="C")
    number = models.PositiveIntegerField()
    # Where the key is a place: since when there is a rule, which policy it is, and the policy told of last.
    first_on = models.DateField(null=True)
    first_policy = models.BigIntegerField(null=True)
    newest_policy = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "计数"

    def __str__(self):
        return f"{self.scope} {self.key}: {self.number}"


def paired(headings: Mapping[str, str], pairs: Mapping[str, str]) -> str:
    """SQL over `chosen`: (id, scope, key) for these pairs of headings."""

    def union(letters):
        return " UNION ALL ".join(headings[letter] for letter in letters)

    wanted = ", ".join(f"('{scope}', '{key}')" for scope, keys in pairs.items() for key in keys)
    return (
        f"SELECT scoped.id, scope, key FROM ({union(pairs)}) scoped (id, scope)"
        f" JOIN ({union(dict.fromkeys(''.join(pairs.values())))}) keyed (id, key) ON keyed.id = scoped.id"
        f" JOIN (VALUES {wanted}) wanted (of_scope, of_key)"
        " ON of_scope = left(scope, 1) AND of_key = left(key, 1)"
    )


def counted(pairs: str) -> str:
    """SQL over those pairs: scope, key, number."""
    return f"SELECT scope, key, count(*)::int AS number FROM ({pairs}) pairs GROUP BY scope, key"


def with_ends(pairs: str) -> str:
    """SQL over `chosen` and such pairs: also first_on, first_policy and newest_policy."""
    first, newest = PACKED.format(day="instrument_on"), PACKED.format(day="told_on")
    return (
        "SELECT scope, key, count(*)::int AS number, min(instrument_on) AS first_on,"
        f" {UNPACKED.format(number=f'min({first})')} AS first_policy,"
        f" {UNPACKED.format(number=f'max({newest})')} AS newest_policy"
        f" FROM ({pairs}) pairs JOIN chosen USING (id) GROUP BY scope, key"
    )


def over(rows: str, sql: str) -> str:
    """The SQL with these rows as `chosen`."""
    return f"WITH chosen AS MATERIALIZED ({rows}) {sql}"


POLICIES_PAIRED = paired(POLICY_HEADINGS, POLICY_PAIRS)
TARGETS_PAIRED = paired(TARGET_HEADINGS, TARGET_PAIRS)
# First and newest cannot be added and taken away: they are looked up anew, for the places that were touched.
_ENDS = """
UPDATE bulletin_tally kept SET first_on = found.first_on, first_policy = found.first_policy,
    newest_policy = found.newest_policy
FROM ({found}) found WHERE found.scope = kept.scope AND found.key = kept.key
"""
_ENDED_PAIRED = paired(POLICY_HEADINGS, dict.fromkeys(ENDED, "r"))
_EVERY_END = _ENDS.format(
    found=over(f"SELECT {POLICY_COLUMNS} FROM bulletin_policyentry", with_ends(_ENDED_PAIRED))
)


@transaction.atomic
def recount() -> int:
    """Count everything anew; answer how many counts are kept. The caller keeps others from writing."""
    policies = over(f"SELECT {POLICY_COLUMNS} FROM bulletin_policyentry", counted(POLICIES_PAIRED))
    targets = over(f"SELECT {TARGET_COLUMNS} FROM bulletin_targetentry", counted(TARGETS_PAIRED))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bulletin_tally")
        for sql in (policies, targets):
            cursor.execute(f"INSERT INTO bulletin_tally (scope, key, number) {sql}")
        cursor.execute(_EVERY_END)
    return Tally.objects.count()


# --- The triggers -----------------------------------------------------------------------------------------

_CHANGE = """
SELECT array_agg(scope), array_agg(key), array_agg(number) INTO scopes, keys, numbers FROM (
    SELECT scope, key, sum(number)::int AS number FROM ({changed}) changed GROUP BY scope, key
) summed;
IF scopes IS NULL THEN RETURN NULL; END IF;
MERGE INTO bulletin_tally kept
    USING unnest(scopes, keys, numbers) changed (scope, key, number)
    ON kept.scope = changed.scope AND kept.key = changed.key
    WHEN MATCHED AND kept.number + changed.number = 0 THEN DELETE
    WHEN MATCHED AND changed.number <> 0 THEN UPDATE SET number = kept.number + changed.number
    WHEN NOT MATCHED AND changed.number > 0 THEN
        INSERT (scope, key, number) VALUES (changed.scope, changed.key, changed.number);
{ends}RETURN NULL;
"""
_TOUCHED_ENDS = (
    """
SELECT array_agg(DISTINCT substr(key, 2)) INTO touched FROM unnest(keys) key WHERE left(key, 1) = 'r';
"""
    + _ENDS.format(
        found=over(
            f"SELECT {POLICY_COLUMNS} FROM bulletin_policyentry"
            f" WHERE places && array_remove(touched, '{NATION}')::varchar[] OR tops && touched::varchar[]",
            with_ends(f"{_ENDED_PAIRED} WHERE (scope, key) IN (SELECT * FROM unnest(scopes, keys))"),
        )
    ).rstrip()
    + ";\n"
)


def triggers(columns: str, pairs: str, has_ends: bool) -> list[pgtrigger.Trigger]:
    """Those that keep the counts of a table up: of what is put in, changed, taken out."""
    gone, come = f"SELECT {columns} FROM gone", f"SELECT {columns} FROM come"

    def signed(rows, sign):
        return f"SELECT scope, key, {sign}number AS number FROM ({over(rows, counted(pairs))}) counted"

    changes = {
        pgtrigger.Insert: (signed(come, ""), {"new": "come"}),
        pgtrigger.Delete: (signed(gone, "-"), {"old": "gone"}),
        pgtrigger.Update: (
            f"{signed(f'{gone} EXCEPT {come}', '-')} UNION ALL {signed(f'{come} EXCEPT {gone}', '')}",
            {"old": "gone", "new": "come"},
        ),
    }
    return [
        pgtrigger.Trigger(
            name=f"count_{str(operation).lower()}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**tables),
            declare=[("scopes", "text[]"), ("keys", "text[]"), ("numbers", "int[]"), ("touched", "text[]")],
            func=_CHANGE.format(changed=changed, ends=_TOUCHED_ENDS if has_ends else ""),
        )
        for operation, (changed, tables) in changes.items()
    ]


POLICY_TRIGGERS = triggers(POLICY_COLUMNS, POLICIES_PAIRED, has_ends=True)
TARGET_TRIGGERS = triggers(TARGET_COLUMNS, TARGETS_PAIRED, has_ends=False)
