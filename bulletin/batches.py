"""Files that were handed in together: how far all of them are, what went wrong, what to do about it."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone


class BatchQuerySet(models.QuerySet):
    def with_counts(self):
        """How many files, how many of them are still to be read, and how many failed, in one query."""
        moving = Q(files__upload__state__in=["queued", "reading", "paused"])
        return self.annotate(
            file_count=Count("files"),
            left_count=Count("files", filter=moving),
            failed_count=Count("files", filter=Q(files__upload__state="failed") | ~Q(files__refusal="")),
        )


class Batch(models.Model):
    """A batch of files: from one form, one folder, or one day of the inbox."""

    class Origin(models.TextChoices):
        UPLOAD = "upload", "网页上传"
        COMMAND = "command", "命令行"
        INBOX = "inbox", "收件文件夹"

    origin = models.CharField("来路", max_length=8, choices=Origin.choices)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="经手"
    )
    created_at = models.DateTimeField("交来", default=timezone.now)
    paused_at = models.DateTimeField("暂停", null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = verbose_name_plural = "批次"

    def __str__(self):
        when = timezone.localtime(self.created_at)
        return f"{when:%Y年%-m月%-d日 %H:%M} {self.get_origin_display()}"

    def get_absolute_url(self):
        return reverse("batch", args=[self.pk])

    def uploads(self):
        """The rows of its files, each once."""
        return _uploads().filter(pk__in=self.files.values("upload"))

    def add(self, upload, name, is_new, inbox_path=""):
        """Note a file that was kept."""
        return self.files.create(upload=upload, name=name[:255], is_new=is_new, inbox_path=inbox_path)

    def refuse(self, name, reason):
        """Note a file that was not taken at all."""
        return self.files.create(name=name[:255], refusal=reason)

    @transaction.atomic
    def pause(self):
        """Take what waits out of the queue; what is being read goes on. Answer how many wait now."""
        self.paused_at = timezone.now()
        self.save(update_fields=["paused_at"])
        return self.uploads().filter(state="queued").update(state="paused")

    @transaction.atomic
    def resume(self):
        """Put what was paused back; answer the rows, for the workers to be told of."""
        self.paused_at = None
        self.save(update_fields=["paused_at"])
        return _queue(self.uploads().filter(state="paused"))

    @transaction.atomic
    def retry(self, cause=""):
        """Queue the failed ones again, or only those of one cause; answer the rows."""
        failed = self.uploads().filter(state="failed")
        return _queue(failed.filter(error=cause) if cause else failed)

    def counts(self):
        """{state: files}, the refused ones under "refused"."""
        rows = self.files.order_by().values_list("upload__state").annotate(Count("pk"))
        return {state or "refused": count for state, count in rows}

    def causes(self):
        """Why files failed, the most frequent first: [{"upload__error", "count", "message"}]."""
        failed = self.files.filter(upload__state="failed").order_by()
        return (
            failed.values(cause=F("upload__error"))
            .annotate(count=Count("pk"), message=models.Min("upload__error_message"))
            .order_by("-count", "cause")
        )


def _queue(rows):
    keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    moment = timezone.now()
    chosen = _uploads().filter(pk__in=keys)
    chosen.update(state="queued", queued_at=moment, sent_at=moment, losses=0, error="", error_message="")
    return list(chosen.only("pk"))


def _uploads():
    return BatchFile._meta.get_field("upload").related_model.objects


class BatchFile(models.Model):
    """One file of a batch, under the name that it came by."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files")
    upload = models.ForeignKey(
        "bulletin.Upload", models.CASCADE, null=True, blank=True, related_name="batch_files"
    )
    name = models.CharField("文件名", max_length=255)
    is_new = models.BooleanField(default=True)  # False: the same bytes had been handed in before
    refusal = models.TextField("没有收下", blank=True)
    # Where it lies in the inbox until its reading has ended, relative to the folder; empty otherwise
    inbox_path = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "批次里的文件"
        constraints = [
            models.CheckConstraint(
                condition=Q(upload__isnull=False) | ~Q(refusal=""), name="batch_file_kept_or_refused"
            ),
        ]

    def __str__(self):
        return self.name
