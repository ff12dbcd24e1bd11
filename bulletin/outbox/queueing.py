"""How an act says that it is to be told: `enqueue`, inside the act's own transaction."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bulletin.outbox import delivering
from bulletin.outbox.records import Delivery, OutboxMessage, Webhook


@transaction.atomic
def enqueue(kind: str, key: str, title: str, path: str, *, note: str = "", **more) -> bool:
    """Note that all who want to know of `kind` are to be told; answer whether it was new.

    To be called in the transaction of the act: without it nothing is sent, with it everything is, once. `key`
    names the act: a second call with it changes nothing.
    title: what happened, in a line. path: where readers see it. note: what is said publicly of it. more: what
    programs want to know, as JSON.
    """
    payload = {
        "title": title,
        "note": note,
        "page": f"{settings.PUBLIC_URL}{path}",
        "at": timezone.now().isoformat(timespec="seconds"),
        **more,
    }
    message = OutboxMessage(kind=kind, key=key, payload=payload)
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    if not OutboxMessage.objects.filter(pk=message.pk).exists():
        return False
    webhooks = [each for each in Webhook.objects.filter(active=True) if not each.kinds or kind in each.kinds]
    deliveries = [Delivery(message=message, webhook=each, receiver=each.name) for each in webhooks]
    deliveries += [
        Delivery(message=message, email=each, receiver=each) for each in dict.fromkeys(settings.NOTIFY_EMAILS)
    ]
    Delivery.objects.bulk_create(deliveries)
    if deliveries:
        transaction.on_commit(delivering.deliver_outbox.delay, robust=True)
    return True
