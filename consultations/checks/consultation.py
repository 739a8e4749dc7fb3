"""Checks of consultations, their notices, what they cost a household, and the rules of notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from communities.checks import taken_twice
from consultations.models import Consultation, Notice
from projects.models import PlanItem, PlanVersion
from records.checks import Finding, Limits, RowView, Severity, check, set_check

CONSULTATION = "consultations.consultation"
NOTICE = "consultations.notice"
COST = "consultations.costshare"
RULE = "consultations.noticerule"


@check(CONSULTATION, "required", Severity.HARD, fields=("project_id", "title", "organiser"))
def who_asks_about_what(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A consultation is about a project, has a title, and says who asks."""
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write the community's name."))
    if not row.get("title"):
        yield Finding("title", _("The consultation has no title."), _("Write what residents are asked."))
    if not row.get("organiser"):
        yield Finding("organiser", _("It is not said who asks."), _("Name the office that asks and answers."))


@check(CONSULTATION, "days_in_order", Severity.HARD, fields=("opens_on", "closes_on"))
def days_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """It closes on the day it opens, or later."""
    opens_on, closes_on = row.get("opens_on"), row.get("closes_on")
    if opens_on and closes_on and closes_on < opens_on:
        yield Finding("closes_on", _("It closes before it opens."), _("Mend one of the days."))


@check(CONSULTATION, "known_number", Severity.SOFT, fields=("telephone", "address"))
def reachable(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Who has no phone must know where the paper form is, and whom to call."""
    if not row.get("telephone"):
        yield Finding("telephone", _("No telephone is named."), _("Residents ask where to turn."))


@set_check(CONSULTATION, "one_running", Severity.HARD, fields=("project_id", "kind", "state", "is_removed"))
def one_running(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has one consultation of a kind under way at a time."""
    running = [
        (position, row) for position, row in enumerate(rows) if row.get("state") not in Consultation.ENDED
    ]
    known = Consultation.objects.live().exclude(state__in=Consultation.ENDED)
    finding = Finding(
        "kind",
        _("A consultation of this kind is under way for this project."),
        _("Go on with that one, or call it off first."),
    )
    found = taken_twice([row for _position, row in running], known, ("project_id", "kind"), finding)
    for at, told in found:
        yield running[at][0], told


@set_check(CONSULTATION, "own_version", Severity.HARD, fields=("project_id", "plan_version_id"))
def own_version(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The version that is heard is one of this project's plan."""
    yield from _of_same_project(
        rows, "plan_version_id", PlanVersion, _("This version belongs to another project.")
    )


def _of_same_project(
    rows: Sequence[RowView], name: str, model: Any, words: str
) -> Iterator[tuple[int, Finding]]:
    asked = {row.get(name) for row in rows} - {None}
    if not asked:
        return
    projects = dict(model.objects.filter(pk__in=asked).values_list("pk", "project_id").order_by())
    for position, row in enumerate(rows):
        if row.get(name) is not None and projects.get(row[name]) != row.get("project_id"):
            yield position, Finding(name, words, "")


@check(NOTICE, "required", Severity.HARD, fields=("consultation_id", "kind", "title", "from_on", "to_on"))
def what_hangs_when(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A notice belongs to a consultation, has a title and its days."""
    if row.get("consultation_id") is None:
        yield Finding("consultation_id", _("The consultation is missing."), _("Begin one first."))
    if not row.get("title"):
        yield Finding("title", _("The notice has no title."), _("Write a few words."))
    for name in ("from_on", "to_on"):
        if row.get(name) is None:
            yield Finding(name, _("A day is missing."), _("Write from when to when it hangs."))


@check(NOTICE, "days_in_order", Severity.HARD, fields=("from_on", "to_on"))
def notice_days(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """It comes down on the day it is put up, or later."""
    first, last = row.get("from_on"), row.get("to_on")
    if first and last and last < first:
        yield Finding("to_on", _("It comes down before it is put up."), _("Mend one of the days."))


@set_check(NOTICE, "same_kind", Severity.HARD, fields=("consultation_id", "kind", "is_removed"))
def one_of_a_kind(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A consultation has each notice once."""
    yield from taken_twice(
        rows,
        Notice.objects.live(),
        ("consultation_id", "kind"),
        Finding("kind", _("This consultation has such a notice already."), _("Change that one.")),
    )


@check(COST, "required", Severity.HARD, fields=("consultation_id", "title", "amount_fen"))
def what_costs_how_much(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A cost says what for and how much, and is not negative."""
    if row.get("consultation_id") is None:
        yield Finding("consultation_id", _("The consultation is missing."), _("Begin one first."))
    if not row.get("title"):
        yield Finding("title", _("It is not said what for."), _("Write a few words."))
    amount = row.get("amount_fen")
    if amount is None:
        yield Finding("amount_fen", _("The amount is missing."), _("Write 0 where it costs nothing."))
    elif isinstance(amount, int) and amount < 0:
        yield Finding("amount_fen", _("A cost is not negative."), "")


@set_check(COST, "own_item", Severity.HARD, fields=("consultation_id", "item_id"))
def own_item(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The item it pays for is one of this project's plan."""
    yield from _of_same_project(rows, "item_id", PlanItem, _("This item belongs to another project."))


@check(RULE, "required", Severity.HARD, fields=("region_id", "kind", "min_days"))
def rule_is_whole(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A rule says where it holds, for which notice, and how many days."""
    if row.get("region_id") is None:
        yield Finding("region_id", _("The region is missing."), "")
    if row.get("kind") in {None, ""}:
        yield Finding("kind", _("The kind of notice is missing."), "")
    if row.get("min_days") is None:
        yield Finding("min_days", _("The days are missing."), "")


@check(RULE, "share_is_a_share", Severity.HARD, fields=("objector_share",))
def share_is_a_share(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The share of objectors lies between 0 and 100 per cent."""
    share = row.get("objector_share")
    if share is not None and not 0 < share <= 100:
        yield Finding("objector_share", _("A share lies between 0 and 100 per cent."), "")
