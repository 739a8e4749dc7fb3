"""The public notices (公示) of a consultation: put up, and put up again with new days."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from consultations.models import Consultation, Notice
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many

Source = ChangeSet.Source


def put_up(
    consultation: Consultation,
    kind: Notice.Kind,
    from_on: date,
    to_on: date,
    *,
    actor: User | None,
    source: Source = Source.FORM,
    places: str = "",
    text: str = "",
) -> Notice:
    """Put up a notice of a consultation, or put the one of its kind up again with new days."""
    former = Notice.objects.live().filter(consultation=consultation, kind=kind).first()
    values: dict[str, Any] = {"from_on": from_on, "to_on": to_on}
    if places:
        values["places"] = places[:200]
    if text:
        values["text"] = text[:8000]
    if former is None:
        name = consultation.project.community.name
        title = f"{name}{kind.label}" if not consultation.title else f"{consultation.title}：{kind.label}"
        values |= {"consultation_id": consultation.pk, "kind": kind, "title": title[:160]}
    return _write(values, former.pk if former else None, actor, source)


def hang_until(consultation: Consultation, kind: Notice.Kind, to_on: date, *, actor: User | None) -> None:
    """Let the notice of a kind hang longer, where there is one."""
    former = Notice.objects.live().filter(consultation=consultation, kind=kind).first()
    if former is not None:
        _write({"to_on": to_on}, former.pk, actor, Source.FORM)


def _write(values: dict[str, Any], pk: int | None, actor: User | None, source: Source) -> Notice:
    [found] = apply_many(
        Notice,
        actor=actor,
        source=source,
        changes=[Change(values=values, pk=pk)],
        mode=Mode.ALL_OR_NOTHING,
        bound=False,
    )
    return Notice.objects.get(pk=found.row["id"])
