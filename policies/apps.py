"""The policies app."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Names the app."""

    name = "policies"
    verbose_name = "政策"
