"""Mail that goes out at once: a return sent back, a word that pushes. All else waits for the daily list."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.roles import Role
from projects.models import UnitReturn, Urge

logger = logging.getLogger(__name__)


def officers_of(region: Region) -> list[User]:
    """Return who enters data for a region and has an address."""
    rows = User.objects.filter(region=region, role=Role.ENTRY, is_active=True).exclude(email="")
    return [user for user in rows.order_by("username") if not user.is_expired]


def returned(found: UnitReturn) -> int:
    """Tell the unit that its return was sent back, and why; return to how many."""
    subject = _("%(month)s: the return has been sent back") % {"month": f"{found.round.month:%Y-%m}"}
    return send(officers_of(found.unit), subject, found.return_reason)


def urged(word: Urge) -> int:
    """Pass a word that pushes on to the unit; return to how many."""
    return send(officers_of(word.region), _("Reminder: %(text)s") % {"text": word.text}, word.text)


def send(users: list[User], subject: str, text: str) -> int:
    """Send each user a mail of their own; return how many went. An absent mail server holds nobody up."""
    mails = [
        EmailMessage(f"{settings.PORTAL_NAME} {subject}".replace("\n", " ")[:200], text, to=[user.email])
        for user in users
    ]
    if not mails:
        return 0
    try:
        return get_connection().send_messages(mails) or 0
    except OSError:
        logger.exception("Mail could not be sent: %s", subject)
        return 0
