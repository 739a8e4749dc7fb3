"""Making, editing, issuing and correcting the periodic reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region
from accounts.roles import Capability
from dashboards import mailing, moves, sections, snapshots
from dashboards.chapters import Matters, Spending
from dashboards.composing import NARRATIVE, Facts, compose, default_narrative
from dashboards.documents import files, render_all
from dashboards.figures import Figures, Row, total
from dashboards.models import Bulletin, Snapshot
from dashboards.periods import FUNDS, MONTH, QUARTER, YEAR, Period
from projects.calendars import calendars_now
from records.hashing import canonical_hash

if TYPE_CHECKING:
    from accounts.models import User


class NothingToReport(Exception):
    """The plan year has no project."""


class NotADraft(Exception):
    """The bulletin was issued: nothing in it changes any more."""


class StillADraft(Exception):
    """Only what was issued can be corrected; a draft is edited."""


class Outdated(Exception):
    """Somebody changed the draft meanwhile."""


class SelfIssued(Exception):
    """Whoever wrote the draft asks to issue it: that takes a second person."""


# Which kinds report money beside progress, and which alerts and rectification.
_WITH_MONEY = {MONTH, FUNDS, QUARTER, YEAR}
_WITH_MATTERS = {MONTH, QUARTER, YEAR}


@dataclass(frozen=True)
class Frozen:
    """The snapshots of a bulletin."""

    now: Snapshot
    before: Snapshot | None
    money: Snapshot | None = None
    money_before: Snapshot | None = None
    matters: Snapshot | None = None


def make(*, plan_year: int, year: int, month: int, by: User | None = None) -> tuple[Bulletin, bool]:
    """Make the draft of a month's bulletin; return it and whether it is new; raises like ``make_for``."""
    return make_for(Period.month(year, month), plan_year=plan_year, by=by)


def make_for(
    period: Period, *, plan_year: int, by: User | None = None, kept: Frozen | None = None, remark: str = ""
) -> tuple[Bulletin, bool]:
    """Make the draft of a period's report; return it and whether it is new.

    The last day of the period is frozen first, and that of the period before for the comparison, unless
    ``kept`` holds the snapshots there are; ``remark`` is added to the first paragraph.  However often and
    from wherever it is asked for, there is one report a kind, plan year and period.  Raises snapshots.NotOver
    and NothingToReport.
    """
    region = snapshots.province()
    known = _of_period(region, plan_year, period)
    if known is not None:
        return known, False
    frozen = kept or _freeze(region, plan_year, period, by)
    facts = _facts(frozen, period)
    if not facts.whole.listed.communities or (period.kind == FUNDS and frozen.money is None):
        raise NothingToReport(f"{plan_year}")
    draft = Bulletin(
        kind=period.kind,
        region=region,
        plan_year=plan_year,
        year=period.end.year,
        period_start=period.start,
        period_end=period.end,
        narrative=default_narrative(facts, _start_by(facts, region)) | ({"remark": remark} if remark else {}),
        drafted_by=by,
    )
    return _make_once(draft, frozen)


def _start_by(facts: Facts, region: Region) -> date | None:
    """Return the day by which all of the plan year is to be started in a region, as its calendar says."""
    found = calendars_now().deadline("start", region.path, facts.plan_year)
    return found[0] if found else None


def _freeze(region: Region, plan_year: int, period: Period, by: User | None) -> Frozen:
    what: dict[str, Any] = {"region": region, "plan_year": plan_year, "by": by}
    now, _new = snapshots.freeze(on=period.end, **what)
    before, _new = snapshots.freeze(on=period.before, **what)
    money = money_before = matters = None
    if period.kind in _WITH_MONEY:
        money = sections.freeze_money(on=period.end, **what)
        money_before = sections.freeze_money(on=period.before, **what) if money is not None else None
    if period.kind in _WITH_MATTERS:
        matters = sections.freeze_matters(on=period.end, **what)
    return Frozen(now, before, money, money_before, matters)


@transaction.atomic
def _make_once(draft: Bulletin, frozen: Frozen) -> tuple[Bulletin, bool]:
    """Number, compose and keep a draft; of two makers the second finds what the first made."""
    # One maker at a time: numbers are given out without gaps.
    Region.objects.select_for_update(no_key=True).get(pk=draft.region_id)
    if draft.corrects is None:
        known = _of_period(draft.region, draft.plan_year, draft.period)
    else:
        known = Bulletin.objects.filter(corrects=draft.corrects).first()
    if known is not None:
        return known, False
    numbered = Bulletin.objects.filter(kind=draft.kind, region=draft.region, year=draft.year)
    draft.number = (numbered.aggregate(last=Max("number"))["last"] or 0) + 1
    draft.snapshot, draft.previous = frozen.now, frozen.before
    draft.money, draft.money_before, draft.matters = frozen.money, frozen.money_before, frozen.matters
    if frozen.before is not None:
        draft.moves = [move.as_json() for move in moves.between(frozen.now, frozen.before)]
    draft.document = _compose(draft, timezone.localdate(), draft=True)
    draft.files = _store(draft)
    draft.save(force_insert=True)
    audit.record(
        audit.Kind.BULLETIN_EDIT,
        actor=draft.drafted_by,
        bulletin=draft.pk,
        period=draft.period.key,
        revision=1,
    )
    return draft, True


def _of_period(region: Region, plan_year: int, period: Period) -> Bulletin | None:
    known = Bulletin.objects.filter(
        kind=period.kind, region=region, plan_year=plan_year, period_end=period.end, corrects=None
    )
    return known.first()


def correct(*, bulletin: Bulletin, reason: str, anew: bool, by: User) -> Bulletin:
    """Draft the correction of an issued bulletin; when it is issued, the former one counts as withdrawn.

    ``anew`` freezes the same days again from the ledgers as they stand now; without it the numbers stay and
    only the words are corrected.  A bulletin has one correction, which can itself be corrected; asking again
    returns it.  Raises StillADraft.
    """
    if bulletin.is_draft:
        raise StillADraft(bulletin.pk)
    known = Bulletin.objects.filter(corrects=bulletin).first()
    if known is not None:
        return known
    with transaction.atomic():
        draft = Bulletin(
            kind=bulletin.kind,
            region=bulletin.region,
            plan_year=bulletin.plan_year,
            year=bulletin.year,
            period_start=bulletin.period_start,
            period_end=bulletin.period_end,
            narrative=bulletin.narrative,
            corrects=bulletin,
            correction_reason=reason,
            drafted_by=by,
        )
        frozen = frozen_of(bulletin)
        made, _new = _make_once(draft, _freeze_again(bulletin, frozen, by) if anew else frozen)
        return made


def _freeze_again(bulletin: Bulletin, frozen: Frozen, by: User) -> Frozen:
    """Freeze the last day of a period again; the period before stays what it was compared with."""
    what: dict[str, Any] = {"region": bulletin.region, "plan_year": bulletin.plan_year, "by": by}
    on = bulletin.period_end
    now, _new = snapshots.freeze(on=on, again=True, **what)
    money, matters = frozen.money, frozen.matters
    if bulletin.kind in _WITH_MONEY:
        money = sections.freeze_money(on=on, again=True, **what)
    if bulletin.kind in _WITH_MATTERS:
        matters = sections.freeze_matters(on=on, again=True, **what)
    return Frozen(now, frozen.before, money, frozen.money_before, matters)


@transaction.atomic
def edit(*, bulletin: Bulletin, seen: int, narrative: Mapping[str, str], by: User) -> Bulletin:
    """Replace the narrative of a draft and compose it anew; ``seen`` is the revision the editor had.

    Raises NotADraft and Outdated; then nothing was changed.
    """
    current = _locked(bulletin, seen)
    current.narrative = {name: str(narrative.get(name, "")).strip() for name in NARRATIVE}
    current.revision += 1
    current.document = _compose(current, timezone.localdate(), draft=True)
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
    current.document = _compose(current, timezone.localdate(), draft=False)
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
    mailing.ask_for_mail(current)
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
    content: dict[str, Any] = {
        "document": bulletin.document,
        "moves": bulletin.moves,
        "snapshot": bulletin.snapshot.sha256,
        "files": {name: kept["sha256"] for name, kept in bulletin.files.items()},
    }
    # The hashes of former years know progress alone.
    more = {"money": bulletin.money, "money_before": bulletin.money_before, "matters": bulletin.matters}
    content |= {name: snapshot.sha256 for name, snapshot in more.items() if snapshot is not None}
    return canonical_hash(content)


def frozen_of(bulletin: Bulletin) -> Frozen:
    """Return the snapshots of a bulletin."""
    return Frozen(
        bulletin.snapshot, bulletin.previous, bulletin.money, bulletin.money_before, bulletin.matters
    )


def facts_of(bulletin: Bulletin) -> Facts:
    """Return what a bulletin is composed from, read from its snapshots alone."""
    return _facts(frozen_of(bulletin), bulletin.period, _correction_words(bulletin))


def _facts(frozen: Frozen, period: Period, correction: str = "") -> Facts:
    now = frozen.now
    return Facts(
        region=now.region.code,
        plan_year=now.plan_year,
        on=now.on,
        units=unit_rows(now),
        prefectures=prefecture_rows(now),
        before=total(unit_rows(frozen.before)) if frozen.before is not None else None,
        period=period,
        spending=_spending(frozen),
        matters=Matters(now.on, sections.alerts_of(frozen.matters), sections.defects_of(frozen.matters))
        if frozen.matters is not None
        else None,
        correction=correction,
    )


def _spending(frozen: Frozen) -> Spending | None:
    money = frozen.money
    if money is None:
        return None
    return Spending(
        plan_year=money.plan_year,
        on=money.on,
        region=money.region.code,
        units=sections.money_units(money),
        prefectures=sections.money_prefectures(money),
        sources=sections.money_sources(money),
        before=sections.money_of(frozen.money_before),
    )


def _correction_words(bulletin: Bulletin) -> str:
    former = bulletin.corrects
    if former is None:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return _("This issue replaces %(number)s of %(year)d “%(title)s”, which is withdrawn: %(reason)s") % {
            "number": former.document["number"],
            "year": former.year,
            "title": former.title,
            "reason": bulletin.correction_reason,
        }


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


def _compose(bulletin: Bulletin, dated: date, *, draft: bool) -> dict[str, Any]:
    return compose(
        facts_of(bulletin),
        number=bulletin.number,
        dated=dated,
        narrative=bulletin.narrative,
        draft=draft,
        mark=bulletin.snapshot.mark,
    )


def _store(bulletin: Bulletin) -> dict[str, dict[str, Any]]:
    kind = "" if bulletin.kind == MONTH else f"{bulletin.kind}-"
    day = f"{bulletin.period_end:%Y-%m}" if bulletin.kind == MONTH else f"{bulletin.period_end:%Y-%m-%d}"
    name = f"{kind}{day}-{bulletin.plan_year}-{bulletin.number}-v{bulletin.revision}"
    return files.store(name, render_all(bulletin.document))


def _locked(bulletin: Bulletin, seen: int) -> Bulletin:
    rows = Bulletin.objects.select_related(
        "snapshot__region", "previous", "money__region", "money_before", "matters", "corrects"
    ).select_for_update(of=("self",))
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
