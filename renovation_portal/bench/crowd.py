"""A crowd of residents: arrivals at a steady pace, each with the requests of a visit, over real sockets."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

# Of those who arrive, so many prove their household, and so many say something.
ENTERING, SPEAKING = 0.6, 0.25
GIVE_UP = 20.0  # seconds for one request
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_KEY = re.compile(rb'name="key" value="([^"]+)"')


@dataclass
class Score:
    """What the crowd met: seconds of each kind of request, and every status."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, status: int, took: float) -> None:
        """Count one answer."""
        self.seconds.setdefault(what, []).append(took)
        self.statuses[what, status] += 1

    def percentile(self, what: str, percent: int) -> float:
        """Return the seconds that so many percent of a kind stayed below; 0 where there were none."""
        found = sorted(self.seconds.get(what, []))
        return found[min(len(found) - 1, len(found) * percent // 100)] if found else 0.0

    def answered(self, what: str, *statuses: int) -> int:
        """Return how many of a kind were answered with one of these."""
        return sum(self.statuses[what, status] for status in statuses)


@dataclass(frozen=True)
class Answer:
    """One answer of the server."""

    status: int
    body: bytes
    cookies: Mapping[str, str]
    location: str


@dataclass(frozen=True)
class Crowd:
    """Where a crowd goes: the port, the community's code, and a secret for each household."""

    port: int
    community: str
    secrets: tuple[str, ...]

    async def arrive(self, per_second: float, seconds: float, seed: int) -> Score:
        """Let so many arrive each second for so long, and return what they met when all are answered."""
        score, chance = Score(), random.Random(seed)
        begin, visits = time.monotonic(), []
        for number in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, begin + number / per_second - time.monotonic()))
            fate, secret = chance.random(), self.secrets[number % len(self.secrets)]
            visits.append(asyncio.create_task(self._visit(score, fate, secret, number)))
        await asyncio.gather(*visits)
        return score

    async def _visit(self, score: Score, fate: float, secret: str, number: int) -> None:
        try:
            await self._read(score)
            if fate < ENTERING:
                await self._speak(score, fate, secret, number)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as lost:
            score.failures[type(lost).__name__] += 1

    async def _read(self, score: Score) -> None:
        await self._ask(score, "read", "GET", "", {})

    async def _speak(self, score: Score, fate: float, secret: str, number: int) -> None:
        door = await self._ask(score, "door", "GET", "enter/", {})
        cookies = dict(door.cookies)
        entered = await self._send(score, "enter", "enter/", cookies, door, {"secret": secret, "typed": ""})
        if entered.status != 302 or fate >= SPEAKING:
            return
        notice = await self._ask(score, "notice", "GET", "privacy/", cookies)
        accepted = await self._send(score, "accept", "privacy/", cookies, notice, {})
        if accepted.status != 302:
            return
        form = await self._ask(score, "form", "GET", "say/", cookies)
        key = _KEY.search(form.body)
        if key is None:
            return
        said = {"key": key[1].decode(), "kind": "comment", "about": "", "text": f"第 {number} 位居民说一句。"}
        await self._send(score, "comment", "say/", cookies, form, said)

    async def _send(
        self,
        score: Score,
        what: str,
        path: str,
        cookies: dict[str, str],
        page: Answer,
        fields: Mapping[str, str],
    ) -> Answer:
        token = _TOKEN.search(page.body)
        values = {"csrfmiddlewaretoken": token[1].decode() if token else "", "next": "", **fields}
        answer = await self._ask(score, what, "POST", path, cookies, urlencode(values).encode())
        cookies.update(answer.cookies)
        return answer

    async def _ask(
        self, score: Score, what: str, method: str, path: str, cookies: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        begin = time.monotonic()
        async with asyncio.timeout(GIVE_UP):
            answer = await self._exchange(method, path, cookies, body)
        score.note(what, answer.status, time.monotonic() - begin)
        return answer

    async def _exchange(self, method: str, path: str, cookies: Mapping[str, str], body: bytes) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = [
                f"{method} /p/{self.community}/{path} HTTP/1.1",
                "Host: localhost",
                "Connection: close",
                f"Content-Length: {len(body)}",
                "Content-Type: application/x-www-form-urlencoded",
                "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
            ]
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            await writer.drain()
            return _parse(await reader.read())
        finally:
            writer.close()


def _parse(raw: bytes) -> Answer:
    head, _blank, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0].startswith("HTTP/"):
        raise asyncio.IncompleteReadError(raw, None)
    fields = [line.partition(": ") for line in lines[1:]]
    set_cookies = [value.partition(";")[0] for name, _colon, value in fields if name.lower() == "set-cookie"]
    location = next((value for name, _colon, value in fields if name.lower() == "location"), "")
    cookies = dict(pair.split("=", 1) for pair in set_cookies)
    return Answer(int(lines[0].split()[1]), body, cookies, location)
