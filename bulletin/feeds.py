"""Lists to follow: every one that a reader can see, as an Atom feed (RFC 4287).

An entry's id names the thing, not its address, so that it stays when the host or the scheme changes. Entries
carry summaries, never the full text. A browser gets the same bytes as plain XML, which it shows with our
stylesheet and with links that work.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import OperationalError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from bulletin.analysis.choices import Choices
from bulletin.analysis.showing import dress
from bulletin.filters import WORLD, ArticleFilter, IssueFilter, PolicyFilter
from bulletin.models import Article, Issue, Section
from bulletin.publication import PUBLICATION, PUBLISHER
from bulletin.register import PolicyEntry
from bulletin.search import facets, finder
from bulletin.search.query import parse
from bulletin.typesetting import close_up
from policies.models import IssuingBody, Topic
from regions.models import Region

ENTRIES = 50
TAG_YEAR = 2025  # since when the ids are ours (RFC 4151); never changes
BEFORE_ANY = datetime(2000, 1, 1, tzinfo=UTC)  # when a feed without entries was last changed
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what XML 1.0 cannot hold
XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True)
class Entry:
    """One thing in a feed. `key` names it within the portal for ever; addresses are absolute."""

    key: str
    title: str
    address: str
    summary: str
    published_at: datetime
    updated_at: datetime
    categories: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # (address, text)
    notes: list[str] = field(default_factory=list)  # corrections


# --- Feeds ------------------------------------------------------------------------------------------------


@require_safe
def issues(request):
    """The newest issues, each with its contents."""
    standing = Article.objects.filter(taken_down_at=None).only("issue", "order", "number", "title")
    chosen = IssueFilter(request.GET, Issue.objects.published().defer("masthead", "contents", "reading"))
    newest = chosen.qs.prefetch_related(
        Prefetch("articles", standing, to_attr="listed"), "corrections__article"
    )[:ENTRIES]
    entries = []
    for issue in newest:
        links = [
            (
                request.build_absolute_uri(reverse("article", args=[issue.total_number, each.number])),
                each.title,
            )
            for each in issue.listed
        ]
        entries.append(
            Entry(
                f"issues/{issue.feed_key}",
                f"{issue}：{close_up(issue.cover_headline)}" if issue.cover_headline else str(issue),
                request.build_absolute_uri(issue.get_absolute_url()),
                f"{issue.issued_on:%Y年%-m月%-d日}，{len(links)}篇。",
                issue.published_at,
                max(issue.published_at, issue.updated_at),
                links=links,
                notes=_corrections(issue),
            )
        )
    return _feed(request, "各期", reverse("issue_list"), entries)


@require_safe
def articles(request):
    """Articles as /articles/ lists them, by the same filters."""
    return _of_articles(request, "文章", reverse("article_list"), request.GET)


@require_safe
def section(request, slug):
    if "\x00" in slug:
        raise Http404
    here = Section.objects.filter(slug=slug).first()
    if here is None:
        here = get_object_or_404(Section, name=slug)
        return redirect("section_feed", here.slug, permanent=True)
    return _of_articles(request, here.name, here.get_absolute_url(), {"section": slug})


@require_safe
def region(request, path):
    if "\x00" in path:
        raise Http404
    if path == WORLD:
        name = "国际"
    else:
        name = "全国" if path == "national" else get_object_or_404(Region, path=path).short_name
    return _of_articles(request, name, reverse("region", args=[path]), {"region": path})


@require_safe
def body(request, pk):
    here = get_object_or_404(IssuingBody.objects.select_related("merged_into"), pk=pk)
    if here.merged_into:
        return redirect("body_feed", here.merged_into_id, permanent=True)
    told = Article.objects.published().filter(taken_down_at=None, bodies=here)
    if here.state == IssuingBody.State.REFUSED or not (
        here.state == IssuingBody.State.KNOWN or told.exists()
    ):
        raise Http404
    return _of_articles(request, here.name, here.get_absolute_url(), {"body": str(pk)})


@require_safe
def topic(request, slug):
    here = get_object_or_404(Topic, slug=slug)
    return _of_articles(request, here.name, here.get_absolute_url(), {"topic": slug})


@require_safe
def policies(request):
    """The register as /policies/ lists it, by the same filters."""
    chosen = PolicyFilter(request.GET, PolicyEntry.objects.all(), Choices(request.GET))
    newest = list(chosen.qs.for_list().select_related("latest_article__issue")[:ENTRIES])
    dress(newest)
    entries = [
        Entry(
            f"policies/{each.policy_id}",
            f"《{close_up(each.title)}》{each.get_stage_display()}",
            request.build_absolute_uri(each.get_absolute_url()),
            "，".join(filter(None, [each.number, "、".join(body.name for body in each.body_names)]))
            or "未写明发文机关",
            each.latest_article.issue.published_at,
            max(each.latest_article.issue.published_at, each.updated_at),
            categories=[each.get_stage_display(), *(str(region) for region in each.region_names)],
            links=[
                (
                    request.build_absolute_uri(each.latest_article.get_absolute_url()),
                    close_up(each.latest_article.title),
                )
            ],
        )
        for each in newest
    ]
    return _feed(request, "政策", reverse("policy_list"), entries, request.GET)


@require_safe
def policy(request, pk):
    """One policy: every article that tells of it, at whatever stage."""
    here = get_object_or_404(PolicyEntry, pk=pk)
    return _of_articles(request, f"《{here.title}》", here.get_absolute_url(), {"policy": str(pk)})


@require_safe
def search(request):
    """What a search finds, newest first."""
    query, chosen = facets.as_asked(parse(request.GET.get("q", "")), facets.chosen(request.GET))
    found = []
    if query.words or chosen:
        try:
            found = Article.objects.search(query, chosen, sort=finder.NEWEST_FIRST, size=ENTRIES).articles
            prefetch_related_objects(found, "regions", "corrections")
        except OperationalError:  # taken too long; a feed reader asks again by itself
            return HttpResponse(
                "检索超时，请稍后再试。", status=503, content_type="text/plain; charset=utf-8"
            )
    asked = QueryDict(mutable=True)
    for name in ("q", *facets.LABELS):
        for value in request.GET.getlist(name)[: facets.MOST_VALUES]:
            asked.appendlist(name, value)
    title = f"检索“{query.typed[:100]}”" if query.typed else "检索"
    return _feed(request, title, reverse("search"), [_article(request, each) for each in found], asked)


# --- What the feeds share ---------------------------------------------------------------------------------


def _of_articles(request, title, page, asked):
    """The newest articles that the filters of the pages choose. `page` is the address of their list."""
    params = QueryDict(mutable=True)
    for name, value in asked.items():
        params[name] = value
    chosen = ArticleFilter(params, Article.objects.standing(), Choices(params)).qs.with_card()
    chosen = chosen.prefetch_related("regions", "corrections")
    entries = [_article(request, each) for each in chosen[:ENTRIES]]
    return _feed(request, title, page, entries, request.GET)


def _article(request, article):
    issue = article.issue
    return Entry(
        f"issues/{issue.feed_key}/{article.number}",
        close_up(article.title),
        request.build_absolute_uri(article.get_absolute_url()),
        article.telling_summary,
        issue.published_at,
        max(issue.published_at, article.updated_at),
        categories=[article.section.name, *(region.short_name for region in article.regions.all())],
        notes=_corrections(article),
    )


def _corrections(about):
    """The corrections of an issue or article, each in a line; those of an issue say which article."""
    lines = []
    for each in about.corrections.all():
        title = f"《{close_up(each.article.title)}》" if isinstance(about, Issue) and each.article else ""
        lines.append(f"勘误（{each.noted_on:%Y年%-m月%-d日}）{title}：{each.text}")
    return lines


def _feed(request, title, page, entries, asked=None):
    """The answer to a request for a feed; `asked` is what narrows the list, for its addresses and its id."""
    narrowed = f"?{asked.urlencode()}" if asked else ""
    here = f"{request.path}{narrowed}"
    feed = _Atom(
        title=_printable(f"{title} — {PUBLICATION}"),
        link=request.build_absolute_uri(f"{page}{narrowed}"),
        description=None,
        language="zh-CN",
        author_name=PUBLISHER,
        feed_url=request.build_absolute_uri(here),
        feed_guid=_tag(here.lstrip("/")),
        stylesheet=static("css/feed.css"),
    )
    for entry in entries:
        feed.add_item(
            title=_printable(entry.title),
            link=entry.address,
            description=None,
            unique_id=_tag(entry.key),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=entry.categories,
            summary=_printable(entry.summary),
            links=[(address, _printable(text)) for address, text in entry.links],
            notes=[_printable(note) for note in entry.notes],
        )
    # Browsers offer a feed for saving, or show nothing; plain XML they lay out with its stylesheet.
    wants_page = "text/html" in request.headers.get("Accept", "")
    response = HttpResponse(content_type=f"application/{'xml' if wants_page else 'atom+xml'}; charset=utf-8")
    patch_vary_headers(response, ["Accept"])
    feed.write(response, "utf-8")
    return response


class _Atom(Atom1Feed):
    """Atom with a stylesheet, and content that has links."""

    def write(self, outfile, encoding):
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        handler.processingInstruction(
            "xml-stylesheet", f'href="{iri_to_uri(self.feed["stylesheet"])}" type="text/css"'
        )
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def latest_post_date(self):
        """When an entry last changed: a feed that says the same is the same, byte for byte."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANY)

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        handler.startElement("subtitle", {"type": "xhtml"})
        handler.startElement("div", {"xmlns": XHTML})
        handler.addQuickElement("p", "这是可以订阅的列表：把地址栏里的地址放进阅读器，有新内容时会自己出现。")
        handler.startElement("p", {})
        handler.addQuickElement("a", "回到网站上的这个列表", {"href": self.feed["link"]})
        handler.endElement("p")
        handler.endElement("div")
        handler.endElement("subtitle")

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.startElement("content", {"type": "xhtml"})
        handler.startElement("div", {"xmlns": XHTML})
        handler.addQuickElement("p", item["summary"])
        for note in item["notes"]:
            handler.addQuickElement("p", note)
        if item["links"]:
            handler.startElement("ol", {})
            for address, text in item["links"]:
                handler.startElement("li", {})
                handler.addQuickElement("a", text, {"href": address})
                handler.endElement("li")
            handler.endElement("ol")
        handler.startElement("p", {})
        handler.addQuickElement("a", f"在网站上看：{item['title']}", {"href": item["link"]})
        handler.endElement("p")
        handler.endElement("div")
        handler.endElement("content")


def _tag(key):
    return f"tag:{settings.FEED_AUTHORITY},{TAG_YEAR}:{iri_to_uri(key)}"


def _printable(text):
    return UNPRINTABLE.sub("", text)
