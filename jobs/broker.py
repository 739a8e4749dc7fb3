"""The bell: tells workers that a job waits.

Nothing depends on it.  A bell that cannot be rung is logged once and the row waits for the sweeper, so a web
request costs at most about a second when the broker is gone, and nothing while it is known to be.
"""

import logging
import time
from typing import Any

from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import RedisError

logger = logging.getLogger(__name__)

# Seconds: how long a web request waits for the broker, and how long it is left alone after a failure.
TIMEOUT = 0.5
PAUSE = 5.0

# No answer, or an answer that refuses (no memory left, no permission): for the caller it is the same.
_FAILURES = (OperationalError, RedisError, OSError)


class _Line:
    """What this process knows about the way to the broker."""

    down_until = 0.0
    is_down = False


def _connection() -> Connection:
    """Return a fresh connection that gives up quickly.

    Fresh, because a kept one may be half dead after the broker's restart and jobs are few; quick, because
    Celery's own retries would hold a web request for minutes.
    """
    options = {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_connect_timeout": TIMEOUT,
        "socket_timeout": TIMEOUT,
        "max_retries": 0,
    }
    return current_app.connection_for_write(
        url=settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=TIMEOUT
    )


def send(task: str, *args: object) -> bool:
    """Send a task by name; False, without an exception, when the broker cannot be reached."""
    if time.monotonic() < _Line.down_until:
        return False
    try:
        with _connection() as connection:
            current_app.send_task(task, args=args, connection=connection, retry=False)
    except _FAILURES as error:
        _note_failure(error)
        return False
    if _Line.is_down:
        _Line.is_down = False
        logger.info("The broker answers again.")
    return True


def is_reachable() -> bool:
    """Ask the broker for an answer now (for /readyz)."""
    try:
        with _connection() as connection:
            connection.ensure_connection(max_retries=0)
    except _FAILURES:
        return False
    return True


def may_lose_messages() -> bool:
    """Tell whether the broker would drop messages when its memory is full, which it must not do here.

    False as well when it does not tell (another kind of broker, or a managed Redis that hides its settings).
    """
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return False
    try:
        with _connection() as connection:
            channel: Any = connection.default_channel
            policy: dict[str, str] = channel.client.config_get("maxmemory-policy")
    except _FAILURES:
        return False
    return policy.get("maxmemory-policy", "noeviction") != "noeviction"


def forget() -> None:
    """Forget what is known about the broker: the next send tries it."""
    _Line.down_until = 0.0
    _Line.is_down = False


def _note_failure(error: Exception) -> None:
    _Line.down_until = time.monotonic() + PAUSE
    if not _Line.is_down:
        _Line.is_down = True
        logger.warning("The broker cannot be reached; jobs wait and are sent later: %s", error)
