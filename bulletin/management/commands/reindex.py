"""Write the search rows of all published articles anew, while readers go on searching."""

from django.core.management.base import BaseCommand

from bulletin.models import Article
from bulletin.search import entries


class Command(BaseCommand):
    help = (
        "重建检索：逐批重写已发布文章的检索条目，清掉多余的，再统计词频。重建时检索照常可用，可以重复运行。"
    )

    def handle(self, **options):
        counts = entries.rebuild(Article.objects.all(), self.report)
        self.stdout.write(
            f"检索条目{counts['written']}条，清掉多余的{counts['removed']}条，常用词{counts['tokens']}个。"
        )

    def report(self, done, total):
        if done == total or done % 5000 < entries.BATCH:
            self.stdout.write(f"{done}/{total}")
