"""Policies (政策), the bodies that issue them (发文机关), the stages they pass through, and what they set."""

from collections import Counter

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from policies.recognition.authority import load_authority
from policies.recognition.topics import Rule
from regions.models import Region


class SaidBy(models.TextChoices):
    """Who says that a fact is so. What a person said, the machine never overwrites."""

    MACHINE = "machine", "机器"
    CONFIRMED = "confirmed", "已核"  # the machine's, and an editor agreed
    HAND = "hand", "人工"


# What the authority file decides of a body; an editor's additions to its names are kept.
LOADED = ("name", "level", "region_id", "parent_id", "website")


class IssuingBodyQuerySet(models.QuerySet):
    def known(self):
        return self.filter(state=IssuingBody.State.KNOWN)

    def inbox(self):
        """Names that were read and that nobody has decided on."""
        return self.filter(state=IssuingBody.State.NEW)

    @transaction.atomic
    def load(self):
        """Write the authority file's bodies; count them as created, updated or unchanged. None is removed.

        Needs the regions. One that has another name now takes it and stays what it was. What an editor has
        decided on stands: a body that was merged or refused stays so, and names that were added are kept.
        """
        regions = dict(Region.objects.values_list("code", "pk"))
        known = {body.name: body for body in self.all()}
        entries = {entry.name: entry for entry in load_authority().bodies.values()}
        for entry in entries.values():
            for former in entry.former:
                if entry.name not in known and former in known and former not in entries:
                    known[entry.name] = known.pop(former)
        counts = Counter(created=0, updated=0, unchanged=0)
        new = self.bulk_create([IssuingBody(name=name) for name in entries if name not in known])
        known.update({body.name: body for body in new})
        changed = []
        for name, entry in entries.items():
            body = known[name]
            before = {
                field: getattr(body, field) for field in [*LOADED, "state", "short_names", "former_names"]
            }
            body.name, body.level, body.website = name, entry.level, entry.website
            body.region_id = regions.get(entry.region)
            body.parent_id = known[entry.parent].pk if entry.parent in known else None
            body.short_names = list(dict.fromkeys([*body.short_names, *entry.names]))
            body.former_names = list(dict.fromkeys([*body.former_names, *entry.former]))
            if body.decided_at is None:
                body.state = IssuingBody.State.KNOWN
            if any(getattr(body, field) != value for field, value in before.items()):
                changed.append(body)
        self.bulk_update(changed, [*LOADED, "state", "short_names", "former_names"], batch_size=500)
        counts["created"] = len(new)
        counts["updated"] = len(changed) - sum(body.name in {each.name for each in new} for body in changed)
        counts["unchanged"] = len(entries) - counts["created"] - counts["updated"]
        return counts


class IssuingBody(models.Model):
    """发文机关. From the authority file, or read in a text and waiting for an editor's decision."""

    class State(models.TextChoices):
        KNOWN = "known", "已收录"
        NEW = "new", "待定"
        MERGED = "merged", "已并入"
        REFUSED = "refused", "不是机构"

    name = models.CharField("名称", unique=True)  # official
    short_names = ArrayField(models.CharField(), verbose_name="简称", default=list, blank=True)
    former_names = ArrayField(models.CharField(), verbose_name="曾用名", default=list, blank=True)
    level = models.CharField(
        "类别", max_length=20, blank=True
    )  # party, ministry, local, institution, company…
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="地区"
    )
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    website = models.URLField("网站", blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.NEW)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    decided_at = models.DateTimeField(
        "决定于", null=True, blank=True
    )  # by an editor; None: by the authority file

    objects = IssuingBodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "发文机关"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into__isnull=True),
                name="merged_body_names_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="body_not_merged_into_itself"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("body", args=[self.pk])


class PolicyQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def told(self):
        """Those that an article tells of; the others are only cited."""
        return self.standing().filter(tellings__isnull=False).distinct()

    def of(self, region):
        """Policies of the region or of any place inside it."""
        return self.filter(regions__lineage__contains=[region.code]).distinct()


class Policy(models.Model):
    """One policy document over its whole life, however often and at whatever stage it is told of."""

    title = models.CharField("标题", max_length=300)  # the fullest form, without 《》 and marks of a stage
    kind = models.CharField("文种", max_length=20, blank=True)  # 条例, 办法, 意见…
    number = models.CharField("文号", blank=True)
    key = models.CharField(max_length=300, blank=True)  # the title as linking compares it
    regions = models.ManyToManyField(Region, related_name="policies", verbose_name="地区", blank=True)
    bodies = models.ManyToManyField(
        IssuingBody, through="PolicyBody", related_name="policies", verbose_name="发文机关"
    )
    issuer_count = models.PositiveSmallIntegerField("联合发文机关数", null=True, blank=True)  # 等八部门: 8
    valid_until = models.DateField("有效期至", null=True, blank=True)
    validity = models.CharField("有效期", blank=True)  # as printed
    said_by = models.CharField("依据", max_length=10, choices=SaidBy, default=SaidBy.MACHINE)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "政策"
        permissions = [("curate_policy", "可整理政策")]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="policy_not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["number"], name="policy_number", condition=~Q(number="")),
            models.Index(fields=["key"], name="policy_key"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("policy", args=[self.pk])

    def lead_on(self, other_id):
        """Become the address of another policy; so does whatever led here."""
        self.merged_into_id = other_id
        self.save(update_fields=["merged_into", "updated_at"])
        Policy.objects.filter(merged_into=self).update(merged_into=other_id)


class PolicyBody(models.Model):
    """A body that issued a policy, in the order in which they sign."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="signatures")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="signatures")
    order = models.PositiveSmallIntegerField(default=1)
    said_by = models.CharField(max_length=10, choices=SaidBy, default=SaidBy.MACHINE)

    class Meta:
        ordering = ["policy", "order"]
        constraints = [models.UniqueConstraint(fields=["policy", "body"], name="body_signs_once")]

    def __str__(self):
        return f"{self.policy} {self.body}"


class Stage(models.Model):
    """One step in a policy's life: 征求意见, 草案, 发布, 施行, 修订, 废止, or 报告 outside the chain."""

    class Kind(models.TextChoices):
        COMMENT = "征求意见", "征求意见"
        DRAFT = "草案", "草案"
        ISSUED = "发布", "发布"
        IN_FORCE = "施行", "施行"
        REVISED = "修订", "修订"
        REPEALED = "废止", "废止"
        REPORT = "报告", "报告"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="stages", verbose_name="政策")
    kind = models.CharField("阶段", max_length=8, choices=Kind.choices)
    happened_on = models.DateField("日期", null=True, blank=True)  # None where no text states it
    until_on = models.DateField("截止", null=True, blank=True)  # of 征求意见: the last day for comments
    said_by = models.CharField("依据", max_length=10, choices=SaidBy, default=SaidBy.MACHINE)

    class Meta:
        ordering = ["policy", F("happened_on").asc(nulls_last=True), "pk"]
        verbose_name = verbose_name_plural = "阶段"
        constraints = [
            # A policy may be put out for comments twice, or be revised twice: the date tells them apart.
            models.UniqueConstraint(
                fields=["policy", "kind", "happened_on"], name="stage_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "happened_on"], name="stage_when"),
            models.Index(fields=["until_on"], name="stage_until", condition=Q(until_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_on or ''}".strip()


class Citation(models.Model):
    """An edge from a policy to one that it rests on, carries out, goes with, revises or repeals."""

    class Relation(models.TextChoices):
        BASIS = "basis", "依据"
        CARRIES_OUT = "carries_out", "落实"
        COMPANION = "companion", "配套"
        CONCERTED = "concerted", "协同"
        REVISES = "revises", "修订"
        REPEALS = "repeals", "废止"
        MENTIONS = "mentions", "提及"

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="citations", verbose_name="政策")
    cited = models.ForeignKey(Policy, models.CASCADE, related_name="cited_by", verbose_name="引用")
    relation = models.CharField("关系", max_length=12, choices=Relation.choices)
    title = models.CharField("引用时的名称", max_length=300, blank=True)  # as printed, without 《》
    number = models.CharField("引用时的文号", blank=True)
    sentence = models.TextField("原句", blank=True)
    said_by = models.CharField("依据", max_length=10, choices=SaidBy, default=SaidBy.MACHINE)

    class Meta:
        verbose_name = verbose_name_plural = "引用"
        constraints = [
            models.UniqueConstraint(fields=["policy", "cited", "relation"], name="citation_once"),
            models.CheckConstraint(condition=~Q(policy=F("cited")), name="policy_cites_another"),
        ]

    def __str__(self):
        return f"{self.policy} {self.get_relation_display()} {self.cited}"


class Target(models.Model):
    """A quantified goal that a policy sets: 到2027年，数据产业规模突破500亿元."""

    policy = models.ForeignKey(
        Policy, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name="政策"
    )
    indicator = models.CharField("指标")
    comparator = models.CharField("比较", max_length=10, blank=True)  # ≥ > ≤ < = ≈
    value = models.CharField("值")  # as printed, in digits: 500, 3—5
    low = models.DecimalField("下限", max_digits=24, decimal_places=6, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField("单位", blank=True)
    due_year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    text = models.TextField("原文")  # the clause
    said_by = models.CharField("依据", max_length=10, choices=SaidBy, default=SaidBy.MACHINE)

    class Meta:
        ordering = [F("due_year").asc(nulls_last=True), "pk"]
        verbose_name = verbose_name_plural = "目标"
        constraints = [
            # Told twice, in a draft and when it is issued, it is one target.
            models.UniqueConstraint(
                fields=["policy", "indicator", "comparator", "value", "unit", "due_year"],
                condition=Q(policy__isnull=False),
                nulls_distinct=False,
                name="target_once",
            ),
        ]
        indexes = [models.Index(fields=["due_year", "unit"], name="target_due")]

    def __str__(self):
        return self.text


class TargetNote(models.Model):
    """进展: what an editor has learnt of how far a target is reached, with its source."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="notes", verbose_name="目标")
    reported_on = models.DateField("日期")  # of the fact, not of writing it down
    value = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True, blank=True)
    text = models.CharField("进展", max_length=300)
    source_url = models.URLField("出处", blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["target", "reported_on", "pk"]
        verbose_name = verbose_name_plural = "目标进展"

    def __str__(self):
        return self.text


class Topic(models.Model):
    """A subject of the curated vocabulary (公共数据, 算力…), with the rule that tells it."""

    name = models.CharField("主题", max_length=30, unique=True)
    slug = models.SlugField("地址", unique=True)
    words = ArrayField(models.CharField(max_length=30), verbose_name="词语")
    # Longer words in which one of those means something else: not counted.
    other_words = ArrayField(
        models.CharField(max_length=30), verbose_name="不算的词语", default=list, blank=True
    )
    # In a title one word is enough; in the text it takes this many.
    mentions = models.PositiveSmallIntegerField("正文至少几处", default=3)
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = verbose_name_plural = "主题"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])

    @property
    def rule(self):
        return Rule(self.pk, tuple(self.words), tuple(self.other_words), self.mentions)
