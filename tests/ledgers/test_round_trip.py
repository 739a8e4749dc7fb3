"""What the portal hands out comes back as no change at all: every ledger, role and language."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from ledgers.grid import GridScope
from ledgers.importing import mapping as headings
from ledgers.importing.plan import ImportPlan
from ledgers.importing.planning import Order, plan_import
from ledgers.reader import read_file
from ledgers.registry import LEDGERS
from ledgers.workbooks import stamp
from ledgers.workbooks.export import export
from ledgers.workbooks.template import template
from tests.ledgers.makers import MAKERS

pytestmark = pytest.mark.django_db
KINDS = ("template", "xlsx", "csv")


def scope_of(user: User, slug: str) -> GridScope:
    ledger = LEDGERS[slug]
    return GridScope(ledger, user, year=2020 if ledger.by_year else None)


def handed_out(scope: GridScope, kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "template":
        template(scope, target)
    else:
        export(scope, target, kind)
    return target.getvalue()


def planned(scope: GridScope, path: Path) -> ImportPlan:
    """Return the plan of a file exactly as the upload page would make it."""
    document = read_file(path, path.name, header_words=headings.vocabulary(scope.ledger))
    assert stamp.refusal_of(document, scope.ledger) is None
    found = headings.map_headings(scope.ledger, document, scope.user.region)
    assert [mapped.text for mapped in found if mapped.how != "known"] == []
    assert headings.missing_required(scope.ledger, found, document) == []
    order = Order(ledger=scope.ledger, user=scope.user, region=scope.user.region, year=scope.year)
    return plan_import(order, document, found)


@pytest.fixture(params=["yanji", "province_user"])
def user(request: pytest.FixtureRequest) -> User:
    """Each role that may import."""
    found: User = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("languages", [("zh-hans", "zh-hans"), ("en", "en"), ("en", "zh-hans")])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", sorted(MAKERS))
def test_a_file_of_ours_comes_back_unchanged(
    slug: str, kind: str, languages: tuple[str, str], user: User, tmp_path: Path
) -> None:
    MAKERS[slug]()
    scope = scope_of(user, slug)
    path = tmp_path / ("file.csv" if kind == "csv" else "file.xlsx")
    with override(languages[0]):
        path.write_bytes(handed_out(scope, kind))
    with override(languages[1]):
        plan = planned(scope, path)
    rows = scope.rows()
    assert rows
    if kind == "template" and scope.reads_beyond:
        # What is shared from above is read by those below; a template holds what its user may change.
        manager: Any = LEDGERS[slug].resource.model._default_manager
        own = set(manager.editable_by(user).values_list("pk", flat=True))
        rows = [row for row in rows if row["id"] in own]
    assert [
        (row.number, row.label, row.status, row.values, row.problems)
        for row in plan.rows
        if row.status != "same"
    ] == []
    assert sorted(row.pk or 0 for row in plan.rows) == sorted(row["id"] for row in rows)
    assert (plan.missing_count, plan.open_doubts()) == (0, 0)
    assert set(plan.left_out) <= {"notes"}
