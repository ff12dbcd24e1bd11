"""parse_issue FILE: read an issue and print the reading as JSON. Touches no database."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bulletin.ingestion import sandbox
from bulletin.ingestion.errors import UnreadableFile


class Command(BaseCommand):
    help = "读一个文件，把读出的一期以 JSON 打印出来；不碰数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="本刊一期的 PDF 或纯文本")

    def handle(self, *args, file, **options):
        try:
            file.open("rb").close()
            limit = settings.MAX_UPLOAD_MB << 20
            reading = sandbox.read_issue(file.resolve(), settings.READING_LIMITS, most_bytes=limit)
        except OSError as error:
            raise CommandError(f"打不开文件 {file}：{error.strerror}。") from error
        except UnreadableFile as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(reading, ensure_ascii=False, indent=1))
