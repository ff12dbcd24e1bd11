"""Articles by what they are about: what stands behind every number on the other pages."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bulletin.analysis import showing
from bulletin.analysis.choices import Choices
from bulletin.analysis.exporting import as_file, wanted
from bulletin.filters import ArticleFilter
from bulletin.models import Article, ArticleQuerySet, Issue
from bulletin.pages import Meta, page_of

IN_LIST = 20


@require_safe
def article_list(request):
    """Published articles, newest issue first."""
    choices = Choices(request.GET)
    chosen = ArticleFilter(request.GET, Article.objects.standing(), choices)
    if wanted(request):
        return articles_file(request, chosen.qs)
    page = page_of(request, chosen.qs, IN_LIST, ArticleQuerySet.with_card, _count(request, choices))
    asked = chosen.chosen
    bodies, _ = showing.names([chosen.body_id] if chosen.body_id else [])
    return render(
        request,
        "bulletin/article_list.html",
        {
            "meta": Meta(
                "文章",
                "按地区、主题、栏目找文章。",
                request.build_absolute_uri(request.path),
                feed=f"{reverse('article_feed')}?{request.GET.urlencode()}",
            ),
            "current": "articles",
            "sections": choices.sections,
            "filter": chosen,
            "selects": [choices.region_select(), choices.topic_select(), choices.section_select()],
            "page": page,
            "rows": list(page),
            "asked": asked,
            "body": bodies.get(chosen.body_id),
        },
    )


def _count(request, choices):
    """How many are chosen: those of all issues, less those that readers do not see.

    Nearly all are seen, and to count without asking each article's issue takes a fraction of the time.
    """

    def count(articles):
        return ArticleFilter(request.GET, articles, choices).qs.order_by().count()

    chosen = ArticleFilter(request.GET, Article.objects.all(), choices)
    topic = choices.topic(chosen.chosen.get("topic", ""))
    if len(chosen.pairs) == 1 and topic:
        every = Article.topics.through.objects.filter(topic=topic).count()  # without their articles
    else:
        every = count(Article.objects.all())
    drafts = count(Article.objects.exclude(issue__state=Issue.State.PUBLISHED))
    taken_down = count(Article.objects.published().exclude(taken_down_at=None))
    return every - drafts - taken_down


def articles_file(request, articles):
    """What a list of articles shows, as a file."""
    rows = articles.select_related("issue", "section").only(
        "order", "number", "page", "title", "source_names", "source_url", "section__name",
        "issue__total_number", "issue__issued_on",
    )  # fmt: skip
    return as_file(
        request,
        "articles",
        ["期", "日期", "次序", "页码", "栏目", "标题", "来源", "原文", "地址"],
        (
            [
                each.issue.total_number, each.issue.issued_on, each.order, each.page, each.section.name,
                each.title, "、".join(each.source_names), each.source_url,
                request.build_absolute_uri(each.get_absolute_url()),
            ]
            for each in rows.iterator(chunk_size=500)
        ),
    )  # fmt: skip
