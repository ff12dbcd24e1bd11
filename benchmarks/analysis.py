"""What the pages for analysts cost on a large stock: queries, database time, size.

    DATABASE_URL=… python benchmarks/analysis.py [--rounds 5]

Wants a database filled by benchmarks/corpus.py, with targets, and `manage.py refresh_register`. Times are the
database's as Django measures them, from sending a statement to having its answer; of each statement the least
of some rounds, so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulletin.settings")
os.environ.setdefault("SECRET_KEY", "for-measuring-only")
os.environ.setdefault("DEBUG", "true")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bulletin.models import Article  # noqa: E402
from bulletin.register import PolicyEntry, TargetEntry  # noqa: E402
from bulletin.tallies import WHOLE, Tally  # noqa: E402

settings.ALLOWED_HOSTS = ["*"]


def addresses() -> list[str]:
    """Every page, each with its heaviest subject."""
    bodies = Tally.objects.filter(scope=WHOLE, key__startswith="b")
    body = bodies.order_by("-number").first().key[1:]
    policy = PolicyEntry.objects.order_by("-article_count").first()
    article = policy.latest_article
    return [
        "/",
        article.get_absolute_url(),
        "/regions/",
        "/regions/?period=",
        "/regions/?period=&topic=computing-power",
        "/regions/?period=&stage=发布",
        "/regions/guizhou/",
        "/regions/hebei/",
        "/regions/hebei/?stage=发布",
        "/regions/national/",
        "/regions/world/",
        "/regions/compare/?r=guizhou&r=zhejiang&r=beijing&r=shanghai&r=guangdong&r=jiangsu",
        "/bodies/",
        f"/bodies/{body}/",
        f"/bodies/{body}/?stage=发布",
        "/policies/",
        "/policies/?region=guizhou&topic=computing-power",
        "/policies/?page=500",
        "/policies/?order=title",
        policy.get_absolute_url(),
        "/targets/",
        "/targets/?by=2027&unit=亿元",
        "/topics/",
        "/topics/computing-power/",
        "/topics/artificial-intelligence/",
        "/topics/diffusion/",
        "/calendar/",
        "/calendar.ics?region=guizhou",
        "/articles/",
        "/articles/?page=4000",
        "/articles/?region=guizhou",
        "/articles/?topic=computing-power",
    ]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--editor", action="store_true", help="as somebody logged in who may do everything")
    options.add_argument("--slowest", action="store_true", help="print the slowest statement of each page")
    asked = options.parse_args()
    counts = (Article.objects.count(), PolicyEntry.objects.count(), TargetEntry.objects.count())
    print("articles {}, policies {}, targets {}".format(*counts))  # noqa: T201
    print(f"{'page':<62} queries   ms  slowest   KB")  # noqa: T201
    client = Client()
    if asked.editor:
        client.force_login(User.objects.get_or_create(username="measuring", is_superuser=True)[0])
    for address in addresses():
        rounds = []
        for _ in range(asked.rounds):
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)
            rounds.append([float(query["time"]) * 1000 for query in captured])
        times, size = (
            [min(each) for each in zip(*rounds, strict=True)],
            len(gzip.compress(response.getvalue())),
        )
        print(f"{address:<62} {len(times):>7} {sum(times):>4.0f} {max(times):>8.0f} {size / 1024:>4.0f}")  # noqa: T201
        if asked.slowest:
            for time, query in sorted(zip(times, captured, strict=True), key=lambda each: -each[0])[:3]:
                print(f"    {time:.0f} ms", query["sql"][:900])  # noqa: T201


if __name__ == "__main__":
    main()
