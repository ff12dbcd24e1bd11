"""What is to be sent: messages, a delivery for each receiver, and the webhooks that receive."""

import secrets
import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bulletin.outbox.calling import guarded
from bulletin.outgoing.guarding import Refused

# Between two attempts. After the last of them a delivery is given up until somebody asks for it again.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
# Longer than any attempt may take: a sender silent for so long was killed, and nobody knows how far it came.
CLAIM = timedelta(minutes=2)


class Kind(models.TextChoices):
    PUBLISHED = "issue.published", "期发布"
    WITHDRAWN = "issue.withdrawn", "期撤回"
    CORRECTED = "correction.added", "勘误"
    TAKEN_DOWN = "article.taken_down", "篇撤下"
    RESTORED = "article.restored", "篇恢复"


def new_secret():
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """An address that is called when something happens, signed with a secret that its owner knows too."""

    name = models.CharField("名称", max_length=60, unique=True)
    url = models.URLField("地址", max_length=500, help_text="http 或 https；不能是本机或内网的地址。")
    secret = models.CharField(
        "密钥", max_length=100, default=new_secret, help_text="请求用它签名，把它告诉接收方，别告诉别人。"
    )
    kinds = ArrayField(
        models.CharField(max_length=30, choices=Kind.choices),
        verbose_name="要通知的事",
        default=list,
        blank=True,
        help_text="留空时都通知。",
    )
    active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立", auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "通知地址（webhook）"

    def __str__(self):
        return self.name

    def clean(self):
        try:
            guarded(self.url)
        except Refused as error:
            raise ValidationError({"url": str(error)}) from error


class OutboxMessage(models.Model):
    """One thing to be told. Its key names the act, so that the same act is told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("事由", max_length=30, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField("内容")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = verbose_name_plural = "通知"

    def __str__(self):
        return self.key


class DeliveryQuerySet(models.QuerySet):
    def due(self):
        """Those to be sent now, and those whose sender was killed over them."""
        now = timezone.now()
        waits = Q(state=Delivery.State.WAITING, next_try_at__lte=now)
        return self.filter(waits | Q(state=Delivery.State.SENDING, claimed_at__lt=now - CLAIM))


class Delivery(models.Model):
    """One message to one receiver, independent of all others."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已送达"
        DEAD = "dead", "已放弃"

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries", verbose_name="通知")
    # One of the two; a webhook that was removed since leaves its name
    webhook = models.ForeignKey(
        Webhook, models.SET_NULL, null=True, blank=True, related_name="deliveries", verbose_name="通知地址"
    )
    email = models.EmailField("邮箱", blank=True)
    receiver = models.CharField("接收方", max_length=254)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)  # raised by each claim
    failures = models.PositiveSmallIntegerField(default=0)  # since it was last asked for by hand
    next_try_at = models.DateTimeField("下次", default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("送达", null=True, blank=True)
    last_error = models.CharField("原因", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-message__created_at", "pk"]
        verbose_name = verbose_name_plural = "送达"
        constraints = [
            models.UniqueConstraint(fields=["message", "receiver"], name="each_receiver_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["waiting", "sending"]), name="deliveries_open"
            )
        ]

    def __str__(self):
        return f"{self.receiver}：{self.message_id}"

    def mine(self):
        """This row as a query that finds it only while this attempt still holds it."""
        return Delivery.objects.filter(pk=self.pk, attempts=self.attempts, state=self.State.SENDING)

    def succeed(self):
        self.mine().update(state=self.State.SENT, sent_at=timezone.now(), last_error="")

    def fail(self, reason):
        """Note why, and when it is tried again; after the last pause it is given up."""
        if self.failures < len(PAUSES):
            then = {"next_try_at": timezone.now() + PAUSES[self.failures]}
        else:
            then = {"state": self.State.DEAD}
        self.mine().update(
            **{"state": self.State.WAITING, "failures": self.failures + 1, "last_error": reason[:300], **then}
        )
