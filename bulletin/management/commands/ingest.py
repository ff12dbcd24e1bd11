"""Give files to the worker, as the upload page does."""

import time
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from bulletin import inbox, tasks
from bulletin.batches import Batch
from bulletin.desk.showing import counted
from bulletin.health import worker_is_alive
from bulletin.models import Issue
from bulletin.publishing import acting
from bulletin.uploads import Upload

POLL_SECONDS = 0.3
PATIENCE_SECONDS = 15  # without a worker, until it is said that none is there


class Command(BaseCommand):
    help = "把文件交给处理程序解析并存入，与上传页相同。同一份文件再交一次不会重复。"

    def add_arguments(self, parser):
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE|DIR",
            help="PDF 或文本，或放着它们的文件夹（连同下级）",
        )
        parser.add_argument("--wait", action="store_true", help="等到全部读完，有一份没读成就以失败结束")
        parser.add_argument("--publish", action="store_true", help="读完就发布从未发布过的期（包含 --wait）")
        parser.add_argument("--timeout", type=float, default=600, metavar="秒", help="最多等多久，默认600秒")
        parser.add_argument("--by", metavar="用户名", help="记在谁的名下")

    def handle(self, *, files, wait, publish, timeout, by, **options):
        if missing := [str(path) for path in files if not path.exists()]:
            raise CommandError(f"没有这样的文件：{'、'.join(missing)}。没有交出任何一份。")
        many = len(files) > 1 or files[0].is_dir()
        files = [file for path in files for file in (inbox.readable_files(path) if path.is_dir() else [path])]
        if not files:
            raise CommandError("文件夹里没有 PDF 或文本（.pdf、.txt、.md）。没有交出任何一份。")
        user = None
        if by:
            user = get_user_model().objects.filter(username=by).first()
            if user is None:
                raise CommandError(f"没有用户“{by}”。没有交出任何一份。")
        batch = Batch.objects.create(origin=Batch.Origin.COMMAND, created_by=user) if many else None
        kept = [self.keep(path, user, batch) for path in files]
        uploads = list({upload.pk: upload for upload in kept}.values())
        if not (wait or publish):
            self.stdout.write(f"共交出{len(uploads)}份，处理程序会依次解析。")
            return
        failed = self.wait(uploads, timeout)
        if publish:
            self.publish(uploads, user)
        if failed:
            raise CommandError(
                f"{len(uploads)}份中有{failed}份没有读成，原因见上。文件都已保存，可以在编辑台重试。"
            )

    def keep(self, path, user, batch):
        """Keep one file and queue it; one that failed before is tried again."""
        with transaction.atomic(), path.open("rb") as file:
            upload, is_new = Upload.objects.keep(File(file), path.name, user)
            again = not is_new and upload.state == Upload.State.FAILED and upload.queue_again()
            if batch:
                batch.add(upload, path.name, is_new)
            if is_new or again:
                tasks.send(upload)
        said = "交出" if is_new else "再读" if again else f"已经交来过（{upload.get_state_display()}）"
        self.say(f"{path.name}：{said}")
        return upload

    def wait(self, uploads, timeout):
        """Wait until all have come to rest, telling of each as it does; answer how many failed."""
        moving = {upload.pk for upload in uploads}
        failed, began, warned = 0, time.monotonic(), False
        while moving:
            for upload in (
                Upload.objects.filter(pk__in=moving).defer("text", "reading").select_related("issue")
            ):
                if not upload.is_moving:
                    moving.discard(upload.pk)
                    failed += upload.state == Upload.State.FAILED
                    self.say(
                        f"[{len(uploads) - len(moving)}/{len(uploads)}] {upload.name}：{self.outcome(upload)}"
                    )
            if not moving:
                break
            waited = time.monotonic() - began
            if waited > timeout:
                raise CommandError(
                    f"等了{timeout:.0f}秒，还有{len(moving)}份没有读完。它们仍在队列里，处理程序会接着读。"
                )
            if not warned and waited > PATIENCE_SECONDS and not worker_is_alive():
                warned = True
                self.say("没有处理程序在运行，文件在队列里等着。")
            connection.close()  # a wait may outlast what the server allows an idle connection
            time.sleep(POLL_SECONDS)
        return failed

    def outcome(self, upload):
        if upload.state == Upload.State.FAILED:
            return f"没有读成。{upload.error_message}"
        if upload.state == Upload.State.WAITING:
            number = upload.issue.total_number
            return f"第{number}期已有另一版，请在编辑台决定用哪一版（{counted(upload.counts)}）"
        if upload.state == Upload.State.DISCARDED:
            return "先前已放弃这一版"
        return f"第{upload.issue.total_number}期，{counted(upload.counts)}"

    def publish(self, uploads, user):
        """Publish what was read and never was public; an issue that an editor withdrew stays withdrawn.

        For samples and archives: what the desk asks before is not asked here.
        """
        issues = Issue.objects.filter(read_from__in=uploads, published_at=None)
        for pk, number in issues.order_by("total_number").values_list("pk", "total_number"):
            acting.publish_unchecked(pk, user, "用命令发布，未经校对与终审")
            self.say(f"第{number}期已发布")

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
