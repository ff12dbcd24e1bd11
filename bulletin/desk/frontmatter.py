"""What an issue says of itself at the desk: number, date, headline, 刊务, 本期要目; and what that was before.

Rows of the two tables are moved, added and taken out by a script, or without one by a button that sends the
whole form and gets it back, changed and not saved yet.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulletin.access import editors_only
from bulletin.editing import frontmatter, history
from bulletin.models import Issue, Section
from bulletin.publication import MASTHEAD_ROLES
from bulletin.publishing import acting

WRONG, STALE = 400, 409


@editors_only
@require_http_methods(["GET", "POST"])
def edit_issue(request, total_number):
    """An issue's own fields, each saved over nothing that somebody else saved meanwhile."""
    issue = get_object_or_404(Issue, total_number=total_number)
    if request.method == "GET":
        return _page(request, issue)
    typed, bases = _typed(request.POST)
    if "act" in request.POST:
        return _page(request, issue, typed, bases, moved=_rearranged(typed, request.POST["act"]))
    try:
        outcome = acting.change_fields(issue.pk, typed, bases, by=request.user)
    except acting.Refused as refused:
        return _page(request, issue, typed, bases, refused=str(refused))
    issue.refresh_from_db()
    if not outcome.is_clean:
        return _page(request, issue, typed, bases, outcome=outcome)
    messages.success(request, _said(outcome.saved))
    return redirect("publish_issue", total_number)


def _typed(form):
    """What the form holds by field, and what each was typed over. A choice in a conflict goes in here."""
    typed = {name: form[name] for name in frontmatter.NAMES if name in form}
    for name, columns in frontmatter.CELLS.items():
        if f"base.{name}" in form:
            cells = (form.getlist(f"{name}.{column}") for column in columns)
            text = frontmatter.joined(zip(*cells, strict=False))
            typed[name] = text if "act" in form else frontmatter.dense(text)
    bases = {name: form.get(f"base.{name}", "") for name in frontmatter.NAMES}
    choice, _, name = form.get("choose", "").partition(":")
    if choice == "mine" and name in typed:
        bases[name] = form.get(f"theirs.{name}", "")
    elif choice == "theirs":
        typed.pop(name, None)
    return typed, bases


def _rearranged(typed, act):
    """Do to the rows of a table what a button says: `contents:2:up`; answer where the focus belongs."""
    name, _, rest = act.partition(":")
    place, _, what = rest.partition(":")
    if name not in frontmatter.CELLS:
        return ""
    rows = typed.get(name, "").split("\n") if typed.get(name) else []
    if what == "add":
        rows.append("\t" * (len(frontmatter.CELLS[name]) - 1))
        typed[name] = "\n".join(rows)
        return f"{name}-{len(rows) - 1}"
    at = int(place) if place.isdecimal() else len(rows)
    if at >= len(rows):
        return ""
    row = rows.pop(at)
    if what != "remove":
        at = max(0, min(len(rows), at + {"up": -1, "down": 1}.get(what, 0)))
        rows.insert(at, row)
    typed[name] = "\n".join(rows)
    return f"{name}-{min(at, len(rows) - 1)}"


def _page(request, issue, typed=None, bases=None, *, outcome=None, moved=None, refused=""):
    typed, bases = typed or {}, bases or {}
    names = dict.fromkeys(typed) if outcome is None else _unsaved(outcome)
    conflicts = {each.name: each for each in outcome.conflicts} if outcome else {}
    errors = outcome.errors if outcome else {}
    fields = {}
    for name in frontmatter.NAMES:
        stands = frontmatter.value_of(issue, name)
        value = typed[name] if name in names and name in typed else stands
        field = {
            "name": name,
            "label": frontmatter.label_of(name),
            "value": value,
            "base": bases.get(name, "") if name in names and name in typed else stands,
            "error": errors.get(name, ""),
            "conflict": conflicts.get(name),
        }
        if name in frontmatter.CELLS:
            field["rows"] = frontmatter.rows_of(name, value)
            for place, row in enumerate(field["rows"]):
                row["error"] = errors.get(f"{name}-{place}", "")
                row["is_moved"] = moved == f"{name}-{place}"
        fields[name] = field
    context = {
        "issue": issue,
        "fields": fields,
        "outcome": outcome,
        "moved": moved,
        "refused": refused,
        "is_locked": issue.state == Issue.State.PUBLISHED,
        "sections": [section.name for section in Section.objects.all()],
        "roles": MASTHEAD_ROLES,
    }
    status = STALE if conflicts else WRONG if errors or refused else 200
    return render(request, "bulletin/desk/edit_issue.html", context, status=status)


def _unsaved(outcome):
    """The fields in which what was typed does not stand yet."""
    return {each.name for each in outcome.conflicts} | {name.partition("-")[0] for name in outcome.errors}


def _said(saved):
    return f"已保存{'、'.join(map(frontmatter.label_of, saved))}。" if saved else "没有改动，不用保存。"


@editors_only
@require_GET
def issue_history(request, total_number):
    """What an issue said of itself: each change with who and when, and any two versions beside each other."""
    issue = get_object_or_404(Issue, total_number=total_number)
    context = {"issue": issue, "changes": history.changes(issue)}
    context["back"] = reverse("edit_issue", args=[total_number])
    chosen = history.pair(issue, request.GET.get("from"), request.GET.get("to"))
    if chosen:
        old, new = chosen
        context |= {"old": old, "new": new, "differences": history.differences(Issue, old, new)}
        context["restore"] = reverse("restore_issue_version", args=[total_number, old.pk])
    return render(request, "bulletin/desk/history.html", context)


@editors_only
@require_POST
def restore_issue_version(request, total_number, version):
    """Put back what an earlier version said, whole or one field. That is a change like any other."""
    issue = get_object_or_404(Issue, total_number=total_number)
    earlier = get_object_or_404(issue.versions, pk=version)
    wanted = request.POST.get("field") or frontmatter.NAMES
    typed = {name: frontmatter.value_of(earlier, name) for name in frontmatter.NAMES if name in wanted}
    try:
        outcome = acting.change_fields(issue.pk, typed, by=request.user)
    except acting.Refused as refused:
        messages.error(request, str(refused))
    else:
        if outcome.saved or not outcome.errors:
            messages.success(request, f"{_said(outcome.saved)}恢复前的样子也在修改记录里。")
        for name, said in outcome.errors.items():
            label = frontmatter.label_of(name.partition("-")[0])
            messages.error(request, f"没有恢复{label}，那时的内容现在不能保存：{said}")
    return redirect("issue_history", total_number)
