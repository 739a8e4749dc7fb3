"""What the tables of residents can hold: places, texts and marks, and no person (个人信息保护法 第六条)."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from communities.models import Household
from consultations.models import AccessCode, ResidentSession

# What could carry a person's data if somebody put it there, table by table, with what it is for.
FREE_TEXT = {
    "Household": {"entrance", "room", "place_key", "owner_group", "remark", "markers"},
    "AccessCode": {"locator", "code_hash", "secret_hash", "revoked_reason"},
    "ResidentSession": {"token_hash", "privacy_version"},
    "RollEntry": {"building_number", "entrance", "room", "person"},
    "Comment": {"text", "voice", "photo", "hidden_reason", "key"},
    "Support": set[str](),
    "Ballot": {"proxy_holder", "sheet_no", "scan"},
    "Sheet": set[str](),
    "Answer": {"text"},
}
PERSONAL = ("name", "phone", "telephone", "mobile", "identity", "id_number", "email", "openid", "birth", "ip")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)


def texts_of(model: type[models.Model]) -> set[str]:
    """Return the columns of a table in which words or files could be kept; choices and numbers cannot."""
    return {
        field.name for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.choices
    }


def tables() -> dict[str, type[models.Model]]:
    """Return the tables that are about single households."""
    kept: dict[str, type[models.Model]] = {Household.__name__: Household}
    for model in apps.get_app_config("consultations").get_models():
        about = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        if about & {Household, ResidentSession, AccessCode} or model.__name__ in FREE_TEXT:
            kept[model.__name__] = model
    return {name: model for name, model in kept.items() if not name.startswith("Historical")}


def test_the_tables_of_residents_hold_the_columns_listed_here_and_no_others() -> None:
    assert {name: texts_of(model) for name, model in tables().items()} == FREE_TEXT


def test_no_column_of_a_residents_table_is_named_for_a_person() -> None:
    named = {
        f"{name}.{field.name}"
        for name, model in tables().items()
        for field in model._meta.concrete_fields
        if set(field.name.split("_")) & set(PERSONAL)
    }
    assert named == set()
