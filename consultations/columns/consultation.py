"""Columns of the ledgers of consultations: themselves, their notices, their costs, the rules of notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.columns import COUNT, TEXT, remark_column
from consultations.models import Consultation, CostShare, Notice, NoticeRule
from projects.columns.calendar import CalendarLedger
from projects.columns.kinds import DAY, FEN, YES_NO
from projects.columns.parts import ProjectPartLedger
from projects.columns.recognition import recognise_parts, resolve_projects
from records.columns import ChoiceWidget, Column, Context, Entry, NumberWidget
from records.parsing import CellError
from records.units import YUAN

KIND = ChoiceWidget(Consultation.Kind, {"方案": "plan", "意愿": "needs", "满意度": "satisfaction"})
STATE = ChoiceWidget(Consultation.State)
NOTICE_KIND = ChoiceWidget(Notice.Kind, {"方案公示": "plan", "询异": "count", "结果公示": "result"})
BASIS = ChoiceWidget(CostShare.Basis, {"按户": "household", "按面积": "area", "按楼层": "floor"})
SHARE = NumberWidget(places=4, kind="percent")


class ConsultationLedger(ProjectPartLedger):
    """征求意见台账: one row a consultation of a community."""

    model = Consultation
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "asked": gettext_lazy("What is asked, and by whom"),
        "days": gettext_lazy("Days"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind", gettext_lazy("Kind"), KIND, group="asked", required=True, width=110, aliases=("类型", "类别")
    )
    title = Column(
        "title",
        gettext_lazy("Title"),
        TEXT,
        group="asked",
        required=True,
        width=200,
        aliases=("标题",),
    )
    organiser = Column(
        "organiser",
        gettext_lazy("Organising office"),
        TEXT,
        group="asked",
        required=True,
        width=150,
        aliases=("组织单位", "征求单位", "发起单位"),
    )
    telephone = Column(
        "telephone",
        gettext_lazy("Telephone of the office"),
        TEXT,
        group="asked",
        width=120,
        aliases=("联系电话", "办公电话"),
    )
    address = Column(
        "address",
        gettext_lazy("Where the paper form is"),
        TEXT,
        group="asked",
        width=150,
        aliases=("纸质表领取处", "地点"),
    )
    state = Column("state", gettext_lazy("State"), STATE, group="days", width=100, readonly=True)
    announced_on = Column(
        "announced_on", gettext_lazy("Announced on"), DAY, group="days", width=96, readonly=True
    )
    opens_on = Column(
        "opens_on", gettext_lazy("Opens on"), DAY, group="days", width=96, aliases=("开始日期", "征求开始")
    )
    closes_on = Column(
        "closes_on", gettext_lazy("Closes on"), DAY, group="days", width=96, aliases=("截止日期", "征求截止")
    )
    result_from = Column(
        "result_from", gettext_lazy("Result from"), DAY, group="days", width=96, readonly=True
    )
    result_to = Column("result_to", gettext_lazy("Result until"), DAY, group="days", width=96, readonly=True)
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise consultations by project, kind and title: one of a kind is under way at a time."""
        recognise_parts(entries, context, Consultation, ("kind", "title"))


class _OfConsultation(ProjectPartLedger):
    """A ledger of what hangs on a consultation, which a row names by its title."""

    anchors = {**ProjectPartLedger.anchors, "consultation_id": "consultation"}

    consultation = Column(
        None,
        gettext_lazy("Consultation"),
        TEXT,
        lookup="consultation__title",
        group="basic",
        width=200,
        aliases=("征求意见事项",),
    )

    @classmethod
    def resolve(cls, entries: Sequence[Entry], context: Context, names: tuple[str, ...]) -> None:
        """Find the consultation of new rows by project and title, then the row by these attributes."""
        resolve_projects(entries, context)
        fresh = [entry for entry in entries if entry.pk is None and "project_id" in entry.values]
        rows = Consultation.objects.live().filter(project__in={row.values["project_id"] for row in fresh})
        known: dict[Any, int] = {
            (project, title): pk
            for pk, project, title in rows.order_by("pk").values_list("pk", "project_id", "title")
        }
        for entry in fresh:
            project, title = entry.values.pop("project_id"), entry.related.get("consultation")
            matches = {pk for key, pk in known.items() if key[0] == project and title in {None, "", key[1]}}
            if len(matches) == 1:
                entry.values["consultation_id"] = matches.pop()
            else:
                entry.fail("consultation", _unknown())
        model: Any = cls.model
        found = model.objects.live().filter(
            consultation__in={row.values.get("consultation_id") for row in fresh} - {None}
        )
        rows_known: dict[Any, int] = {
            tuple(key): pk for pk, *key in found.values_list("pk", "consultation_id", *names)
        }
        for entry in fresh:
            key = (entry.values.get("consultation_id"), *(entry.values.get(name) for name in names))
            entry.pk = rows_known.get(key)


def _unknown() -> CellError:
    return CellError(
        "unknown_consultation",
        _("This project has no consultation of that title."),
        _("Write the title as it stands in the ledger of consultations."),
    )


class NoticeLedger(_OfConsultation):
    """公示台账: one row a public notice of a consultation."""

    model = Notice
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "notice": gettext_lazy("Notice"),
        "other": gettext_lazy("Other"),
    }

    kind = Column(
        "kind",
        gettext_lazy("Kind of notice"),
        NOTICE_KIND,
        group="notice",
        required=True,
        width=140,
        aliases=("公示类型",),
    )
    title = Column(
        "title",
        gettext_lazy("Title"),
        TEXT,
        group="notice",
        required=True,
        width=240,
        aliases=("标题", "公示标题"),
    )
    number = Column(
        "number", gettext_lazy("Document number"), TEXT, group="notice", width=140, aliases=("文号",)
    )
    from_on = Column(
        "from_on",
        gettext_lazy("On display from"),
        DAY,
        group="notice",
        required=True,
        width=96,
        aliases=("公示开始", "起始日期"),
    )
    to_on = Column(
        "to_on",
        gettext_lazy("On display until"),
        DAY,
        group="notice",
        required=True,
        width=96,
        aliases=("公示截止", "截止日期"),
    )
    places = Column(
        "places", gettext_lazy("Where it hangs"), TEXT, group="notice", width=160, aliases=("张贴地点",)
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise notices by consultation and kind."""
        cls.resolve(entries, context, ("kind",))


class CostLedger(_OfConsultation):
    """居民出资台账: one row what one thing of a plan costs a household."""

    model = CostShare
    groups = {
        "basic": gettext_lazy("Basic facts"),
        "cost": gettext_lazy("Cost"),
        "other": gettext_lazy("Other"),
    }

    title = Column(
        "title",
        gettext_lazy("Purpose of the cost"),
        TEXT,
        group="cost",
        required=True,
        width=180,
        aliases=("出资事项", "费用名称"),
    )
    basis = Column(
        "basis",
        gettext_lazy("Counted by"),
        BASIS,
        group="cost",
        required=True,
        width=110,
        aliases=("算法",),
    )
    amount = Column(
        "amount_fen",
        gettext_lazy("Amount"),
        FEN,
        unit=YUAN,
        group="cost",
        required=True,
        width=100,
        aliases=("金额", "标准"),
    )
    note = Column(
        "note", gettext_lazy("Explanation"), TEXT, group="cost", width=200, aliases=("说明", "解释")
    )
    remark = remark_column()

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise costs by consultation and what for."""
        cls.resolve(entries, context, ("title",))


class NoticeRuleLedger(CalendarLedger):
    """公示规则: one row how long a notice hangs in a region, and how many objections stop it."""

    model = NoticeRule
    KEY = ("region_id", "kind", "year_from")

    kind = Column(
        "kind",
        gettext_lazy("Kind of notice"),
        NOTICE_KIND,
        group="rule",
        required=True,
        width=160,
        aliases=("公示类型",),
    )
    min_days = Column(
        "min_days",
        gettext_lazy("Days at least"),
        COUNT,
        group="rule",
        required=True,
        width=80,
        aliases=("最短天数", "天数"),
    )
    in_working_days = Column(
        "in_working_days",
        gettext_lazy("Working days"),
        YES_NO,
        group="rule",
        width=80,
        aliases=("按工作日", "工作日"),
    )
    objector_share = Column(
        "objector_share",
        gettext_lazy("Objections stop it from"),
        SHARE,
        group="rule",
        width=120,
        aliases=("异议比例", "异议人数比例"),
    )
