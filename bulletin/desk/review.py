"""The review screen: one article beside its source, with its doubts where they belong."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulletin.access import editors_only
from bulletin.desk import links, reviewing, tagging
from bulletin.editing import arranging, body, doubts, fields, figures, history, pasting
from bulletin.editing.presence import DeskSetting, Presence
from bulletin.knowledge.keeping import keep
from bulletin.links import looking
from bulletin.models import Article, Issue, Section
from bulletin.publishing import acting
from bulletin.search import entries
from bulletin.uploads import Doubt
from policies.models import Stage

WRONG, STALE = 400, 409
# Acts on more than this article: done once what was typed is saved, each under the lock of the issue
ARRANGING = ("split-article", "merge-article", "delete-article", "earlier", "later", "to-before", "to-behind")


@editors_only
@require_http_methods(["GET", "POST"])
def review(request, total_number, article_number):
    """Show an article to be checked; save what was typed, and do the act of the button that was pressed.

    A script saves single fields by the same address and gets JSON.
    """
    if request.method == "POST":
        return _save(request, total_number, article_number)
    return _page(request, _article(total_number, article_number))


def _article(total_number, article_number, lock=False):
    articles = Article.objects.select_related("issue__read_from", "section", "checked_by", "link")
    if lock:
        articles = articles.select_for_update(of=("self",), no_key=True)
    articles = articles.defer("issue__read_from__reading", "issue__reading").annotate(
        sheets=F("issue__read_from__reading__sheets")  # [[width, height]] in points; null for a text
    )
    return get_object_or_404(articles, issue__total_number=total_number, number=article_number)


def _page(request, article, outcome=None, typed=None, bases=None):
    others = Presence.objects.note(article, request.user)
    setting = DeskSetting.objects.filter(user=request.user).first()
    siblings = list(
        article.issue.articles.select_related("section")
        .annotate(open_doubts=Count("doubts", filter=Q(doubts__settled_at=None)))
        .only("order", "number", "title", "checked_at", "section", "issue")
        .order_by("order")
    )
    place = next(index for index, each in enumerate(siblings) if each.pk == article.pk)
    context = reviewing.shown(article, outcome, typed or {}, bases or {})
    context |= {
        "article": article,
        "issue": article.issue,
        "siblings": siblings,
        "checked_count": sum(each.checked_at is not None for each in siblings),
        "previous": siblings[place - 1] if place else None,
        "following": siblings[place + 1] if place + 1 < len(siblings) else None,
        "sections": Section.objects.all(),
        "kinds": body.KINDS,
        "others": others,
        "uses_keys": bool(setting and setting.uses_keys),
        "keys": reviewing.KEYS,
        "tags": tagging.tags(article),
        "events": Stage.Kind.values,
        **links.shown_of(article),
    }
    status = 200
    if outcome and not outcome.is_clean:
        status = STALE if outcome.conflicts else WRONG
    return render(request, "bulletin/desk/review.html", context, status=status)


def _save(request, total_number, article_number):
    typed, bases = _typed(request.POST)
    act = request.POST.get("act", "")
    what, _, which = act.partition(":")
    anchor = "doubts"
    with transaction.atomic():
        # The issue first, as acts on its articles do: so nobody waits for each other
        get_object_or_404(Issue.objects.select_for_update(no_key=True), total_number=total_number)
        article = _article(total_number, article_number, lock=True)
        outcome = fields.apply(article, typed, bases)
        if outcome.saved:
            was_checked = article.checked_at is not None
            article.save()
            if was_checked and article.checked_at is None:
                messages.info(request, f"第{article.order}篇校后又改，退回待校。看过再标为已校。")
        if act and outcome.is_clean and what not in ARRANGING:
            try:
                anchor = _act(request, article, act) or anchor
            except doubts.CannotSettle as trouble:
                messages.error(request, str(trouble))
                anchor = f"d{which}" if what in ("accept", "dismiss", "reopen") else anchor
            except acting.Refused as refused:
                messages.error(request, str(refused))
            except body.NoSuchBlock:
                messages.error(request, "这一段已经不在了，别人可能刚刚删去或合并了它。")
        if "source_url" in outcome.saved:
            looking.ask_if_new(article)
        if outcome.saved or act:
            doubts.recheck(article, request.user)
            entries.refresh(Article.objects.filter(pk=article.pk))
    if "application/json" in request.headers.get("Accept", ""):
        return _told(article, outcome)
    if not outcome.is_clean:
        return _page(request, article, outcome, typed, bases)
    if what in ARRANGING:
        return redirect(_arrange(request, article, what, which))
    if not act:
        messages.success(request, "已保存。" if outcome.saved else "没有改动，不用保存。")
    return redirect(anchor if anchor.startswith("/") else reviewing.address_of(article, anchor))


def _typed(form):
    """What the form holds by field, and what each was typed over. A choice in a conflict goes in here."""
    typed = {name: value for name, value in form.items() if fields.is_field(name)}
    bases = {name.removeprefix("base."): value for name, value in form.items() if name.startswith("base.")}
    choice, _, name = form.get("choose", "").partition(":")
    if choice == "mine" and name in typed:
        bases[name] = form.get(f"theirs.{name}", "")
    elif choice == "theirs":
        typed.pop(name, None)
    return typed, bases


def _told(article, outcome):
    """What a script needs: what was saved and stands now, what was not and why, which doubts are open."""
    conflicts = {
        each.name: render_to_string("bulletin/desk/_conflict.html", {"conflict": each})
        for each in outcome.conflicts
    }
    open_doubts = doubts.concerning(article).filter(settled_at=None)
    return JsonResponse(
        {
            "saved": {name: fields.value_of(article, name) for name in outcome.saved},
            "conflicts": conflicts,
            "errors": outcome.errors,
            "rebuilt": outcome.rebuilt,
            "open": [*open_doubts.values_list("pk", flat=True)],
            "at": timezone.localtime().strftime("%H:%M:%S"),
        },
        status=STALE if outcome.conflicts else WRONG if outcome.errors else 200,
    )


def _act(request, article, act):
    """Do what a button says on a locked article; answer the anchor or address to go to."""
    what, _, which = act.partition(":")
    if what in ("accept", "dismiss", "reopen"):
        return _settle(request, article, what, which)
    if what == "accept-all":
        count = doubts.accept_all(article.issue, which, request.user)
        article.refresh_from_db()
        messages.success(request, f"本期同类的建议采纳了{count}处。" if count else "没有可以直接采纳的了。")
        return ""
    if what in ("check", "uncheck"):
        return _check(request, article, what == "check")
    if what == "look":
        article.refresh_from_db(fields=["link"])  # the address may just have been typed
        links.tell_of_look(request, article)
        return "f-source_url"
    if what.startswith("fact-"):
        messages.success(request, tagging.act(request, article, what, which))
        return f"tags-{which.partition(':')[0]}"
    return _rebuild(request, article, what, which)


def _settle(request, article, what, which):
    order = reviewing.in_order(doubts.concerning(article))
    known = doubts.concerning(article).select_for_update(of=("self",))
    doubt = known.filter(pk=which if which.isdecimal() else None).first()
    if doubt is None:
        raise doubts.CannotSettle("这一处已经不在了，别人可能刚刚处理过。")
    if what == "accept":
        doubts.accept(doubt, article, request.user)
        messages.success(request, "已采纳建议。要撤销，见下面“处理过的”。")
    elif what == "dismiss":
        doubts.dismiss(doubt, request.user, request.POST.get(f"reason-{doubt.pk}", ""))
        messages.success(request, "记下了：不用改。要撤销，见下面“处理过的”。")
    else:
        doubts.undo(doubt, article)
        messages.success(request, "已撤销，这一处又待处理。")
        return f"d{doubt.pk}"
    # On to the next one that is still open, so that one key follows the other
    doubts.recheck(article, request.user)
    still = {each.pk for each in reviewing.in_order(doubts.concerning(article))}
    behind = [*order[order.index(doubt) :], *order] if doubt in order else order
    return next((f"d{each.pk}" for each in behind if each.pk in still), "rv-h")


def _check(request, article, checked):
    if not acting.mark(article, checked, request.user):
        messages.success(request, f"第{article.order}篇先前已经{'标为已校' if checked else '退回待校'}。")
        return ""
    if not checked:
        messages.success(request, f"第{article.order}篇退回待校。")
        return ""
    keep([(article, None)])  # what it says of places, bodies, documents is read anew from the checked text
    messages.success(request, f"第{article.order}篇已校。")
    rest = article.issue.articles.filter(checked_at=None).select_related("issue").order_by("order")
    following = rest.filter(order__gt=article.order).first() or rest.first()
    if following is None:
        messages.success(request, "本期各篇都已校，看过清单就可以送审。")
        return reverse("publish_issue", args=[article.issue.total_number])
    return reviewing.address_of(following)


def _arrange(request, article, what, which):
    """Do an act that concerns other articles too, or lead to the page that asks first; answers an address."""
    page = {"split-article": "split_article", "merge-article": "merge_article"} | {
        "delete-article": "delete_article"
    }
    if what in page:
        asked = f"?at={which}" if what == "split-article" else ""
        return reverse(page[what], args=[article.pk]) + asked
    try:
        if what in ("earlier", "later"):
            was = [*article.issue.articles.order_by("order").values_list("pk", flat=True)]
            step = -1 if what == "earlier" else 1
            arranging.reorder(article.issue_id, was, arranging.moved(was, article.pk, step), by=request.user)
            article.refresh_from_db(fields=["order"])
            messages.success(request, f"已移到第{article.order}篇。")
        else:
            if not which.isdecimal():
                raise body.NoSuchBlock
            step = -1 if what == "to-before" else 1
            row = arranging.hand_over(article.issue_id, article.pk, int(which), step, by=request.user)
            messages.success(request, f"{row.summary}。要撤销，到本期页面的“篇目改动”。")
    except arranging.CannotArrange as trouble:
        messages.error(request, str(trouble))
    except body.NoSuchBlock:
        messages.error(request, "这一段已经不在了，别人可能刚刚删去或合并了它。")
    return reviewing.address_of(article, "body-h" if which else "rv-h")


def _rebuild(request, article, what, which):
    """Take the body apart or together."""
    if not which.isdecimal():
        raise doubts.CannotSettle("没有这个操作。")
    number, blocks, last = int(which), article.body, article.last_block_id
    if what == "caption":
        number = figures.give_caption(article, number)
        if number is None:
            raise doubts.CannotSettle("这张图已经有图注了。")
        article.save()
        return f"alt-{number}-f"
    if what == "split":
        at = request.POST.get(f"at-{number}", "")
        blocks, last = body.split(blocks, number, int(at) if at.isdecimal() else 0, last)
        if last == article.last_block_id:
            raise doubts.CannotSettle("请先把光标放在要断开的地方；也可以在那里换行再保存。")
    elif what == "merge":
        stays = blocks[max(0, body.index_of(blocks, number) - 1)]["id"]
        blocks, number = body.merge(blocks, number), stays
    elif what == "paste":
        start, end = (request.POST.get(name, "") for name in ("from", "to"))
        span = (int(start), int(end)) if start.isdecimal() and end.isdecimal() else (0, 0)
        pasted = pasting.blocks_of(request.POST.get("pasted", ""))
        blocks, last = body.paste(blocks, number, span, pasted, last)
        messages.success(request, f"贴进了{len(pasted)}段，没有带样式。不要了可在“修改记录”里恢复。")
    elif what in ("up", "down"):
        blocks = body.move(blocks, number, -1 if what == "up" else 1)
    elif what == "delete":
        blocks = body.delete(blocks, number)
        messages.success(request, "删去了一段。要找回，见“修改记录”。")
    elif what == "add":
        blocks, last = body.add_behind(blocks, number, last)
    else:
        raise doubts.CannotSettle("没有这个操作。")
    article.body, article.last_block_id = blocks, last
    article.save()
    if what == "add":
        return f"block-{last}-f"
    return "body-h" if what == "delete" else f"block-{number}-f"


@editors_only
@require_POST
def settle_issue_doubt(request, pk):
    """Settle a doubt that is of no article, with a word on why, from its issue's page; or open it again."""
    with transaction.atomic():
        locked = Doubt.objects.select_for_update(of=("self",)).select_related("issue")
        doubt = get_object_or_404(locked, pk=pk, article=None, issue__isnull=False)
        try:
            if request.POST.get("act") == "reopen":
                doubts.undo(doubt, None)
                messages.success(request, "已撤销，这一处又待处理。")
            else:
                doubts.dismiss(doubt, request.user, request.POST.get("reason", ""))
                messages.success(request, "记下了。要撤销，见存疑末尾处理过的。")
        except doubts.CannotSettle as trouble:
            messages.error(request, str(trouble))
    return redirect(f"{reverse('desk_issue', args=[doubt.issue.total_number])}#q-h")


@editors_only
@require_POST
def note_presence(request, pk):
    """A sign of life from somebody at an article; answers who else is."""
    article = get_object_or_404(Article.objects.only("pk"), pk=pk)
    return JsonResponse({"others": Presence.objects.note(article, request.user)})


@editors_only
@require_POST
def choose_keys(request):
    """Turn the desk's keys on or off for oneself."""
    DeskSetting.objects.update_or_create(
        user=request.user, defaults={"uses_keys": request.POST.get("uses_keys") == "1"}
    )
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if safe else "desk")


@editors_only
@require_GET
def article_history(request, pk):
    """What an article was: each change with who and when, and any two versions beside each other."""
    article = get_object_or_404(Article.objects.select_related("issue", "section"), pk=pk)
    context = {"article": article, "issue": article.issue, "changes": history.changes(article)}
    context["back"] = reviewing.address_of(article)
    chosen = history.pair(article, request.GET.get("from"), request.GET.get("to"))
    if chosen:
        context |= {"old": chosen[0], "new": chosen[1]}
        context["differences"] = history.differences(Article, *chosen)
        context["restore"] = reverse("restore_version", args=[pk, chosen[0].pk])
    return render(request, "bulletin/desk/history.html", context)


@editors_only
@require_POST
def restore_version(request, pk, version):
    """Put back what an earlier version said, whole or one field. That is a change like any other."""
    with transaction.atomic():
        locked = Article.objects.select_for_update(of=("self",), no_key=True).select_related(
            "issue", "section"
        )
        article = get_object_or_404(locked, pk=pk)
        earlier = get_object_or_404(article.versions.select_related("section"), pk=version)
        history.restore(article, earlier, request.POST.get("field", ""))
        doubts.recheck(article, request.user)
        entries.refresh(Article.objects.filter(pk=article.pk))
    messages.success(request, "已恢复。恢复前的样子也在修改记录里。")
    return redirect("article_history", pk)
