"""Checks of plan versions, their clauses and their items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region
from communities.checks import amount, taken_twice
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from projects.prices import Asked, band_outside, price_bands
from records.checks import Finding, Limits, RowView, Severity, check, load_limits, set_check
from records.marks import Mark

VERSION = "projects.planversion"
CLAUSE = "projects.planclause"
ITEM = "projects.planitem"


@check(VERSION, "required", Severity.HARD, fields=("project_id", "number"))
def project_and_number(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A version belongs to a project and has a number."""
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write the community's name."))
    if not row.get("number"):
        yield Finding("number", _("The number of the version is missing."), _("Write 1, 2, 3 …"))


@set_check(VERSION, "same_number", Severity.HARD, fields=("project_id", "number"))
def same_version(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A plan has each version once."""
    yield from taken_twice(
        rows,
        PlanVersion.objects.live(),
        ("project_id", "number"),
        Finding("number", _("There is a version of this number already."), _("Take the next number.")),
    )


@set_check(VERSION, "one_final", Severity.HARD, fields=("state",))
def one_final(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """One version of a plan is final."""
    final = PlanVersion.State.FINAL
    asked = {position: row for position, row in enumerate(rows) if row.get("state") == final}
    known = PlanVersion.objects.live().filter(
        state=final, project__in={row.get("project_id") for row in asked.values()}
    )
    others = dict(known.values_list("project_id", "pk").order_by()) if asked else {}
    for position, row in asked.items():
        if others.get(row.get("project_id"), row.get("id")) != row.get("id"):
            yield position, Finding("state", _("Another version of this plan is final."), "")


@check(CLAUSE, "required", Severity.HARD, fields=("plan_version_id", "number", "title"))
def version_number_and_title(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A clause stands in a version, has a number and a title."""
    if row.get("plan_version_id") is None:
        yield Finding("plan_version_id", _("The version is missing."), "")
    if not row.get("number"):
        yield Finding("number", _("The number of the clause is missing."), _("Write 1, 2, 3 …"))
    if not row.get("title"):
        yield Finding("title", _("The clause has no title."), _("Write a few words."))


@set_check(CLAUSE, "same_number", Severity.HARD, fields=("plan_version_id", "number"))
def same_clause(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A version has each clause once."""
    yield from taken_twice(
        rows,
        PlanClause.objects.live(),
        ("plan_version_id", "number"),
        Finding("number", _("There is a clause of this number already."), _("Take the next number.")),
    )


@check(ITEM, "required", Severity.HARD, fields=("plan_version_id", "item_id"))
def version_and_item(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An item of works stands in a version and comes from the catalogue."""
    if row.get("plan_version_id") is None:
        yield Finding("plan_version_id", _("The version is missing."), _("Make a version of the plan first."))
    if row.get("item_id") is None:
        yield Finding("item_id", _("The item is missing."), _("Choose it from the works catalogue."))


@check(ITEM, "not_negative", Severity.HARD, fields=("quantity", "unit_price_fen", "amount_fen"))
def not_negative(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Quantities and money of a plan are not negative."""
    for name in ("quantity", "unit_price_fen", "amount_fen"):
        value = row.get(name)
        if value is not None and not isinstance(value, Mark) and value < 0:
            yield Finding(name, _("A plan has no negative figures."), _("Take the item out instead."))


@check(ITEM, "dig_order", Severity.HARD, fields=("dig_from", "dig_to"))
def dig_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The ground is closed after it was opened."""
    opened, closed = row.get("dig_from"), row.get("dig_to")
    if opened and closed and closed < opened:
        yield Finding("dig_to", _("Closed before it was opened."), _("Mend one of the dates."))


@check(ITEM, "dig_without_road", Severity.SOFT, fields=("road", "dig_from"))
def dig_without_road(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Whoever opens the ground names the road, so that it is opened once."""
    if row.get("dig_from") and not row.get("road"):
        yield Finding("road", _("The ground is opened, but no road is named."), _("Name the road."))


@set_check(ITEM, "same_item", Severity.HARD, fields=("plan_version_id", "item_id", "place"))
def same_item(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An item stands once at each place of a version."""
    keys = [_key(row) for row in rows]
    versions = {key[0] for key in keys if key is not None}
    known: dict[Any, set[int]] = defaultdict(set)
    stored = PlanItem.objects.live().filter(plan_version__in=versions)
    for pk, *key in stored.values_list("pk", "plan_version_id", "item_id", "place").order_by():
        known[tuple(key)].add(pk)
    own = {row.get("id") for row in rows}
    here: dict[Any, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        if key is not None:
            here[key].append(position)
    for key, positions in here.items():
        if len(positions) > 1 or known.get(key, set()) - own:
            for position in positions:
                yield (
                    position,
                    Finding(
                        "item_id",
                        _("This item stands at this place already."),
                        _("Name another place, or add the quantities up."),
                    ),
                )


def _key(row: RowView) -> tuple[Any, ...] | None:
    if row.get("is_removed") or row.get("plan_version_id") is None or row.get("item_id") is None:
        return None
    return row["plan_version_id"], row["item_id"], row.get("place") or ""


@set_check(ITEM, "price_outside_band", Severity.SOFT, fields=("item_id", "unit_price_fen"))
def price_outside_band(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The unit price lies near what the same item costs elsewhere, or near the catalogue's reference."""
    asked = [
        (position, row)
        for position, row in enumerate(rows)
        if row.get("item_id") and amount(row, "unit_price_fen") is not None and row.get("project_id")
    ]
    if not asked:
        return
    wanted = {row["project_id"] for _position, row in asked}
    places = {
        pk: (year, unit)
        for pk, year, unit in Project.objects.filter(pk__in=wanted).values_list("pk", "plan_year", "unit_id")
    }
    units = Region.objects.in_bulk({unit for _year, unit in places.values()})
    questions = [
        Asked(row["item_id"], units[unit], year, row["project_id"])
        for _position, row in asked
        for year, unit in [places[row["project_id"]]]
    ]
    bands, limits = price_bands(questions), load_limits()
    for (position, row), question in zip(asked, questions, strict=True):
        band = bands[question]
        words = band_outside(band, int(row["unit_price_fen"]), limits)
        if words:
            yield position, Finding("unit_price_fen", words, _("Check price and unit, or give the reason."))
