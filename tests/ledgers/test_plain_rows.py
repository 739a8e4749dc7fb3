"""A ledger without JavaScript: the list of rows and the plain form of one row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Region, User
from communities.models import Community
from ledgers.registry import LEDGERS
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.ledgers.makers import MAKERS

pytestmark = pytest.mark.django_db
ROWS = "/ledgers/communities/rows/"


@pytest.fixture
def row(yanji: User) -> Community:
    """A community of 延吉市."""
    found = apply(
        Community,
        actor=yanji,
        source=ChangeSet.Source.FORM,
        values={
            "name": "建安小区",
            "region_id": Region.objects.get(code="222401").pk,
            "street": "北山街道",
            "household_count": 212,
            "floor_area": Decimal("21200.00"),
        },
    )
    return Community.objects.get(pk=found.row["id"])


def filled(client: Client, url: str, **changed: str) -> dict[str, Any]:
    """Return what a browser sends after the form was changed."""
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    return {**sent, **changed}


def test_rows_are_listed_and_found(client_for: ClientFor, yanji: User, row: Community) -> None:
    page = client_for(yanji).get(ROWS)
    assert page.status_code == 200
    assert "建安小区" in page.text
    assert "建安小区" not in client_for(yanji).get(f"{ROWS}?q=没有的").text


@pytest.mark.parametrize("slug", sorted(LEDGERS))
def test_every_ledger_finds_rows_by_the_words_of_a_row(
    client_for: ClientFor, province_user: User, slug: str
) -> None:
    if slug in MAKERS:  # the works catalogue has rows from the beginning
        MAKERS[slug]()
    client, url = client_for(province_user), f"/ledgers/{slug}/rows/"
    year = {"year": "2020"} if LEDGERS[slug].by_year else {}
    all_rows = client.get(url, year).context["page_obj"].paginator.count
    named = [line["cells"][0]["text"] for line in client.get(url, year).context["table"]["rows"]]
    assert named

    for words in {named[0], named[-1]}:
        found = client.get(url, {**year, "q": words}).context["table"]["rows"]
        assert words in [line["cells"][0]["text"] for line in found]
    nothing = client.get(url, {**year, "q": "没有的'%\\"})
    assert nothing.context["page_obj"].paginator.count == 0
    for words in ("2020", "%", "'", "²", "1" * 60):
        assert client.get(url, {**year, "q": words}).context["page_obj"].paginator.count <= all_rows


def test_a_row_is_changed_by_the_form(client_for: ClientFor, yanji: User, row: Community) -> None:
    client, url = client_for(yanji), f"{ROWS}{row.pk}/"
    answer = client.post(url, filled(client, url, household_count="２２０", remark="核过"))
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert (row.household_count, row.remark, row.version) == (220, "核过", 2)


def test_a_form_sent_twice_changes_once(client_for: ClientFor, yanji: User, row: Community) -> None:
    client, url = client_for(yanji), f"{ROWS}{row.pk}/"
    sent = filled(client, url, household_count="220")
    assert client.post(url, sent).status_code == client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert row.version == 2


def test_a_new_row_has_its_unit_filled_in_and_is_made_once(client_for: ClientFor, yanji: User) -> None:
    client, url = client_for(yanji), f"{ROWS}new/"
    sent = filled(client, url, name="铁南小区", street="北山街道")
    assert sent["region"] == "延吉市"
    client.post(url, sent)
    client.post(url, sent)
    assert [(made.name, made.region.code) for made in Community.objects.all()] == [("铁南小区", "222401")]


def test_what_cannot_be_read_is_said_beside_the_field_and_stays(
    client_for: ClientFor, yanji: User, row: Community
) -> None:
    client, url = client_for(yanji), f"{ROWS}{row.pk}/"
    page = client.post(url, filled(client, url, household_count="三百六"))
    assert page.status_code == 200
    assert "360" in str(page.context["form"].errors["household_count"])
    assert "三百六" in page.text


def test_somebody_elses_change_is_shown_and_can_be_overruled(
    client_for: ClientFor, yanji: User, province_user: User, row: Community
) -> None:
    client, url = client_for(yanji), f"{ROWS}{row.pk}/"
    sent = filled(client, url, household_count="220")
    apply(
        Community,
        actor=province_user,
        source=ChangeSet.Source.GRID,
        pk=row.pk,
        base_version=1,
        values={"household_count": 218},
    )
    page = client.post(url, sent)
    assert "218" in str(page.context["form"].errors["household_count"])
    again = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert client.post(url, again).status_code == 302
    row.refresh_from_db()
    assert row.household_count == 220


def test_foreign_absent_forbidden_and_wrong_methods(
    client_for: ClientFor, dunhua: User, prefecture_reviewer: User, row: Community
) -> None:
    stranger = client_for(dunhua)
    foreign, absent = stranger.get(f"{ROWS}{row.pk}/"), stranger.get(f"{ROWS}999999/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    reviewer = client_for(prefecture_reviewer)
    assert reviewer.get(f"{ROWS}{row.pk}/").status_code == 200
    assert reviewer.post(f"{ROWS}{row.pk}/", {"name": "x"}).status_code == 403
    assert reviewer.get(f"{ROWS}new/").status_code == 403
    assert reviewer.post(ROWS).status_code == 405
