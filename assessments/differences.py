"""What moved between two fact sheets: each indicator's points, and the rows that did it, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import computing, facts, schemes, scoring, words
from assessments.formulas import BehindRow
from assessments.models import FactSheet, Scheme
from projects.models import Project
from records.models import ChangeSet, VersionedRecord

NOBODY: scoring.Json = {"points": [], "deductions": []}


@dataclass(frozen=True, slots=True)
class Moved:
    """One ledger row that counts otherwise than in the sheet before: what happened, by whom, when, why."""

    about: str
    ledger: str
    what: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One indicator in two periods, with the rows that moved it."""

    name: str
    before: str
    after: str
    points_before: str
    points_after: str
    change: str
    rows: tuple[Moved, ...]


def between(before: FactSheet, now: FactSheet, scheme: Scheme, unit: str) -> list[Difference]:
    """Return the indicators of a unit that differ between two fact sheets, in the order of the scheme."""
    read = schemes.as_json(scheme)
    old, new = (computing.result_of(read, sheet, unit, NOBODY)["indicators"] for sheet in (before, now))
    found = []
    for former, line in zip(old, new, strict=True):
        rows = _moved(before, now, line["formula"], unit) if line["formula"] else ()
        if former["fact"] != line["fact"] or rows:
            gained = scoring.number(line["earned"]) - scoring.number(former["earned"])
            found.append(
                Difference(
                    name=line["name"],
                    before=words.fact_words(former),
                    after=words.fact_words(line),
                    points_before=former["earned"],
                    points_after=line["earned"],
                    change=signed(gained),
                    rows=rows,
                )
            )
    return found


def signed(value: Fraction) -> str:
    """Return a difference of points with its sign: +0.50, −1.25, 0.00."""
    text = scoring.text(abs(value))
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else text


def _moved(before: FactSheet, now: FactSheet, formula: str, unit: str) -> tuple[Moved, ...]:
    old, new = facts.rows_of(before, formula, unit), facts.rows_of(now, formula, unit)
    moved: list[Moved] = []
    for model in sorted(old.keys() | new.keys()):
        former = {row.pk: row for row in old.get(model, ())}
        current = {row.pk: row for row in new.get(model, ())}
        changed = {
            pk: what
            for pk in sorted(former.keys() | current.keys())
            if (what := _what(former.get(pk), current.get(pk)))
        }
        moved += _told(model, changed, current)
    return tuple(moved)


def _what(before: BehindRow | None, now: BehindRow | None) -> str:
    """Return in words how a row counts otherwise; empty when it does not."""
    if now is None:
        return _("gone")
    if before is None:
        return _("new, counts") if now.counts else _("new")
    if before.counts != now.counts:
        return _("counts now") if now.counts else _("counts no longer")
    return _("figures changed") if before.version != now.version else ""


def _told(label: str, changed: Mapping[int, str], current: Mapping[int, BehindRow]) -> Iterable[Moved]:
    model: Any = apps.get_model(label)
    if not changed or not issubclass(model, VersionedRecord):
        return [
            Moved(f"#{pk}", str(model._meta.verbose_name), what, "", "", "") for pk, what in changed.items()
        ]
    project = "id" if model is Project else "project_id"
    names = [field.attname for field in model._meta.concrete_fields]
    key = project if project in names else "id"
    rows = model.history.model.objects.filter(id__in=changed).order_by("version", "history_id")
    last: dict[int, tuple[int, int]] = {}
    for pk, version, change_set, about in rows.values_list("id", "version", "change_set_id", key):
        row = current.get(pk)
        if row is None or version <= row.version:
            last[pk] = (change_set, about)
    sets = ChangeSet.objects.select_related("actor").in_bulk({change for change, _about in last.values()})
    # A ledger without projects (returns of units) is told by its keys.
    wanted = {about for _change, about in last.values()} if key == project else set()
    listed = Project._base_manager.filter(pk__in=wanted)
    communities = dict(listed.values_list("pk", "community__name"))
    ledger = str(model._meta.verbose_name)
    return [
        _row(
            ledger,
            pk,
            what,
            sets.get(last[pk][0]),
            communities.get(last[pk][1], "") if key == project else "",
        )
        for pk, what in changed.items()
        if pk in last
    ]


def _row(ledger: str, pk: int, what: str, change: ChangeSet | None, name: str) -> Moved:
    if change is None:
        return Moved(name or f"{ledger} {pk}", ledger, what, "", "", "")
    return Moved(
        about=name or f"{ledger} {pk}",
        ledger=ledger,
        what=what,
        by=change.actor.display_name if change.actor else str(change.get_source_display()),
        at=f"{timezone.localtime(change.created_at):%Y-%m-%d %H:%M}",
        reason=change.reason,
    )
