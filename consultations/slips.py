"""What the office sees of the slips of a community, and the sheets it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import qrcode
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from qrcode.constants import ERROR_CORRECT_M

from accounts.models import User
from accounts.roles import Capability
from communities.households import Rule, suggested_rule
from communities.models import Building, Community, Household
from consultations import reading
from consultations.access import Slip
from consultations.models import AccessCode, Consultation, ResidentSession
from projects.cards import qr_svg
from records.typesetting import typeset

SLIPS = Path(__file__).with_name("slips.typ")
POSTER = Path(__file__).with_name("poster.typ")
# More phones than a family has: somebody may have passed the slip on.
MANY_PHONES = 5
# So many are typeset within the time a request may take; larger communities are printed by building.
MOST_AT_ONCE = 600
MOST_CONCERNS = 60


@dataclass(frozen=True)
class BuildingLine:
    """One building of the register: what it has, and what the ledger of buildings says."""

    building: Building
    places: int
    area: Decimal
    without_area: int
    issued: int
    rule: Rule | None

    @property
    def differs(self) -> bool:
        """Tell whether places or area are not those of the building ledger."""
        counted, whole = self.building.household_count, self.building.floor_area
        return (isinstance(counted, int) and counted != self.places) or (
            isinstance(whole, Decimal) and whole != self.area
        )


@dataclass(frozen=True)
class Line:
    """One household with its slip."""

    household: Household
    code: AccessCode | None
    phones: int

    @property
    def has_many_phones(self) -> bool:
        """Tell whether more phones came in by the slip than a family has."""
        return self.phones > MANY_PHONES


def building_lines(community: Community) -> list[BuildingLine]:
    """Return the buildings of a community with their households and slips; three queries."""
    rows = Household.objects.live().filter(community=community)
    counted: dict[int, Mapping[str, Any]] = {
        row["building"]: row
        for row in rows.values("building")
        .annotate(
            places=Count("pk"), area=Sum("floor_area"), bare=Count("pk", filter=Q(floor_area__isnull=True))
        )
        .order_by()
    }
    live = AccessCode.objects.filter(
        community=community, revoked_at__isnull=True, household__is_removed=False
    )
    issued = dict(live.values_list("household__building").annotate(Count("pk")).order_by())
    none: Mapping[str, Any] = {"places": 0, "area": None, "bare": 0}
    lines = []
    for building in Building.objects.live().filter(community=community).order_by("number_key", "pk"):
        row = counted.get(building.pk, none)
        lines.append(
            BuildingLine(
                building,
                row["places"],
                row["area"] or Decimal(0),
                row["bare"],
                issued.get(building.pk, 0),
                suggested_rule(building),
            )
        )
    return lines


def household_lines(building: Building) -> list[Line]:
    """Return the households of a building with their slips; two queries."""
    households = list(Household.objects.live().filter(building=building).order_by("place_key"))
    households.sort(key=_as_people_walk)
    codes = {code.household_id: code for code in _codes(building.community_id, building)}
    return [_line(household, codes.get(household.pk)) for household in households]


def _as_people_walk(household: Household) -> tuple[Any, ...]:
    """Order by entrance, floor and room, numbers as numbers."""
    entrance, _slash, room = household.place_key.partition("/")
    return (
        entrance.zfill(6),
        household.floor if household.floor is not None else 999,
        room.zfill(8),
    )


def concerns(community: Community) -> list[Line]:
    """Return the slips somebody should look at: locked by wrong tries, or open on many phones; one query."""
    codes = _codes(community.pk).filter(Q(locked_at__isnull=False) | Q(phones__gt=MANY_PHONES))
    return [_line(code.household, code) for code in codes[:MOST_CONCERNS]]


def _codes(community: int, building: Building | None = None) -> Any:
    """Return the live slips with the number of phones that are in by them."""
    now = timezone.now()
    codes = AccessCode.objects.filter(
        community=community, revoked_at__isnull=True, household__is_removed=False
    )
    if building is not None:
        codes = codes.filter(household__building=building)
    is_in = Q(sessions__ended_at__isnull=True, sessions__expires_at__gt=now)
    return codes.select_related("household__building").annotate(phones=Count("sessions", filter=is_in))


def _line(household: Household, code: Any) -> Line:
    return Line(household, code, 0 if code is None else code.phones)


def without_slip(community: Community, building: Building | None = None) -> list[Household]:
    """Return the households that have no live slip, in the order in which they are handed out."""
    live = AccessCode.objects.filter(household=OuterRef("pk"), revoked_at__isnull=True)
    return _in_order(Household.objects.live().filter(~Exists(live), community=community), building)


def all_of(community: Community, building: Building | None = None) -> list[Household]:
    """Return the households, in the order in which slips are handed out."""
    return _in_order(Household.objects.live().filter(community=community), building)


def _in_order(rows: Any, building: Building | None) -> list[Household]:
    if building is not None:
        rows = rows.filter(building=building)
    found = list(rows.select_related("building"))
    return sorted(
        found,
        key=lambda row: (row.building.number_key.zfill(8), row.building_id, *_as_people_walk(row)),
    )


def locked_items(user: User) -> list[dict[str, Any]]:
    """Return the locked slips a user can replace: rows of components/todo_list.html; one query."""
    if not user.may(Capability.CODE_ISSUE):
        return []
    codes = AccessCode.objects.editable_by(user).filter(
        revoked_at__isnull=True, locked_at__isnull=False, household__is_removed=False
    )
    found = codes.values("community", "community__name").annotate(count=Count("pk")).order_by("community")
    return [
        {
            "due": None,
            "due_note": "",
            "kind": _("Access slips"),
            "text": ngettext(
                "%(name)s: the code of %(count)d household is locked after wrong tries",
                "%(name)s: the codes of %(count)d households are locked after wrong tries",
                row["count"],
            )
            % {"name": row["community__name"], "count": row["count"]},
            "url": reverse("households:page", args=[row["community"]]) + "#concerns",
            "action": _("Print new slips"),
        }
        for row in found[:20]
    ]


def sessions_of(code: AccessCode) -> list[datetime]:
    """Return when the phones that are in by a slip came in."""
    live = ResidentSession.objects.filter(code=code, ended_at__isnull=True, expires_at__gt=timezone.now())
    return list(live.order_by("created_at").values_list("created_at", flat=True))


# --- paper ---------------------------------------------------------------------------------------
def office_of(community: Community) -> Consultation | None:
    """Return the hearing whose office, telephone and days are printed; also one that is being prepared."""
    public = reading.main_consultation(community)
    if public is not None and public.state not in Consultation.ENDED:
        return public
    rows = Consultation.objects.live().filter(project__community=community, project__is_removed=False)
    return rows.filter(state=Consultation.State.DRAFT).order_by("-pk").first() or public


def render_slips(community: Community, slips: Sequence[Slip], door: str) -> bytes:
    """Return the slips as PDF, six to an A4 page; ``door`` is the address where codes are typed.

    What is printed is nowhere else: whoever calls this hands it to the office and keeps nothing.
    """
    office = office_of(community)
    telephone = office.telephone if office else ""
    return typeset(
        SLIPS,
        {
            "title": _("Slip for your home"),
            "community": community.name,
            "slips": [
                {"place": slip.place, "code": slip.typed, "qr": _small_qr(f"{door}#s={slip.secret}")}
                for slip in slips
            ],
            "scan": _("Scan this with WeChat"),
            "steps": [
                _("Open WeChat, touch ⊕ at the top right, then Scan."),
                _("Hold the phone over the square."),
                _("Read the plan, say your word, vote."),
            ],
            "code_label": _("Cannot scan? Type this code:"),
            "address": door.partition("://")[2].removesuffix("/"),
            "telephone_label": _("Cannot manage? Call us:") if telephone else "",
            "telephone": telephone,
            "warning": _("For your home alone. Do not pass it on or post a picture of it."),
            "printed": _("Printed on %(day)s") % {"day": f"{timezone.localdate():%Y-%m-%d}"},
            "simulated": _("Simulated data") if community.is_simulated else "",
        },
    )


def render_poster(community: Community, address: str) -> bytes:
    """Return the poster of a community as PDF: one A4 sheet whose QR code holds no secret."""
    office = office_of(community)
    days = ""
    if office is not None and office.opens_on and office.closes_on:
        days = _("From %(first)s to %(last)s, 24:00") % {
            "first": _("%(month)d/%(day)d") % {"month": office.opens_on.month, "day": office.opens_on.day},
            "last": _("%(month)d/%(day)d") % {"month": office.closes_on.month, "day": office.closes_on.day},
        }
    return typeset(
        POSTER,
        {
            "community": community.name,
            "title": _("How is our community to be renovated? Say your word."),
            "days": days,
            "qr": qr_svg(address),
            "hint": _("Scan this with WeChat and read the plan. No code is needed."),
            "address": address.partition("://")[2],
            "points": [
                _("Every home has a slip of its own: with it you speak and vote."),
                _("Every comment is answered; what changes is shown to all."),
                _("No smartphone? The paper form counts the same."),
            ],
            "office": office.organiser if office else "",
            "place": office.address if office else "",
            "telephone_label": _("Questions? Call") if office and office.telephone else "",
            "telephone": office.telephone if office else "",
            "simulated": _("Simulated data") if community.is_simulated else "",
        },
    )


def _small_qr(text: str) -> str:
    """Return a QR code as a small SVG, made fast: one path by lines, and one mask for all.

    Any mask gives a valid code; weighing all eight, as the best one would need, takes eight times as long.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, mask_pattern=2)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = StringIO()
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            end = x
            while end < len(line) and line[end]:
                end += 1
            if end > x:
                path.write(f"M{x} {y}h{end - x}v1H{x}z")
            x = end + 1
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size * 8}"'
        f' height="{size * 8}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{path.getvalue()}"/></svg>'
    )
