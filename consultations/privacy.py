"""The notice about residents' data: one screen, accepted before the first word (个人信息保护法 第十七条)."""

from __future__ import annotations

from django.utils import timezone

from consultations.models import ResidentSession

# Of templates/residents/privacy.html: a new text has a new version, and is put to everybody again.
VERSION = "2026-11"


def is_accepted(session: ResidentSession) -> bool:
    """Tell whether the notice as it stands now was accepted on this phone."""
    return session.privacy_version == VERSION


def accept(session: ResidentSession) -> None:
    """Keep that the notice was accepted, which version, and when."""
    session.privacy_version, session.privacy_accepted_at = VERSION, timezone.now()
    session.save(update_fields=["privacy_version", "privacy_accepted_at"])
