"""Columns of the ledgers of agreements with investors and of what they pay by score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import TEXT, remark_column
from funding.models import Agreement, PayBand
from projects.columns.kinds import DAY, FEN, PER_CENT
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts, resolve_projects
from records.columns import ChoiceWidget, Column, Context, Entry, NumberWidget
from records.parsing import CellError
from records.units import MONEY, PERCENT

SCORE = NumberWidget(places=2, kind="decimal")


def _money(attribute: str, label: Any, *aliases: str) -> Column:
    return Column(
        attribute,
        label,
        FEN,
        unit=MONEY,
        group="money",
        total="sum",
        width=110,
        aliases=aliases,
    )


class AgreementLedger(ProjectPartLedger):
    """社会资本协议: one row an agreement with an investor on a project."""

    model = Agreement
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "agreement": gettext_lazy("Agreement"),
        "money": gettext_lazy("Money"),
        "other": gettext_lazy("Other"),
    }

    number = Column(
        "number",
        gettext_lazy("Agreement number"),
        TEXT,
        group="agreement",
        required=True,
        width=130,
        aliases=("协议编号", "协议号", "合同编号"),
    )
    partner = Column(
        "partner",
        gettext_lazy("Investor"),
        TEXT,
        group="agreement",
        required=True,
        width=170,
        aliases=("社会资本方", "投资人", "单位名称"),
    )
    partner_code = Column(
        "partner_code",
        gettext_lazy("Unified social credit code"),
        TEXT,
        group="agreement",
        width=170,
        aliases=("统一社会信用代码", "信用代码"),
    )
    mode = Column(
        "mode",
        gettext_lazy("Mode"),
        ChoiceWidget(Agreement.Mode, {"PPP": "ppp", "绩效付费": "ppp", "贷款贴息": "interest_subsidy"}),
        group="agreement",
        required=True,
        width=110,
        aliases=("参与方式", "合作模式", "模式"),
    )
    invested = _money(
        "invested_fen", gettext_lazy("Investment promised"), "承诺投资", "投资额", "社会资本投资"
    )
    public = _money(
        "public_fen", gettext_lazy("Public money promised"), "财政承诺资金", "财政资金", "补助资金"
    )
    loan = _money("loan_fen", gettext_lazy("Loan"), "贷款", "贷款金额")
    interest = Column(
        "interest_percent",
        gettext_lazy("Interest subsidised"),
        PER_CENT,
        unit=PERCENT,
        group="money",
        width=80,
        aliases=("贴息比例", "贴息率"),
    )
    base_pay = _money("base_pay_fen", gettext_lazy("Yearly pay"), "年度付费", "年付费基数", "绩效付费基数")
    signed_on = Column(
        "signed_on",
        gettext_lazy("Signed on"),
        DAY,
        group="agreement",
        width=96,
        aliases=("签订日期", "签约日期"),
    )
    starts_on = Column(
        "starts_on",
        gettext_lazy("Starts on"),
        DAY,
        group="agreement",
        width=96,
        aliases=("开始日期", "起始日期"),
    )
    ends_on = Column(
        "ends_on", gettext_lazy("Ends on"), DAY, group="agreement", width=96, aliases=("结束日期", "截止日期")
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise agreements by project and number."""
        recognise_parts(entries, context, Agreement, ("number",))


class PayBandLedger(ProjectPartLedger):
    """绩效付费档次: one row from which score on which share of the yearly pay is paid."""

    model = PayBand
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "band": gettext_lazy("Pay by score"),
        "other": gettext_lazy("Other"),
    }
    anchors = {**ProjectPartLedger.anchors, "agreement_id": "agreement_number"}

    agreement_number = Column(
        None,
        gettext_lazy("Agreement number"),
        TEXT,
        lookup="agreement__number",
        group="band",
        required=True,
        width=130,
        aliases=("协议编号", "协议号"),
    )
    from_score = Column(
        "from_score",
        gettext_lazy("From score"),
        SCORE,
        group="band",
        required=True,
        width=80,
        aliases=("得分下限", "起始得分", "分数"),
        help=gettext_lazy("The bound itself belongs to the band."),
    )
    share_percent = Column(
        "share_percent",
        gettext_lazy("Share paid"),
        PER_CENT,
        unit=PERCENT,
        group="band",
        required=True,
        width=80,
        aliases=("付费比例", "支付比例"),
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise bands by agreement and score."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None and "project_id" in entry.values]
        projects = {entry.values["project_id"] for entry in fresh}
        listed = Agreement.objects.live().filter(project__in=projects)
        agreements: dict[Any, int] = {
            (project, number): pk for pk, project, number in listed.values_list("pk", "project_id", "number")
        }
        for entry in fresh:
            project = entry.values.pop("project_id")
            found = agreements.get((project, entry.related.get("agreement_number")))
            if found is None:
                told = _("The project has no agreement of this number.")
                problem = CellError("unknown_agreement", told, _("Enter the agreement first."))
                entry.fail("agreement_number", problem)
            else:
                entry.values["agreement_id"] = found
        rows = PayBand.objects.live().filter(agreement__in=set(agreements.values()))
        known: dict[Any, int] = {
            (agreement, score): pk
            for pk, agreement, score in rows.values_list("pk", "agreement_id", "from_score")
        }
        for entry in fresh:
            entry.pk = known.get((entry.values.get("agreement_id"), entry.values.get("from_score")))
