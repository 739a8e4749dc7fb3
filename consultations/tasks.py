"""Work of this app that beat starts."""

from celery import shared_task

from consultations.timekeeping import keep_time


@shared_task(name="consultations.keep_time", ignore_result=True)
def open_and_close() -> None:
    """Write down which consultations have opened and closed; pages do not wait for it."""
    keep_time()
