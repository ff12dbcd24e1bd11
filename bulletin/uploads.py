"""What was handed in to be read: each file with its reading, and what its reader doubted."""

import hashlib
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone


def original_path(upload, name):
    """Under the file's own fingerprint: no name that somebody typed ever becomes a path."""
    return f"originals/{upload.sha256[:2]}/{upload.sha256}{PurePath(upload.name).suffix.lower()[:8]}"


class UploadQuerySet(models.QuerySet):
    def keep(self, file, name, by=None):
        """Keep a file byte for byte, queued to be read; answer its row and whether it is new.

        The same bytes come back to the row that they already have, whatever their name is now.
        """
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        known = self.filter(sha256=digest.hexdigest()).first()
        if known is not None:
            return known, False
        upload = self.model(
            name=PurePath(name).name[:255], sha256=digest.hexdigest(), size=file.size, uploaded_by=by
        )
        try:
            with transaction.atomic():
                upload.original.save(upload.name, file)
        except IntegrityError:  # somebody gave the same bytes in this very moment
            return self.get(sha256=upload.sha256), False
        return upload, True

    def claim(self, pk):
        """Take a queued row to be read, or answer None: somebody else has it, or it needs no reading.

        `attempt` is raised by each claim. Whoever holds an older number has been overtaken, and nothing that
        he still writes is accepted.
        """
        with transaction.atomic():
            upload = self.select_for_update(skip_locked=True).filter(pk=pk, state=Upload.State.QUEUED).first()
            if upload is not None:
                upload.begin()
            return upload

    def lost_readings(self):
        """Rows whose reader has given no sign of life for too long: it was killed, or its machine is gone."""
        silence = timedelta(seconds=settings.LOST_AFTER_SECONDS)
        return self.filter(state=Upload.State.READING, heartbeat_at__lt=Now() - silence)

    def lost_messages(self):
        """Queued rows that no worker will hear of, for their message is gone from the broker.

        The queue is only long, not lost, while a worker reads and nothing sent later was taken before. To be
        asked by a worker: without any, the messages are where they were, and more would only heap up.
        """
        silence = timedelta(seconds=settings.LOST_AFTER_SECONDS)
        waiting = self.filter(state=Upload.State.QUEUED, sent_at__lt=Now() - silence)
        if not self.filter(state=Upload.State.READING).exists():
            return waiting
        taken_later = Upload.objects.filter(sent_at__gt=OuterRef("sent_at")).exclude(
            state=Upload.State.QUEUED
        )
        return waiting.filter(Exists(taken_later))


class Upload(models.Model):
    """A file given to be read, kept byte for byte. This row, not the broker, is the truth about the job."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队"
        PAUSED = "paused", "暂停"  # its batch was: it waits until that goes on
        READING = "reading", "解析中"
        READ = "read", "已读入"
        WAITING = "waiting", "待决定"  # same 期, other bytes: what would change is shown, an editor decides
        DISCARDED = "discarded", "已放弃"
        FAILED = "failed", "出错"

    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField("字节数")
    original = models.FileField("原件", upload_to=original_path, max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="经手"
    )
    uploaded_at = models.DateTimeField("交来", auto_now_add=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)  # raised by each claim: a late worker is overtaken
    losses = models.PositiveSmallIntegerField(
        default=0
    )  # readers that died over it since it was last queued by hand
    queued_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)  # when the broker was last told
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # How far the reading is: {"steps": [[stage, begun at]], "done": 3, "total": 14, "titles": ["…"]}
    progress = models.JSONField(default=dict, blank=True)
    error = models.CharField("错误类别", max_length=40, blank=True)
    error_message = models.TextField("错误", blank=True)
    text = models.TextField(blank=True)  # what was read; the places in the reading count its characters
    reading = models.JSONField(null=True, blank=True)  # the parsed issue in the shape of `parse_issue`
    counts = models.JSONField(
        default=dict, blank=True
    )  # articles: created, updated, unchanged, kept, removed
    issue = models.ForeignKey("Issue", models.SET_NULL, null=True, blank=True, related_name="uploads")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = verbose_name_plural = "交来的文件"
        indexes = [models.Index(fields=["state", "queued_at"], name="upload_queue")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("upload", args=[self.pk])

    @property
    def is_moving(self):
        """Whether it goes on by itself: the page asks again."""
        return self.state in (self.State.QUEUED, self.State.READING)

    def begin(self):
        """Mark a queued row as being read by a new attempt."""
        self.state = self.State.READING
        self.attempt += 1
        self.heartbeat_at = timezone.now()
        self.finished_at = None
        self.progress, self.counts, self.error, self.error_message = {}, {}, "", ""
        self.save()

    def mine(self):
        """This row as a query that finds it only while this attempt still holds it."""
        return Upload.objects.filter(pk=self.pk, attempt=self.attempt, state=self.State.READING)

    def beat(self, **progress):
        """Give a sign of life; answer whether the row is still this attempt's."""
        return bool(self.mine().update(heartbeat_at=Now(), **progress))

    def fail(self, code, message):
        """End this attempt with a class and a sentence. The file is kept."""
        self.mine().update(
            state=self.State.FAILED, error=code, error_message=message, finished_at=timezone.now()
        )

    def put_back(self, most):
        """Queue a row again whose reader died; after `most` of them give it up. Answer which."""
        self.losses += 1
        if self.losses < most:
            self.state, self.sent_at = self.State.QUEUED, timezone.now()
        else:
            self.state, self.finished_at = self.State.FAILED, timezone.now()
            self.error = "worker-lost"
            self.error_message = (
                f"处理程序在读这份文件时{self.losses}次中断，不再自动重试。"
                "文件还在：可以重试；再出错请交给管理员。"
            )
        self.save(update_fields=["losses", "state", "sent_at", "finished_at", "error", "error_message"])
        return self.state == self.State.QUEUED

    def mark_sent(self):
        """Note that the workers were told of the row again."""
        self.sent_at = timezone.now()
        self.save(update_fields=["sent_at"])

    def queue_again(self):
        """Put the file back into the queue by hand, from any state that has come to rest."""
        changed = Upload.objects.filter(pk=self.pk).exclude(state__in=[self.State.QUEUED, self.State.READING])
        moment = timezone.now()
        return bool(
            changed.update(
                state=self.State.QUEUED,
                queued_at=moment,
                sent_at=moment,
                losses=0,
                error="",
                error_message="",
            )
        )

    def stop(self):
        """End what is queued or being read; a reader still at it is overtaken. The file is kept."""
        moving = Upload.objects.filter(pk=self.pk, state__in=[self.State.QUEUED, self.State.READING])
        return bool(
            moving.update(
                state=self.State.FAILED,
                attempt=F("attempt") + 1,
                finished_at=timezone.now(),
                error="stopped",
                error_message="已按要求停止。文件还在，可以随时重试。",
            )
        )

    def ahead(self):
        """How many files will be read before this one."""
        waiting = Upload.objects.filter(state=self.State.QUEUED, queued_at__lt=self.queued_at).count()
        return waiting + Upload.objects.filter(state=self.State.READING).exclude(pk=self.pk).count()


class Doubt(models.Model):
    """存疑: what the reader was not sure of, with its evidence, until an editor settles it."""

    class Severity(models.TextChoices):
        HIGH = "high", "请核对"
        MEDIUM = "medium", "请看一眼"
        LOW = "low", "供参考"

    class Settlement(models.TextChoices):
        ACCEPTED = "accepted", "已采纳"
        DISMISSED = "dismissed", "不用改"
        MENDED = "mended", "已改好"  # by hand, or by another mend

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="doubts")
    issue = models.ForeignKey("Issue", models.CASCADE, related_name="doubts", null=True, blank=True)
    article = models.ForeignKey("Article", models.CASCADE, related_name="doubts", null=True, blank=True)
    rule = models.CharField("规则", max_length=60)
    severity = models.CharField("轻重", max_length=8, choices=Severity.choices)
    field = models.CharField("字段", max_length=40, blank=True)
    message = models.TextField("说明")
    evidence = models.TextField("依据", blank=True)
    proposal = models.TextField("建议", blank=True)
    place = models.JSONField(null=True, blank=True)  # {"start", "end", "page"?, "box"?} in the upload's text
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Empty while open, and where a decision about what is known has settled it
    settlement = models.CharField("处理", max_length=10, choices=Settlement.choices, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    mend = models.JSONField(null=True, blank=True)  # {"name", "old", "new"}: what accepting it has changed

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "存疑"

    def __str__(self):
        return self.message
