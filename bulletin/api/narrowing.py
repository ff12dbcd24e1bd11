"""The filters of the pages as parameters of the API: the same FilterSets, but a wrong value is an error."""

import re

import django_filters
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend

from bulletin.analysis.choices import Choices
from bulletin.filters import Chosen

TEXT = {"type": "string", "maxLength": 200, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 2**31 - 1  # a column's integer


class PageFilters(BaseFilterBackend):
    """Narrows by the view's `filterset_class`."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = getattr(view, "filterset_class", None)
        if filterset_class is None or view.detail:
            return queryset
        query = request.query_params
        _refuse_what_no_column_holds(filterset_class, query)
        more = [Choices(query)] if issubclass(filterset_class, Chosen) else []
        filterset = filterset_class(query, queryset, *more)
        if not filterset.is_valid():
            raise ValidationError(filterset.errors)
        return filterset.qs

    def get_schema_operation_parameters(self, view):
        filterset_class = getattr(view, "filterset_class", None)
        if filterset_class is None or view.detail:
            return []
        return [
            {
                "name": name,
                "in": "query",
                "description": each.label,
                "schema": _schema(each),
                **({"style": "form", "explode": False} if _is_order(each) else {}),
            }
            for name, each in filterset_class.base_filters.items()
        ]


def _refuse_what_no_column_holds(filterset_class, query):
    """Django's forms take any number; what is described is whole and fits a column."""
    wrong = {}
    for name, each in filterset_class.base_filters.items():
        if name not in query:
            continue
        value = query[name]
        if isinstance(each, django_filters.NumberFilter):
            least, most = _bounds(each)
            if not (value.isascii() and value.isdigit() and len(value) < 11 and least <= int(value) <= most):
                wrong[name] = [f"要写成{least}到{most}之间的整数。"]
        elif isinstance(each, django_filters.DateFilter):
            if not DAY.fullmatch(value):
                wrong[name] = ["要写成 2025-01-31 这样的日期。"]
        elif _is_order(each) and value and not all(value.split(",")):
            wrong[name] = ["逗号之间不能留空。"]
        elif isinstance(each, django_filters.ChoiceFilter) and not value and not _is_order(each):
            wrong[name] = ["不能留空；不按它筛选时请去掉这个参数。"]
        elif len(value) > TEXT["maxLength"] or UNPRINTABLE.search(value):
            wrong[name] = [f"不能超过{TEXT['maxLength']}个字，也不能有控制字符。"]
    if wrong:
        raise ValidationError(wrong)


def _schema(each):
    if isinstance(each, django_filters.NumberFilter):
        least, most = _bounds(each)
        return {"type": "integer", "minimum": least, "maximum": most}
    if isinstance(each, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    if _is_order(each):
        values = [value for value, _ in each.extra["choices"]]
        return {"type": "array", "items": {"type": "string", "enum": values}, "maxItems": 3}
    if isinstance(each, django_filters.ChoiceFilter):
        return {"type": "string", "enum": [value for value, _ in each.extra["choices"]]}
    return TEXT


def _is_order(each):
    return isinstance(each, django_filters.OrderingFilter)


def _bounds(each):
    return int(each.extra.get("min_value", 0)), int(each.extra.get("max_value", MOST))
