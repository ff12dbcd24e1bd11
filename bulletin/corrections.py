"""勘误: what readers are told of a mistake in what was published, with its date. Only ever added to."""

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from bulletin.outbox.queueing import enqueue
from bulletin.outbox.records import Kind
from bulletin.typesetting import close_up


class NeverPublished(Exception):  # noqa: N818  a turn of events
    """There is nothing public to be corrected."""


class Correction(models.Model):
    """A dated public note on an article, or where it names none, on an issue as a whole."""

    issue = models.ForeignKey("bulletin.Issue", models.CASCADE, related_name="corrections", verbose_name="期")
    article = models.ForeignKey(
        "bulletin.Article",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="篇",
    )
    noted_on = models.DateField("日期", default=timezone.localdate)
    text = models.CharField("说明", max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手",
    )
    created_at = models.DateTimeField("登记", auto_now_add=True)

    class Meta:
        ordering = ["noted_on", "pk"]
        verbose_name = verbose_name_plural = "勘误"
        triggers = [
            pgtrigger.ReadOnly(name="correction_stays", fields=["issue", "noted_on", "text", "created_at"])
        ]

    def __str__(self):
        return f"{self.noted_on}：{self.text}"


@transaction.atomic
def note(about, text: str, by) -> Correction:
    """Publish a correction of an issue or an article that readers have seen. Raises NeverPublished.

    The mistake itself is mended where it is edited; this says so to readers, and dates what shows it.
    """
    article = about if about._meta.model_name == "article" else None
    issue = article.issue if article else about
    if issue.published_at is None:
        raise NeverPublished
    correction = Correction.objects.create(issue=issue, article=article, text=text, by=by)
    for changed in filter(None, [article, issue]):
        changed.save(update_fields=["updated_at"])
    where = f"总第{issue.total_number}期"
    enqueue(
        Kind.CORRECTED,
        f"correction.added/{correction.pk}",
        f"{where}《{close_up(article.title)}》勘误" if article else f"{where}勘误",
        about.get_absolute_url(),
        note=text,
        issue=issue.total_number,
        article=article.number if article else None,
    )
    return correction
