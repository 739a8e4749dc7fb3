"""The columns that say which community and plan year a row is about, of the ledgers of projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from communities.columns import REGION_ALIASES, YEAR, community_column, region_column, street_column
from records.columns import Column

COMMUNITY_ALIASES = ("小区", "小区名称", "名称", "改造小区", "改造小区名称", "community", "项目名称")


def project_community_column(via: str) -> Column:
    """Return the column of the community's name; ``via`` is the way to it from the row."""
    return community_column(via, group="basic", aliases=COMMUNITY_ALIASES, width=170, total="count")


def project_region_column(via: str) -> Column:
    """Return the column of the region the community is in."""
    return region_column(via, group="basic", aliases=(*REGION_ALIASES, "county", "district"))


def project_street_column(via: str) -> Column:
    """Return the column of the street the community is in."""
    return street_column(via, group="basic", aliases=("街道", "所在街道", "所在街道及社区"))


def plan_year_column(attribute: str | None = None, lookup: str = "") -> Column:
    """Return the column of the plan year: stored in the row, or looked up at the project."""
    return Column(
        attribute,
        gettext_lazy("Plan year"),
        YEAR,
        lookup=lookup,
        group="basic",
        required=True,
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )
