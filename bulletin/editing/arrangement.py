"""What editors did to the list of an issue's articles, each act with all that it takes to undo it."""

from django.conf import settings
from django.db import models


class Arrangement(models.Model):
    """One act on whole articles: taken apart, joined, moved, added, deleted."""

    class Act(models.TextChoices):
        SPLIT = "split", "拆成两篇"
        MERGE = "merge", "并成一篇"
        HAND_OVER = "hand_over", "移走一段"
        ADD = "add", "加一篇"
        DELETE = "delete", "删去一篇"
        REORDER = "reorder", "改次序"

    issue = models.ForeignKey("bulletin.Issue", models.CASCADE, related_name="arrangements")
    act = models.CharField("行为", max_length=10, choices=Act.choices)
    summary = models.CharField("内容")
    rows = models.JSONField(default=list)  # as `bulletin.knowledge.memory` keeps them: what undoes the act
    before = models.JSONField(default=list)  # the articles in their order, by pk
    after = models.JSONField(default=list)
    left = models.JSONField(default=dict)  # {pk: fingerprint of the text} of the articles touched, as left
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField("时间", auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField("撤销于", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "篇目改动"

    def __str__(self):
        return f"{self.get_act_display()}：{self.summary}"
