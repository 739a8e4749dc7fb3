"""Joint acceptance: nobody is missing when it passes, nothing moves afterwards, and the card is public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from communities.models import Building, Community
from projects import acceptances
from projects.acceptances import AcceptanceError
from projects.cards import CardContent, CardItem, CardProject, qr_svg
from projects.gating import Transition, examine
from projects.models import (
    Acceptance,
    AcceptanceSigner,
    BuildingCard,
    Handover,
    Liability,
    Milestone,
    Project,
)
from projects.plates import render_plate
from records.models import ChangeSet, Limit
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.stage import make_item, make_project, write

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM
DAY = date(2026, 9, 20)
OTHERS = ("client", "neighbourhood", "builder", "supervisor")


@pytest.fixture(autouse=True)
def _in_october() -> Iterator[None]:
    with time_machine.travel(date(2026, 10, 20), tick=False):
        yield


@pytest.fixture
def project() -> Project:
    """Give a project whose works are completed."""
    return make_project(started_on=date(2026, 5, 4), completed_on=date(2026, 9, 10))


@pytest.fixture
def acceptance(project: Project, yanji: User) -> Acceptance:
    """Give its acceptance, which nobody has signed."""
    return acceptances.open_acceptance(project, actor=yanji, source=FORM, held_on=DAY, organiser="市住建局")


def signers(acceptance: Acceptance, *parties: str, **values: Any) -> None:
    """Let parties sign; residents' representatives are different people."""
    rows = [
        {
            "acceptance_id": acceptance.pk,
            "party": party,
            "name": f"{party}{number}",
            "opinion": "agree",
            "signed_on": DAY,
            **values,
        }
        for number, party in enumerate(parties)
    ]
    write(AcceptanceSigner, rows)


def everybody(acceptance: Acceptance) -> None:
    signers(acceptance, *OTHERS, "residents", "residents", "residents")


def test_the_refusal_names_every_missing_party(acceptance: Acceptance, yanji: User) -> None:
    signers(acceptance, "client", "residents")
    with pytest.raises(AcceptanceError) as refused:
        acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    told = str(refused.value)
    for words in ("neighbourhood committee", "builder", "supervisor", "needed 3, signed 1"):
        assert words in told
    assert "client (" not in told
    acceptance.refresh_from_db()
    assert (acceptance.result, acceptance.passed_on) == ("pending", None)


def test_one_resident_signing_three_times_is_one_representative(acceptance: Acceptance) -> None:
    signers(acceptance, *OTHERS)
    for _again in range(3):
        signers(acceptance, "residents", name="李 红")
    assert len(acceptances.obstacles(acceptance)) == 1
    assert "needed 3, signed 1" in acceptances.obstacles(acceptance)[0]


def test_an_objection_or_an_open_signature_holds_it_back(acceptance: Acceptance) -> None:
    everybody(acceptance)
    assert acceptances.obstacles(acceptance) == []
    signers(acceptance, "utility", name="赵工", opinion="object")
    signers(acceptance, "designer", name="钱工", opinion="", signed_on=None)
    told = " ".join(acceptances.obstacles(acceptance))
    assert "赵工 objects" in told
    assert "钱工 has not signed yet" in told


def test_who_must_sign_is_data(acceptance: Acceptance) -> None:
    everybody(acceptance)
    Limit.objects.create(code="acceptance_designer", label="Signatures of the designer", low=1)
    assert [one for one in acceptances.obstacles(acceptance) if "designer" in one]


def test_passing_writes_the_milestone_and_makes_the_cards(acceptance: Acceptance, yanji: User) -> None:
    everybody(acceptance)
    done = acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM, conclusion="合格")
    assert (done.result, done.passed_on, done.conclusion) == ("passed", DAY, "合格")
    step = Milestone.objects.live().get(project=acceptance.project, kind="acceptance")
    assert step.actual_on == DAY
    assert BuildingCard.objects.filter(building__community=acceptance.project.community).count() == 2
    with pytest.raises(AcceptanceError, match="closed"):
        acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)


def test_a_passed_acceptance_is_closed_on_every_path(acceptance: Acceptance, yanji: User) -> None:
    everybody(acceptance)
    acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    signer = AcceptanceSigner.objects.live().filter(acceptance=acceptance).first()
    assert signer is not None
    for model, pk, values in (
        (Acceptance, acceptance.pk, {"organiser": "x"}),
        (AcceptanceSigner, signer.pk, {"opinion": "object"}),
        (AcceptanceSigner, None, {"acceptance_id": acceptance.pk, "party": "builder", "name": "x"}),
    ):
        for source in (FORM, ChangeSet.Source.GRID, ChangeSet.Source.API, ChangeSet.Source.WORKBOOK):
            found = apply(model, actor=yanji, source=source, pk=pk, values=values)
            assert found.status is Status.LOCKED, (model, source)


def test_no_path_writes_the_result_past_the_signatures(acceptance: Acceptance, yanji: User) -> None:
    values = {"result": "passed", "passed_on": DAY}
    for source in (FORM, ChangeSet.Source.GRID, ChangeSet.Source.API, ChangeSet.Source.WORKBOOK):
        found = apply(Acceptance, actor=yanji, source=source, pk=acceptance.pk, values=values)
        assert found.status is Status.LOCKED
    new = {"project_id": make_project("乙小区").pk, "held_on": DAY, "organiser": "x", **values}
    assert apply(Acceptance, actor=yanji, source=FORM, values=new).status is Status.LOCKED


def test_a_failed_acceptance_needs_its_reason_and_makes_room_for_the_next(
    acceptance: Acceptance, yanji: User
) -> None:
    with pytest.raises(AcceptanceError):
        acceptances.fail_acceptance(acceptance, actor=yanji, source=FORM, reason=" ")
    with pytest.raises(AcceptanceError, match="under way or passed"):
        acceptances.open_acceptance(acceptance.project, actor=yanji, source=FORM, held_on=DAY, organiser="x")
    failed = acceptances.fail_acceptance(acceptance, actor=yanji, source=FORM, reason="屋面渗漏")
    assert (failed.result, failed.conclusion) == ("failed", "屋面渗漏")
    again = acceptances.open_acceptance(
        acceptance.project, actor=yanji, source=FORM, held_on=DAY, organiser="x"
    )
    assert acceptances.current(acceptance.project) == again


def test_an_acceptance_before_completion_cannot_be_passed(yanji: User) -> None:
    unfinished = make_project("乙小区", started_on=date(2026, 5, 4))
    found = acceptances.open_acceptance(unfinished, actor=yanji, source=FORM, held_on=DAY, organiser="x")
    everybody(found)
    with pytest.raises(AcceptanceError, match="Completion"):
        acceptances.pass_acceptance(found, actor=yanji, source=FORM)


def test_a_strangers_acceptance_does_not_exist(acceptance: Acceptance, dunhua: User, worker: User) -> None:
    everybody(acceptance)
    with pytest.raises(AcceptanceError, match="no such"):
        acceptances.pass_acceptance(acceptance, actor=dunhua, source=FORM)
    with pytest.raises(Exception, match="stage.move"):
        acceptances.pass_acceptance(acceptance, actor=worker, source=FORM)


def test_the_gate_names_the_missing_signatures_and_where_to_enter_them(acceptance: Acceptance) -> None:
    signers(acceptance, *OTHERS, "residents")
    project = acceptance.project
    report = examine([project], Transition.TO_AFTERCARE)[project.pk]
    [missing] = [one for one in report.unmet if one.code == "projects.accepted"]
    assert missing.what == (
        "The acceptance lacks signatures of: residents' representative (needed 3, signed 1)"
    )
    assert (missing.url, missing.owes) == (reverse("projects:acceptance", args=[project.pk]), "延吉市")


def test_the_form_refuses_without_a_residents_representative_and_then_lets_pass(
    acceptance: Acceptance, yanji: User, client_for: ClientFor
) -> None:
    signers(acceptance, *OTHERS)
    client = client_for(yanji)
    page = reverse("projects:acceptance", args=[acceptance.project_id])
    answer = client.post(reverse("projects:acceptance_pass", args=[acceptance.pk]), follow=True)
    assert (
        "应签 3 人，已签 0 人" in answer.content.decode() or "needed 3, signed 0" in answer.content.decode()
    )
    acceptance.refresh_from_db()
    assert acceptance.result == "pending"
    for number in range(3):
        sent = {
            "key": f"a-key-of-signer-{number}",
            "party": "residents",
            "name": f"居民{number}",
            "opinion": "agree",
            "signed_on": "2026-09-20",
        }
        for _twice in range(2):
            answer = client.post(reverse("projects:acceptance_sign", args=[acceptance.pk]), sent)
            assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert acceptance.signers.filter(party="residents").count() == 3
    client.post(reverse("projects:acceptance_pass", args=[acceptance.pk]), {"conclusion": "合格"})
    acceptance.refresh_from_db()
    assert (acceptance.result, acceptance.conclusion) == ("passed", "合格")
    assert client.get(page).status_code == 200


def test_a_signature_without_an_opinion_is_refused_beside_the_form(
    acceptance: Acceptance, yanji: User, client_for: ClientFor
) -> None:
    url = reverse("projects:acceptance_sign", args=[acceptance.pk])
    answer = client_for(yanji).post(url, {"party": "builder", "name": "x", "signed_on": "2027-01-01"})
    assert answer.status_code == 400
    assert acceptance.signers.count() == 0


def test_the_card_is_public_at_its_address_once_accepted(
    acceptance: Acceptance, yanji: User, client_for: ClientFor
) -> None:
    project = acceptance.project
    liability = {
        "project_id": project.pk,
        "item_id": make_item("屋面防水").pk,
        "firm": "延边建工",
        "person": "王工",
        "warranty_from": DAY,
        "warranty_until": date(2031, 9, 20),
        "telephone": "0433-2550000",
    }
    write(Liability, [liability])
    assert not BuildingCard.objects.exists()
    everybody(acceptance)
    acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    listed = client_for(yanji).get(reverse("projects:cards", args=[project.pk])).content.decode()
    found = re.search(r'href="http://testserver(/c/[\w-]{22}/)"', listed)
    assert found is not None
    answer = Client().get(found[1])
    text = answer.content.decode()
    assert answer.status_code == 200
    for words in ("向阳小区", "1栋", "屋面防水", "延边建工", "王工", "2031-09-20", "0433-2550000"):
        assert words in text
    # No resident, no signature, no cookie; not for search engines, not heavy.
    assert "residents" not in text.replace("Accepted together with residents", "")
    assert not answer.cookies
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert len(answer.content) < 50_000
    assert "<script" not in text
    assert Client().get(reverse("building_card", args=["0" * 22])).status_code == 404


def test_a_removed_building_has_no_card_any_more(acceptance: Acceptance, yanji: User) -> None:
    everybody(acceptance)
    acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    card = BuildingCard.objects.order_by("pk")[0]
    apply(Building, actor=yanji, source=FORM, pk=card.building_id, values={"is_removed": True}, reason="x")
    assert Client().get(reverse("building_card", args=[card.token])).status_code == 404


def test_the_plate_is_a_pdf_for_those_who_see_the_building(
    acceptance: Acceptance, yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    everybody(acceptance)
    acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    building = acceptance.project.community.buildings.order_by("pk")[0]
    url = reverse("projects:card_plate", args=[building.pk])
    made = client_for(yanji).get(url)
    assert b"".join(made.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert client_for(dunhua).get(url).status_code == 404


def test_a_code_is_drawn_as_one_path_without_style() -> None:
    drawn = qr_svg("https://example.org/c/abc/")
    assert drawn.count("<path") == 2
    assert "style" not in drawn
    assert "script" not in drawn


def test_handover_waits_for_the_acceptance_and_the_gate_for_the_handover(
    acceptance: Acceptance, yanji: User
) -> None:
    project = acceptance.project
    assert acceptances.prepare_handovers(project, actor=yanji, source=FORM) == 1
    assert acceptances.prepare_handovers(project, actor=yanji, source=FORM) == 0
    sheet = Handover.objects.live().get(project=project)
    early = apply(Handover, actor=yanji, source=FORM, pk=sheet.pk, values={"handed_on": DAY})
    assert early.status is Status.REJECTED
    everybody(acceptance)
    acceptances.pass_acceptance(acceptance, actor=yanji, source=FORM)
    assert "projects.handed_over" in codes(project)
    done = apply(Handover, actor=yanji, source=FORM, pk=sheet.pk, values={"handed_on": DAY})
    assert done.status is Status.CHANGED
    assert "projects.handed_over" not in codes(project)
    assert Milestone.objects.live().get(project=project, kind="handover").actual_on == DAY


def codes(project: Project) -> set[str]:
    """Return the codes of what is missing before the post-management."""
    report = examine([project], Transition.TO_AFTERCARE)[project.pk]
    return {one.code for one in report.unmet}


def test_a_plate_is_one_sheet_however_much_was_done() -> None:
    """Works of one person are told together; what does not fit is on the card."""
    days = [date(2031, 1, 1), date(2028, 1, 1)]
    items = [
        CardItem(f"改造内容第{n}项", None, "", f"施工单位{n % 6}", "王工", days[n % 2], True, "0433-1")
        for n in range(90)
    ]
    told = CardProject(2026, "", None, None, tuple(items), ())
    assert [len(group.items) for group in told.groups] == [15] * 6
    community = Community(name="国企第二棉纺织厂职工住宅小区")
    content = CardContent(community, Building(community=community, number="12栋"), (told,))
    assert re.findall(rb"/Count (\d+)", render_plate(content, "https://example.org/c/abc/")) == [b"1"]
