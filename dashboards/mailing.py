"""Sending an issued report to those who subscribed to its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from dashboards.models import Bulletin, Delivery, Subscription
from dashboards.runs import text_of
from jobs.services import enqueue
from projects import notices

if TYPE_CHECKING:
    from jobs.models import Job

MAIL = "dashboards.mail_bulletin"


def ask_for_mail(bulletin: Bulletin) -> Job:
    """Ask for the mail about an issued report; asked twice it is sent once."""
    return enqueue(kind=MAIL, key=f"{bulletin.pk}", payload={"bulletin": bulletin.pk}, region=bulletin.region)


def send(bulletin: Bulletin) -> int:
    """Send an issued report to the subscribers who may read it and have an address; return how many went.

    Who has been sent it is written down before the mail leaves: a run that is killed and repeated leaves
    somebody out rather than writing to anybody twice.
    """
    if bulletin.is_draft:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        subject = f"{bulletin.title} {bulletin.document['number']}"
        text = _text(bulletin)
        return sum(
            notices.send([user], subject, text) for user in _readers(bulletin) if _claimed(bulletin, user)
        )


def _readers(bulletin: Bulletin) -> list[User]:
    subscribed = Subscription.objects.filter(kind=bulletin.kind).values("user")
    users = User.objects.filter(pk__in=subscribed, is_active=True).exclude(email="")
    found = [user for user in users.select_related("region", "view_region").order_by("username")]
    return [
        user
        for user in found
        if not user.is_expired
        and user.may(Capability.BULLETIN_VIEW)
        and Bulletin.objects.visible_to(user).filter(pk=bulletin.pk).exists()
    ]


def _claimed(bulletin: Bulletin, user: User) -> bool:
    with transaction.atomic():
        return Delivery.objects.get_or_create(bulletin=bulletin, user=user)[1]


def _text(bulletin: Bulletin) -> str:
    """Return the text of the report without its tables, and where they are."""
    paragraphs = [text_of(block["runs"]) for block in bulletin.document["blocks"]]
    foot = _("Tables and files: %(portal)s, bulletins, %(path)s") % {
        "portal": settings.PORTAL_NAME,
        "path": bulletin.get_absolute_url(),
    }
    lines = [bulletin.document["issuer"], bulletin.title, bulletin.document["to"], *paragraphs, foot]
    return "\n\n".join(line for line in lines if line)
