"""Look for alerts in the demonstration: three weeks ago and today, as the nightly job would have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from dashboards.alerts.evaluating import evaluate
from dashboards.models import Alert
from renovation_portal.demo.loading import Presence, presence

DAYS_BEFORE = (21, 0)


class Command(BaseCommand):
    """Look once; afterwards the nightly job does."""

    help = "Look for alerts in the demonstration province."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and say how many alerts there are."""
        if presence() is not Presence.DEMO or Alert.objects.exists():
            return
        province = Region.objects.get(code=settings.PORTAL_PROVINCE)
        for days in DAYS_BEFORE:
            evaluate(province, timezone.localdate() - timedelta(days=days))
        if options["verbosity"]:
            self.stdout.write(_("%(count)d alerts opened.") % {"count": Alert.objects.count()})
