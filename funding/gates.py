"""What binds a project to its money: no works before they are covered, no end before spending is reconciled.

From a plan year on (``funding.required_from_year``) both hold for every project; before, for those whose
money is entered in the portal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding import totals
from funding.totals import Money
from funding.words import wan_yuan
from projects.gating import Transition, Unmet, gate
from projects.models import Contract, Project
from records.models import Limit

REQUIRED_FROM = "funding.required_from_year"


def _bound(projects: Sequence[Project], on: date) -> Iterator[tuple[Project, Money]]:
    """Yield the projects whose money is asked for, with it; a few queries for any number."""
    sums = totals.of_projects([project.pk for project in projects], on=on)
    first = Limit.objects.filter(code=REQUIRED_FROM).values_list("low", flat=True).first()
    for project in projects:
        money = sums.get(project.pk, Money())
        entered = any((money.planned_fen, money.issued_fen, money.arrived_fen, money.paid_fen))
        if entered or money.settled_fen or (first is not None and project.plan_year >= first):
            yield project, money


def _url(project: Project) -> str:
    return reverse("funding:of_project", args=[project.pk])


@gate(Transition.TO_BUILD, "funding.covered", gettext_lazy("The money covers the investment"))
def covered(projects: Sequence[Project], on: date) -> Iterator[tuple[int, Unmet]]:
    """What sources are planned to bring is at least what the project needs."""
    for project, money in _bound(projects, on):
        what = ""
        if project.planned_investment_fen is None:
            what = _("The planned investment is not entered: nobody can tell whether the money covers it")
        elif money.gap_fen:
            told = {"planned": wan_yuan(money.planned_fen), "gap": wan_yuan(money.gap_fen)}
            what = _("Money planned %(planned)s, still missing %(gap)s (10,000 yuan)") % told
        if what:
            yield (
                project.pk,
                Unmet(
                    what,
                    evidence=_("planned money of each source"),
                    owes=project.unit.label,
                    due=project.planned_start_on,
                    url=_url(project),
                    action=_("Cover the gap"),
                ),
            )


@gate(Transition.TO_AFTERCARE, "funding.reconciled", gettext_lazy("The spending is reconciled"))
def reconciled(projects: Sequence[Project], on: date) -> Iterator[tuple[int, Unmet]]:
    """The settlement is recorded; paid ≤ settled ≤ contracts."""
    bound = list(_bound(projects, on))
    rows = Contract.objects.live().filter(project__in=[project for project, _money in bound])
    contracts = dict(rows.order_by().values_list("project_id").annotate(sum=Sum("amount_fen")))
    for project, money in bound:
        for what in _unreconciled(money, contracts.get(project.pk)):
            yield (
                project.pk,
                Unmet(
                    what,
                    evidence=_("final account audited, and its number"),
                    owes=project.unit.label,
                    url=_url(project),
                    action=_("Reconcile"),
                ),
            )


def _unreconciled(money: Money, contracts_fen: int | None) -> Iterator[str]:
    if money.settled_fen <= 0:
        yield _("No settlement is recorded")
        return
    told = {"paid": wan_yuan(money.paid_fen), "settled": wan_yuan(money.settled_fen)}
    if money.paid_fen > money.settled_fen:
        yield _("Paid %(paid)s, more than settled %(settled)s (10,000 yuan)") % told
    if contracts_fen is None:
        yield _("No contract sum is entered to hold the settlement against")
    elif money.settled_fen > contracts_fen:
        told["contracts"] = wan_yuan(int(contracts_fen))
        yield _("Settled %(settled)s, more than the contracts of %(contracts)s (10,000 yuan)") % told
