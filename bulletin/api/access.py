"""Who may ask the API, and how often."""

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from bulletin.access import EVERYONE, FULL_TEXT


class ReaderPermission(BasePermission):
    """As PORTAL_ACCESS says of the pages: open, or for those who are logged in. See bulletin.access."""

    def has_permission(self, request, view):
        is_open = settings.PORTAL_ACCESS in (EVERYONE, FULL_TEXT)
        return is_open or bool(request.user and request.user.is_authenticated)


class Told:
    """A throttle that says in headers how much is left."""

    def headers(self):
        """RateLimit-Limit, -Remaining (requests) and -Reset (seconds); none where it does not apply."""
        if not getattr(self, "history", None) or self.rate is None:
            return {}
        reset = max(0, round(self.duration - (self.now - self.history[-1])))
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(max(0, self.num_requests - len(self.history))),
            "RateLimit-Reset": str(reset),
        }


class ByAddress(Told, AnonRateThrottle):
    """Who is not logged in is told apart by IP address."""


class ByUser(Told, UserRateThrottle):
    """Who is logged in, by account. Others have ByAddress."""

    def get_cache_key(self, request, view):
        return super().get_cache_key(request, view) if request.user.is_authenticated else None
