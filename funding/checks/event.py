"""Checks of money events, each for itself and beside what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from funding.balances import locked, parts
from funding.checks.chain import MONEY
from funding.checks.needed import missing
from funding.models import Contribution, MoneyEvent, Source
from funding.words import wan_yuan
from projects.checks.contract import foreign_contracts
from projects.checks.milestone import future, of_a_project
from projects.models import Contract
from records.checks import Finding, Limits, RowView, Severity, check, set_check

CONTRACT = "projects.contract"
Step = MoneyEvent.Step
NEEDED = {
    "source_id": gettext_lazy("The source of money is missing."),
    "step": gettext_lazy("The step is missing."),
    "happened_on": gettext_lazy("The date is missing."),
    "amount_fen": gettext_lazy("The amount is missing."),
    "voucher": gettext_lazy("The voucher number is missing."),
}


@check(MONEY, "required", Severity.HARD, fields=("project_id", *NEEDED))
def whole_event(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An event says whose money moved, from where, how far, when, how much and by which voucher."""
    yield from of_a_project(row)
    yield from missing(row, NEEDED)


@check(MONEY, "amount", Severity.HARD, fields=("amount_fen", "remark"))
def something_moved(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An event moves money; what is paid back or corrected says why."""
    amount = row.get("amount_fen")
    if amount == 0:
        yield Finding("amount_fen", _("No money moved."), _("Write the amount, or leave the row out."))
    elif isinstance(amount, int) and amount < 0 and not row.get("remark"):
        yield Finding(
            "amount_fen",
            _("Money paid back or corrected needs its reason."),
            _("Write the reason into the remark."),
        )


@check(MONEY, "future_date", Severity.HARD, fields=("happened_on", "step"))
def happened_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Money moved in the past; only plans look ahead."""
    if row.get("step") != Step.PLANNED:
        yield from future(row, limits, "happened_on")


@set_check(
    MONEY, "same_voucher", Severity.HARD, fields=("project_id", "source_id", "step", "voucher", "is_removed")
)
def same_voucher(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A voucher stands once for each step of a project's money from a source."""
    told = Finding("voucher", _("This voucher is entered already."), _("Edit that row."))
    names = ("project_id", "source_id", "step", "voucher")
    yield from taken_twice(rows, MoneyEvent.objects.live(), names, told)


@set_check(MONEY, "issued_by_batch", Severity.HARD, fields=("source_id", "step"))
def issued_by_batches_alone(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Money that comes by batches is issued by their allotments: entered here too, it would count twice."""
    asked = {row["source_id"] for row in rows if row.get("step") == Step.ISSUED and row.get("source_id")}
    if not asked:
        return
    by_batch = set(Source.objects.filter(pk__in=asked, by_batch=True).values_list("pk", flat=True))
    for position, row in enumerate(rows):
        if row.get("step") == Step.ISSUED and row.get("source_id") in by_batch:
            text = _("Money of this source is issued by batches.")
            yield position, Finding("step", text, _("Enter it in the ledger of allotments."))


@set_check(MONEY, "foreign_contract", Severity.HARD, fields=("project_id", "contract_id"))
def own_contract(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A payment is made on a contract of the same project."""
    yield from foreign_contracts(rows)


@set_check(
    MONEY, "foreign_contribution", Severity.HARD, fields=("project_id", "source_id", "contribution_id")
)
def own_contribution(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Money of a contribution belongs to its project and source."""
    asked = {row["contribution_id"] for row in rows if row.get("contribution_id")}
    known = {
        pk: (project, source)
        for pk, project, source in Contribution.objects.filter(pk__in=asked)
        .values_list("pk", "project_id", "source_id")
        .order_by()
    }
    for position, row in enumerate(rows):
        place = (row.get("project_id"), row.get("source_id"))
        if row.get("contribution_id") and known.get(row["contribution_id"]) != place:
            text = _("This contribution belongs to another project or source.")
            yield position, Finding("contribution_id", text, _("Choose one of this project and source."))


@set_check(
    MONEY,
    "more_than_the_contract",
    Severity.HARD,
    fields=("contract_id", "step", "amount_fen", "is_removed"),
    last=True,
)
def within_the_contract(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """No more is paid on a contract than it is worth (多支付进度款)."""
    asked: dict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if row.get("contract_id") and row["step"] == Step.PAID and not row.get("is_removed"):
            asked[row["contract_id"]].append(position)
    if not asked:
        return
    # Under their locks: whoever changes a contract meanwhile waits, and is then asked about this payment.
    contracts = {
        found.pk: found
        for found in locked(Contract.objects.filter(pk__in=asked, amount_fen__isnull=False).order_by("pk"))
    }
    own = [row["id"] for row in rows if row.get("id")]
    others = paid_on(contracts, without=own)
    for pk, contract in contracts.items():
        here = sum(rows[position]["amount_fen"] for position in asked[pk])
        paid = others.get(pk, 0) + here
        if paid > (contract.amount_fen or 0):
            for position in asked[pk]:
                yield position, _beyond(contract.number, contract.amount_fen or 0, paid)


@set_check(CONTRACT, "less_than_paid", Severity.HARD, fields=("amount_fen", "is_removed"), last=True)
def not_less_than_paid(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A contract is not made smaller than what has been paid on it, nor taken out with payments on it."""
    paid = paid_on({row["id"] for row in rows if row.get("id")})
    for position, row in enumerate(rows):
        sum_fen = paid.get(row.get("id") or 0, 0)
        amount = 0 if row.get("is_removed") else row.get("amount_fen")
        if amount is not None and sum_fen > amount:
            yield position, _beyond(row["number"], amount, sum_fen)


def paid_on(contracts: Any, without: Sequence[int] = ()) -> dict[int, int]:
    """Return what has been paid on contracts, in 分; payments ``without`` are left out."""
    found: dict[int, int] = {}
    for part in parts(contracts):
        rows = MoneyEvent.objects.live().filter(contract__in=part, step=Step.PAID).exclude(pk__in=without)
        sums = rows.order_by().values_list("contract_id").annotate(sum=Sum("amount_fen"))
        found.update({pk or 0: amount for pk, amount in sums})
    return found


def _beyond(number: str, amount_fen: int, paid_fen: int) -> Finding:
    text = _("Contract %(number)s is worth %(amount)s 万元; %(paid)s 万元 would be paid on it.") % {
        "number": number,
        "amount": wan_yuan(amount_fen),
        "paid": wan_yuan(paid_fen),
    }
    return Finding("amount_fen", text, _("Mend the amount, or enter the changed contract sum first."))


@set_check(
    MONEY,
    "paid_before_arrival",
    Severity.SOFT,
    fields=("project_id", "source_id", "step", "happened_on", "amount_fen"),
)
def paid_after_arrival(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """On every single day no more had been paid than had arrived by then."""
    asked = [position for position, row in enumerate(rows) if row.get("step") == Step.PAID and _is_whole(row)]
    if not asked:
        return
    pks = {row["id"] for row in rows if row.get("id")}
    moves: dict[Any, list[tuple[date, int]]] = defaultdict(list)
    for part in parts(rows[position]["project_id"] for position in asked):
        stored = MoneyEvent.objects.live().filter(project__in=part, step__in=(Step.ARRIVED, Step.PAID))
        names = ("pk", "project_id", "source_id", "step", "happened_on", "amount_fen")
        for pk, project, source, step, day, amount in stored.order_by().values_list(*names):
            if pk not in pks:
                moves[project, source].append((day, amount if step == Step.ARRIVED else -amount))
    for row in rows:
        if row.get("step") in {Step.ARRIVED, Step.PAID} and _is_whole(row) and not row.get("is_removed"):
            signed = row["amount_fen"] if row["step"] == Step.ARRIVED else -row["amount_fen"]
            moves[row["project_id"], row["source_id"]].append((row["happened_on"], signed))
    early = {key: _short_days(found) for key, found in moves.items()}
    for position in asked:
        row = rows[position]
        short = early.get((row["project_id"], row["source_id"]), set())
        if row["happened_on"] in short and row["amount_fen"] > 0:
            text = _("By %(day)s less had arrived than had been paid.") % {"day": row["happened_on"]}
            yield position, Finding("happened_on", text, _("Check the days of arrival and payment."))


def _is_whole(row: RowView) -> bool:
    return isinstance(row.get("happened_on"), date) and isinstance(row.get("amount_fen"), int)


def _short_days(moves: Sequence[tuple[date, int]]) -> set[date]:
    """Return the days at whose end more had been paid than had arrived."""
    by_day: dict[date, int] = defaultdict(int)
    for day, amount in moves:
        by_day[day] += amount
    short, balance = set(), 0
    for day in sorted(by_day):
        balance += by_day[day]
        if balance < 0:
            short.add(day)
    return short
