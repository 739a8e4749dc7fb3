"""The households of a community for the office: the register, its owners, and their slips."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import CONTENT_TYPES, hand_out
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from communities import households as register
from communities.models import Building, Community, Household
from consultations import access, slips
from consultations.models import AccessCode
from records.services import NothingWritten


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the households of a community by building, and which slips somebody should look at."""
    user = current_user(request)
    community = get_object_or_404(Community.objects.live().in_region(user.view_region), pk=pk)
    own = user.region.contains(community.region)
    lines = slips.building_lines(community)
    building = _building(lines, request.GET.get("building", ""))
    context = {
        "community": community,
        "lines": lines,
        "totals": _totals(lines),
        "building": building,
        "households": slips.household_lines(building) if building else [],
        "concerns": slips.concerns(community),
        "office": slips.office_of(community),
        "may_edit": own and user.may(Capability.HOUSEHOLD_EDIT),
        "may_issue": own and user.may(Capability.CODE_ISSUE),
        "most_phones": slips.MANY_PHONES,
        "ledger": f"{reverse('ledgers:grid', args=['households'])}?unit={community.unit.code}",
        "buildings_ledger": f"{reverse('ledgers:grid', args=['buildings'])}?unit={community.unit.code}",
        "door": reverse("residents:enter", args=[community.code]),
    }
    return render(request, "consultations/households.html", context)


def _building(lines: list[slips.BuildingLine], asked: str) -> Building | None:
    if asked:
        found = next((line.building for line in lines if str(line.building.pk) == asked), None)
        if found is None:
            raise Http404(asked)
        return found
    return next((line.building for line in lines if line.places), None)


def _totals(lines: list[slips.BuildingLine]) -> dict[str, Any]:
    places, issued = sum(line.places for line in lines), sum(line.issued for line in lines)
    return {
        "places": places,
        "area": sum(line.area for line in lines),
        "without_area": sum(line.without_area for line in lines),
        "issued": issued,
        "missing": places - issued,
        "too_many": places > slips.MOST_AT_ONCE,
    }


@require_POST
@requires(Capability.HOUSEHOLD_EDIT)
def generate(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the places that the rule gives for the buildings chosen; what exists stays as it is."""
    community = own_community(request, pk)
    flats = _flats(request.POST)
    if not flats:
        messages.error(request, _("Choose at least one building and write how many flats a floor has."))
        return _back(community)
    try:
        made = register.generate(community, flats, actor=current_user(request))
    except NothingWritten as refusal:
        findings = [finding for outcome in refusal.outcomes for finding in outcome.findings]
        messages.error(request, findings[0].message if findings else _("Nothing was written."))
        return _back(community)
    text = ngettext(
        "%(made)d household was written; %(kept)d were there already and stay as they are.",
        "%(made)d households were written; %(kept)d were there already and stay as they are.",
        made.made,
    )
    messages.success(request, text % {"made": made.made, "kept": made.kept})
    if made.left_out:
        words = _("Left out, since entrances or floors are missing in the building ledger: %(buildings)s.")
        messages.warning(request, words % {"buildings": "、".join(made.left_out)})
    return _back(community)


def _flats(form: QueryDict) -> dict[int, int]:
    """Return the flats on a floor by building, of those that were ticked."""
    chosen = form.getlist("building")
    found = {}
    for text in chosen:
        count = str(form.get(f"flats-{text}", ""))
        pk, flats = whole_number(text), whole_number(count)
        if pk is not None and flats is not None:
            found[pk] = flats
    return found


@require_POST
@requires(Capability.HOUSEHOLD_EDIT)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the chosen places have one owner, or owners of their own."""
    community, user = own_community(request, pk), current_user(request)
    named = (whole_number(text) for text in request.POST.getlist("household"))
    chosen = [pk for pk in named if pk is not None]
    alone = request.POST.get("act") == "separate"
    if len(chosen) < (1 if alone else 2):
        messages.error(request, _("Choose the places first: two or more for one owner."))
        return _back(community, request.POST.get("from", ""))
    write = register.separate_owners if alone else register.group_owner
    try:
        written = write(community, chosen, actor=user)
    except NothingWritten:
        messages.error(request, _("Somebody changed a row meanwhile. Please look again."))
    else:
        text = _("Each of these %(count)d places counts by itself again.")
        if not alone:
            text = _("These %(count)d places have one owner now, who counts as one person.")
        messages.success(request, text % {"count": len(written)})
    return _back(community, request.POST.get("from", ""))


@require_POST
@requires(Capability.CODE_ISSUE)
@sensitive_variables("made", "printed")
def issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Issue slips and give them as PDF, in this request: afterwards only their hashes are known.

    ``household`` names one to reprint, ``building`` a building, neither the community.  Without ``replace``
    only households without a slip get one.  A PDF that cannot be made takes the new codes back.
    """
    community, user = own_community(request, pk), current_user(request)
    chosen = _chosen(request.POST, community)
    if not chosen:
        messages.info(request, _("Every household has its slip. To replace one, use the button in its line."))
        return _back(community, request.POST.get("building", ""))
    if len(chosen) > slips.MOST_AT_ONCE:
        words = _("%(count)d slips are too many for one file. Print them building by building.")
        messages.error(request, words % {"count": len(chosen)})
        return _back(community)
    door = request.build_absolute_uri(reverse("residents:enter", args=[community.code]))
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        with transaction.atomic():
            made = access.issue_codes(chosen, actor=user, reason=reason)
            printed = slips.render_slips(community, made, door)
    except access.SlipsRefused as refusal:
        messages.error(request, str(refusal))
        return _back(community)
    name = f"{community.name} {chosen[0]}" if len(chosen) == 1 else f"{community.name} {len(chosen)}"
    # The event of issuing says more than that of a download would.
    content_type = CONTENT_TYPES["pdf"]
    return FileResponse(
        io.BytesIO(printed), as_attachment=True, filename=f"{name}.pdf", content_type=content_type
    )


def _chosen(form: QueryDict, community: Community) -> list[Household]:
    one, building = str(form.get("household", "")), str(form.get("building", ""))
    if one:
        rows = Household.objects.live().filter(community=community).select_related("building")
        return [get_object_or_404(rows, pk=whole_number(one))]
    within = None
    if building:
        within = get_object_or_404(
            Building.objects.live().filter(community=community), pk=whole_number(building)
        )
    every = slips.all_of if form.get("replace") == "1" else slips.without_slip
    return every(community, within)


@require_POST
@requires(Capability.CODE_ISSUE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the slip of one household out of use: whoever came in by it is out on the next request."""
    user = current_user(request)
    rows = AccessCode.objects.editable_by(user).select_related("community", "household__building")
    code = get_object_or_404(rows, pk=pk)
    reason = request.POST.get("reason", "").strip()[:200]
    access.revoke(code, actor=user, reason=reason or _("revoked by the office"))
    place = f"{code.household.building.number} {code.household.place}"
    messages.success(request, _("The slip of %(place)s opens nothing any more.") % {"place": place})
    return _back(code.community, str(code.household.building_id))


@require_safe
@requires(Capability.CONSULTATION_VIEW)
def poster(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the poster of a community as PDF; its QR code leads to the plan and holds no secret."""
    user = current_user(request)
    community = get_object_or_404(Community.objects.live().in_region(user.view_region), pk=pk)
    address = request.build_absolute_uri(reverse("residents:read", args=[community.code]))
    made = slips.render_poster(community, address)
    return hand_out(request, made, f"{community.name}.pdf", what="community.poster", community=community.pk)


def own_community(request: HttpRequest, pk: int) -> Community:
    """Return a community in the user's own region; raises Http404."""
    return get_object_or_404(Community.objects.live().in_region(current_user(request).region), pk=pk)


def _back(community: Community, building: str = "") -> HttpResponse:
    url = reverse("households:page", args=[community.pk])
    return redirect(f"{url}?building={building}#households" if whole_number(building) is not None else url)
