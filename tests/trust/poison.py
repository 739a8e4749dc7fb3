"""Hostile words in every text that people type, in every table of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests.trust.payloads import PAYLOADS

APPS = (
    "records",
    "communities",
    "projects",
    "consultations",
    "funding",
    "assessments",
    "ledgers",
    "dashboards",
)
# Texts that the portal itself writes, or by which it finds rows again.
NOT_TYPED = frozenset(
    {
        "building_number",
        "ledgers.Dispatch.source",
        "code",
        "code_hash",
        "column",
        "fingerprint",
        "firm_code",
        "formula",
        "grade",
        "indicator",
        "key",
        "language",
        "ledger",
        "link",
        "locator",
        "message",
        "mend",
        "name_key",
        "number_key",
        "origin",
        "partner_code",
        "picture_hash",
        "place_key",
        "privacy_version",
        "record_type",
        "sha256",
        "standards",
        "url",
        "unit",
    }
)
# So many rows of a table: as many as there are payloads.
MOST_ROWS = len(PAYLOADS)


def typed_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a table that hold what somebody typed."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and not {field.name, f"{model._meta.label}.{field.name}"} & NOT_TYPED
    ]


def tables() -> Iterator[type[models.Model]]:
    """Yield the tables in which people's words stand, without those of their history."""
    for name in APPS:
        for model in apps.get_app_config(name).get_models():
            if not model.__name__.startswith("Historical") and typed_fields(model):
                yield model


def poison_tables() -> set[str]:
    """Write payloads into the typed texts of every table; return the labels of the tables that hold some.

    What is frozen or would break a rule of the table stays as it is.
    """
    done = set()
    for model in tables():
        for place, pk in enumerate(
            model._base_manager.order_by("-pk").values_list("pk", flat=True)[:MOST_ROWS]
        ):
            for field in typed_fields(model):
                # Different in each row: some have to be.
                text = f"{place}{PAYLOADS[place % len(PAYLOADS)]}"[: field.max_length or None]
                if _set(model, pk, field.name, text):
                    done.add(model._meta.label)
    return done


def _set(model: type[models.Model], pk: Any, name: str, text: str) -> bool:
    try:
        with transaction.atomic():
            return bool(models.QuerySet(model).filter(pk=pk).update(**{name: text}))
    except (DatabaseError, TypeError):
        return False
