"""Columns of the ledgers of joint acceptances, their signers and handovers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import TEXT, remark_column
from projects.columns.kinds import DAY
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts, resolve_projects
from projects.columns.version import ItemLedger
from projects.models import Acceptance, AcceptanceSigner, Handover
from records.columns import ChoiceWidget, Column, Context, Entry
from records.parsing import CellError


class AcceptanceLedger(ProjectPartLedger):
    """联合验收台账: one row a joint acceptance; its result follows from the signatures."""

    model = Acceptance
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "acceptance": gettext_lazy("Acceptance"),
        "other": gettext_lazy("Other"),
    }

    held_on = Column(
        "held_on",
        gettext_lazy("Held on"),
        DAY,
        group="acceptance",
        required=True,
        width=96,
        aliases=(
            "验收日期",
            "日期",
        ),
    )
    organiser = Column(
        "organiser",
        gettext_lazy("Organised by"),
        TEXT,
        group="acceptance",
        required=True,
        width=150,
        aliases=(
            "组织单位",
            "牵头单位",
        ),
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="acceptance",
        width=140,
        aliases=(
            "文号",
            "验收文号",
        ),
    )
    result = Column(
        "result",
        gettext_lazy("Result"),
        ChoiceWidget(Acceptance.Result),
        group="acceptance",
        readonly=True,
        width=90,
    )
    passed_on = Column(
        "passed_on",
        gettext_lazy("Passed on"),
        DAY,
        group="acceptance",
        readonly=True,
        width=96,
    )
    conclusion = Column(
        "conclusion",
        gettext_lazy("Conclusion"),
        TEXT,
        group="acceptance",
        width=220,
        aliases=(
            "验收结论",
            "结论",
            "验收意见",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise acceptances by project and day."""
        recognise_parts(entries, context, Acceptance, ("held_on",))


class SignerLedger(ProjectPartLedger):
    """验收签字台账: one row a signature under a joint acceptance."""

    model = AcceptanceSigner
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "signature": gettext_lazy("Signature"),
        "other": gettext_lazy("Other"),
    }
    anchors = {**ProjectPartLedger.anchors, "acceptance_id": "community_name"}

    party = Column(
        "party",
        gettext_lazy("Party"),
        ChoiceWidget(
            AcceptanceSigner.Party,
            {
                "业主代表": "residents",
                "社区": "neighbourhood",
                "街道": "street",
                "施工": "builder",
                "监理": "supervisor",
                "设计": "designer",
                "管线单位": "utility",
            },
        ),
        group="signature",
        required=True,
        width=110,
        aliases=(
            "参验方",
            "身份",
            "单位类别",
        ),
    )
    organisation = Column(
        "organisation",
        gettext_lazy("Organisation"),
        TEXT,
        group="signature",
        width=160,
        aliases=(
            "单位",
            "单位名称",
        ),
    )
    name = Column(
        "name",
        gettext_lazy("Name"),
        TEXT,
        group="signature",
        required=True,
        width=90,
        aliases=(
            "姓名",
            "签字人",
        ),
    )
    opinion = Column(
        "opinion",
        gettext_lazy("Opinion"),
        ChoiceWidget(AcceptanceSigner.Opinion),
        group="signature",
        width=90,
        aliases=(
            "意见",
            "验收意见",
        ),
    )
    signed_on = Column(
        "signed_on",
        gettext_lazy("Signed on"),
        DAY,
        group="signature",
        width=96,
        aliases=(
            "签字日期",
            "日期",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise signatures by the project's acceptance under way, party and name."""
        resolve_projects(entries, context)
        _sheets([entry for entry in entries if entry.pk is None])


def _sheets(fresh: Sequence[Entry]) -> None:
    """Find the acceptance each new signature stands under, and whether it is there already."""
    projects = {entry.values["project_id"] for entry in fresh if "project_id" in entry.values}
    rows = Acceptance.objects.live().exclude(result=Acceptance.Result.FAILED)
    sheets = dict(rows.filter(project__in=projects).values_list("project_id", "pk").order_by())
    signers = AcceptanceSigner.objects.live().filter(acceptance__in=sheets.values())
    known: dict[Any, int] = {
        tuple(key): pk for pk, *key in signers.values_list("pk", "acceptance_id", "party", "name").order_by()
    }
    for entry in fresh:
        # The project follows from the acceptance.
        sheet = sheets.get(entry.values.pop("project_id", None))
        if sheet is None:
            if not entry.failed("community_name"):
                told = _("There is no acceptance under way for this project.")
                entry.fail(
                    "community_name", CellError("no_acceptance", told, _("Enter the acceptance first."))
                )
            continue
        entry.values["acceptance_id"] = sheet
        entry.pk = known.get((sheet, entry.values.get("party"), entry.values.get("name")))


class HandoverLedger(ProjectPartLedger):
    """移交台账: one row a handover, of the community or of a utility's assets."""

    model = Handover
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "handover": gettext_lazy("Handover"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind",
        gettext_lazy("What"),
        ChoiceWidget(
            Handover.Kind, {"小区": "community", "专营设施": "assets", "资产": "assets", "档案": "archive"}
        ),
        group="handover",
        required=True,
        width=90,
        aliases=(
            "移交类型",
            "类型",
        ),
    )
    department = Column(
        "department_id",
        gettext_lazy("Department or utility"),
        ItemLedger.column("department").cell,
        group="handover",
        width=130,
        aliases=(
            "接收部门",
            "专营单位",
            "部门",
        ),
    )
    assets = Column(
        "assets",
        gettext_lazy("What was handed over"),
        TEXT,
        group="handover",
        required=True,
        width=200,
        aliases=(
            "移交内容",
            "移交资产",
        ),
    )
    giver = Column(
        "giver",
        gettext_lazy("Handed over by"),
        TEXT,
        group="handover",
        required=True,
        width=110,
        aliases=(
            "移交人",
            "移交单位",
            "移交方",
        ),
    )
    receiver = Column(
        "receiver",
        gettext_lazy("Received by"),
        TEXT,
        group="handover",
        required=True,
        width=110,
        aliases=(
            "接收人",
            "接收单位",
            "接收方",
        ),
    )
    handed_on = Column(
        "handed_on",
        gettext_lazy("Handed over on"),
        DAY,
        group="handover",
        width=96,
        aliases=("移交日期",),
    )
    document_no = Column(
        "document_no",
        gettext_lazy("Document number"),
        TEXT,
        group="handover",
        width=130,
        aliases=(
            "文号",
            "移交单号",
        ),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise handovers by project, kind and department."""
        recognise_parts(entries, context, Handover, ("kind", "department_id"))
