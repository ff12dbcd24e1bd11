"""recognise [--apply] [ISSUE…]: read stored issues again with today's recognition and show what changes."""

from itertools import groupby

from django.core.management.base import BaseCommand, CommandError

from bulletin.knowledge.rereading import counts, reread
from bulletin.models import Issue

MARKS = {"added": "+", "removed": "-", "changed": "~"}


class Command(BaseCommand):
    help = "按现在的识别规则重读已入库的各期，列出事实和关联有什么变化；加 --apply 才写入。编辑说过的不动。"

    def add_arguments(self, parser):
        parser.add_argument("issues", nargs="*", type=int, metavar="总期号", help="不写就是全部")
        parser.add_argument("--apply", action="store_true", help="写入变化")

    def handle(self, *, issues, apply, **options):
        known = set(Issue.objects.filter(total_number__in=issues).values_list("total_number", flat=True))
        if missing := sorted(set(issues) - known):
            raise CommandError(f"没有这些期：{'、'.join(map(str, missing))}。什么都没有改。")
        changes = reread(issues, apply=apply)
        for (issue, order, title), group in groupby(
            changes, key=lambda each: (each.issue, each.order, each.title)
        ):
            self.stdout.write(f"第{issue}期第{order}篇 {title}")
            for change in group:
                told = f"：{change.before} → {change.after}" if change.outcome == "changed" else ""
                self.stdout.write(f"  {MARKS[change.outcome]} {change.kind} {change.name}{told}")
        found = counts(changes)
        summary = (
            f"新增{found.get('added', 0)}项，删去{found.get('removed', 0)}项，改动{found.get('changed', 0)}项"
        )
        if not changes:
            self.stdout.write("没有变化。")
        elif apply:
            self.stdout.write(f"{summary}，已写入。")
        else:
            self.stdout.write(f"{summary}。还没有写入；加 --apply 写入。")
