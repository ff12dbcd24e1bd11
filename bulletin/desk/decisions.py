"""The log of decisions, and undoing them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import curators_only
from bulletin.desk.curating import back_to
from bulletin.facts import Decision
from bulletin.knowledge import curation

PER_PAGE = 50


@curators_only
@require_GET
def decision_list(request):
    """Who decided what, the newest first."""
    decisions = Decision.objects.select_related("made_by", "undone_by").defer("before")
    page = Paginator(decisions, PER_PAGE).get_page(request.GET.get("page"))
    page.numbers = page.paginator.get_elided_page_range(page.number)
    return render(request, "bulletin/desk/decisions.html", {"page": page})


@curators_only
@require_POST
def undo_decision(request, pk):
    get_object_or_404(Decision.objects.only("pk"), pk=pk)
    try:
        row = curation.undo(pk, by=request.user)
    except curation.DecisionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已撤销：{row}。")
    return redirect(back_to(request, "decision_list"))
