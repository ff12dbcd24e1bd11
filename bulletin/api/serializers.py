"""What the API says of each thing. Field names are English, what they hold is as the pages show it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bulletin.access import may_read_full_text
from bulletin.models import Article, Issue, Section
from bulletin.register import PolicyEntry, TargetEntry
from policies.models import IssuingBody, Stage, Topic
from regions.models import Region

STRINGS = {"type": "array", "items": {"type": "string"}}


@extend_schema_field({"type": "string", "format": "uri"})
class Page(serializers.ReadOnlyField):
    """The absolute address of the page for readers."""

    def __init__(self, **kwargs):
        super().__init__(**{"source": "get_absolute_url", "help_text": "网页地址", **kwargs})

    def to_representation(self, address):
        return _absolute(self, address)


class SectionSerializer(serializers.ModelSerializer):
    page = Page()

    class Meta:
        model = Section
        fields = ["slug", "name", "order", "page"]


class PlaceSerializer(serializers.Serializer):
    """A region by its path and name."""

    path = serializers.CharField(help_text="地区的代号，用于 region 参数")
    name = serializers.CharField(source="short_name", help_text="简称")


class NamedBodySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class NamedTopicSerializer(serializers.Serializer):
    slug = serializers.CharField(help_text="主题的代号，用于 topic 参数")
    name = serializers.CharField()


class IssueSerializer(serializers.ModelSerializer):
    article_count = serializers.IntegerField(help_text="篇数")
    page = Page()

    class Meta:
        model = Issue
        fields = [
            "total_number", "number", "issued_on", "cover_headline", "published_at", "republished_at",
            "article_count", "page",
        ]  # fmt: skip


class ArticleSerializer(serializers.ModelSerializer):
    """An article as a list shows it."""

    issue = serializers.IntegerField(source="issue.total_number", help_text="总期号")
    issued_on = serializers.DateField(source="issue.issued_on", help_text="刊发日期")
    section = serializers.CharField(source="section.slug", help_text="栏目的代号")
    summary = serializers.CharField(source="telling_summary", help_text="提要")
    printed_page = serializers.IntegerField(source="page", allow_null=True, help_text="页码；未写明时为 null")
    regions = PlaceSerializer(many=True)
    bodies = NamedBodySerializer(many=True)
    topics = NamedTopicSerializer(many=True)
    page = Page()

    class Meta:
        model = Article
        fields = [
            "issue", "number", "order", "issued_on", "section", "printed_page", "title", "summary",
            "source_names", "source_url", "regions", "bodies", "topics", "updated_at", "page",
        ]  # fmt: skip


class CorrectionSerializer(serializers.Serializer):
    """勘误: what was told publicly of a mistake, and when."""

    noted_on = serializers.DateField(help_text="日期")
    text = serializers.CharField(help_text="说明")
    article = serializers.IntegerField(
        source="article.number", allow_null=True, default=None, help_text="哪一篇的编号；关于整期时为 null"
    )


class BlockSerializer(serializers.Serializer):
    """One paragraph, heading, figure or table."""

    id = serializers.IntegerField(help_text="段落的固定编号，给出后不再改变")
    kind = serializers.ChoiceField(["p", "h", "figure", "table"])
    text = serializers.CharField(allow_blank=True)
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))
    page = serializers.URLField(help_text="这一段的网址")


class ToldPolicySerializer(serializers.Serializer):
    id = serializers.IntegerField(source="policy_id")
    title = serializers.CharField(help_text="文件名，照本篇所印")
    stage = serializers.ChoiceField(Stage.Kind.choices, source="event", help_text="本篇所说的阶段")
    number = serializers.CharField(help_text="文号")
    issued_on = serializers.DateField(allow_null=True)


class WholeArticleSerializer(ArticleSerializer):
    """An article with its text, for those who may read it."""

    body = BlockSerializer(
        source="readable_body",
        many=True,
        allow_null=True,
        help_text="正文，逐段；要登录才能读而没有登录时为 null",
    )
    policies = ToldPolicySerializer(source="tellings", many=True, help_text="本篇所说的政策")
    corrections = CorrectionSerializer(many=True, help_text="勘误，从早到晚")

    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "body", "policies", "corrections"]


class WholeIssueSerializer(IssueSerializer):
    """An issue with its articles."""

    masthead = serializers.SerializerMethodField(help_text="刊务：职务和名称")
    articles = ArticleSerializer(many=True)
    corrections = CorrectionSerializer(many=True, help_text="勘误，从早到晚，各篇的也在内")

    class Meta(IssueSerializer.Meta):
        fields = [*IssueSerializer.Meta.fields, "masthead", "corrections", "articles"]

    @extend_schema_field({"type": "object", "additionalProperties": STRINGS})
    def get_masthead(self, issue):
        return {
            role: names if isinstance(names, list) else [str(names)] for role, names in issue.masthead_lines
        }


class RegionSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(
        source="parent.path", allow_null=True, default=None, help_text="上级的代号"
    )
    page = Page()

    class Meta:
        model = Region
        fields = ["path", "code", "name", "short_name", "level", "parent", "page"]


class BodySerializer(serializers.ModelSerializer):
    region = serializers.CharField(source="region.path", allow_null=True, default=None, help_text="所在地区")
    policy_count = serializers.IntegerField(help_text="登记在册的政策件数")
    page = Page()

    class Meta:
        model = IssuingBody
        fields = [
            "id", "name", "short_names", "former_names", "level", "region", "website", "policy_count", "page",
        ]  # fmt: skip


class TopicSerializer(serializers.ModelSerializer):
    page = Page()

    class Meta:
        model = Topic
        fields = ["slug", "name", "page"]


class PolicySerializer(serializers.ModelSerializer):
    """A policy as the register lists it."""

    id = serializers.IntegerField(source="policy_id")
    regions = PlaceSerializer(source="places_told", many=True)
    bodies = NamedBodySerializer(source="bodies_told", many=True)
    topics = NamedTopicSerializer(source="topics_told", many=True)
    page = Page()

    class Meta:
        model = PolicyEntry
        fields = [
            "id", "title", "number", "kind", "stage", "stage_on", "began_on", "valid_until", "told_on",
            "first_told_on", "article_count", "regions", "bodies", "topics", "updated_at", "page",
        ]  # fmt: skip


class StageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Stage
        fields = ["kind", "happened_on", "until_on"]


class TargetSerializer(serializers.ModelSerializer):
    """A target with the article that states it."""

    id = serializers.IntegerField(source="target_id")
    policy = serializers.IntegerField(source="policy_id", allow_null=True, help_text="所属政策")
    low = serializers.DecimalField(
        max_digits=24, decimal_places=6, allow_null=True, help_text="用于比较的下限，十进制文字"
    )
    sentence = serializers.SerializerMethodField(help_text="原句；不能读正文时为 null")
    page = serializers.SerializerMethodField(help_text="说到这项目标的段落")

    class Meta:
        model = TargetEntry
        fields = [
            "id", "policy", "indicator", "value", "low", "unit", "due_year", "told_on", "sentence", "page",
        ]  # fmt: skip

    def get_sentence(self, target) -> str | None:
        return target.sentence if may_read_full_text(self.context["request"].user) else None

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, target):
        return _absolute(self, target.address)


class NamedArticleSerializer(serializers.Serializer):
    issue = serializers.IntegerField(source="issue.total_number", help_text="总期号")
    number = serializers.IntegerField(help_text="编号，与总期号一起是文章的地址，发布后不再改变")
    title = serializers.CharField()
    page = Page()


class WholePolicySerializer(PolicySerializer):
    """A policy with its stages, its targets and the articles that tell of it."""

    stages = StageSerializer(source="public_stages", many=True, help_text="经过的阶段，从早到晚")
    targets = TargetSerializer(source="public_targets", many=True, help_text="提出的目标")
    articles = NamedArticleSerializer(source="public_articles", many=True, help_text="说到它的文章")

    class Meta(PolicySerializer.Meta):
        fields = [*PolicySerializer.Meta.fields, "stages", "targets", "articles"]


class StretchSerializer(serializers.Serializer):
    text = serializers.CharField()
    marked = serializers.BooleanField(help_text="是否检索的词")


class HitSerializer(ArticleSerializer):
    """An article that was found, with the passage that shows why."""

    passage = StretchSerializer(
        source="readable_passage", many=True, allow_null=True, help_text="命中的一段；不能读正文时为 null"
    )
    block = serializers.SerializerMethodField(help_text="这一段的编号；命中在标题或来源时为 null")

    class Meta(ArticleSerializer.Meta):
        fields = [*ArticleSerializer.Meta.fields, "passage", "block"]

    def get_block(self, article) -> int | None:
        return article.passage.block if may_read_full_text(self.context["request"].user) else None


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField(help_text="写进参数的值")
    label = serializers.CharField()
    count = serializers.IntegerField()


class FacetSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="参数名")
    label = serializers.CharField()
    values = FacetValueSerializer(source="choices", many=True)


class FoundSerializer(serializers.Serializer):
    """One page of what a search found."""

    count = serializers.IntegerField(help_text="命中篇数")
    exact = serializers.BooleanField(help_text="count 和各项计数是否准数；false 时是估计")
    how = serializers.ChoiceField(["typed", "all", "most"], help_text="怎样命中：照原样、各词都有、多数词有")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    facets = FacetSerializer(many=True)
    results = HitSerializer(many=True)


class WrongParameterSerializer(serializers.Serializer):
    parameter = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="出了什么错")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="具体是什么，怎样改")
    instance = serializers.CharField()
    errors = WrongParameterSerializer(many=True, required=False)


def _absolute(field, address):
    return field.context["request"].build_absolute_uri(address)
