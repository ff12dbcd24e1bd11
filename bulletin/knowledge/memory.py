"""What an editor's act changed, so that it can be undone: rows as they were, and rows that it made."""

import json
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import Q

from bulletin.facts import ArticleTarget, Decision, Fact, LinkProposal, Telling
from policies.models import SaidBy, Stage

MADE = "made"
CHANGED = "changed"
REMOVED = "removed"


class Memory:
    """Rows touched by one act, each remembered once, as it was before."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}

    def change(self, row: models.Model, *fields: str) -> None:
        """Remember fields that are about to change."""
        self._add(row, CHANGED, _fields(row, fields))

    def remove(self, row: models.Model) -> None:
        """Remember a row that is about to be deleted."""
        self._add(row, REMOVED, _fields(row))

    def remove_fact(self, fact: Fact) -> None:
        """Remember a fact that is about to be deleted, with what goes or may go with it."""
        self.remove(fact)
        if isinstance(fact, ArticleTarget):
            self.remove(fact.target)
        if isinstance(fact, Telling):
            self.remove(fact.policy)
            for pair in LinkProposal.objects.filter(Q(left=fact) | Q(right=fact)):
                self.remove(pair)

    def make(self, row: models.Model) -> None:
        """Remember a row that was just made."""
        self._add(row, MADE, {})

    def _add(self, row: models.Model, how: str, fields: dict[str, Any]) -> None:
        entry = {"model": row._meta.label_lower, "pk": row.pk, "how": how, "fields": fields}
        known = self.rows.setdefault((entry["model"], row.pk), entry)
        if known is not entry and how != MADE:
            known["fields"] = fields | known["fields"]
            if how == REMOVED and known["how"] == CHANGED:
                known["how"] = REMOVED

    def as_json(self) -> list[dict[str, Any]]:
        return list(self.rows.values())


def later_decisions(decision: Decision) -> models.QuerySet:
    """Decisions made after this one that touched the same rows and still stand: they are undone first."""
    touched = {(row["model"], row["pk"]) for row in decision.before["rows"]}
    later = Decision.objects.filter(pk__gt=decision.pk, undone_at=None)
    overlapping = [
        other.pk
        for other in later.order_by("-pk")
        if touched & {(row["model"], row["pk"]) for row in other.before["rows"]}
    ]
    return Decision.objects.filter(pk__in=overlapping)


def restore(rows: list[dict[str, Any]]) -> None:
    """Put rows back as they were. What is gone for another reason meanwhile, with its article, stays gone."""
    gone = []
    for row in rows:
        model = apps.get_model(row["model"])
        standing = model.objects.filter(pk=row["pk"])
        if row["how"] == MADE:
            standing.delete()
        elif standing.exists():
            values = _values(model, row["fields"])
            _make_way(model, row["pk"], values)
            standing.update(**values)
        elif row["how"] == REMOVED:
            gone.append((model, row["pk"], _values(model, row["fields"])))
    while gone:  # a row comes back once all that it points to is there
        fitting = [each for each in gone if _fits(each[0], each[2])]
        if not fitting:
            break
        for model, pk, values in fitting:
            _make_way(model, pk, values)
            model(pk=pk, **values).save(force_insert=True)
        gone = [each for each in gone if each not in fitting]


def _make_way(model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
    """Remove what the machine has drawn since in the place of the row; it is drawn anew from the row."""
    if model is Stage and "happened_on" in values:
        place = {name: values[name] for name in ("policy_id", "kind", "happened_on") if name in values}
        policy_id = place.pop("policy_id", None) or Stage.objects.filter(pk=pk).values("policy_id")[:1]
        drawn = Stage.objects.filter(policy_id=policy_id, said_by=SaidBy.MACHINE, **place)
        drawn.exclude(pk=pk).delete()


def _fields(row: models.Model, names: tuple[str, ...] = ()) -> dict[str, Any]:
    wanted = names or [field.name for field in row._meta.concrete_fields if not field.primary_key]
    [told] = json.loads(serializers.serialize("json", [row], fields=wanted))
    return told["fields"]


def _values(model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in fields.items():
        field = model._meta.get_field(name)
        values[field.attname] = (
            field.target_field.to_python(value) if field.is_relation else field.to_python(value)
        )
    return values


def _fits(model: type[models.Model], values: dict[str, Any]) -> bool:
    """Whether all that a row must point to is there; a stage is found again, all else is waited for."""
    for field in model._meta.concrete_fields:
        target = values.get(field.attname) if field.is_relation else None
        if target is not None and not field.related_model.objects.filter(pk=target).exists():
            if field.related_model is not Stage:
                return False
            values[field.attname] = None
    return True
