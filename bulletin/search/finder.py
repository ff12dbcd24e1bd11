"""Which articles have what a query asks for, the best or the newest of them first.

A few are all ranked. Of many, for a word that most articles hold, the newest and the newest with the word in
their titles stand for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bulletin.search.conditions import Asked, Facets, Where, by_index, by_row, in_titles, tokens_of
from bulletin.search.counts import FEW, RANKED, Tally, counted, tallied
from bulletin.search.entries import ALL, ISSUE_ROOM
from bulletin.search.fold import fold
from bulletin.search.query import Query, Word, cut_up
from bulletin.search.rank import Candidate, idf, ranked
from bulletin.search.statements import bounded, rows
from bulletin.search.tokens import facet
from bulletin.typesetting import cut

NEWEST = 100  # candidates by date, and as many by title, where there are many
COMPARING, FINDING = 15, 0.3  # µs: to compare a text with a word; to find one more article in the index
ENOUGH, TOO_FEW = 20, 5  # hits; with fewer a long word is cut, a word is dropped

RELEVANCE, NEWEST_FIRST, OLDEST_FIRST = "relevance", "newest", "oldest"
SORTS = (RELEVANCE, NEWEST_FIRST, OLDEST_FIRST)
AS_TYPED, ALL_WORDS, MOST_WORDS = "typed", "all", "most"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after (or, going back, before) the article of this score and newness."""

    newness: int
    score: float = 0.0
    back: bool = False


BEFORE_ALL = Cursor(1 << 62, 1e9)  # of the page before the second: the first


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, and what is known of all of them."""

    query: Query  # as it was looked for in the end: cut, or needing fewer words
    how: str  # AS_TYPED, ALL_WORDS or MOST_WORDS
    tally: Tally
    hits: list[tuple[float, Candidate]]
    following: Cursor | None = None
    preceding: Cursor | None = None
    as_typed: int = 0  # how many hits the query had as it was typed
    with_all: int = 0  # how many had all of its words, before fewer were enough
    articles: list = field(default_factory=list)  # the hits' rows, each with its `passage`


@bounded()
def find(
    query: Query,
    facets: Facets,
    sort: str = RELEVANCE,
    cursor: Cursor | None = None,
    size: int = 20,
    lenient: bool = True,
) -> Found:
    """The page of hits. Where few have what was typed, those with its words; else with most of them."""
    asked = _ask(query, facets)
    tally = counted(asked)
    how, as_typed = AS_TYPED, tally.count
    if lenient and tally.count < ENOUGH and query.can_be_cut:
        looser = _ask(cut_up(query, cut), facets)
        found = counted(looser)
        if found.count > tally.count or not tally.count:
            asked, tally, how = looser, found, ALL_WORDS
    with_all = tally.count
    few = TOO_FEW if how == ALL_WORDS else 1  # words that the reader parted himself are all meant
    for needed in range(len(asked.query.loose) - 1, 0, -1):
        if not lenient or tally.count >= few:
            break
        asked, how = replace(asked, query=replace(asked.query, needed=needed)), MOST_WORDS
        tally = counted(asked)
    hits, following, preceding = _page(asked, tally, sort, cursor, size)
    return Found(asked.query, how, tally, hits, following, preceding, as_typed, with_all)


@bounded()
def counts_without(query: Query, choices: Iterable[Facets]) -> list[Tally]:
    """How many articles there would be under other facets."""
    return [tallied(_ask(query, facets)) for facets in choices]


@bounded()
def keys(query: Query, facets: Facets, limit: int | None = None) -> list[int]:
    """All articles that have exactly what was typed, the newest first: to be held against brute force."""
    where = by_index(_ask(query, facets))
    sql = f"SELECT article_id FROM bulletin_searchentry WHERE {where.sql} ORDER BY newness DESC LIMIT %s"  # noqa: S608
    return [pk for (pk,) in rows(sql, [*where.values, limit])]


def titled(folded: str, limit: int) -> list[int]:
    """The newest articles with this in the title."""
    query = Query(words=(Word(folded, "title"),))
    asked = _ask(query, {})
    return [candidate.pk for candidate in _newest(asked, asked.expected / asked.total, limit)]


# --- Candidates ---------------------------------------------------------------------------------------------


def _page(
    asked: Asked, tally: Tally, sort: str, cursor: Cursor | None, size: int
) -> tuple[list[tuple[float, Candidate]], Cursor | None, Cursor | None]:
    """The hits of a page, and where the pages after and before it begin."""
    if not tally.count:
        return [], None, None
    if sort != RELEVANCE:
        return _page_by_date(asked, tally, sort == NEWEST_FIRST, cursor, size)
    hits = _by_relevance(asked, tally)
    keys = [(-score, -candidate.newness) for score, candidate in hits]
    start = 0
    if cursor is not None:
        start = sum(key <= (-cursor.score, -cursor.newness) for key in keys)
    page = hits[start : start + size]
    following = _cursor_at(page[-1]) if page and start + size < len(hits) else None
    preceding = None
    if page and start:
        before = start - size - 1
        preceding = _cursor_at(hits[before]) if before >= 0 else BEFORE_ALL
    return page, following, preceding


def _cursor_at(hit: tuple[float, Candidate], back: bool = False) -> Cursor:
    score, candidate = hit
    return Cursor(candidate.newness, score, back)


def _by_relevance(asked: Asked, tally: Tally) -> list[tuple[float, Candidate]]:
    words = asked.query.words
    if tally.exact:
        candidates = _candidates(Where("article_id = ANY(%s)", (list(tally.likeliest),)), "newness", RANKED)
    else:
        asked_in_titles = asked.in_titles()
        share = asked_in_titles.expected / asked.total
        found = [*_newest(asked, tally.count / asked.total, NEWEST)]
        if words:
            found += _newest(asked_in_titles, share, NEWEST)
        candidates = list({candidate.pk: candidate for candidate in found}.values())
    if not candidates:
        return []
    newest = max(candidate.issued_on for candidate in candidates)
    weights = {word: idf(asked.articles_with(word), asked.total) for word in words}
    return ranked(candidates, words, weights, _phrase(asked.query), newest)


def _page_by_date(asked, tally, newest_first, cursor, size):
    descending = newest_first != (cursor is not None and cursor.back)
    bound = (cursor.newness, descending) if cursor else None
    found = [(0.0, each) for each in _newest(asked, tally.count / asked.total, size + 1, bound, descending)]
    page, more = found[:size], len(found) > size
    if cursor and cursor.back:
        page = page[::-1]
        return page, _cursor_at(page[-1]) if page else None, _cursor_at(page[0], back=True) if more else None
    following = _cursor_at(page[-1]) if more else None
    return page, following, _cursor_at(page[0], back=True) if cursor and page else None


def _newest(
    asked: Asked,
    share: float,
    limit: int,
    bound: tuple[int, bool] | None = None,
    descending: bool = True,
) -> list[Candidate]:
    """The newest (or oldest) articles that have what is asked for.

    share: of all articles that have it, about. Where it is great they lie close together and are met walking
    back; else the index finds them, within a window of issues that is widened until there are enough.
    """
    order = "newness DESC" if descending else "newness"
    hits = share * asked.total
    compared = max(1, len(asked.query.words) + len(asked.query.excluded))
    if share and limit / share * COMPARING * compared < hits * FINDING:
        return _candidates(by_row(asked).within(bound), order, limit, walk=True)
    where = by_index(asked, few=hits <= FEW).within(bound)
    if hits <= FEW:
        return _candidates(where, order, limit)
    first, last = rows("SELECT min(newness), max(newness) FROM bulletin_searchentry", [], walk=True)[0]
    edge = min(last, bound[0]) if bound and descending else max(first, bound[0]) if bound else None
    edge = edge if edge is not None else (last if descending else first)
    window = max(ISSUE_ROOM, int((last - first) * 2 * limit / hits))
    while True:
        far = edge - window if descending else edge + window
        found = _candidates(where.within((far, not descending)), order, limit)
        if len(found) >= limit or not first < far < last:
            return found
        window *= 4


def _candidates(where: Where, order: str, limit: int, walk: bool = False) -> list[Candidate]:
    """The first so many: sorted as the index finds them, then compared one after the other until enough."""
    entries = "bulletin_searchentry"
    if not walk:
        entries = f"(SELECT * FROM {entries} WHERE {where.found} ORDER BY {order} OFFSET 0) AS entries"  # noqa: S608
    sql = f"""
        SELECT article_id, newness, issued_on, text, facets FROM {entries}
        WHERE {where.compared if not walk else where.sql} ORDER BY {order} LIMIT %s
    """  # noqa: S608  conditions are written here, values are parameters
    return [Candidate(*row) for row in rows(sql, [*where.values, limit], walk)]


def _phrase(query: Query) -> str:
    """All that was typed as one; nothing where that is a single word."""
    return fold(query.typed) if len(query.words) > 1 else ""


# --- What the token counts say ------------------------------------------------------------------------------


def _ask(query: Query, facets: Facets) -> Asked:
    words = [*query.words, *in_titles(query).words]
    tokens = {token for word in words for token in tokens_of(word)}
    tokens |= {facet(group, value) for group, values in facets.items() for value in values}
    sql = "SELECT token, articles FROM bulletin_tokencount WHERE token = ANY(%s)"
    counts = dict(rows(sql, [[ALL, *tokens]], walk=True))
    return Asked(query, facets, max(1, counts.pop(ALL, 1)), counts)
