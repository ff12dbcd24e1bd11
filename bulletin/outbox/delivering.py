"""Who is told when: whatever is due, each delivery by one sender at a time.

A claim is a row changed under its lock; rows that another sender has locked are passed over. A sender that is
killed leaves its claim behind, which runs out after `CLAIM`: the delivery is made again, for nobody knows
whether the receiver got it. It carries the same id, so that a receiver can drop the copy. The second time it
is a failure like another, with its pause: whatever kills every sender must be given up one day.
"""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from bulletin.outbox import calling, mailing
from bulletin.outbox.records import Delivery
from bulletin.outgoing import guarding

logger = logging.getLogger(__name__)

KILLED = "发送程序在发送时中断，不知道对方收到没有。"


@shared_task(ignore_result=True)
def deliver_outbox() -> None:
    """Send all that is due. Sent for after each commit, and by beat for what was left behind."""
    while (delivery := claim()) is not None:
        deliver(delivery)


def claim() -> Delivery | None:
    """Take the delivery that has been due longest, so that nobody else does; None if there is none."""
    with transaction.atomic():
        due = Delivery.objects.due().order_by("next_try_at", "pk")
        while (delivery := due.select_for_update(skip_locked=True, of=("self",)).first()) is not None:
            if delivery.state != Delivery.State.SENDING:
                break
            logger.warning("delivery %s: the sender of attempt %s is lost", delivery.pk, delivery.attempts)
            if not delivery.failures:
                delivery.failures, delivery.last_error = 1, KILLED
                break
            delivery.fail(KILLED)
        if delivery is not None:
            delivery.state = Delivery.State.SENDING
            delivery.attempts += 1
            delivery.claimed_at = timezone.now()
            delivery.save(update_fields=["state", "attempts", "claimed_at", "failures", "last_error"])
        return delivery


def deliver(delivery: Delivery) -> None:
    """Tell one receiver, and note what became of it."""
    message, webhook = delivery.message, delivery.webhook
    try:
        if delivery.email:
            mailing.send(message, delivery.email, delivery.pk)
        elif webhook is None or not webhook.active:
            raise calling.NotTaken("这个通知地址已停用或删去。")
        else:
            calling.call(webhook.url, webhook.secret, message, delivery.attempts)
    except Exception as error:  # whatever a mail server or a stranger's does must not stop the others
        logger.warning("delivery %s: attempt %s failed: %s", delivery.pk, delivery.attempts, error)
        delivery.fail(in_words(error))
    else:
        logger.info("delivery %s: attempt %s was taken", delivery.pk, delivery.attempts)
        delivery.succeed()


def in_words(error: Exception) -> str:
    """Why it was not taken, for people."""
    if isinstance(error, calling.NotTaken | guarding.Refused):
        return str(error)
    if isinstance(error, TimeoutError):
        return "对方没有在时限内回答。"
    if isinstance(error, ConnectionError):
        return "连不上对方，或对方中途断开。"
    return f"没有送到：{error}" if str(error) else f"没有送到：{type(error).__name__}"


def ask_again(delivery_id: int) -> bool:
    """Put a delivery that was given up, or waits, to be tried now; answer whether there was one."""
    resting = Delivery.objects.filter(pk=delivery_id, state__in=[Delivery.State.DEAD, Delivery.State.WAITING])
    changed = resting.update(state=Delivery.State.WAITING, failures=0, next_try_at=timezone.now())
    if changed:
        transaction.on_commit(deliver_outbox.delay, robust=True)
    return bool(changed)
