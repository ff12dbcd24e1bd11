"""What the worker does. Each task takes an id, calls one function and can run twice."""

import logging

from axes.handlers.proxy import AxesProxyHandler
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from bulletin import inbox, register
from bulletin.ingestion.store import ingest
from bulletin.links.looking import look_at_links  # noqa: F401  the worker finds its tasks here
from bulletin.models import Article
from bulletin.publishing import scheduling
from bulletin.search.entries import refresh_counts
from bulletin.uploads import Upload

logger = logging.getLogger(__name__)

MAX_LOSSES = 3  # readers that may die over one file before it is given up


@shared_task(acks_late=True, ignore_result=True)
def ingest_upload(upload_id: int) -> None:
    """Read one uploaded file into its issue. Running it again changes nothing."""
    ingest(upload_id)


def send(upload: Upload) -> None:
    """Tell the workers of a queued row once the transaction stands.

    A broker that doesn't answer fails nothing: the row waits, and `requeue_lost` tells them again.
    """
    transaction.on_commit(lambda: ingest_upload.delay(upload.pk), robust=True)


@shared_task(ignore_result=True)
def requeue_lost() -> None:
    """Put back what a dead worker or a lost message left behind, each exactly once."""
    with transaction.atomic():
        for upload in Upload.objects.lost_readings().select_for_update(skip_locked=True):
            logger.warning("upload %s: attempt %s is lost", upload.pk, upload.attempt)
            if upload.put_back(MAX_LOSSES):
                send(upload)
        for upload in Upload.objects.lost_messages().select_for_update(skip_locked=True):
            logger.warning("upload %s: its message is lost", upload.pk)
            upload.mark_sent()
            send(upload)


@shared_task(ignore_result=True)
def publish_due() -> None:
    """Publish the issues whose moment has come."""
    scheduling.publish_due()


@shared_task(ignore_result=True)
def look_after_inbox() -> None:
    """Take what was put into the watched folder, put away what has been read."""
    for upload in inbox.look_after(settings.INBOX_DIR):
        send(upload)


@shared_task(acks_late=True, ignore_result=True)
def apply_topics() -> None:
    """Find the topics of all articles anew, after an editor has changed their words."""
    register.apply_topics(Article.objects.all())


@shared_task(ignore_result=True)
def refresh_search_counts() -> None:
    """Count anew how many articles have each common word, by which search chooses its way."""
    refresh_counts()


@shared_task(ignore_result=True)
def forget_old_logins() -> None:
    """Delete sessions that have ended, and what the log of logins holds longer than LOGIN_LOG_DAYS."""
    SessionStore.clear_expired()
    AxesProxyHandler.reset_logs(age_days=settings.LOGIN_LOG_DAYS)
    AxesProxyHandler.reset_failure_logs(age_days=settings.LOGIN_LOG_DAYS)
