"""The portal: settings, addresses, timetable. It wires the apps together and decides nothing."""

# Celery's current_app must be this one wherever Django runs, or jobs would be sent nowhere.
from renovation_portal.celery import app as celery_app

__all__ = ["celery_app"]
