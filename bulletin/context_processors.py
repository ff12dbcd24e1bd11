"""What the frame of every page needs."""

from bulletin.models import Section
from bulletin.theme import chosen_theme


def frame(request):
    """The sections for the masthead, fetched only where a page shows it, and the reader's theme."""
    return {"sections": Section.objects.all(), "theme": chosen_theme(request)}
