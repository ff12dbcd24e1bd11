"""The watched folder: files that are put there are read, then moved to done/ or failed/ with a note.

A file is taken when nothing has been written to it for INBOX_QUIET_SECONDS. Until its reading has ended it
lies in reading/. A crash between any two steps loses nothing: what lies in the folder is taken again, and the
same bytes come back to the row that they have.
"""

import logging
import os
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from bulletin.batches import Batch, BatchFile
from bulletin.forms import SUFFIXES
from bulletin.uploads import Upload

logger = logging.getLogger(__name__)

READING, DONE, FAILED = "reading", "done", "failed"
LOCK = 0x1B0  # the advisory lock of who looks after the folder


def readable_files(folder):
    """The PDFs and texts in a folder and those below it, in the order of their names."""
    return sorted(path for path in _files(folder) if path.suffix.lower() in SUFFIXES)


def look_after(folder):
    """Move what has been read, take what has come; answer the rows to be read."""
    folder = Path(folder)
    if not folder.is_dir():
        logger.warning("inbox: %s is not a folder", folder)
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return []  # somebody is at it
        for name in (READING, DONE, FAILED):
            (folder / name).mkdir(exist_ok=True)
        _put_away(folder)
        return [upload for path in sorted(_settled(folder)) if (upload := _take(folder, path))]


def _files(folder):
    """No links: they may lead anywhere. No hidden or half-made ones."""
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(base) / name
            if not name.startswith((".", "~$")) and path.is_file() and not path.is_symlink():
                yield path


def _settled(folder):
    """The files outside our own folders that have stopped growing."""
    now = time.time()
    for path in _files(folder):
        if path.relative_to(folder).parts[0] in (READING, DONE, FAILED):
            continue
        if path.suffix.lower() in (".part", ".tmp", ".crdownload"):
            continue
        status = path.stat()
        # A copying program may set the time of the original; the change of the entry tells the truth
        if now - max(status.st_mtime, status.st_ctime) >= settings.INBOX_QUIET_SECONDS:
            yield path


def _take(folder, path):
    """Keep one file, and lay it into reading/ until its reading has ended. None if it needs no reading."""
    if reason := _refusal(path):
        target = _move(path, folder / FAILED)
        _note(target, reason)
        _batch().refuse(path.name, reason)
        return None
    with path.open("rb") as file:
        upload, is_new = Upload.objects.keep(File(file), path.name)
    again = not is_new and upload.state == Upload.State.FAILED and upload.queue_again()
    target = _move(path, folder / READING)
    _batch().add(upload, path.name, is_new, str(target.relative_to(folder)))
    logger.info("inbox: %s is upload %s", path.name, upload.pk)
    return upload if is_new or again else None


def _refusal(path):
    if path.suffix.lower() not in SUFFIXES:
        return "只收 PDF 和文本（.pdf、.txt、.md）。请另存为其中一种，再放进收件文件夹。"
    if path.stat().st_size > settings.MAX_UPLOAD_MB << 20:
        return f"文件超过了{settings.MAX_UPLOAD_MB} MB 的上限。请压缩或拆开，再放进收件文件夹。"
    return ""


def _batch():
    """The batch of this day."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Batch.objects.filter(
        origin=Batch.Origin.INBOX, created_at__gte=midnight, created_at__lt=midnight + timedelta(days=1)
    )
    return today.first() or Batch.objects.create(origin=Batch.Origin.INBOX)


def _put_away(folder):
    """Move the files whose reading has ended; beside a failed one lies why."""
    waiting = BatchFile.objects.exclude(inbox_path="").select_related("upload")
    for entry in waiting.defer("upload__text", "upload__reading"):
        if entry.upload.is_moving or entry.upload.state == Upload.State.PAUSED:
            continue
        path = folder / entry.inbox_path
        if path.is_file():
            failed = entry.upload.state == Upload.State.FAILED
            target = _move(path, folder / (FAILED if failed else DONE))
            if failed:
                _note(target, f"{entry.upload.error_message}\n错误类别：{entry.upload.error}")
        entry.inbox_path = ""
        entry.save(update_fields=["inbox_path"])


def _move(path, folder):
    """Into the folder, under a name that is free there."""
    target, number = folder / path.name, 2
    while target.exists():
        target = folder / f"{path.stem}（{number}）{path.suffix}"
        number += 1
    return path.rename(target)


def _note(path, text):
    path.with_name(f"{path.name}.原因.txt").write_text(f"{path.name}\n{text}\n", encoding="utf-8")
