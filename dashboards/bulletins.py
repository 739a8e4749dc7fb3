"""Making, editing and issuing the monthly bulletin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region
from accounts.roles import Capability
from dashboards import moves, snapshots
from dashboards.composing import NARRATIVE, Facts, compose, default_narrative
from dashboards.documents import files, render_all
from dashboards.figures import Figures, Row, month_end, previous_month_end, total
from dashboards.models import Bulletin, Snapshot
from records.hashing import canonical_hash

if TYPE_CHECKING:
    from accounts.models import User


class NothingToReport(Exception):
    """The plan year has no project."""


class NotADraft(Exception):
    """The bulletin was issued: nothing in it changes any more."""


class Outdated(Exception):
    """Somebody changed the draft meanwhile."""


class SelfIssued(Exception):
    """Whoever wrote the draft asks to issue it: that takes a second person."""


def make(*, plan_year: int, year: int, month: int, by: User | None = None) -> tuple[Bulletin, bool]:
    """Make the draft of a month's bulletin; return it and whether it is new.

    The month is frozen first, and the month before it for the comparison.  However often and from wherever it
    is asked for, there is one bulletin a period.  Raises snapshots.NotOver and NothingToReport.
    """
    region = snapshots.province()
    known = _of_period(region, plan_year, year, month)
    if known is not None:
        return known, False
    on = month_end(year, month)
    now, _new = snapshots.freeze(region=region, plan_year=plan_year, on=on, by=by)
    before, _new = snapshots.freeze(region=region, plan_year=plan_year, on=previous_month_end(on), by=by)
    facts = facts_of(now, before)
    if not facts.whole.listed.communities:
        raise NothingToReport(f"{plan_year}")
    moved = [move.as_json() for move in moves.between(now, before)]
    return _make_once(region, facts, now, before, moved, (plan_year, year, month), by)


@transaction.atomic
def _make_once(
    region: Region,
    facts: Facts,
    now: Snapshot,
    before: Snapshot,
    moved: list[dict[str, Any]],
    period: tuple[int, int, int],
    by: User | None,
) -> tuple[Bulletin, bool]:
    plan_year, year, month = period
    # One maker at a time: numbers are given out without gaps, and the second finds what the first made.
    Region.objects.select_for_update().get(pk=region.pk)
    known = _of_period(region, plan_year, year, month)
    if known is not None:
        return known, False
    last = Bulletin.objects.filter(region=region, year=year).aggregate(last=Max("number"))["last"]
    bulletin = Bulletin(
        region=region,
        plan_year=plan_year,
        year=year,
        month=month,
        number=(last or 0) + 1,
        snapshot=now,
        previous=before,
        narrative=default_narrative(facts),
        moves=moved,
        drafted_by=by,
    )
    bulletin.document = _compose(bulletin, facts, timezone.localdate(), draft=True)
    bulletin.files = _store(bulletin)
    bulletin.save(force_insert=True)
    audit.record(
        audit.Kind.BULLETIN_EDIT, actor=by, bulletin=bulletin.pk, period=f"{year}-{month:02d}", revision=1
    )
    return bulletin, True


def _of_period(region: Region, plan_year: int, year: int, month: int) -> Bulletin | None:
    known = Bulletin.objects.filter(
        kind=Bulletin.Kind.START, region=region, plan_year=plan_year, year=year, month=month
    )
    return known.first()


@transaction.atomic
def edit(*, bulletin: Bulletin, seen: int, narrative: Mapping[str, str], by: User) -> Bulletin:
    """Replace the narrative of a draft and compose it anew; ``seen`` is the revision the editor had.

    Raises NotADraft and Outdated; then nothing was changed.
    """
    current = _locked(bulletin, seen)
    current.narrative = {name: str(narrative.get(name, "")).strip() for name in NARRATIVE}
    current.revision += 1
    facts = facts_of(current.snapshot, current.previous)
    current.document = _compose(current, facts, timezone.localdate(), draft=True)
    current.files = _store(current)
    current.edited_by, current.edited_at = by, timezone.now()
    _write(current, seen, ("narrative", "revision", "document", "files", "edited_by", "edited_at"))
    audit.record(audit.Kind.BULLETIN_EDIT, actor=by, bulletin=current.pk, revision=current.revision)
    return current


@transaction.atomic
def issue(*, bulletin: Bulletin, seen: int, by: User) -> Bulletin:
    """Sign a draft: date it, make its files and hash for good.

    Raises NotADraft, Outdated and SelfIssued (``BULLETIN_FOUR_EYES``); then nothing was changed.
    """
    current = _locked(bulletin, seen)
    refused = reason_against_issue(current, by)
    if refused:
        raise SelfIssued(refused)
    facts = facts_of(current.snapshot, current.previous)
    current.document = _compose(current, facts, timezone.localdate(), draft=False)
    current.state = Bulletin.State.ISSUED
    current.issued_by, current.issued_at = by, timezone.now()
    current.files = _store(current)
    current.sha256 = content_hash(current)
    _write(current, seen, ("document", "state", "issued_by", "issued_at", "files", "sha256"))
    audit.record(
        audit.Kind.BULLETIN_ISSUE,
        actor=by,
        bulletin=current.pk,
        revision=current.revision,
        sha256=current.sha256,
    )
    return current


def reason_against_issue(bulletin: Bulletin, user: User) -> str:
    """Return why a user may not issue a draft, in words for the page; "" when nothing is in the way."""
    if not user.may(Capability.BULLETIN_ISSUE):
        return _("Your role does not issue bulletins.")
    if settings.BULLETIN_FOUR_EYES and bulletin.last_editor_id == user.pk:
        return _("You wrote this draft; another person issues it.")
    return ""


def content_hash(bulletin: Bulletin) -> str:
    """Return the hash of everything that was issued: text, numbers, snapshot and files."""
    return canonical_hash(
        {
            "document": bulletin.document,
            "moves": bulletin.moves,
            "snapshot": bulletin.snapshot.sha256,
            "files": {name: kept["sha256"] for name, kept in bulletin.files.items()},
        }
    )


def facts_of(now: Snapshot, before: Snapshot | None) -> Facts:
    """Return what a bulletin is composed from, read from the snapshots alone."""
    return Facts(
        region=now.region.code,
        plan_year=now.plan_year,
        on=now.on,
        units=unit_rows(now),
        prefectures=prefecture_rows(now),
        before=total(unit_rows(before)) if before is not None else None,
    )


def unit_rows(snapshot: Snapshot) -> list[Row]:
    """Return the units of a snapshot, named as they were then."""
    return [
        Row(row["code"], row["name"], Figures.from_json(row["figures"]), row["parent"])
        for row in snapshot.figures
    ]


def prefecture_rows(snapshot: Snapshot) -> list[Row]:
    """Return the prefectures of a snapshot, added up from their units."""
    sums: dict[str, Row] = {}
    for row in snapshot.figures:
        figures = Figures.from_json(row["figures"])
        known = sums.get(row["parent"])
        sums[row["parent"]] = Row(
            row["parent"], row["parent_name"], figures + known.figures if known else figures
        )
    return list(sums.values())


def _compose(bulletin: Bulletin, facts: Facts, dated: date, *, draft: bool) -> dict[str, Any]:
    return compose(
        facts,
        number=bulletin.number,
        dated=dated,
        narrative=bulletin.narrative,
        draft=draft,
        mark=bulletin.snapshot.mark,
    )


def _store(bulletin: Bulletin) -> dict[str, dict[str, Any]]:
    name = f"{bulletin.year}-{bulletin.month:02d}-{bulletin.plan_year}-v{bulletin.revision}"
    return files.store(name, render_all(bulletin.document))


def _locked(bulletin: Bulletin, seen: int) -> Bulletin:
    rows = Bulletin.objects.select_related("snapshot__region", "previous").select_for_update(of=("self",))
    current = rows.get(pk=bulletin.pk)
    if not current.is_draft:
        raise NotADraft(current.pk)
    if current.revision != seen:
        raise Outdated(current.pk)
    return current


def _write(bulletin: Bulletin, seen: int, names: tuple[str, ...]) -> None:
    """Write a draft by a conditional update: whatever came between, an issued row is not touched."""
    drafts = Bulletin.objects.drafts().filter(pk=bulletin.pk, revision=seen)
    if not drafts.update(**{name: getattr(bulletin, name) for name in names}):
        raise Outdated(bulletin.pk)
