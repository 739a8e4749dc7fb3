"""Columns of the ledger of difficulty coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Region, User
from assessments.models import FiscalFactor
from communities.columns import TEXT, YEAR, remark_column, unit_widget, working_unit
from projects.columns.kinds import default_year
from records.columns import Column, Context, Entry, LedgerResource, NumberWidget


class FiscalFactorLedger(LedgerResource):
    """财政困难程度系数: one row a reporting unit and year."""

    model = FiscalFactor
    groups = {
        "place": gettext_lazy("Where and when"),
        "value": gettext_lazy("Coefficient"),
        "other": gettext_lazy("Other"),
    }

    unit = Column(
        "unit_id",
        gettext_lazy("Reporting unit"),
        unit_widget(),
        group="place",
        required=True,
        frozen=True,
        width=140,
        total="count",
        aliases=("市县", "县区", "区县", "县(市、区)", "地区"),
    )
    year = Column(
        "year",
        gettext_lazy("Year"),
        YEAR,
        group="place",
        required=True,
        width=80,
        aliases=("年度", "年份", "预算年度"),
    )
    coefficient = Column(
        "coefficient",
        gettext_lazy("Difficulty coefficient"),
        NumberWidget(places=4, kind="decimal"),
        group="value",
        required=True,
        width=130,
        aliases=("财政困难程度系数", "困难系数", "困难程度系数", "系数", "k"),
        help=gettext_lazy("As the finance department sets it; it holds until a later year has its own."),
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="value",
        width=180,
        aliases=("文号", "依据文号", "依据"),
    )
    remark = remark_column()

    @classmethod
    def rows_for(cls, user: User, *, year: int | None = None, unit: Region | None = None) -> QuerySet[Any]:
        """Return the coefficients of one year the user may read."""
        rows = super().rows_for(user, unit=unit)
        return rows if year is None else rows.filter(year=year)

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise coefficients by unit and year."""
        fresh = [entry for entry in entries if entry.pk is None]
        own = working_unit(context)
        for entry in fresh:
            if own and entry.values.get("unit_id") is None and not entry.failed("unit"):
                entry.values["unit_id"] = own.pk
        default_year(fresh, context, "year", "year")
        rows = FiscalFactor.objects.live().filter(
            unit__in={entry.values.get("unit_id") for entry in fresh} - {None}
        )
        known: dict[Any, int] = {
            (unit, year): pk for pk, unit, year in rows.values_list("pk", "unit_id", "year")
        }
        for entry in fresh:
            entry.pk = known.get((entry.values.get("unit_id"), entry.values.get("year")))
