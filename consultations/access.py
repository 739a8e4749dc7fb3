"""The door of the residents: slips are issued and revoked, and what is printed on them is exchanged for a
session.

Who lives where is known to the neighbourhood office, which hands the slips out; the portal knows places.  A
slip carries a secret of 128 bits in its QR code and nine characters to type, valid in one community only.
Three of the nine say which slip is meant; the other six are one of 31⁶ = 887 503 681 and are locked after
five wrong tries, so that a million guesses hit with a chance of about one in a thousand.  Only keyed hashes
are stored: nobody can print a slip again, whoever lost one gets a new one.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import audit, throttle
from accounts.models import User
from accounts.roles import Capability
from communities.models import Community, Household
from consultations.models import AccessCode, ResidentSession

# No 0, O, 1, I, L: on paper and in old eyes they are one.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LOCATOR_LENGTH = 3
CODE_LENGTH = 9
SECRET_BYTES = 16
THROTTLE = "access code"
ADDRESS_WINDOW = timedelta(hours=1)


class EntryRefused(Exception):
    """The door stays shut; the text tells a resident what to do, ``status`` is that of the answer.

    An unknown, a wrong, a revoked and a locked code are refused in the same words: which of them it was is
    nobody's business.
    """

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


class SlipsRefused(ValueError):
    """No slips can be issued; the text says why."""


@dataclass(frozen=True, repr=False)
class Slip:
    """What is printed for one household, once: never stored, never logged."""

    household: Household
    typed: str
    secret: str

    def __repr__(self) -> str:
        return f"<Slip of household {self.household.pk}>"

    @property
    def place(self) -> str:
        """Return the place as people say it: 3栋 1单元 501."""
        return f"{self.household.building.number} {self.household.place}"


# --- the office ------------------------------------------------------------------------------------
def issue_codes(households: Iterable[Household], *, actor: User, reason: str = "") -> list[Slip]:
    """Give each household a new slip and revoke the one it had, with the sessions opened by it.

    ``reason`` says why slips that were already handed out are replaced.  Slips come in the order given.
    Raises PermissionDenied for households outside the actor's region or capability, SlipsRefused for a
    removed household or when a community has used up its 29 791 locators.
    """
    wanted = list({household.pk: household for household in households}.values())
    communities = {household.community_id for household in wanted}
    _check_actor(actor, communities)
    if any(household.is_removed for household in wanted):
        raise SlipsRefused(_("A household that was removed from the register gets no slip."))
    with transaction.atomic():
        # In one order, so that two batches never wait for each other in a circle.
        locked = Community.objects.filter(pk__in=communities).order_by("pk").select_for_update()
        codes = dict(locked.values_list("pk", "code"))
        live = AccessCode.objects.filter(household__in=wanted, revoked_at__isnull=True)
        _revoke(live, actor, reason or _("replaced by a new slip"))
        slips: list[Slip] = []
        for community, code in codes.items():
            own = [household for household in wanted if household.community_id == community]
            slips += _new_slips(community, own, actor)
            audit.record(
                audit.Kind.CODE_ISSUE, actor=actor, community=code, households=len(own), reason=reason
            )
    places = {household.pk: at for at, household in enumerate(wanted)}
    return sorted(slips, key=lambda slip: places[slip.household.pk])


def revoke(code: AccessCode, *, actor: User, reason: str) -> None:
    """Take a slip out of use; whoever came in by it is out on the next request.

    Raises PermissionDenied outside the actor's region or capability.  A revoked one stays as it is.
    """
    _check_actor(actor, {code.community_id})
    with transaction.atomic():
        done = _revoke(AccessCode.objects.filter(pk=code.pk, revoked_at__isnull=True), actor, reason)
        if done:
            audit.record(
                audit.Kind.CODE_REVOKE,
                actor=actor,
                community=code.community.code,
                household=code.household_id,
                reason=reason,
            )
    code.refresh_from_db()


def _check_actor(actor: User, communities: set[int]) -> None:
    own = Community.objects.in_region(actor.region).filter(pk__in=communities)
    if not actor.may(Capability.CODE_ISSUE) or own.count() != len(communities):
        raise PermissionDenied


def _revoke(codes: QuerySet[AccessCode], actor: User, reason: str) -> int:
    now = timezone.now()
    pks = list(codes.values_list("pk", flat=True))
    ResidentSession.objects.filter(code__in=pks, ended_at__isnull=True).update(ended_at=now)
    return AccessCode.objects.filter(pk__in=pks).update(
        revoked_at=now, revoked_by=actor, revoked_reason=reason[:200]
    )


def _new_slips(community: int, households: list[Household], actor: User) -> list[Slip]:
    locators = _free_locators(community, len(households))
    slips, rows = [], []
    for household, locator in zip(households, locators, strict=True):
        rest = "".join(secrets.choice(ALPHABET) for _at in range(CODE_LENGTH - LOCATOR_LENGTH))
        secret = secrets.token_urlsafe(SECRET_BYTES)
        typed = f"{locator}-{rest[:3]}-{rest[3:]}"
        slips.append(Slip(household, typed, secret))
        rows.append(
            AccessCode(
                household=household,
                community_id=community,
                locator=locator,
                code_hash=_hash("code", community, locator + rest),
                secret_hash=_hash("secret", community, secret),
                issued_by=actor,
            )
        )
    AccessCode.objects.bulk_create(rows)
    return slips


def _free_locators(community: int, count: int) -> list[str]:
    """Return locators the community has never used, at random: the order of slips tells nothing."""
    used = set(AccessCode.objects.filter(community=community).values_list("locator", flat=True))
    free = [a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET if a + b + c not in used]
    if len(free) < count:
        raise SlipsRefused(_("This community has used up the numbers of its slips."))
    return secrets.SystemRandom().sample(free, count)


def _hash(what: str, community: int, text: str) -> str:
    return salted_hmac(f"consultations.access.{what}", f"{community}:{text}", algorithm="sha256").hexdigest()


# --- the door --------------------------------------------------------------------------------------
def enter_by_secret(
    community: Community,
    secret: str,
    *,
    address: str | None,  # noqa: ARG001  # the same call as for a typed code
) -> ResidentSession:
    """Exchange the secret of a QR code for a session; raises EntryRefused.

    No limit is needed, whatever the address: 128 bits are not guessed.  A slip whose typed code is locked
    still opens by its QR code, so that a stranger who types wrong codes locks nobody out.
    """
    wanted = _hash("secret", community.pk, secret[:100])
    with transaction.atomic():
        code = _live_codes(community).filter(secret_hash=wanted).first()
        if code is None:
            raise EntryRefused(_stale_slip())
        return _let_in(code)


def enter_by_code(community: Community, typed: str, *, address: str | None) -> ResidentSession:
    """Exchange a typed code for a session; raises EntryRefused.

    Case, width, hyphens and spaces do not matter.  A try is counted before it is judged and taken back when
    it was right; what cannot be a code at all is told so and not counted.
    """
    characters = normalise(typed)
    if len(characters) != CODE_LENGTH or set(characters) - set(ALPHABET):
        raise EntryRefused(_no_code(characters))
    place = f"{community.pk} {throttle.network(address) if address else '-'}"
    limit: int = settings.CODE_FAILURES_PER_ADDRESS_HOUR
    # Durable: a wrong try stays counted whatever becomes of the request.  The address first, then the slip.
    with transaction.atomic(durable=True):
        if not throttle.allow(THROTTLE, place, limit, ADDRESS_WINDOW):
            raise EntryRefused(_too_many(), status=429)
        code = _live_codes(community).filter(locator=characters[:LOCATOR_LENGTH]).first()
        given = _hash("code", community.pk, characters)
        is_right = constant_time_compare(given, code.code_hash if code else "-" * len(given))
        if code is not None and code.locked_at is None and is_right:
            throttle.take_back(THROTTLE, place)
            code.wrong_tries = 0
            code.save(update_fields=["wrong_tries"])
            return _let_in(code)
        if code is not None and code.locked_at is None:
            _count_wrong(code, address)
    raise EntryRefused(_wrong_code())


def normalise(typed: str) -> str:
    """Return the letters and digits of what was typed, as capitals of normal width."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed[:60]).upper() if c.isalnum())


def _live_codes(community: Community) -> QuerySet[AccessCode]:
    return AccessCode.objects.filter(
        community=community, revoked_at__isnull=True, household__is_removed=False
    ).select_for_update(of=("self",))


def _count_wrong(code: AccessCode, address: str | None) -> None:
    # The row is locked by this transaction: no other try counts between reading and writing.
    code.wrong_tries += 1
    is_last = code.wrong_tries >= settings.CODE_WRONG_TRIES
    code.locked_at = timezone.now() if is_last else None
    code.save(update_fields=["wrong_tries", "locked_at"])
    if is_last:
        audit.record(
            audit.Kind.CODE_LOCK,
            outcome=audit.Outcome.REFUSED,
            address=address,
            community=code.community.code,
            household=code.household_id,
        )


def _let_in(code: AccessCode) -> ResidentSession:
    token = secrets.token_urlsafe(32)
    session = ResidentSession.objects.create(
        token_hash=token_hash(token),
        code=code,
        household_id=code.household_id,
        community_id=code.community_id,
        expires_at=timezone.now() + timedelta(days=settings.RESIDENT_SESSION_DAYS),
    )
    session.token = token
    return session


def token_hash(token: str) -> str:
    """Return the form in which the value of a resident's cookie is stored."""
    return salted_hmac("consultations.access.session", token, algorithm="sha256").hexdigest()


# --- words for residents ---------------------------------------------------------------------------
def _no_code(characters: str) -> str:
    if len(characters) != CODE_LENGTH:
        return _("The code has nine characters; you typed %(count)d.") % {"count": len(characters)}
    return _("Codes have no 0, 1, I, L and O. Please look at the slip again.")


def _wrong_code() -> str:
    return _(
        "This code does not open the door. Please compare it with your newest slip. After five wrong tries a"
        " code is locked; the office then prints a new slip."
    )


def _too_many() -> str:
    return _(
        "Too many wrong codes came from this connection. Please scan the square on your slip, or try again in"
        " an hour."
    )


def _stale_slip() -> str:
    return _("This slip is not valid any more. Please use your newest slip, or ask the office for a new one.")
