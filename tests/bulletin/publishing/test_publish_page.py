"""The page from which an issue is submitted, approved, published, given back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bulletin.models import Issue
from bulletin.publishing import previews
from bulletin.publishing.records import IssueAct, PreviewLink
from tests.makers import make_article, make_issue, make_ready, make_user

pytestmark = pytest.mark.django_db


def member(group):
    user = make_user()
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def issue():
    issue = make_issue(237, published=False)
    make_article(issue, source_url="")
    return issue


@pytest.fixture
def editor(client):
    user = member("编辑")
    client.force_login(user)
    return user


@pytest.fixture
def approver(client):
    user = member("终审")
    client.force_login(user)
    return user


def url(name):
    return reverse(name, args=[237])


def test_an_editor_is_led_to_what_is_left_and_sends_the_issue_on(client, editor, issue):
    shown = client.get(url("publish_issue")).content.decode()
    assert "还有1项不通过，不能发布" in shown and f'href="{reverse("review", args=[237, 1])}"' in shown
    make_ready(issue)
    issue.acknowledgements.all().delete()
    refused = client.post(url("submit_issue"), {"reason-links": "原刊没有印链接"})
    assert refused.status_code == 400 and 'value="原刊没有印链接"' in refused.content.decode()
    client.post(url("submit_issue"), {"reason-issue-fields": "原刊如此"})
    assert Issue.objects.get().state == Issue.State.CHECKED
    assert client.post(url("publish_issue"), {"when": "publish"}).status_code == 403
    assert Issue.objects.get().state == Issue.State.CHECKED


def test_a_moment_is_set_changed_and_dropped(client, approver, issue):
    make_ready(issue)
    past = client.post(url("publish_issue"), {"when": "schedule", "publish_at": "2020-01-01T09:00"})
    assert past.status_code == 400 and "2020-01-01T09:00" in past.content.decode()
    assert Issue.objects.get().state == Issue.State.DRAFT
    moment = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    client.post(url("publish_issue"), {"when": "schedule", "publish_at": f"{moment:%Y-%m-%dT%H:%M}"})
    found = Issue.objects.get()
    assert (found.state, found.publish_at) == (Issue.State.APPROVED, moment)
    assert f"{moment.month}月{moment.day}日 09:00" in client.get(url("publish_issue")).content.decode()
    client.post(url("unschedule_issue"))
    assert Issue.objects.get().publish_at is None


def test_giving_back_needs_a_reason_that_the_desk_shows(client, approver, issue):
    make_ready(issue)
    client.post(url("publish_issue"), {"when": "approve"})
    assert client.post(url("send_back_issue"), {"reason": ""}).status_code == 400
    client.post(url("send_back_issue"), {"reason": "第1篇的来源请再核对"})
    assert Issue.objects.get().state == Issue.State.DRAFT
    assert "第1篇的来源请再核对" in client.get(url("desk_issue")).content.decode()
    assert "第1篇的来源请再核对" in client.get(reverse("desk")).content.decode()


def test_a_preview_is_made_and_revoked(client, editor, issue):
    client.post(url("make_preview"), {"days": "30"})
    link = PreviewLink.objects.get()
    assert 29 < (link.expires_at - timezone.now()).total_seconds() / 86400 <= 30
    assert previews.token_of(link) in client.get(url("publish_issue")).content.decode()
    client.post(reverse("revoke_preview", args=[link.pk]))
    assert previews.token_of(link) not in client.get(url("publish_issue")).content.decode()


def test_an_edit_after_checking_tells_the_editor(client, editor, issue):
    make_ready(issue, by=editor)
    address = reverse("review", args=[237, 1])
    article = issue.articles.get()
    typed = {"title": "改过的题目", "base.title": article.title}
    assert "校后又改，退回待校" in client.post(address, typed, follow=True).content.decode()
    client.post(address, {"act": "check"})
    assert issue.articles.get().checked_by == editor
    assert [act.act for act in IssueAct.objects.all()] == ["check"]


def test_the_last_approver_stays(client):
    one, other = member("终审"), member("终审")
    group = Group.objects.get(name="终审")
    other.groups.remove(group)  # one is left
    for act in (
        lambda: one.groups.clear(),
        lambda: one.delete(),
        lambda: User.objects.filter(pk=one.pk).update(is_active=False),
        lambda: group.user_set.clear(),
        lambda: group.delete(),
        lambda: Group.objects.filter(pk=group.pk).update(name="总编"),
    ):
        with pytest.raises(IntegrityError, match="终审"), transaction.atomic():
            act()
    client.force_login(make_user(is_superuser=True, is_staff=True))
    page = reverse("admin:auth_user_delete", args=[one.pk])
    assert "最后一个能用的“终审”账号" in client.post(page, {"post": "yes"}, follow=True).content.decode()
    other.groups.add(group)
    one.delete()
    assert list(group.user_set.all()) == [other]
