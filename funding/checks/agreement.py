"""Checks of agreements with investors, and of what they pay by score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from funding.checks.needed import missing, still_named
from funding.models import Agreement, PayBand
from projects.checks.contract import wrong_credit_code
from projects.checks.milestone import future, of_a_project
from records.checks import Finding, Limits, RowView, Severity, check, set_check

AGREEMENT, BAND = "funding.agreement", "funding.payband"
NEEDED = {
    "number": gettext_lazy("The agreement number is missing."),
    "partner": gettext_lazy("The investor is missing."),
    "mode": gettext_lazy("The mode is missing."),
}
NEEDED_OF_BAND = {
    "agreement_id": gettext_lazy("The agreement is missing."),
    "from_score": gettext_lazy("The score is missing."),
    "share_percent": gettext_lazy("The share is missing."),
}
# The sum that an agreement of each mode rests on.
TERMS: Mapping[str, str] = {
    Agreement.Mode.PPP: "base_pay_fen",
    Agreement.Mode.INTEREST_SUBSIDY: "loan_fen",
    Agreement.Mode.INVESTMENT_SUBSIDY: "public_fen",
    Agreement.Mode.CAPITAL_INJECTION: "public_fen",
}
AMOUNTS = ("invested_fen", "public_fen", "loan_fen", "base_pay_fen")


@check(AGREEMENT, "required", Severity.HARD, fields=("project_id", *NEEDED))
def whole_agreement(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An agreement has a number, an investor and a mode."""
    yield from of_a_project(row)
    yield from missing(row, NEEDED)


@check(AGREEMENT, "percentage", Severity.HARD, fields=("interest_percent",))
def interest_in_percent(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Interest is subsidised in full at most."""
    share = row.get("interest_percent")
    if share is not None and not 0 <= share <= 100:
        yield Finding("interest_percent", _("This is between 0 and 100."), _("Mend the percentage."))


@check(
    AGREEMENT,
    "credit_code",
    Severity.HARD,
    fields=("partner_code",),
    waivable=gettext_lazy("Credit code of the investor in an agreement"),
)
def credit_code(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A unified social credit code has the check digit of GB 32100-2015."""
    yield from wrong_credit_code(row, "partner_code")


@check(AGREEMENT, "future_date", Severity.HARD, fields=("signed_on",))
def signed_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """An agreement was not signed in the future."""
    yield from future(row, limits, "signed_on")


@check(AGREEMENT, "dates_in_order", Severity.HARD, fields=("starts_on", "ends_on"))
def dates_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An agreement begins before it ends."""
    start, end = row.get("starts_on"), row.get("ends_on")
    if start and end and end < start:
        yield Finding("ends_on", _("The agreement ends before it starts."), _("Swap or mend the days."))


@check(AGREEMENT, "terms_missing", Severity.SOFT, fields=("mode", *AMOUNTS))
def terms_by_mode(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Each mode has its sum: a loan, public capital or a subsidy, a yearly pay."""
    needed = TERMS.get(row.get("mode") or "")
    if needed and row.get(needed) is None:
        yield Finding(needed, _("An agreement of this mode names this sum."), _("Enter it."))


@set_check(AGREEMENT, "same_number", Severity.HARD, fields=("project_id", "number", "is_removed"))
def same_number(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has each agreement once."""
    told = Finding("number", _("The project already has this agreement."), _("Edit that row."))
    yield from taken_twice(rows, Agreement.objects.live(), ("project_id", "number"), told)


@check(BAND, "required", Severity.HARD, fields=tuple(NEEDED_OF_BAND))
def whole_band(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A band says from which score which share is paid."""
    yield from missing(row, NEEDED_OF_BAND)


@check(BAND, "percentage", Severity.HARD, fields=("from_score", "share_percent"))
def within_a_hundred(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Scores and shares go from nothing to a hundred."""
    for name in ("from_score", "share_percent"):
        value = row.get(name)
        if value is not None and not 0 <= value <= 100:
            yield Finding(name, _("This is between 0 and 100."), _("Mend the number."))


@set_check(BAND, "same_score", Severity.HARD, fields=("agreement_id", "from_score", "is_removed"))
def same_score(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An agreement has one band from each score."""
    told = Finding("from_score", _("There is a band from this score already."), _("Edit that row."))
    yield from taken_twice(rows, PayBand.objects.live(), ("agreement_id", "from_score"), told)


@set_check(BAND, "worse_pays_more", Severity.SOFT, fields=("agreement_id", "from_score", "share_percent"))
def better_pays_more(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A higher score does not pay less."""
    agreements = {row["agreement_id"] for row in rows if row.get("agreement_id")}
    own = {row["id"] for row in rows if row.get("id")}
    stored = PayBand.objects.live().filter(agreement__in=agreements).order_by()
    names = ("pk", "agreement_id", "from_score", "share_percent")
    bands = [tuple(rest) for pk, *rest in stored.values_list(*names) if pk not in own]
    bands += [
        (row["agreement_id"], row["from_score"], row["share_percent"])
        for row in rows
        if row.get("from_score") is not None and row.get("share_percent") is not None
    ]
    for position, row in enumerate(rows):
        score, share = row.get("from_score"), row.get("share_percent")
        if score is None or share is None:
            continue
        if any(one == row["agreement_id"] and low < score and pays > share for one, low, pays in bands):
            text = _("A lower score would be paid more.")
            yield position, Finding("share_percent", text, _("Check both bands."))


@set_check(AGREEMENT, "in_use", Severity.HARD, fields=("is_removed",))
def not_in_use(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An agreement with bands of pay is not taken out before them."""
    told = Finding("number", _("The agreement has bands of pay by score."), _("Take those rows out first."))
    yield from still_named(rows, ((PayBand.objects, "agreement_id"),), told)
