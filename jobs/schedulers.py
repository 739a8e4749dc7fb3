"""The scheduler of beat: django-celery-beat's, which also shows that it is alive."""

import logging
import time
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from jobs import services

logger = logging.getLogger(__name__)

# Seconds between two signs of life.
PULSE_SECONDS = 10


class PulsingScheduler(DatabaseScheduler):  # type: ignore[misc]  # the library has no types
    """Reads the timetable from the database and leaves a pulse while it ticks.

    The pulse comes from the loop itself: a beat that hangs falls silent, which /readyz then reports.
    """

    _pulsed_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, as the parent does, and note the time now and then."""
        if time.monotonic() - self._pulsed_at >= PULSE_SECONDS:
            self._pulsed_at = time.monotonic()
            try:
                services.pulse(services.BEAT)
            except (DatabaseError, InterfaceError) as error:
                # The database is away: beat must outlive that, and its silence is the message.
                logger.warning("Beat cannot leave its pulse: %s", error)
                close_old_connections()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def enabled_models(self) -> list[PeriodicTask]:
        """Return every entry that is switched on, whatever its hour.

        The parent leaves out entries whose hour is not near: one that a sleeping beat has missed would wait
        for the next day.  The timetable is short enough to be looked at whole.
        """
        return list(self.Model.objects.enabled())
