"""Pairs that may be one policy, and news that may be told twice: the evidence side by side, yes or no."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import curators_only
from bulletin.desk.curating import decide
from bulletin.facts import LinkProposal
from bulletin.knowledge import curation
from bulletin.knowledge.doubts import stages
from policies.models import SaidBy

PER_PAGE = 15
SHOWN = {"open": "待定", "repeated": "重复刊载", "decided": "决定过的", "machine": "已自动认定"}


@curators_only
@require_GET
def proposal_list(request):
    """The pairs that wait; on request those decided, by an editor or by the machine."""
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    page = Paginator(_pairs(shown), PER_PAGE).get_page(request.GET.get("page"))
    page.numbers = page.paginator.get_elided_page_range(page.number)
    for pair in page:
        pair.stages = stages(pair) if pair.left else ""
    tabs = [(key, label, _pairs(key).count()) for key, label in SHOWN.items()]
    return render(request, "bulletin/desk/proposals.html", {"page": page, "shown": shown, "tabs": tabs})


def _pairs(shown):
    pairs = LinkProposal.objects.select_related(
        "left__article__issue",
        "right__article__issue",
        "left__policy",
        "right__policy",
        "left_article__issue",
        "right_article__issue",
    ).prefetch_related(
        "left_article__bodies", "right_article__bodies", "left_article__regions", "right_article__regions"
    )
    machine = {"said_by": SaidBy.MACHINE}
    if shown == "decided":
        return pairs.exclude(**machine)
    if shown == "machine":
        return pairs.accepted().filter(**machine, kind=LinkProposal.Kind.LIFE)
    if shown == "repeated":
        return pairs.filter(**machine, kind=LinkProposal.Kind.REPEATED).exclude(state="refused")
    return pairs.open().filter(kind=LinkProposal.Kind.LIFE)


@curators_only
@require_POST
def accept_proposal(request, pk):
    return decide(request, curation.accept_link, _loaded(pk), back=reverse("proposal_list"))


@curators_only
@require_POST
def refuse_proposal(request, pk):
    return decide(request, curation.refuse_link, _loaded(pk), back=reverse("proposal_list"))


def _loaded(pk):
    pairs = LinkProposal.objects.select_related("left__article__issue", "right__article__issue")
    return get_object_or_404(pairs, pk=pk)
