"""annotate ITEMS.json: read short policy news and print what each is about, and which tell of one policy."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from policies.recognition.article import Recognised, labels, link_record, load_names, recognise
from policies.recognition.dates import first_day
from policies.recognition.linking import find_same


class Command(BaseCommand):
    help = "读一批政策短讯，打印每条的地区、机构、文件和同一政策的其他条目；不碰数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("items", type=Path, help="JSON 文件：条目的列表，或以 id 为键的对象")

    def handle(self, *args, items, **options):
        entries = _entries(items)
        names = load_names()
        found: dict[str, Recognised] = {}
        records = []
        for key, item in entries.items():
            published_on = _published_on(key, item)
            title, text = str(item.get("title") or ""), str(item.get("text") or "")
            found[key] = recognise(title, text.splitlines(), published_on, names, home="")
            records.append(link_record(key, found[key], text, published_on))
        same = defaultdict(list)
        for match in find_same(records):
            same[match.left].append(match.right)
            same[match.right].append(match.left)
        predictions = {key: labels(found[key]) | {"same_as": sorted(same[key])} for key in entries}
        self.stdout.write(json.dumps(predictions, ensure_ascii=False, indent=1))


def _entries(path: Path) -> dict[str, dict]:
    """The items by id. Raises CommandError where the file is not what it should be."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"打不开文件 {path}：{error.strerror}。") from error
    except ValueError as error:
        raise CommandError(f"{path} 不是 UTF-8 编码的 JSON：{error}。") from error
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        content = content["items"]
    if isinstance(content, dict):
        content = [{"id": key, **item} for key, item in content.items() if isinstance(item, dict)]
    if not isinstance(content, list) or not all(
        isinstance(item, dict) and item.get("id") for item in content
    ):
        raise CommandError(f"{path} 里应当是条目的列表，每条有 id、title、text、source_url。")
    return {str(item["id"]): item for item in content}


def _published_on(key: str, item: dict) -> date | None:
    """The day of the item: its own field, its id, or the address it was published at."""
    for said in (item.get("date"), item.get("published_on"), key, item.get("source_url")):
        if said and (day := first_day(str(said))):
            return day
    return None
