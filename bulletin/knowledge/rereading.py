"""Read stored articles again with today's recognition: what would change, and, if wanted, change it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from bulletin.knowledge.keeping import keep
from bulletin.models import Article, Issue

Fact = tuple[str, str]  # kind and name: 地区 贵州
Outcome = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of an article that another reading adds, removes or tells otherwise."""

    issue: int
    order: int
    title: str
    outcome: Outcome
    kind: str
    name: str
    before: str = ""
    after: str = ""


def reread(issues: Iterable[int] = (), *, apply: bool = False) -> list[Change]:
    """Read the issues of these 总期号, or all, again; answers what changes, links with other issues too.

    Without `apply` everything is put back: the changes shown are those that would be made.
    """
    chosen = Issue.objects.filter(total_number__in=list(issues)) if issues else Issue.objects.all()
    with transaction.atomic():
        before = dict(_facts())
        for issue in chosen.order_by("total_number"):
            articles = issue.articles.select_related("issue", "section").order_by("order")
            keep([(article, None) for article in articles])
        changes = list(_changes(before, dict(_facts())))
        if not apply:
            transaction.set_rollback(True)
    return changes


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """Changes by outcome."""
    return dict(Counter(change.outcome for change in changes))


def _facts() -> Iterator[tuple[tuple[int, int, str], dict[Fact, str]]]:
    """Every article's facts in words, in the order of the publication."""
    articles = (
        Article.objects.select_related("issue")
        .prefetch_related(
            "region_facts__region",
            "body_facts__body",
            "tellings__policy__tellings__article__issue",
            "target_facts__target",
        )
        .defer("body", "places", "reading")
        .order_by("issue__total_number", "order")
    )
    for article in articles.iterator(chunk_size=500):
        yield (article.issue.total_number, article.order, article.title), dict(_told(article))


def _told(article: Article) -> Iterator[tuple[Fact, str]]:
    for fact in article.region_facts.all():
        yield ("地区", fact.region.short_name), ""
    for fact in article.body_facts.all():
        yield ("机构", fact.body.name), fact.get_act_display()
    for telling in article.tellings.all():
        days = [f"{label}{day:%Y-%m-%d}" for label, day in _days(telling) if day]
        yield (
            ("文件", telling.title),
            " ".join([telling.event, *([telling.number] if telling.number else []), *days]),
        )
        for other in telling.policy.tellings.all():
            if other.article_id != article.pk:
                place = f"第{other.article.issue.total_number}期第{other.article.order}篇"
                yield ("同一政策", f"《{telling.name}》与{place}"), ""
    for fact in article.target_facts.all():
        target = fact.target
        goal = f"{target.comparator}{target.value}{target.unit}"
        yield ("目标", fact.text), f"{goal}（{target.due_year}年）" if target.due_year else goal


def _days(telling):
    return (
        ("发布", telling.issued_on),
        ("施行", telling.effective_on),
        ("截止", telling.comments_until),
        ("有效至", telling.valid_until),
    )


def _changes(before: dict, after: dict) -> Iterator[Change]:
    for place in sorted({*before, *after}, key=lambda place: place[:2]):
        old, new = before.get(place, {}), after.get(place, {})
        for kind, name in sorted({*old, *new}):
            was, is_now = old.get((kind, name)), new.get((kind, name))
            if was == is_now:
                continue
            outcome: Outcome = "added" if was is None else "removed" if is_now is None else "changed"
            yield Change(*place, outcome, kind, name, was or "", is_now or "")
