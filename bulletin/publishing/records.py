"""What is kept of publishing: every act, the reasons given for warnings, the addresses of previews."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from bulletin.publishing.states import ACTS, LABELS


class IssueAct(models.Model):
    """One act on an issue or on an article of it: who, when, from which state to which, and why."""

    issue = models.ForeignKey("bulletin.Issue", models.CASCADE, related_name="acts", verbose_name="期")
    article = models.ForeignKey(
        "bulletin.Article", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="篇"
    )
    act = models.CharField("行为", max_length=12, choices=[(act.name, act.label) for act in ACTS.values()])
    from_state = models.CharField("从", max_length=12, choices=list(LABELS.items()))
    to_state = models.CharField("到", max_length=12, choices=list(LABELS.items()))
    by = models.ForeignKey(  # null: the clock, a command, or an account that is no more
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    at = models.DateTimeField("时间", default=timezone.now)
    reason = models.CharField("理由", max_length=300, blank=True)
    publish_at = models.DateTimeField("定在", null=True, blank=True)
    # Of publishing: {article's key: key of its version}, to know later what has changed since
    versions = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "发布记录"

    def __str__(self):
        return f"总第{self.issue.total_number}期：{self.get_act_display()}"


class Acknowledgement(models.Model):
    """Why a warning of the checklist is no reason to wait. It holds while the warning is about the same."""

    issue = models.ForeignKey(
        "bulletin.Issue", models.CASCADE, related_name="acknowledgements", verbose_name="期"
    )
    rule = models.CharField("事项", max_length=40)
    about = models.TextField()  # what the warning was about when the reason was given
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "发布前的说明"
        constraints = [models.UniqueConstraint(fields=["issue", "rule"], name="warning_answered_once")]

    def __str__(self):
        return f"{self.rule}：{self.reason}"


class PreviewLinkQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """A private address where an issue can be read before it is public: until a day, or until revoked."""

    issue = models.ForeignKey("bulletin.Issue", models.CASCADE, related_name="previews", verbose_name="期")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    made_at = models.DateTimeField("时间", default=timezone.now)
    expires_at = models.DateTimeField("有效至")
    revoked_at = models.DateTimeField("作废", null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "预览地址"

    def __str__(self):
        return f"总第{self.issue.total_number}期，至{self.expires_at:%Y-%m-%d}"

    @property
    def has_expired(self):
        return self.expires_at <= timezone.now()
