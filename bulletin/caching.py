"""Pages that a browser may keep.

The ETag is by content (Django's ConditionalGetMiddleware): it changes with whatever the page shows. This
module adds Last-Modified for clients that know only that.
"""

from datetime import UTC, datetime

from django.db.models import Max, Subquery
from django.views.decorators.http import condition, require_safe

from bulletin.links.records import LinkPatrol
from bulletin.models import Article, Issue
from bulletin.theme import chosen_theme

STARTED_AT = datetime.now(UTC)  # a new release may write the same facts otherwise


def public_page(view):
    """A page for readers: GET and HEAD only, and 304 for one who has it already."""
    return require_safe(condition(last_modified_func=_last_changed_at)(view))


def _last_changed_at(request, **kwargs):
    """When anything published last changed.

    A date cannot tell two readers apart: who is logged in or chose a theme is served by ETag alone.
    """
    if request.user.is_authenticated or chosen_theme(request):
        return None
    told = Subquery(LinkPatrol.objects.values("told_at")[:1])  # that a link is dead, or opens again
    changes = (
        *Issue.objects.aggregate(at=Max("updated_at"), told=Max(told)).values(),
        Article.objects.aggregate(at=Max("updated_at"))["at"],
        STARTED_AT,
    )
    return max(moment for moment in changes if moment)
