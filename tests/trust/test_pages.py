"""Every page: nothing that people typed becomes code, and every answer bears its headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Dialog
from pytest_django import DjangoDbBlocker

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Building, Community
from dashboards.models import Bulletin
from jobs.models import Job
from ledgers.importing import batches
from ledgers.models import CellDraft, SavedView
from ledgers.registry import LEDGERS
from projects.models import Project
from records.models import ChangeSet, Confirmation
from records.services import apply
from tests.browsing import OpenPage
from tests.trust.access_table import DOORS
from tests.trust.pages import Visit, read, visits
from tests.trust.payloads import EVALUATED, PAYLOADS
from tests.trust.poison import poison_tables
from tests.trust.test_access import asked, knock
from tests.trust.world import OWN, WHO, YEAR, World, body_of, build, community_row, taken_back, write

POLICY = (
    "default-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


# Among the tables that have to hold hostile words, so that the pages below have something to show.
POISONED = {
    "assessments.Appeal",
    "communities.Building",
    "communities.Community",
    "consultations.Comment",
    "consultations.Consultation",
    "dashboards.Alert",
    "dashboards.AlertRule",
    "dashboards.ReturnDefinition",
    "funding.Agreement",
    "funding.Allotment",
    "funding.FundBatch",
    "funding.MoneyEvent",
    "ledgers.Dispatch",
    "ledgers.DispatchRow",
    "projects.Contract",
    "projects.Defect",
    "projects.Project",
    "projects.Waiver",
}


def poison(world: World) -> None:
    """Let every payload be stored in every field of text that the portal keeps."""
    assert poison_tables() >= POISONED
    everybody = list(world.users.values())
    rows = [
        community_row(
            OWN,
            payload,
            street=payload[:40],
            address=payload,
            remark=payload,
            former_owner=payload[:60],
            aliases=payload,
        )
        for payload in PAYLOADS
    ]
    made = write(Community, rows)
    pairs = list(zip(made, PAYLOADS, strict=True))
    write(
        Building, [{"community_id": pk, "number": payload[:40], "remark": payload} for pk, payload in pairs]
    )
    write(
        Project,
        [
            {
                "community_id": pk,
                "plan_year": YEAR,
                "works": payload,
                "remark": payload,
                "planned_households": 9,
            }
            for pk, payload in pairs
        ],
    )
    for user, payload in zip(everybody, PAYLOADS, strict=False):
        User.objects.filter(pk=user.pk).update(display_name=payload[:40], department=payload[:60])
    _poison_one_row(world, PAYLOADS[1])
    _poison_an_import(world, PAYLOADS[3])
    _poison_papers(PAYLOADS[5])


def _poison_one_row(world: World, payload: str) -> None:
    author, pk = world.users[Role.ENTRY], int(world.targets[OWN]["community"])
    for text in (payload, PAYLOADS[24]):
        apply(
            Community,
            actor=author,
            source=ChangeSet.Source.GRID,
            pk=pk,
            values={"name": text, "remark": text, "street": text},
            reason=text,
        )
    for user in world.users.values():
        draft = {"message": payload, "mend": payload, "text": payload}
        CellDraft.objects.create(user=user, ledger="communities", record_id=pk, column="floor_area", **draft)
        SavedView.objects.create(user=user, ledger="communities", name=payload, layout={"hidden": [payload]})
    Confirmation.objects.create(
        record_type="communities.community",
        record_id=pk,
        code="x",
        fingerprint="x",
        reason=payload,
        confirmed_by=author,
    )


def _poison_an_import(world: World, payload: str) -> None:
    """Replace the batch of the world by one whose file, headings and cells are hostile."""
    author = world.users[Role.ENTRY]
    lines = "".join(f'"{text.replace(chr(34), chr(34) * 2)}",x,三百\n' for text in PAYLOADS[:20])
    table = f'小区名称,所在街道,户数,"{payload}"\n' + lines
    batch = batches.upload(
        user=author,
        ledger=LEDGERS["communities"],
        region=Region.objects.get(code=OWN),
        year=None,
        file=SimpleUploadedFile("x.csv", table.encode()),
    )
    batch.file_name = f"{payload}.csv"
    batch.save(update_fields=["file_name"])
    batches.check(batch)
    world.targets[OWN]["mapping"] = str(batch.pk)
    batches.answer_headings(batch, author, {payload: {"column": "", "unit": ""}})
    world.targets[OWN]["batch"] = str(batch.pk)
    Job.objects.filter(pk=world.targets[OWN]["job"]).update(
        kind=payload, progress_label=payload, error_text=payload.replace("%", ""), state=Job.State.FAILED
    )


def _poison_papers(payload: str) -> None:
    for bulletin in Bulletin.objects.filter(state=Bulletin.State.DRAFT):
        bulletin.narrative = dict.fromkeys(bulletin.narrative, payload)
        bulletin.document = {**bulletin.document, "title": payload, "to": payload}
        bulletin.edited_at = timezone.now()
        Bulletin.objects.drafts().filter(pk=bulletin.pk).update(
            narrative=bulletin.narrative, document=bulletin.document
        )


@pytest.fixture(scope="module")
def poisoned(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Give the world with hostile words in all its fields."""
    with django_db_blocker.unblock(), taken_back():
        made = build(whole_province=True)
        poison(made)
        yield made


def seen(world: World, visit: Visit) -> str:
    """Return a page as its visitor gets it."""
    return body_of(world.client(visit.who).get(visit.address)).decode()


@pytest.mark.django_db
def test_nothing_typed_becomes_code_on_any_page(poisoned: World) -> None:
    wrong, shown = {}, ""
    for visit in visits(poisoned):
        page = read(seen(poisoned, visit))
        if page.found:
            wrong[asked(visit.door)] = page.found[:3]
        shown += "\n".join(page.texts)
    assert wrong == {}
    # What is not shown anywhere has not been tried.
    assert [payload for payload in PAYLOADS if payload.split("\u2028")[-1][:30] not in shown] == []
    assert EVALUATED not in shown


@pytest.mark.django_db
def test_data_for_scripts_is_never_taken_for_a_page(poisoned: World) -> None:
    for door in DOORS:
        if door.method == "GET" and door.is_data:
            who = next((role for role in WHO if role in door.allowed), min(door.allowed))
            answer = knock(poisoned.client(who), door, poisoned.targets[OWN])
            kind = answer.headers["Content-Type"].partition(";")[0]
            body_of(answer)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            # A refusal may be a page.
            assert kind != "text/html" or door.route == "api-docs" or door.ok >= 400, asked(door)


@pytest.mark.django_db
def test_every_answer_bears_its_headers(poisoned: World) -> None:
    wrong = []
    for door in DOORS:
        who = next((role for role in WHO if role in door.allowed), min(door.allowed))
        with taken_back():
            answer = knock(poisoned.client(who), door, poisoned.targets[OWN])
            body = body_of(answer).decode(errors="replace")
        nonce = re.search(r'name="csp-nonce" content="([\w+/=-]+)"', body)
        policy = POLICY.format(nonce=f" 'nonce-{nonce[1]}'" if nonce else "")
        if door.route == "ledgers:batch_file":
            policy = "sandbox"
        told = (
            _parts(answer.headers["Content-Security-Policy"]) == _parts(policy),
            answer.headers["X-Content-Type-Options"] == "nosniff",
            answer.headers.get("Cache-Control") == "no-store",
        )
        if told != (True, True, True) and door.route not in {"accounts:logout", "healthz", "readyz"}:
            wrong.append((asked(door), told, answer.headers["Content-Security-Policy"]))
    assert not wrong, "\n".join(map(str, wrong))


def _parts(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: sorted(sources) for name, *sources in parts}


@pytest.mark.parametrize("payload", [text for text in PAYLOADS[:27] if not text.startswith("<!")])
def test_the_reader_of_pages_can_see(payload: str) -> None:
    raw = read(f'<p title="{payload}">{payload}</p><script src="/static/js/portal.js"></script>')
    single = read(f"<p title='{payload}'></p>")
    assert raw.found or single.found


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_no_page_runs_what_was_typed_even_without_the_content_policy(open_page: OpenPage) -> None:
    world = build(whole_province=True)
    poison(world)
    alarms = []

    def alarm(dialog: Dialog) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    for who in WHO:
        page = open_page("/", world.users[who], bypass_csp=True)
        page.on("dialog", alarm)
        for visit in visits(world):
            if visit.who == who:
                page.goto(visit.address)
                if visit.door.route == "ledgers:grid":
                    page.wait_for_selector("#ledger-grid.is-ready")
        page.goto("/nothing/<script>alert(1)</script>/")
        page.wait_for_timeout(200)
    assert alarms == []
