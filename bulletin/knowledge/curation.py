"""An editor's decisions on what is known. Each is logged with what undoes it, and outlasts new readings."""

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bulletin.facts import (
    ArticleBody,
    ArticleRegion,
    ArticleTarget,
    Decision,
    Fact,
    LinkProposal,
    Refusal,
    Telling,
)
from bulletin.knowledge.deriving import ONE_EVENT, derive, told
from bulletin.knowledge.keeping import follow
from bulletin.knowledge.linking import key, link, lock, regroup
from bulletin.knowledge.memory import Memory, later_decisions, restore
from bulletin.knowledge.recording import drop_unsaid, target_key
from bulletin.models import Article
from bulletin.uploads import Doubt
from policies.models import IssuingBody, Policy, SaidBy, Stage
from policies.recognition.titles import linking_key
from regions.models import Region

Act = Decision.Act
State = LinkProposal.State
BY_EDITOR = "编辑认定"


class DecisionError(Exception):
    """The act does not fit what stands now; the message says why and what to do."""


def decision(act: Callable[..., tuple[str, str, Memory, Iterable[Article]]]) -> Callable[..., Decision]:
    """Run an act in one transaction, log it, and mend what follows from it.

    The act answers what it was, in words, what it touched, and the articles whose facts it concerns.
    """

    @wraps(act)
    @transaction.atomic
    def decided(*args: Any, by: Any, **kwargs: Any) -> Decision:
        lock()
        what, summary, memory, articles = act(*args, by=by, **kwargs)
        articles = list(articles)
        row = Decision.objects.create(
            act=what,
            summary=summary[:500],
            made_by=by,
            before={"rows": memory.as_json(), "articles": [article.pk for article in articles]},
        )
        follow(articles, decided=True)
        return row

    return decided


@transaction.atomic
def undo(decision_id: int, *, by: Any) -> Decision:
    """Put all back as it was before a decision. Raises DecisionError while a later one stands on it."""
    lock()
    row = Decision.objects.select_for_update().get(pk=decision_id)
    if row.undone_at:
        return row
    if later := later_decisions(row).first():
        raise DecisionError(f"之后还有一项决定动过同样的内容：“{later}”。请先撤销它，再撤销这一项。")
    policies = _policies_in(row)
    restore(row.before["rows"])
    articles = list(Article.objects.filter(pk__in=row.before["articles"]).select_related("issue", "section"))
    link(articles, policies | _policies_in(row))
    row.undone_by, row.undone_at = by, timezone.now()
    row.save(update_fields=["undone_by", "undone_at"])
    follow(articles, reopen=True)
    return row


def _policies_in(row: Decision) -> set[int]:
    """The policies that a decision touched, and those of its articles now."""
    touched = {entry["pk"] for entry in row.before["rows"] if entry["model"] == "policies.policy"}
    tellings = Telling.objects.filter(article__in=row.before["articles"])
    return touched | set(tellings.values_list("policy_id", flat=True))


# --- Bodies ---


@decision
def make_body(body: IssuingBody, *, by: Any, name: str = "", level: str = "", region: Region | None = None):
    """Take a name from the inbox into the authority file, under its official name."""
    memory = Memory()
    name = name.strip() or body.name
    if name != body.name and IssuingBody.objects.filter(name=name).exists():
        raise DecisionError(f"已经有名为“{name}”的机构。要把这个名称归到它名下，请用“并入”。")
    memory.change(body, "name", "short_names", "level", "region", "state", "decided_at")
    old = body.name
    if name != old and old not in body.short_names:
        body.short_names = [*body.short_names, old]
    body.name, body.level = name, level or body.level
    body.region = region or body.region
    body.state, body.decided_at = IssuingBody.State.KNOWN, timezone.now()
    body.save()
    summary = f"“{old}”收录为机构" + (f"“{name}”" if name != old else "")
    return Act.MAKE_BODY, summary, memory, _articles_of(body)


@decision
def merge_body(body: IssuingBody, into: IssuingBody, *, by: Any):
    """Let a name be another name of a body that is known; facts and signatures go over to it."""
    if body.pk == into.pk or into.state in (IssuingBody.State.MERGED, IssuingBody.State.REFUSED):
        raise DecisionError(f"“{into.name}”不能接收并入。请另选一个已收录的机构。")
    memory, articles = Memory(), list(_articles_of(body))
    memory.change(body, "state", "merged_into", "decided_at")
    memory.change(into, "short_names", "state", "decided_at")
    for fact in body.article_facts.all():
        if ArticleBody.objects.filter(article=fact.article_id, body=into).exists():
            memory.remove(fact)
            fact.delete()
        else:
            memory.change(fact, "body")
            fact.body = into
            fact.save(update_fields=["body"])
    if body.name not in into.short_names:
        into.short_names = [*into.short_names, body.name]
    if into.state == IssuingBody.State.NEW:
        into.state = IssuingBody.State.KNOWN
    into.decided_at = into.decided_at or timezone.now()
    into.save()
    body.state, body.merged_into, body.decided_at = IssuingBody.State.MERGED, into, timezone.now()
    body.save()
    for merged in IssuingBody.objects.filter(merged_into=body):
        memory.change(merged, "merged_into")
        merged.merged_into = into
        merged.save(update_fields=["merged_into"])
    link(articles, _policies_of(articles))
    return Act.MERGE_BODY, f"“{body.name}”并入“{into.name}”", memory, articles


@decision
def refuse_body(body: IssuingBody, *, by: Any):
    """Say that a name is no body: nowhere is it read as one any more."""
    memory, articles = Memory(), list(_articles_of(body))
    memory.change(body, "state", "decided_at")
    for fact in body.article_facts.all():
        memory.remove(fact)
        fact.delete()
    body.state, body.decided_at = IssuingBody.State.REFUSED, timezone.now()
    body.save()
    link(articles, _policies_of(articles))
    return Act.REFUSE_BODY, f"“{body.name}”不是机构", memory, articles


def _articles_of(body: IssuingBody) -> Iterable[Article]:
    return list(Article.objects.filter(body_facts__body=body).select_related("issue", "section").distinct())


def _policies_of(articles: Collection[Article]) -> set[int]:
    return set(Telling.objects.filter(article__in=articles).values_list("policy_id", flat=True))


# --- Facts ---


@decision
def confirm_fact(fact: Fact, *, by: Any):
    """Stand by what the machine said: no later reading changes it."""
    memory = Memory()
    memory.change(fact, "said_by")
    fact.said_by = SaidBy.CONFIRMED
    fact.save(update_fields=["said_by"])
    for doubt in _own_doubts(fact):
        memory.change(doubt, "settled_at")
        doubt.settled_at = timezone.now()
        doubt.save(update_fields=["settled_at"])
    return Act.CONFIRM_FACT, f"{label(fact)}（{fact.article}）", memory, [_loaded(fact)]


@decision
def refuse_fact(fact: Fact, *, by: Any):
    """Say no to a fact: it goes, and is not read out of this article again."""
    memory, article = Memory(), _loaded(fact)
    kind, fact_key = _known_as(fact)
    refusal, is_new = Refusal.objects.get_or_create(
        article=article,
        kind=kind,
        key=fact_key,
        defaults={"label": label(fact)[:500], "sentence": fact.sentence, "refused_by": by},
    )
    if is_new:
        memory.make(refusal)
    for doubt in _own_doubts(fact):
        memory.change(doubt, "settled_at")
        doubt.settled_at = timezone.now()
        doubt.save(update_fields=["settled_at"])
    policies = _policies_of([article])
    memory.remove_fact(fact)
    target_id = fact.target_id if isinstance(fact, ArticleTarget) else None
    fact.delete()
    if target_id:
        drop_unsaid([target_id])
    link([article], policies)
    return Act.REFUSE_FACT, f"{refusal}（{article}）", memory, [article]


def label(fact: Fact) -> str:
    """A fact in words: 地区：贵州."""
    kind, _ = _known_as(fact)
    return f"{Refusal.Kind(kind).label}：{fact}"


def _known_as(fact: Fact) -> tuple[str, str]:
    """The kind and key that a refusal of the fact is kept under."""
    if isinstance(fact, ArticleRegion):
        return Refusal.Kind.REGION, fact.region.code
    if isinstance(fact, ArticleBody):
        return Refusal.Kind.BODY, fact.body.name
    if isinstance(fact, Telling):
        return Refusal.Kind.DOCUMENT, linking_key(fact.title)
    target = fact.target
    words = (target.indicator, target.comparator, target.value, target.unit, target.due_year)
    return Refusal.Kind.TARGET, target_key(*words)


def _own_doubts(fact: Fact) -> Iterable[Doubt]:
    """The reader's doubts about this very fact: on its article, with its sentence."""
    rules = {Telling: ["doubtful-document", "doubtful-stage"], ArticleTarget: ["doubtful-target"]}
    if type(fact) not in rules:
        return []
    return Doubt.objects.filter(
        article=fact.article_id, rule__in=rules[type(fact)], evidence=fact.sentence, settled_at=None
    )


def _loaded(fact: Fact) -> Article:
    return Article.objects.select_related("issue", "section").get(pk=fact.article_id)


# --- Policies ---


@decision
def accept_link(proposal: LinkProposal, *, by: Any):
    """Say that two tellings are of one policy, or that two articles tell one piece of news."""
    memory = _judge(proposal, State.ACCEPTED, _across(proposal))
    return Act.ACCEPT_LINK, _pair(proposal), memory, _articles(proposal)


@decision
def refuse_link(proposal: LinkProposal, *, by: Any):
    """Say that two tellings are of different policies, or two articles of different news, for good."""
    memory = _judge(proposal, State.REFUSED, _across(proposal))
    return Act.REFUSE_LINK, _pair(proposal), memory, _articles(proposal)


def _judge(proposal: LinkProposal, state: str, others: Iterable[LinkProposal]) -> Memory:
    memory = Memory()
    for row in [proposal, *others]:
        if row.pk == proposal.pk or (state == State.REFUSED and row.said_by == SaidBy.MACHINE):
            memory.change(row, "state", "said_by")
            row.state, row.said_by = state, SaidBy.HAND
            row.save(update_fields=["state", "said_by"])
    if proposal.left_id:
        tellings = list(Telling.objects.filter(pk__in=[proposal.left_id, proposal.right_id]))
        _stand_by(tellings, memory)
        _regroup(tellings, memory)
    return memory


def _across(proposal: LinkProposal) -> list[LinkProposal]:
    """The other pairs between the two policies: whoever refuses one refuses them all."""
    if not proposal.left_id or proposal.left.policy_id == proposal.right.policy_id:
        return []
    one, other = proposal.left.policy_id, proposal.right.policy_id
    return list(
        LinkProposal.objects.filter(
            Q(left__policy=one, right__policy=other) | Q(left__policy=other, right__policy=one)
        ).exclude(pk=proposal.pk)
    )


def _pair(proposal: LinkProposal) -> str:
    return f"{proposal.left or proposal.left_article} 与 {proposal.right or proposal.right_article}"


def _articles(proposal: LinkProposal) -> list[Article]:
    return list(
        Article.objects.filter(pk__in=[proposal.left_article_id, proposal.right_article_id]).select_related(
            "issue", "section"
        )
    )


@decision
def merge_policies(other: Policy, into: Policy, *, by: Any):
    """Make two policies one. The address of the one that goes leads to the one that stays."""
    if other.pk == into.pk:
        raise DecisionError("这是同一项政策。请另选一项。")
    if other.merged_into_id or into.merged_into_id:
        raise DecisionError("其中一项已经并入别的政策。请刷新页面再看。")
    memory = Memory()
    ours, theirs = told(into), told(other)
    articles = [telling.article for telling in [*ours, *theirs]]
    memory.change(other, *_columns(other))
    if ours and theirs:
        for pair in LinkProposal.objects.filter(
            Q(left__in=ours, right__in=theirs) | Q(left__in=theirs, right__in=ours), state=State.REFUSED
        ):
            memory.change(pair, "state", "said_by")
            pair.state, pair.said_by = State.ACCEPTED, SaidBy.HAND
            pair.save(update_fields=["state", "said_by"])
        pair_up(ours[0], theirs[0], State.ACCEPTED, memory)
        _stand_by([ours[0], theirs[0]], memory)
        _regroup([*ours, *theirs], memory, stays=(ours[0].pk, into.pk))
    else:
        # Only cited: its title is another name of the policy from now on.
        other.said_by = SaidBy.CONFIRMED
        other.save(update_fields=["said_by"])
        for telling in theirs:
            memory.change(telling, "policy")
            telling.policy = into
            telling.save(update_fields=["policy"])
        _hand_over(other, into, memory)
        citing = set(other.cited_by.values_list("policy_id", flat=True))
        other.lead_on(into.pk)
        derive({into.pk, other.pk, *citing})
    return Act.MERGE_POLICIES, f"《{other.title}》并入《{into.title}》", memory, articles


@decision
def split_policy(policy: Policy, tellings: Collection[int], *, by: Any):
    """Make a policy of its own of some of a policy's tellings."""
    members = told(policy)
    out = [telling for telling in members if telling.pk in tellings]
    stay = [telling for telling in members if telling.pk not in tellings]
    if not out or not stay:
        raise DecisionError("拆分要留下至少一篇，也要拿出至少一篇。请重新勾选。")
    memory = Memory()
    memory.change(policy, *_columns(policy))
    for one in stay:
        for other in out:
            pair_up(one, other, State.REFUSED, memory)
    for first, *rest in (stay, out):
        for other in rest:  # each part stays together by the editor's word
            pair_up(first, other, State.ACCEPTED, memory)
    _stand_by(members, memory)
    _regroup(members, memory, stays=(stay[0].pk, policy.pk))
    summary = f"从《{policy.title}》拆出{len(out)}篇所述的《{out[0].name}》"
    return Act.SPLIT_POLICY, summary, memory, [telling.article for telling in members]


@decision
def correct_stage(stage: Stage, *, by: Any, kind: str, happened_on: Any, until_on: Any):
    """Set a stage right, and with it what its articles are taken to say."""
    memory = Memory()
    old = str(stage)
    clash = Stage.objects.filter(policy=stage.policy_id, kind=kind, happened_on=happened_on).exclude(
        pk=stage.pk
    )
    if clash.exists():
        raise DecisionError(f"这项政策已经有“{clash.first()}”这一阶段。")
    day = "effective_on" if kind == Stage.Kind.IN_FORCE else "issued_on"
    own, dated = list(stage.tellings.all()), _that_date(stage)
    said = {telling.pk: telling for telling in [*own, *dated]}
    for telling in said.values():
        memory.change(telling, "event", "issued_on", "effective_on", "comments_until", "said_by")
        if telling in dated:
            setattr(telling, _day_of(stage), None)
        if telling in own:
            telling.event, telling.comments_until = kind, until_on
        if telling in own or kind == stage.kind:
            setattr(telling, day, happened_on)
        telling.said_by = SaidBy.HAND
        telling.save()
    memory.change(stage, "kind", "happened_on", "until_on", "said_by")
    stage.kind, stage.happened_on, stage.until_on, stage.said_by = kind, happened_on, until_on, SaidBy.HAND
    stage.save()
    derive({stage.policy_id})
    articles = list(
        Article.objects.filter(tellings__in=said.keys()).select_related("issue", "section").distinct()
    )
    return Act.CORRECT_STAGE, f"《{stage.policy}》：{old} 改为 {stage}", memory, articles


def _day_of(stage: Stage) -> str:
    return "effective_on" if stage.kind == Stage.Kind.IN_FORCE else "issued_on"


def _that_date(stage: Stage) -> list[Telling]:
    """The tellings that a stage has its day from: its own, and others that look back or ahead to it."""
    if stage.happened_on is None:
        return []
    day, near = _day_of(stage), (stage.happened_on - ONE_EVENT, stage.happened_on + ONE_EVENT)
    said = Telling.objects.filter(policy=stage.policy_id, **{f"{day}__range": near})
    if stage.kind == Stage.Kind.IN_FORCE:
        said = said.exclude(event__in=[Stage.Kind.COMMENT, Stage.Kind.DRAFT])
    elif stage.kind == Stage.Kind.ISSUED:
        said = said.filter(event__in=[Stage.Kind.ISSUED, Stage.Kind.IN_FORCE])
    else:
        said = said.filter(event=stage.kind)
    return list(said)


def _columns(policy: Policy) -> list[str]:
    """A policy's own columns, as they are remembered."""
    skipped = ("id", "created_at", "updated_at")
    return [column.name for column in policy._meta.concrete_fields if column.name not in skipped]


def pair_up(one: Telling, other: Telling, state: str, memory: Memory) -> None:
    """Write an editor's word on two tellings, over whatever the machine said of them."""
    left, right = sorted((one, other), key=key)
    pair = LinkProposal.objects.filter(Q(left=left, right=right) | Q(left=right, right=left)).first()
    if pair is None:
        pair = LinkProposal.objects.create(
            left=left,
            right=right,
            left_article_id=left.article_id,
            right_article_id=right.article_id,
            reasons=[BY_EDITOR],
            state=state,
            said_by=SaidBy.HAND,
        )
        memory.make(pair)
    else:
        memory.change(pair, "state", "said_by")
        pair.state, pair.said_by = state, SaidBy.HAND
        pair.save(update_fields=["state", "said_by"])


def _stand_by(tellings: Iterable[Telling], memory: Memory) -> None:
    """Who judges two documents takes both for real: they and the judgement outlast the next reading."""
    for telling in tellings:
        if telling.said_by == SaidBy.MACHINE:
            memory.change(telling, "said_by")
            telling.said_by = SaidBy.CONFIRMED
            telling.save(update_fields=["said_by"])


def _regroup(tellings: Collection[Telling], memory: Memory, stays: tuple[int, int] | None = None) -> None:
    """Group anew, remembering where every telling was and every policy that may go."""
    policies = {telling.policy_id for telling in tellings}
    for policy in Policy.objects.filter(pk__in=policies):
        memory.remove(policy)
    for telling in Telling.objects.filter(policy__in=policies):
        memory.change(telling, "policy")
    touched = regroup([telling.pk for telling in tellings], stays=stays, keep_addresses=True)
    for policy in Policy.objects.filter(pk__in=policies).exclude(merged_into=None):
        _hand_over(policy, policy.merged_into, memory)
    derive(touched)


def _hand_over(policy: Policy, to: Policy, memory: Memory) -> None:
    """What editors have set on a policy that is merged goes over to the other one."""
    for stage in policy.stages.exclude(said_by=SaidBy.MACHINE):
        if not Stage.objects.filter(policy=to, kind=stage.kind, happened_on=stage.happened_on).exists():
            memory.change(stage, "policy")
            stage.policy = to
            stage.save(update_fields=["policy"])
    policy.stages.filter(said_by=SaidBy.MACHINE).delete()
