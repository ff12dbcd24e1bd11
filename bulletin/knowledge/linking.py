"""Which tellings may be, and which are, of one policy; and articles that tell one piece of news.

Pairs are judged from the two alone and kept as rows. Policies are the groups that the accepted pairs make;
what an editor has held apart, and two documents of one article, never come together. Groups are built from
all pairs around a change, the strongest first, so that the order of storing changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, QuerySet

from bulletin.facts import ArticleRegion, LinkProposal, Telling
from bulletin.knowledge.deriving import derive
from bulletin.models import Article
from policies.models import Policy, SaidBy
from policies.recognition.linking import (
    LIKELY,
    LinkDocument,
    LinkRecord,
    Match,
    compare,
    could_be_same,
    pieces,
    share_in_common,
    worth_weighing,
)
from policies.recognition.stages import REPORTED
from policies.recognition.titles import linking_key

LINK_LOCK = 0x72  # the class of the advisory lock under which policies are grouped
# From here on a pair with one title, and a body or region in common, is one policy without asking.
CERTAIN = 0.9
# And with a title that differs in small words only.
CERTAIN_IN_OTHER_WORDS = 0.96
# Two articles without documents, this near in time and with this much text in common, may tell one piece of
# news: the samples' one such pair, in two wordings, shares 0.19; unrelated labelled ones share up to 0.14.
REPEATED_OVERLAP = 0.16
REPEATED_DAYS = 120
PLACE = ("order", "issue", "issue__total_number", "issue__issued_on")  # of an article in the publication

State = LinkProposal.State
Pair = tuple[int, int]


def lock() -> None:
    """Nobody else groups policies until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LINK_LOCK])


def link(articles: Collection[Article], left_policies: Iterable[int] = ()) -> None:
    """Bring pairs, groups and policies up to the facts of these articles; to be called under `lock`.

    left_policies: those that have lost tellings.
    """
    propose(articles)
    propose_repeated(articles)
    tellings = Telling.objects.filter(article__in=articles).values_list("pk", flat=True)
    around = Telling.objects.filter(policy__in=list(left_policies)).values_list("pk", flat=True)
    changed = regroup({*tellings, *around})
    derive(changed | set(left_policies), articles)


def key(telling: Telling) -> str:
    """A telling's name for comparisons: by issue, article and place in it, whenever it was stored."""
    article = telling.article
    return f"{article.issue.total_number:06}/{article.order:03}/{telling.order:03}/{telling.title}"


def link_record(telling: Telling, text: str = "") -> LinkRecord:
    """What linking looks at in one telling. Its article wants its facts prefetched: see `_with_facts`."""
    article = telling.article
    document = LinkDocument(
        (telling.name, *telling.other_titles),
        telling.number or None,
        REPORTED.get(telling.event, telling.event),
        telling.issued_on,
    )
    return LinkRecord(
        key(telling),
        (document,),
        frozenset(fact.region.code for fact in article.region_facts.all()),
        frozenset(fact.body.name for fact in article.body_facts.all()),
        text,
        article.issue.issued_on,
    )


def texts(articles: QuerySet[Article]) -> dict[int, str]:
    """The articles' words, table cells left out, by article."""
    told = articles.annotate(
        told=Func("body", template="jsonb_path_query_array(%(expressions)s, '$[*].text')")
    )
    return {pk: "\n".join(said) for pk, said in told.order_by().values_list("pk", "told")}


def propose(articles: Collection[Article]) -> None:
    """Weigh these articles' tellings against all others; write the pairs, an editor's word on them kept.

    Titles, places and bodies are weighed first: few pairs are worth fetching the texts of their articles.
    """
    own: dict[int, list[Telling]] = defaultdict(list)
    for telling in _with_facts(Telling.objects.filter(article__in=articles)):
        own[telling.article_id].append(telling)
    near = {pk: _candidates(tellings) for pk, tellings in own.items()}
    others = {
        telling.pk: telling
        for telling in _with_facts(Telling.objects.filter(pk__in=set().union(*near.values())))
    }
    worth: dict[Pair, list[tuple[Telling, Telling]]] = defaultdict(list)  # by their articles
    for pk, tellings in own.items():
        for other in (others[each] for each in near[pk]):
            worth[pk, other.article_id] += [(one, other) for one in tellings if _worth_reading(one, other)]
    words = texts(Article.objects.filter(pk__in={pk for pair, some in worth.items() if some for pk in pair}))
    found: dict[Pair, LinkProposal] = {}
    for pairs in worth.values():
        for match, one, other in _best_pairs(pairs, words):
            left, right = sorted((one, other), key=key)
            found[left.pk, right.pk] = _proposal(match, left, right)
    _bring_up(articles, found)


def _bring_up(articles: Collection[Article], found: dict[Pair, LinkProposal]) -> None:
    """Make the machine's pairs of these articles' tellings be those that were found."""
    standing = LinkProposal.objects.filter(Q(left__article__in=articles) | Q(right__article__in=articles))
    gone = []
    for row in standing:
        new = found.pop((row.left_id, row.right_id), None) or found.pop((row.right_id, row.left_id), None)
        if row.said_by != SaidBy.MACHINE:
            continue
        if new is None:
            gone.append(row.pk)
        elif _said(new) != _said(row):
            new.pk = row.pk
            new.save()
    LinkProposal.objects.filter(pk__in=gone).delete()
    LinkProposal.objects.bulk_create(found.values())


def _said(pair: LinkProposal) -> tuple:
    return (
        *(pair.left_id, pair.right_id, pair.left_article_id, pair.right_article_id),
        *(pair.kind, pair.score, pair.reasons, pair.state),
    )


def _with_facts(tellings):
    whole = ("article__body", "article__reading", "article__places", "citations", "evidence")
    return (
        tellings.select_related("article__issue")
        .defer(*whole, "article__issue__reading")
        .prefetch_related("article__region_facts__region", "article__body_facts__body")
    )


def _candidates(own: list[Telling]) -> set[int]:
    """Tellings of other articles that share a number, or enough of a title and no other place."""
    keys = {name for telling in own for name in telling.keys}
    numbers = sorted(name for name in keys if name.startswith("#"))
    others = Telling.objects.filter(keys__overlap=sorted(keys)).exclude(article=own[0].article_id)
    regions = [fact.region_id for fact in own[0].article.region_facts.all()]
    if regions:
        facts = ArticleRegion.objects.filter(article=OuterRef("article"))
        here = Exists(facts.filter(region__in=regions)) | ~Exists(facts)
        others = others.filter(Q(keys__overlap=numbers) | here if numbers else here)
    mine = [frozenset(telling.keys) for telling in own]
    return {
        pk
        for pk, theirs in others.order_by().values_list("pk", "keys")
        if any(worth_weighing(each, frozenset(theirs)) for each in mine)
    }


def _worth_reading(one: Telling, other: Telling) -> bool:
    return worth_weighing(frozenset(one.keys), frozenset(other.keys)) and could_be_same(
        link_record(one), link_record(other)
    )


def _best_pairs(pairs: list[tuple[Telling, Telling]], words: dict[int, str]):
    """The likely pairs of two articles' tellings, each telling in one of them: (match, one, other)."""
    matches = []
    for one, other in pairs:
        match = compare(*(link_record(each, words[each.article_id]) for each in (one, other)))
        if match is not None and match.score >= LIKELY:
            matches.append((match, one, other))
    taken: set[int] = set()
    for match, one, other in sorted(
        matches, key=lambda found: (-found[0].score, found[0].left, found[0].right)
    ):
        if not {one.pk, other.pk} & taken:
            taken |= {one.pk, other.pk}
            yield match, one, other


def _proposal(match: Match, left: Telling, right: Telling) -> LinkProposal:
    certain = is_certain(match, left, right)
    repeated = left.event == right.event and not (
        left.issued_on and right.issued_on and left.issued_on != right.issued_on
    )
    return LinkProposal(
        left=left,
        right=right,
        left_article_id=left.article_id,
        right_article_id=right.article_id,
        kind=LinkProposal.Kind.REPEATED if repeated else LinkProposal.Kind.LIFE,
        score=match.score,
        reasons=list(match.reasons),
        state=State.ACCEPTED if certain else State.OPEN,
    )


def is_certain(match: Match, left: Telling, right: Telling) -> bool:
    """Whether the machine may take two tellings for one policy by itself: never by a title alone."""
    if (
        left.number
        and right.number
        and set(left.keys) & set(right.keys) & {k for k in left.keys if k[0] == "#"}
    ):
        return True
    regions = [{fact.region_id for fact in side.article.region_facts.all()} for side in (left, right)]
    bodies = [{fact.body_id for fact in side.article.body_facts.all()} for side in (left, right)]
    if not (regions[0] & regions[1] or bodies[0] & bodies[1]):
        return False
    one_title = linking_key(left.name) == linking_key(right.name)
    return match.score >= (CERTAIN if one_title else CERTAIN_IN_OTHER_WORDS)


def propose_repeated(articles: Collection[Article]) -> None:
    """Propose articles that tell the same news as these, where neither tells of a document."""
    standing = LinkProposal.objects.filter(
        Q(left_article__in=articles) | Q(right_article__in=articles), left=None
    )
    decided = {
        frozenset(pair)
        for pair in standing.exclude(said_by=SaidBy.MACHINE).values_list("left_article", "right_article")
    }
    standing.filter(said_by=SaidBy.MACHINE).delete()
    untold = Article.objects.filter(tellings=None)
    placed = untold.select_related("issue").only(*PLACE)
    own = list(placed.filter(pk__in=[article.pk for article in articles]))
    around = timedelta(days=REPEATED_DAYS)
    proposals = {}
    for issued_on in {article.issue.issued_on for article in own}:
        others = placed.filter(issue__issued_on__range=(issued_on - around, issued_on + around))
        told = {pk: pieces(words) for pk, words in texts(others).items()}
        for article in own:
            if article.issue.issued_on != issued_on:
                continue
            for other in others:
                pair = frozenset((article.pk, other.pk))
                if article.pk == other.pk or pair in decided or pair in proposals:
                    continue
                overlap = share_in_common(told[article.pk], told[other.pk])
                if overlap >= REPEATED_OVERLAP:
                    proposals[pair] = _repeated(article, other, overlap)
    LinkProposal.objects.bulk_create(proposals.values())


def _repeated(one: Article, other: Article, overlap: float) -> LinkProposal:
    left, right = sorted((one, other), key=lambda each: (each.issue.total_number, each.order))
    return LinkProposal(
        left_article=left,
        right_article=right,
        kind=LinkProposal.Kind.REPEATED,
        score=round(min(1.0, overlap), 3),
        reasons=[f"正文重合{overlap:.0%}"],
    )


def regroup(
    tellings: Collection[int], *, stays: tuple[int, int] | None = None, keep_addresses: bool = False
) -> set[int]:
    """Build the groups around these tellings anew and give each its policy; answers all policies touched.

    stays: a telling and the policy that its group keeps; else a group keeps the lowest number it has.
    keep_addresses: whatever policy goes leads on to where its tellings went, public or not.
    """
    members, pairs = _closure(tellings)
    rows = {
        telling.pk: telling
        for telling in Telling.objects.filter(pk__in=members).select_related("article__issue", "policy")
    }
    touched = {telling.policy_id for telling in rows.values()}
    taken: set[int] = set()
    for group in _groups(rows, pairs):
        free = {telling.policy_id for telling in group} - taken
        if stays and stays[0] in {telling.pk for telling in group}:
            policy_id = stays[1]
        else:
            policy_id = min(free - {stays[1]} if stays else free, default=None)
        if policy_id is None:
            policy_id = Policy.objects.create(title=group[0].name).pk
        taken.add(policy_id)
        moved = [telling.pk for telling in group if telling.policy_id != policy_id]
        if moved:
            Telling.objects.filter(pk__in=moved).update(policy_id=policy_id, stage=None)
    _retire(touched - taken, rows, keep_addresses)
    return touched | taken


def _closure(tellings: Collection[int]) -> tuple[set[int], list[LinkProposal]]:
    """All tellings that pairs or policies tie to these, and the pairs among them."""
    members: set[int] = set()
    fresh = set(tellings)
    pairs: dict[int, LinkProposal] = {}
    while fresh:
        members |= fresh
        policies = Telling.objects.filter(pk__in=fresh).values("policy")
        reached = set(Telling.objects.filter(policy__in=policies).values_list("pk", flat=True))
        for pair in LinkProposal.objects.filter(
            Q(left__in=fresh) | Q(right__in=fresh), left__isnull=False
        ).exclude(state=State.OPEN):
            pairs[pair.pk] = pair
            if pair.state == State.ACCEPTED:
                reached |= {pair.left_id, pair.right_id}
        fresh = reached - members
    return members, list(pairs.values())


def _groups(rows: dict[int, Telling], pairs: Iterable[LinkProposal]) -> list[list[Telling]]:
    """The tellings put together by accepted pairs, an editor's first, then the strongest; in their order."""
    apart: set[Pair] = set()
    accepted = []
    for pair in pairs:
        if pair.state == State.REFUSED:
            apart |= {(pair.left_id, pair.right_id), (pair.right_id, pair.left_id)}
        elif pair.left_id in rows and pair.right_id in rows:
            accepted.append(pair)
    group_of = {pk: [pk] for pk in rows}

    def strength(pair: LinkProposal) -> tuple:
        return (
            pair.said_by == SaidBy.MACHINE,
            -pair.score,
            key(rows[pair.left_id]),
            key(rows[pair.right_id]),
        )

    for pair in sorted(accepted, key=strength):
        one, other = group_of[pair.left_id], group_of[pair.right_id]
        by_hand = pair.said_by != SaidBy.MACHINE
        if one is not other and not any(
            (a, b) in apart or (not by_hand and rows[a].article_id == rows[b].article_id)
            for a in one
            for b in other
        ):
            one += other
            for pk in other:
                group_of[pk] = one
    unique = {id(group): group for group in group_of.values()}.values()
    ordered = [sorted((rows[pk] for pk in group), key=key) for group in unique]
    return sorted(ordered, key=lambda group: key(group[0]))


def _retire(policies: set[int], rows: dict[int, Telling], keep_addresses: bool) -> None:
    """Policies that gave all their tellings away: an address that readers may know leads on, others go."""
    gave: dict[int, list[Telling]] = defaultdict(list)
    for telling in rows.values():
        gave[telling.policy_id].append(telling)
    for policy in Policy.objects.filter(pk__in=policies):
        moved = gave[policy.pk]
        was_public = any(telling.article.issue.published_at for telling in moved)
        if was_public or keep_addresses or policy.said_by != SaidBy.MACHINE or policy.merged.exists():
            now = Telling.objects.filter(pk__in=[telling.pk for telling in moved]).order_by("policy")
            policy.lead_on(now.values_list("policy", flat=True).first())
