"""Who is at which article now, and how an editor wants the desk: kept apart from the articles."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

GONE_AFTER = timedelta(seconds=45)  # three signs of life missed


class PresenceQuerySet(models.QuerySet):
    def note(self, article, user):
        """Note that the user is at the article; answer the names of the others who are."""
        row = self.model(user=user, article=article, seen_at=timezone.now())
        self.bulk_create(
            [row], update_conflicts=True, unique_fields=["user"], update_fields=["article", "seen_at"]
        )
        others = self.filter(article=article, seen_at__gt=timezone.now() - GONE_AFTER).exclude(user=user)
        return list(others.order_by("user").values_list("user__username", flat=True))


class Presence(models.Model):
    """One editor at one article."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    article = models.ForeignKey("bulletin.Article", models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在场"

    def __str__(self):
        return f"{self.user} {self.article_id}"


class DeskSetting(models.Model):
    """What an editor has chosen for the desk. Without a row: nothing is on."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_setting")
    uses_keys = models.BooleanField("用快捷键", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "编辑台设置"

    def __str__(self):
        return str(self.user)
