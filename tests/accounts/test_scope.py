"""Scope: rows of the own region and below, and nothing for those who may not look.

Accounts themselves stand for the rows here: they belong to a region as every ledger row does.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Region, User
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(yanji: User, dunhua: User) -> ScopedQuerySet[User]:
    """Rows in 延吉, 敦化 and a district of 长春, beside those of the cast."""
    make_user("nanguan", "南关区", Role.ENTRY, "220102")
    return ScopedQuerySet(User)


def codes(rows: ScopedQuerySet[User]) -> list[str]:
    """Return the regions of the rows."""
    return sorted(rows.values_list("region__code", flat=True))


def test_an_entry_officer_sees_and_edits_the_own_unit_only(rows: ScopedQuerySet[User], yanji: User) -> None:
    assert codes(rows.visible_to(yanji)) == ["222401"]
    assert codes(rows.editable_by(yanji)) == ["222401"]


def test_a_unit_holds_the_rows_of_its_districts(rows: ScopedQuerySet[User]) -> None:
    changchun = make_user("changchun", "长春市本级", Role.ENTRY, "220101")

    assert codes(rows.visible_to(changchun)) == ["220101", "220102"]


def test_a_reviewer_sees_the_prefecture_and_edits_nothing(
    rows: ScopedQuerySet[User], prefecture_reviewer: User
) -> None:
    assert codes(rows.visible_to(prefecture_reviewer)) == ["222400", "222401", "222403"]
    assert codes(rows.editable_by(prefecture_reviewer)) == []


def test_seeing_reaches_further_than_entering(rows: ScopedQuerySet[User]) -> None:
    helper = make_user("helper", "代录员", Role.ENTRY, "222401", view_region="222400")

    assert codes(rows.visible_to(helper)) == ["222401", "222401", "222403"]
    assert codes(rows.editable_by(helper)) == ["222401", "222401"]


def test_the_province_sees_everything_without_asking_for_paths(
    rows: ScopedQuerySet[User], province_user: User
) -> None:
    assert rows.visible_to(province_user).count() == User.objects.count()
    assert "path" not in str(rows.visible_to(province_user).query)


@pytest.mark.parametrize("administrator", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_see_no_business_rows(
    rows: ScopedQuerySet[User], administrator: str, request: pytest.FixtureRequest
) -> None:
    assert not rows.visible_to(request.getfixturevalue(administrator)).exists()
    assert not rows.editable_by(request.getfixturevalue(administrator)).exists()


def test_visitors_and_closed_accounts_see_nothing(rows: ScopedQuerySet[User], yanji: User) -> None:
    yanji.is_active = False

    assert not rows.visible_to(AnonymousUser()).exists()
    assert not rows.editable_by(AnonymousUser()).exists()
    assert not rows.visible_to(yanji).exists()


def test_a_neighbouring_code_is_not_taken_for_a_region_below() -> None:
    """220101 (长春市本级) and 220102 (南关区) differ by a digit; only the path tells which holds which."""
    assert not Region.objects.get(code="220102").contains(Region.objects.get(code="220101"))
