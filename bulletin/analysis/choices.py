"""What a reader may choose from, fetched once for a page: regions, topics, sections."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db import connection
from django.utils import timezone

from bulletin.filters import LOCAL, WORLD
from bulletin.models import Section
from policies.models import Stage, Topic
from regions.models import Region

PLACES = (Region.Level.NATION, Region.Level.PROVINCE)
EVERYTHING = """
SELECT (SELECT json_agg(section ORDER BY section."order")::text FROM bulletin_section section),
    (SELECT json_agg(topic ORDER BY topic."order", topic.id)::text FROM policies_topic topic),
    (SELECT json_agg(region ORDER BY region.code)::text FROM regions_region region
        WHERE region.level = ANY(%s) OR region.path = ANY(%s)),
    (SELECT max(issued_on) FROM bulletin_issue WHERE state = 'published'),
    (SELECT max(updated_at) FROM bulletin_policyentry),
    (SELECT sum(number) FROM bulletin_tally WHERE scope = '*' AND left(key, 1) = 's')
"""


@dataclass(frozen=True)
class Select:
    """One field of a filter form. The first option, without a value, stands for all."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


class Choices:
    """The vocabulary of the filters, for one request."""

    def __init__(self, query):
        self.query = query

    @cached_property
    def _fetched(self):
        """All of it in one query: the rows of three small tables, a day, the state of the register."""
        named = [*self.query.getlist("region"), *self.query.getlist("r")]
        with connection.cursor() as cursor:
            cursor.execute(EVERYTHING, [list(PLACES), named])
            sections, topics, regions, day, *register = cursor.fetchone()
        return {
            "sections": [Section.from_db(None, row, row.values()) for row in json.loads(sections or "[]")],
            "topics": [Topic.from_db(None, row, row.values()) for row in json.loads(topics or "[]")],
            "regions": [Region.from_db(None, row, row.values()) for row in json.loads(regions or "[]")],
            "newest_day": day or timezone.localdate(),
            "register": tuple(register),
        }

    @property
    def sections(self):
        return self._fetched["sections"]

    @property
    def topics(self):
        return self._fetched["topics"]

    @property
    def regions(self):
        """The nation, the provinces, and whatever else the request names."""
        return self._fetched["regions"]

    @property
    def newest_day(self):
        """The day of the newest issue: where every period ends. Today before there is any."""
        return self._fetched["newest_day"]

    @property
    def register(self):
        """When the register last changed, and how many policies it has: (None, None) while it is empty."""
        return self._fetched["register"]

    def months_back(self, months):
        return self.newest_day - timedelta(days=round(30.44 * months))

    def region(self, path):
        return next((region for region in self.regions if region.path == path), None)

    def topic(self, slug):
        return next((topic for topic in self.topics if topic.slug == slug), None)

    def section(self, slug):
        return next((section for section in self.sections if section.slug == slug), None)

    def select(self, name, label, whole, options):
        """A field with what the request chose."""
        values = [(str(value), str(text)) for value, text in options]
        return Select(name, label, [("", whole), *values], self.query.get(name, ""))

    def region_select(self):
        names = [(region.path, "全国" if region.path == "national" else region) for region in self.regions]
        return self.select("region", "地区", "全部地区", [*names, (LOCAL, "各省（区、市）"), (WORLD, "国际")])

    def topic_select(self):
        return self.select("topic", "主题", "全部主题", [(topic.slug, topic.name) for topic in self.topics])

    def stage_select(self):
        return self.select("stage", "阶段", "全部阶段", Stage.Kind.choices)

    def policy_order_select(self):
        orders = [("-began", "最近开始"), ("-stage_on", "阶段日期"), ("title", "标题")]
        return self.select("order", "排序", "最近报道", orders)

    def section_select(self):
        return self.select("section", "栏目", "全部栏目", [(each.slug, each.name) for each in self.sections])
