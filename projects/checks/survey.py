"""What plans and surveys owe each other: the share of homes built late, and what stays as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from communities.models import Survey
from projects.models import Project
from records.checks import Finding, RowView, Severity, load_limits, set_check

# The years built late and their share of a year's households: records/data/limits.csv.
LATE_YEARS, LATE_SHARE = "late_built_years", "late_built_share"


@set_check("projects.annualplan", "late_built_share", Severity.SOFT, fields=("target_households",))
def late_built_share(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Homes built after 2000 that a province admits are a part of the year's task, by households."""
    limits = load_limits()
    years, share = limits.get(LATE_YEARS), limits.get(LATE_SHARE)
    if years is None or years.low is None or share is None or share.high is None:
        return
    units = {row["unit_id"] for row in rows if row.get("unit_id")}
    asked = {row["year"] for row in rows if row.get("year")}
    listed = (
        Project.objects.live()
        .filter(unit__in=units, plan_year__in=asked, planned_households__isnull=False)
        .annotate(built=Coalesce("community__built_to", "community__built_from"))
        .values_list("unit_id", "plan_year", "planned_households", "built")
        .order_by()
    )
    total: Counter[tuple[int, int]] = Counter()
    late: Counter[tuple[int, int]] = Counter()
    for unit, year, households, built in listed:
        total[unit, year] += households or 0
        late[unit, year] += (households or 0) if built is not None and built >= years.low else 0
    for position, row in enumerate(rows):
        key = (row.get("unit_id") or 0, row.get("year") or 0)
        if not total[key]:
            continue
        found = Decimal(100 * late[key]) / total[key]
        if found > share.high:
            text = _(
                "%(share)s %% of the households live in homes built since %(year)d, more than %(most)s %%."
            )
            words = {"share": f"{found:.1f}", "year": int(years.low), "most": f"{share.high.normalize():f}"}
            mend = _("Take communities built earlier first, or confirm with the province's approval.")
            yield position, Finding("target_households", text % words, mend)


@set_check("communities.survey", "gate_passed", Severity.HARD, fields=("state",))
def gate_passed(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A survey that let a project go on stays finished until the project is sent back."""
    reopened = {
        row["community_id"]
        for row in rows
        if row.get("id") and row.get("state") == Survey.State.OPEN and not row.get("is_removed")
    }
    if not reopened:
        return
    beyond = Project.objects.live().filter(community__in=reopened, is_history=False)
    past = set(beyond.exclude(stage=Project.Stage.SURVEY).values_list("community_id", flat=True).order_by())
    for position, row in enumerate(rows):
        if row.get("id") and row.get("state") == Survey.State.OPEN and row.get("community_id") in past:
            finding = Finding(
                "state",
                _("The project has gone on to its plan on the strength of this survey."),
                _("Send the project back to the survey first."),
            )
            yield position, finding
