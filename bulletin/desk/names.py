"""The inbox of names read as issuing bodies that nobody knows. An editor makes, merges or refuses each."""

from collections import Counter, defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, Value
from django.db.models.functions import Length, StrIndex
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import curators_only
from bulletin.desk.curating import back_to, decide, told
from bulletin.facts import ArticleBody
from bulletin.forms import BodyForm
from bulletin.knowledge import curation
from bulletin.knowledge.curation import DecisionError
from policies.models import IssuingBody

PER_PAGE = 20
MOST_SENTENCES = 3
MOST_LIKE = 3
SUGGESTED = 12


@curators_only
@require_GET
def name_list(request):
    """Names that wait, each with the sentences it was read in and the bodies it may be."""
    return _names(request, request.GET.get("page"))


def _names(request, number, refused=None, into=None):
    """A page of them; with the form that was not accepted, as it was typed, at its name.

    into: of a name that was not merged (its key, what was typed, why not).
    """
    inbox = (
        IssuingBody.objects.inbox()
        .annotate(tellings=Count("article_facts"))
        .prefetch_related(
            Prefetch(
                "article_facts",
                ArticleBody.objects.select_related("article__issue").order_by("-article__issue"),
            )
        )
        .order_by("-tellings", "name")
    )
    if refused or into:
        before = [f"n{pk}" for pk in inbox.values_list("pk", flat=True)]
        number = before.index(refused.prefix if refused else f"n{into[0]}") // PER_PAGE + 1
    page = Paginator(inbox, PER_PAGE).get_page(number)
    page.numbers = page.paginator.get_elided_page_range(page.number)
    like = _likely([name.name for name in page])
    for name in page:
        name.sentences = list(name.article_facts.all())[:MOST_SENTENCES]
        name.likely = like[name.name]
        prefix = f"n{name.pk}"
        name.form = BodyForm(initial={"name": name.name, "level": name.level}, prefix=prefix)
        if refused and refused.prefix == prefix:
            name.form = refused
        name.into, name.why_not = name.likely[0] if name.likely else "", ""
        if into and into[0] == name.pk:
            _, name.into, name.why_not = into
    decided = (
        IssuingBody.objects.exclude(decided_at=None).select_related("merged_into").order_by("-decided_at")
    )
    shown = {"page": page, "decided": decided[:10]}
    return render(request, "bulletin/desk/names.html", shown, status=400 if refused or into else 200)


@curators_only
@require_GET
def suggest_bodies(request):
    """Known bodies whose name or short name begins with or holds what was typed, as options of a list."""
    typed = next(iter(request.GET.values()), "").strip()
    known = IssuingBody.objects.known() if typed else IssuingBody.objects.none()
    found = known.filter(Q(name__icontains=typed) | Q(short_names__contains=[typed]))
    found = found.order_by(StrIndex("name", Value(typed)), Length("name"))  # those that begin with it first
    return render(
        request, "bulletin/desk/_options.html", {"options": [body.name for body in found[:SUGGESTED]]}
    )


@curators_only
@require_POST
def make_name(request, pk):
    body = get_object_or_404(IssuingBody.objects.inbox(), pk=pk)
    form = BodyForm(request.POST, prefix=f"n{pk}")
    if form.is_valid():
        try:
            row = curation.make_body(body, by=request.user, **form.cleaned_data)
        except DecisionError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, told(row))
            return redirect(back_to(request, "name_list"))
    messages.error(request, f"“{body.name}”没有收录，所填的还在下面。")
    return _names(request, 1, form)


@curators_only
@require_POST
def merge_name(request, pk):
    """Merge into the body whose official or short name was typed or chosen."""
    body = get_object_or_404(IssuingBody, pk=pk)
    typed = request.POST.get("into", "").strip()
    into = body_called(typed)
    if into is None:
        said = f"没有叫“{typed}”的机构，或不止一个。" if typed else "还没有选要并入的机构。"
        said += "请从提示里选一个全称。"
    else:
        try:
            row = curation.merge_body(body, into, by=request.user)
        except DecisionError as error:
            said = str(error)
        else:
            messages.success(request, told(row))
            return redirect(back_to(request, "name_list"))
    messages.error(request, f"“{body.name}”没有并入：{said}")
    if not IssuingBody.objects.inbox().filter(pk=pk).exists():  # somebody has decided on it meanwhile
        return redirect(back_to(request, "name_list"))
    return _names(request, 1, into=(pk, typed, said))


@curators_only
@require_POST
def refuse_name(request, pk):
    body = get_object_or_404(IssuingBody.objects.inbox(), pk=pk)
    return decide(request, curation.refuse_body, body, back="name_list")


def body_called(name):
    """The one known body of this official or short name; None where there is none or several."""
    known = IssuingBody.objects.known()
    found = list(known.filter(name=name)) or list(known.filter(short_names__contains=[name])[:2])
    return found[0] if len(found) == 1 else None


def _likely(names):
    """For each name the known bodies that share most of its pairs of characters."""
    wanted = {name: _pairs(name) for name in names}
    likely: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for known in IssuingBody.objects.known().values_list("name", flat=True) if names else []:
        pairs = _pairs(known)
        for name, own in wanted.items():
            shared = sum((own & pairs).values()) / max(1, min(sum(own.values()), sum(pairs.values())))
            if shared >= 0.6:
                likely[name].append((shared, known))
    return {name: [known for _, known in sorted(likely[name], reverse=True)[:MOST_LIKE]] for name in names}


def _pairs(name):
    return Counter(name[place : place + 2] for place in range(len(name) - 1))
