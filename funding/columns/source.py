"""Columns of the ledger of sources of money, and how other ledgers name a source."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns import COUNT, FLAG, TEXT, named, shared_region_widget
from funding.models import Source
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource, ReferenceWidget


def _sources(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    rows = Source.objects.live() if context.user is None else Source.objects.visible_to(context.user)
    return named(rows.values_list("pk", "name", "code"))


def source_widget() -> ReferenceWidget:
    """Return the widget of a column that names a source of money, by its name or code."""
    return ReferenceWidget("fund_sources", _sources)


class SourceLedger(LedgerResource):
    """资金来源: one row a channel and the instrument by which it pays."""

    model = Source
    groups = {
        "source": gettext_lazy("Source of money"),
        "rule": gettext_lazy("Rule"),
        "other": gettext_lazy("Other"),
    }

    name = Column(
        "name",
        gettext_lazy("Source of money"),
        TEXT,
        group="source",
        required=True,
        frozen=True,
        width=170,
        total="count",
        aliases=("名称", "资金来源", "来源名称"),
    )
    code = Column(
        "code",
        gettext_lazy("Code"),
        TEXT,
        group="source",
        required=True,
        width=130,
        aliases=("编码", "代码", "编号"),
    )
    region = Column(
        "region_id",
        gettext_lazy("Holds in"),
        shared_region_widget(),
        group="source",
        required=True,
        width=110,
        aliases=("适用地区", "地区", "市县"),
    )
    channel = Column(
        "channel",
        gettext_lazy("Channel"),
        ChoiceWidget(
            Source.Channel,
            {
                "中央": "central",
                "中央财政": "central",
                "省级财政": "provincial",
                "市级": "prefecture",
                "市州级": "prefecture",
                "县级": "county",
                "市县财政": "county",
                "专营单位": "utility",
                "管线单位": "utility",
                "原产权单位": "former_owner",
            },
        ),
        group="source",
        required=True,
        width=110,
        aliases=("渠道", "资金渠道"),
    )
    instrument = Column(
        "instrument",
        gettext_lazy("Instrument"),
        ChoiceWidget(Source.Instrument),
        group="source",
        required=True,
        width=130,
        aliases=("方式", "出资方式"),
    )
    subject = Column(
        "subject",
        gettext_lazy("Budget subject"),
        TEXT,
        group="rule",
        width=100,
        aliases=("预算科目", "科目", "功能科目"),
    )
    by_batch = Column(
        "by_batch",
        gettext_lazy("Comes by batches"),
        FLAG,
        group="rule",
        width=90,
        aliases=("按批次下达", "是否按批次下达"),
    )
    split_days = Column(
        "split_days",
        gettext_lazy("Days to pass it on"),
        COUNT,
        group="rule",
        width=90,
        aliases=("分解下达天数", "分解时限"),
    )
    is_active = Column("is_active", gettext_lazy("In use"), FLAG, group="other", aliases=("是否启用", "启用"))
    position = Column("position", gettext_lazy("Order"), COUNT, group="other", aliases=("排序", "顺序"))
    basis = Column(
        "basis", gettext_lazy("Legal basis"), TEXT, group="other", width=300, aliases=("依据", "政策依据")
    )

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise sources by their code."""
        known = {code: pk for pk, code in Source.objects.live().values_list("pk", "code").order_by()}
        for entry in entries:
            if entry.pk is None:
                entry.pk = known.get(str(entry.values.get("code") or ""))
