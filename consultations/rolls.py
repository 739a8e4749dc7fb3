"""The roll of a consultation: the register as it stood when the matter was put to the residents, frozen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Household
from consultations.models import Consultation, Roll, RollEntry
from records.parsing import search_key

if TYPE_CHECKING:
    from accounts.models import User

_DIGITS = re.compile(r"(\d+)")


class RollRefused(ValueError):
    """The register cannot be frozen yet; ``places`` are those that must be mended first."""

    def __init__(self, message: str, places: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.places = tuple(places)


def person_of(household: Household) -> str:
    """Return what is the same for all places of one owner within a community, and different otherwise.

    Two spellings of one owner group are one owner; a place without a group has an owner of its own.
    """
    group = search_key(household.owner_group)
    return f"={group}" if group else f"#{household.pk}"


def troubles(consultation: Consultation) -> tuple[str, list[str]]:
    """Return why the register of the consultation's community cannot be frozen, and the places meant.

    Two empty values when it can.  The area decides half of every vote (民法典 第二百七十八条), so that no
    place may be without one.
    """
    return _troubles(_register(consultation))


@transaction.atomic
def freeze(consultation: Consultation, *, actor: User | None) -> Roll:
    """Copy the register into the consultation's roll and return it; raises RollRefused.

    The caller has asked whether the actor may announce it.  A roll is never changed or replaced.
    """
    Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if Roll.objects.filter(consultation=consultation).exists():
        raise RollRefused(_("The roll of this consultation is frozen already."))
    register = _register(consultation)
    message, places = _troubles(register)
    if message:
        raise RollRefused(message, places)
    persons = {household.pk: person_of(household) for household in register}
    roll = Roll.objects.create(
        consultation=consultation,
        households=len(register),
        people=len(set(persons.values())),
        area=sum((household.floor_area or Decimal(0) for household in register), Decimal(0)),
        frozen_by=actor,
    )
    RollEntry.objects.bulk_create(
        RollEntry(
            roll=roll,
            household=household,
            building_id=household.building_id,
            building_number=household.building.number,
            entrance=household.entrance,
            room=household.room,
            area=household.floor_area or Decimal(0),
            area_basis=household.area_basis,
            person=persons[household.pk],
        )
        for household in register
    )
    return roll


def walking_order(*parts: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Return a key that sorts places as one walks past them: 2栋 before 10栋, 101 before 1001."""
    return tuple(
        tuple(
            (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            for piece in _DIGITS.split(search_key(part))
            if piece
        )
        for part in parts
    )


def _register(consultation: Consultation) -> list[Household]:
    community = consultation.project.community_id
    found = Household.objects.live().filter(community=community).select_related("building").order_by("pk")
    return sorted(found, key=lambda row: walking_order(row.building.number, row.entrance, row.room))


def _troubles(register: Sequence[Household]) -> tuple[str, list[str]]:
    if not register:
        return _("The community has no households yet: generate or import the register first."), []
    bare = [
        f"{household.building.number} {household.place}"
        for household in register
        if not household.floor_area or household.floor_area <= 0
    ]
    if not bare:
        return "", []
    message = ngettext(
        "%(count)d place has no area; without it nobody can say what its answer weighs.",
        "%(count)d places have no area; without it nobody can say what their answers weigh.",
        len(bare),
    )
    return message % {"count": len(bare)}, bare
