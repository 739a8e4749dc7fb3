"""Checks of sources of money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from funding.checks.needed import missing, still_named
from funding.models import Contribution, FundBatch, MoneyEvent, Source
from records.checks import Finding, Limits, RowView, Severity, check, set_check

SOURCE = "funding.source"
NEEDED = {
    "code": gettext_lazy("The code is missing."),
    "name": gettext_lazy("The name is missing."),
    "region_id": gettext_lazy("The region is missing."),
    "channel": gettext_lazy("The channel is missing."),
    "instrument": gettext_lazy("The instrument is missing."),
}


@check(SOURCE, "required", Severity.HARD, fields=tuple(NEEDED))
def named_and_placed(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A source has a code, a name, a channel and an instrument, and holds somewhere."""
    yield from missing(row, NEEDED)


@set_check(SOURCE, "same_code", Severity.HARD, fields=("code", "is_removed"))
def same_code(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A code names one source."""
    told = Finding("code", _("There is a source with this code already."), _("Choose another code."))
    yield from taken_twice(rows, Source.objects.live(), ("code",), told)


@set_check(SOURCE, "in_use", Severity.HARD, fields=("is_removed",))
def not_in_use(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A source that money came from is not taken out."""
    told = Finding(
        "name", _("Money of this source is entered."), _("Say that it is no longer in use instead.")
    )
    ledgers = ((FundBatch.objects, "source_id"), (MoneyEvent.objects, "source_id"))
    yield from still_named(rows, (*ledgers, (Contribution.objects, "source_id")), told)
