"""What is kept of source links: a row for each address, for each host, and one for the looking itself."""

from datetime import timedelta
from random import uniform

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from bulletin.links.opening import FAILS, OPENS, Outcome, Verdict

# One that opens is looked at again after so long; where its issue is still in preparation, sooner.
MONTH, SOON = timedelta(days=30), timedelta(days=3)
# One that doesn't, after as long as that has lasted already: 6, 6, 12, 24, 48 hours and on, a month at most.
SHORTEST = timedelta(hours=6)
JITTER = 0.15  # of every pause: what was entered together is not opened together for ever
# Readers are told of a link that has failed so often, over so long
TELLING_FAILURES, TELLING_TIME = 3, timedelta(days=3)
# Longer than any run may take: a worker silent for so long was killed, and its hosts are free again
CLAIM = timedelta(minutes=3)
OVERDUE = timedelta(hours=1)


class LinkHost(models.Model):
    """A host that addresses lead to. Who holds its claim may ask it, nobody else."""

    name = models.CharField("主机", unique=True)  # with the port where one is written
    free_at = models.DateTimeField(db_default=Now())  # not asked before
    claimed_at = models.DateTimeField(null=True, blank=True)
    claims = models.PositiveIntegerField(db_default=0)  # raised by each: a late worker is overtaken

    class Meta:
        verbose_name = verbose_name_plural = "原文链接的主机"

    def __str__(self):
        return self.name

    def mine(self):
        """This row as a query that finds it only while this claim still holds it."""
        return LinkHost.objects.filter(pk=self.pk, claims=self.claims, claimed_at__isnull=False)


class LinkQuerySet(models.QuerySet):
    def due(self):
        return self.filter(next_look_at__lte=timezone.now())

    def failing(self):
        """Those that a reader who followed them would not get to."""
        return self.filter(verdict__in=FAILS)


class Link(models.Model):
    """One address, however many articles name it: what came of opening it, and when it is opened again."""

    address = models.CharField("地址", unique=True)  # written as `registering` says
    host = models.ForeignKey(LinkHost, models.PROTECT, related_name="links", verbose_name="主机")
    entered_at = models.DateTimeField("登记", db_default=Now())
    next_look_at = models.DateTimeField("下次", db_default=Now())
    asked_at = models.DateTimeField(null=True, blank=True)  # by somebody who waits for it
    opened_at = models.DateTimeField("最近查过", null=True, blank=True)
    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices, blank=True, db_default="")
    verdict_since = models.DateTimeField("这样已自", null=True, blank=True)
    status = models.PositiveSmallIntegerField("HTTP状态", null=True, blank=True)
    said = models.CharField("情况", blank=True, db_default="")  # a sentence
    moved_to = models.CharField("转到", blank=True, db_default="")
    doubt = models.CharField("存疑", blank=True, db_default="")  # it opens, and yet the text may be gone
    worked_at = models.DateTimeField("最近打得开", null=True, blank=True)
    # Of failures in a row; where it can't be told, neither one more nor the end of it
    failing_since = models.DateTimeField("打不开已自", null=True, blank=True)
    failures = models.PositiveIntegerField("连续次数", db_default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "原文链接"
        indexes = [
            models.Index(fields=["host", "next_look_at"], name="link_due"),
            models.Index(
                fields=["verdict"],
                condition=Q(verdict__in=["gone", "refused", "unreachable", "inside"]) | ~Q(doubt=""),
                name="link_in_trouble",
            ),
        ]

    def __str__(self):
        return self.address

    @property
    def opens(self):
        return self.verdict in OPENS

    @property
    def fails(self):
        return self.verdict in FAILS

    @property
    def is_awaited(self):
        """Whether somebody asked for it to be opened, and it has not been since."""
        return self.asked_at is not None

    @property
    def is_long_dead(self):
        """Whether readers are told: it has failed often enough, over long enough, and it is looked after."""
        return bool(
            settings.LINK_CHECKS
            and self.fails
            and self.failures >= TELLING_FAILURES
            and self.failing_since
            and self.opened_at - self.failing_since >= TELLING_TIME
        )

    def take_in(self, outcome: Outcome, at, *, in_preparation: bool) -> bool:
        """Keep what came of opening it; answer whether readers are told something else now.

        in_preparation: whether an issue that is not public names it.
        """
        told = self.is_long_dead
        if outcome.verdict != self.verdict:
            self.verdict, self.verdict_since = outcome.verdict, at
        self.opened_at, self.asked_at = at, None
        self.status, self.said = outcome.status, outcome.said
        self.moved_to, self.doubt = outcome.moved_to, outcome.doubt
        if self.opens:
            self.worked_at, self.failing_since, self.failures = at, None, 0
        elif self.fails:
            self.failing_since = self.failing_since or at
            self.failures += 1
        self.next_look_at = at + self._pause(at, in_preparation) * uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        self.save()
        return told != self.is_long_dead

    def _pause(self, at, in_preparation):
        if self.opens:
            return SOON if in_preparation else MONTH
        since = (self.failing_since if self.fails else None) or self.verdict_since
        return min(MONTH, max(SHORTEST, at - since))


class LinkPatrol(models.Model):
    """The looking itself, one row: when it was last at work, and whether this machine has a way out."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ran_at = models.DateTimeField("最近一次", null=True, blank=True)
    reached_at = models.DateTimeField("最近连上过", null=True, blank=True)  # any host at all
    cut_off_since = models.DateTimeField("连不上外网已自", null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)  # where it is cut off, when it tries again
    told_at = models.DateTimeField(null=True, blank=True)  # when readers were last told something else

    class Meta:
        verbose_name = verbose_name_plural = "链接检查"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_link_patrol")]

    def __str__(self):
        return "链接检查"

    @classmethod
    def now(cls):
        """How it stands; a new one where none ever went."""
        return cls.objects.filter(pk=1).first() or cls()

    @property
    def is_cut_off(self):
        """Whether the last run came to nobody at all."""
        return self.cut_off_since is not None

    @property
    def is_overdue(self):
        """Whether addresses wait to be opened and nobody does it."""
        late = timezone.now() - OVERDUE
        if self.ran_at and self.ran_at > late:
            return False
        return Link.objects.filter(next_look_at__lt=late, articles__isnull=False).exists()

    @property
    def why_idle(self):
        """Why nothing is opened now though it should be, in a few words; empty while it is at work."""
        if self.is_cut_off:
            return "这台机器现在连不上外网，没有查"
        if self.is_overdue:
            return "链接检查很久没有动静"
        return ""
