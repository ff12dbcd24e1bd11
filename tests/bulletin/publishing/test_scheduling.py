"""Publishing at a moment, by the task that beat sends."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bulletin import tasks
from bulletin.models import Issue
from bulletin.publishing import acting
from bulletin.publishing.records import IssueAct
from tests.makers import make_article, make_editor, make_issue, make_ready, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduled():
    """An issue whose moment came ten minutes ago."""
    issue, approver = make_issue(published=False), make_user()
    approver.groups.add(Group.objects.get(name="终审"))
    make_article(issue)
    make_ready(issue)
    acting.approve_and(issue.pk, "schedule", approver, publish_at=timezone.now() + timedelta(hours=1))
    Issue.objects.update(publish_at=timezone.now() - timedelta(minutes=10))
    return Issue.objects.get()


def test_what_is_due_is_published_once(scheduled):
    tasks.publish_due()
    tasks.publish_due()
    issue = Issue.objects.get()
    assert (issue.state, issue.publish_at) == (Issue.State.PUBLISHED, None)
    assert Client().get(issue.get_absolute_url()).status_code == 200
    [act] = IssueAct.objects.filter(act="publish")
    assert (act.by, act.from_state, act.reason) == (None, Issue.State.APPROVED, "到了定时的时间")


def test_what_is_not_due_waits(scheduled):
    Issue.objects.update(publish_at=timezone.now() + timedelta(minutes=1))
    tasks.publish_due()
    assert Issue.objects.get().state == Issue.State.APPROVED


def test_what_passes_no_more_stays_and_says_why(scheduled, client):
    make_issue(number=scheduled.number, issued_on=scheduled.issued_on)
    tasks.publish_due()
    assert Issue.objects.get(pk=scheduled.pk).state == Issue.State.APPROVED
    client.force_login(make_editor())
    shown = client.get(reverse("desk")).content.decode()
    assert f"第{scheduled.total_number}期定在" in shown and "期号与日期不重复" in shown
    report = client.get("/healthz").json()
    assert (report["issues_overdue"], report["status"]) == (1, "degraded")


def test_a_clock_that_stands_still_is_noticed(scheduled, client):
    client.force_login(make_editor())
    assert "定时程序没有在运行" in client.get(reverse("desk")).content.decode()


def test_a_changed_article_drops_the_moment(scheduled):
    article = scheduled.articles.get()
    article.title = "临发布前又改的题目"
    article.save()
    issue = Issue.objects.get()
    assert (issue.state, issue.publish_at) == (Issue.State.DRAFT, None)
    assert IssueAct.objects.first().act == "reopen"
