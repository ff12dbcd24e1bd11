"""Places: administrative divisions (行政区划) of China, countries, states, and the tree that they form."""

from collections import Counter
from itertools import groupby

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.urls import reverse

from regions.gazetteer import display_name, load_gazetteer
from regions.paths import paths

LOADED = ("name", "short_name", "level", "path", "parent_id", "lineage")  # what the gazetteer decides


class RegionQuerySet(models.QuerySet):
    def within(self, region):
        """The region and every place inside it."""
        return self.filter(lineage__contains=[region.code])

    @transaction.atomic
    def load(self):
        """Write the gazetteer's places; count them as created, updated or unchanged. None is ever removed."""
        gazetteer = load_gazetteer()
        known = {region.code: region for region in self.all()}
        counts = Counter(created=0, updated=0, unchanged=0)
        by_depth = groupby(
            ((place, path, list(gazetteer.lineage(place.code))) for place, path in paths(gazetteer)),
            key=lambda row: len(row[2]),
        )
        for _, rows in by_depth:  # those around a place have their rows before it gets one
            new, changed = [], []
            for place, path, lineage in rows:
                region = known.get(place.code) or Region(code=place.code)
                before = {name: getattr(region, name) for name in LOADED}
                region.name, region.short_name, region.level = place.name, display_name(place), place.level
                region.path, region.lineage = path, lineage
                region.parent_id = known[place.parent].pk if place.parent else None
                if region.pk is None:
                    new.append(region)
                elif any(getattr(region, name) != value for name, value in before.items()):
                    changed.append(region)
                else:
                    counts["unchanged"] += 1
            known.update({region.code: region for region in self.bulk_create(new)})
            self.bulk_update(changed, LOADED)
            counts["created"] += len(new)
            counts["updated"] += len(changed)
        return counts

    def provinces(self):
        """The 34 divisions of the map, in the order of GB/T 2260."""
        return self.filter(level=Region.Level.PROVINCE)

    def abroad(self):
        """Countries and unions; their states are inside them."""
        return self.filter(level__in=[Region.Level.COUNTRY, Region.Level.UNION])


class Region(models.Model):
    """行政区划. Reference data: `load_regions` writes it from regions/data/, nobody else."""

    class Level(models.TextChoices):
        NATION = "nation", "全国"
        PROVINCE = "province", "省级"
        PREFECTURE = "prefecture", "地级"
        COUNTY = "county", "县级"
        UNION = "union", "国家联盟"
        COUNTRY = "country", "国家"
        STATE = "state", "州"

    code = models.CharField("代码", max_length=12, unique=True)  # GB/T 2260, ISO 3166-1 or 3166-2, EU
    name = models.CharField("名称", max_length=60)  # official
    short_name = models.CharField("简称", max_length=40)  # 贵州, 贵阳, 德克萨斯州
    level = models.CharField("级别", max_length=12, choices=Level.choices)
    path = models.CharField("地址", max_length=80, unique=True)  # guizhou, guizhou/guiyang, eu, us/tx
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    lineage = ArrayField(models.CharField(max_length=12), verbose_name="所属")  # its own code, then outwards

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "地区"
        indexes = [GinIndex(fields=["lineage"], name="region_lineage")]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("region", args=[self.path])
