"""When residents come faster than a process can take, reading goes on and writing waits outside."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from renovation_portal.admission import Bucket, ResidentAdmissionMiddleware


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_twice_its_pace_at_a_stroke_and_then_its_pace() -> None:
    clock = Clock()
    bucket = Bucket(10, clock)
    assert [bucket.take() for _ in range(25)] == [True] * 20 + [False] * 5
    clock.now += 0.5
    assert [bucket.take() for _ in range(8)] == [True] * 5 + [False] * 3
    clock.now += 60
    assert [bucket.take() for _ in range(25)] == [True] * 20 + [False] * 5


def test_a_hundred_threads_get_no_more_than_there_is() -> None:
    bucket = Bucket(5, Clock())
    taken: list[bool] = []
    threads = [Thread(target=lambda: taken.append(bucket.take())) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken)) == (100, 10)


def test_residents_who_write_too_fast_are_asked_to_wait_and_nobody_else_is(settings: Any) -> None:
    settings.RESIDENT_POSTS_PER_SECOND = 1
    asked: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        asked.append(f"{request.method} {request.path_info}")
        return HttpResponse("ok")

    door = ResidentAdmissionMiddleware(answer)
    make = RequestFactory()
    answers = [door(make.post("/p/222401-00001/say/")) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 503, 503]
    assert answers[2].headers["Retry-After"] == "5"
    assert door(make.get("/p/222401-00001/")).status_code == 200
    assert door(make.post("/ledgers/communities/save/")).status_code == 200
    assert asked == ["POST /p/222401-00001/say/"] * 2 + [
        "GET /p/222401-00001/",
        "POST /ledgers/communities/save/",
    ]


@pytest.mark.django_db
def test_the_portal_lets_everybody_in_where_no_pace_is_set(client: Client, settings: Any) -> None:
    settings.RESIDENT_POSTS_PER_SECOND = 0
    assert {client.post("/p/nothing/say/").status_code for _ in range(5)} == {404}
