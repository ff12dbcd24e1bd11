"""The vocabulary of topics: editors keep its words; the articles are gone through again by the worker."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bulletin import tasks
from bulletin.access import curators_only
from bulletin.models import Article
from policies.forms import TopicForm
from policies.models import Topic

IN_PREVIEW = 10


@curators_only
@require_GET
def topic_desk(request):
    """All topics with how many articles each has."""
    topics = Topic.objects.annotate(article_count=Count("articles"))
    return render(request, "policies/desk/topics.html", {"topics": topics})


@curators_only
@require_http_methods(["GET", "POST"])
def edit_topic(request, pk=None):
    """One topic, or a new one. Its articles are found anew when it is saved."""
    topic = get_object_or_404(Topic, pk=pk) if pk else None
    form = TopicForm(request.POST or None, instance=topic)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            transaction.on_commit(tasks.apply_topics.delay, robust=True)
        messages.success(request, f"“{saved.name}”已保存。各篇正在按新词语重新归类，稍后可见。")
        return redirect("topic_desk")
    newest = (
        Article.objects.filter(topics=topic)
        .select_related("issue")
        .only("title", "number", "issue__total_number")
    )
    newest = newest.order_by("-issue__total_number", "order")[:IN_PREVIEW] if topic else []
    return render(request, "policies/desk/topic.html", {"topic": topic, "form": form, "articles": newest})


@curators_only
@require_http_methods(["GET", "POST"])
def remove_topic(request, pk):
    """Remove a topic, after a page that says what goes with it."""
    topic = get_object_or_404(Topic.objects.annotate(article_count=Count("articles")), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            topic.delete()
            transaction.on_commit(tasks.apply_topics.delay, robust=True)
        messages.success(request, f"主题“{topic.name}”已删去。文章和政策都还在。")
        return redirect("topic_desk")
    return render(request, "policies/desk/remove_topic.html", {"topic": topic})
