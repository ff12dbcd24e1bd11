"""What articles say, fact by fact: places, bodies, documents, targets, and which documents are one policy.

The tables hold what stands. An editor's no is a row of `Refusal`, so that a fact that was refused is neither
shown nor counted anywhere and yet does not come back with the next reading.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from policies.models import IssuingBody, Policy, SaidBy, Stage, Target
from regions.models import Region


class Fact(models.Model):
    """Something that an article says, with the sentence that says it and who vouches for it.

    Each kind has an `article` and an `order` in it.
    """

    sentence = models.TextField("原句", blank=True)
    block = models.PositiveIntegerField(
        "段落", null=True, blank=True
    )  # its id in the body; None: title or source
    start = models.PositiveIntegerField(default=0)  # offset in that block
    end = models.PositiveIntegerField(default=0)
    confidence = models.FloatField("把握", default=1)  # 0 to 1
    doubt = models.CharField("存疑", blank=True)  # why, in Chinese
    said_by = models.CharField("依据", max_length=10, choices=SaidBy.choices, default=SaidBy.MACHINE)

    class Meta:
        abstract = True
        ordering = ["article", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__range=(0, 1)), name="%(class)s_confidence_is_a_share"
            ),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="%(class)s_starts_before_it_ends"),
        ]


class ArticleRegion(Fact):
    """A region that an article is about."""

    article = models.ForeignKey("Article", models.CASCADE, related_name="region_facts")
    region = models.ForeignKey(Region, models.PROTECT, related_name="article_facts", verbose_name="地区")
    order = models.PositiveSmallIntegerField(default=1)

    class Meta(Fact.Meta):
        verbose_name = verbose_name_plural = "篇的地区"
        constraints = [
            models.UniqueConstraint(fields=["article", "region"], name="article_region_once"),
            *Fact.Meta.constraints,
        ]

    def __str__(self):
        return str(self.region)


class ArticleBody(Fact):
    """A body that issued, drafted or held what an article tells of, in the order of the text."""

    class Act(models.TextChoices):
        ISSUED = "issued", "发布"
        DRAFTED = "drafted", "起草"
        HELD = "held", "举办"

    article = models.ForeignKey("Article", models.CASCADE, related_name="body_facts")
    body = models.ForeignKey(IssuingBody, models.PROTECT, related_name="article_facts", verbose_name="机构")
    act = models.CharField("行为", max_length=8, choices=Act.choices, default=Act.ISSUED)
    order = models.PositiveSmallIntegerField(default=1)
    printed = models.CharField("原文称", blank=True)
    issued_jointly_by = models.PositiveSmallIntegerField("联合机关数", null=True, blank=True)  # 等八部门: 8

    class Meta(Fact.Meta):
        verbose_name = verbose_name_plural = "篇的机构"
        constraints = [
            models.UniqueConstraint(fields=["article", "body"], name="article_body_once"),
            *Fact.Meta.constraints,
        ]

    def __str__(self):
        return str(self.body)


class Telling(Fact):
    """One article's word on one policy: which stage it had reached, under which title and number, and when.

    Policies are groups of tellings, and what stands in a policy's row is drawn from them.
    """

    article = models.ForeignKey("Article", models.CASCADE, related_name="tellings", verbose_name="篇")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="tellings", verbose_name="政策")
    stage = models.ForeignKey(
        Stage, models.SET_NULL, null=True, blank=True, related_name="tellings", verbose_name="阶段"
    )
    order = models.PositiveSmallIntegerField(default=1)  # in the text
    headline = models.BooleanField("标题所述", default=False)  # it stands in the article's title
    title = models.CharField("文件名", max_length=300)  # as printed, without 《》
    name = models.CharField(max_length=300)  # the same without marks of a stage
    other_titles = ArrayField(models.CharField(), default=list, blank=True)
    kind = models.CharField("文种", max_length=20, blank=True)
    event = models.CharField("阶段", max_length=8, choices=Stage.Kind.choices)
    number = models.CharField("文号", blank=True)
    issued_on = models.DateField("发布日", null=True, blank=True)
    effective_on = models.DateField("施行日", null=True, blank=True)
    comments_until = models.DateField("意见截止", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    validity = models.CharField("有效期", blank=True)  # as printed
    # [{"title", "number", "relation", "sentence", "block", "start", "end"}]
    citations = models.JSONField("引用", default=list, blank=True)
    # By field: {"issued_on": {"sentence", "block", "start", "end", "confidence", "doubt"}}
    evidence = models.JSONField("依据", default=dict, blank=True)
    keys = ArrayField(models.CharField(), default=list)  # by which tellings that may be alike are found

    class Meta(Fact.Meta):
        verbose_name = verbose_name_plural = "篇的文件"
        constraints = [
            models.UniqueConstraint(fields=["article", "title"], name="article_document_once"),
            *Fact.Meta.constraints,
        ]
        indexes = [
            GinIndex(fields=["keys"], name="telling_keys"),
            models.Index(fields=["event", "issued_on"], name="telling_when"),
        ]

    def __str__(self):
        return f"《{self.title}》{self.event}"

    @property
    def quote(self):
        """A sentence of the text that tells of the document; the article's title where only that does."""
        fields = ("title", "stage", "issued_on", "effective_on")
        told = [self.evidence[field] for field in fields if field in self.evidence]
        return next((place["sentence"] for place in told if place["block"] is not None), self.sentence)


class ArticleTarget(Fact):
    """A target that an article states."""

    article = models.ForeignKey("Article", models.CASCADE, related_name="target_facts")
    target = models.ForeignKey(Target, models.CASCADE, related_name="article_facts", verbose_name="目标")
    text = models.TextField("原文", blank=True)  # the clause in this article
    order = models.PositiveSmallIntegerField(default=1)

    class Meta(Fact.Meta):
        verbose_name = verbose_name_plural = "篇的目标"
        constraints = [
            models.UniqueConstraint(fields=["article", "target"], name="article_target_once"),
            *Fact.Meta.constraints,
        ]

    def __str__(self):
        return str(self.target)


class Refusal(models.Model):
    """An editor's no to a fact: the machine does not say it again of this article."""

    class Kind(models.TextChoices):
        REGION = "region", "地区"
        BODY = "body", "机构"
        DOCUMENT = "document", "文件"
        TARGET = "target", "目标"
        CITATION = "citation", "引用"

    article = models.ForeignKey("Article", models.CASCADE, related_name="refusals", verbose_name="篇")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    key = models.CharField(
        max_length=700
    )  # what the machine would say again; see bulletin.knowledge.recording
    label = models.CharField("内容")  # for people
    sentence = models.TextField("原句", blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="经手"
    )
    refused_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "否定的事实"
        constraints = [models.UniqueConstraint(fields=["article", "kind", "key"], name="refused_once")]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.label}"


class LinkProposalQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for an editor; not those whose two sides are one policy by other links."""
        waiting = self.filter(state=LinkProposal.State.OPEN)
        return waiting.filter(Q(left=None) | ~Q(left__policy=F("right__policy")))

    def accepted(self):
        return self.filter(state=LinkProposal.State.ACCEPTED)


class LinkProposal(models.Model):
    """Two tellings that are, or may be, of one policy; without tellings, two articles on one piece of news.

    The earlier one is the left. What the machine is certain of is accepted by itself, the rest waits for an
    editor, whose word is kept.
    """

    class State(models.TextChoices):
        OPEN = "open", "待定"
        ACCEPTED = "accepted", "是"
        REFUSED = "refused", "不是"

    class Kind(models.TextChoices):
        LIFE = "life", "同一政策"
        REPEATED = "repeated", "重复刊载"

    left_article = models.ForeignKey("Article", models.CASCADE, related_name="links_forward")
    right_article = models.ForeignKey("Article", models.CASCADE, related_name="links_back")
    left = models.ForeignKey(Telling, models.CASCADE, null=True, blank=True, related_name="links_forward")
    right = models.ForeignKey(Telling, models.CASCADE, null=True, blank=True, related_name="links_back")
    kind = models.CharField("关系", max_length=10, choices=Kind.choices, default=Kind.LIFE)
    score = models.FloatField("相像", default=1)
    reasons = ArrayField(models.CharField(), default=list, verbose_name="理由")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    said_by = models.CharField("依据", max_length=10, choices=SaidBy.choices, default=SaidBy.MACHINE)

    objects = LinkProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-right_article__issue__total_number", "-score", "pk"]
        verbose_name = verbose_name_plural = "同一政策"
        constraints = [
            models.UniqueConstraint(
                fields=["left_article", "right_article", "left", "right"],
                nulls_distinct=False,
                name="pair_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(left__isnull=True, right__isnull=True)
                | Q(left__isnull=False, right__isnull=False),
                name="pair_of_tellings_or_of_articles",
            ),
            models.CheckConstraint(condition=~Q(left=F("right")), name="telling_is_not_its_own_pair"),
        ]
        indexes = [models.Index(fields=["state"], name="proposal_open", condition=Q(state="open"))]

    def __str__(self):
        return f"{self.left or self.left_article} → {self.right or self.right_article}"


class Decision(models.Model):
    """An editor's act on what is known, with all that it takes to undo it."""

    class Act(models.TextChoices):
        MAKE_BODY = "make_body", "收录机构"
        MERGE_BODY = "merge_body", "并入机构"
        REFUSE_BODY = "refuse_body", "不是机构"
        MERGE_POLICIES = "merge_policies", "合并政策"
        SPLIT_POLICY = "split_policy", "拆分政策"
        CORRECT_STAGE = "correct_stage", "更正阶段"
        ACCEPT_LINK = "accept_link", "认定同一"
        REFUSE_LINK = "refuse_link", "认定不同"
        CONFIRM_FACT = "confirm_fact", "核实"
        REFUSE_FACT = "refuse_fact", "否定"
        ADD_FACT = "add_fact", "补记"

    act = models.CharField("行为", max_length=16, choices=Act.choices)
    summary = models.CharField("内容")
    before = models.JSONField(default=dict)  # rows as they were, and what the act made; for undoing
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    made_at = models.DateTimeField("时间", auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undone_at = models.DateTimeField("撤销于", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "整理记录"

    def __str__(self):
        return f"{self.get_act_display()}：{self.summary}"
