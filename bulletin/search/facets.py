"""Facets as readers see them: what an address says ↔ the values of the index, with names and counts."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.http import QueryDict

from bulletin.models import Section
from bulletin.search.entries import NATION, STAGES
from bulletin.search.finder import Facets, Tally
from bulletin.search.fold import fold
from bulletin.search.query import Query, Word
from bulletin.search.tokens import facet_of, hashed
from policies.models import IssuingBody, Topic
from policies.recognition.titles import KINDS
from regions.models import Region

LABELS = {
    "section": "栏目",
    "stage": "阶段",
    "region": "地区",
    "body": "机构",
    "topic": "主题",
    "kind": "文种",
    "year": "刊发年份",
}
MOST_VALUES = 20  # of one group in an address; more are passed over
SHOWN = {"region": 8, "body": 6, "topic": 8, "kind": 6, "year": 8}  # before 「全部…」
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: as the address says it and as the index does."""

    group: str
    value: str
    code: int
    label: str
    count: int = 0
    chosen: bool = False
    inside: bool = False  # a place inside another that stands above it


@dataclass(frozen=True, slots=True)
class Group:
    """One facet with its values that have hits, and how many more there are."""

    name: str
    label: str
    choices: list[Choice]
    left_out: int = 0


def chosen(params: QueryDict) -> list[Choice]:
    """What an address chooses, without what does not exist."""
    found: list[Choice] = []
    for group in LABELS:
        values = [value.replace("\x00", "") for value in dict.fromkeys(params.getlist(group))][:MOST_VALUES]
        if values:
            found += [each for each in _BY_VALUE[group](values) if each.value in values]
    return [replace(choice, chosen=True) for choice in found]


def as_asked(query: Query, choices: Iterable[Choice]) -> tuple[Query, dict[str, frozenset[int]]]:
    """The query and the values to be searched for, those typed as 地区:贵州 among them.

    A name that nothing bears is looked for as a word.
    """
    facets: dict[str, set[int]] = {}
    for choice in choices:
        facets.setdefault(choice.group, set()).add(choice.code)
    words = list(query.words)
    for group, name in query.facets:
        codes = _named(group, name)
        if codes:
            facets.setdefault(group, set()).update(codes)
        else:
            words.append(Word(fold(name)))
    return replace(query, words=tuple(words)), {group: frozenset(codes) for group, codes in facets.items()}


def groups(names: "Names", whole: Collection[str] = ()) -> list[Group]:
    """The facets of a result, with names and counts. `whole`: groups of which all values are shown."""
    shown = []
    for group, label in LABELS.items():
        counts, taken = names.counts[group], names.taken[group]
        limit = MOST_SHOWN if group in whole else SHOWN.get(group, MOST_SHOWN)
        named = [
            replace(each, count=counts[each.code], chosen=each.code in taken) for each in _FOUND[group](names)
        ]
        kept = [each for at, each in enumerate(named) if at < limit or each.chosen or each.inside]
        if kept:
            all_of_them = len(counts) if group == "body" else len(named)
            shown.append(Group(group, label, kept, max(0, all_of_them - len(kept))))
    return shown


def narrower(facets: Facets, choice: Choice) -> dict[str, frozenset[int]]:
    """The facets without one choice."""
    rest = facets[choice.group] - {choice.code}
    others = {group: codes for group, codes in facets.items() if group != choice.group}
    return others | ({choice.group: rest} if rest else {})


# --- By what an address says --------------------------------------------------------------------------------


def _sections(values):
    return [
        Choice("section", each.slug, each.pk, each.name) for each in Section.objects.filter(slug__in=values)
    ]


def _stages(values):
    return [each for each in _STAGES if each.value in values]


def _regions(values):
    return [_region(each) for each in Region.objects.filter(path__in=values)]


def _bodies(values):
    return [_body(each) for each in IssuingBody.objects.filter(pk__in=_numbers(values))]


def _topics(values):
    return [_topic(each) for each in Topic.objects.filter(slug__in=values)]


def _kinds(values):
    return [Choice("kind", each, hashed(each), each) for each in KINDS if each in values]


def _years(values):
    return [Choice("year", f"{year}", year, f"{year}年") for year in _numbers(values) if 1900 < year < 2200]


_BY_VALUE = {
    "section": _sections,
    "stage": _stages,
    "region": _regions,
    "body": _bodies,
    "topic": _topics,
    "kind": _kinds,
    "year": _years,
}
_STAGES = [Choice("stage", stage.name.lower(), code, stage.label) for code, stage in enumerate(STAGES)]


def _numbers(values):
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]


def _region(region):
    return Choice("region", region.path, region.pk, region.short_name)


def _body(body):
    return Choice("body", str(body.pk), body.pk, body.name)


def _topic(topic):
    return Choice("topic", topic.slug, topic.pk, topic.name)


# --- By what the index says ---------------------------------------------------------------------------------


class Names:
    """The names of the values that a page shows, each kind fetched once."""

    def __init__(self, tally: Tally, choices: Iterable[Choice], hits=(), whole=()):
        self.counts = {group: tally.facets.get(group, Counter()) for group in LABELS}
        self.taken: dict[str, set[int]] = {group: set() for group in LABELS}
        for choice in choices:
            self.taken[choice.group].add(choice.code)
        self.in_hits: dict[str, set[int]] = {group: set() for group in LABELS}
        for hit in hits:
            for group, code in map(facet_of, hit):
                if group in LABELS:
                    self.in_hits[group].add(code)
        self.sections = list(Section.objects.all())
        self.regions = {region.pk: region for region in self._regions()}
        bodies = {*self.most("body", MOST_SHOWN if "body" in whole else SHOWN["body"]), *self.in_hits["body"]}
        self.bodies = IssuingBody.objects.only("name").in_bulk(bodies) if bodies else {}
        topics = self.most("topic", MOST_SHOWN)
        self.topics = Topic.objects.in_bulk(topics) if topics else {}

    def _regions(self) -> Iterable[Region]:
        """Those of the hits, those that stand at the top, and those inside the ones that are chosen."""
        own = self.in_hits["region"] | self.taken["region"]
        chosen = Region.objects.filter(pk__in=self.taken["region"]) if self.taken["region"] else ()
        around = {NATION, *(code for region in chosen for code in region.lineage)}
        shown = Q(level=Region.Level.PROVINCE) | Q(parent=None) | Q(parent__code__in=around)
        return Region.objects.filter(Q(pk__in=own) | Q(pk__in=self.most("region", MOST_SHOWN)) & shown)

    def most(self, group: str, limit: int) -> list[int]:
        """The codes with most hits, and those chosen."""
        counts = self.counts[group]
        return [code for code, _ in counts.most_common(limit)] + [
            c for c in self.taken[group] if not counts[c]
        ]

    def of_hit(self, codes: Sequence[int]) -> dict[str, list]:
        """What a hit says of itself: its stages, its regions but not those around them, its bodies."""
        values: dict[str, list[int]] = {}
        for group, code in map(facet_of, codes):
            values.setdefault(group, []).append(code)
        regions = [self.regions[code] for code in values.get("region", ()) if code in self.regions]
        outer = {code for region in regions for code in region.lineage[1:]}
        return {
            "stages": [STAGES[code] for code in sorted(values.get("stage", ()))],
            "regions": [region for region in regions if region.code not in outer],
            "bodies": [self.bodies[code] for code in values.get("body", ()) if code in self.bodies],
        }


def _sections_found(names: Names) -> list[Choice]:
    shown = {*names.counts["section"], *names.taken["section"]}
    return [Choice("section", each.slug, each.pk, each.name) for each in names.sections if each.pk in shown]


def _stages_found(names: Names) -> list[Choice]:
    shown = {*names.counts["stage"], *names.taken["stage"]}
    return [each for each in _STAGES if each.code in shown]


def _regions_found(names: Names) -> list[Choice]:
    """Provinces, the nation, countries by hits; under a chosen one the places right inside it."""
    shown = names.most("region", MOST_SHOWN)
    rows = sorted(
        (names.regions[pk] for pk in shown if pk in names.regions),
        key=lambda row: (-names.counts["region"][row.pk], row.code),
    )
    chosen_lineage = {code for row in rows if row.pk in names.taken["region"] for code in row.lineage}
    found = []
    for top in rows:
        if (
            top.parent_id is not None
            and top.level != Region.Level.PROVINCE
            and NATION not in top.lineage[1:2]
        ):
            continue
        found.append(_region(top))
        if top.code in chosen_lineage and top.code != NATION:
            inside = [row for row in rows if row.parent_id == top.pk or row.pk in names.taken["region"]]
            found += [
                replace(_region(row), inside=True)
                for row in inside
                if row is not top and top.code in row.lineage
            ]
    return found


def _bodies_found(names: Names) -> list[Choice]:
    return [_body(names.bodies[code]) for code in names.most("body", MOST_SHOWN) if code in names.bodies]


def _topics_found(names: Names) -> list[Choice]:
    return [_topic(names.topics[code]) for code in names.most("topic", MOST_SHOWN) if code in names.topics]


def _kinds_found(names: Names) -> list[Choice]:
    kinds = {hashed(kind): kind for kind in KINDS}
    return [Choice("kind", kinds[c], c, kinds[c]) for c in names.most("kind", MOST_SHOWN) if c in kinds]


def _years_found(names: Names) -> list[Choice]:
    return _years(map(str, sorted({*names.counts["year"], *names.taken["year"]}, reverse=True)))


_FOUND = {
    "section": _sections_found,
    "stage": _stages_found,
    "region": _regions_found,
    "body": _bodies_found,
    "topic": _topics_found,
    "kind": _kinds_found,
    "year": _years_found,
}


# --- By what is typed: 地区:贵州 ----------------------------------------------------------------------------


def _named(group: str, name: str) -> set[int]:
    """The values of a group that bear this name."""
    name = name.replace("\x00", "")
    number = int(digits) if (digits := name.strip("第总期年")).isdecimal() and len(digits) < 6 else None
    if group == "issue":
        return set() if number is None else {number}
    if group == "year":
        return set() if number is None else {number}
    if group == "region":
        rows = Region.objects.filter(Q(short_name=name) | Q(name=name) | Q(path=name.lower()))
        return set(rows.values_list("pk", flat=True))
    if group == "body":
        rows = IssuingBody.objects.filter(Q(name=name) | Q(short_names__contains=[name]))
        return set(rows.values_list("pk", flat=True))
    if group == "section":
        return set(Section.objects.filter(Q(name=name) | Q(slug=name)).values_list("pk", flat=True))
    if group == "topic":
        return set(Topic.objects.filter(Q(name=name) | Q(slug=name)).values_list("pk", flat=True))
    if group == "stage":
        return {each.code for each in _STAGES if name in (each.label, each.value)}
    return {hashed(name)} if name in KINDS else set()
