"""勘误: telling readers, with a date, what was wrong in what was published and what stands now."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from bulletin import corrections
from bulletin.access import publishers_only
from bulletin.models import Article, Issue


class CorrectionForm(forms.Form):
    """What was wrong and what stands now, in the words that readers will see."""

    text = forms.CharField(
        label="勘误",
        help_text="先写原来错成什么，再写现在应是什么。读者会看到这句话和今天的日期；登记以后不能改，只能再补一条。",
        max_length=500,
        widget=forms.Textarea({"class": "area", "rows": 4, "required": True, "autofocus": True}),
        error_messages={
            "required": "请写明原来错成什么、现在应是什么。",
            "max_length": "勘误最多500字，现在有%(show_value)s字。",
        },
    )


@publishers_only
@require_http_methods(["GET", "POST"])
def add_correction(request, total_number, article_number=None):
    """Publish a correction of an article, or without one of the issue as a whole."""
    issue = get_object_or_404(Issue, total_number=total_number)
    if issue.published_at is None:
        raise Http404("没有发布过的，直接改就是")
    articles = Article.objects.select_related("issue", "section")
    article = article_number and get_object_or_404(articles, issue=issue, number=article_number)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        corrections.note(article or issue, form.cleaned_data["text"], request.user)
        messages.success(request, "勘误已登记，读者现在就能看到。")
        return redirect("desk_issue", total_number)
    known = (article or issue).corrections.select_related("by", "article")
    context = {"issue": issue, "article": article, "form": form, "known": known}
    return render(request, "bulletin/desk/correct.html", context, status=400 if form.errors else 200)
