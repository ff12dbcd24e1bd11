"""The way of an issue to its readers: the list of what must hold, approval, moment, previews, withdrawal."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from bulletin.access import editors_only, holders_of, publishers_only
from bulletin.forms import PublishForm, WithdrawForm
from bulletin.models import Issue
from bulletin.publishing import acting, checklist, previews
from bulletin.publishing.records import PreviewLink

WRONG = 400
RECENT = 12


@editors_only
@require_http_methods(["GET", "POST"])
def publish_issue(request, total_number):
    """What must hold before the issue is public, and the form that approves, publishes or sets a moment."""
    issue = get_object_or_404(Issue, total_number=total_number)
    return _publish(request, issue) if request.method == "POST" else _page(request, issue)


@publishers_only
def _publish(request, issue):
    total_number = issue.total_number
    _keep_reasons(request, issue)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, issue, form)
    act, moment = form.cleaned_data["when"], form.cleaned_data["publish_at"]
    try:
        changed = acting.approve_and(issue.pk, act, request.user, publish_at=moment)
    except acting.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, issue, form)
    said = {
        "publish": f"第{total_number}期已发布，读者现在就能看到。",
        "schedule": f"第{total_number}期定在{_moment(moment)}发布。" if moment else "",
        "approve": f"第{total_number}期已终审，等待发布。",
    }
    messages.success(request, said[act] if changed else f"第{total_number}期没有改动：先前已经这样做过。")
    return redirect("publish_issue" if act == "approve" else "desk_issue", total_number)


@holders_of("bulletin.check_article")
@require_POST
def submit_issue(request, total_number):
    """Send an issue for approval, once each article is checked and each warning answered."""
    issue = get_object_or_404(Issue, total_number=total_number)
    _keep_reasons(request, issue)
    return _done(request, issue, "submit", f"第{total_number}期已送审。")


@holders_of("bulletin.approve_issue", second_step=True)
@require_POST
def send_back_issue(request, total_number):
    """Give an issue back to the editors, with a reason."""
    issue = get_object_or_404(Issue, total_number=total_number)
    reason = request.POST.get("reason", "")
    return _done(request, issue, "send_back", f"第{total_number}期退回待校。", reason=reason)


@publishers_only
@require_POST
def unschedule_issue(request, total_number):
    """Drop the moment; the issue stays approved."""
    issue = get_object_or_404(Issue, total_number=total_number)
    return _done(request, issue, "unschedule", f"第{total_number}期不再定时发布。")


@holders_of("bulletin.withdraw_issue", second_step=True)
@require_http_methods(["GET", "POST"])
def withdraw_issue(request, total_number):
    """Take a published issue back, after a page that says what readers will lose. Asks for the reason."""
    issue = get_object_or_404(Issue, total_number=total_number)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acting.perform(issue.pk, "withdraw", request.user, **form.cleaned_data)
        except acting.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"第{total_number}期已撤回，读者看不到了。改好后可以再发布，地址不变。")
            return redirect("desk_issue", total_number)
    context = {"issue": issue, "form": form, "article_count": issue.articles.count()}
    return render(request, "bulletin/desk/withdraw.html", context, status=WRONG if form.errors else 200)


@editors_only
@require_POST
def make_preview(request, total_number):
    """A new private address under which the issue can be read until it ends."""
    issue = get_object_or_404(Issue, total_number=total_number)
    days = request.POST.get("days", "")
    chosen = int(days) if days.isdecimal() and int(days) in previews.DAYS else settings.PREVIEW_DAYS
    previews.make(issue, request.user, chosen)
    messages.success(request, f"预览地址已生成，{chosen}天内有效。拿到地址的人不用登录就能看。")
    return _back_to_previews(request, issue)


@editors_only
@require_POST
def revoke_preview(request, pk):
    """End a private address now."""
    link = get_object_or_404(PreviewLink.objects.select_related("issue"), pk=pk)
    PreviewLink.objects.filter(pk=pk, revoked_at=None).update(revoked_at=timezone.now())
    messages.success(request, "这个预览地址已作废。")
    return _back_to_previews(request, link.issue)


def _back_to_previews(request, issue):
    """The page again, with the reasons and the moment that were typed and not sent yet."""
    if request.user.has_perm("bulletin.check_article"):
        _keep_reasons(request, issue)
    typed = {name: request.POST[name] for name in ("when", "publish_at") if request.POST.get(name)}
    address = reverse("publish_issue", args=[issue.total_number])
    return redirect(f"{address}?{urlencode(typed)}#preview" if typed else f"{address}#preview")


def _done(request, issue, act, said, **how):
    """Do an act and go back to the page; what forbids it stands there, with all that was typed."""
    try:
        if acting.perform(issue.pk, act, request.user, **how):
            messages.success(request, said)
    except acting.Refused as refused:
        form = PublishForm(request.POST)
        form.full_clean()
        form.errors.clear()
        form.add_error(None, str(refused))
        return _page(request, issue, form)
    return redirect("publish_issue", issue.total_number)


def _keep_reasons(request, issue):
    given = {name.removeprefix("reason-"): text for name, text in request.POST.items()}
    acting.answer(issue, given, request.user)


def _page(request, issue, form=None):
    issue.refresh_from_db()
    found = checklist.of_issue(issue)
    articles = list(issue.articles.only("taken_down_at", "source_url", "issue"))
    user = request.user
    context = {
        "issue": issue,
        "found": found,
        "form": form or PublishForm(initial=_planned(issue) | _typed(request.GET)),
        "must": [(finding, _places(finding, issue)) for finding in found.must],
        "should": [(finding, _places(finding, issue)) for finding in found.should],
        "visible": sum(article.taken_down_at is None for article in articles),
        "taken_down": sum(article.taken_down_at is not None for article in articles),
        "changed": acting.changed_since_published(issue) if issue.published_at else [],
        "is_own_work": user.has_perm("bulletin.approve_issue") and acting.may_not_approve(issue, user),
        "is_overdue": Issue.objects.overdue().filter(pk=issue.pk).exists(),
        "acts": issue.acts.select_related("by", "article")[:RECENT],
        "links": [
            (link, request.build_absolute_uri(reverse("preview_issue", args=[previews.token_of(link)])))
            for link in issue.previews.valid().select_related("made_by")
        ],
        "days": previews.DAYS,
        "preview_days": settings.PREVIEW_DAYS,
    }
    return render(request, "bulletin/desk/publish.html", context, status=WRONG if form else 200)


def _planned(issue):
    """What the form begins with: the moment that is set, or now."""
    if issue.publish_at:
        return {"when": "schedule", "publish_at": issue.publish_at}
    return {"when": "publish"}


def _typed(told):
    """What stood in the form when another button of the page was pressed."""
    return {name: told[name] for name in ("when", "publish_at") if name in told}


def _places(finding, issue):
    """[(what is wrong, the address where it is mended, a word more)] of a finding."""
    return [(place.text, _address(place, issue), place.detail) for place in finding.places]


def _address(place, issue):
    if place.page == checklist.ARTICLE:
        address = reverse("review", args=[issue.total_number, place.key])
    elif place.page == checklist.UPLOAD:
        address = reverse("upload", args=[place.key])
    elif place.page == checklist.PROPOSALS:
        address = reverse("proposal_list")
    elif place.page == checklist.FIELDS:
        address = reverse("edit_issue", args=[issue.total_number])
    else:
        address = reverse("desk_issue", args=[issue.total_number])
    return f"{address}#{place.anchor}" if place.anchor else address


def _moment(when):
    return date_format(timezone.localtime(when), "n月j日 H:i")
