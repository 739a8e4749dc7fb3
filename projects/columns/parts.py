"""What ledgers about projects have in common: the columns that name the project."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Region, User
from communities.columns import TEXT, YEAR, region_widget
from records.columns import Column, LedgerResource


class ProjectPartLedger(LedgerResource):
    """A ledger whose rows are about projects; each ledger adds its own columns and its way to know a row."""

    anchors = {"project_id": "community_name"}

    community_name = Column(
        None,
        gettext_lazy("Community name"),
        TEXT,
        lookup="project__community__name",
        group="basic",
        required=True,
        frozen=True,
        width=170,
        total="count",
        aliases=("小区", "小区名称", "名称", "改造小区", "改造小区名称", "community", "项目名称"),
    )
    region = Column(
        None,
        gettext_lazy("City or county"),
        region_widget(),
        lookup="project__community__region_id",
        group="basic",
        width=110,
        aliases=("市县", "县区", "区县", "县(市、区)", "县市区", "区", "县", "county", "district"),
    )
    street = Column(
        None,
        gettext_lazy("Street"),
        TEXT,
        lookup="project__community__street",
        group="basic",
        width=100,
        aliases=("街道", "所在街道", "所在街道及社区"),
    )
    plan_year = Column(
        None,
        gettext_lazy("Plan year"),
        YEAR,
        lookup="project__plan_year",
        group="basic",
        required=True,
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )

    @classmethod
    def rows_for(cls, user: User, *, year: int | None = None, unit: Region | None = None) -> QuerySet[Any]:
        """Return the rows about projects of one plan year the user may read."""
        rows = super().rows_for(user, unit=unit)
        return rows if year is None else rows.filter(project__plan_year=year)
