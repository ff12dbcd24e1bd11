"""A policy's rows, drawn from its tellings: name, number, bodies, stages, citations, targets.

Drawn anew each time from all of them, in the order of the publication, so that it makes no difference which
was stored first. What an editor has set (`said_by`) is left as it is.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from bulletin.facts import ArticleBody, ArticleTarget, Refusal, Telling
from bulletin.knowledge.recording import drop_unsaid, main_policy
from bulletin.models import Article
from bulletin.register import refresh
from policies.models import Citation, Policy, PolicyBody, SaidBy, Stage, Target
from policies.recognition.titles import bare_name, is_generic, is_short_for, kind_of, linking_key
from regions.models import Region

# Two dates of one stage this near are one event: one source gives the day of signing, another of publication.
ONE_EVENT = timedelta(days=31)
RANK = {Stage.Kind.COMMENT: 0, Stage.Kind.DRAFT: 1}  # all else: 2
ISSUERS = (ArticleBody.Act.ISSUED, ArticleBody.Act.DRAFTED)
RELATIONS = {relation.label: relation for relation in Citation.Relation}


def derive(policies: Collection[int], articles: Iterable[Article] = ()) -> None:
    """Draw these policies from their tellings, place the articles' targets, and mend who cites whom."""
    rows = {policy.pk: policy for policy in Policy.objects.filter(pk__in=policies)}
    names = _names(rows.values())
    tellings = told_of(rows)
    for policy in rows.values():
        if tellings[policy.pk]:
            _draw(policy, tellings[policy.pk])
    names |= _names(rows.values())
    for article in {*articles, *Article.objects.filter(tellings__policy__in=rows)}:
        place_targets(article)
    citing = Citation.objects.filter(
        Q(cited__key__in=names) | Q(number__in=names) | Q(cited__in=rows)
    ).values_list("policy_id", flat=True)
    orphans: set[int] = set()
    redrawn = Policy.objects.filter(pk__in={*rows, *citing})
    tellings |= told_of(set(citing) - set(rows))
    for policy in redrawn.prefetch_related("citations"):
        orphans |= _draw_citations(policy, tellings[policy.pk])
    clear({*rows, *orphans})
    refresh(policies=policies)


def told(policy: Policy) -> list[Telling]:
    """A policy's tellings in the order of the publication."""
    return told_of([policy.pk])[policy.pk]


def told_of(policies: Collection[int]) -> dict[int, list[Telling]]:
    """The tellings of each of these policies in the order of the publication."""
    whole = [f"article__{name}" for name in ("body", "reading", "places", "issue__reading")]
    tellings = Telling.objects.filter(policy__in=policies).select_related("article__issue").defer(*whole)
    found: dict[int, list[Telling]] = {pk: [] for pk in policies}
    for telling in tellings.prefetch_related(
        "article__region_facts", "article__body_facts", "article__refusals"
    ).order_by("article__issue__total_number", "article__order", "order", "title"):
        found[telling.policy_id].append(telling)
    return found


def clear(policies: Collection[int]) -> None:
    """Remove those of these policies that nothing tells of, cites or leads to any more."""
    unsaid = Policy.objects.filter(
        pk__in=policies, tellings=None, cited_by=None, merged=None, merged_into=None, said_by=SaidBy.MACHINE
    )
    Target.objects.filter(policy__in=unsaid, article_facts=None, said_by=SaidBy.MACHINE).delete()
    unsaid.exclude(targets__isnull=False).delete()


def _names(policies: Iterable[Policy]) -> set[str]:
    """What a policy is cited by: the key of its title, and its number."""
    return {name for policy in policies for name in (policy.key, policy.number) if name}


def _draw(policy: Policy, tellings: list[Telling]) -> None:
    if policy.said_by == SaidBy.MACHINE:
        best = sorted(tellings, key=lambda t: (-RANK.get(t.event, 2), -len(t.name), t.name))
        policy.title, policy.key = best[0].name, linking_key(best[0].name)[:300]
        policy.kind = best[0].kind or next((telling.kind for telling in best if telling.kind), "")
        policy.number = next((telling.number for telling in best if telling.number), "")
        policy.valid_until = next((telling.valid_until for telling in best if telling.valid_until), None)
        policy.validity = next((telling.validity for telling in best if telling.validity), "")
        policy.regions.set(
            {fact.region_id for telling in tellings for fact in telling.article.region_facts.all()}
        )
    facts = [fact for telling in tellings for fact in telling.article.body_facts.all() if fact.act in ISSUERS]
    policy.issuer_count = max((fact.issued_jointly_by or 0 for fact in facts), default=0) or None
    policy.save()
    _draw_bodies(policy, list(dict.fromkeys(fact.body_id for fact in facts)))
    _draw_stages(policy, tellings)


def _draw_bodies(policy: Policy, bodies: list[int]) -> None:
    standing = {signature.body_id: signature for signature in policy.signatures.all()}
    by_hand = [pk for pk, signature in standing.items() if signature.said_by != SaidBy.MACHINE]
    wanted = [*by_hand, *(pk for pk in bodies if pk not in by_hand)]
    for order, pk in enumerate(wanted, 1):
        signature = standing.pop(pk, None)
        if signature is None:
            PolicyBody.objects.create(policy=policy, body_id=pk, order=order)
        elif signature.order != order:
            signature.order = order
            signature.save(update_fields=["order"])
    for signature in standing.values():
        signature.delete()


@dataclass(slots=True)
class Event:
    """One step of a policy's life as its tellings give it."""

    kind: str
    days: list[date] = field(default_factory=list)
    until: date | None = None
    tellings: list[int] = field(default_factory=list)  # whose own stage it is
    row: Stage | None = None

    @property
    def day(self) -> date | None:
        """The day that most tellings give, the earliest of several."""
        if self.row is not None and self.row.said_by != SaidBy.MACHINE:
            return self.row.happened_on
        counts = Counter(self.days)
        return min(counts, key=lambda day: (-counts[day], day)) if counts else None


def _draw_stages(policy: Policy, tellings: list[Telling]) -> None:
    standing = list(policy.stages.all())
    by_hand = [stage for stage in standing if stage.said_by != SaidBy.MACHINE]
    events = _events(tellings, by_hand)
    machine = {
        (stage.kind, stage.happened_on): stage for stage in standing if stage.said_by == SaidBy.MACHINE
    }
    for event in events:
        if event.row is None:
            event.row = machine.pop((event.kind, event.day), None)
    # A stage whose day has changed keeps its row: notes and links may hang on it.
    for event in events:
        if event.row is None:
            known = next((found for found in machine if found[0] == event.kind), None)
            event.row = machine.pop(known) if known else None
    if machine:
        Stage.objects.filter(pk__in=[stage.pk for stage in machine.values()]).delete()
    for event in events:
        if event.row is None:
            event.row = Stage(policy=policy, kind=event.kind)
        if event.row.said_by == SaidBy.MACHINE:
            event.row.happened_on, event.row.until_on = event.day, event.until
            event.row.save()
        Telling.objects.filter(pk__in=event.tellings).update(stage=event.row)


def _events(tellings: list[Telling], by_hand: list[Stage]) -> list[Event]:
    """The steps that the tellings give, near dates together, on top of those that an editor has set."""
    told_of: list[tuple[str, date | None, date | None, Telling, bool]] = []
    for telling in tellings:
        in_force = telling.event == Stage.Kind.IN_FORCE
        day = telling.effective_on if in_force else telling.issued_on
        told_of.append((telling.event, day, telling.comments_until, telling, True))
        if (
            telling.effective_on
            and not in_force
            and telling.event not in (Stage.Kind.COMMENT, Stage.Kind.DRAFT)
        ):
            told_of.append((Stage.Kind.IN_FORCE, telling.effective_on, None, telling, False))
        if telling.issued_on and in_force and telling.issued_on != telling.effective_on:
            told_of.append((Stage.Kind.ISSUED, telling.issued_on, None, telling, False))
    events = [
        Event(stage.kind, [stage.happened_on] if stage.happened_on else [], row=stage) for stage in by_hand
    ]
    for kind, day, until, telling, own in sorted(
        told_of, key=lambda each: (each[1] is None, each[1] or date.min)
    ):
        event = _event_for(events, kind, day, telling)
        if event is None:
            event = Event(kind)
            events.append(event)
        if day is not None:
            event.days.append(day)
        event.until = max((each for each in (event.until, until) if each), default=None)
        if own:
            event.tellings.append(telling.pk)
    return events


def _event_for(events: list[Event], kind: str, day: date | None, telling: Telling) -> Event | None:
    """The event of the kind that a telling means; one without a date the last before its issue."""
    of_kind = [event for event in events if event.kind == kind]
    if day is None:
        issued_on = telling.article.issue.issued_on
        dated = [event for event in of_kind if event.day]
        before = [event for event in dated if event.day <= issued_on]
        return max(before, key=lambda event: event.day) if before else (of_kind[0] if of_kind else None)
    near = [event for event in of_kind if not event.days or abs(min(event.days) - day) <= ONE_EVENT]
    return near[0] if near else None


def place_targets(article: Article) -> None:
    """Put an article's targets under the policy that it mainly tells of; one told twice is one row."""
    policy_id = main_policy(article)
    left = []
    for fact in article.target_facts.select_related("target"):
        target = fact.target
        if target.policy_id == policy_id:
            continue
        words = {
            name: getattr(target, name) for name in ("indicator", "comparator", "value", "unit", "due_year")
        }
        other = Target.objects.filter(policy_id=policy_id, **words).first() if policy_id else None
        if other is None and not target.article_facts.exclude(article=article).exists():
            target.policy_id = policy_id
            target.save(update_fields=["policy"])
            continue
        other = other or Target.objects.create(
            policy_id=policy_id,
            **words,
            low=target.low,
            high=target.high,
            text=fact.text,
            said_by=target.said_by,
        )
        left.append(target.pk)
        if article.target_facts.filter(target=other).exists():
            fact.delete()
        else:
            ArticleTarget.objects.filter(pk=fact.pk).update(target=other)
    drop_unsaid(left)


def _draw_citations(policy: Policy, tellings: list[Telling]) -> set[int]:
    """Draw a policy's citations from its tellings; answers the policies that are cited no more."""
    wanted: dict[tuple[int, str], dict] = {}
    for telling in tellings:
        refused = _refused_citations(telling.article)
        codes = {fact.region_id for fact in telling.article.region_facts.all()}
        for citation in telling.citations:
            relation = RELATIONS.get(citation["relation"])
            if relation is None or citation_key(citation) in refused:
                continue
            cited = _resolve(policy, citation["title"], citation["number"], codes)
            if cited is not None and cited.pk != policy.pk:
                wanted.setdefault(
                    (cited.pk, relation.value),
                    {
                        "title": citation["title"][:300],
                        "number": citation["number"],
                        "sentence": citation["sentence"],
                    },
                )
    gone = set()
    by_hand = {(row.cited_id, row.relation) for row in policy.citations.all() if row.said_by == SaidBy.HAND}
    for row in policy.citations.all():
        if row.said_by == SaidBy.HAND:
            continue
        fields = wanted.pop((row.cited_id, row.relation), None)
        if fields is not None:
            Citation.objects.filter(pk=row.pk).update(**fields)
        elif row.said_by == SaidBy.MACHINE:
            gone.add(row.cited_id)
            row.delete()
    Citation.objects.bulk_create(
        Citation(policy=policy, cited_id=cited, relation=relation, **fields)
        for (cited, relation), fields in wanted.items()
        if (cited, relation) not in by_hand
    )
    return gone


def citation_key(citation: dict) -> str:
    """What a citation is known by when an editor has refused it."""
    return f"{citation['relation']}|{linking_key(citation['title'])}"


def _refused_citations(article: Article) -> set[str]:
    return {refusal.key for refusal in article.refusals.all() if refusal.kind == Refusal.Kind.CITATION}


def _resolve(policy: Policy, title: str, number: str, regions: set[int]) -> Policy | None:
    """The policy that a cited title means: the one that is told of, or one that is only known as cited."""
    name = linking_key(title)[:300]
    if name == policy.key or not name or is_short_for(title, policy.title):
        return None
    if number:
        by_number = list(Policy.objects.told().filter(number=number)[:2])
        if len(by_number) == 1:
            return by_number[0]
    if is_generic(title):
        return None
    found = [each for each in Policy.objects.told().filter(key=name) if _reaches(each, regions)]
    if len(found) == 1:
        return found[0]
    by_hand = Policy.objects.filter(key=name, merged_into__isnull=False).exclude(said_by=SaidBy.MACHINE)
    if (known_as := by_hand.select_related("merged_into").order_by("pk").first()) is not None:
        return known_as.merged_into  # an editor said that this is another name of it
    only_cited = Policy.objects.standing().filter(key=name, tellings=None).order_by("pk").first()
    if only_cited is None:
        only_cited = Policy.objects.create(
            title=bare_name(title)[:300], key=name, kind=kind_of(title)[:20], number=number
        )
    return only_cited


def _reaches(policy: Policy, regions: set[int]) -> bool:
    """Whether the policy applies to one of these places: its region is one of them or around it."""
    own = set(policy.regions.values_list("code", flat=True))
    if not own or not regions:
        return True
    lineages = Region.objects.filter(pk__in=regions).values_list("lineage", flat=True)
    return any(code in lineage for code in own for lineage in lineages)
