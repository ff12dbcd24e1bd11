"""What may be asked of the list of regions."""

import django_filters
from django.db.models import Q

from regions.models import Region


class RegionFilter(django_filters.FilterSet):
    """Regions by level, by what is right inside one, and by name."""

    level = django_filters.ChoiceFilter(choices=Region.Level.choices, label="级别")
    parent = django_filters.CharFilter("parent__path", label="上级的代号")
    q = django_filters.CharFilter(method="named", label="名称")

    def named(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(short_name__icontains=value))

    class Meta:
        model = Region
        fields = []
