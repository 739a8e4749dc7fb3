"""Setting up votes before a consultation is announced, and the rules they are counted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.requests import whole_number
from accounts.roles import Capability
from communities.models import Building, Household
from communities.models.household import entrance_key
from consultations.models import Consultation, Vote, VoteRule
from consultations.rolls import walking_order
from consultations.standing import hold

Scope = VoteRule.Scope


class SetupRefused(ValueError):
    """The vote or rule cannot be written so; ``field`` is the one to mend, empty for the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wish:
    """A vote as it is set up; ``place`` is a building, or a building and an entrance: "12" or "12/1单元"."""

    matter: str
    rule: VoteRule
    explanation: str = ""
    place: str = ""
    is_decisive: bool = True


def places_of(consultation: Consultation) -> list[tuple[str, str]]:
    """Return the buildings and entrances of the register that a vote can be about, with their labels."""
    found = Household.objects.live().filter(community=consultation.project.community_id)
    rows = sorted(
        set(found.order_by().values_list("building_id", "building__number", "entrance")),
        key=lambda row: walking_order(row[1], row[2]),
    )
    places: dict[str, str] = {}
    for building, number, entrance in rows:
        places.setdefault(str(building), number)
        if entrance:
            places.setdefault(f"{building}/{entrance}", f"{number} {entrance}")
    return list(places.items())


@transaction.atomic
def save_vote(consultation: Consultation, wish: Wish, *, actor: User, vote: Vote | None = None) -> Vote:
    """Add a vote to a consultation that is being prepared, or change one; raises SetupRefused.

    PermissionDenied for who may not manage consultations there.
    """
    held = _preparing(consultation, actor)
    building, entrance = _place(held, wish)
    found = vote or Vote(consultation=held, number=_next_number(held))
    if found.consultation_id != held.pk:
        raise SetupRefused(_("This vote belongs to another consultation."))
    found.matter, found.explanation, found.rule = wish.matter, wish.explanation, wish.rule
    found.building_id, found.entrance, found.is_decisive = building, entrance, wish.is_decisive
    found.save()
    return found


@transaction.atomic
def remove_vote(vote: Vote, *, actor: User) -> None:
    """Take a vote out of a consultation that is being prepared; raises SetupRefused."""
    _preparing(vote.consultation, actor)
    vote.delete()


def _preparing(consultation: Consultation, actor: User) -> Consultation:
    held = hold(consultation)
    if not Consultation.objects.editable_by(actor).filter(pk=held.pk).exists():
        raise PermissionDenied
    if held.state != Consultation.State.DRAFT:
        raise SetupRefused(_("The votes stand as they were announced."))
    return held


def _next_number(consultation: Consultation) -> int:
    return (consultation.votes.aggregate(last=Max("number"))["last"] or 0) + 1


def _place(consultation: Consultation, wish: Wish) -> tuple[int | None, str]:
    scope = wish.rule.scope
    if scope == Scope.COMMUNITY:
        return None, ""
    key, _slash, entrance = wish.place.partition("/")
    building = (
        Building.objects.live().filter(community=consultation.project.community_id, pk=pk).first()
        if (pk := whole_number(key)) is not None
        else None
    )
    if building is None:
        raise SetupRefused(_("Choose the building that votes."), "place")
    if scope == Scope.BUILDING:
        return building.pk, ""
    known = Household.objects.live().filter(building=building).order_by().values_list("entrance", flat=True)
    if not entrance or entrance_key(entrance) not in {entrance_key(one) for one in known}:
        raise SetupRefused(_("Choose the entrance that votes."), "place")
    return building.pk, entrance


def add_rule(values: Mapping[str, Any], *, actor: User) -> VoteRule:
    """Add a rule of a region's own; the rules that come with the portal are never changed.

    Raises SetupRefused for shares that are none, PermissionDenied for who may not change the rules of the
    province.
    """
    if not actor.may(Capability.CALENDAR_EDIT):
        raise PermissionDenied
    for part in ("join", "agree"):
        if not 0 < values[f"{part}_numerator"] <= values[f"{part}_denominator"]:
            raise SetupRefused(_("A share lies between 0 and 1: 2 of 3."), f"{part}_numerator")
    if VoteRule.objects.filter(code=values["code"]).exists():
        raise SetupRefused(_("There is a rule with this code."), "code")
    with transaction.atomic():
        made = VoteRule.objects.create(**values)
        audit.record(audit.Kind.SETTINGS_CHANGE, actor=actor, what="vote.rule", rule=made.code)
    return made


def offer_rule(rule: VoteRule, *, actor: User, is_active: bool) -> None:
    """Offer a rule for new votes, or no longer; votes that use it keep it."""
    if not actor.may(Capability.CALENDAR_EDIT):
        raise PermissionDenied
    with transaction.atomic():
        VoteRule.objects.filter(pk=rule.pk).update(is_active=is_active)
        audit.record(
            audit.Kind.SETTINGS_CHANGE, actor=actor, what="vote.rule", rule=rule.code, is_active=is_active
        )
