"""What the pages of curation share: who may, and how an act answers."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from bulletin.facts import Decision
from bulletin.knowledge.curation import DecisionError


def decide(request, act, *args, back, **kwargs):
    """Do an act and go back to the page, with a word on what was done and where it can be undone."""
    try:
        row = act(*args, by=request.user, **kwargs)
    except DecisionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told(row))
    return redirect(back_to(request, back))


def told(row: Decision):
    """What was done, with the way to undo it."""
    return format_html(
        '{}：{}。<a href="{}">要撤销，见整理记录</a>',
        row.get_act_display(),
        row.summary,
        decision_address(row),
    )


def decision_address(row: Decision) -> str:
    return f"{reverse('decision_list')}#d{row.pk}"


def back_to(request, default):
    """Where the form says that it came from, if that is a page of ours."""
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else default
