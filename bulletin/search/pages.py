"""The result page, the suggestions while somebody types, and the search among drafts at the desk."""

import logging
from dataclasses import dataclass

from django.db import OperationalError
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bulletin.access import editors_only, may_read_full_text
from bulletin.analysis.articles import articles_file
from bulletin.analysis.exporting import wanted
from bulletin.analysis.showing import STAGE_CLASS
from bulletin.models import Article, Issue
from bulletin.search import counts, facets, finder, names
from bulletin.search.drafts import find_drafts
from bulletin.search.query import MOST_CHARACTERS, Query, parse
from bulletin.search.statements import bounded
from bulletin.views import Meta
from regions.models import Region

logger = logging.getLogger(__name__)

IN_FILE = 1000  # articles
ECHOED = 500  # characters of a query that a page repeats
MOST_DROPS = 5  # filters whose absence is counted where nothing was found
SORTS = {finder.RELEVANCE: "相关度", finder.NEWEST_FIRST: "最新在前", finder.OLDEST_FIRST: "最早在前"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen condition, or another way to ask: what it says, where it leads, how much is found there."""

    label: str
    address: str
    count: int | None = None
    exact: bool = True


@require_safe
def search(request):
    """What was found, narrowed and sorted as the address says. Whatever it says, the answer is calm."""
    asked = Address(request.GET)
    context = {
        "meta": Meta(
            f"检索“{asked.echo}”" if asked.echo else "检索",
            "在《大数据发展动态》各期里检索。",
            request.build_absolute_uri(reverse("search")),
            indexed=False,
            feed="" if asked.asks_nothing else f"{reverse('search_feed')}?{request.GET.urlencode()}",
        ),
        "asked": asked,
        "typed": asked.echo,
        "sorts": SORTS.items(),
        "full_text": may_read_full_text(request.user),
    }
    if asked.asks_nothing:
        return render(request, "bulletin/search.html", context | _nothing_asked(asked))
    query, chosen = facets.as_asked(asked.query, asked.choices)
    try:
        with bounded():
            if wanted(request):
                return _file(request, query, chosen)
            found = Article.objects.search(query, chosen, sort=asked.sort, cursor=asked.cursor)
            more = _beside(asked, query, chosen, found)
    except OperationalError:  # taken too long
        logger.warning("search stopped: %r", asked.echo)
        return render(request, "bulletin/search.html", context | {"too_slow": True}, status=503)
    named = facets.Names(
        found.tally, asked.choices, [article.facets for article in found.articles], asked.whole
    )
    for article in found.articles:
        article.named = named.of_hit(article.facets)
        article.stages = [(kind, STAGE_CLASS[kind]) for kind in article.named["stages"]]
    context |= {
        "found": found,
        "groups": facets.groups(named, asked.whole),
        "chips": [Chip(each.label, asked.without(each)) for each in asked.choices],
        "cleared": asked.to(facets={}),
        "following": found.following and asked.to(after=written(found.following)),
        "preceding": found.preceding and asked.to(**back(found.preceding)),
        "most_ranked": counts.RANKED,
        "by_date": asked.to(sort=finder.NEWEST_FIRST),
        "typed_exactly": asked.to(q=f'"{asked.echo}"'),
    }
    return render(request, "bulletin/search.html", context | more)


def _file(request, query, chosen):
    """The newest of what was found, as a file."""
    found = finder.find(query, chosen, finder.NEWEST_FIRST, size=IN_FILE)
    articles = Article.objects.filter(pk__in=[hit.pk for _, hit in found.hits])
    return articles_file(request, articles.order_by("-issue__total_number", "order"))


@require_safe
def suggest(request):
    """Suggestions for what was typed so far, as options of the list under the search field."""
    typed = request.GET.get("q", "")[:MOST_CHARACTERS].replace("\x00", " ")
    try:
        found = names.suggestions(typed)
    except OperationalError:
        found = []
    return render(request, "bulletin/_suggestions.html", {"suggestions": found})


@never_cache
@editors_only
@require_safe
def desk_search(request):
    """Articles of issues that are not published, found the same way; for editors alone."""
    query = parse(request.GET.get("q", ""))
    found = find_drafts(query) if query.words else []
    context = {"typed": query.typed[:ECHOED], "asks_nothing": not query.words, "found": found}
    return render(request, "bulletin/desk/search.html", context)


class Address:
    """What the address of a search says, and the addresses next to it."""

    def __init__(self, params: QueryDict):
        self.query = parse(params.get("q", ""))
        self.echo = self.query.typed.replace("\x00", "")[:ECHOED].strip()
        self.choices = facets.chosen(params)
        self.sort = params.get("sort") if params.get("sort") in SORTS else finder.RELEVANCE
        if not self.query.words and self.sort == finder.RELEVANCE:
            self.sort = finder.NEWEST_FIRST  # there is nothing to be relevant to
        self.cursor = _read(params.get("after")) or _read(params.get("before"), back=True)
        self.whole = [group for group in params.getlist("all") if group in facets.LABELS]

    @property
    def asks_nothing(self):
        return self.query.asks_nothing and not self.choices

    def without(self, choice):
        return self.to(facets=[each for each in self.choices if each is not choice])

    def whole_groups(self):
        """The address at which a group is shown whole, by its name."""
        return {group: self.to(all=group) for group in facets.LABELS}

    def to(self, q=None, facets=None, sort=None, **more):
        """The address of the same search but for what is given; from its first page."""
        params = QueryDict(mutable=True)
        params["q"] = self.echo if q is None else q
        for choice in self.choices if facets is None else facets:
            params.appendlist(choice.group, choice.value)
        if (sort or self.sort) != finder.RELEVANCE:
            params["sort"] = sort or self.sort
        for name, value in more.items():
            params[name] = value
        return f"{reverse('search')}?{params.urlencode()}"


def _beside(asked, query: Query, chosen, found) -> dict:
    """What stands beside the hits: the one thing that was named, what else may have been meant."""
    beside = {}
    if asked.cursor is None and not asked.choices:
        beside["best"] = names.exact(asked.echo)
    if found.tally.count == 0 or found.how == finder.MOST_WORDS:
        beside["near"] = [Chip(each, asked.to(q=each)) for each in names.near(query)]
    if found.tally.count == 0:
        drops = asked.choices[:MOST_DROPS]
        tallies = finder.counts_without(query, [facets.narrower(chosen, each) for each in drops])
        beside["drops"] = [
            Chip(each.label, asked.without(each), tally.count, tally.exact)
            for each, tally in zip(drops, tallies, strict=True)
            if tally.count
        ]
    return beside


def _nothing_asked(asked) -> dict:
    return {
        "unreadable": bool(asked.echo),
        "recent": Issue.objects.published()[:3],
        "regions": Region.objects.provinces(),
    }


# --- Cursors in addresses -----------------------------------------------------------------------------------


def written(cursor: finder.Cursor) -> str:
    """As it stands in an address."""
    return f"{cursor.newness}_{cursor.score}" if cursor.score else f"{cursor.newness}"


def back(cursor: finder.Cursor) -> dict[str, str]:
    """What an address says to go back to this cursor; nothing for the first page."""
    if cursor.newness == finder.BEFORE_ALL.newness:
        return {}
    return {"before" if cursor.back else "after": written(cursor)}


def _read(text: str | None, back: bool = False) -> finder.Cursor | None:
    """The cursor, or None for anything else that stands there."""
    newness, _, score = (text or "").partition("_")
    try:
        cursor = finder.Cursor(int(newness), float(score or 0), back)
    except ValueError:
        return None
    return cursor if 0 <= cursor.newness < 1 << 62 and 0 <= cursor.score < 1e9 else None
