"""The desk's home: issues and files by state, what waits for whom, what was done, whether all parts live."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bulletin import health
from bulletin.access import editors_only
from bulletin.desk.links import FAILING, linked
from bulletin.forms import UploadForm
from bulletin.links import telling
from bulletin.models import Issue
from bulletin.publishing import acting, scheduling
from bulletin.publishing.records import IssueAct
from bulletin.uploads import Upload

PER_PAGE = 30
PUBLISHED_SHOWN = 5
RECENT = 10
MOST_TODO = 8
AT_WORK = [Upload.State.QUEUED, Upload.State.READING, Upload.State.PAUSED, Upload.State.WAITING]
# The states that are counted over the page, each a filter: name, label, states of uploads or of an issue
FLOW = [
    ("working", "处理中", AT_WORK),
    *((state.value, state.label, state) for state in Issue.State),
    ("failed", "失败", [Upload.State.FAILED]),
]


@editors_only
@require_GET
def desk(request):
    """What is in work, what waits, what went wrong; `?state=` shows one state only."""
    state = request.GET.get("state", "")
    uploads = dict(Upload.objects.order_by().values_list("state").annotate(Count("pk")))
    issues = dict(Issue.objects.order_by().values_list("state").annotate(Count("pk")))
    return render(
        request,
        "bulletin/desk/desk.html",
        {
            "flow": _flow(uploads, issues, state),
            "state": state,
            "uploads": Paginator(_uploads(state), PER_PAGE).get_page(request.GET.get("page")),
            "groups": [
                (each, issues[each], _issues(each, state))
                for each in Issue.State
                if each in issues and state in ("", each)
            ],
            "todo": _todo(request.user, uploads, issues),
            "acts": IssueAct.objects.select_related("issue", "article", "by")[:RECENT],
            "late": [(issue, scheduling.why_late(issue)) for issue in Issue.objects.overdue()],
            "health": _health(uploads.get(Upload.State.QUEUED, 0)),
            "worker_is_alive": health.worker_is_alive(),
            "form": UploadForm(),
        },
    )


def _flow(uploads, issues, chosen):
    flow = []
    for name, label, states in FLOW:
        is_files = isinstance(states, list)
        count = sum(uploads.get(each, 0) for each in states) if is_files else issues.get(states, 0)
        bad = name == "failed" and count
        flow.append({"state": name, "label": label, "count": count, "chosen": name == chosen, "bad": bad})
    return flow


def _uploads(chosen):
    """The files that the page lists: those at work and those that failed, or of these what was asked for."""
    states = {"": [*AT_WORK, Upload.State.FAILED], "working": AT_WORK, "failed": [Upload.State.FAILED]}
    uploads = Upload.objects.select_related("issue", "uploaded_by").defer("text", "reading")
    return uploads.filter(state__in=states.get(chosen, []))


def _issues(state, chosen):
    """The newest issues in a state with what the table shows; all of them where they were asked for."""
    issues = Issue.objects.filter(state=state).with_work().order_by("-total_number")
    if chosen:
        return list(issues)
    return list(issues[: PUBLISHED_SHOWN if state == Issue.State.PUBLISHED else PER_PAGE])


def _todo(user, uploads, issues):
    """What waits for this user, the most urgent first: [(count, text, address, a word more)].

    uploads, issues: how many there are in each state.
    """
    todo = []
    if issues.get(Issue.State.CHECKED) and user.has_perm("bulletin.approve_issue"):
        submitted = list(Issue.objects.filter(state=Issue.State.CHECKED).annotate(count=Count("articles")))
        own = set() if settings.APPROVE_OWN_WORK else acting.own_work(submitted, user)
        for issue in submitted:
            more = "你改过这一期，要由另一个人终审" if issue.pk in own else "已送审"
            todo.append((issue.count, f"第{issue.total_number}期待终审", _publish(issue), more))
    if issues.get(Issue.State.APPROVED) and user.has_perm("bulletin.publish_issue"):
        ready = Issue.objects.filter(state=Issue.State.APPROVED, publish_at=None)
        for issue in ready.annotate(count=Count("articles")):
            more = "已终审，没有定时间"
            todo.append((issue.count, f"第{issue.total_number}期待发布", _publish(issue), more))
    if waiting := uploads.get(Upload.State.WAITING):
        todo.append((waiting, "另一版要不要采用", reverse("upload_list"), "同一期交来了不同的文件"))
    for issue in _to_check() if issues.get(Issue.State.DRAFT) else ():
        if left := issue.unchecked:
            more = f"{issue.article_count - left}/{issue.article_count}篇已校"
            more += f"，{issue.open_doubts}处存疑" if issue.open_doubts else ""
            address = reverse("review", args=[issue.total_number, issue.first])
            todo.append((left, f"第{issue.total_number}期待校", address, more))
        else:
            more = "各篇都已校"
            todo.append((issue.article_count, f"第{issue.total_number}期待送审", _publish(issue), more))
    broken = linked().filter(FAILING).count() if settings.LINK_CHECKS else 0
    if not broken:
        return todo[:MOST_TODO]
    return [
        *todo[: MOST_TODO - 1],
        (broken, "原文链接打不开", reverse("link_list"), "已发布和准备中的各期"),
    ]


def _to_check():
    """Drafts with what is left to check in each. The articles are counted apart from the doubts."""
    unchecked = Q(articles__checked_at=None)
    drafts = (
        Issue.objects.filter(state=Issue.State.DRAFT)
        .with_work()
        .filter(article_count__gt=0)
        .order_by("-total_number")
    )
    return drafts.annotate(
        unchecked=Count("articles", filter=unchecked), first=Min("articles__number", filter=unchecked)
    )[:MOST_TODO]


def _publish(issue):
    return reverse("publish_issue", args=[issue.total_number])


def _health(waiting):
    """How worker, queue and clock stand: [(name, word, whether it is well)]. waiting: files in the queue."""
    alive, clock = health.worker_is_alive(), health.clock_is_alive()
    idle = telling.why_idle()
    return [
        ("后台处理", "在运行" if alive else "没有在运行", alive),
        ("定时程序", "在运行" if clock else "没有动静", clock),
        ("排队的文件", f"{waiting}份" if waiting else "没有", alive or not waiting),
        ("原文链接", idle or "按时在查", idle in ("", telling.OFF)),
    ]
