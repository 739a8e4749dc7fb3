"""Communities of 延吉市 and the grid that shows them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.models import Region, User
from communities.models import Community
from records.models import ChangeSet
from records.planning import Change
from records.services import apply_many
from tests.browser.grid_page import GridPage
from tests.browsing import OpenPage

NAMES = ("铁南", "建安", "小营", "园辉", "民和", "延春", "长青", "白玉", "丹英", "正阳")
OpenGrid = Callable[..., GridPage]


def make_communities(user: User, count: int) -> list[Community]:
    """Make communities with plausible sizes: 212 households and 21,200 ㎡ in six buildings each."""
    region = Region.objects.get(code="222401").pk
    changes = [
        Change(
            values={
                "name": f"{NAMES[number % 10]}{number // 10 or ''}小区",
                "region_id": region,
                "street": "北山街道",
                "address": f"公园路{number + 1}号",
                "building_count": 6,
                "household_count": 212,
                "floor_area": Decimal("21200.00"),
                "built_from": 1995,
            }
        )
        for number in range(count)
    ]
    apply_many(Community, actor=user, source=ChangeSet.Source.LOAD, changes=changes)
    return list(Community.objects.order_by("pk"))


@pytest.fixture
def communities(yanji: User) -> list[Community]:
    """Ten communities of 延吉市."""
    return make_communities(yanji, 10)


@pytest.fixture
def open_grid(open_page: OpenPage) -> OpenGrid:
    """Open the community ledger as a user; options are those of ``open_page``."""

    def opened(user: User, query: str = "", **options: object) -> GridPage:
        return GridPage(open_page(f"/ledgers/communities/{query}", user, **options))

    return opened
