"""Columns of the ledger of bundles."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns import TEXT, YEAR, remark_column, unit_widget
from projects.columns.kinds import YES_NO
from projects.columns.recognition import recognise_of_year
from projects.models import Bundle
from records.columns import Column, Context, Entry, LedgerResource


class BundleLedger(LedgerResource):
    """打包台账: one row a bundle of projects under one approval, tender or contract."""

    model = Bundle
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "covers": gettext_lazy("What is done together"),
        "other": gettext_lazy("Other"),
    }
    year_field = "year"

    name = Column(
        "name",
        gettext_lazy("Bundle"),
        TEXT,
        group="basic",
        required=True,
        frozen=True,
        width=220,
        total="count",
        aliases=("名称", "打包名称", "标段", "项目包", "项目名称"),
    )
    unit = Column(
        "unit_id",
        gettext_lazy("Reporting unit"),
        unit_widget(),
        group="basic",
        required=True,
        width=120,
        aliases=("市县", "县区", "区县", "县(市、区)", "县市区"),
    )
    year = Column(
        "year",
        gettext_lazy("Plan year"),
        YEAR,
        group="basic",
        required=True,
        width=70,
        aliases=("年度", "计划年度", "年份"),
    )
    covers_approval = Column(
        "covers_approval",
        gettext_lazy("One approval"),
        YES_NO,
        group="covers",
        width=90,
        aliases=("打包立项", "联合审批", "合并立项"),
    )
    covers_tender = Column(
        "covers_tender",
        gettext_lazy("One tender"),
        YES_NO,
        group="covers",
        width=90,
        aliases=("打包招标", "合并招标"),
    )
    covers_contract = Column(
        "covers_contract",
        gettext_lazy("One contract"),
        YES_NO,
        group="covers",
        width=90,
        aliases=("合并合同", "一个合同"),
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="covers",
        width=170,
        aliases=("文号", "批复文号", "立项文号"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise bundles by unit, year and name."""
        recognise_of_year(entries, context, Bundle, ("name",))
