"""One issue at the desk, and acts on its articles and pages: take down, restore, open to readers.

Each by POST, after a page that says what it will do. The way to its readers is in `publishing`.
"""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulletin.access import editors_only, publishers_only
from bulletin.desk import showing
from bulletin.editing import arranging
from bulletin.forms import TakedownForm
from bulletin.models import Article, Issue

RECENT = 12


@editors_only
@require_GET
def desk_issue(request, total_number):
    """One issue at the desk: its articles, what is doubtful, the versions it was read from."""
    issue = get_object_or_404(Issue.objects.select_related("read_from"), total_number=total_number)
    articles = issue.articles.select_related("section").annotate(
        open_doubts=Count("doubts", filter=Q(doubts__settled_at=None))
    )
    articles = list(articles.order_by("order"))
    return render(
        request,
        "bulletin/desk/issue.html",
        {
            "issue": issue,
            "articles": articles,
            "to_check": next((each for each in articles if each.checked_at is None), None),
            "checked_count": sum(each.checked_at is not None for each in articles),
            "arranged": arranging.latest(issue),
            "doubts": showing.doubts_of(issue),
            "corrections": issue.corrections.select_related("article"),
            "has_pages": bool(issue.read_from and (issue.read_from.reading or {}).get("sheets")),
            "acts": issue.acts.select_related("by", "article")[:RECENT],
            "uploads": issue.uploads.select_related("uploaded_by").defer("text", "reading"),
        },
    )


@publishers_only
@require_POST
def open_pages(request, total_number):
    """Open the original's pages and file to readers, or keep them to editors again."""
    issue = get_object_or_404(Issue, total_number=total_number)
    issue.pages_public = request.POST.get("open") == "1"
    issue.save(update_fields=["pages_public", "updated_at"])
    said = "读者现在可以看原版面、下载原件。" if issue.pages_public else "原版面和原件又只给编辑看了。"
    messages.success(request, f"第{total_number}期：{said}")
    return redirect("desk_issue", total_number)


@publishers_only
@require_http_methods(["GET", "POST"])
def take_down_article(request, total_number, article_number):
    """Hide an article from readers, with a note that they will see."""
    article = _article(total_number, article_number)
    form = TakedownForm(request.POST or None, initial={"note": article.takedown_note})
    if request.method == "POST" and form.is_valid():
        article.take_down(form.cleaned_data["note"])
        messages.success(request, f"第{article.order}篇已撤下，原处留有说明。")
        return redirect("desk_issue", total_number)
    status = 400 if form.errors else 200
    return render(request, "bulletin/desk/take_down.html", {"article": article, "form": form}, status=status)


@publishers_only
@require_POST
def restore_article(request, total_number, article_number):
    """Show an article to readers again."""
    article = _article(total_number, article_number)
    article.restore()
    messages.success(request, f"第{article.order}篇已恢复。")
    return redirect("desk_issue", total_number)


def _article(total_number, article_number):
    articles = Article.objects.select_related("issue", "section")
    return get_object_or_404(articles, issue__total_number=total_number, number=article_number)
