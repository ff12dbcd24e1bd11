"""The regions app."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Names the app."""

    name = "regions"
    verbose_name = "行政区划"
