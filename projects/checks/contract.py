"""Checks of contracts and of who answers for what until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from communities.models import CatalogueItem
from projects.calendars import Calendars, day_of
from projects.checks.milestone import future, of_a_project
from projects.credit_codes import is_valid
from projects.models import Contract, Liability, Project
from records.checks import Finding, Limits, RowView, Severity, check, set_check
from records.models import Limit

CONTRACT, LIABILITY = "projects.contract", "projects.liability"
# Which least warranty of 建设工程质量管理条例第四十条 an item of works falls under, by words of its name; the
# first that fits counts.  How long each is stands in the limits.
WATERPROOFING, HEATING, INSTALLATION = "warranty_waterproofing", "warranty_heating", "warranty_installation"
LEAST_WARRANTY = (
    (HEATING, ("供热", "供暖", "采暖", "热力", "暖气")),
    (WATERPROOFING, ("防水", "防渗", "屋面", "屋顶")),
    (INSTALLATION, ("管线", "管网", "管道", "给水", "排水", "供水", "电气", "线路", "设备", "装修", "电梯")),
)


@check(CONTRACT, "required", Severity.HARD, fields=("project_id", "kind", "number", "firm"))
@check(LIABILITY, "required", Severity.HARD, fields=("project_id",))
def about_a_project(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A contract or liability is about one project."""
    yield from of_a_project(row)


@check(
    CONTRACT,
    "credit_code",
    Severity.HARD,
    fields=("firm_code",),
    waivable=gettext_lazy("Credit code of the firm in a contract"),
)
@check(
    LIABILITY,
    "credit_code",
    Severity.HARD,
    fields=("firm_code",),
    waivable=gettext_lazy("Credit code of the firm that answers"),
)
def credit_code(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A unified social credit code has the check digit of GB 32100-2015."""
    yield from wrong_credit_code(row, "firm_code")


def wrong_credit_code(row: RowView, name: str) -> Iterator[Finding]:
    """Find a unified social credit code whose check digit is wrong (GB 32100-2015)."""
    code = row.get(name)
    if code and not is_valid(str(code)):
        yield Finding(
            name,
            _("«%(code)s» is no unified social credit code: its check digit is wrong.") % {"code": code},
            _("Copy the 18 characters from the licence."),
        )


@check(CONTRACT, "future_date", Severity.HARD, fields=("signed_on",))
def signed_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A contract was not signed in the future."""
    yield from future(row, limits, "signed_on")


@check(CONTRACT, "dates_in_order", Severity.HARD, fields=("signed_on", "starts_on", "ends_on"))
def dates_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Works begin before they end."""
    start, end = row.get("starts_on"), row.get("ends_on")
    if start and end and end < start:
        yield Finding("ends_on", _("The contract ends before it starts."), _("Swap or mend the days."))


@set_check(CONTRACT, "same_number", Severity.HARD, fields=("project_id", "number"))
def same_number(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has each contract once."""
    yield from taken_twice(
        rows,
        Contract.objects.live(),
        ("project_id", "number"),
        Finding("number", _("The project already has this contract."), _("Edit that row.")),
    )


@set_check(LIABILITY, "same_liability", Severity.HARD, fields=("project_id", "item_id", "firm"))
def same_liability(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A firm answers for an item of a project once."""
    yield from taken_twice(
        rows,
        Liability.objects.live(),
        ("project_id", "item_id", "firm"),
        Finding("firm", _("This firm already answers for this item."), _("Edit that row.")),
    )


@set_check(LIABILITY, "foreign_contract", Severity.HARD, fields=("project_id", "contract_id"))
def own_contract(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The contract a liability rests on is one of the same project."""
    yield from foreign_contracts(rows)


def foreign_contracts(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Find the rows that name a contract of another project; one query."""
    asked = {row["contract_id"] for row in rows if row.get("contract_id")}
    projects = dict(Contract.objects.filter(pk__in=asked).values_list("pk", "project_id").order_by())
    for position, row in enumerate(rows):
        if row.get("contract_id") and projects.get(row["contract_id"]) != row.get("project_id"):
            text = _("This contract belongs to another project.")
            yield position, Finding("contract_id", text, _("Choose one of this project."))


@check(LIABILITY, "warranty_order", Severity.HARD, fields=("warranty_from", "warranty_until"))
def warranty_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A warranty ends after it begins."""
    start, end = row.get("warranty_from"), row.get("warranty_until")
    if start and end and end < start:
        yield Finding("warranty_until", _("The warranty ends before it begins."), _("Swap or mend the days."))


@set_check(LIABILITY, "warranty_least", Severity.SOFT, fields=("item_id", "warranty_from", "warranty_until"))
def least_warranty(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A warranty is not shorter than 建设工程质量管理条例第四十条 has it."""
    asked = [n for n, row in enumerate(rows) if row.get("warranty_from") and row.get("warranty_until")]
    if not asked:
        return
    items = {rows[position]["item_id"] for position in asked if rows[position].get("item_id")}
    names = dict(CatalogueItem.objects.filter(pk__in=items).values_list("pk", "name").order_by())
    limits = dict(Limit.objects.filter(code__startswith="warranty_").values_list("code", "low"))
    projects = {rows[position]["project_id"] for position in asked if rows[position].get("project_id")}
    told = Project.objects.filter(pk__in=projects).values_list("pk", "unit__path", "plan_year").order_by()
    places = {pk: (path, year) for pk, path, year in told}
    calendars = Calendars()
    for position in asked:
        row = rows[position]
        code = warranty_kind(names.get(row.get("item_id") or 0, ""))
        least = limits.get(code)
        if least is None:
            continue
        path, year = places.get(row.get("project_id") or 0, ("", 0))
        until = _least_until(code, row["warranty_from"], least, calendars, path, year)
        if row["warranty_until"] < until:
            text = _("The warranty is shorter than the law allows: until %(day)s at least.") % {"day": until}
            mend = _("Regulation on the quality of construction projects, article 40.")
            yield position, Finding("warranty_until", text, mend)


def warranty_kind(name: str) -> str:
    """Return which least warranty an item falls under, empty when the law names none."""
    return next((code for code, words in LEAST_WARRANTY if any(word in name for word in words)), "")


def _least_until(code: str, start: date, least: Decimal, calendars: Calendars, path: str, year: int) -> date:
    """Return the first day on which a warranty may end: years, for heating whole heating seasons."""
    season = calendars.season(path, year) if code == HEATING else None
    if season is None:
        return day_of(start.year + int(least), start.month * 100 + start.day)
    first = start.year if start <= day_of(start.year, season.heating_from) else start.year + 1
    return day_of(first + int(least), season.heating_to)
