"""What a reader may ask of the list of issuing bodies."""

import django_filters
from django.db.models import Q

from policies.models import IssuingBody


class BodyFilter(django_filters.FilterSet):
    """Bodies by kind, place and name, former and short names included."""

    level = django_filters.CharFilter(label="类别")
    region = django_filters.CharFilter(method="of_region", label="地区")
    q = django_filters.CharFilter(method="named", label="名称")

    def of_region(self, queryset, name, value):
        return queryset.filter(Q(region__path=value) | Q(region__path__startswith=f"{value}/"))

    def named(self, queryset, name, value):
        return queryset.filter(
            Q(name__icontains=value) | Q(short_names__icontains=value) | Q(former_names__icontains=value)
        )

    @property
    def qs(self):
        return super().qs if self.is_valid() else self.queryset.none()

    class Meta:
        model = IssuingBody
        fields = []
