"""Columns of the ledger of what happened to the money of projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import TEXT, remark_column
from funding.columns.source import source_widget
from funding.models import Contribution, MoneyEvent
from projects.columns.kinds import DAY, FEN
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts
from projects.models import Contract
from records.columns import ChoiceWidget, Column, Context, Entry
from records.parsing import CellError
from records.units import MONEY

STEPS = {
    "下达": "issued",
    "拨付": "paid",
    "支出": "paid",
    "已支付": "paid",
    "资金到位": "arrived",
    "已到位": "arrived",
    "决算": "settled",
}


class EventLedger(ProjectPartLedger):
    """资金台账: one row a movement of a project's money from one source."""

    model = MoneyEvent
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "money": gettext_lazy("Money"),
        "other": gettext_lazy("Other"),
    }
    anchors = {
        **ProjectPartLedger.anchors,
        "contract_id": "contract_number",
        "contribution_id": "contribution",
    }

    source = Column(
        "source_id",
        gettext_lazy("Source of money"),
        source_widget(),
        group="money",
        required=True,
        width=150,
        aliases=("资金来源", "来源"),
    )
    step = Column(
        "step",
        gettext_lazy("Step"),
        ChoiceWidget(MoneyEvent.Step, STEPS),
        group="money",
        required=True,
        width=70,
        aliases=("环节", "资金环节", "类型", "资金类型"),
    )
    happened_on = Column(
        "happened_on",
        gettext_lazy("Date"),
        DAY,
        group="money",
        required=True,
        width=96,
        aliases=("日期", "发生日期", "时间"),
    )
    # No sum: planned, issued, arrived and paid is the same money on its way.
    amount = Column(
        "amount_fen",
        gettext_lazy("Amount"),
        FEN,
        unit=MONEY,
        group="money",
        required=True,
        width=110,
        aliases=("金额", "资金", "amount", "amount_fen"),
        help=gettext_lazy("Money paid back is negative, with its reason in the remark."),
    )
    voucher = Column(
        "voucher",
        gettext_lazy("Voucher number"),
        TEXT,
        group="money",
        required=True,
        width=130,
        aliases=("凭证号", "凭证编号", "单据号", "文号"),
    )
    contract_number = Column(
        None,
        gettext_lazy("Contract number"),
        TEXT,
        lookup="contract__number",
        group="money",
        width=120,
        aliases=("合同编号", "合同号"),
    )
    contribution = Column(
        None,
        gettext_lazy("Contribution"),
        TEXT,
        lookup="contribution__group",
        group="money",
        width=120,
        aliases=("出资对象", "住户组"),
        help=gettext_lazy("Household group or unit as in the ledger of contributions."),
    )
    payee = Column(
        "payee", gettext_lazy("Payee"), TEXT, group="money", width=160, aliases=("收款单位", "收款人")
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise events by project, source, step and voucher."""
        recognise_parts(entries, context, MoneyEvent, ("source_id", "step", "voucher"))
        contracts = Contract.objects.live().values_list("pk", "number", "project_id")
        _attach(entries, "contract_number", "contract_id", contracts, _no_contract())
        groups = Contribution.objects.live().values_list("pk", "group", "project_id", "source_id")
        _attach(entries, "contribution", "contribution_id", groups, _no_contribution())


def _no_contract() -> CellError:
    text = _("The project has no contract of this number.")
    return CellError("unknown_contract", text, _("Enter the contract first."))


def _no_contribution() -> CellError:
    text = _("The project has no contribution of this group from this source.")
    return CellError("unknown_contribution", text, _("Enter the contribution first."))


def _attach(entries: Sequence[Entry], key: str, name: str, rows: Any, absent: CellError) -> None:
    """Set what rows name within their project (and source): rows of key, text and where it is known."""
    named = [entry for entry in entries if entry.related.get(key) and entry.values.get("project_id")]
    if not named:
        return
    found = rows.filter(project__in={entry.values["project_id"] for entry in named}).order_by("-pk")
    known: dict[Any, int] = {(text, *place): pk for pk, text, *place in found}
    for entry in named:
        place = (entry.values["project_id"], entry.values.get("source_id"))
        text = entry.related[key]
        pk = known.get((text, *place), known.get((text, place[0])))
        if pk is None:
            entry.fail(key, absent)
        else:
            entry.values[name] = pk
