"""Contributions and agreements of a project as its page shows them: due, come in, paid by performance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet, Sum

from accounts.models import User
from funding.instalments import Instalment, arrears, schedule, settle
from funding.models import Agreement, Contribution, MoneyEvent, PayBand
from funding.performance import performance_pay
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Owing:
    """One contribution with its instalments as they stand on a day; sums in 分."""

    contribution: Contribution
    parts: tuple[Instalment, ...]
    received_fen: int
    arrears_fen: int

    @property
    def open_fen(self) -> int:
        """Return what of the agreed sum has not come in."""
        return self.contribution.agreed_fen - self.received_fen


def received(contributions: Sequence[Contribution], on: date) -> dict[int, int]:
    """Return what came in (到位) by the end of a day for each contribution, by primary key; one query."""
    rows = MoneyEvent.objects.live().filter(
        contribution__in=contributions, step=MoneyEvent.Step.ARRIVED, happened_on__lte=on
    )
    sums = rows.order_by().values_list("contribution_id").annotate(sum=Sum("amount_fen"))
    return {pk: int(amount or 0) for pk, amount in sums if pk is not None}


def standing(contributions: Sequence[Contribution], on: date) -> list[Owing]:
    """Return contributions with their instalments as they stand on a day; one query for any number."""
    came_in = received(contributions, on)
    found = []
    for row in contributions:
        parts = schedule(
            row.agreed_fen,
            instalments=row.instalments,
            first_due_on=row.first_due_on,
            every_months=row.every_months,
        )
        settled = settle(parts, came_in.get(row.pk, 0))
        found.append(Owing(row, settled, came_in.get(row.pk, 0), arrears(settled, on)))
    return found


def contributions_of(user: User, project: Project) -> QuerySet[Contribution]:
    """Return the contributions to a project that the user may see."""
    rows = Contribution.objects.visible_to(user).filter(project=project)
    found: QuerySet[Contribution] = rows.select_related("source").order_by("payer", "group")
    return found


@dataclass(frozen=True, slots=True)
class Terms:
    """One agreement, what each of its bands pays in a year, and the pay for the score that was asked for."""

    agreement: Agreement
    bands: tuple[tuple[PayBand, int | None], ...]
    pay_fen: int | None


def agreements_of(user: User, project: Project, score: Decimal | None) -> list[Terms]:
    """Return the agreements of a project that the user may see; two queries."""
    bands = PayBand.objects.live().order_by("-from_score")
    rows = Agreement.objects.visible_to(user).filter(project=project)
    found = []
    for row in rows.prefetch_related(Prefetch("bands", queryset=bands)).order_by("number"):
        known: Any = row.bands.all()
        pays = tuple((band, performance_pay(row, band.from_score)) for band in known)
        found.append(Terms(row, pays, None if score is None else performance_pay(row, score)))
    return found
