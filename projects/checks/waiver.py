"""Checks of waivers: what is waived exists, and for how long is said."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from projects.models import Waiver
from records.checks import Finding, Limits, RowView, Severity, check

WAIVER = "projects.waiver"


@check(WAIVER, "sound", Severity.HARD, fields=("code", "reason", "valid_from", "valid_until", "year_from"))
def sound_waiver(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An exception names what it waives, why, where, and from when to when."""
    if not row.get("code"):
        yield Finding("code", _("Say what is waived."), _("Choose it from the list."))
    if not (row.get("reason") or "").strip():
        yield Finding("reason", _("The reason is missing."), _("Write why the exception is needed."))
    if row.get("region_id") is None:
        yield Finding("region_id", _("The region is missing."), _("Choose it from the list."))
    since, until = row.get("valid_from"), row.get("valid_until")
    if since is None or until is None:
        yield Finding("valid_from", _("An exception has a first and a last day."), _("Fill in both."))
    elif until < since:
        yield Finding("valid_until", _("The last day lies before the first."), _("Mend one of the days."))
    first, last = row.get("year_from"), row.get("year_to")
    if first is not None and last is not None and last < first:
        yield Finding("year_to", _("The last plan year lies before the first."), _("Mend one of them."))


@check(WAIVER, "past", Severity.SOFT, fields=("valid_until",))
def already_over(row: RowView, limits: Limits) -> Iterator[Finding]:
    """An exception for days that are over helps nobody."""
    until = row.get("valid_until")
    if row.get("state") == Waiver.State.ASKED and until is not None and until < limits.today:
        yield Finding("valid_until", _("These days are over."), _("Ask for days to come."))
