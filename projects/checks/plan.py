"""Checks of projects and annual plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from communities.checks import amount, area_per_household_of, ratio, taken_twice
from projects.models import AnnualPlan, Project
from records.checks import Finding, Limits, RowView, Severity, check, set_check
from records.units import FEN_PER_WAN_YUAN, FEN_PER_YUAN

PROJECT = "projects.project"
PLAN = "projects.annualplan"


@check(PROJECT, "required", Severity.HARD, fields=("community_id", "plan_year"))
def community_and_year(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A project is one community in one plan year."""
    if row.get("community_id") is None:
        yield Finding("community_id", _("The community is missing."), _("Write the community's name."))
    if row.get("plan_year") is None:
        yield Finding("plan_year", _("The plan year is missing."), _("Choose a year."))
    elif not 2000 <= row["plan_year"] <= 2100:
        yield Finding("plan_year", _("The plan year lies outside 2000–2100."), _("Write four digits."))


@check(PROJECT, "planned_area_per_household", Severity.SOFT, fields=("planned_area", "planned_households"))
def planned_area_per_household(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Planned floor area per household lies within the band of published ledgers."""
    yield from area_per_household_of(row, limits, "planned_area", "planned_households")


@check(
    PROJECT,
    "investment_per_household",
    Severity.SOFT,
    fields=("planned_investment_fen", "planned_households"),
)
def investment_per_household(row: RowView, limits: Limits) -> Iterator[Finding]:
    """万元 per household lies within the band: a factor of ten thousand is 元 typed where 万元 is meant."""
    value = ratio(
        row,
        limits,
        "investment_per_household",
        "planned_investment_fen",
        "planned_households",
        scale=FEN_PER_WAN_YUAN,
    )
    if value is not None:
        yield Finding(
            "planned_investment_fen",
            _("%(value)s 万元 per household, outside %(band)s.")
            % {"value": f"{value:,.4f}", "band": limits["investment_per_household"]},
            _("Check whether 元 and 万元 were mixed up."),
        )


@check(PROJECT, "investment_per_area", Severity.SOFT, fields=("planned_investment_fen", "planned_area"))
def investment_per_area(row: RowView, limits: Limits) -> Iterator[Finding]:
    """元 per ㎡ lies within the band."""
    value = ratio(
        row, limits, "investment_per_area", "planned_investment_fen", "planned_area", scale=FEN_PER_YUAN
    )
    if value is not None:
        yield Finding(
            "planned_investment_fen",
            _("%(value)s 元 per ㎡, outside %(band)s.")
            % {"value": f"{value:,.2f}", "band": limits["investment_per_area"]},
            _("Check investment and area."),
        )


@check(PROJECT, "date_order", Severity.HARD, fields=("ready_on", "started_on", "completed_on"))
def date_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Ready, started and completed follow each other; a completed project has started."""
    ready, started, completed = row.get("ready_on"), row.get("started_on"), row.get("completed_on")
    if completed and not started:
        yield Finding("started_on", _("Completed without a start date."), _("Fill in the start date."))
    if completed and started and completed < started:
        yield Finding("completed_on", _("Completed before it started."), _("Mend one of the dates."))
    if ready and started and ready > started:
        yield Finding("ready_on", _("Ready after it started."), _("Mend one of the dates."))


@check(PROJECT, "future_date", Severity.HARD, fields=("ready_on", "started_on", "completed_on"))
def future_date(row: RowView, limits: Limits) -> Iterator[Finding]:
    """What has happened did not happen in the future."""
    for name in ("ready_on", "started_on", "completed_on"):
        day = row.get(name)
        if day and day > limits.today:
            yield Finding(
                name, _("%(day)s lies in the future.") % {"day": day}, _("Enter it when it has happened.")
            )


@check(PROJECT, "progress_without_start", Severity.HARD, fields=("progress_percent", "started_on"))
def progress_without_start(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Progress is a percentage and needs a start."""
    progress = amount(row, "progress_percent")
    if progress is None:
        return
    if progress > 100:
        yield Finding("progress_percent", _("Progress cannot exceed 100 %."), _("Write 0 to 100."))
    if not row.get("started_on"):
        yield Finding("started_on", _("Progress without a start date."), _("Fill in the start date."))


@check(
    PROJECT,
    "subsidy_above_investment",
    Severity.SOFT,
    fields=("central_subsidy_fen", "planned_investment_fen"),
)
def subsidy_above_investment(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The subsidy is a part of the investment."""
    subsidy, investment = amount(row, "central_subsidy_fen"), amount(row, "planned_investment_fen")
    if subsidy is not None and investment is not None and subsidy > investment:
        yield Finding(
            "central_subsidy_fen", _("The subsidy exceeds the investment."), _("Check both amounts.")
        )


@set_check(PROJECT, "same_year", Severity.HARD, fields=("community_id", "plan_year"))
def same_year(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A community is in each year's plan once."""
    yield from taken_twice(
        rows,
        Project.objects.live(),
        ("community_id", "plan_year"),
        Finding("community_id", _("This community is already in the plan of this year."), _("Keep one row.")),
    )


@set_check(PROJECT, "renovated_before", Severity.SOFT, fields=("community_id", "plan_year"))
def renovated_before(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A community is renovated once; a second plan year needs a reason."""
    wanted = sorted({row["community_id"] for row in rows if row.get("community_id") is not None})
    years: dict[int, set[int]] = defaultdict(set)
    for start in range(0, len(wanted), 5000):
        known = Project.objects.live().filter(community__in=wanted[start : start + 5000])
        for community, year in known.values_list("community_id", "plan_year").order_by():
            years[community].add(year)
    for position, row in enumerate(rows):
        others = sorted(years.get(row.get("community_id") or 0, set()) - {row.get("plan_year")})
        if others:
            yield (
                position,
                Finding(
                    "plan_year",
                    _("This community is in the plan of %(years)s too.")
                    % {"years": "、".join(str(year) for year in others)},
                    _("Remove it from one year, or confirm with the reason."),
                ),
            )


@check(PLAN, "required", Severity.HARD, fields=("unit_id", "year"))
def unit_and_year(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A plan belongs to one unit and one year."""
    if row.get("unit_id") is None:
        yield Finding("unit_id", _("The reporting unit is missing."), _("Choose it from the list."))
    if row.get("year") is None:
        yield Finding("year", _("The plan year is missing."), _("Choose a year."))
    elif not 2000 <= row["year"] <= 2100:
        yield Finding("year", _("The plan year lies outside 2000–2100."), _("Write four digits."))


@check(PLAN, "target_area_per_household", Severity.SOFT, fields=("target_area", "target_households"))
def target_area_per_household(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Target floor area per household lies within the band."""
    yield from area_per_household_of(row, limits, "target_area", "target_households")


@set_check(PLAN, "same_plan", Severity.HARD, fields=("unit_id", "year"))
def same_plan(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit has one plan a year."""
    yield from taken_twice(
        rows,
        AnnualPlan.objects.live(),
        ("unit_id", "year"),
        Finding("unit_id", _("This unit already has a plan for this year."), _("Edit that one.")),
    )
