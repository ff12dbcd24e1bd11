"""Objects for tests. Every maker fills in what a test does not care about."""

import itertools
from datetime import date, timedelta

import pghistory
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from bulletin.models import Article, Issue, Section
from bulletin.publishing import acting, checklist

_counter = itertools.count(1)


def make_issue(total_number: int | None = None, *, published: bool = True, **fields) -> Issue:
    """An issue without articles, published unless told otherwise. Later numbers have later dates."""
    total_number = total_number or 1000 + next(_counter)
    fields.setdefault("number", total_number % 24 + 1)
    fields.setdefault("issued_on", date(2015, 1, 5) + timedelta(days=total_number * 16))
    fields.setdefault("cover_headline", f"第{total_number}期封面上的题目")
    if published:
        fields.setdefault("state", Issue.State.PUBLISHED)
        fields.setdefault("published_at", timezone.now())
    return Issue.objects.create(total_number=total_number, **fields)


def make_article(issue: Issue | None = None, *, section: str = "guoce", **fields) -> Article:
    """An article at the end of the issue. `section` is its slug; `body` may be a list of paragraphs."""
    issue = issue or make_issue()
    fields.setdefault(
        "order", (issue.articles.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    )
    fields.setdefault("page", fields["order"])
    fields.setdefault("title", f"某地印发第{fields['order']}号示例方案")
    fields.setdefault("source_names", ["示例市数据局"])
    fields.setdefault(
        "source_url", f"https://www.example.gov.cn/zwgk/{issue.total_number}/{fields['order']}.html"
    )
    fields["body"] = make_body(
        fields.get("body", ["示例市数据局近日印发了这份方案，提出到2027年建成五个数据标注基地。"])
    )
    return Article.objects.create(issue=issue, section=Section.objects.get(slug=section), **fields)


def make_body(blocks: list) -> list[dict]:
    """Blocks as they are stored. A plain string is a paragraph; a dict says what it is and gets its id."""
    whole = [block if isinstance(block, dict) else {"kind": "p", "text": block} for block in blocks]
    return [
        {"id": number, "rows": [], "bullet": False, "places": [], **block}
        for number, block in enumerate(whole, 1)
    ]


def make_full_issue(total_number: int | None = None, *, articles: int = 12, **fields) -> Issue:
    """An issue whose articles are spread over the four sections in order."""
    issue = make_issue(total_number, **fields)
    slugs = ("guoce", "difang", "chanye", "shugu")
    for position in range(articles):
        make_article(issue, section=slugs[position * len(slugs) // articles])
    return issue


def make_ready(issue: Issue, by: User | None = None) -> Issue:
    """Check each article, settle each doubt and answer each warning: the issue may go on."""
    by = by or make_user(None, "edit_article", "check_article")
    now = timezone.now()
    with pghistory.context(user=by.pk):
        issue.doubts.filter(settled_at=None).update(settled_at=now, settled_by=by)
        issue.articles.filter(checked_at=None).update(checked_at=now, checked_by=by)
    reasons = {finding.rule: "原刊如此" for finding in checklist.of_issue(issue).warnings}
    acting.answer(issue, reasons, by)
    return issue


def make_user(name: str | None = None, *permissions: str, **fields) -> User:
    """A user. Permissions are codenames: "view_draft"."""
    user = User.objects.create_user(name or f"reader{next(_counter)}", password="a-long-password", **fields)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=["bulletin", "policies"], codename__in=permissions
        )
    )
    return user


def make_editor(name: str | None = None, **fields) -> User:
    """Somebody who may do all that the desk offers."""
    return make_user(
        name,
        "view_draft",
        "edit_article",
        "check_article",
        "approve_issue",
        "publish_issue",
        "withdraw_issue",
        "curate_policy",
        "add_upload",
        "view_upload",
        "change_upload",
        **fields,
    )
