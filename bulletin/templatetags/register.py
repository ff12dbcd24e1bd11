"""How the register is written on a page: the look of a stage, addresses with a filter."""

from django import template
from django.urls import reverse

from bulletin.analysis.showing import STAGE_CLASS

register = template.Library()


@register.filter
def stage_class(stage: str) -> str:
    """The class that gives a stage its shape: the nearer to force, the more solid."""
    return f"stage stage--{STAGE_CLASS.get(stage, 'report')}"


@register.simple_tag
def list_of(name: str, **chosen) -> str:
    """The address of a list with these filters, empty ones left out: {% list_of "policy_list" region=path
    %}.
    """
    query = "&".join(f"{key}={value}" for key, value in chosen.items() if value not in ("", None))
    return reverse(name) + (f"?{query}" if query else "")


@register.filter
def per_cent(part: int, whole: int) -> str:
    """A share as it is printed: 12%."""
    return f"{round(100 * part / whole)}%" if whole else "—"


@register.filter
def zipped(one, other):
    """Two lists side by side."""
    return zip(one, other, strict=False)
