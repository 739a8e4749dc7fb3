"""The security administrator's pages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from accounts import services
from accounts.models import AuditEvent, Department, Session, User
from accounts.roles import Role
from tests.conftest import ClientFor, make_user

pytestmark = pytest.mark.django_db
URL = "/accounts/users/"
OTHERS = [
    "province_user", "yanji", "prefecture_reviewer", "auditor", "worker", "liaison", "system_admin",
    "audit_admin",
]  # fmt: skip


def form(**changes: Any) -> dict[str, Any]:
    """Return the form of a new account, changed where a test says so."""
    return {
        "username": "zhang",
        "display_name": "张三",
        "role": "entry",
        "duty": "",
        "department": "住建局",
        "email": "zhang@example.org",
        "region": "222401",
        "view_region": "222400",
        "expires_on": "2030-12-31",
    } | changes


@pytest.fixture
def admin(security_admin: User, client_for: ClientFor) -> Client:
    """The security administrator's browser."""
    return client_for(security_admin)


# --- list -------------------------------------------------------------------------------------------


def test_the_list_shows_every_account(admin: Client, yanji: User, dunhua: User) -> None:
    page = admin.get(URL)

    assert page.status_code == 200
    assert [user.username for user in page.context["page_obj"]] == ["dunhua", "secadmin", "yanji"]
    assert "延吉市录入员" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=yan", ["yanji"]),
        ("q=ＹＡＮ", ["yanji"]),
        ("q=敦化", ["dunhua"]),
        ("role=entry", ["dunhua", "yanji"]),
        ("state=closed", ["dunhua"]),
        ("role=entry&state=open", ["yanji"]),
        ("role=emperor", ["dunhua", "secadmin", "yanji"]),
        ("q=%27%3B--", []),
        ("page=999", ["dunhua", "secadmin", "yanji"]),
        ("page=x", ["dunhua", "secadmin", "yanji"]),
    ],
)
def test_the_list_can_be_narrowed(
    admin: Client, yanji: User, dunhua: User, query: str, found: list[str]
) -> None:
    User.objects.filter(pk=dunhua.pk).update(is_active=False)

    page = admin.get(f"{URL}?{query}")

    assert [user.username for user in page.context["page_obj"]] == found


def test_the_list_takes_as_many_queries_for_one_as_for_fifty(
    admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        make_user(f"unit{number}", "录入员", Role.ENTRY, "222401")

    with django_assert_max_num_queries(5):
        admin.get(URL)


# --- adding -----------------------------------------------------------------------------------------


def test_a_new_account_gets_an_initial_password_that_is_shown_once(
    admin: Client, security_admin: User
) -> None:
    page = admin.post(f"{URL}add/", form())

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    initial = page.context["initial"]
    assert initial in page.content.decode()
    account = User.objects.get(username="zhang")
    assert (account.display_name, account.role, account.region.code, account.view_region.code) == (
        "张三", "entry", "222401", "222400",
    )  # fmt: skip
    assert (account.department, account.expires_on) == ("住建局", datetime.date(2030, 12, 31))
    assert account.email == "zhang@example.org"
    assert account.check_password(initial)
    assert account.must_change_password
    event = AuditEvent.objects.get(kind="user.create")
    assert event.actor == security_admin
    assert event.detail == {
        "account": account.pk,
        "username": "zhang",
        "fields": {
            "username": "zhang",
            "display_name": "张三",
            "role": "entry",
            "region": "222401",
            "view_region": "222400",
            "duty": None,
            "department": "住建局",
            "email": "zhang@example.org",
            "expires_on": "2030-12-31",
        },
    }
    newcomer = Client()
    assert newcomer.post("/accounts/login/", {"username": "zhang", "password": initial}).status_code == 302
    assert newcomer.get("/").headers["Location"] == "/accounts/password/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "ＹＡＮＪＩ"}, "username"),
        ({"username": "a b"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"role": "emperor"}, "role"),
        ({"role": ""}, "role"),
        ({"region": "999999"}, "region"),
        ({"region": "222403", "view_region": "222401"}, "view_region"),
        ({"expires_on": "soon"}, "expires_on"),
    ],
)
def test_a_wrong_form_adds_nobody(admin: Client, yanji: User, changes: dict[str, str], field: str) -> None:
    page = admin.post(f"{URL}add/", form(**changes))

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert set(User.objects.values_list("username", flat=True)) == {"secadmin", "yanji"}


def test_fields_that_are_not_in_the_form_cannot_be_set(admin: Client) -> None:
    admin.post(f"{URL}add/", form(is_demo="1", must_change_password="", password="x", is_active="", id="7"))

    account = User.objects.get(username="zhang")
    assert (account.is_demo, account.must_change_password, account.is_active) == (False, True, True)
    assert not account.check_password("x")


# --- what a liaison answers for ---------------------------------------------------------------------


def test_a_liaison_is_opened_with_the_utility_they_answer_for(admin: Client) -> None:
    heating = Department.objects.get(code="heating")

    page = admin.post(f"{URL}add/", form(role="liaison", duty=str(heating.pk)))

    assert page.status_code == 200
    assert User.objects.get(username="zhang").duty == heating
    assert AuditEvent.objects.get(kind="user.create").detail["fields"]["duty"] == "heating"
    assert heating.name in admin.get(URL).content.decode()


@pytest.mark.parametrize(("role", "duty"), [("liaison", ""), ("entry", "heating"), ("liaison", "nobody")])
def test_only_a_liaison_has_a_duty_and_every_liaison_has_one(admin: Client, role: str, duty: str) -> None:
    known = Department.objects.filter(code=duty).first()

    page = admin.post(f"{URL}add/", form(role=role, duty=str(known.pk) if known else duty))

    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["duty"]
    assert not User.objects.filter(username="zhang").exists()


def test_a_closed_department_is_not_offered_to_new_liaisons(admin: Client) -> None:
    heating = Department.objects.get(code="heating")
    Department.objects.filter(pk=heating.pk).update(is_active=False)

    page = admin.post(f"{URL}add/", form(role="liaison", duty=str(heating.pk)))

    assert list(page.context["form"].errors) == ["duty"]


def test_another_duty_is_a_change_of_rights(admin: Client, liaison: User, security_admin: User) -> None:
    heating, gas = (Department.objects.get(code=code) for code in ("heating", "gas"))
    User.objects.filter(pk=liaison.pk).update(duty=heating)
    same = form(
        display_name=liaison.display_name,
        role="liaison",
        region=liaison.region.code,
        view_region=liaison.view_region.code,
        department=liaison.department,
        email=liaison.email,
        expires_on="",
    )

    assert admin.post(f"{URL}{liaison.pk}/", same | {"duty": str(gas.pk)}).status_code == 302

    liaison.refresh_from_db()
    assert liaison.duty == gas
    event = AuditEvent.objects.get()
    assert (event.kind, event.actor) == ("role.change", security_admin)
    assert event.detail == {
        "account": liaison.pk,
        "username": liaison.username,
        "fields": {"duty": ["heating", "gas"]},
    }


def test_who_is_no_longer_a_liaison_answers_for_nothing(admin: Client, liaison: User) -> None:
    User.objects.filter(pk=liaison.pk).update(duty=Department.objects.get(code="gas"))
    changes = form(role="entry", region=liaison.region.code, view_region=liaison.view_region.code)

    assert admin.post(f"{URL}{liaison.pk}/", changes).status_code == 302

    liaison.refresh_from_db()
    assert (liaison.role, liaison.duty) == ("entry", None)


# --- changing ---------------------------------------------------------------------------------------


def test_a_changed_role_and_a_changed_name_leave_two_events(
    admin: Client, yanji: User, security_admin: User
) -> None:
    changes = form(
        display_name="金", role="reviewer", region="222401", view_region="222401", department="", email=""
    )

    response = admin.post(f"{URL}{yanji.pk}/", changes | {"expires_on": ""})

    assert response.headers["Location"] == URL
    yanji.refresh_from_db()
    assert (yanji.username, yanji.display_name, yanji.role) == ("yanji", "金", "reviewer")
    assert AuditEvent.objects.get(kind="role.change").detail["fields"] == {"role": ["entry", "reviewer"]}
    assert AuditEvent.objects.get(kind="user.change").detail["fields"] == {
        "display_name": ["延吉市录入员", "金"]
    }
    assert set(AuditEvent.objects.values_list("actor", flat=True)) == {security_admin.pk}


def test_the_form_shows_what_is_stored(admin: Client) -> None:
    helper = make_user("helper", "代录员", Role.ENTRY, "222401", view_region="222400")

    page = admin.get(f"{URL}{helper.pk}/")

    assert (page.context["form"]["region"].value(), page.context["form"]["view_region"].value()) == (
        "222401", "222400",
    )  # fmt: skip
    assert '<option value="222401" selected>' in page.content.decode()


def test_saving_without_a_change_leaves_no_event(admin: Client, yanji: User) -> None:
    same = form(display_name=yanji.display_name, view_region="222401", department="", email="", expires_on="")

    assert admin.post(f"{URL}{yanji.pk}/", same).status_code == 302
    assert not AuditEvent.objects.exists()


def test_administrators_cannot_change_their_own_rights(admin: Client, security_admin: User) -> None:
    changes = form(username="other", display_name="我", role="manager", region="222401", view_region="222401")

    assert admin.post(f"{URL}{security_admin.pk}/", changes).status_code == 302

    security_admin.refresh_from_db()
    assert (security_admin.username, security_admin.role) == ("secadmin", "security_admin")
    assert (security_admin.region.code, security_admin.expires_on) == ("220000", None)
    assert security_admin.display_name == "我"


def test_the_service_itself_refuses_to_change_the_own_rights(security_admin: User, rf: Any) -> None:
    request = rf.post("/")
    request.user = User.objects.get(pk=security_admin.pk)
    security_admin.role = Role.MANAGER

    with pytest.raises(services.OwnAccountError):
        services.change_account(request, security_admin)
    assert User.objects.get(pk=security_admin.pk).role == Role.SECURITY_ADMIN


def test_an_account_that_does_not_exist_is_not_found(admin: Client) -> None:
    for address in ("999999/", "999999/close/", "999999/reopen/", "999999/reset-password/"):
        assert admin.post(f"{URL}{address}").status_code == 404


# --- closing, reopening, resetting ------------------------------------------------------------------


def test_closing_an_account_ends_its_sessions_and_its_token(
    admin: Client, yanji: User, client_for: ClientFor
) -> None:
    theirs = client_for(yanji)
    Token.objects.create(user=yanji)

    assert admin.post(f"{URL}{yanji.pk}/close/").status_code == 302

    yanji.refresh_from_db()
    assert not yanji.is_active
    assert theirs.get("/accounts/").status_code == 302
    assert not Token.objects.exists()
    assert not Session.objects.filter(user=yanji).exists()
    assert AuditEvent.objects.get(kind="user.close").detail["username"] == "yanji"


def test_nobody_closes_or_resets_the_own_account(admin: Client, security_admin: User) -> None:
    admin.post(f"{URL}{security_admin.pk}/close/")
    admin.post(f"{URL}{security_admin.pk}/reset-password/")

    security_admin.refresh_from_db()
    assert security_admin.is_active
    assert not security_admin.must_change_password
    assert admin.get(URL).status_code == 200


def test_reopening_gives_a_new_initial_password(admin: Client, yanji: User) -> None:
    admin.post(f"{URL}{yanji.pk}/close/")

    page = admin.post(f"{URL}{yanji.pk}/reopen/")

    yanji.refresh_from_db()
    assert yanji.is_active
    assert yanji.must_change_password
    assert yanji.check_password(page.context["initial"])
    assert AuditEvent.objects.filter(kind="user.open").count() == 1


def test_an_open_account_is_not_reopened_and_a_closed_one_not_reset(admin: Client, yanji: User) -> None:
    assert admin.post(f"{URL}{yanji.pk}/reopen/").status_code == 404

    admin.post(f"{URL}{yanji.pk}/close/")
    assert admin.post(f"{URL}{yanji.pk}/reset-password/").status_code == 404


def test_a_reset_ends_sessions_and_token(admin: Client, yanji: User, client_for: ClientFor) -> None:
    theirs = client_for(yanji)
    Token.objects.create(user=yanji)

    page = admin.post(f"{URL}{yanji.pk}/reset-password/")

    yanji.refresh_from_db()
    assert yanji.check_password(page.context["initial"])
    assert yanji.must_change_password
    assert theirs.get("/accounts/").status_code == 302
    assert not Token.objects.exists()
    assert AuditEvent.objects.get(kind="password.reset").detail == {"account": yanji.pk, "username": "yanji"}


def test_no_initial_password_is_written_anywhere(admin: Client, yanji: User) -> None:
    initial = admin.post(f"{URL}{yanji.pk}/reset-password/").context["initial"]

    stored = [str(list(model.objects.values())) for model in (AuditEvent, Session, User)]
    assert not any(initial in text for text in stored)


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OTHERS)
def test_everybody_else_is_refused(
    who: str, dunhua: User, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}add/").status_code == 403
    assert client.post(f"{URL}add/", form()).status_code == 403
    assert client.get(f"{URL}{dunhua.pk}/").status_code == 403
    for verb in ("close", "reopen", "reset-password"):
        assert client.post(f"{URL}{dunhua.pk}/{verb}/").status_code == 403
    dunhua.refresh_from_db()
    assert dunhua.is_active
    assert AuditEvent.objects.filter(kind="denied").count() == 7


@pytest.mark.parametrize(
    ("address", "method"),
    [
        ("", "post"), ("add/", "put"), ("{pk}/", "delete"), ("{pk}/close/", "get"), ("{pk}/reopen/", "get"),
        ("{pk}/reset-password/", "get"),
    ],
)  # fmt: skip
def test_other_methods_are_refused(admin: Client, yanji: User, address: str, method: str) -> None:
    assert getattr(admin, method)(URL + address.format(pk=yanji.pk)).status_code == 405


def test_visitors_are_asked_to_log_in(client: Client, yanji: User) -> None:
    assert client.get(URL).status_code == 302
    assert client.post(f"{URL}{yanji.pk}/close/").status_code == 302
    yanji.refresh_from_db()
    assert yanji.is_active
