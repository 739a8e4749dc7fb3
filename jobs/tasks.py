"""What the workers and beat run: thin doors to the services."""

import logging

from celery import shared_task
from celery.signals import worker_ready
from django.db import connections

from jobs import broker, services

logger = logging.getLogger(__name__)


@shared_task(name=services.RUN_TASK)
def run(job_id: int) -> None:
    """Do one job; a doubled or late message finds nothing to do."""
    services.execute(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Send what waits and take jobs from lost workers."""
    services.sweep()


@shared_task(name="jobs.pulse")
def pulse() -> None:
    """Show that beat, broker, worker and database work together."""
    services.pulse(services.WORKER)


@worker_ready.connect
def begin(**kwargs: object) -> None:
    """Show at once that a worker is back, and take up what its forerunner left when it died."""
    if broker.may_lose_messages():
        logger.error(
            "The broker drops messages when its memory is full: set its maxmemory-policy to noeviction."
        )
    try:
        services.pulse(services.WORKER)
        services.sweep()
    finally:
        # This is the pool's parent: a process it forks later must not inherit an open connection.
        connections.close_all()
