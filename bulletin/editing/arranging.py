"""Acts on an issue's articles: split one, join two, hand a paragraph on, add, delete, put in order.

Each takes the issue's lock first and its articles' after it, says no (CannotArrange) where what the editor
saw is no longer so, and is logged with what undoes it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone

from bulletin import addresses
from bulletin.editing import belongings
from bulletin.editing import body as bodies
from bulletin.editing.arrangement import Arrangement
from bulletin.editing.doubts import recheck_contents
from bulletin.facts import Telling
from bulletin.knowledge.keeping import follow
from bulletin.knowledge.linking import link, lock
from bulletin.knowledge.memory import MADE, REMOVED, Memory, restore
from bulletin.models import Article, Issue, Section
from bulletin.register import tag
from bulletin.search import entries

Act = Arrangement.Act
TYPED = ("title", "section_id", "page", "source_names", "source_url", "summary", "body")
SHORTENED = 20  # characters of a paragraph by which the log names it


class CannotArrange(Exception):  # noqa: N818  told to the editor
    """Why the act can't be done on what stands now; the message is for the editor."""


def fingerprint(article: Article) -> str:
    """Of all that an editor can type: another one means that somebody changed the article."""
    shown = [getattr(article, name) for name in TYPED]
    return hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Work:
    """One act under way: the issue and its articles in order, all locked, and what is remembered of them."""

    def __init__(self, issue_id: int):
        self.issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
        articles = self.issue.articles.select_for_update(of=("self",), no_key=True).select_related("section")
        self.articles = list(articles.order_by("order"))
        for article in self.articles:
            article.issue = self.issue
        self.before = [article.pk for article in self.articles]
        self.policies = _policies(self.articles)
        self.memory = Memory()
        self.touched: list[Article] = []
        lock()

    def find(self, pk: int, seen: str = "") -> Article:
        """The article, if it is still there and still what the editor saw."""
        article = next((each for each in self.articles if each.pk == pk), None)
        if article is None:
            raise CannotArrange("这一篇刚刚被删去或并走了，没有动别的。请看看现在的篇目。")
        if seen and fingerprint(article) != seen:
            raise CannotArrange(f"《{article.title}》刚刚被改过，没有动。下面是现在的样子，请再看一眼。")
        return article

    def neighbour(self, article: Article, step: int) -> Article:
        place = self.articles.index(article) + step
        if not 0 <= place < len(self.articles):
            raise CannotArrange("前面没有别的篇了。" if step < 0 else "后面没有别的篇了。")
        return self.articles[place]

    def change(self, article: Article, *names: str) -> None:
        """Remember what is about to change of an article. Whoever checked it checked something else."""
        self.memory.change(article, *names, "checked_at", "checked_by")
        article.checked_at = article.checked_by = None
        self.touched.append(article)

    def insert(self, article: Article, at: int) -> None:
        """Save a new article at its place, counted from 0."""
        article.order = max((each.order for each in self.articles), default=0) + 1
        article.save()
        self.articles.insert(at, article)
        self.touched.append(article)

    def remove(self, article: Article, heir: Article | None = None, at: int | None = None) -> None:
        """Delete an article. heir: which one its address leads to from now on, at the paragraph `at`."""
        if heir:
            addresses.hand_over(article, heir, at)
        elif self.issue.published_at:
            raise CannotArrange("这一期发布过，篇的地址要一直有用，没有删去。请改用“撤下”，原处会留下说明。")
        self.articles.remove(article)
        article.delete()

    def renumber(self) -> None:
        """Give every article its place as its order. Addresses don't depend on it."""
        moved = [(order, each) for order, each in enumerate(self.articles, 1) if each.order != order]
        for order, article in moved:
            article.order = order
            article.save(update_fields=["order", "updated_at"])
        if moved:
            entries.refresh(self.issue.articles.all())  # found articles stand in the order of the issue

    def follow(self) -> None:
        """Bring up to it what is kept beside the articles: topics, policies, doubts, search."""
        tag(self.touched)
        link(self.touched, self.policies | _policies(self.articles))
        follow(self.articles)


def _policies(articles: Collection[Article]) -> set[int]:
    return set(Telling.objects.filter(article__in=articles).values_list("policy_id", flat=True))


def arrangement(act: Callable[..., tuple[str, str]]) -> Callable[..., Arrangement]:
    """Run an act in one transaction under the issue's lock, and log it.

    The act gets the work under way and answers what it was, in words.
    """

    @wraps(act)
    @transaction.atomic
    def arranged(issue_id: int, *args: Any, by: Any, **kwargs: Any) -> Arrangement:
        work = Work(issue_id)
        what, summary = act(work, *args, **kwargs)
        work.renumber()
        row = Arrangement.objects.create(
            issue=work.issue,
            act=what,
            summary=summary[:500],
            rows=work.memory.as_json(),
            before=work.before,
            after=[article.pk for article in work.articles],
            left={article.pk: fingerprint(article) for article in work.touched},
            made_by=by,
        )
        if what != Act.REORDER:
            work.follow()
            recheck_contents(work.issue, by)
        return row

    return arranged


@arrangement
def split(
    work: Work,
    pk: int,
    number: int,
    *,
    seen: str,
    title: str,
    takes_title: bool,
    section: Section,
    page: int | None,
    source: str,
) -> tuple[str, str]:
    """Make an article of its own of everything from one paragraph on. Raises NoSuchBlock, CannotArrange.

    takes_title: the paragraph is the title itself and leaves the text. source: "before", "behind" or "both",
    whose the source and the link are.
    """
    article = work.find(pk, seen)
    at = bodies.index_of(article.body, number)
    stay, go = article.body[:at], article.body[at:]
    if not stay:
        raise CannotArrange("这是第一段，前面没有可以留下的。请从后面的一段拆起。")
    if takes_title and len(go) == 1:
        raise CannotArrange("这是最后一段，拿去作标题就没有正文了。请让它留在正文里。")
    doubts = belongings.doubts_of(article, [block["id"] for block in go], with_source=source == "behind")
    numbers: dict[int | None, int | None] = {block["id"]: block["id"] for block in go}
    work.change(article, "body", "places", "source_names", "source_url")
    places, pictures = belongings.part_pictures(article.places, go)
    theirs = belongings.with_pictures({}, pictures)
    if takes_title:
        title_block, *go = go
        theirs["title"] = title_block.get("places") or []
        numbers[title_block["id"]] = None
    new = Article(
        issue=work.issue, section=section, page=page, title=title, in_contents=False, body=go, places=theirs
    )
    new.last_block_id = article.last_block_id  # the paragraphs keep their numbers
    article.body, article.places = stay, places
    _part_source(article, new, source)
    article.save()
    work.insert(new, work.articles.index(article) + 1)
    belongings.hand_doubts(doubts, new, numbers, work.memory)
    belongings.hand_facts(article, new, numbers, work.memory)
    belongings.copy_refusals(article, new, work.memory)
    work.memory.make(new)
    return Act.SPLIT, f"从《{article.title}》拆出《{new.title}》"


def _part_source(article: Article, new: Article, source: str) -> None:
    if source == "before":
        return
    new.source_names, new.source_url = article.source_names, article.source_url
    named = {name: article.places[name] for name in belongings.OF_THE_SOURCE if name in article.places}
    new.places = {**new.places, **named}
    if source == "behind":
        article.source_names, article.source_url = [], ""
        article.places = {name: each for name, each in article.places.items() if name not in named}


@arrangement
def merge(
    work: Work, pk: int, other_pk: int, *, seen: Sequence[str], keeps_title: bool, fields: Mapping[str, Any]
) -> tuple[str, str]:
    """Append an article to the one right before it. Raises CannotArrange.

    keeps_title: the title of the second stays as a heading. fields: what title, summary, source and link of
    the whole are to be. seen: the fingerprints of both.
    """
    one, other = work.find(pk, seen[0]), work.find(other_pk, seen[1])
    if work.neighbour(one, 1) is not other:
        raise CannotArrange("这两篇现在不挨着了，没有合并。请看看现在的次序。")
    work.change(one, "body", "places", *fields)
    belongings.remember(other, work.memory)
    last, more = one.last_block_id, []
    numbers: dict[int | None, int | None] = {None: None}
    if keeps_title:
        last += 1
        heading = {"kind": "h", "text": other.title, "rows": [], "bullet": False}
        more.append({"id": last, **heading, "places": other.places.get("title") or []})
        numbers[None] = last
    for last, block in enumerate(other.body, last + 1):  # noqa: B020  counts on
        numbers[block["id"]] = last
        more.append({**block, "id": last})
    one.body, one.last_block_id = [*one.body, *more], last
    one.places = belongings.with_pictures(one.places, other.places.get("picture") or [])
    for name in belongings.OF_THE_SOURCE:
        if found := [*(one.places.get(name) or []), *(other.places.get(name) or [])]:
            one.places[name] = found
    for name, value in fields.items():
        setattr(one, name, value)
    one.save()
    belongings.fold_doubts(other, one, numbers, work.memory)
    belongings.hand_facts(other, one, numbers, work.memory)
    belongings.copy_refusals(other, one, work.memory)
    work.remove(other, heir=one, at=more[0]["id"] if more else None)
    return Act.MERGE, f"《{other.title}》并入《{one.title}》"


@arrangement
def hand_over(work: Work, pk: int, number: int, step: int) -> tuple[str, str]:
    """Move a paragraph to the end of the article before (step -1), or to the beginning of the one behind."""
    article = work.find(pk)
    neighbour = work.neighbour(article, step)
    block = article.body[bodies.index_of(article.body, number)]
    doubts = belongings.doubts_of(article, [number])
    for each in (article, neighbour):
        work.change(each, "body", "places")
    neighbour.last_block_id += 1
    moved = {**block, "id": neighbour.last_block_id}
    article.body = bodies.delete(article.body, number)
    neighbour.body = [*neighbour.body, moved] if step < 0 else [moved, *neighbour.body]
    article.places, pictures = belongings.part_pictures(article.places, [block])
    neighbour.places = belongings.with_pictures(neighbour.places, pictures)
    article.save()
    neighbour.save()
    numbers: dict[int | None, int | None] = {number: moved["id"]}
    belongings.hand_doubts(doubts, neighbour, numbers, work.memory)
    belongings.hand_facts(article, neighbour, numbers, work.memory)
    beginning = block["text"][:SHORTENED] + ("…" if len(block["text"]) > SHORTENED else "")
    return Act.HAND_OVER, f"“{beginning}”从《{article.title}》移到《{neighbour.title}》"


@arrangement
def add(work: Work, *, title: str, section: Section, behind: int | None) -> tuple[str, str]:
    """A new article behind another one, or at the head; with one empty paragraph to begin with."""
    at = 0 if behind is None else work.articles.index(work.find(behind)) + 1
    body, last = bodies.add_behind([], 0, 0)
    new = Article(issue=work.issue, section=section, title=title, body=body, in_contents=False)
    new.last_block_id = last
    work.insert(new, at)
    work.memory.make(new)
    return Act.ADD, f"《{title}》"


@arrangement
def delete(work: Work, pk: int, *, seen: str) -> tuple[str, str]:
    """Take an article out, with all that belongs to it."""
    article = work.find(pk, seen)
    belongings.remember_all(article, work.memory)
    work.remove(article)
    return Act.DELETE, f"《{article.title}》"


@arrangement
def reorder(work: Work, was: Sequence[int], order: Sequence[int]) -> tuple[str, str]:
    """Put the articles into another order. was: the order that the editor saw."""
    if list(was) != work.before:
        raise CannotArrange("次序或篇目刚刚被别人改过，没有动。这里是现在的次序，请再排一次。")
    if sorted(order) != sorted(work.before):
        raise CannotArrange("新的次序里篇目不全，没有动。请再排一次。")
    steps = {pk: order.index(pk) - place for place, pk in enumerate(work.before)}
    farthest = max(work.articles, key=lambda article: abs(steps[article.pk]))
    if not steps[farthest.pk]:
        raise CannotArrange("已经在头上或末尾了，次序没有变。")
    work.articles.sort(key=lambda article: order.index(article.pk))
    return Act.REORDER, f"《{farthest.title}》移到第{order.index(farthest.pk) + 1}篇"


def moved(order: Sequence[int], pk: int, step: int) -> list[int]:
    """The order with one article so many places on, as far as the list goes."""
    rest = [each for each in order if each != pk]
    place = max(0, min(len(rest), order.index(pk) + step))
    return [*rest[:place], pk, *rest[place:]]


@transaction.atomic
def undo(row_id: int, *, by: Any) -> Arrangement:
    """Put all back as it was before an act. Raises CannotArrange where its articles were changed since."""
    work = Work(Arrangement.objects.values_list("issue", flat=True).get(pk=row_id))
    row = Arrangement.objects.select_for_update().get(pk=row_id)
    if row.undone_at:
        return row
    _refuse_if_changed(row, work)
    made = {
        entry["pk"] for entry in row.rows if entry["how"] == MADE and entry["model"] == "bulletin.article"
    }
    stays = [article for article in work.articles if str(article.pk) in row.left and article.pk not in made]
    for article in work.articles:
        if article.pk in made and stays:
            belongings.come_home(article, stays[0])
            addresses.hand_over(article, stays[0])
    _free_numbers(row, work, made)
    restore(row.rows)
    order = _order_before(row, [pk for pk in work.before if pk not in made])
    policies, work = work.policies, Work(row.issue_id)
    work.policies |= policies
    work.articles.sort(key=lambda article: order.index(article.pk))
    work.touched = [each for each in work.articles if str(each.pk) in row.left or each.pk not in row.after]
    work.renumber()
    row.undone_by, row.undone_at = by, timezone.now()
    row.save(update_fields=["undone_by", "undone_at"])
    work.follow()
    recheck_contents(work.issue, by)
    return row


def _free_numbers(row: Arrangement, work: Work, made: set[int]) -> None:
    """Whoever was given the number of a draft's deleted article meanwhile keeps it: that was never public."""
    taken = {article.number for article in work.articles if article.pk not in made}
    for entry in row.rows:
        is_article = (entry["model"], entry["how"]) == (Article._meta.label_lower, REMOVED)
        if is_article and entry["fields"]["number"] in taken:
            entry["fields"]["number"] = addresses.free_number(work.issue, max(taken) + 1)


def _refuse_if_changed(row: Arrangement, work: Work) -> None:
    standing = {str(article.pk): article for article in work.articles}
    for pk, left in row.left.items():
        if pk not in standing:
            raise CannotArrange("这一步动过的一篇后来又被并走或删去了。请先撤销后面那一步。")
        if fingerprint(standing[pk]) != left:
            raise CannotArrange(
                f"《{standing[pk].title}》后来又改过，撤销会丢掉那些改动，所以没有撤销。"
                "可以反过来做（拆开的再并、并了的再拆），或在修改记录里找回要的内容。"
            )
    if row.act == Act.REORDER and row.after != work.before:
        raise CannotArrange("次序后来又变过。请先撤销后面那一步，或直接再排一次。")


def _order_before(row: Arrangement, standing: list[int]) -> list[int]:
    """The articles in order once the act is undone: what comes back stands behind what it stood behind."""
    if row.act == Act.REORDER:
        return row.before
    for place, pk in enumerate(row.before):
        if pk not in standing and pk not in row.after:
            earlier = [each for each in row.before[:place] if each in standing]
            standing.insert(standing.index(earlier[-1]) + 1 if earlier else 0, pk)
    return standing


def latest(issue: Issue, most: int = 8) -> Iterable[Arrangement]:
    """The acts that can be undone, and those that were, the newest first."""
    return issue.arrangements.select_related("made_by", "undone_by").defer("rows")[:most]
