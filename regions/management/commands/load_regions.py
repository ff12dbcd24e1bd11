"""load_regions: write the places of regions/data/ into the database. Running it again changes nothing."""

from django.core.management.base import BaseCommand

from regions.models import Region


class Command(BaseCommand):
    help = "把 regions/data/ 里的行政区划写入数据库；再运行一次不会改变什么。"

    def handle(self, **options):
        counts = Region.objects.load()
        self.stdout.write(
            f"行政区划：新增{counts['created']}个，更新{counts['updated']}个，未变{counts['unchanged']}个。"
        )
