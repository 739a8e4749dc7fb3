"""Columns of the survey findings that are being entered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Capability
from communities.columns.kinds import DAY, SQUARE_METRES, TEXT, remark_column
from communities.columns.places import community_column, region_column, street_column
from communities.columns.recognition import resolve_communities
from communities.models import Survey, SurveyFinding
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource
from records.parsing import CellError, search_key

if TYPE_CHECKING:
    from accounts.models import Region, User


class FindingLedger(LedgerResource):
    """调查清单: one row an item of a survey under way; finished surveys are read on their pages."""

    model = SurveyFinding
    can_add = False
    anchors = {"survey_id": "community_name", "community_id": "community_name", "item_id": "item_name"}
    groups = {
        "place": gettext_lazy("Place"),
        "item": gettext_lazy("Item"),
        "found": gettext_lazy("What was found"),
    }

    community_name = community_column(aliases=("小区", "小区名称"))
    item_name = Column(
        None,
        gettext_lazy("Item"),
        TEXT,
        lookup="item__name",
        group="item",
        required=True,
        frozen=True,
        width=140,
        total="count",
        aliases=("改造内容", "调查项目", "项目"),
    )
    region = region_column(aliases=("市县", "县区", "区县"), width=100)
    street = street_column(width=90)
    department_name = Column(
        None,
        gettext_lazy("Department or utility"),
        TEXT,
        lookup="department__name",
        group="item",
        width=150,
        aliases=("部门", "责任部门", "专营单位"),
    )
    condition = Column(
        "condition",
        gettext_lazy("Condition"),
        ChoiceWidget(
            SurveyFinding.Condition,
            {
                "好": "good",
                "完好": "good",
                "坏": "damaged",
                "破损": "damaged",
                "缺": "missing",
                "不涉及": "na",
            },
        ),
        group="found",
        aliases=("现状", "状况", "调查结果"),
    )
    quantity = Column(
        "quantity",
        gettext_lazy("Quantity to be renovated"),
        SQUARE_METRES,
        group="found",
        width=110,
        aliases=("数量", "工程量", "改造数量"),
    )
    measure = Column(
        None, gettext_lazy("Unit of quantity"), TEXT, lookup="item__measure", group="found", aliases=("单位",)
    )
    place = Column(
        "place",
        gettext_lazy("Position"),
        TEXT,
        group="found",
        width=140,
        aliases=("部位", "位置", "具体位置"),
    )
    found_on = Column(
        "found_on", gettext_lazy("Found on"), DAY, group="found", width=100, aliases=("调查日期", "日期")
    )
    remark = remark_column("found")

    @classmethod
    def rows_for(
        cls, user: User, *, year: int | None = None, unit: Region | None = None, removed: bool = False
    ) -> Any:
        """Return the findings of surveys under way; a liaison's are those of their own department."""
        rows = super().rows_for(user, year=year, unit=unit, removed=removed)
        rows = rows.filter(survey__state=Survey.State.OPEN)
        if user.duty_id is not None and not user.may(Capability.LEDGER_EDIT):
            rows = rows.filter(department=user.duty_id)
        return rows

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise findings by community and item, in the survey under way."""
        resolve_communities(entries, context)
        fresh = [entry for entry in entries if entry.pk is None]
        places = {id(entry): entry.values.pop("community_id", None) for entry in fresh}
        rows = SurveyFinding.objects.live().filter(
            community__in=set(places.values()) - {None}, survey__state=Survey.State.OPEN
        )
        known = {
            (community, key): pk
            for pk, community, name, code in rows.values_list(
                "pk", "community_id", "item__name_key", "item__code"
            )
            for key in (name, search_key(code))
        }
        for entry in fresh:
            community = places[id(entry)]
            if community is None:
                continue
            entry.pk = known.get((community, search_key(str(entry.related.get("item_name") or ""))))
            if entry.pk is None:
                entry.fail("item_name", _not_asked())


def _not_asked() -> CellError:
    return CellError(
        "not_in_survey",
        _("No survey under way asks about this item in this community."),
        _("Open a survey first, or mend the item's name."),
    )
