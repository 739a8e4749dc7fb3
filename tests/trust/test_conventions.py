"""House rules that a reader of one file cannot check: held by the syntax tree, shown on bad samples."""

from __future__ import annotations

import ast
import inspect

import pytest
from django.apps import apps
from django.db import models

from tests.trust.conventions import APPS, bare_writes, floats_of_money, late_imports, record_models, sources

RECORDS = record_models()

BAD_WRITES = """
from communities.models import Building, Community

Community.objects.filter(pk=1).update(name="x")

def one(user):
    row = Community.objects.visible_to(user).get(pk=1)
    row.name = "x"
    row.save()

def two(user):
    for project in Project.objects.live():
        project.delete()

def three(rows):
    Building.objects.bulk_create(Building(number="1") for _ in rows)

def four(community: Community) -> None:
    community.save(update_fields=["name"])

def five(scope):
    found = scope.ledger.resource.rows_for(scope.user)
    first = found[0]
    first.save()
    found.update(remark="")

def six(scope, pk):
    scope.ledger.resource.model.objects.filter(pk=pk).delete()

def seven():
    Community(name="x").save()
    AnnualPlan.objects.get_or_create(year=2020)

def eight(user):
    listed = list(Community.objects.all())
    Community.objects.bulk_update(listed, ["name"])

def nine(user, pk):
    row = get_object_or_404(Project.objects.visible_to(user), pk=pk)
    row.save()

def ten(pk):
    Community.history.filter(id=pk).delete()
"""
GOOD_WRITES = """
def one(user):
    names = dict(Community.objects.values_list("pk", "name"))
    names.update({1: "x"})
    seen = {row.pk for row in Community.objects.visible_to(user)}
    seen.update([1])

def two(batch):
    batch.save(update_fields=["state"])
    ImportBatch.objects.filter(pk=1).update(state="x")

def three(user):
    apply(Community, actor=user, values={"name": "x"})
"""


def test_ledger_rows_are_written_by_the_write_path_alone() -> None:
    assert {"Community", "Building", "AnnualPlan", "Project"} <= RECORDS
    found = [
        breach
        for path, tree in sources(without=("records/services.py", "records/writing.py", "records/history.py"))
        for breach in bare_writes(path, tree, RECORDS)
    ]
    assert found == []


def test_the_test_of_writes_can_see() -> None:
    lines = BAD_WRITES.splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if any(f".{call}(" in line for call in _CALLS)}
    found = {breach.line for breach in bare_writes("sample.py", ast.parse(BAD_WRITES), RECORDS)}
    assert found == wrong
    assert len(found) == 13
    assert bare_writes("sample.py", ast.parse(GOOD_WRITES), RECORDS) == []


_CALLS = ("save", "update", "delete", "bulk_create", "bulk_update", "get_or_create")


def test_no_function_imports_another_app() -> None:
    found = [breach for path, tree in sources() for breach in late_imports(path, tree)]
    assert found == []


@pytest.mark.parametrize(
    "sample",
    [
        "def f():\n    from communities.models import Community",
        "def f():\n    def g():\n        import projects.models",
        "class A:\n    def f(self):\n        from accounts import audit",
    ],
)
def test_the_test_of_imports_can_see(sample: str) -> None:
    assert late_imports("ledgers/x.py", ast.parse(sample)) != []


def test_no_amount_becomes_a_float() -> None:
    found = [breach for path, tree in sources() for breach in floats_of_money(path, tree)]
    assert found == []
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
        or (field.name.endswith("_fen") and not isinstance(field, models.BigIntegerField))
        or (field.name.endswith("_area") and not isinstance(field, models.DecimalField))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "sample",
    ["float(row.invested_fen)", "float(floor_area)", "planned_investment_fen / 3", "models.FloatField()"],
)
def test_the_test_of_floats_can_see(sample: str) -> None:
    assert floats_of_money("x.py", ast.parse(sample)) != []


def test_every_model_says_what_it_is_in_the_world() -> None:
    silent = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in APPS
        and not model.__name__.startswith("Historical")
        and (not inspect.getdoc(model) or (model.__doc__ or "").startswith(f"{model.__name__}("))
    ]
    assert silent == []


def test_every_record_has_the_scope_of_a_region() -> None:
    for model in apps.get_models():
        if model.__name__ in RECORDS:
            queryset = model._default_manager.all()
            assert hasattr(queryset, "visible_to"), model
            assert hasattr(queryset, "editable_by"), model
            assert hasattr(model, "history"), model
