"""The publication: its sections, issues and articles, and the files that they are read from."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils import timezone

from bulletin import addresses
from bulletin.batches import Batch, BatchFile  # noqa: F401  Django looks for them here
from bulletin.citation import Cited
from bulletin.corrections import Correction  # noqa: F401
from bulletin.editing.arrangement import Arrangement  # noqa: F401
from bulletin.editing.presence import DeskSetting, Presence  # noqa: F401
from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Telling
from bulletin.links import registering
from bulletin.links.records import Link
from bulletin.outbox.queueing import enqueue
from bulletin.outbox.records import Kind
from bulletin.publication import MASTHEAD_ROLES
from bulletin.publishing import states, triggers
from bulletin.publishing.records import Acknowledgement, IssueAct, PreviewLink  # noqa: F401
from bulletin.register import refresh
from bulletin.search import entries
from bulletin.search.finder import RELEVANCE, find
from bulletin.search.snippet import passage
from bulletin.summary import first_telling_sentence
from bulletin.typesetting import close_up
from bulletin.uploads import Doubt, Upload  # noqa: F401

OVERDUE_AFTER = timedelta(minutes=2)  # beat looks every 20 seconds, the worker may be at a file


class Section(models.Model):
    """栏目. The four of them are reference data, laid by a migration."""

    name = models.CharField("名称", max_length=20, unique=True)
    slug = models.SlugField("地址", unique=True)
    seal = models.CharField("印", max_length=1)
    order = models.PositiveSmallIntegerField("次序", unique=True)

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = "栏目"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("section", args=[self.slug])


def _letters(text):
    """A title without its spaces: a wrapped line leaves one or not."""
    return "".join(text.split())


class IssueQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=Issue.State.PUBLISHED)

    def visible_to(self, user):
        """Drafts are for editors only."""
        return self if user.has_perm("bulletin.view_draft") else self.published()

    def due(self):
        """Those whose moment to be published has come."""
        return self.filter(publish_at__lte=timezone.now()).order_by("publish_at")

    def overdue(self):
        """Those whose moment has passed for so long that something must be wrong."""
        return self.filter(publish_at__lt=timezone.now() - OVERDUE_AFTER).order_by("publish_at")

    def with_sheets(self):
        """The sizes of the original's pages, [[width, height]] in points, as `sheets`; null for a text."""
        return self.annotate(sheets=F("read_from__reading__sheets"))

    def with_work(self):
        """What the desk shows of an issue: how many articles, how many doubts still open, of which file."""
        doubts = Doubt.objects.filter(issue=OuterRef("pk"), settled_at=None).order_by()
        return (
            self.select_related("read_from__uploaded_by")
            .defer("read_from__text", "read_from__reading")
            .annotate(
                article_count=models.Count("articles"),
                open_doubts=Coalesce(
                    Subquery(doubts.values("issue").annotate(count=models.Count("pk")).values("count")), 0
                ),
            )
        )


# What an issue said of itself, before and after every change, as with articles below.
@pghistory.track(
    fields=list(triggers.ITS_OWN),
    model_name="IssueVersion",
    obj_field=pghistory.ObjForeignKey(related_name="versions"),
)
class Issue(models.Model):
    """期. Numbered through by the publication: total_number is its name in every address."""

    class State(models.TextChoices):
        DRAFT = states.DRAFT, states.LABELS[states.DRAFT]
        CHECKED = states.CHECKED, states.LABELS[states.CHECKED]
        APPROVED = states.APPROVED, states.LABELS[states.APPROVED]
        PUBLISHED = states.PUBLISHED, states.LABELS[states.PUBLISHED]

    total_number = models.PositiveIntegerField("总期号", unique=True)
    number = models.PositiveSmallIntegerField("期号", help_text="在当年内的期号")
    issued_on = models.DateField("日期")
    cover_headline = models.CharField("封面标题", blank=True)
    masthead = models.JSONField("刊务", default=dict, blank=True)
    contents = models.JSONField("本期要目", default=list, blank=True)  # [{section, page, title}] as printed
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField("首次发布", null=True, blank=True)
    publish_at = models.DateTimeField("定时发布", null=True, blank=True)  # set while it waits for its moment
    # Pictures of its pages and the original file are for editors until one opens them to readers
    pages_public = models.BooleanField("原版面向读者开放", default=False)
    withdrawn_at = models.DateTimeField(
        "撤回", null=True, blank=True
    )  # set while a published issue is withdrawn
    # What readers are told of the last withdrawal; it stays to be read when the issue is public again
    withdrawal_note = models.CharField("撤回说明", max_length=300, blank=True)
    republished_at = models.DateTimeField("重新发布", null=True, blank=True)  # for the last time
    reading = models.JSONField(default=dict, blank=True)  # the fields as the machine last read them
    read_from = models.ForeignKey(  # the version of the file that the issue stands on now
        "Upload", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="读自"
    )
    # Under which feeds know it for ever; given by the database at the first publication
    feed_key = models.CharField(max_length=30, unique=True, null=True, editable=False)  # noqa: DJ001  none yet
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-total_number"]
        verbose_name = verbose_name_plural = "期"
        permissions = [
            ("view_draft", "可看未发布的期"),
            ("edit_article", "可校对"),
            ("check_article", "可标为已校"),
            ("approve_issue", "可终审"),
            ("publish_issue", "可发布"),
            ("withdraw_issue", "可撤回"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, withdrawn_at__isnull=True),
                name="published_issue_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(state="approved"), name="only_approved_is_scheduled"
            ),
        ]
        triggers = [*addresses.ISSUE_TRIGGERS, *triggers.OF_ISSUES]

    def __str__(self):
        return f"总第{self.total_number}期"

    def get_absolute_url(self):
        return reverse("issue", args=[self.total_number])

    def neighbours(self):
        """The published issues before and after this one; None where there is none."""
        published = Issue.objects.published()
        before = published.filter(total_number__lt=self.total_number).first()
        return before, published.filter(total_number__gt=self.total_number).last()

    @property
    def masthead_lines(self):
        """[(role, its names)] in the order of the printed masthead; roles it does not know come last."""
        order = {role: place for place, role in enumerate(MASTHEAD_ROLES)}
        return sorted(self.masthead.items(), key=lambda line: order.get(line[0], len(order)))

    def front(self, articles, others):
        """The lead story, the one on the cover, and some others: of each section the first, then in order."""
        standing = [article for article in articles if not article.taken_down_at]
        if not standing:
            return None, []
        cover = _letters(self.cover_headline)
        lead = next((article for article in standing if _letters(article.title) == cover), standing[0])
        rest = [article for article in standing if article is not lead]
        firsts = {article.section_id: article for article in reversed(rest)}.values()
        rest.sort(key=lambda article: (article not in firsts, article.order))
        return lead, rest[:others]

    @transaction.atomic
    def publish(self):
        """Make the issue public: it, its articles, search and register, all or nothing; feeds read the same.

        Who may and what must hold is asked by `bulletin.publishing.acting`, the way in for people. Publishing
        twice changes nothing; the first moment is kept.
        """
        if self.state == self.State.PUBLISHED:
            return
        addresses.number_in_order(self)
        after = self.withdrawn_at
        self.state = self.State.PUBLISHED
        if self.published_at:
            self.republished_at = timezone.now()
        else:
            self.published_at = timezone.now()
        self.withdrawn_at = self.publish_at = None
        self.save(
            update_fields=[
                "state", "published_at", "republished_at", "withdrawn_at", "publish_at", "updated_at",
            ]
        )  # fmt: skip
        entries.refresh(self.articles.all())
        refresh(self.articles.only("pk"))
        enqueue(
            Kind.PUBLISHED,
            f"issue.published/{self.pk}/{after.isoformat() if after else 'first'}",
            f"{self}重新发布" if after else f"{self}发布",
            self.get_absolute_url(),
            issue=self.total_number,
            issued_on=self.issued_on.isoformat(),
        )

    @transaction.atomic
    def withdraw(self, note=""):
        """Take a published issue back to a draft. Addresses and the first moment of publishing are kept.

        note: what readers are told at its address meanwhile, and afterwards on the issue's page.
        """
        if self.state != self.State.PUBLISHED:
            return
        self.state = self.State.DRAFT
        self.withdrawn_at = timezone.now()
        self.withdrawal_note = note
        self.save(update_fields=["state", "withdrawn_at", "withdrawal_note", "updated_at"])
        entries.refresh(self.articles.all())
        refresh(self.articles.only("pk"))
        enqueue(
            Kind.WITHDRAWN,
            f"issue.withdrawn/{self.pk}/{self.withdrawn_at.isoformat()}",
            f"{self}撤回",
            self.get_absolute_url(),
            note=note,
            issue=self.total_number,
        )


class Opening(Func):
    """The first blocks of a body, without fetching the rest."""

    function = "jsonb_path_query_array"
    template = "%(function)s(%(expressions)s, '$[0 to 7]')"
    arity = 1
    output_field = models.JSONField()


class ArticleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(issue__state=Issue.State.PUBLISHED)

    def standing(self):
        """Those that readers may read, the newest issue first."""
        return self.published().filter(taken_down_at=None).order_by("-issue__total_number", "order")

    def visible_to(self, user):
        return self if user.has_perm("bulletin.view_draft") else self.published()

    def with_card(self):
        """All that an article card shows, in one query: of the body only the beginning, for the summary."""
        return (
            self.select_related("issue", "section")
            .with_chips()
            .annotate(opening=Opening("body"))
            .defer("body", "places", "reading", "issue__masthead", "issue__contents", "issue__reading")
        )

    def search(self, query, facets=None, *, sort=RELEVANCE, cursor=None, size=20):
        """Published articles that have what a parsed query asks for; see `bulletin.search.finder.Found`.

        facets: {group: values} as `bulletin.search.facets` gives them. Each article of the answer has its
        `facets` and its `passage`, taken from the full text: who may not read that is shown the summary.
        """
        found = find(query, facets or {}, sort, cursor, size)
        rows = self.select_related("issue", "section")
        rows = rows.defer("places", "reading", "issue__masthead", "issue__contents", "issue__reading")
        articles = rows.in_bulk([candidate.pk for _, candidate in found.hits])
        words = [word.text for word in found.query.words]
        shown = []
        for _, hit in found.hits:
            if article := articles.get(hit.pk):
                article.passage = passage(
                    article.title,
                    article.body,
                    lambda article=article: article.telling_summary,
                    hit.text,
                    words,
                )
                article.facets = hit.facets
                shown.append(article)
        return replace(found, articles=shown)

    def with_chips(self):
        """Regions as [{"name", "path"}], and the stage that the article mainly tells of, in the same
        query.
        """
        regions = ArticleRegion.objects.filter(article=OuterRef("pk")).order_by("order")
        stages = Telling.objects.filter(article=OuterRef("pk"), headline=True).order_by("order")
        return self.annotate(
            region_chips=ArraySubquery(
                regions.values(chip=JSONObject(name="region__short_name", path="region__path"))[:2]
            ),
            told_stage=Subquery(stages.values("event")[:1]),
        )

    def latest_in_each_section(self, count):
        """The newest of every section, at most `count` in each, in one query."""
        newest_first = ["-issue__total_number", "order"]
        # Per section, so that the database stops at so many and ranks no others.
        of_section = self.filter(section=OuterRef("pk")).order_by(*newest_first).values("pk")[:count]
        newest = Section.objects.annotate(newest=ArraySubquery(of_section)).order_by()
        latest = newest.values(article=Func(F("newest"), function="unnest"))
        return self.filter(pk__in=latest).order_by("section__order", *newest_first)


# What an article was, before and after every change, whoever makes it and by whatever way: kept by triggers.
@pghistory.track(
    fields=[
        "issue",
        "order",
        "section",
        "page",
        "in_contents",
        "title",
        "summary",
        "source_names",
        "source_url",
        "body",
        "taken_down_at",
        "takedown_note",
        "checked_at",
        "checked_by",
    ],
    model_name="ArticleVersion",
    obj_field=pghistory.ObjForeignKey(related_name="versions"),
)
class Article(models.Model):
    """篇. Its number is its address, for ever once it was public; its order only the place in the list."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="articles", verbose_name="期")
    order = models.PositiveSmallIntegerField("次序")
    number = models.PositiveSmallIntegerField(
        "编号", editable=False, help_text="与总期号一起是文章的地址，发布后不再改变"
    )  # see `bulletin.addresses`
    section = models.ForeignKey(Section, models.PROTECT, related_name="articles", verbose_name="栏目")
    page = models.PositiveSmallIntegerField("页码", null=True, blank=True)  # as 本期要目 prints it
    in_contents = models.BooleanField("见于本期要目", default=True)
    title = models.CharField("标题")
    summary = models.TextField("提要", blank=True, help_text="留空时取正文第一句能说明事情的话")
    source_names = ArrayField(models.CharField(), verbose_name="来源", default=list, blank=True)
    source_url = models.CharField(
        "原文链接", blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    link = models.ForeignKey(  # what is known of that address; set by the database
        Link, models.SET_NULL, null=True, blank=True, editable=False, related_name="articles"
    )
    # [{"id": 1, "kind": "p"|"h"|"figure"|"table", "text": "", "rows": [[…]], "bullet": false, "places": […]}]
    # An id is given once and never reused in the article: it is the paragraph's address.
    body = models.JSONField("正文", default=list)
    last_block_id = models.PositiveIntegerField(default=0)
    places = models.JSONField(default=dict, blank=True)  # {"title": [place…], "source": …, "source_url": …}
    reading = models.JSONField(default=dict, blank=True)  # the fields as the machine last read them
    taken_down_at = models.DateTimeField("撤下", null=True, blank=True)
    takedown_note = models.CharField("撤下说明", max_length=300, blank=True)
    checked_at = models.DateTimeField("已校", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="校对",
    )
    regions = models.ManyToManyField("regions.Region", through=ArticleRegion, related_name="articles")
    bodies = models.ManyToManyField("policies.IssuingBody", through=ArticleBody, related_name="articles")
    policies = models.ManyToManyField("policies.Policy", through=Telling, related_name="articles")
    targets = models.ManyToManyField("policies.Target", through=ArticleTarget, related_name="articles")
    topics = models.ManyToManyField(
        "policies.Topic", related_name="articles"
    )  # by their rules: `register.tag`
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["issue", "order"]
        verbose_name = verbose_name_plural = "篇"
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "order"], name="article_order_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["issue", "number"], name="article_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at__isnull=True) | ~Q(takedown_note=""), name="takedown_has_note"
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at"], name="article_updated"),
            models.Index(
                fields=["taken_down_at"],
                name="article_taken_down",
                condition=Q(taken_down_at__isnull=False),
            ),
        ]
        triggers = [*triggers.OF_ARTICLES, addresses.ARTICLE_TRIGGER, *registering.OF_ARTICLES]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Write the row. Where its words were changed, the database takes the mark of a checked one back."""
        if self.number is None:
            self.number = addresses.free_number(self.issue, self.order)
        super().save(*args, **kwargs)
        if self.checked_at:
            self.refresh_from_db(fields=["checked_at", "checked_by"])

    def get_absolute_url(self):
        return reverse("article", args=[self.issue.total_number, self.number])

    @property
    def telling_summary(self):
        """提要: the editor's, or until there is one the article's own first telling sentence."""
        if self.summary:
            return self.summary
        opening = self.opening if hasattr(self, "opening") else self.body
        paragraphs = (block["text"] for block in opening if block["kind"] == "p")
        return close_up(first_telling_sentence(paragraphs, self.title))

    @property
    def source_host(self):
        """Whose address the link is; empty where there is none that can be followed."""
        try:
            parts = urlsplit(self.source_url)
            return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
        except ValueError:
            return ""

    @property
    def source_is_encrypted(self):
        return self.source_url.startswith("https:")

    def cited(self, address):
        """The article as lists of references know it; `address` is absolute."""
        issue = self.issue
        return Cited(
            self.title, issue.issued_on, issue.total_number, issue.number, self.number, self.page, address
        )

    @property
    def minutes_to_read(self):
        """At 400 characters a minute, at least one."""
        return max(1, round(sum(len(block["text"]) for block in self.body) / 400))

    @transaction.atomic
    def take_down(self, note):
        """Hide the text from readers; the note says publicly why. The text itself is kept."""
        self.taken_down_at = self.taken_down_at or timezone.now()
        self.takedown_note = note
        self.save(update_fields=["taken_down_at", "takedown_note", "updated_at"])
        entries.refresh(Article.objects.filter(pk=self.pk))
        refresh([self])
        self._tell(Kind.TAKEN_DOWN, "撤下", self.taken_down_at, note)

    @transaction.atomic
    def restore(self):
        """Show the text to readers again."""
        since, self.taken_down_at = self.taken_down_at, None
        self.takedown_note = ""
        self.save(update_fields=["taken_down_at", "takedown_note", "updated_at"])
        entries.refresh(Article.objects.filter(pk=self.pk))
        refresh([self])
        if since:
            self._tell(Kind.RESTORED, "恢复", since)

    def _tell(self, kind, what, since, note=""):
        """Let others know what readers see change. since: when it was taken down, which names the act."""
        if self.issue.state != Issue.State.PUBLISHED:
            return
        enqueue(
            kind,
            f"{kind}/{self.pk}/{since.isoformat()}",
            f"{self.issue}《{close_up(self.title)}》{what}",
            self.get_absolute_url(),
            note=note,
            issue=self.issue.total_number,
            article=self.number,
        )
