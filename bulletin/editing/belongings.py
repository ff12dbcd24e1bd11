"""What goes along when paragraphs change their article: pictures, doubts, facts, pairs of tellings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from bulletin.editing.body import Block
from bulletin.editing.doubts import block_of
from bulletin.facts import Fact, LinkProposal, Telling
from bulletin.knowledge.memory import Memory
from bulletin.models import Article
from bulletin.uploads import Doubt

FACTS = ("region_facts", "body_facts", "tellings", "target_facts")
NAMED_BY = {"region_facts": "region_id", "body_facts": "body_id", "tellings": "title"}
NAMED_BY["target_facts"] = "target_id"
OF_THE_ARTICLE = ("title", "section", "page", "summary")
OF_THE_SOURCE = ("source", "source_url")
# A paragraph's number in the one article → its number in the other; None where it became the title
Numbers = Mapping[int | None, int | None]


def part_pictures(places: Mapping[str, Any], blocks: Sequence[Block]) -> tuple[dict, list]:
    """An article's places without the pictures that stand among these paragraphs, and those pictures."""
    own = [place for block in blocks for place in block.get("places") or []]
    if not own or not places.get("picture"):
        return dict(places), []
    first, last = min(place["start"] for place in own), max(place["end"] for place in own)
    going = [each for each in places["picture"] if first <= each["start"] <= last]
    staying = [each for each in places["picture"] if each not in going]
    return {**places, "picture": staying}, going


def with_pictures(places: Mapping[str, Any], more: Sequence[Mapping]) -> dict:
    """An article's places with more pictures, in the order of the source."""
    if not more:
        return dict(places)
    pictures = [*(places.get("picture") or []), *more]
    return {**places, "picture": sorted(pictures, key=lambda place: place["start"])}


def doubts_of(article: Article, numbers: Iterable[int | None], *, with_source: bool = False) -> list[Doubt]:
    """The doubts about these paragraphs, the settled ones too; with_source: and about its source."""
    numbers = set(numbers)
    found = []
    for row in article.doubts.all():
        number = block_of(row, article)
        if row.field in OF_THE_ARTICLE:
            continue
        if row.field in OF_THE_SOURCE:
            if with_source:
                found.append(row)
        elif number in numbers or (number is None and _mended(row) in numbers):
            found.append(row)
    return found


def hand_doubts(rows: Iterable[Doubt], to: Article, numbers: Numbers, memory: Memory) -> None:
    """Let doubts stand at another article, at the same paragraphs."""
    for row in rows:
        memory.change(row, "article", "field", "mend")
        row.article = to
        if (number := _mended(row)) in numbers:
            row.mend = {**row.mend, "name": f"block-{numbers[number]}"}
        row.save(update_fields=["article", "field", "mend"])


def fold_doubts(article: Article, to: Article, numbers: Numbers, memory: Memory) -> None:
    """Let all doubts of an article that is merged away stand at the other one.

    What its title, source or page was doubted for is told over all: the fields there are the other's.
    """
    for row in article.doubts.all():
        memory.change(row, "article", "field", "mend")
        if row.field in OF_THE_ARTICLE + OF_THE_SOURCE:
            row.field = "body" if row.field == "title" else ""
            row.mend = None
        row.save(update_fields=["field", "mend"])
        hand_doubts([row], to, numbers, memory)


def hand_facts(article: Article, to: Article, numbers: Numbers, memory: Memory) -> None:
    """Facts go with the paragraph that says them; what the other article says already is not said twice."""
    for name in FACTS:
        standing = list(getattr(to, name).all())
        known = {getattr(fact, NAMED_BY[name]) for fact in standing}
        last = max((fact.order for fact in standing), default=0)
        for fact in getattr(article, name).all():
            if fact.block not in numbers:
                continue
            if getattr(fact, NAMED_BY[name]) in known:
                forget_fact(fact, memory)
                continue
            last += 1
            _hand_fact(fact, to, last, numbers, memory)


def copy_refusals(article: Article, to: Article, memory: Memory) -> None:
    """What an editor said no to is not read out of the same text again, whichever article has it."""
    known = set(to.refusals.values_list("kind", "key"))
    for refusal in article.refusals.all():
        if (refusal.kind, refusal.key) not in known:
            refusal.pk, refusal.article = None, to
            refusal.save(force_insert=True)
            memory.make(refusal)


def remember(article: Article, memory: Memory) -> None:
    """Remember an article that is about to go, what goes with it, and whose the notes on it (勘误) were."""
    memory.remove(article)
    for note in article.corrections.all():
        memory.change(note, "article")  # goes along with its addresses
    pairs = Q(left_article=article) | Q(right_article=article)
    for pair in LinkProposal.objects.filter(pairs):
        memory.remove(pair)
    for refusal in article.refusals.all():
        memory.remove(refusal)


def remember_all(article: Article, memory: Memory) -> None:
    """Remember an article that is about to be deleted, with all that is."""
    remember(article, memory)
    for name in FACTS:
        for fact in getattr(article, name).all():
            memory.remove_fact(fact)
    for row in article.doubts.all():
        memory.remove(row)


def come_home(article: Article, to: Article) -> None:
    """What was found and said of an article since it was made goes back to where its text goes."""
    article.doubts.update(article=to)
    known = set(to.refusals.values_list("kind", "key"))
    for refusal in article.refusals.all():
        if (refusal.kind, refusal.key) not in known:
            refusal.article = to
            refusal.save(update_fields=["article"])


def forget_fact(fact: Fact, memory: Memory) -> None:
    memory.remove_fact(fact)
    fact.delete()


def _hand_fact(fact: Fact, to: Article, order: int, numbers: Numbers, memory: Memory) -> None:
    names = ["article", "order", "block"]
    if isinstance(fact, Telling):
        names += ["headline", "citations", "evidence"]
    memory.change(fact, *names)
    fact.article, fact.order, fact.block = to, order, numbers[fact.block]
    if isinstance(fact, Telling):
        fact.headline = fact.block is None
        fact.citations = [_renumbered(place, numbers) for place in fact.citations]
        fact.evidence = {name: _renumbered(place, numbers) for name, place in fact.evidence.items()}
        for side in ("left", "right"):
            for pair in LinkProposal.objects.filter(**{side: fact}):
                memory.change(pair, f"{side}_article")
                setattr(pair, f"{side}_article", to)
                pair.save(update_fields=[f"{side}_article"])
    fact.save(update_fields=names)


def _renumbered(place: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    return {**place, "block": numbers.get(place.get("block"), None)}


def _mended(row: Doubt) -> int | None:
    """The paragraph that accepting the doubt has changed."""
    what, _, number = str((row.mend or {}).get("name", "")).partition("-")
    return int(number) if what == "block" and number.isdecimal() else None
