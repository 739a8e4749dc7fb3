"""The residents' pages behind the real web server: a rush to be held, and one to be survived."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Building, Community, Household
from consultations import access, rolls
from consultations.models import Comment, Consultation
from projects.models import PlanClause, PlanVersion, Project
from renovation_portal.bench.crowd import Crowd, Score
from renovation_portal.bench.meter import BenchError, Clock, Stopwatch, in_process
from renovation_portal.bench.report import Section, at_most, milliseconds
from renovation_portal.bench.scratch import refresh_statistics, scratch_database
from renovation_portal.demo.entering import enter

UNIT = "222401"
# R3, the whole province in the same minute; R4, the worst that was thought of.
HOLD, SURVIVE = 47, 112
READ_MS, COMMENT_MS = 500, 800
WAITED_FOR = (429, 503)


def measure(seconds: int, clock: Clock) -> list[Section]:
    """Let a crowd arrive for so many seconds at each pace."""
    with scratch_database() as folder:
        prepared = in_process(_prepare, clock).answer
        refresh_statistics()
        with _server(folder) as port:
            crowd = Crowd(port, prepared["community"], tuple(prepared["secrets"]))
            held = asyncio.run(crowd.arrive(HOLD, seconds, seed=1))
            stored = in_process(_stored, clock).answer["comments"]
            rushed = asyncio.run(crowd.arrive(SURVIVE, seconds / 4, seed=2))
            after = asyncio.run(crowd.arrive(5, 4, seed=3))
            kept = in_process(_stored, clock).answer["comments"]
    said = rushed.answered("comment", 302) + after.answered("comment", 302)
    return [_held(held, stored, seconds), _survived(rushed, after, kept - stored - said, seconds // 4)]


def _prepare(_watch: Stopwatch) -> dict[str, Any]:
    """Write one community that is heard now, big enough that nobody speaks oftener than a household may."""
    unit = Region.objects.get(code=UNIT)
    officer = User.objects.create_user(
        "bench", display_name="bench", role=Role.ENTRY, region=unit, view_region=unit
    )
    [community] = enter(Community, [{"name": "基准小区", "region_id": unit.pk, "street": "北山街道"}])
    _register(community)
    rolls.freeze(_consultation(community), actor=officer)
    slips = access.issue_codes(Household.objects.filter(community=community), actor=officer)
    code = Community.objects.values_list("code", flat=True).get(pk=community)
    return {"community": code, "secrets": [slip.secret for slip in slips]}


def _register(community: int) -> None:
    """Write its register: 20 buildings of 6 entrances, 10 floors and 3 doors a floor."""
    buildings = enter(Building, [{"community_id": community, "number": f"{n}栋"} for n in range(1, 21)])
    flat = {"floor_area": Decimal("66.00"), "area_basis": Household.AreaBasis.REGISTER}
    enter(
        Household,
        [
            {**flat, "building_id": pk, "entrance": f"{entrance}单元", "room": f"{floor}{door:02d}"}
            for pk in buildings
            for entrance in range(1, 7)
            for floor in range(1, 11)
            for door in range(1, 4)
        ],
    )


def _consultation(community: int) -> Consultation:
    """Write a plan of twelve clauses and the consultation on it, open from today."""
    today = timezone.localdate()
    [project] = enter(
        Project, [{"community_id": community, "plan_year": today.year + 1, "stage": Project.Stage.PLAN}]
    )
    state = PlanVersion.State.PUBLISHED
    [version] = enter(PlanVersion, [{"project_id": project, "number": 1, "state": state}])
    common = {"plan_version_id": version, "text": "全部重做。" * 12}
    enter(PlanClause, [{**common, "number": n, "title": f"第 {n} 项"} for n in range(1, 13)])
    row = {
        "project_id": project,
        "title": "基准小区改造方案",
        "state": Consultation.State.OPEN,
        "plan_version_id": version,
        "organiser": "北山街道办事处",
        "announced_on": today,
        "opens_on": today,
        "closes_on": today + timedelta(days=15),
    }
    [made] = enter(Consultation, [row])
    return Consultation.objects.get(pk=made)


def _stored(_watch: Stopwatch) -> dict[str, Any]:
    return {"comments": Comment.objects.count()}


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """Serve the scratch database by gunicorn, as ``make run`` does, on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_VAR": str(folder / "var"),
    }
    command = [sys.executable, "-m", "gunicorn", "renovation_portal.wsgi:application", "--preload"]
    command += [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
    ]
    command += ["--no-control-socket"]
    with (folder / "web.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise BenchError("The web server did not start.")


def _database_url() -> str:
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    login = quote(str(where["USER"] or ""), safe="")
    if where["PASSWORD"]:
        login += ":" + quote(str(where["PASSWORD"]), safe="")
    host = f"{quote(str(where['HOST'] or ''), safe='')}:{where['PORT'] or 5432}"
    return f"postgres://{login}@{host}/{where['NAME']}"


def _section(title: str, score: Score) -> Section:
    section = Section(title, ("request", "answers", "refused", "p50 ms", "p95 ms"))
    milli = partial(_in_ms, score)
    for what, seconds in score.seconds.items():
        refused = score.answered(what, *WAITED_FOR)
        section.rows.append((what, str(len(seconds)), str(refused), milli(what, 50), milli(what, 95)))
    return section


def _in_ms(score: Score, what: str, percent: int) -> str:
    return milliseconds(score.percentile(what, percent))


def _broken(score: Score) -> int:
    """Return the answers that are a fault of the portal: neither an answer nor a request to wait."""
    faults = sum(n for (_what, status), n in score.statuses.items() if status >= 500 and status != 503)
    return faults + sum(score.failures.values())


def _held(score: Score, stored: int, seconds: int) -> Section:
    section = _section(f"Residents: {HOLD} arrivals a second for {seconds} s ({connection.vendor})", score)
    told = score.answered("comment", 302)
    waited = sum(score.answered(what, *WAITED_FOR) for what in score.seconds)
    section.aims += [
        at_most("comments acknowledged and lost", told - stored, 0),
        at_most("comments stored twice or unasked", stored - told, 0),
        at_most("answers that are faults, or none", _broken(score), 0),
        at_most("residents asked to wait", waited, 0),
        at_most("plan page, 95 % within", score.percentile("read", 95) * 1000, READ_MS, " ms"),
        at_most("comment, 95 % within", score.percentile("comment", 95) * 1000, COMMENT_MS, " ms"),
    ]
    section.notes.append(f"{stored / seconds:.1f} comments a second were stored.")
    return section


def _survived(score: Score, after: Score, lost: int, seconds: int) -> Section:
    section = _section(f"Residents: {SURVIVE} arrivals a second for {seconds} s", score)
    section.aims += [
        at_most("comments acknowledged and lost", -lost, 0),
        at_most("answers that are faults, or none", _broken(score), 0),
        at_most("afterwards, plan page, 95 % within", after.percentile("read", 95) * 1000, READ_MS, " ms"),
        at_most("afterwards, answers that are faults", _broken(after), 0),
    ]
    return section
