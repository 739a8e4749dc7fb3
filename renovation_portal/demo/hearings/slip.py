"""The slip of one household of the open hearing: what a resident would hold in the hand."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import reverse

from accounts.models import User
from communities.models import Household
from consultations import access
from consultations.models import Consultation
from renovation_portal.demo.hearings.writing import OFFICER


def demo_slip() -> tuple[str, str, str] | None:
    """Print a new slip for the first household of the open hearing: place, address here, typed code.

    The slip before goes out of use, since only hashes are kept.  None without the demonstration.
    """
    officer = User.objects.filter(username=OFFICER, is_demo=True, is_active=True).first()
    rows = Consultation.objects.live().filter(is_simulated=True, state=Consultation.State.OPEN)
    hearing = rows.select_related("project__community").first()
    if officer is None or hearing is None:
        return None
    community = hearing.project.community
    household = Household.objects.live().filter(community=community).select_related("building").first()
    if household is None:
        return None
    [slip] = access.issue_codes([household], actor=officer, reason="demonstration")
    door = reverse("residents:enter", args=[community.code])
    return f"{community.name} {slip.place}", f"{door}#s={quote(slip.secret)}", slip.typed
