"""What happens to accounts by itself, every night."""

from celery import shared_task

from accounts import services, throttle
from accounts.session_store import SessionStore


@shared_task(name="accounts.tidy")
def tidy() -> None:
    """Close dormant accounts; remove expired sessions and old login failures."""
    services.close_dormant()
    throttle.forget_old()
    SessionStore.clear_expired()
