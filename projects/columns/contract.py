"""Columns of the ledgers of contracts and of who answers for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import TEXT, remark_column
from projects.columns.kinds import DAY, FEN, YES_NO
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts
from projects.columns.version import ItemLedger
from projects.models import Contract, Liability
from records.columns import ChoiceWidget, Column, Context, Entry
from records.parsing import CellError
from records.units import MONEY


class ContractLedger(ProjectPartLedger):
    """合同台账: one row a contract of a project."""

    model = Contract
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "contract": gettext_lazy("Contract"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind",
        gettext_lazy("Kind"),
        ChoiceWidget(
            Contract.Kind,
            {
                "施工": "construction",
                "设计": "design",
                "监理": "supervision",
                "勘察": "survey",
                "检测": "testing",
            },
        ),
        group="contract",
        required=True,
        width=90,
        aliases=(
            "合同类型",
            "类型",
            "类别",
        ),
    )
    number = Column(
        "number",
        gettext_lazy("Contract number"),
        TEXT,
        group="contract",
        required=True,
        width=130,
        aliases=(
            "合同编号",
            "合同号",
            "编号",
        ),
    )
    firm = Column(
        "firm",
        gettext_lazy("Firm"),
        TEXT,
        group="contract",
        required=True,
        width=180,
        aliases=(
            "单位名称",
            "承包单位",
            "中标单位",
            "施工单位",
        ),
    )
    firm_code = Column(
        "firm_code",
        gettext_lazy("Unified social credit code"),
        TEXT,
        group="contract",
        width=170,
        aliases=(
            "统一社会信用代码",
            "信用代码",
        ),
    )
    manager = Column(
        "manager",
        gettext_lazy("Responsible person"),
        TEXT,
        group="contract",
        width=90,
        aliases=(
            "负责人",
            "项目负责人",
            "项目经理",
        ),
    )
    amount = Column(
        "amount_fen",
        gettext_lazy("Contract sum"),
        FEN,
        group="contract",
        unit=MONEY,
        total="sum",
        width=100,
        aliases=(
            "合同金额",
            "合同价",
            "中标价",
        ),
    )
    signed_on = Column(
        "signed_on",
        gettext_lazy("Signed on"),
        DAY,
        group="contract",
        width=96,
        aliases=(
            "签订日期",
            "签约日期",
        ),
    )
    starts_on = Column(
        "starts_on",
        gettext_lazy("Starts on"),
        DAY,
        group="contract",
        width=96,
        aliases=(
            "合同开工日期",
            "开始日期",
        ),
    )
    ends_on = Column(
        "ends_on",
        gettext_lazy("Ends on"),
        DAY,
        group="contract",
        width=96,
        aliases=(
            "合同完工日期",
            "结束日期",
            "截止日期",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise contracts by project and number."""
        recognise_parts(entries, context, Contract, ("number",))


class LiabilityLedger(ProjectPartLedger):
    """责任台账: one row an item of works and the firm that answers for it."""

    model = Liability
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "liability": gettext_lazy("Who answers"),
        "other": gettext_lazy("Other"),
    }
    anchors = {**ProjectPartLedger.anchors, "contract_id": "contract_number"}

    item = Column(
        "item_id",
        gettext_lazy("Item"),
        ItemLedger.column("item").cell,
        group="liability",
        required=True,
        width=130,
        aliases=(
            "改造内容",
            "改造项目",
            "工程内容",
        ),
    )
    contract_number = Column(
        None,
        gettext_lazy("Contract number"),
        TEXT,
        lookup="contract__number",
        group="liability",
        width=120,
        aliases=(
            "合同编号",
            "合同号",
        ),
    )
    firm = Column(
        "firm",
        gettext_lazy("Firm"),
        TEXT,
        group="liability",
        required=True,
        width=180,
        aliases=(
            "责任单位",
            "施工单位",
            "单位名称",
        ),
    )
    firm_code = Column(
        "firm_code",
        gettext_lazy("Unified social credit code"),
        TEXT,
        group="liability",
        width=170,
        aliases=(
            "统一社会信用代码",
            "信用代码",
        ),
    )
    person = Column(
        "person",
        gettext_lazy("Responsible person"),
        TEXT,
        group="liability",
        required=True,
        width=90,
        aliases=(
            "责任人",
            "负责人",
        ),
    )
    warranty_from = Column(
        "warranty_from",
        gettext_lazy("Warranty from"),
        DAY,
        group="liability",
        width=96,
        aliases=(
            "保修起始日期",
            "保修开始日期",
        ),
    )
    warranty_until = Column(
        "warranty_until",
        gettext_lazy("Warranty until"),
        DAY,
        group="liability",
        width=96,
        aliases=(
            "保修截止日期",
            "保修期至",
            "保修到期日期",
        ),
    )
    is_lifetime = Column(
        "is_lifetime",
        gettext_lazy("Answers for life"),
        YES_NO,
        group="liability",
        width=80,
        aliases=(
            "终身负责",
            "终身责任",
        ),
    )
    telephone = Column(
        "telephone",
        gettext_lazy("Repair telephone"),
        TEXT,
        group="liability",
        width=120,
        aliases=(
            "报修电话",
            "联系电话",
            "电话",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise liabilities by project, item and firm; a contract by its number within the project."""
        recognise_parts(entries, context, Liability, ("item_id", "firm"))
        _contracts(entries)


def _contracts(entries: Sequence[Entry]) -> None:
    """Set the contract of new rows that name one by its number."""
    named = [
        entry for entry in entries if entry.related.get("contract_number") and entry.values.get("project_id")
    ]
    rows = Contract.objects.live().filter(project__in={entry.values["project_id"] for entry in named})
    known: dict[Any, int] = {
        (project, number): pk for pk, project, number in rows.values_list("pk", "project_id", "number")
    }
    for entry in named:
        found = known.get((entry.values["project_id"], entry.related["contract_number"]))
        if found is None:
            told = _("The project has no contract of this number.")
            entry.fail("contract_number", CellError("unknown_contract", told, _("Enter the contract first.")))
        else:
            entry.values["contract_id"] = found
