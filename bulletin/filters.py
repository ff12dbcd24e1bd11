"""What a reader may ask of a list."""

import django_filters
from django.db.models import F, Q

from bulletin import tallies
from bulletin.facts import ArticleBody, ArticleRegion
from bulletin.models import Article, Issue
from bulletin.register import NATION, PHASES, PolicyEntry, TargetEntry
from policies.models import Stage
from regions.models import Region

WORLD = "world"  # 国际: all that is abroad
LOCAL = "local"  # all provinces


class IssueFilter(django_filters.FilterSet):
    """Issues of one year."""

    year = django_filters.NumberFilter("issued_on", "year", label="年份", min_value=1, max_value=9999)

    @property
    def qs(self):
        """Nothing for a year that is none, so that the page can say so."""
        return super().qs if self.is_valid() else self.queryset.none()

    class Meta:
        model = Issue
        fields = ["year"]


def as_id(text):
    """The id that an address names; None where it is none."""
    return int(text) if text.isdecimal() and int(text) < 2**31 else None


class Order(django_filters.OrderingFilter):
    """Rows by the fields that were asked for, in that order; where one is empty last, whichever way.

    Where all are equal by their key, so that pages are stable.
    """

    def filter(self, queryset, value):
        wanted = [self.get_ordering_value(each) for each in value or () if each]
        if not wanted:
            return queryset
        key = "-pk" if wanted[-1].startswith("-") else "pk"
        return queryset.order_by(*(_term(queryset.model, each) for each in wanted), key)


def _term(model, wanted):
    """A field to order by. Only a field that may be empty is told where: an index serves the plain order."""
    name, is_down = wanted.removeprefix("-"), wanted.startswith("-")
    if is_down and "__" not in name and model._meta.get_field(name).null:
        return F(name).desc(nulls_last=True)
    return wanted


class Chosen(django_filters.FilterSet):
    """A list on a page for analysts. Its names (guizhou, computing-power) are looked up in `choices`.

    A region, topic or body that is given twice is both: what two bodies have signed together.
    """

    region = django_filters.CharFilter(method="of_region", label="地区")
    topic = django_filters.CharFilter(method="on_topic", label="主题")
    body = django_filters.NumberFilter(method="of_body", label="机构", min_value=0, max_value=2**31 - 1)

    def __init__(self, query, queryset, choices):
        self.choices = choices
        super().__init__(query, queryset)

    @property
    def qs(self):
        """Nothing for what does not exist, so that the page can say so."""
        return super().qs if self.is_valid() else self.queryset.none()

    def of_region(self, queryset, name, value):
        for path in self.all_of(name):
            queryset = self.in_region(queryset, path)
        return queryset

    def in_region(self, queryset, path):
        if path == WORLD:
            return queryset.abroad()
        if path == LOCAL:
            return queryset.local()
        region = self.choices.region(path)
        return queryset.of(region) if region else queryset.none()

    def on_topic(self, queryset, name, value):
        topics = [self.choices.topic(slug) for slug in self.all_of(name)]
        return (
            queryset.filter(topics__contains=[each.pk for each in topics]) if all(topics) else queryset.none()
        )

    def of_body(self, queryset, name, value):
        bodies = [as_id(each) for each in self.all_of(name)]
        return queryset.none() if None in bodies else queryset.filter(bodies__contains=bodies)

    def all_of(self, name):
        """Every value that was given for it."""
        return [value for key, value in self.pairs if key == name]

    @property
    def pairs(self):
        """(name, value) of all that was asked for, without what only orders or pages."""
        lists = self.data.lists() if hasattr(self.data, "lists") else ((k, [v]) for k, v in self.data.items())
        return [
            (name, value)
            for name, values in lists
            for value in dict.fromkeys(values)
            if value and name in self.filters and name != "order"
        ]

    @property
    def body_id(self):
        """The id of the body that was asked for; None without one."""
        return as_id(self.chosen.get("body", ""))

    @property
    def chosen(self):
        """What was asked for by name, the last word where it was said twice."""
        return dict(self.pairs)


PERIODS = [("3", "近3个月"), ("12", "近12个月"), ("", "全部")]


class PolicyFilter(Chosen):
    """Policies of the register. A period ends with the newest issue.

    scope: under which counts of all that there is to choose from are kept; see `bulletin.tallies`.
    """

    def __init__(self, query, queryset, choices, scope=tallies.WHOLE):
        self.whole = scope
        super().__init__(query, queryset, choices)

    @property
    def scope(self):
        """Under which counts of what was chosen are kept; None where they are not."""
        if not self.pairs:
            return self.whole
        if self.whole != tallies.WHOLE or len(self.pairs) > 1 or not self.is_valid():
            return None
        [(name, value)] = self.pairs
        if name == "region":
            region = self.choices.region(value)
            return {WORLD: tallies.WORLD, LOCAL: tallies.LOCAL}.get(value) or (region and f"r{region.code}")
        if name == "topic":
            topic = self.choices.topic(value)
            return topic and f"t{topic.pk}"
        if name == "section":
            section = self.choices.section(value)
            return section and f"c{section.pk}"
        return {"body": f"b{value}", "stage": f"s{value}"}.get(name)

    stage = django_filters.ChoiceFilter(choices=Stage.Kind.choices, label="阶段")
    reached = django_filters.ChoiceFilter(choices=Stage.Kind.choices, method="has_reached", label="经过阶段")
    phase = django_filters.ChoiceFilter(
        choices=[(name, label) for name, (label, _) in PHASES.items()], method="in_phase", label="阶段的类"
    )
    section = django_filters.CharFilter(method="in_section", label="栏目")
    kind = django_filters.CharFilter(label="文种")
    year = django_filters.NumberFilter("told_on", "year", label="年份", min_value=1900, max_value=9999)
    period = django_filters.NumberFilter(method="in_period", label="时间", min_value=1, max_value=1200)
    since = django_filters.DateFilter("told_on", "gte", label="最近报道不早于")
    until = django_filters.DateFilter("told_on", "lte", label="最近报道不晚于")
    q = django_filters.CharFilter(method="named", label="名称或文号")
    order = Order(
        fields={"told_on": "told", "began_on": "began", "stage_on": "stage_on", "title": "title"},
        label="排序",
    )

    def has_reached(self, queryset, name, value):
        return queryset.filter(stage_kinds__contains=[value])

    def in_phase(self, queryset, name, value):
        return queryset.filter(stage__in=PHASES[value][1])

    def in_section(self, queryset, name, value):
        section = self.choices.section(value)
        return queryset.filter(sections__contains=[section.pk]) if section else queryset.none()

    def in_period(self, queryset, name, value):
        return queryset.filter(told_on__gt=self.choices.months_back(int(value)))

    def named(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(number__icontains=value))

    class Meta:
        model = PolicyEntry
        fields = []


class TargetFilter(Chosen):
    """Targets of the register."""

    by = django_filters.NumberFilter("due_year", label="年份", min_value=1900, max_value=9999)
    unit = django_filters.CharFilter(label="单位")
    indicator = django_filters.CharFilter(label="指标")
    q = django_filters.CharFilter("indicator", "icontains", label="指标里的词")
    policy = django_filters.NumberFilter("policy", label="政策")
    order = Order(
        fields={"indicator": "indicator", "low": "value", "due_year": "by", "told_on": "told"}, label="排序"
    )

    class Meta:
        model = TargetEntry
        fields = []


class ArticleFilter(Chosen):
    """Published articles by what they are about."""

    issue = django_filters.NumberFilter("issue__total_number", label="期")
    section = django_filters.CharFilter("section__slug", label="栏目")
    policy = django_filters.NumberFilter("tellings__policy", label="政策", distinct=True)
    year = django_filters.NumberFilter(
        "issue__issued_on", "year", label="年份", min_value=1900, max_value=9999
    )
    period = django_filters.NumberFilter(method="in_period", label="时间", min_value=1, max_value=1200)
    order = Order(fields={"issue__total_number": "issue"}, label="排序")

    def in_region(self, queryset, path):
        told = ArticleRegion.objects.all()
        if path == WORLD:
            told = told.exclude(region__lineage__contains=[NATION])
        elif path == LOCAL:
            told = told.filter(region__lineage__contains=[NATION]).exclude(region__code=NATION)
        elif (region := self.choices.region(path)) is None:
            return queryset.none()
        else:
            inside = [region] if region.code == NATION else Region.objects.within(region)
            told = told.filter(region__in=inside)
        return queryset.filter(pk__in=told.values("article"))

    def on_topic(self, queryset, name, value):
        for slug in self.all_of(name):
            topic = self.choices.topic(slug)
            queryset = queryset.filter(topics=topic) if topic else queryset.none()
        return queryset

    def of_body(self, queryset, name, value):
        for body in self.all_of(name):
            told = ArticleBody.objects.filter(body=as_id(body))
            queryset = queryset.filter(pk__in=told.values("article"))
        return queryset

    def in_period(self, queryset, name, value):
        return queryset.filter(issue__issued_on__gt=self.choices.months_back(int(value)))

    class Meta:
        model = Article
        fields = []
