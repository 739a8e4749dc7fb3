"""Columns of the ledger of difficulty coefficients."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from assessments.models import FiscalFactor
from communities.columns import TEXT, YEAR, remark_column, unit_widget
from projects.columns.recognition import recognise_of_year
from records.columns import Column, Context, Entry, LedgerResource, NumberWidget


class FiscalFactorLedger(LedgerResource):
    """财政困难程度系数: one row a reporting unit and year."""

    model = FiscalFactor
    groups = {
        "place": gettext_lazy("Where and when"),
        "value": gettext_lazy("Coefficient"),
        "other": gettext_lazy("Other"),
    }
    year_field = "year"
    searched = ("unit__name", "unit__short_name", "document_no")

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
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise coefficients by unit and year."""
        recognise_of_year(entries, context, FiscalFactor)
