"""Places, bodies and documents as tags on the review screen: shown, suggested, and done by a button."""

from django.db.models import Q, Value
from django.db.models.functions import Length, StrIndex
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bulletin.access import curators_only
from bulletin.desk.curating import told
from bulletin.desk.facts import KINDS, judged
from bulletin.desk.names import body_called
from bulletin.desk.policies import policy_called
from bulletin.editing.doubts import CannotSettle
from bulletin.knowledge import adding, curation
from policies.models import IssuingBody, Policy, Stage
from regions.models import Region

SUGGESTED = 10
LABELS = {"region": "地区", "body": "机构", "document": "政策文件"}


def tags(article):
    """What the article is said to be about: [{"kind", "label", "facts"}], those to be looked at marked."""
    facts = {
        "region": article.region_facts.select_related("region"),
        "body": article.body_facts.select_related("body"),
        "document": article.tellings.select_related("policy"),
    }
    return [
        {"kind": kind, "label": LABELS[kind], "facts": [judged(fact) for fact in rows]}
        for kind, rows in facts.items()
    ]


def act(request, article, what, which):
    """Confirm, refuse or add a fact: what a button of the review screen says. Answers a word on it."""
    if not request.user.has_perm("policies.curate_policy"):
        raise CannotSettle("这个账号不能改地区、机构和文件，请找管理员开通。")
    kind, _, pk = which.partition(":")
    if kind not in LABELS:
        raise CannotSettle("没有这个操作。")
    try:
        if what == "fact-add":
            row = _add(article, kind, request.POST, request.user)
        else:
            fact = KINDS[kind].objects.filter(article=article, pk=pk if pk.isdecimal() else None).first()
            if fact is None:
                raise CannotSettle("这一项已经不在了，别人可能刚刚处理过。")
            decide = {"fact-confirm": curation.confirm_fact, "fact-refuse": curation.refuse_fact}[what]
            row = decide(fact, by=request.user)
    except curation.DecisionError as trouble:
        raise CannotSettle(str(trouble)) from trouble
    return told(row)


def _add(article, kind, form, user):
    typed = " ".join(form.get(f"add-{kind}", "").split())
    if not typed:
        raise CannotSettle(f"请先写上要加的{LABELS[kind]}。")
    if kind == "region":
        return adding.add_region(article, region_called(typed), by=user)
    if kind == "body":
        return adding.add_body(article, typed, _body(typed), by=user)
    policy = policy_called(typed)
    event = form.get("add-document-event", "")
    event = event if event in Stage.Kind.values else Stage.Kind.ISSUED
    return adding.add_document(
        article, policy.title if policy else typed.strip("《》"), policy, event, by=user
    )


def region_called(typed):
    """The place of this name, told with what it lies in where several bear it. Raises CannotSettle."""
    *_, last = typed.split(" ")
    found = list(Region.objects.filter(Q(name=last) | Q(short_name=last)))
    if len(found) > 1:
        labels = region_labels(found)
        found = [each for each in found if labels[each.pk] == typed] or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise CannotSettle(f"没有叫“{typed}”的地区。请从提示里选一个。")
    names = "、".join(f"“{name}”" for name in list(region_labels(found).values())[:4])
    raise CannotSettle(f"叫“{typed}”的地区有{len(found)}个，请写全，如{names}。")


def region_labels(regions):
    """Each place told from the outermost in: 贵州省 贵阳市 南明区. By pk."""
    codes = {code for region in regions for code in region.lineage}
    names = dict(Region.objects.filter(code__in=codes).exclude(level="nation").values_list("code", "name"))
    return {
        region.pk: " ".join(names[code] for code in reversed(region.lineage) if code in names) or region.name
        for region in regions
    }


def _body(typed):
    """The body of this name, or None if nobody knows the name. Raises CannotSettle where several bear it."""
    body = body_called(typed) or IssuingBody.objects.filter(name=typed, state="new").first()
    if body is None and IssuingBody.objects.filter(Q(name=typed) | Q(short_names__contains=[typed])).exists():
        raise CannotSettle(f"叫“{typed}”的机构不止一个，或被认定不是机构。请从提示里选一个全称。")
    return body


@curators_only
@require_GET
def suggest_tags(request, kind):
    """Options of a list for what was typed: as a combobox shows them."""
    typed = request.GET.get("q", "").strip()
    if kind not in LABELS:
        raise Http404("没有这一种")
    return render(
        request, "bulletin/desk/_tag_options.html", {"options": _options(kind, typed) if typed else []}
    )


def _options(kind, typed):
    if kind == "region":
        found = Region.objects.filter(Q(name__startswith=typed) | Q(short_name__startswith=typed))
        return list(region_labels(list(found.order_by("lineage__len", "code")[:SUGGESTED])).values())
    if kind == "body":
        known = IssuingBody.objects.known()
        found = known.filter(Q(name__icontains=typed) | Q(short_names__contains=[typed]))
        found = found.order_by(StrIndex("name", Value(typed)), Length("name"))
        return [body.name for body in found[:SUGGESTED]]
    found = Policy.objects.standing().filter(title__icontains=typed).order_by(Length("title"), "-pk")
    return [f"{policy.pk} {policy.title}" for policy in found[:SUGGESTED]]
