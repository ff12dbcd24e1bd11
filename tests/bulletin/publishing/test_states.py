"""The way of an issue to its readers and back, walked at random by random people on the real database."""

from datetime import timedelta
from itertools import pairwise

import pghistory
import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bulletin.models import Article, Issue
from bulletin.publishing import acting, checklist, scheduling, states
from bulletin.publishing.records import IssueAct
from bulletin.search.entries import SearchEntry
from bulletin.uploads import Doubt, Upload
from tests.makers import make_article, make_issue, make_ready, make_user

pytestmark = pytest.mark.django_db
ROLES = {"reader": None, "editor": "编辑", "approver": "终审", "other approver": "终审", "admin": "管理员"}
ACTS = [name for name in states.ACTS if name not in ("check", "uncheck", "reopen")]
MAY = {
    name: {
        "check_article": {"编辑", "终审"},
        "approve_issue": {"终审"},
        "publish_issue": {"终审"},
        "withdraw_issue": {"终审"},
    }.get(act.permission, set())
    for name, act in states.ACTS.items()
}
USUAL = {
    states.DRAFT: ("editor", "submit"),
    states.CHECKED: ("other approver", "approve"),
    states.APPROVED: ("approver", "publish"),
    states.PUBLISHED: ("approver", "withdraw"),
}
ROUND = list(pairwise([*USUAL, states.DRAFT]))  # from a draft to readers and back
PAST = timedelta(days=-1)


class Publishing(RuleBasedStateMachine):
    """People do things to one issue. After each step everything that must always hold is looked at."""

    seen: set[tuple[str, str]]  # from which state to which the walks have led
    people: dict[str, User]  # by role, the same in every walk

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.issue = make_issue(published=False, masthead={"主编": ["某人"]}, contents=[{"title": "某题"}])
        for _ in range(2):
            make_article(self.issue)
        self.first_published = None
        self.state = ""
        self.logged = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def now(self):
        return Issue.objects.get(pk=self.issue.pk)

    @rule(
        role=st.sampled_from(sorted(ROLES)),
        name=st.sampled_from(ACTS),
        reason=st.sampled_from(["", "为此"]),
        soon=st.booleans(),
    )
    def act(self, role, name, reason, soon):
        before, person = self.now(), self.people[role]
        clean = checklist.of_issue(before).why_not() == ""
        moment = timezone.now() + timedelta(hours=1) if soon else timezone.now() + PAST
        try:
            changed = acting.perform(
                before.pk, name, person, reason=reason, publish_at=moment if name == "schedule" else None
            )
        except acting.Refused as refused:
            assert str(refused)
            assert self.now().__dict__ | {"_state": 0} == before.__dict__ | {"_state": 0}
            return
        after = self.now()
        assert ROLES[role] in MAY[name]
        if not changed:
            assert (after.state, after.publish_at) == (before.state, before.publish_at)
            return
        assert before.state in states.ACTS[name].sources
        if states.CLEAN in states.ACTS[name].guards:
            assert clean
        if name == "approve":
            assert not Article.objects.filter(issue=after, checked_by=person).exists()
        if name in ("withdraw", "send_back"):
            assert reason
        self.logged += 1

    @rule(role=st.sampled_from(["reader", "editor", "approver"]), place=st.sampled_from([1, 2]),
          checked=st.booleans())  # fmt: skip
    def mark(self, role, place, checked):
        person = self.people[role]
        article = Article.objects.select_related("issue").get(issue=self.issue, order=place)
        before = article.checked_at
        try:
            changed = acting.mark(article, checked, person)
        except acting.NotPermitted:
            assert role == "reader"
            assert Article.objects.get(pk=article.pk).checked_at == before
            return
        self.logged += changed + self.reopened()

    @rule(role=st.sampled_from(["editor", "approver"]), place=st.sampled_from([1, 2]), word=st.integers(0, 9))
    def edit(self, role, place, word):
        with pghistory.context(user=self.people[role].pk):
            article = Article.objects.get(issue=self.issue, order=place)
            was, article.title = article.title, f"第{place}篇的第{word}个题目"
            article.save()
        assert article.checked_at is None or was == article.title
        self.logged += self.reopened()

    @rule()
    def go_on_as_usual(self):
        """The next step as it is meant, so that the walks come far."""
        make_ready(self.issue, by=self.people["editor"])
        role, name = USUAL[self.state]
        self.act(role, name, "为此", True)

    @precondition(lambda self: not Doubt.objects.filter(issue=self.issue, settled_at=None).exists())
    @rule(severity=st.sampled_from(Doubt.Severity.values))
    def doubt(self, severity):
        upload = Upload.objects.create(name="某件.txt", sha256=f"{Upload.objects.count():064}", size=1)
        Doubt.objects.create(
            upload=upload, issue=self.issue, rule="some", severity=severity, message="不清楚"
        )

    @rule(late=st.booleans())
    def the_clock_strikes(self, late):
        before = self.now()
        if before.publish_at and late:
            Issue.objects.filter(pk=before.pk).update(publish_at=timezone.now() + PAST)
        clean = checklist.of_issue(before).why_not() == ""
        count = scheduling.publish_due()
        due = before.publish_at and (late or before.publish_at < timezone.now())
        assert count == bool(due and clean)
        self.logged += count

    def reopened(self):
        """Whether a change has just sent the issue back to be checked."""
        return self.state in (states.CHECKED, states.APPROVED) and self.now().state == states.DRAFT

    @invariant()
    def what_always_holds(self):
        issue, came_from = self.now(), self.state
        self.state = issue.state
        rows = IssueAct.objects.filter(issue=issue).order_by("pk")
        assert rows.count() == self.logged
        moves = [(row.from_state, row.to_state) for row in rows if row.from_state != row.to_state]
        assert (moves == [] and issue.state == states.DRAFT) or moves[-1][1] == issue.state
        assert all(one[1] == other[0] for one, other in pairwise(moves))
        if self.first_published:
            assert issue.published_at == self.first_published
        self.first_published = issue.published_at
        is_public = issue.state == states.PUBLISHED
        assert SearchEntry.objects.filter(article__issue=issue).count() == (2 if is_public else 0)
        if issue.state != came_from:
            status = Client().get(issue.get_absolute_url()).status_code
            assert status == (200 if is_public else 410 if issue.withdrawn_at else 404)
            Publishing.seen.add((came_from, issue.state))
        if issue.state in (states.CHECKED, states.APPROVED):
            assert not issue.articles.filter(checked_at=None).exists()
        assert issue.publish_at is None or issue.state == states.APPROVED


@pytest.mark.slow
def test_no_sequence_of_acts_leads_around_the_rules():
    Publishing.people, Publishing.seen = {role: make_user() for role in ROLES}, set()
    for role, group in ROLES.items():
        if group:
            Publishing.people[role].groups.add(Group.objects.get(name=group))
    run_state_machine_as_test(
        Publishing,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(ROUND) <= Publishing.seen  # else the walks have proven little


def test_one_pass_from_draft_to_readers_and_back():
    issue, editor, approver = make_issue(published=False), make_user(), make_user()
    editor.groups.add(Group.objects.get(name="编辑"))
    approver.groups.add(Group.objects.get(name="终审"))
    article = make_article(issue)
    with pytest.raises(acting.Refused, match="每篇都经人确认"):
        acting.perform(issue.pk, "submit", editor)
    make_ready(issue, by=editor)
    assert acting.perform(issue.pk, "submit", editor) and not acting.perform(issue.pk, "submit", editor)
    with pytest.raises(acting.NotPermitted):
        acting.perform(issue.pk, "approve", editor)
    assert acting.approve_and(issue.pk, "publish", approver)
    assert not acting.approve_and(issue.pk, "publish", approver)
    acting.perform(issue.pk, "withdraw", approver, reason="题目错了")
    article.refresh_from_db()
    article.title = "改对的题目"
    article.save()
    assert acting.changed_since_published(issue) == [article]
    make_ready(issue, by=editor)
    acting.approve_and(issue.pk, "publish", approver)
    assert acting.changed_since_published(issue) == []
    acts = [(act.act, act.by) for act in IssueAct.objects.order_by("pk")]
    assert acts == [
        ("submit", editor), ("approve", approver), ("publish", approver), ("withdraw", approver),
        ("submit", approver), ("approve", approver), ("publish", approver),
    ]  # fmt: skip


def test_who_edited_does_not_approve_unless_the_installation_says_so(settings):
    issue, approver = make_issue(published=False), make_user()
    approver.groups.add(Group.objects.get(name="终审"))
    article = make_article(issue)
    with pghistory.context(user=approver.pk):
        article.title = "终审自己改的题目"
        article.save()
    make_ready(issue)
    with pytest.raises(acting.Refused, match="另一个人"):
        acting.approve_and(issue.pk, "publish", approver)
    assert Issue.objects.get().state == states.DRAFT and not IssueAct.objects.exists()
    settings.APPROVE_OWN_WORK = True
    assert acting.approve_and(issue.pk, "publish", approver)


def test_taking_an_article_down_is_not_editing_it():
    issue, approver = make_issue(), make_user()
    article = make_article(issue)
    with pghistory.context(user=approver.pk):
        article.take_down("来源方要求")
        article.restore()
    assert acting.own_work([issue], approver) == set()


def test_what_is_not_words_leaves_a_checked_article_checked():
    issue = make_ready(make_issue(published=False))
    article = make_article(issue)
    make_ready(issue)
    article.refresh_from_db()
    article.body[0]["places"] = [{"start": 3, "end": 9}]
    article.save()
    assert article.checked_at
    article.body[0]["text"] += "补一句。"
    article.save()
    assert article.checked_at is None
