"""The household page of the office: the register by rule, owners, slips and posters."""

from __future__ import annotations

import re
from decimal import Decimal
from unittest import mock

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from communities.households import evenly, generate, suggested_rule
from communities.models import Building, Community, Household
from consultations import access, slips
from consultations.models import AccessCode, ResidentSession
from consultations.owed import owed
from projects import cards
from records import typesetting
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.consultations.hearing import Hearing, hearing
from tests.projects.stage import make_project, write
from tests.trust.world import body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(db: None) -> Hearing:
    """Give a community of two buildings that is being heard."""
    return hearing()


def measured(community: Community, **values: object) -> list[Building]:
    """Give every building of a community entrances, floors, households and an area."""
    row = {
        "entrance_count": 3,
        "floors": 6,
        "household_count": 36,
        "floor_area": Decimal("2345.67"),
        **values,
    }
    for building in Building.objects.live().filter(community=community):
        apply(
            Building,
            actor=None,
            source=ChangeSet.Source.LOAD,
            pk=building.pk,
            base_version=building.version,
            values=row,
        )
    return list(Building.objects.live().filter(community=community).order_by("pk"))


@given(st.decimals(min_value=0, max_value=100000, places=2), st.integers(1, 400))
def test_an_area_is_shared_out_to_the_cent(area: Decimal, count: int) -> None:
    parts = evenly(area, count)

    assert len(parts) == count
    assert sum(parts) == area
    assert max(parts) - min(parts) <= Decimal("0.01")
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


def test_households_are_written_by_rule_and_add_up_to_the_building(yanji: User) -> None:
    project = make_project("建安小区")
    buildings = measured(project.community)

    made = generate(project.community, {building.pk: 2 for building in buildings}, actor=yanji)

    assert (made.made, made.kept, made.left_out) == (72, 0, ())
    first = Household.objects.live().filter(building=buildings[0])
    assert sum(row.floor_area or 0 for row in first) == Decimal("2345.67")
    assert {row.floor_area for row in first} == {Decimal("65.16"), Decimal("65.15")}
    places = {(row.entrance, row.room, row.floor) for row in first}
    assert places == {
        (f"{entrance}单元", f"{floor}0{flat}", floor)
        for entrance in (1, 2, 3)
        for floor in range(1, 7)
        for flat in (1, 2)
    }
    assert {(row.area_basis, row.owner_group) for row in first} == {("", "")}


def test_what_exists_is_never_overwritten_and_keeps_its_share(yanji: User) -> None:
    project = make_project("建安小区")
    building = measured(project.community)[0]
    write(
        Household,
        [
            {
                "building_id": building.pk,
                "entrance": "1",
                "room": "101室",
                "floor_area": Decimal("88.80"),
                "owner_group": "G007",
            }
        ],
    )

    made = generate(project.community, {building.pk: 2}, actor=yanji)
    again = generate(project.community, {building.pk: 2}, actor=yanji)

    assert (made.made, made.kept) == (35, 1)
    assert (again.made, again.kept) == (0, 36)
    rows = Household.objects.live().filter(building=building)
    old = rows.get(place_key="1/101")
    assert (old.room, old.floor_area, old.owner_group, old.version) == (
        "101室",
        Decimal("88.80"),
        "G007",
        1,
    )
    assert sum(row.floor_area or 0 for row in rows) == Decimal("2345.67")


def test_a_building_without_floors_is_left_out_and_named(
    yanji: User, client_for: ClientFor, heard: Hearing
) -> None:
    measured(heard.project.community, floors=None)
    building = heard.buildings[0]
    assert suggested_rule(Building.objects.get(pk=building.pk)) is None

    answer = client_for(yanji).post(
        f"/households/{heard.project.community_id}/generate/",
        {"building": building.pk, f"flats-{building.pk}": "2"},
        follow=True,
    )

    assert building.number in answer.content.decode()
    assert Household.objects.live().count() == 12


def test_the_page_shows_register_and_slips(heard: Hearing, yanji: User, client_for: ClientFor) -> None:
    measured(heard.project.community)
    [slip] = access.issue_codes(heard.households[:1], actor=yanji)
    AccessCode.objects.update(locked_at="2026-01-01T00:00Z")
    client = client_for(yanji)

    answer = client.get(f"/households/{heard.project.community_id}/")

    assert answer.status_code == 200
    totals = answer.context["totals"]
    assert (totals["places"], totals["area"], totals["issued"]) == (12, Decimal("603.00"), 1)
    assert [line.household.pk for line in answer.context["concerns"]] == [slip.household.pk]
    assert slip.typed not in answer.content.decode()


def test_missing_slips_come_as_one_pdf_that_is_kept_nowhere(
    heard: Hearing, yanji: User, client_for: ClientFor
) -> None:
    access.issue_codes(heard.households[:2], actor=yanji)

    with mock.patch.object(slips, "typeset", wraps=typesetting.typeset) as typeset:
        answer = client_for(yanji).post(f"/households/{heard.project.community_id}/slips/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    assert body_of(answer).startswith(b"%PDF")
    document = typeset.call_args.args[1]
    assert document["telephone"] == "0433-0000000"
    places = [slip["place"] for slip in document["slips"]]
    others = [row for row in slips.all_of(heard.project.community) if row not in heard.households[:2]]
    assert places == [f"{row.building.number} {row.place}" for row in others]
    assert AccessCode.objects.filter(revoked_at__isnull=True).count() == 12
    event = AuditEvent.objects.filter(kind="code.issue").latest("pk")
    assert (event.actor, event.detail["households"]) == (yanji, 10)


def test_the_code_on_the_paper_opens_the_door(heard: Hearing, worker: User, client_for: ClientFor) -> None:
    printed: list[access.Slip] = []

    def keep(community: Community, made: list[access.Slip], door: str) -> bytes:
        printed.extend(made)
        assert door == f"http://testserver/p/{community.code}/enter/"
        return b"%PDF"

    with mock.patch.object(slips, "render_slips", side_effect=keep):
        client_for(worker).post(
            f"/households/{heard.project.community_id}/slips/", {"household": heard.households[3].pk}
        )

    [slip] = printed
    entered = Client().post(f"/p/{heard.project.community.code}/enter/", {"typed": slip.typed})
    assert entered.status_code == 302
    assert ResidentSession.objects.get().household == heard.households[3]


def test_a_pdf_that_fails_takes_the_new_codes_back(
    heard: Hearing, yanji: User, client_for: ClientFor
) -> None:
    access.issue_codes(heard.households[:1], actor=yanji)
    old = AccessCode.objects.get()
    client = client_for(yanji)
    client.raise_request_exception = False

    with mock.patch.object(slips, "render_slips", side_effect=RuntimeError):
        answer = client.post(
            f"/households/{heard.project.community_id}/slips/", {"household": old.household_id}
        )

    assert answer.status_code == 500
    assert AccessCode.objects.get() == old
    assert AccessCode.objects.get().revoked_at is None


def test_a_reprint_replaces_the_slip_of_one_household_only(
    heard: Hearing, worker: User, client_for: ClientFor
) -> None:
    access.issue_codes(heard.households, actor=worker)
    AccessCode.objects.filter(household=heard.households[0]).update(locked_at="2026-01-01T00:00Z")
    assert len(slips.locked_items(worker)) == 1

    client_for(worker).post(
        f"/households/{heard.project.community_id}/slips/",
        {"household": heard.households[0].pk, "reason": "多次输错"},
    )

    assert AccessCode.objects.filter(revoked_at__isnull=True).count() == 12
    revoked = AccessCode.objects.get(revoked_at__isnull=False)
    assert (revoked.household, revoked.revoked_reason) == (heard.households[0], "多次输错")
    assert slips.locked_items(worker) == []


def test_more_than_five_phones_are_flagged(heard: Hearing, yanji: User) -> None:
    [slip] = access.issue_codes(heard.households[:1], actor=yanji)
    for _phone in range(5):
        Client().post(f"/p/{heard.project.community.code}/enter/", {"secret": slip.secret})
    assert slips.concerns(heard.project.community) == []

    Client().post(f"/p/{heard.project.community.code}/enter/", {"secret": slip.secret})

    [line] = slips.concerns(heard.project.community)
    assert (line.household, line.phones, line.has_many_phones) == (slip.household, 6, True)


def test_a_slip_is_revoked_by_hand(heard: Hearing, yanji: User, dunhua: User, client_for: ClientFor) -> None:
    access.issue_codes(heard.households[:1], actor=yanji)
    code = AccessCode.objects.get()

    assert client_for(dunhua).post(f"/households/slips/{code.pk}/revoke/").status_code == 404
    answer = client_for(yanji).post(f"/households/slips/{code.pk}/revoke/")

    assert answer.status_code == 302
    code.refresh_from_db()
    assert (code.revoked_by, code.revoked_reason) == (yanji, "revoked by the office")


def test_the_page_asks_why_a_slip_is_revoked_and_the_reason_is_kept(
    heard: Hearing, yanji: User, client_for: ClientFor
) -> None:
    access.issue_codes(heard.households[:1], actor=yanji)
    code, building = AccessCode.objects.get(), heard.households[0].building_id
    client = client_for(yanji)

    page = client.get(f"/households/{heard.project.community_id}/", {"building": building}).content.decode()
    [form] = re.findall(rf'<form [^>]*/slips/{code.pk}/revoke/".*?</form>', page)
    assert '<input type="text" name="reason" maxlength="200">' in form
    client.post(f"/households/slips/{code.pk}/revoke/", {"reason": " 纸条遗失 "})

    code.refresh_from_db()
    assert (code.revoked_by, code.revoked_reason) == (yanji, "纸条遗失")


def test_places_of_one_owner_get_one_group_and_lose_it_again(
    heard: Hearing, yanji: User, client_for: ClientFor
) -> None:
    url, client = f"/households/{heard.project.community_id}/owners/", client_for(yanji)
    two = [household.pk for household in heard.households[:2]]
    stranger = hearing("敦化小区", "222403").households[0].pk

    client.post(url, {"household": [*two, stranger], "act": "group"})

    grouped = Household.objects.filter(owner_group="G001").order_by("pk")
    assert [household.pk for household in grouped] == sorted(two)
    client.post(url, {"household": [two[0], heard.households[4].pk], "act": "group"})
    assert Household.objects.filter(owner_group="G001").count() == 3
    client.post(url, {"household": two, "act": "separate"})
    assert Household.objects.filter(owner_group="G001").count() == 1


def test_the_poster_holds_no_secret(heard: Hearing, auditor: User, client_for: ClientFor) -> None:
    with mock.patch.object(slips, "qr_svg", wraps=cards.qr_svg) as drawn:
        answer = client_for(auditor).get(f"/households/{heard.project.community_id}/poster/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    drawn.assert_called_once_with(f"http://testserver/p/{heard.project.community.code}/")
    assert body_of(answer).startswith(b"%PDF")


def test_strangers_find_nothing_and_readers_change_nothing(
    heard: Hearing, dunhua: User, auditor: User, client_for: ClientFor
) -> None:
    base = f"/households/{heard.project.community_id}/"

    assert client_for(dunhua).get(base).status_code == 404
    assert client_for(auditor).get(base).status_code == 200
    for part in ("generate/", "owners/", "slips/"):
        assert client_for(dunhua).post(base + part).status_code == 404
        assert client_for(auditor).post(base + part).status_code == 403
        assert client_for(dunhua).get(base + part).status_code == 405
    assert not AccessCode.objects.exists()


def test_a_locked_slip_stands_among_what_the_neighbourhood_owes(
    heard: Hearing, worker: User, dunhua: User, auditor: User, client_for: ClientFor
) -> None:
    access.issue_codes(heard.households[:2], actor=worker)
    AccessCode.objects.update(locked_at="2026-01-01T00:00Z")

    [item] = [item for item in owed(worker) if "/households/" in item["url"]]

    assert item["url"] == f"/households/{heard.project.community_id}/#concerns"
    assert item["text"] == "建安小区: the codes of 2 households are locked after wrong tries"
    assert slips.locked_items(dunhua) == slips.locked_items(auditor) == []
    assert client_for(worker).get(item["url"]).status_code == 200
