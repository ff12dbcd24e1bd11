"""The register (政策登记): what readers may know of policies and targets, ready to be listed and counted.

A policy's own rows are drawn from all that is stored, drafts too. What stands here is drawn from published
articles alone, is kept by whoever changes those facts (`refresh`), and is all that the pages for readers ask.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from bulletin import tallies
from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Telling
from policies.models import IssuingBody, Policy, PolicyBody, SaidBy, Stage, Target, Topic
from policies.recognition.topics import topics_of
from regions.models import Region
from regions.tiles import TILES

REGISTER_LOCK = 0x73  # the class of the advisory lock under which entries are written
IN_RAIL = 5  # targets beside a page
BATCH = 500  # policies or targets drawn at once
PUBLIC = {"article__issue__state": "published", "article__taken_down_at": None}
Kind = Stage.Kind
# What a reader is told apart at a glance, as the charts draw it.
PHASES = {
    "solicit": ("征求意见", (Kind.COMMENT, Kind.DRAFT)),
    "issued": ("发布", (Kind.ISSUED, Kind.REVISED)),
    "force": ("施行", (Kind.IN_FORCE, Kind.REPEALED)),
    "report": ("报告", (Kind.REPORT,)),
}
# What a policy has come to: a later one in this list wins where dates do not decide.
COURSE = (Kind.REPORT, Kind.COMMENT, Kind.DRAFT, Kind.ISSUED, Kind.IN_FORCE, Kind.REVISED, Kind.REPEALED)
INSTRUMENT = (Kind.ISSUED, Kind.IN_FORCE, Kind.REVISED)  # from here on there is a rule to keep to
ISSUERS = (ArticleBody.Act.ISSUED, ArticleBody.Act.DRAFTED)
NATION = "100000"


class PolicyEntryQuerySet(models.QuerySet):
    def of(self, region):
        """Policies of the region or of any place inside it; of the nation those that are national."""
        if region.code == NATION:
            return self.filter(tops__contains=[NATION])
        return self.filter(places__contains=[region.code])

    def local(self):
        """Policies of a province, or of any place inside one."""
        return self.filter(tops__overlap=list(TILES))

    def abroad(self):
        """Policies of other countries and of unions."""
        return self.filter(is_foreign=True)

    def for_list(self):
        """All that a row in a list shows, but for the names of the bodies."""
        return self.select_related("latest_article__issue").only(
            *(field.name for field in PolicyEntry._meta.concrete_fields if field.name != "stages"),
            "latest_article__number",
            "latest_article__page",
            "latest_article__title",
            "latest_article__issue__total_number",
            "latest_article__issue__issued_on",
        )


class PolicyEntry(models.Model):
    """One policy that a published article tells of."""

    policy = models.OneToOneField(Policy, models.CASCADE, primary_key=True, related_name="entry")
    title = models.CharField(max_length=300)
    number = models.CharField(blank=True)
    kind = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=8, choices=Kind.choices)  # what it has come to
    stage_on = models.DateField(null=True)  # None where no text states it
    began_on = models.DateField()  # the first date known of it; else of the issue that first told of it
    instrument_on = models.DateField(null=True)  # since when there is a rule; None while it is a draft
    valid_until = models.DateField(null=True)
    told_on = models.DateField()  # date of the newest issue that tells of it
    first_told_on = models.DateField()
    article_count = models.PositiveIntegerField()
    latest_article = models.ForeignKey("Article", models.CASCADE, related_name="+")
    stages = ArrayField(models.BigIntegerField())  # ids of those that are public
    stage_kinds = ArrayField(models.CharField(max_length=8))
    sections = ArrayField(models.BigIntegerField())
    regions = ArrayField(models.CharField(max_length=12))  # codes, as told
    places = ArrayField(models.CharField(max_length=12))  # those and all around them
    tops = ArrayField(models.CharField(max_length=12))  # provinces, the nation, countries: for the map
    is_foreign = models.BooleanField(default=False)
    bodies = ArrayField(models.BigIntegerField())  # in the order in which they sign
    topics = ArrayField(models.BigIntegerField())
    updated_at = models.DateTimeField(auto_now=True)

    objects = PolicyEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-told_on", "-policy_id"]
        verbose_name = verbose_name_plural = "政策登记"
        triggers = tallies.POLICY_TRIGGERS
        indexes = [
            # One for each order of a list
            models.Index(fields=["-told_on", "-policy"], name="entry_told"),
            models.Index(fields=["began_on", "policy"], name="entry_began"),
            models.Index(fields=["title", "policy"], name="entry_title"),
            models.Index(F("stage_on").desc(nulls_last=True), F("policy").desc(), name="entry_stage_on"),
            models.Index(fields=["updated_at"], name="entry_updated"),
            models.Index(fields=["valid_until"], name="entry_valid", condition=Q(valid_until__isnull=False)),
            GinIndex(fields=["places"], name="entry_places"),
            GinIndex(fields=["tops"], name="entry_tops"),
            GinIndex(fields=["bodies"], name="entry_bodies"),
            GinIndex(fields=["topics"], name="entry_topics"),
            GinIndex(fields=["stages"], name="entry_stages"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("policy", args=[self.policy_id])


class TargetEntryQuerySet(models.QuerySet):
    def of(self, region):
        """Targets of the region or of any place inside it; of the nation those that are national."""
        if region.code == NATION:
            return self.filter(regions__contains=[NATION])
        return self.filter(places__contains=[region.code])

    def local(self):
        """Targets of a province, or of any place inside one."""
        return self.filter(places__overlap=list(TILES))

    def abroad(self):
        """Targets of other countries and of unions."""
        return self.exclude(places__contains=[NATION]).exclude(places=[])

    def for_line(self):
        """All that a line tells: what, how much, where, by when, and the address of its sentence."""
        return self.select_related("article__issue").only(
            "indicator", "value", "unit", "due_year", "places", "block", "article__number",
            "article__issue__total_number",
        )  # fmt: skip

    def for_rail(self):
        """A few for the column beside a page: those that reach furthest, the newest first."""
        furthest = F("due_year").desc(nulls_last=True), "-told_on", "-target_id"
        nearest = self.order_by(*furthest).values("pk")[:IN_RAIL]
        return TargetEntry.objects.filter(pk__in=nearest).for_line().order_by(*furthest)

    def for_board(self):
        """All that the board shows, notes of progress too, but for the names of places and bodies."""
        rows = self.select_related("article__issue", "target").prefetch_related("target__notes")
        return rows.defer("article__body", "article__reading", "article__places")


class TargetEntry(models.Model):
    """One target that a published article states, with the newest that does."""

    target = models.OneToOneField(Target, models.CASCADE, primary_key=True, related_name="entry")
    policy = models.ForeignKey(Policy, models.CASCADE, null=True, related_name="+")
    indicator = models.CharField()
    value = models.CharField()
    low = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    unit = models.CharField(blank=True)
    due_year = models.PositiveSmallIntegerField(null=True)
    article = models.ForeignKey("Article", models.CASCADE, related_name="+")
    block = models.PositiveIntegerField(null=True)  # the paragraph that states it
    sentence = models.TextField(blank=True)
    told_on = models.DateField()
    regions = ArrayField(models.CharField(max_length=12))
    places = ArrayField(models.CharField(max_length=12))
    bodies = ArrayField(models.BigIntegerField())
    topics = ArrayField(models.BigIntegerField())

    objects = TargetEntryQuerySet.as_manager()

    class Meta:
        ordering = ["due_year", "-told_on", "target_id"]
        verbose_name = verbose_name_plural = "目标登记"
        triggers = tallies.TARGET_TRIGGERS
        indexes = [
            models.Index(fields=["due_year", "-told_on", "target"], name="target_entry_due"),
            models.Index(fields=["unit", "due_year", "-told_on", "target"], name="target_entry_unit"),
            models.Index(
                F("due_year").desc(nulls_last=True),
                F("told_on").desc(),
                F("target").desc(),
                name="target_entry_furthest",
            ),
            models.Index(fields=["indicator", "target"], name="target_entry_indicator"),
            models.Index(F("low").desc(nulls_last=True), F("target").desc(), name="target_entry_low"),
            models.Index(fields=["policy"], name="target_entry_policy"),
            GinIndex(fields=["places"], name="target_entry_places"),
            GinIndex(fields=["bodies"], name="target_entry_bodies"),
            GinIndex(fields=["topics"], name="target_entry_topics"),
        ]

    def __str__(self):
        return f"{self.indicator}{self.value}{self.unit}"

    @property
    def address(self):
        """The article's page, at the sentence."""
        return self.article.get_absolute_url() + (f"#p{self.block}" if self.block is not None else "")


# --- Keeping it up ----------------------------------------------------------------------------------------


@transaction.atomic
def refresh(articles: Iterable = (), policies: Iterable[int] = ()) -> None:
    """Bring the entries up to the facts of these articles and policies."""
    of_articles = [article.pk for article in articles]
    tellings = Telling.objects.filter(article__in=of_articles)
    wanted = sorted({*policies, *tellings.values_list("policy_id", flat=True)})
    targets = Target.objects.filter(
        Q(article_facts__article__in=of_articles) | Q(policy__in=wanted) | Q(entry__article__in=of_articles)
    )
    targets = sorted(set(targets.values_list("pk", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [REGISTER_LOCK])
    rules = [topic.rule for topic in Topic.objects.all()]
    lineages = _Lineages()
    for start in range(0, len(wanted), BATCH):
        _enter_policies(wanted[start : start + BATCH], rules, lineages)
    for start in range(0, len(targets), BATCH):
        _enter_targets(targets[start : start + BATCH], lineages)


def rebuild() -> Counter[str]:
    """Draw every entry anew; answer how many policies and targets stand in the register."""
    lineages, rules = _Lineages(), [topic.rule for topic in Topic.objects.all()]
    policies = list(Policy.objects.order_by("pk").values_list("pk", flat=True))
    targets = list(Target.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(policies), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [REGISTER_LOCK])
            _enter_policies(policies[start : start + BATCH], rules, lineages)
    for start in range(0, len(targets), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [REGISTER_LOCK])
            _enter_targets(targets[start : start + BATCH], lineages)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [REGISTER_LOCK])
        tallies.recount()
    return Counter(policies=PolicyEntry.objects.count(), targets=TargetEntry.objects.count())


class _Lineages:
    """What lies around a place; fetched once per place."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[list[str], str]] = {}  # code → lineage, level

    def learn(self, codes: Iterable[str]) -> None:
        missing = set(codes) - set(self.known)
        for code, lineage, level in Region.objects.filter(code__in=missing).values_list(
            "code", "lineage", "level"
        ):
            self.known[code] = lineage, level

    def around(self, codes: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(place for code in codes for place in self.known[code][0]))

    def tops(self, codes: Iterable[str]) -> list[str]:
        """The province that holds each place; the nation and countries are their own."""
        found = []
        for code in codes:
            lineage, level = self.known[code]
            inside = level in (Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.COUNTY)
            found.append(lineage[-2] if inside else lineage[-1])
        return list(dict.fromkeys(found))


def _enter_policies(pks: list[int], rules, lineages: _Lineages) -> None:
    tellings: dict[int, list[Telling]] = defaultdict(list)
    told = Telling.objects.filter(policy__in=pks, **PUBLIC).select_related("article__issue")
    for telling in told.defer("article__body", "article__reading", "article__places").order_by(
        "article__issue__total_number", "article__order", "order", "pk"
    ):
        tellings[telling.policy_id].append(telling)
    rows = {
        policy.pk: policy
        for policy in Policy.objects.filter(pk__in=tellings, merged_into=None).prefetch_related(
            "stages", "regions"
        )
    }
    articles = {telling.article_id for each in tellings.values() for telling in each}
    places, bodies, topics = _of_articles(articles)
    by_hand: dict[int, list[int]] = defaultdict(list)
    signed = PolicyBody.objects.filter(policy__in=rows).exclude(said_by=SaidBy.MACHINE)
    for policy_id, body_id in signed.values_list("policy_id", "body_id"):
        by_hand[policy_id].append(body_id)
    all_told = Counter(Telling.objects.filter(policy__in=rows).values_list("policy_id", flat=True))
    lineages.learn(code for codes in places.values() for code in codes)
    lineages.learn(region.code for policy in rows.values() for region in policy.regions.all())
    entries = []
    for pk, policy in rows.items():
        said = tellings[pk]
        own = policy.said_by != SaidBy.MACHINE
        codes = (
            [region.code for region in policy.regions.all()]
            if own
            else list(dict.fromkeys(code for each in said for code in places[each.article_id]))
        )
        # The title in its fullest form; of a policy that drafts tell of too, as published articles print it.
        whole = own or all_told[pk] == len(said)
        fullest = max(
            said, key=lambda each: (each.event not in (Kind.COMMENT, Kind.DRAFT), len(each.name), each.name)
        )
        title = policy.title if whole else fullest.name
        steps = _steps(policy, said)
        titles = [title, *(each.title for each in said)]
        of_text = [topic for each in said if each.headline for topic in topics[each.article_id]]
        tops = lineages.tops(codes)
        entries.append(
            PolicyEntry(
                policy=policy,
                title=title,
                number=policy.number if whole else next((each.number for each in said if each.number), ""),
                kind=policy.kind,
                **_course(steps, said),
                valid_until=(
                    policy.valid_until
                    if whole
                    else next((each.valid_until for each in said if each.valid_until), None)
                ),
                told_on=max(each.article.issue.issued_on for each in said),
                first_told_on=min(each.article.issue.issued_on for each in said),
                article_count=len({each.article_id for each in said}),
                latest_article_id=said[-1].article_id,
                stages=[stage.pk for stage in steps],
                sections=sorted({each.article.section_id for each in said}),
                regions=codes,
                places=lineages.around(codes),
                tops=tops,
                is_foreign=any(not code.isdigit() for code in tops),
                bodies=list(
                    dict.fromkeys(
                        [*by_hand[pk], *(body for each in said for body in bodies[each.article_id])]
                    )
                ),
                topics=list(dict.fromkeys([*topics_of(titles, "", rules), *of_text])),
            )
        )
    PolicyEntry.objects.filter(policy__in=set(pks) - set(rows)).delete()
    fields = [field.name for field in PolicyEntry._meta.concrete_fields if not field.primary_key]
    PolicyEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["policy"], update_fields=fields
    )


def _of_articles(articles: Collection[int]):
    """Codes of the places, ids of the issuing bodies, ids of the topics: each by article."""
    places, bodies, topics = defaultdict(list), defaultdict(list), defaultdict(list)
    told = ArticleRegion.objects.filter(article__in=articles).order_by("article", "order")
    for article_id, code in told.values_list("article_id", "region__code"):
        places[article_id].append(code)
    acts = ArticleBody.objects.filter(
        article__in=articles,
        act__in=ISSUERS,
        body__state__in=[IssuingBody.State.KNOWN, IssuingBody.State.NEW],
    )
    for article_id, body_id in acts.order_by("article", "order").values_list("article_id", "body_id"):
        bodies[article_id].append(body_id)
    tagged = Topic.objects.filter(articles__in=articles).order_by("order", "pk")
    for article_id, topic_id in tagged.values_list("articles__pk", "pk"):
        topics[article_id].append(topic_id)
    return places, bodies, topics


def _steps(policy: Policy, said: list[Telling]) -> list[Stage]:
    """The stages that published articles, or an editor, tell of."""
    told = {telling.stage_id for telling in said}
    days = {day for telling in said for day in (telling.issued_on, telling.effective_on) if day is not None}
    return [
        stage
        for stage in policy.stages.all()
        if stage.pk in told or stage.happened_on in days or stage.said_by != SaidBy.MACHINE
    ]


def _course(steps: list[Stage], said: list[Telling]) -> dict:
    """What a policy has come to, since when, and since when there is a rule."""
    reached = [stage for stage in steps if stage.happened_on is None or stage.kind != Kind.REPORT]
    dated = [stage for stage in steps if stage.happened_on]
    issued = min(each.article.issue.issued_on for each in said)
    last = max(
        reached or steps,
        key=lambda stage: (COURSE.index(stage.kind), stage.happened_on or date.min),
        default=None,
    )
    in_force = [stage.happened_on for stage in dated if stage.kind in INSTRUMENT]
    told_issued = [each.article.issue.issued_on for each in said if each.event in INSTRUMENT]
    return {
        "stage": last.kind if last else said[-1].event,
        "stage_on": last.happened_on if last else None,
        "began_on": min((stage.happened_on for stage in dated), default=issued),
        "instrument_on": min(in_force, default=min(told_issued, default=None)),
        "stage_kinds": list(dict.fromkeys(stage.kind for stage in steps)) or [said[-1].event],
    }


def _enter_targets(pks: list[int], lineages: _Lineages) -> None:
    newest = Window(
        RowNumber(), partition_by="target", order_by=["-article__issue__total_number", "article__order"]
    )
    stated = (
        ArticleTarget.objects.filter(target__in=pks, **PUBLIC)
        .annotate(rank=newest)
        .filter(rank=1)
        .select_related("target", "article__issue")
        .defer("article__body", "article__reading", "article__places")
    )
    facts = list(stated)
    of_policy = {
        entry.policy_id: entry
        for entry in PolicyEntry.objects.filter(policy__in={fact.target.policy_id for fact in facts})
    }
    places, bodies, topics = _of_articles({fact.article_id for fact in facts})
    lineages.learn(code for codes in places.values() for code in codes)
    entries = []
    for fact in facts:
        target, policy = fact.target, of_policy.get(fact.target.policy_id)
        codes = policy.regions if policy else places[fact.article_id]
        entries.append(
            TargetEntry(
                target=target,
                policy_id=target.policy_id if policy else None,
                indicator=target.indicator,
                value=target.value,
                low=target.low,
                unit=target.unit,
                due_year=target.due_year,
                article_id=fact.article_id,
                block=fact.block,
                sentence=fact.sentence,
                told_on=fact.article.issue.issued_on,
                regions=codes,
                places=policy.places if policy else lineages.around(codes),
                bodies=policy.bodies if policy else bodies[fact.article_id],
                topics=policy.topics if policy else topics[fact.article_id],
            )
        )
    TargetEntry.objects.filter(target__in=set(pks) - {fact.target_id for fact in facts}).delete()
    fields = [field.name for field in TargetEntry._meta.concrete_fields if not field.primary_key]
    TargetEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["target"], update_fields=fields
    )


def apply_topics(articles) -> Counter[str]:
    """Go through all articles with the vocabulary as it is now, then draw every entry anew.

    articles: a queryset of all of them. Running it twice changes nothing.
    """
    pks = list(articles.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        tag(articles.filter(pk__in=pks[start : start + BATCH]).only("title", "body"))
    return rebuild()


# --- Topics of articles -----------------------------------------------------------------------------------


def tag(articles: Iterable) -> None:
    """Bring the articles' topics up to the vocabulary as it is now."""
    articles = list(articles)
    rules = [topic.rule for topic in Topic.objects.all()]
    if not articles:
        return
    link = type(articles[0]).topics.through
    wanted = {
        (article.pk, topic)
        for article in articles
        for topic in topics_of([article.title], "\n".join(block["text"] for block in article.body), rules)
    }
    standing = set(link.objects.filter(article__in=articles).values_list("article_id", "topic_id"))
    for article, topic in standing - wanted:
        link.objects.filter(article=article, topic=topic).delete()
    link.objects.bulk_create(
        [link(article_id=article, topic_id=topic) for article, topic in sorted(wanted - standing)],
        ignore_conflicts=True,
    )
