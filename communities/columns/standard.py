"""Columns of the technical standards, and of the taxonomies that group works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from communities.columns.kinds import TEXT, YEAR, remark_column
from communities.columns.recognition import shared_region_widget
from communities.models import Taxonomy, TechnicalStandard
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource


class CodedLedger(LedgerResource):
    """A ledger of rows with a code of their own that hold for a region and all below it."""

    groups = {
        "what": gettext_lazy("What it is"),
        "place": gettext_lazy("Where it holds"),
        "other": gettext_lazy("Other"),
    }

    code = Column(
        "code",
        gettext_lazy("Code"),
        TEXT,
        group="what",
        required=True,
        frozen=True,
        width=120,
        total="count",
        aliases=("编码", "代码", "编号"),
    )
    name = Column(
        "name", gettext_lazy("Name"), TEXT, group="what", required=True, width=260, aliases=("名称",)
    )
    region = Column(
        "region_id",
        gettext_lazy("Holds in"),
        shared_region_widget(),
        group="place",
        required=True,
        width=130,
        aliases=("适用地区", "地区"),
    )

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise rows by their code, which is taken once."""
        fresh = [entry for entry in entries if entry.pk is None]
        rows: Any = cls.model._default_manager
        codes = {entry.values.get("code") for entry in fresh}
        known = dict(rows.all().live().filter(code__in=codes).values_list("code", "pk"))
        for entry in fresh:
            entry.pk = known.get(entry.values.get("code"))


class TaxonomyLedger(CodedLedger):
    """分类体系: one row a way to group works."""

    model = Taxonomy

    source = Column(
        "source", gettext_lazy("Source"), TEXT, group="other", width=300, aliases=("依据", "来源")
    )


class StandardLedger(CodedLedger):
    """技术标准: one row a technical guide or standard that governs works."""

    model = TechnicalStandard

    status = Column(
        "status",
        gettext_lazy("Status"),
        ChoiceWidget(TechnicalStandard.Status),
        group="what",
        required=True,
        width=110,
        aliases=("状态", "效力"),
    )
    issued_year = Column(
        "issued_year", gettext_lazy("Year of issue"), YEAR, group="what", aliases=("发布年份", "发布年")
    )
    link = Column("link", gettext_lazy("Link"), TEXT, group="other", width=260, aliases=("链接", "网址"))
    remark = remark_column()
