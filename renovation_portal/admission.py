"""How many residents may write at once: more than a process can take wait outside and are told so.

When a whole province opens its notices in the same minute, reading goes on and officials go on saving;
what is sent too fast is answered 503 with the seconds to wait, before it costs anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PLACE = "/p/"
RETRY_AFTER = "5"


class Bucket:
    """So many a second, and twice as many at a stroke after a quiet moment; shared by a process's threads."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._left = self._most = 2 * per_second
        self._at = clock()

    def take(self) -> bool:
        """Take one, or say that none is left."""
        with self._lock:
            now = self._clock()
            self._left = min(self._most, self._left + (now - self._at) * self._per_second)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


class ResidentAdmissionMiddleware:
    """Lets residents' writing in at the pace of RESIDENT_POSTS_PER_SECOND in each process; 0 lets all in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._bucket = Bucket(settings.RESIDENT_POSTS_PER_SECOND)
        # Rendered once: a refusal must cost next to nothing.
        self._words = cache(lambda: render_to_string("503.html"))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or ask to come back in a few seconds."""
        writes = request.method == "POST" and request.path_info.startswith(PLACE)
        if writes and settings.RESIDENT_POSTS_PER_SECOND and not self._bucket.take():
            answer = HttpResponse(self._words(), status=503)
            answer.headers["Retry-After"] = RETRY_AFTER
            return answer
        return self.get_response(request)
