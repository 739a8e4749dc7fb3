"""Columns of the ledgers of inspections and defects."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from communities.columns import COUNT, TEXT, remark_column
from projects.columns.kinds import DAY
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts
from projects.columns.version import ItemLedger
from projects.models import Defect, Inspection
from records.columns import ChoiceWidget, Column, Context, Entry


class InspectionLedger(ProjectPartLedger):
    """检查台账: one row an inspection of the works."""

    model = Inspection
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "inspection": gettext_lazy("Inspection"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind",
        gettext_lazy("Kind"),
        ChoiceWidget(Inspection.Kind),
        group="inspection",
        required=True,
        width=120,
        aliases=(
            "检查类型",
            "类型",
        ),
    )
    held_on = Column(
        "held_on",
        gettext_lazy("Held on"),
        DAY,
        group="inspection",
        required=True,
        width=96,
        aliases=(
            "检查日期",
            "日期",
        ),
    )
    inspector = Column(
        "inspector",
        gettext_lazy("Inspector"),
        TEXT,
        group="inspection",
        required=True,
        width=100,
        aliases=(
            "检查人",
            "检查人员",
        ),
    )
    organisation = Column(
        "organisation",
        gettext_lazy("Organisation"),
        TEXT,
        group="inspection",
        width=150,
        aliases=(
            "检查单位",
            "单位",
        ),
    )
    conclusion = Column(
        "conclusion",
        gettext_lazy("Conclusion"),
        TEXT,
        group="inspection",
        width=200,
        aliases=(
            "检查结论",
            "结论",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise inspections by project, kind, day and inspector."""
        recognise_parts(entries, context, Inspection, ("kind", "held_on", "inspector"))


class DefectLedger(ProjectPartLedger):
    """问题台账: one row a defect; its state follows from mending and verifying."""

    model = Defect
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "defect": gettext_lazy("Defect"),
        "other": gettext_lazy("Other"),
    }

    number = Column(
        "number",
        gettext_lazy("Number"),
        COUNT,
        group="defect",
        readonly=True,
        width=60,
    )
    origin = Column(
        "origin",
        gettext_lazy("Found by"),
        ChoiceWidget(Defect.Origin),
        group="defect",
        required=True,
        width=90,
        aliases=(
            "发现途径",
            "来源",
        ),
    )
    description = Column(
        "description",
        gettext_lazy("Defect"),
        TEXT,
        group="defect",
        required=True,
        width=220,
        aliases=(
            "问题",
            "问题描述",
            "存在问题",
        ),
    )
    place = Column(
        "place",
        gettext_lazy("Place"),
        TEXT,
        group="defect",
        width=110,
        aliases=(
            "部位",
            "位置",
        ),
    )
    item = Column(
        "item_id",
        gettext_lazy("Item"),
        ItemLedger.column("item").cell,
        group="defect",
        width=120,
        aliases=(
            "改造内容",
            "改造项目",
        ),
    )
    severity = Column(
        "severity",
        gettext_lazy("Severity"),
        ChoiceWidget(Defect.Severity),
        group="defect",
        width=90,
        aliases=(
            "严重程度",
            "等级",
        ),
    )
    found_on = Column(
        "found_on",
        gettext_lazy("Found on"),
        DAY,
        group="defect",
        required=True,
        width=96,
        aliases=(
            "发现日期",
            "检查日期",
        ),
    )
    assignee = Column(
        "assignee",
        gettext_lazy("To be mended by"),
        TEXT,
        group="defect",
        required=True,
        width=130,
        aliases=(
            "整改责任单位",
            "整改单位",
            "责任单位",
        ),
    )
    due_on = Column(
        "due_on",
        gettext_lazy("Due on"),
        DAY,
        group="defect",
        required=True,
        width=96,
        aliases=(
            "整改期限",
            "整改时限",
        ),
    )
    state = Column(
        "state",
        gettext_lazy("State"),
        ChoiceWidget(Defect.State),
        group="defect",
        readonly=True,
        width=110,
    )
    mended_on = Column(
        "mended_on",
        gettext_lazy("Mended on"),
        DAY,
        group="defect",
        readonly=True,
        width=96,
    )
    mended_note = Column(
        "mended_note",
        gettext_lazy("How it was mended"),
        TEXT,
        group="defect",
        readonly=True,
        width=160,
    )
    verified_on = Column(
        "verified_on",
        gettext_lazy("Verified on"),
        DAY,
        group="defect",
        readonly=True,
        width=96,
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise defects by project, words, place and day."""
        recognise_parts(entries, context, Defect, ("description", "place", "found_on"))
