"""The daily list: one mail a day to whoever owes something and has an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from projects import notices

Item = dict[str, Any]


def items_of(user: User) -> list[Item]:
    """Return what a user owes in all apps, the most urgent first, those without a day last.

    ``settings.INBOX`` names the functions that know: the apps above this one among them.
    """
    parts: list[Callable[[User], Sequence[Item]]] = [import_string(name) for name in settings.INBOX]
    found = [item for part in parts for item in part(user)]
    return sorted(found, key=lambda item: (item["due"] is None, item["due"]))


def send_all(on: date | None = None) -> int:
    """Send today's lists; return how many went. A user gets at most one a day, however often this runs."""
    day = on or timezone.localdate()
    waiting = User.objects.filter(is_active=True).exclude(email="").exclude(digest_on__gte=day)
    return sum(_send(user, day) for user in waiting.select_related("region", "view_region", "duty"))


def _send(user: User, day: date) -> int:
    if user.is_expired:
        return 0
    # Mail leaves the portal in its first language: there is no browser that asks for another.
    with translation.override(settings.LANGUAGE_CODE):
        items = items_of(user)
        if not items or not _claimed(user, day):
            return 0
        count = len(items)
        subject = ngettext("%(count)d thing to do", "%(count)d things to do", count) % {"count": count}
        return notices.send([user], subject, "\n".join(_line(item, day) for item in items))


def _claimed(user: User, day: date) -> bool:
    """Mark the user's list of the day as sent; False when another run was quicker."""
    unsent = User.objects.filter(pk=user.pk).filter(Q(digest_on=None) | Q(digest_on__lt=day))
    return bool(unsent.update(digest_on=day))


def _line(item: Item, day: date) -> str:
    due: date | None = item["due"]
    if due is None:
        when = _("no fixed day")
    elif due < day:
        when = _("overdue since %(day)s") % {"day": due}
    else:
        when = _("due %(day)s") % {"day": due}
    return f"{when} · {item['kind']} · {item['text']}"
