"""A number for every error of the portal: the page shows it, its line of the log begins with it.

Eight digits can be said on the telephone and found in the log; they tell nothing about the error.
"""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest


def number_error(request: HttpRequest) -> str:
    """Give the error of this request a number; the log line that Django writes next carries it."""
    error_id = f"{secrets.randbelow(10**8):08d}"
    request.META["portal.error_id"] = error_id
    return error_id


class ErrorId(logging.Filter):
    """Puts the number of an error before its line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of numbered errors with their number."""
        error_id = getattr(getattr(record, "request", None), "META", {}).get("portal.error_id")
        if error_id is not None:
            record.msg = f"[{error_id}] {record.msg}"
        return True
