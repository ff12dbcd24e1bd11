"""What was read of an article → its facts. What an editor said stands, what he refused stays away."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bulletin.facts import Refusal, Telling
from bulletin.ingestion.versions import plain
from bulletin.models import Article
from policies.models import IssuingBody, Policy, SaidBy, Target
from policies.recognition.article import details, load_names, recognise
from policies.recognition.linking import keys_of
from policies.recognition.tables import Table
from policies.recognition.titles import is_generic, linking_key
from regions.models import Region

About = dict[str, Any]  # an article in the JSON of `policies.recognition.article.details`
HEADLINE = -1  # evidence in the title
RANGE = re.compile(r"\d+(?:\.\d+)?")


def about(article: Article, reading: dict[str, Any] | None = None) -> About:
    """What the article as it stands is about: taken from the reading where that has the very same text."""
    if reading and "findings" in reading:
        same_text = reading["title"] == article.title and plain(reading["body"]) == plain(article.body)
        if same_text and reading["section"] == article.section.name:
            return reading
    paragraphs = [block["text"] if block["kind"] in ("p", "h") else "" for block in article.body]
    return details(
        recognise(
            article.title,
            paragraphs,
            article.issue.issued_on,
            load_names(),
            source_names=article.source_names,
            section=article.section.name,
            tables={
                place: Table(block["text"], block["rows"])
                for place, block in enumerate(article.body)
                if block.get("rows")
            },
        )
    )


def record(article: Article, found: About) -> set[int]:
    """Bring an article's facts up to what was found; answers the policies that lost one of its tellings.

    New tellings have a policy of their own until `linking` groups them. Targets are left to `record_targets`,
    which needs to know the policy.
    """
    refused = set(article.refusals.values_list("kind", "key"))
    _record_regions(article, found, refused)
    _record_bodies(article, found, refused)
    return _record_tellings(article, found, refused)


def has_editors_word(article: Article) -> bool:
    """Whether an editor stands by one of the article's facts, or has refused one."""
    facts = (article.region_facts, article.body_facts, article.tellings, article.target_facts)
    by_hand = any(each.exclude(said_by=SaidBy.MACHINE).exists() for each in facts)
    return by_hand or article.refusals.exists()


def _record_regions(article: Article, found: About, refused: set[tuple[str, str]]) -> None:
    findings = {
        finding["code"]: finding
        for finding in found["findings"]["regions"]
        if (Refusal.Kind.REGION, finding["code"]) not in refused
    }
    rows = {region.code: region for region in Region.objects.filter(code__in=findings)}
    wanted = [
        (rows[code].pk, _evidence(article, finding) | {"order": order})
        for order, (code, finding) in enumerate(findings.items(), 1)
        if code in rows
    ]
    _bring_up(article.region_facts, "region_id", wanted)


def _record_bodies(article: Article, found: About, refused: set[tuple[str, str]]) -> None:
    wanted: dict[int, dict] = {}
    for finding in found["findings"]["bodies"]:
        body = resolve_body(finding)
        if body is None or (Refusal.Kind.BODY, body.name) in refused or body.pk in wanted:
            continue
        wanted[body.pk] = _evidence(article, finding) | {
            "order": len(wanted) + 1,
            "act": finding["act"],
            "printed": finding["printed"],
            "issued_jointly_by": finding["issued_jointly_by"],
        }
    _bring_up(article.body_facts, "body_id", wanted.items())


def resolve_body(finding: dict[str, Any]) -> IssuingBody | None:
    """The row of a body that was read; None where an editor said that the name is no body.

    A name that nobody knows gets a row in the inbox; one that was merged leads to that other body.
    """
    state = IssuingBody.State
    names = [finding["name"], finding["printed"]] if not finding["known"] else [finding["name"]]
    body = IssuingBody.objects.filter(name__in=names).order_by("pk").first()
    if body is None and not finding["known"]:
        # An editor may have added the name to a body's; one that two bodies bear decides nothing.
        bearers = IssuingBody.objects.known().filter(short_names__overlap=names)[:2]
        body = bearers[0] if len(bearers) == 1 else None
    if body is None:
        return IssuingBody.objects.create(
            name=finding["name"],
            level=finding["level"],
            region=Region.objects.filter(code=finding["region"]).first() if finding["region"] else None,
            state=state.KNOWN if finding["known"] else state.NEW,
        )
    while body.state == state.MERGED:
        body = body.merged_into
    return None if body.state == state.REFUSED else body


def _record_tellings(article: Article, found: About, refused: set[tuple[str, str]]) -> set[int]:
    documents = {
        document["title"]: document
        for document in found["documents"]
        if (Refusal.Kind.DOCUMENT, linking_key(document["title"])) not in refused
    }
    standing = list(article.tellings.all())
    pairs = _same_documents(standing, list(documents.values()))
    left = {telling.policy_id for telling in standing if telling.said_by == SaidBy.MACHINE} & {
        telling.policy_id for telling in standing if telling.pk not in pairs.values()
    }
    gone = [t.pk for t in standing if t.pk not in pairs.values() and t.said_by == SaidBy.MACHINE]
    Telling.objects.filter(pk__in=gone).delete()
    by_pk = {telling.pk: telling for telling in standing}
    for order, (title, document) in enumerate(documents.items(), 1):
        telling = by_pk.get(pairs.get(title))
        if telling is None:
            telling = Telling(article=article, policy=Policy.objects.create(title=document["name"][:300]))
        elif telling.said_by != SaidBy.MACHINE:
            continue
        for name, value in _telling_fields(article, document).items():
            setattr(telling, name, value)
        telling.order = order
        telling.save()
    return left


def _same_documents(standing: list[Telling], documents: list[About]) -> dict[str, int]:
    """Which document of a new reading is which that stands: its title → the telling's pk."""
    pairs: dict[str, int] = {}
    tests = (
        lambda telling, document: telling.title == document["title"],
        lambda telling, document: linking_key(telling.title) == linking_key(document["title"]),
        lambda telling, document: bool(telling.number) and telling.number == document["number"],
    )
    for test in tests:
        for telling in standing:
            for document in documents:
                taken = telling.pk in pairs.values() or document["title"] in pairs
                if not taken and test(telling, document):
                    pairs[document["title"]] = telling.pk
    return pairs


def _telling_fields(article: Article, document: About) -> dict[str, Any]:
    places = {name: _placed(article, place) for name, place in document["evidence"].items()}
    title = places.get("title") or {
        "sentence": "",
        "block": None,
        "start": 0,
        "end": 0,
        "confidence": 1,
        "doubt": "",
    }
    stage_doubt = (places.get("stage") or {}).get("doubt", "")
    number = document["number"] or ""
    # 《办法》 and the like are what a text calls any document further down.
    other_titles = [title for title in document["other_titles"] if not is_generic(title)]
    return {
        **title,
        "doubt": title["doubt"] or stage_doubt,
        "title": document["title"][:300],
        "name": document["name"][:300],
        "other_titles": other_titles,
        "kind": document["kind"][:20],
        "event": document["event"],
        "number": number,
        "issued_on": _day(document["issued_on"]),
        "effective_on": _day(document["effective_on"]),
        "comments_until": _day(document["comments_until"]),
        "valid_until": _day(document["valid_until"]),
        "validity": document["validity"],
        "headline": title["block"] is None,
        "citations": [
            {
                "title": citation["title"],
                "number": citation["number"] or "",
                "relation": citation["relation"],
                **_placed(article, citation["evidence"]),
            }
            for citation in document["citations"]
        ],
        "evidence": places,
        "keys": sorted(keys_of([document["name"], *other_titles], number)),
    }


def record_targets(article: Article, found: About) -> None:
    """Bring an article's targets up to what was found, under the policy that it mainly tells of."""
    refused = set(article.refusals.filter(kind=Refusal.Kind.TARGET).values_list("key", flat=True))
    policy_id = main_policy(article)
    before = list(article.target_facts.values_list("target_id", flat=True))
    wanted: dict[int, dict] = {}
    for found_target in found["targets"]:
        low, high = bounds(found_target["value"])
        words = {
            "indicator": found_target["indicator"],
            "comparator": found_target["comparator"],
            "value": str(found_target["value"]),
            "unit": found_target["unit"],
            "due_year": found_target["by"],
        }
        if target_key(**words) in refused:
            continue
        known = Target.objects.filter(policy_id=policy_id, **words)
        if policy_id is None:
            known = known.filter(article_facts__article=article)
        target = known.first() or Target.objects.create(
            policy_id=policy_id, **words, low=low, high=high, text=found_target["text"]
        )
        wanted.setdefault(
            target.pk,
            _placed(article, found_target["evidence"])
            | {"text": found_target["text"], "order": len(wanted) + 1},
        )
    _bring_up(article.target_facts, "target_id", wanted.items())
    drop_unsaid(before)


def target_key(indicator: str, comparator: str, value: str, unit: str, due_year: int | None) -> str:
    """What a target is known by when an editor has refused it."""
    return "|".join([indicator, comparator, value, unit, str(due_year or "")])


def drop_unsaid(targets: Iterable[int]) -> None:
    """Remove those of these targets that no article states any more, an editor's own excepted."""
    Target.objects.filter(pk__in=list(targets), article_facts=None, said_by=SaidBy.MACHINE).delete()


def main_policy(article: Article) -> int | None:
    """The policy that an article's targets belong to: the one in its title, else the first."""
    return article.tellings.order_by("-headline", "order", "pk").values_list("policy_id", flat=True).first()


def bounds(value: float | str) -> tuple[Decimal | None, Decimal | None]:
    """The least and the greatest of a value: 3—5 → 3, 5; 500 → 500, 500."""
    found = RANGE.findall(str(value))
    try:
        numbers = [Decimal(number) for number in found]
    except InvalidOperation:
        return None, None
    return (numbers[0], numbers[-1]) if numbers else (None, None)


def _bring_up(facts: Any, name: str, wanted: Iterable[tuple[int, dict]]) -> None:
    """Make the machine's facts be the wanted ones; those that a person stands by are not touched."""
    standing = {getattr(fact, name): fact for fact in facts.all()}
    kept = set()
    for key, fields in wanted:
        kept.add(key)
        fact = standing.get(key)
        if fact is None:
            facts.create(**{name: key}, **fields)
        elif fact.said_by == SaidBy.MACHINE and any(
            getattr(fact, field) != value for field, value in fields.items()
        ):
            for field, value in fields.items():
                setattr(fact, field, value)
            fact.save()
    gone = [fact.pk for key, fact in standing.items() if key not in kept and fact.said_by == SaidBy.MACHINE]
    if gone:
        facts.filter(pk__in=gone).delete()


def _evidence(article: Article, finding: dict[str, Any]) -> dict[str, Any]:
    return _placed(article, finding | {"reason": finding["doubt"]})


def _placed(article: Article, place: dict[str, Any]) -> dict[str, Any]:
    """Evidence with the id of the block that it stands in instead of the paragraph's number."""
    paragraph = place["paragraph"]
    inside = 0 <= paragraph < len(article.body)
    return {
        "sentence": place["sentence"],
        "block": article.body[paragraph]["id"] if inside else None,
        "start": place["start"],
        "end": max(place["start"], place["end"]),
        "confidence": min(1.0, max(0.0, place["confidence"])),
        "doubt": place["reason"],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
