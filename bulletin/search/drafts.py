"""Search among drafts, which have no search rows: the few that there are are read and compared each time."""

from bulletin.models import Article, Issue
from bulletin.search.entries import FACTS, entries_of
from bulletin.search.query import Query, Word, cut_up
from bulletin.search.rank import Candidate, ranked
from bulletin.search.snippet import passage
from bulletin.typesetting import cut

MOST = 600  # newest articles of drafts that are looked at
SHOWN = 50


def find_drafts(query: Query) -> list[Article]:
    """Articles of unpublished issues that have all of the words, best first, each with its `passage`."""
    drafts = Article.objects.exclude(issue__state=Issue.State.PUBLISHED).select_related("issue", "section")
    drafts = drafts.prefetch_related(*FACTS).order_by("-issue__total_number", "order")
    rows = list(drafts[:MOST])
    by_pk = {article.pk: article for article in rows}
    entries = list(entries_of(rows))
    for attempt in (query, cut_up(query, cut)):
        found = [entry for entry in entries if _has(entry, attempt)]
        if found:
            break
    candidates = [Candidate(each.pk, each.newness, each.issued_on, each.text) for each in found]
    if not candidates:
        return []
    newest = max(candidate.issued_on for candidate in candidates)
    shown = []
    for _, hit in ranked(candidates, attempt.words, {}, "", newest)[:SHOWN]:
        article = by_pk[hit.pk]
        words = [word.text for word in attempt.words]
        article.passage = passage(
            article.title, article.body, lambda article=article: article.telling_summary, hit.text, words
        )
        shown.append(article)
    return shown


def _has(entry, query: Query) -> bool:
    def stands(word: Word) -> bool:
        return word.text in getattr(entry, word.field or "text")

    return all(map(stands, query.words)) and not any(map(stands, query.excluded))
