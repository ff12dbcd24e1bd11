"""Pages of a list by cursor: the next page begins after the last row, however many came in between."""

import base64
import binascii
import json
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError as InvalidValue
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bulletin.api.problems import NoSuchPage

PAGE_SIZE, MOST = 20, 100
LONGEST_CURSOR = 2000  # characters
CURSOR_SCHEMA = {"type": "string", "maxLength": LONGEST_CURSOR}
SIZE_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE_SIZE}
CURSOR_NAMED = "从哪里接着读；取自上一次回答的 next 或 previous，不要自己写"
NOTHING = Q(pk__in=[])
SIZE_NAMED = f"一页几条，至多{MOST}"


class CursorPages(BasePagination):
    """Keyset pages over whatever order the queryset has, its primary key last.

    What is empty comes last, whichever way the order goes, as on the pages for people. The cursor holds the
    values of the row that the page begins after, empty ones too.
    """

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        size = page_size(request)
        self.order = _order(queryset)
        at = _read(request.query_params.get("cursor"), queryset.model, self.order)
        back = bool(at and at["back"])
        order = [by.reversed() for by in self.order] if back else self.order
        rows = queryset.order_by(*(by.term for by in order))
        if at:
            rows = rows.filter(_after(order, at["values"]))
        found = list(rows[: size + 1])
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        self.next = self._link(found[-1], back=False) if found and (more or back) else None
        self.previous = self._link(found[0], back=True) if found and (more if back else at) else None
        return found

    def _link(self, row, back):
        values = [_value(row, by.name) for by in self.order]
        packed = json.dumps([int(back), *values], cls=DjangoJSONEncoder, ensure_ascii=False)
        cursor = base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, data):
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "下一页的地址；没有时为 null"},
                "previous": {**link, "description": "上一页的地址；没有时为 null"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            {"name": "cursor", "in": "query", "description": CURSOR_NAMED, "schema": CURSOR_SCHEMA},
            {"name": "page_size", "in": "query", "description": SIZE_NAMED, "schema": SIZE_SCHEMA},
        ]


def page_size(request):
    """How many rows were asked for. Raises ValidationError for anything but a number from 1 to MOST."""
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValidationError({"page_size": [f"要写成1到{MOST}之间的整数。"]})
    return int(text)


class By(NamedTuple):
    """One column of an order. Only one that can be empty says where: an index serves the plain ones."""

    name: str
    down: bool
    can_be_empty: bool
    empty_first: bool = False

    @property
    def term(self):
        """As Django's names for it."""
        if not self.can_be_empty:
            return f"-{self.name}" if self.down else self.name
        column = F(self.name)
        where = {"nulls_first": True} if self.empty_first else {"nulls_last": True}
        return column.desc(**where) if self.down else column.asc(**where)

    def reversed(self):
        """From the end to the beginning."""
        return self._replace(down=not self.down, empty_first=not self.empty_first)

    def behind(self, value):
        """Rows that come later than those with this value, in this column alone."""
        empty = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return ~empty if self.empty_first else NOTHING
        later = Q(**{f"{self.name}__{'lt' if self.down else 'gt'}": value})
        return later | empty if self.can_be_empty and not self.empty_first else later

    def same(self, value):
        """Rows with this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def _order(queryset):
    """What the queryset is ordered by, unique in the end.

    A relation is ordered by its id: by its name it would be by the other model's own ordering.
    """
    model = queryset.model
    named = [_name(each) for each in queryset.query.order_by or model._meta.ordering]
    order = [_by(model, name.lstrip("-"), down=name.startswith("-")) for name in named]
    key = model._meta.pk.attname
    if key in [by.name for by in order]:
        return order
    return [*order, By(key, order[-1].down if order else False, can_be_empty=False)]


def _name(term):
    """A term of an order as Django's names for it: -stage_on."""
    return term if isinstance(term, str) else f"{'-' if term.descending else ''}{term.expression.name}"


def _by(model, name, down):
    if "__" in name:
        return By(name, down, _field(model, name).null)
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return By(field.attname, down, field.null)


def _after(order, values):
    """Rows behind these values."""
    behind = NOTHING
    same = Q()
    for by, value in zip(order, values, strict=True):
        behind |= same & by.behind(value)
        same &= by.same(value)
    return behind


def _value(row, name):
    *path, last = name.split("__")
    for part in path:
        row = getattr(row, part)
    return getattr(row, row._meta.get_field(last).attname)


def _field(model, name):
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model
    field = model._meta.get_field(last)
    return field.target_field if field.is_relation else field


def _read(text, model, order):
    """The cursor, or None where there is none. Raises NoSuchPage for one that is not ours."""
    if text is None:
        return None
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        back, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if len(text) > LONGEST_CURSOR or back not in (0, 1) or len(values) != len(order):
            raise ValueError("not a cursor of this list")
        return {
            "back": bool(back),
            "values": [
                _checked(_field(model, by.name), value) for by, value in zip(order, values, strict=True)
            ],
        }
    except (ValueError, TypeError, binascii.Error, RecursionError, InvalidValue) as error:
        raise NoSuchPage("cursor 不是这个列表给出的值，请从第一页读起。") from error


def _checked(field, value):
    """The value as its column has it."""
    if value is None:
        return None
    if isinstance(value, bool | float | list | dict) or "\x00" in str(value) or len(str(value)) > 1000:
        raise ValueError("no value of a cursor")
    value = field.to_python(value)
    if isinstance(value, int) and abs(value) >= 1 << 31 and not isinstance(value, date):
        raise ValueError("no number of ours")
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < 10**18):
        raise ValueError("no amount of ours")
    return value
