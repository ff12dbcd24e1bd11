"""The acts on an issue: asked of the table, checked again under a lock, done in one transaction, logged."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from bulletin.editing import doubts, frontmatter
from bulletin.editing.fields import Outcome
from bulletin.ingestion.store import refresh_sequence
from bulletin.models import Article, ArticleVersion, Issue
from bulletin.publishing import checklist
from bulletin.publishing.records import Acknowledgement, IssueAct
from bulletin.publishing.states import (
    ACTS,
    ANSWERED,
    APPROVED,
    CLEAN,
    DRAFT,
    LATER,
    NOT_OWN,
    PUBLISHED,
    Act,
    why_not,
)

TO_APPROVED = {DRAFT: ("submit", "approve"), "checked": ("approve",), APPROVED: ()}  # the way there

PUBLIC = "读者正在看这一期。它的期号、日期、封面标题、刊务和要目要先撤回再改；只要说明错在哪里，请登记勘误。"

# The issues that somebody has changed, or an article of them. Taking one down is no editing.
WORKED_ON = """
    SELECT DISTINCT issue_id FROM (
        SELECT issue_id, pgh_context_id,
            taken_down_at IS DISTINCT FROM lag(taken_down_at) OVER one
            OR takedown_note <> lag(takedown_note, 1, '') OVER one AS is_takedown
        FROM bulletin_articleversion WHERE issue_id = ANY(%s)
        WINDOW one AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
    ) AS version
    JOIN pghistory_context AS context ON context.id = version.pgh_context_id
    WHERE NOT is_takedown AND (context.metadata ->> 'user') = %s
    UNION
    SELECT version.pgh_obj_id FROM bulletin_issueversion AS version
    JOIN pghistory_context AS context ON context.id = version.pgh_context_id
    WHERE version.pgh_obj_id = ANY(%s) AND (context.metadata ->> 'user') = %s
"""


class Refused(Exception):  # noqa: N818  a turn of events
    """Why an act can't be done now; the message is for people."""


class NotPermitted(Refused):
    """The account may not do it at all."""


@transaction.atomic
def perform(issue_id: int, name: str, by, *, reason: str = "", note: str = "", publish_at=None) -> bool:
    """Do an act on an issue; answer whether it changed anything. Raises Refused, and nothing is changed.

    by: who does it. None is the clock, which may publish what is due, and nothing else.
    publish_at: of `schedule`, the moment.
    note: of `withdraw`, what readers are told; the reason stays at the desk.
    """
    act = ACTS[name]
    issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
    held = _permissions(by, issue, act)
    if act.permission not in held:
        raise NotPermitted(why_not(act, issue.state, held))
    if act.is_done(issue.state) or (issue.publish_at == publish_at and name in ("schedule", "unschedule")):
        return False
    if why := why_not(act, issue.state, held, reason) or _unguarded(act, issue, by, publish_at):
        raise Refused(why)
    before = issue.state
    if name == "publish":
        issue.publish()
    elif name == "withdraw":
        issue.withdraw(note)
    else:
        issue.state = act.target or issue.state
        issue.publish_at = publish_at if name == "schedule" else None
        issue.save(update_fields=["state", "publish_at", "updated_at"])
    _log(issue, act, before, by, reason, publish_at)
    return True


@transaction.atomic
def approve_and(issue_id: int, name: str, by, *, publish_at=None) -> bool:
    """Do an act that needs an approved issue, with the acts before it where they are still to do."""
    issue = Issue.objects.select_for_update(no_key=True).only("state").get(pk=issue_id)
    changed = False
    for before in (*TO_APPROVED.get(issue.state, ()), *([name] if name != "approve" else [])):
        changed |= perform(issue_id, before, by, publish_at=publish_at if before == "schedule" else None)
    return changed


@transaction.atomic
def publish_unchecked(issue_id: int, by=None, reason: str = "") -> bool:
    """Publish whatever state and list say: for samples and archives, by a command. Logged like all."""
    issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
    if issue.state == PUBLISHED:
        return False
    before = issue.state
    issue.publish()
    _log(issue, ACTS["publish"], before, by, reason)
    return True


@transaction.atomic
def change_fields(
    issue_id: int, typed: Mapping[str, str], bases: Mapping[str, str] | None = None, *, by=None
) -> Outcome:
    """Change an issue's own fields, told as `frontmatter` tells them. Raises Refused for a public issue.

    bases: what each was typed over; what somebody else changed meanwhile is a conflict and stands. None: over
    whatever stands now.
    One that was sent for approval is a draft again, by the database, as where an article was changed. Whether
    its numbers agree with those of its neighbours, and its contents with its titles, is asked anew.
    """
    issue = Issue.objects.select_for_update(no_key=True).get(pk=issue_id)
    if bases is None:
        bases = {name: frontmatter.value_of(issue, name) for name in typed}
    outcome = frontmatter.apply(issue, typed, bases)
    if outcome.saved:
        if issue.state == PUBLISHED:
            raise Refused(PUBLIC)
        issue.save(update_fields=[*outcome.saved, "updated_at"])
        refresh_sequence(issue)
        if "contents" in outcome.saved:
            doubts.recheck_contents(issue, by)
    return outcome


def mark(article: Article, checked: bool, by) -> bool:
    """Mark a locked article as checked, or take the mark away; answer whether that changed anything.

    Taken away in an issue that was sent for approval, it makes that a draft again: see `triggers`.
    """
    act = ACTS["check" if checked else "uncheck"]
    if not by.has_perm(f"bulletin.{act.permission}"):
        raise NotPermitted(why_not(act, article.issue.state, ()))
    if (article.checked_at is not None) == checked:
        return False
    article.checked_at, article.checked_by = (timezone.now(), by) if checked else (None, None)
    article.save()
    issue = Issue.objects.only("state").get(pk=article.issue_id)
    _log(issue, act, issue.state, by, article=article)
    return True


@transaction.atomic
def answer(issue: Issue, reasons: Mapping[str, str], by) -> None:
    """Keep the reasons given for warnings, by rule, each for what its warning is about now."""
    for finding in checklist.of_issue(issue).warnings:
        reason = " ".join(reasons.get(finding.rule, "").split())[:300]
        if not reason or (finding.answer and finding.answer.reason == reason):
            continue
        Acknowledgement.objects.update_or_create(
            issue=issue,
            rule=finding.rule,
            defaults={"about": finding.about, "reason": reason, "by": by, "at": timezone.now()},
        )


def own_work(issues: Iterable[Issue], user) -> set[int]:
    """The keys of those issues that the user has changed, or an article of them, or has checked one."""
    keys = [issue.pk for issue in issues]
    with connection.cursor() as cursor:
        cursor.execute(WORKED_ON, [keys, str(user.pk)] * 2)
        changed = {key for (key,) in cursor.fetchall()}
    return changed | {
        *Article.objects.filter(issue__in=keys, checked_by=user).values_list("issue", flat=True)
    }


def may_not_approve(issue: Issue, user) -> bool:
    """Whether the issue is the user's own work, and the installation wants another pair of eyes."""
    return not settings.APPROVE_OWN_WORK and bool(own_work([issue], user))


def changed_since_published(issue: Issue) -> list[Article]:
    """The articles that say something else than when the issue was last published, or are new since."""
    last = issue.acts.filter(act="publish").first()
    if last is None or not last.versions:
        return []
    now = _versions(issue)
    moved = {int(key) for key, version in now.items() if last.versions.get(key) != version}
    said = {
        each.pgh_obj_id: _said(each) for each in ArticleVersion.objects.filter(pk__in=last.versions.values())
    }
    return [
        article
        for article in issue.articles.filter(pk__in=moved).order_by("order")
        if said.get(article.pk) != _said(article)
    ]


def _said(row) -> tuple:
    blocks = [{name: value for name, value in block.items() if name != "places"} for block in row.body]
    return (
        row.title, row.section_id, row.page, row.summary, row.source_names, row.source_url, row.order,
        row.taken_down_at, blocks,
    )  # fmt: skip


def _permissions(by, issue: Issue, act: Act) -> set[str]:
    if by is not None:
        return {act.permission} if by.has_perm(f"bulletin.{act.permission}") else set()
    due = issue.publish_at is not None and issue.publish_at <= timezone.now()
    return {act.permission} if due and act.name == "publish" else set()


def _unguarded(act: Act, issue: Issue, by, publish_at) -> str:
    """Why one of the act's guards doesn't hold; empty if all do."""
    if LATER in act.guards and (publish_at is None or publish_at <= timezone.now()):
        return "定时发布的时间要在现在以后。"
    if NOT_OWN in act.guards and may_not_approve(issue, by):
        return "你改过或校过这一期，终审要由另一个人来做。"
    if CLEAN in act.guards:
        found = checklist.of_issue(issue)
        if not found.is_clean or ANSWERED in act.guards:
            return found.why_not(by_clock=by is None)
    return ""


def _log(issue, act, before, by, reason="", publish_at=None, article=None) -> None:
    IssueAct.objects.create(
        issue=issue,
        article=article,
        act=act.name,
        from_state=before,
        to_state=issue.state,
        by=by if isinstance(by, get_user_model()) else None,
        reason=" ".join(reason.split())[:300],
        publish_at=publish_at,
        versions=_versions(issue) if act.name == "publish" else {},
    )


def _versions(issue: Issue) -> dict[str, int]:
    """The newest version of each of its articles, by the article's key."""
    newest = ArticleVersion.objects.filter(pgh_obj__issue=issue).order_by("pgh_obj_id", "-pgh_id")
    return {
        str(key): version
        for key, version in newest.distinct("pgh_obj_id").values_list("pgh_obj_id", "pgh_id")
    }
