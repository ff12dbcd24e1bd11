"""Keep what articles say: record their facts, link them, note what is doubtful. Repeatable."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from bulletin.facts import LinkProposal
from bulletin.knowledge import doubts
from bulletin.knowledge.linking import link, lock
from bulletin.knowledge.recording import about, record, record_targets
from bulletin.models import Article, Issue
from bulletin.register import refresh, tag
from bulletin.search import entries


@transaction.atomic
def keep(
    articles: Sequence[tuple[Article, dict[str, Any] | None]], left_policies: Iterable[int] = ()
) -> None:
    """Bring what is known up to these articles, each with what a reading says, or None to read it again.

    left_policies: those that articles told of which are no more.
    """
    lock()
    left = set(left_policies)
    found = [(article, about(article, reading)) for article, reading in articles]
    for article, facts in found:
        left |= record(article, facts)
    tag(article for article, _ in found)
    link([article for article, _ in found], left)
    for article, facts in found:
        record_targets(article, facts)
    follow([article for article, _ in found])


def follow(articles: Sequence[Article], *, decided: bool = False, reopen: bool = False) -> None:
    """Bring up to these articles' facts what is kept beside them: register, doubts, search.

    decided, reopen: see `doubts.refresh`.
    """
    refresh(articles)
    doubts.refresh(concerned(articles), decided=decided, reopen=reopen)
    entries.refresh(Article.objects.filter(pk__in=[article.pk for article in articles]))


def concerned(articles: Iterable[Article]) -> list[Issue]:
    """The issues of these articles and of those that pairs tie to them: where doubts may have changed."""
    own = list(articles)
    pairs = LinkProposal.objects.filter(Q(left_article__in=own) | Q(right_article__in=own))
    numbers = {article.issue_id for article in own}
    numbers |= set(pairs.values_list("right_article__issue", flat=True))
    return list(Issue.objects.filter(pk__in=numbers))
