"""What officials owe about money: batches to pass on, contributions in arrears, spending to reconcile.

Rows of components/todo_list.html with a constant number of queries.  Whoever splits a batch is asked for the
batch, a unit for its own part and its own projects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability
from funding import clock, commitments
from funding.models import Contribution, FundBatch, MoneyBalance
from funding.words import wan_yuan
from projects.models import Project

Item = dict[str, Any]
# So many rows of one kind are shown; the rest are on the pages of money.
MOST = 20
# So many contributions are looked at for arrears; a unit with more has its ledger for that.
MOST_CONTRIBUTIONS = 2_000


def owed(user: User) -> list[Item]:
    """Return what the user owes here, the dated ones first."""
    items: list[Item] = []
    today = timezone.localdate()
    of_unit = user.region.level == Region.Level.UNIT
    if user.may(Capability.FUND_ALLOT):
        items += _to_pass_on(user, user.region if of_unit else None)
    if user.may(Capability.FUND_EDIT) and of_unit:
        items += _arrears(user, today)
        items += _to_reconcile(user)
    return sorted(items, key=lambda item: (item["due"] is None, item["due"]))


def _item(kind: str, text: str, url: str, action: str, due: date | None = None, note: str = "") -> Item:
    return {"due": due, "due_note": note, "kind": kind, "text": text, "url": url, "action": action}


def _to_pass_on(user: User, unit: Region | None) -> Iterator[Item]:
    """Issued batches, or the unit's parts of them, of which something is left, by the day it is due."""
    rows = FundBatch.objects.visible_to(user).filter(
        state=FundBatch.State.ISSUED, source__split_days__isnull=False
    )
    # The balances know what is left of a batch, and of a unit's part.
    rows = rows.filter(balances__unit=unit, balances__available_fen__gt=F("balances__handed_on_fen"))
    if unit is None:
        rows = rows.filter(region__path__startswith=user.region.path)
    batches = list(rows.select_related("source").order_by("issued_on", "pk")[:MOST])
    clocks = clock.splittings(batches)
    for batch in batches:
        splitting = clocks.get((batch.pk, unit.pk if unit else None))
        if splitting is None or splitting.is_done:
            continue
        told = {"number": batch.number, "amount": wan_yuan(splitting.left_fen)}
        text = _("%(number)s: %(amount)s (10,000 yuan) to be passed on") % told
        url = reverse("funding:batch_split", args=[batch.pk]) + (f"?unit={unit.code}" if unit else "")
        note = _("%(days)d days after receipt") % {"days": batch.source.split_days}
        yield _item(_("Money to split"), text, url, _("Split"), splitting.due_on, note)


def _arrears(user: User, today: date) -> Iterator[Item]:
    """Projects with contributions whose day has passed."""
    rows = Contribution.objects.editable_by(user).filter(first_due_on__lt=today)
    listed = list(rows.select_related("project__community").order_by("pk")[:MOST_CONTRIBUTIONS])
    late: dict[int, list[commitments.Owing]] = defaultdict(list)
    for one in commitments.standing(listed, today):
        if one.arrears_fen:
            late[one.contribution.project_id].append(one)
    for pk, group in list(late.items())[:MOST]:
        text = ngettext(
            "%(name)s: %(count)d contribution in arrears, %(amount)s (10,000 yuan)",
            "%(name)s: %(count)d contributions in arrears, %(amount)s in all (10,000 yuan)",
            len(group),
        ) % {
            "name": group[0].contribution.project.community.name,
            "count": len(group),
            "amount": wan_yuan(sum(one.arrears_fen for one in group)),
        }
        due = min(part.due_on for one in group for part in one.parts if part.is_late(today) and part.due_on)
        yield _item(
            _("Contributions in arrears"), text, reverse("funding:of_project", args=[pk]), _("Collect"), due
        )


def _to_reconcile(user: User) -> Iterator[Item]:
    """Completed projects on which more was paid than is settled."""
    rows = (
        MoneyBalance.objects.filter(
            project__in=Project.objects.editable_by(user).filter(completed_on__isnull=False).values("pk")
        )
        .order_by()
        .values("project_id", "project__community__name")
        .annotate(paid=Sum("paid_fen"), settled=Sum("settled_fen"))
        .filter(paid__gt=F("settled"))
        .order_by("project_id")
    )
    for row in rows[:MOST]:
        told = {"name": row["project__community__name"]}
        told |= {"paid": wan_yuan(int(row["paid"])), "settled": wan_yuan(int(row["settled"]))}
        text = _("%(name)s: paid %(paid)s, settled %(settled)s (10,000 yuan)") % told
        url = reverse("funding:of_project", args=[row["project_id"]])
        yield _item(_("Spending to reconcile"), text, url, _("Reconcile"))
