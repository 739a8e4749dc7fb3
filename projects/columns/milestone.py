"""Columns of the ledger of milestones."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns import TEXT, remark_column
from projects.columns.kinds import DAY
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts
from projects.models import Milestone
from records.columns import ChoiceWidget, Column, Context, Entry

# How tables of the counties call the steps.
STEP_NAMES = {
    "征求意见": "consultation",
    "群众意见征求": "consultation",
    "立项": "approval",
    "方案公示": "notice",
    "方案设计及公示": "notice",
    "施工图": "drawings",
    "施工图设计": "drawings",
    "财政评审": "budget_review",
    "招投标": "tender",
    "招标": "tender",
    "进场开工": "start",
    "开工": "start",
    "完工": "completion",
    "竣工": "completion",
    "联合验收": "acceptance",
    "竣工验收": "acceptance",
    "移交": "handover",
}


class MilestoneLedger(ProjectPartLedger):
    """节点台账: one row a step of a project, planned, submitted and done."""

    model = Milestone
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "step": gettext_lazy("Step"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind",
        gettext_lazy("Step"),
        ChoiceWidget(Milestone.Kind, STEP_NAMES),
        group="step",
        required=True,
        width=100,
        aliases=(
            "节点",
            "环节",
            "步骤",
            "阶段",
        ),
    )
    planned_on = Column(
        "planned_on",
        gettext_lazy("Planned on"),
        DAY,
        group="step",
        width=96,
        aliases=(
            "计划日期",
            "计划完成日期",
            "计划时间",
        ),
    )
    submitted_on = Column(
        "submitted_on",
        gettext_lazy("Submitted on"),
        DAY,
        group="step",
        width=96,
        aliases=(
            "报送日期",
            "申报日期",
            "受理日期",
        ),
    )
    actual_on = Column(
        "actual_on",
        gettext_lazy("Done on"),
        DAY,
        group="step",
        width=96,
        aliases=(
            "完成日期",
            "实际日期",
            "实际完成日期",
        ),
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="step",
        width=150,
        aliases=(
            "文号",
            "批复文号",
            "文件号",
        ),
    )
    agency = Column(
        "agency",
        gettext_lazy("Office"),
        TEXT,
        group="step",
        width=120,
        aliases=(
            "审批部门",
            "办理部门",
            "办理单位",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise steps by project and kind."""
        recognise_parts(entries, context, Milestone, ("kind",))
