"""prepare: bring the database up to this version: tables, and the reference data that all else stands on."""

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "把数据库准备到当前版本：建表，写入行政区划和发文机关。再运行一次不会改变什么。"
    requires_system_checks = []  # as migrate: they may want tables that are not there yet

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)
        for load in ("load_regions", "load_bodies"):
            call_command(load, stdout=self.stdout)
