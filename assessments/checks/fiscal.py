"""Checks of difficulty coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from assessments.models import FiscalFactor
from communities.checks import taken_twice
from records.checks import Finding, Limits, RowView, Severity, check, set_check

FACTOR = "assessments.fiscalfactor"


@check(FACTOR, "required", Severity.HARD, fields=("unit_id", "year", "coefficient"))
def unit_year_and_value(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A coefficient belongs to a unit and a year, and is above zero."""
    if row.get("unit_id") is None:
        yield Finding("unit_id", _("The reporting unit is missing."), _("Write the name of the unit."))
    if row.get("year") is None:
        yield Finding("year", _("The year is missing."), _("Choose a year."))
    elif not 2000 <= row["year"] <= 2100:
        yield Finding("year", _("The year lies outside 2000–2100."), _("Write four digits."))
    if row.get("coefficient") is None:
        yield Finding("coefficient", _("The coefficient is missing."), _("Write a number such as 0.85."))
    elif row["coefficient"] <= 0:
        yield Finding("coefficient", _("A coefficient is above zero."), _("Write a number such as 0.85."))


@check(FACTOR, "coefficient_band", Severity.SOFT, fields=("coefficient",))
def plausible(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A coefficient far from 1 is more often a slip than a fact; the band is a setting."""
    value, band = row.get("coefficient"), limits.get("fiscal_coefficient")
    if value is not None and band is not None and value > 0 and not band.hold(value):
        yield Finding(
            "coefficient",
            _("%(value)s lies outside %(band)s.") % {"value": f"{value:f}", "band": band},
            _("Check the decimal point."),
        )


@set_check(FACTOR, "same_unit_and_year", Severity.HARD, fields=("unit_id", "year", "is_removed"))
def once(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit has one coefficient a year."""
    told = Finding(
        "unit_id",
        _("This unit has a coefficient of this year already."),
        _("Change that row instead of adding one."),
    )
    yield from taken_twice(rows, FiscalFactor.objects.live(), ("unit_id", "year"), told)
