"""The API's lists and things. Everything is published; drafts are never among it, whoever asks."""

from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from bulletin.access import may_read_full_text
from bulletin.analysis import counting
from bulletin.analysis.choices import Choices
from bulletin.api.paging import SIZE_NAMED, SIZE_SCHEMA, page_size
from bulletin.api.problems import MEDIA_TYPE, TITLES, Gone
from bulletin.api.serializers import (
    ArticleSerializer,
    BodySerializer,
    FoundSerializer,
    IssueSerializer,
    PolicySerializer,
    ProblemSerializer,
    RegionSerializer,
    SectionSerializer,
    TargetSerializer,
    TopicSerializer,
    WholeArticleSerializer,
    WholeIssueSerializer,
    WholePolicySerializer,
)
from bulletin.filters import ArticleFilter, IssueFilter, PolicyFilter, TargetFilter
from bulletin.models import Article, Issue, Section
from bulletin.register import PUBLIC, PolicyEntry, TargetEntry
from bulletin.search import facets, finder
from bulletin.search import pages as search_pages
from policies.filters import BodyFilter
from policies.models import IssuingBody, Policy, Stage, Topic
from regions.filters import RegionFilter
from regions.models import Region

NARROWED = "可用参数与网页上同名的条件相同。"


class Described(AutoSchema):
    """What drf-spectacular cannot see: that errors are problem details, and that a token is not a must."""

    def get_auth(self):
        return [{}, *super().get_auth()]

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, direction).ref
        for code in self.view.failures:
            bodies[str(code)] = {"description": TITLES[code], "content": {MEDIA_TYPE: {"schema": problem}}}
        return bodies


class Told:
    """What every view of the API has: errors that are described, and how often one may ask still."""

    schema = Described()
    failures = (400, 401, 404, 406, 429, 503)
    detail = False

    def get_throttles(self):
        self.throttles = super().get_throttles()
        return self.throttles

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        for throttle in getattr(self, "throttles", ()):
            for name, value in throttle.headers().items():
                response[name] = value
        return response


class List(Told, ListAPIView):
    pass


class Detail(Told, RetrieveAPIView):
    detail = True


# --- Issues, sections, articles -----------------------------------------------------------------------------


def _issues():
    standing = Count("articles", filter=Q(articles__taken_down_at=None))
    return Issue.objects.published().defer("contents", "reading").annotate(article_count=standing)


def _articles():
    named = ("id", "name")
    return (
        Article.objects.published()
        .filter(taken_down_at=None)
        .with_card()
        .prefetch_related(
            "regions",
            Prefetch("bodies", IssuingBody.objects.only(*named)),
            Prefetch("topics", Topic.objects.only("slug", "name", "order")),
        )
    )


@extend_schema(summary="各期", description=f"已发布的期，新的在前。{NARROWED}", tags=["期"])
class IssueList(List):
    serializer_class = IssueSerializer
    filterset_class = IssueFilter

    def get_queryset(self):
        return _issues()


@extend_schema(summary="一期", description="一期和它的文章。", tags=["期"])
class IssueDetail(Detail):
    serializer_class = WholeIssueSerializer
    failures = (*Told.failures, 410)

    def get_object(self):
        number = self.kwargs["total_number"]
        issue = _issues().filter(total_number=number).first()
        if issue is None:
            _refuse_withdrawn(number)
        issue = get_object_or_404(
            _issues().prefetch_related(Prefetch("articles", _articles()), "corrections__article"),
            total_number=number,
        )
        return issue


@extend_schema(summary="文章", description=f"已发布的文章，新一期的在前。{NARROWED}", tags=["文章"])
class ArticleList(List):
    serializer_class = ArticleSerializer
    filterset_class = ArticleFilter

    def get_queryset(self):
        return _articles().order_by("-issue__total_number", "order")


@extend_schema(
    summary="一篇文章",
    description="一篇文章和它的正文。网站设为登录后才能读全文时，正文只给已登录的请求。",
    tags=["文章"],
)
class ArticleDetail(Detail):
    serializer_class = WholeArticleSerializer
    failures = (*Told.failures, 410)

    def get_object(self):
        where = {"issue__total_number": self.kwargs["total_number"], "number": self.kwargs["article_number"]}
        article = (
            Article.objects.published()
            .filter(**where)
            .select_related("issue", "section")
            .prefetch_related("regions", "bodies", "topics", "tellings", "corrections__article")
            .defer("reading", "places", "issue__masthead", "issue__contents", "issue__reading")
            .first()
        )
        if article is None:
            _refuse_withdrawn(where["issue__total_number"])
        if article.taken_down_at:
            raise Gone(f"这一篇已经撤下：{article.takedown_note}")
        article.readable_body = article.body if may_read_full_text(self.request.user) else None
        for block in article.readable_body or ():
            address = f"{article.get_absolute_url()}#p{block['id']}"
            block["page"] = self.request.build_absolute_uri(address)
            block["rows"] = block.get("rows") or []
        return article


def _refuse_withdrawn(total_number):
    """What is not public: 410 if it was, else 404, like the pages."""
    withdrawn = Issue.objects.filter(total_number=total_number, withdrawn_at__isnull=False).first()
    if withdrawn is None:
        raise Http404
    raise Gone(
        f"总第{total_number}期已于{withdrawn.withdrawn_at:%Y-%m-%d}撤回。{withdrawn.withdrawal_note}".strip()
    )


@extend_schema(summary="栏目", description="四个栏目。", tags=["栏目"])
class SectionList(List):
    serializer_class = SectionSerializer
    queryset = Section.objects.all()


@extend_schema(summary="一个栏目", description="文章用 articles 的 section 参数取。", tags=["栏目"])
class SectionDetail(Detail):
    serializer_class = SectionSerializer
    queryset = Section.objects.all()
    lookup_field = "slug"


# --- Regions, bodies, topics ----------------------------------------------------------------------


@extend_schema(summary="地区", description="行政区划、国家和国家联盟，按代码排列。", tags=["地区"])
class RegionList(List):
    serializer_class = RegionSerializer
    filterset_class = RegionFilter

    def get_queryset(self):
        return Region.objects.select_related("parent")


@extend_schema(summary="一个地区", description="代号如 guizhou 或 guizhou/guiyang。", tags=["地区"])
class RegionDetail(Detail):
    serializer_class = RegionSerializer
    queryset = Region.objects.select_related("parent")
    lookup_field = "path"

    def get_object(self):
        if "\x00" in self.kwargs["path"]:
            raise Http404
        return super().get_object()


@extend_schema(summary="机构", description=f"发布过政策的机构。{NARROWED}", tags=["机构"])
class BodyList(List):
    serializer_class = BodySerializer
    filterset_class = BodyFilter

    def get_queryset(self):
        everything = PolicyFilter({}, PolicyEntry.objects.all(), Choices(QueryDict()))
        self.counts = counting.tally(everything, "b")["b"]
        issuing = IssuingBody.objects.filter(pk__in=[int(pk) for pk in self.counts])
        return issuing.exclude(
            state__in=[IssuingBody.State.MERGED, IssuingBody.State.REFUSED]
        ).select_related("region")

    def paginate_queryset(self, queryset):
        rows = super().paginate_queryset(queryset)
        for body in rows:
            body.policy_count = self.counts[str(body.pk)]
        return rows


@extend_schema(summary="一个机构", description="政策用 policies 的 body 参数取。", tags=["机构"])
class BodyDetail(Detail):
    serializer_class = BodySerializer
    queryset = IssuingBody.objects.select_related("region")

    def retrieve(self, request, *args, **kwargs):
        body = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        if body.merged_into_id:
            return HttpResponsePermanentRedirect(reverse("api_body", args=[body.merged_into_id]))
        body.policy_count = PolicyEntry.objects.filter(bodies__contains=[body.pk]).count()
        if body.state == IssuingBody.State.REFUSED or not (
            body.policy_count or body.state == IssuingBody.State.KNOWN
        ):
            raise Http404
        return Response(self.get_serializer(body).data)


@extend_schema(summary="主题", description="主题词表。", tags=["主题"])
class TopicList(List):
    serializer_class = TopicSerializer
    queryset = Topic.objects.order_by("order", "id")


# --- Policies and targets -------------------------------------------------------------------------


def _with_names(entries):
    """Give entries of the register the places, bodies and topics that they name by codes: three queries."""
    regions = {
        region.code: region
        for region in Region.objects.filter(code__in={code for each in entries for code in each.regions})
    }
    bodies = IssuingBody.objects.in_bulk({pk for each in entries for pk in each.bodies})
    topics = Topic.objects.in_bulk({pk for each in entries for pk in each.topics})
    for each in entries:
        each.places_told = [regions[code] for code in each.regions if code in regions]
        each.bodies_told = [bodies[pk] for pk in each.bodies if pk in bodies]
        each.topics_told = [topics[pk] for pk in each.topics if pk in topics]
    return entries


@extend_schema(summary="政策", description=f"政策登记，最近报道的在前。{NARROWED}", tags=["政策"])
class PolicyList(List):
    serializer_class = PolicySerializer
    filterset_class = PolicyFilter

    def get_queryset(self):
        return PolicyEntry.objects.all()

    def paginate_queryset(self, queryset):
        return _with_names(super().paginate_queryset(queryset))


@extend_schema(
    summary="一件政策", description="一件政策，经过的阶段、提出的目标和说到它的文章。", tags=["政策"]
)
class PolicyDetail(Detail):
    serializer_class = WholePolicySerializer
    queryset = PolicyEntry.objects.all()

    def retrieve(self, request, *args, **kwargs):
        pk = kwargs["pk"]
        successor = (
            Policy.objects.filter(pk=pk).exclude(merged_into=None).values_list("merged_into", flat=True)
        )
        if successor := successor.first():
            return HttpResponsePermanentRedirect(reverse("api_policy", args=[successor]))
        entry = get_object_or_404(PolicyEntry, pk=pk)
        _with_names([entry])
        entry.public_stages = Stage.objects.filter(pk__in=entry.stages)
        entry.public_targets = TargetEntry.objects.filter(policy=pk).select_related("article__issue")
        tellings = entry.policy.tellings.filter(**PUBLIC).values("article")
        entry.public_articles = (
            Article.objects.filter(pk__in=tellings)
            .select_related("issue")
            .only("order", "number", "title", "issue__total_number")
            .order_by("-issue__total_number", "order")
        )
        return Response(self.get_serializer(entry).data)


@extend_schema(summary="目标", description=f"量化目标，期限近的在前。{NARROWED}", tags=["目标"])
class TargetList(List):
    serializer_class = TargetSerializer
    filterset_class = TargetFilter

    def get_queryset(self):
        return TargetEntry.objects.select_related("article__issue").only(
            "policy", "indicator", "value", "low", "unit", "due_year", "told_on", "sentence", "block",
            "article__number", "article__issue__total_number",
        )  # fmt: skip


# --- Search ---------------------------------------------------------------------------------------


def _parameter(name, label, schema):
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=label)


# What the address of the page says; names that nothing bears are passed over, as there.
SEARCH_PARAMETERS = [
    _parameter("q", "检索的词句，写法与网页上相同", {"type": "string"}),
    *(
        _parameter(
            name,
            f"{label}；可以重复",
            {"type": "array", "items": {"type": "string"}, "maxItems": facets.MOST_VALUES},
        )
        for name, label in facets.LABELS.items()
    ),
    _parameter("sort", "次序", {"type": "string", "enum": list(finder.SORTS)}),
    _parameter("page_size", SIZE_NAMED, SIZE_SCHEMA),
]


def _refuse_what_is_not_described(params):
    """The page passes over what it does not know; a program is told."""
    wrong = {
        group: [f"至多{facets.MOST_VALUES}个。"]
        for group in facets.LABELS
        if len(params.getlist(group)) > facets.MOST_VALUES
    }
    if "sort" in params and params["sort"] not in finder.SORTS:
        wrong["sort"] = [f"只能是{'、'.join(finder.SORTS)}之一。"]
    if wrong:
        raise ValidationError(wrong)


@extend_schema(
    summary="检索",
    description="全文检索，与网页上的检索是同一个。下一页用 next 给出的地址。",
    tags=["检索"],
    parameters=SEARCH_PARAMETERS,
    responses=FoundSerializer,
)
class Search(Told, APIView):
    failures = (400, 401, 406, 429, 503)

    def get(self, request):
        size = page_size(request)
        _refuse_what_is_not_described(request.query_params)
        asked = search_pages.Address(request.query_params)
        query, chosen = facets.as_asked(asked.query, asked.choices)
        found = Article.objects.search(query, chosen, sort=asked.sort, cursor=asked.cursor, size=size)
        named = facets.Names(found.tally, asked.choices, [article.facets for article in found.articles])
        prefetch_related_objects(found.articles, "regions", "bodies", "topics")
        readable = may_read_full_text(request.user)
        for article in found.articles:
            article.readable_passage = article.passage.text if readable else None
        answer = {
            "count": found.tally.count,
            "exact": found.tally.exact,
            "how": found.how,
            "next": found.following and self._here(asked.to(after=search_pages.written(found.following))),
            "previous": found.preceding and self._here(asked.to(**search_pages.back(found.preceding))),
            "facets": facets.groups(named),
            "results": found.articles,
        }
        return Response(FoundSerializer(answer, context={"request": request}).data)

    def _here(self, page):
        """The address of the same page of hits here."""
        size = self.request.query_params.get("page_size")
        more = f"&page_size={size}" if size else ""
        return self.request.build_absolute_uri(f"{self.request.path}?{page.partition('?')[2]}{more}")


@extend_schema(exclude=True)
class NotFound(Told, APIView):
    """Whatever else is asked for under the API's address."""

    def get(self, request, **kwargs):
        raise Http404
