"""What every page knows: the portal's name and what the visitor may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.roles import CAPABILITIES, Role


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return ``portal`` (name, issuer, support phone) and ``capabilities`` (a set of names)."""
    english = (get_language() or "").startswith("en")
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "portal": {
            "name": settings.PORTAL_NAME_EN if english else settings.PORTAL_NAME,
            "issuer": settings.PORTAL_ISSUER,
            "support_phone": settings.PORTAL_SUPPORT_PHONE,
        },
        "capabilities": {str(item) for item in CAPABILITIES[Role(user.role)]} if known else set(),
    }
