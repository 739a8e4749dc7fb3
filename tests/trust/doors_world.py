"""A household with its slip, in the world whose doors are tried."""

from __future__ import annotations

from collections.abc import Callable

from communities.models import Building, Household
from consultations.models import AccessCode


def targets(write: Callable[..., list[int]], community: int) -> dict[str, str]:
    """Register one household of a community and give it a slip; return what the doors name."""
    building = Building.objects.filter(community=community).values_list("pk", flat=True)[0]
    row = {"building_id": building, "entrance": "1单元", "room": "101", "floor": 1}
    [household] = write(Household, [row])
    hashes = {"code_hash": "0" * 64, "secret_hash": f"{household:064d}"}
    code = AccessCode.objects.create(household_id=household, community_id=community, locator="K7Q", **hashes)
    return {"household": str(household), "slip": str(code.pk)}
