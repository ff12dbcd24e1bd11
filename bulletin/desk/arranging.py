"""Pages and acts on the list of an issue's articles: take apart, join, add, delete, put in order, undo.

What takes something apart or away goes through a page that shows it; that page is refused, and shown anew
with what was typed, where somebody changed the article meanwhile.
"""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bulletin.access import editors_only
from bulletin.desk.forms import AddArticleForm, MergeForm, SplitForm
from bulletin.desk.reviewing import address_of
from bulletin.editing import arranging
from bulletin.editing.arrangement import Arrangement
from bulletin.editing.arranging import CannotArrange, fingerprint
from bulletin.editing.belongings import FACTS
from bulletin.editing.body import NoSuchBlock, clean
from bulletin.models import Article, Issue

STALE = 409
LIKE_A_TITLE = 50  # characters: a longer paragraph is none


@editors_only
@require_http_methods(["GET", "POST"])
def split_article(request, pk):
    """Make an article of its own of everything from one paragraph on, after a page that shows both parts."""
    article = _article(pk)
    number = (request.POST.get("at") or request.GET.get("at") or "").strip()
    place = next((place for place, each in enumerate(article.body) if str(each["id"]) == number), None)
    if not place:
        messages.error(request, "请从第一段以后的一段拆起。这一段已经不在，或者就是第一段。")
        return redirect(address_of(article))
    block = article.body[place]
    form = SplitForm(request.POST or None, initial=_split_guess(article, place))
    if request.method == "POST" and form.is_valid():
        try:
            row = arranging.split(
                article.issue_id,
                pk,
                block["id"],
                seen=request.POST.get("seen", ""),
                by=request.user,
                **form.cleaned_data,
            )
        except (CannotArrange, NoSuchBlock) as trouble:
            messages.error(request, str(trouble))
            return _again(request, pk, "bulletin/desk/split_article.html", _split_shown, form, number)
        messages.success(request, "拆成了两篇，这是后一篇。要撤销，到本期页面的“篇目改动”。")
        new = Article.objects.select_related("issue").get(pk=row.after[row.after.index(pk) + 1])
        return redirect(address_of(new))
    context = {"form": form, **_split_shown(article, number)}
    return render(request, "bulletin/desk/split_article.html", context, status=400 if form.errors else 200)


def _split_shown(article, number):
    place = next((place for place, each in enumerate(article.body) if str(each["id"]) == number), 0)
    return {
        "article": article,
        "issue": article.issue,
        "at": number,
        "seen": fingerprint(article),
        "stay": article.body[:place],
        "go": article.body[place:],
    }


def _split_guess(article, place):
    """What the second part most likely is: titled by its first paragraph, with a source behind it."""
    block = article.body[place]
    start = min((each["start"] for each in block.get("places") or []), default=None)
    source = article.places.get("source") or article.places.get("source_url") or []
    behind = start is not None and any(each["start"] >= start for each in source)
    takes = block["kind"] == "h" and place + 1 < len(article.body)
    return {
        "title": clean(block["text"]) if takes or len(block["text"]) <= LIKE_A_TITLE else "",
        "takes_title": takes,
        "section": article.section,
        "page": article.page,
        "source": "behind" if behind else "before",
    }


@editors_only
@require_http_methods(["GET", "POST"])
def merge_article(request, pk):
    """Append the next article to this one, after a page that shows what the whole will be."""
    article = _article(pk)
    other = article.issue.articles.filter(order__gt=article.order).order_by("order").first()
    if other is None:
        messages.error(request, "这是最后一篇，后面没有可以并进来的。")
        return redirect(address_of(article))
    form = MergeForm(request.POST or None, initial=_merge_guess(article, other))
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        keeps_title = fields.pop("keeps_title")
        try:
            arranging.merge(
                article.issue_id,
                pk,
                int(request.POST.get("other") or 0),
                seen=(request.POST.get("seen", ""), request.POST.get("seen_other", "")),
                keeps_title=keeps_title,
                fields=fields,
                by=request.user,
            )
        except CannotArrange as trouble:
            messages.error(request, str(trouble))
            return _again(request, pk, "bulletin/desk/merge_article.html", _merge_shown, form)
        messages.success(request, "并成了一篇。要撤销，到本期页面的“篇目改动”。")
        return redirect(address_of(_article(pk)))
    context = {"form": form, **_merge_shown(article)}
    return render(request, "bulletin/desk/merge_article.html", context, status=400 if form.errors else 200)


def _merge_shown(article):
    other = article.issue.articles.filter(order__gt=article.order).order_by("order").first()
    shown = {"article": article, "issue": article.issue, "other": other, "seen": fingerprint(article)}
    return shown | {"seen_other": fingerprint(other) if other else ""}


def _merge_guess(one, other):
    return {
        "title": one.title,
        "keeps_title": True,
        "summary": "".join(filter(None, [one.summary, other.summary])),
        "source_names": "、".join(dict.fromkeys([*one.source_names, *other.source_names])),
        "source_url": one.source_url or other.source_url,
    }


@editors_only
@require_http_methods(["GET", "POST"])
def delete_article(request, pk):
    """Take an article out, after a page that says what goes with it."""
    article = _article(pk)
    if request.method == "POST":
        try:
            arranging.delete(article.issue_id, pk, seen=request.POST.get("seen", ""), by=request.user)
        except CannotArrange as trouble:
            messages.error(request, str(trouble))
            return _again(request, pk, "bulletin/desk/delete_article.html", _delete_shown)
        messages.success(request, f"删去了《{article.title}》。要找回，点下面“篇目改动”里的撤销。")
        return redirect(f"{reverse('desk_issue', args=[article.issue.total_number])}#arranged")
    return render(request, "bulletin/desk/delete_article.html", _delete_shown(article))


def _delete_shown(article):
    return {
        "article": article,
        "issue": article.issue,
        "seen": fingerprint(article),
        "pictures": len(article.places.get("picture") or []),
        "open": article.doubts.filter(settled_at=None).count(),
        "facts": sum(getattr(article, name).count() for name in FACTS),
    }


@editors_only
@require_http_methods(["GET", "POST"])
def add_article(request, total_number):
    """A new article in the issue: its title, section, and where it stands."""
    issue = get_object_or_404(Issue, total_number=total_number)
    form = AddArticleForm(issue, request.POST or None)
    if request.method == "POST" and form.is_valid():
        behind = form.cleaned_data.pop("behind")
        try:
            row = arranging.add(issue.pk, behind=behind and behind.pk, by=request.user, **form.cleaned_data)
        except CannotArrange as trouble:
            form.add_error("behind", str(trouble))
        else:
            [made] = set(row.after) - set(row.before)
            messages.success(request, "加好了。正文从下面开始写，或从别处粘贴进来。")
            return redirect(address_of(Article.objects.select_related("issue").get(pk=made)))
    context = {"issue": issue, "form": form}
    return render(request, "bulletin/desk/add_article.html", context, status=400 if form.errors else 200)


@editors_only
@require_POST
def order_articles(request, total_number):
    """Put the articles in order: by a whole new order, or one of them a place up or down.

    A script gets JSON. `was` is the order that the editor saw.
    """
    issue = get_object_or_404(Issue, total_number=total_number)
    was = _numbers(request.POST.get("was", ""))
    try:
        row = arranging.reorder(issue.pk, was, _wanted(request.POST, was), by=request.user)
    except CannotArrange as trouble:
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": str(trouble)}, status=STALE)
        messages.error(request, str(trouble))
        return redirect(f"{reverse('desk_issue', args=[total_number])}#a-h")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"was": row.after, "said": row.summary})
    messages.success(request, f"{row.summary}。")
    moved = request.POST.get("move", "").partition(":")[0]
    return redirect(f"{reverse('desk_issue', args=[total_number])}#row-{moved}")


def _wanted(form, was):
    """The order asked for: told whole, or by the one that goes, `pk:up` or `pk:down`."""
    if "order" in form:
        return _numbers(form["order"])
    pk, _, where = form.get("move", "").partition(":")
    if not pk.isdecimal() or int(pk) not in was:
        raise CannotArrange("这一篇刚刚被删去或并走了，没有动别的。请看看现在的篇目。")
    return arranging.moved(was, int(pk), {"up": -1, "down": 1}.get(where, 0))


def _numbers(told):
    return [int(each) for each in told.split(",") if each.strip().isdecimal()]


@editors_only
@require_POST
def undo_arrangement(request, pk):
    """Take an act on the articles back, if nothing was typed into them since."""
    row = get_object_or_404(Arrangement.objects.select_related("issue"), pk=pk)
    try:
        arranging.undo(pk, by=request.user)
    except CannotArrange as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, f"已撤销“{row}”，各篇回到那以前的样子。")
    return redirect(f"{reverse('desk_issue', args=[row.issue.total_number])}#arranged")


def _again(request, pk, template, shown, form=None, *more):
    """The page once more, on what stands now, with what was typed; or the issue's, if the article is gone."""
    article = Article.objects.select_related("issue", "section").filter(pk=pk).first()
    if article is None:
        return redirect("desk")
    context = {"form": form, **shown(article, *more)}
    return render(request, template, context, status=STALE)


def _article(pk):
    return get_object_or_404(Article.objects.select_related("issue", "section"), pk=pk)
