"""The register of policies at the desk: look up, merge, split, set stages right."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import Length
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from bulletin.access import curators_only
from bulletin.desk.curating import decide
from bulletin.facts import Decision, LinkProposal
from bulletin.forms import StageForm
from bulletin.knowledge import curation
from bulletin.knowledge.deriving import told
from policies.models import Policy, Stage

PER_PAGE = 30
SUGGESTED = 12


@curators_only
@require_GET
def desk_policy_list(request):
    """Policies by title or number; those that are only cited on request."""
    sought, only_cited = request.GET.get("q", "").strip(), request.GET.get("cited") == "1"
    policies = Policy.objects.standing().annotate(
        told=Count("tellings", distinct=True), cited=Count("cited_by", distinct=True)
    )
    policies = policies.filter(tellings=None) if only_cited else policies.exclude(tellings=None)
    if sought:
        policies = policies.filter(Q(title__icontains=sought) | Q(number__icontains=sought))
    policies = policies.prefetch_related("regions", "bodies", "stages").order_by("-pk")
    page = Paginator(policies, PER_PAGE).get_page(request.GET.get("page"))
    page.numbers = page.paginator.get_elided_page_range(page.number)
    context = {"page": page, "q": sought, "only_cited": only_cited}
    return render(request, "bulletin/desk/policies.html", context)


@curators_only
@require_GET
def desk_policy(request, pk):
    """One policy: what tells of it, its stages, what it cites, and the acts on it."""
    policy = get_object_or_404(Policy.objects.prefetch_related("regions", "bodies"), pk=pk)
    if policy.merged_into_id:
        return redirect("desk_policy", policy.merged_into_id)
    return _page(request, policy)


def _page(request, policy, typed="", why_not=""):
    """The policy; with what was typed as the one to merge it into, and why that can't be."""
    tellings = told(policy)
    links = LinkProposal.objects.filter(left__in=tellings, right__in=tellings).exclude(state="open")
    return render(
        request,
        "bulletin/desk/policy.html",
        {
            "policy": policy,
            "tellings": tellings,
            "stages": sorted(policy.stages.annotate(told=Count("tellings")), key=_in_life),
            "links": links.select_related("left_article__issue", "right_article__issue"),
            "citations": policy.citations.select_related("cited"),
            "cited_by": policy.cited_by.select_related("policy"),
            "targets": policy.targets.all(),
            "merged": policy.merged.all(),
            "decisions": Decision.objects.filter(
                before__rows__contains=[{"model": "policies.policy", "pk": policy.pk}]
            )
            .select_related("made_by")
            .order_by("-pk")[:10],
            "typed": typed,
            "why_not": why_not,
        },
        status=400 if why_not else 200,
    )


@curators_only
@require_GET
def suggest_policies(request):
    """Policies whose title holds what was typed, as options: number and title."""
    typed = next(iter(request.GET.values()), "").strip()
    found = Policy.objects.standing().filter(title__icontains=typed) if typed else Policy.objects.none()
    options = [f"{policy.pk} {policy.title}" for policy in found.order_by(Length("title"), "-pk")[:SUGGESTED]]
    return render(request, "bulletin/desk/_options.html", {"options": options})


@curators_only
@require_http_methods(["GET", "POST"])
def merge_policy(request, pk):
    """Merge a policy into another one, after a page that says what will be lost."""
    policy = get_object_or_404(Policy.objects.standing(), pk=pk)
    typed = (request.POST.get("into") or request.GET.get("into") or "").strip()
    into = policy_called(typed)
    if into is None or into.pk == policy.pk:
        said = f"没有找到“{typed}”" if typed else "还没有选要并入的政策"
        said = f"{said if into is None else '这就是这一项自己'}。请从提示里选一项。"
        return _page(request, policy, typed, said)
    if request.method == "POST":
        return decide(
            request, curation.merge_policies, policy, into, back=reverse("desk_policy", args=[into.pk])
        )
    context = {"policy": policy, "into": into, "tellings": told(policy), "theirs": told(into)}
    return render(request, "bulletin/desk/merge_policy.html", context | {"lost": _lost(policy, into)})


@curators_only
@require_http_methods(["GET", "POST"])
def split_policy(request, pk):
    """Take some articles out into a policy of its own, after a page that says which go and which stay."""
    policy = get_object_or_404(Policy.objects.standing(), pk=pk)
    chosen = {int(each) for each in (request.POST or request.GET).getlist("telling") if each.isdigit()}
    members = told(policy)
    out = [telling for telling in members if telling.pk in chosen]
    stay = [telling for telling in members if telling.pk not in chosen]
    if not out or not stay:
        messages.error(request, "拆分要留下至少一篇，也要拿出至少一篇。请重新勾选。")
        return redirect("desk_policy", pk)
    if request.method == "POST":
        return decide(request, curation.split_policy, policy, chosen, back=reverse("desk_policy", args=[pk]))
    return render(request, "bulletin/desk/split_policy.html", {"policy": policy, "out": out, "stay": stay})


@curators_only
@require_http_methods(["GET", "POST"])
def correct_stage(request, pk):
    """Set one stage right."""
    stage = get_object_or_404(Stage.objects.select_related("policy"), pk=pk)
    initial = {"kind": stage.kind, "happened_on": stage.happened_on, "until_on": stage.until_on}
    form = StageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        back = reverse("desk_policy", args=[stage.policy_id])
        return decide(request, curation.correct_stage, stage, back=back, **form.cleaned_data)
    context = {"stage": stage, "form": form, "tellings": stage.tellings.select_related("article__issue")}
    return render(request, "bulletin/desk/stage.html", context, status=400 if form.errors else 200)


def _in_life(stage):
    """Where a stage stands in a policy's life, though it may be undated."""
    return Stage.Kind.values.index(stage.kind), stage.happened_on or date.min


def policy_called(typed):
    """The policy that was chosen (its number comes first) or whose whole title was typed."""
    number = typed.partition(" ")[0]
    standing = Policy.objects.standing()
    if number.isdigit() and (found := standing.filter(pk=int(number)).first()):
        return found
    titled = list(standing.filter(title=typed.strip("《》"))[:2])
    return titled[0] if len(titled) == 1 else None


def _lost(policy, into):
    """What a policy says of itself that the other one says otherwise: it will be seen no more."""
    return [
        (label, old, new)
        for label, old, new in (
            ("标题", policy.title, into.title),
            ("文号", policy.number, into.number),
            ("文种", policy.kind, into.kind),
        )
        if old and old != new
    ]
