"""Checks of what residents, utilities and former owner units pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from communities.models import Building
from funding.checks.needed import missing, still_named
from funding.models import Contribution, MoneyEvent
from projects.checks.milestone import of_a_project
from projects.models import Project
from projects.prices import yuan
from records.checks import Finding, Limits, RowView, Severity, check, set_check

CONTRIBUTION = "funding.contribution"
NEEDED = {
    "source_id": gettext_lazy("The source of money is missing."),
    "payer": gettext_lazy("The payer is missing."),
    "group": gettext_lazy("The household group or unit is missing."),
    "agreed_fen": gettext_lazy("The agreed sum is missing."),
}
MOST_INSTALMENTS = 60


@check(CONTRIBUTION, "required", Severity.HARD, fields=("project_id", *NEEDED))
def whole_contribution(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A contribution says who pays how much for which project."""
    yield from of_a_project(row)
    yield from missing(row, NEEDED)


@check(CONTRIBUTION, "instalments", Severity.HARD, fields=("instalments", "every_months"))
def instalments_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A contribution is paid in one to sixty instalments, a month apart at least."""
    number, months = row.get("instalments"), row.get("every_months")
    if number is not None and not 1 <= number <= MOST_INSTALMENTS:
        yield Finding("instalments", _("There are 1 to 60 instalments."), _("Mend the number."))
    if months is not None and months < 1:
        yield Finding("every_months", _("Instalments are a month apart at least."), _("Write 1 or more."))


@check(
    CONTRIBUTION,
    "agreed_by_rule",
    Severity.SOFT,
    fields=("basis", "rate_fen", "households", "area", "agreed_fen"),
)
def agreed_by_the_rule(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The sum agreed is what the rule gives: the rate times households, or times floor area."""
    due = Contribution.by_rule(row)
    if due is not None and row.get("agreed_fen") is not None and row["agreed_fen"] != due:
        yield Finding(
            "agreed_fen",
            _("The rate gives %(due)s 元.") % {"due": yuan(due)},
            _("Mend the sum, or confirm with the reason."),
        )


@check(CONTRIBUTION, "rule_incomplete", Severity.SOFT, fields=("basis", "rate_fen", "households", "area"))
def rule_complete(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A sum counted per household or per ㎡ says how many, and at which rate."""
    if row.get("basis") in {None, "", Contribution.Basis.FIXED} or Contribution.by_rule(row) is not None:
        return
    yield Finding(
        "rate_fen",
        _("The sum cannot be counted again: the rate, or what it is counted by, is missing."),
        _("Enter both, or choose a fixed sum."),
    )


@set_check(
    CONTRIBUTION, "same_group", Severity.HARD, fields=("project_id", "source_id", "group", "is_removed")
)
def same_group(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A group contributes to a project from a source once."""
    told = Finding("group", _("This group has a contribution already."), _("Edit that row."))
    yield from taken_twice(rows, Contribution.objects.live(), ("project_id", "source_id", "group"), told)


@set_check(CONTRIBUTION, "foreign_building", Severity.HARD, fields=("project_id", "building_id"))
def own_building(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The building of a group stands in the project's community."""
    asked = [row for row in rows if row.get("building_id") and row.get("project_id")]
    if not asked:
        return
    buildings = Building.objects.filter(pk__in={row["building_id"] for row in asked})
    stands = dict(buildings.values_list("pk", "community_id").order_by())
    projects = Project.objects.filter(pk__in={row["project_id"] for row in asked})
    places = dict(projects.values_list("pk", "community_id").order_by())
    for position, row in enumerate(rows):
        if row.get("building_id") and stands.get(row["building_id"]) != places.get(
            row.get("project_id") or 0
        ):
            text = _("This building stands in another community.")
            yield position, Finding("building_id", text, _("Choose one of this community."))


@set_check(CONTRIBUTION, "in_use", Severity.HARD, fields=("is_removed",))
def not_in_use(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A contribution of which money came in is not taken out."""
    told = Finding("group", _("Money of this contribution is entered."), _("Take those rows out first."))
    yield from still_named(rows, ((MoneyEvent.objects, "contribution_id"),), told)
