"""Draw the register of policies and targets anew, and the topics of all articles."""

from django.core.management.base import BaseCommand

from bulletin.models import Article
from bulletin.register import apply_topics


class Command(BaseCommand):
    help = "按现有内容重建读者所见的政策登记、目标登记和各篇的主题。可以反复运行。"

    def handle(self, **options):
        counts = apply_topics(Article.objects.all())
        self.stdout.write(f"政策{counts['policies']}件，目标{counts['targets']}项。")
