"""load_bodies: write the issuing bodies of policies/data/ into the database. Running it again changes
nothing.
"""

from django.core.management.base import BaseCommand, CommandError

from policies.models import IssuingBody
from regions.models import Region


class Command(BaseCommand):
    help = "把 policies/data/ 里的发文机关写入数据库；再运行一次不会改变什么。先运行 load_regions。"

    def handle(self, **options):
        if not Region.objects.exists():
            raise CommandError("数据库里还没有行政区划，机构无从归属。请先运行 manage.py load_regions。")
        counts = IssuingBody.objects.load()
        self.stdout.write(
            f"发文机关：新增{counts['created']}个，更新{counts['updated']}个，未变{counts['unchanged']}个。"
        )
