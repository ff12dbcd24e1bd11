"""The private address of an unpublished issue: signed, so that none is guessed; a row, so that it ends.

What it shows is what readers will get, by the very views that readers get it from. Only links within the
issue are turned to the preview's own addresses.
"""

import re
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from bulletin.publishing.records import PreviewLink

SIGNER = Signer(sep=".", salt="bulletin.preview")
DAYS = (1, 7, 30)  # to choose from
LINKS = re.compile(r'(?<=\s)(href|src|srcset)="([^"]*)"')
WITHIN = r"(?P<rest>(?:print/|\d+/(?:pictures/\d+\.webp)?)?)(?=[#? ,]|$)"


def make(issue, by, days: int) -> PreviewLink:
    """A new address for the issue, for so many days."""
    return issue.previews.create(made_by=by, expires_at=timezone.now() + timedelta(days=days))


def token_of(link: PreviewLink) -> str:
    return SIGNER.sign(link.pk)


def find(token: str) -> PreviewLink | None:
    """The row of an address, valid or not; None for one that we never made."""
    try:
        key = SIGNER.unsign(token)
    except BadSignature:
        return None
    return PreviewLink.objects.select_related("issue").filter(pk=key).first()


def turned(page: str, total_number: int, token: str) -> str:
    """A page of the issue with its links within the issue turned to those of the preview."""
    public, private = reverse("issue", args=[total_number]), reverse("preview_issue", args=[token])
    within = re.compile(rf"(?:(?<=^)|(?<=, )){re.escape(public)}{WITHIN}")

    def turn(link: re.Match[str]) -> str:
        return f'{link[1]}="{within.sub(lambda found: private + found["rest"], link[2])}"'

    return LINKS.sub(turn, page)
