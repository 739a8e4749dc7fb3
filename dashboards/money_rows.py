"""The allotments and events behind the money of a report, as of its snapshot, and which of them moved it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.chapters import wan
from dashboards.models import Bulletin, Snapshot
from dashboards.sections import MoneyMember, money_members, money_of
from funding.models import Allotment, MoneyEvent
from funding.totals import Measure
from projects.models import Project
from records.history import frozen_query
from records.models import ChangeSet

if TYPE_CHECKING:
    from accounts.models import User

_LEDGERS: dict[str, tuple[str, Any]] = {
    "allotment": ("allotments", Allotment),
    "event": ("money-events", MoneyEvent),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One allotment or event, with what it was before (None: it was not counted)."""

    member: MoneyMember
    before_fen: int | None
    after_fen: int | None

    @property
    def difference_fen(self) -> int:
        """Return what it adds to the sum since the snapshot before."""
        return (self.after_fen or 0) - (self.before_fen or 0)


def members_of(bulletin: Bulletin, user: User, measure: str, region: str) -> list[MoneyMember]:
    """Return the rows a sum of the report contains, as far as the reader may see them."""
    if bulletin.money is None:
        return []
    seen = _codes(bulletin, user, region)
    return [one for one in money_members(bulletin.money) if one.unit in seen and one.counts_as(measure)]


def moved(bulletin: Bulletin, user: User) -> list[Line]:
    """Return the rows that count otherwise than in the snapshot before, the largest change first."""
    if bulletin.money is None or bulletin.money_before is None:
        return []
    seen = _codes(bulletin, user, "")
    now = {(one.what, one.pk): one for one in money_members(bulletin.money)}
    before = {(one.what, one.pk): one for one in money_members(bulletin.money_before)}
    lines = []
    for key in now.keys() | before.keys():
        new, old = now.get(key), before.get(key)
        if new is not None and old is not None and _counted(new) == _counted(old):
            continue
        member = new or old
        assert member is not None  # a key of one of the two
        if member.unit in seen:
            lines.append(Line(member, old.amount_fen if old else None, new.amount_fen if new else None))
    return sorted(lines, key=lambda line: (-abs(line.difference_fen), line.member.what, line.member.pk))


def _counted(member: MoneyMember) -> tuple[object, ...]:
    return (member.unit, member.measure, member.amount_fen, member.source)


def _codes(bulletin: Bulletin, user: User, region: str) -> set[str]:
    """Return the units whose rows are shown: those of the reader, and of a region of the snapshot."""
    seen = set(user.view_region.subtree().values_list("code", flat=True))
    if bulletin.money is None or not region or region == bulletin.region.code:
        return seen
    return {
        row["code"]
        for row in bulletin.money.figures["units"]
        if row["code"] in seen and region in {row["code"], row["parent"]}
    }


def summary(bulletin: Bulletin, user: User) -> dict[str, Any] | None:
    """Return the sums that moved since the period before, for the panel beside the report."""
    now, before = money_of(bulletin.money), money_of(bulletin.money_before)
    if now is None or before is None:
        return None
    shown = (Measure.PLANNED, Measure.HANDED_DOWN, Measure.ARRIVED, Measure.PAID)
    return {
        "url": f"{reverse('dashboards:bulletin_money', args=[bulletin.pk])}?moved=1",
        "count": len(moved(bulletin, user)),
        "lines": [
            {
                "label": measure.label,
                "before": f"{wan(before.of(measure)):,}",
                "now": f"{wan(now.of(measure)):,}",
            }
            for measure in shown
        ],
    }


def described(lines: Sequence[Line], snapshots: Sequence[Snapshot]) -> list[dict[str, Any]]:
    """Return lines of snapshots for the page: where, what, how much, and the change that made it so.

    Each leads to the changes of its row; those after the freezing are marked there.
    """
    frozen_at = max(one.frozen_at for one in snapshots)
    names = {row["code"]: row["name"] for one in snapshots for row in one.figures["units"]}
    projects = {line.member.project for line in lines if line.member.project is not None}
    communities = dict(Project._base_manager.filter(pk__in=projects).values_list("pk", "community__name"))
    causes = _causes(lines)
    measures = {measure.value: str(measure.label) for measure in Measure}
    measures["promised"] = _("handed down without a batch")
    return [
        {
            "unit": names.get(line.member.unit, line.member.unit),
            "community": communities.get(line.member.project or 0, ""),
            "source": line.member.source,
            "measure": measures[line.member.measure],
            "before": None if line.before_fen is None else wan(line.before_fen),
            "after": None if line.after_fen is None else wan(line.after_fen),
            "url": reverse("ledgers:row", args=[_LEDGERS[line.member.what][0], line.member.pk])
            # What counts no more was in the snapshot before with a version of then.
            + frozen_query(frozen_at, None if line.after_fen is None else line.member.version),
            **causes.get((line.member.what, line.member.pk), {"by": "", "at": "", "reason": ""}),
        }
        for line in lines
    ]


def _causes(lines: Iterable[Line]) -> dict[tuple[str, int], dict[str, str]]:
    """Return who wrote the version that counts, when and why; the latest one of a row that counts no more."""
    wanted: dict[str, dict[int, Line]] = {what: {} for what in _LEDGERS}
    for line in lines:
        wanted[line.member.what][line.member.pk] = line
    found: dict[tuple[str, int], int] = {}
    for what, by_pk in wanted.items():
        history: models.QuerySet[Any] = _LEDGERS[what][1].history.model.objects.all()
        rows = history.filter(id__in=by_pk).order_by("id", "version", "history_id")
        for pk, version, change_set in rows.values_list("id", "version", "change_set"):
            line = by_pk[pk]
            if line.after_fen is None or version <= line.member.version:
                found[(what, pk)] = change_set
    sets = ChangeSet.objects.select_related("actor").in_bulk(set(found.values()))
    return {key: _who(sets[change_set]) for key, change_set in found.items() if change_set in sets}


def _who(change: ChangeSet) -> dict[str, str]:
    return {
        "by": change.actor.display_name if change.actor else str(change.get_source_display()),
        "at": f"{timezone.localtime(change.created_at):%Y-%m-%d %H:%M}",
        "reason": change.reason,
    }
