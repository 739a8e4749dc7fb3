"""The API's door: who calls, what they may do, which rows they reach.

A small view set over accounts stands for the ledgers' view sets, which build on the same base.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import include, path
from rest_framework import mixins, serializers
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from accounts.api import ScopedViewSet
from accounts.models import AuditEvent, User
from accounts.roles import Capability, Role
from accounts.scope import ScopedQuerySet
from tests.conftest import ClientFor, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.test_api_door")]


class RowSerializer(serializers.ModelSerializer[User]):
    """An account as a row of a ledger."""

    class Meta:
        model = User
        fields = ("username", "department")
        read_only_fields = ("username",)


class RowViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin,
    ScopedViewSet[User],
):  # fmt: skip
    """Everything but ``destroy`` is declared."""

    queryset: ScopedQuerySet[User] = ScopedQuerySet(User).order_by("username")
    serializer_class = RowSerializer
    lookup_field = "username"
    filter_backends = ()
    pagination_class = None
    required_capabilities = {
        "list": Capability.LEDGER_VIEW,
        "retrieve": Capability.LEDGER_VIEW,
        "update": Capability.LEDGER_EDIT,
        "partial_update": Capability.LEDGER_EDIT,
    }


class UnscopedViewSet(mixins.ListModelMixin, ScopedViewSet[User]):
    """A mistake: its rows do not know their regions."""

    queryset = User.objects.all()
    serializer_class = RowSerializer
    required_capabilities = {"list": Capability.LEDGER_VIEW}


class PlainView(APIView):
    """A view without actions declares by method."""

    required_capabilities = {"get": Capability.DASHBOARD_VIEW}

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({"user": request.user.username})

    def post(self, request: Request) -> Response:
        """Not declared, so nobody gets here."""
        return Response(status=201)


class UndeclaredView(APIView):
    """Declares nothing."""

    def get(self, request: Request) -> Response:
        """Nobody gets here."""
        return Response()


router = SimpleRouter()
router.register("rows", RowViewSet)
urlpatterns = [
    path("", include(router.urls)),
    path("unscoped/", UnscopedViewSet.as_view({"get": "list"})),
    path("plain/", PlainView.as_view()),
    path("undeclared/", UndeclaredView.as_view()),
    path("accounts/", include("accounts.urls")),
    path("home/", PlainView.as_view(), name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
]


def call(client: Client, method: str, address: str, body: Any = None, **extra: Any) -> Any:
    """Send JSON and return the response."""
    return getattr(client, method)(address, body, content_type="application/json", **extra)


def with_token(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    """Return a program that calls with the user's token."""
    key = Token.objects.get_or_create(user=user)[0].key
    return Client(enforce_csrf_checks, headers={"Authorization": f"Token {key}"})


# --- who calls --------------------------------------------------------------------------------------


def test_strangers_get_401_in_json(client: Client) -> None:
    response = client.get("/rows/")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Token"
    assert response.json() == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize(
    "authorization",
    ["Token", "Token x", "Token a b", "Token \x00", "Basic eWFuamk6eA==", "Bearer x", "Token ÿ"],
)
def test_other_credentials_are_refused(client: Client, yanji: User, authorization: str) -> None:
    response = client.get("/rows/", headers={"Authorization": authorization})

    assert response.status_code == 401
    assert "Basic" not in response.headers["WWW-Authenticate"]


def test_a_token_opens_the_api(yanji: User) -> None:
    assert with_token(yanji).get("/plain/").json() == {"user": "yanji"}


def test_a_session_opens_the_api(yanji: User, client_for: ClientFor) -> None:
    assert client_for(yanji).get("/plain/").json() == {"user": "yanji"}


def test_a_token_is_long_and_random(yanji: User, dunhua: User) -> None:
    keys = {Token.objects.create(user=user).key for user in (yanji, dunhua)}

    assert len(keys) == 2
    assert all(len(bytes.fromhex(key)) * 8 >= 128 for key in keys)


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"expires_on": datetime.date(2020, 1, 1)},
        {"must_change_password": True},
        {"role": Role.WORKER},
        {"role": Role.SYSTEM_ADMIN},
    ],
)
def test_a_token_ends_with_the_right_to_it(yanji: User, change: dict[str, Any]) -> None:
    program = with_token(yanji)
    assert program.get("/plain/").status_code == 200

    User.objects.filter(pk=yanji.pk).update(**change)

    assert program.get("/plain/").status_code == 401


def test_a_demonstration_token_does_not_work_in_production(yanji: User, settings: LazySettings) -> None:
    User.objects.filter(pk=yanji.pk).update(is_demo=True)
    settings.PRODUCTION = True

    assert with_token(yanji).get("/plain/").status_code == 401


def test_a_browser_must_send_its_csrf_token_and_a_program_none(yanji: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(yanji)
    assert call(strict, "patch", "/rows/yanji/", {"department": "x"}).status_code == 403

    program = with_token(yanji, enforce_csrf_checks=True)
    assert call(program, "patch", "/rows/yanji/", {"department": "x"}).status_code == 200


def test_a_due_password_closes_the_api_to_the_browser(yanji: User, client_for: ClientFor) -> None:
    User.objects.filter(pk=yanji.pk).update(must_change_password=True)

    response = client_for(yanji).get("/rows/", headers={"Accept": "application/json"})

    assert response.status_code == 403
    assert response.json() == {"message": "Choose a new password first."}


# --- what they may do -------------------------------------------------------------------------------


def test_what_is_not_declared_is_refused(province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)

    assert call(client, "delete", "/rows/province/").status_code == 403
    assert call(client, "post", "/plain/", {}).status_code == 403
    assert client.get("/undeclared/").status_code == 403
    assert User.objects.filter(pk=province_user.pk).exists()


def test_a_missing_capability_is_refused_and_written_down(
    prefecture_reviewer: User, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(prefecture_reviewer)

    assert client.get("/rows/yanji/").status_code == 200
    assert call(client, "patch", "/rows/yanji/", {"department": "x"}).status_code == 403
    yanji.refresh_from_db()
    assert yanji.department == ""
    assert AuditEvent.objects.get(kind="denied").actor == prefecture_reviewer


def test_a_refused_program_is_written_down_too(yanji: User) -> None:
    with_token(yanji).get("/undeclared/")

    assert AuditEvent.objects.get(kind="denied").actor == yanji


def test_a_method_that_does_not_exist_is_405_not_403(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    assert call(client, "post", "/rows/", {}).status_code == 405
    assert call(client, "put", "/plain/", {}).status_code == 405


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_do_not_reach_rows(
    who: str, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    assert client_for(request.getfixturevalue(who)).get("/rows/").status_code == 403


# --- which rows they reach --------------------------------------------------------------------------


def test_a_list_holds_the_rows_of_the_own_region(yanji: User, dunhua: User, client_for: ClientFor) -> None:
    assert [row["username"] for row in client_for(yanji).get("/rows/").json()] == ["yanji"]


@pytest.mark.parametrize("method", ["get", "put", "patch"])
def test_a_foreign_row_is_not_found(yanji: User, dunhua: User, client_for: ClientFor, method: str) -> None:
    assert call(client_for(yanji), method, "/rows/dunhua/", {"department": "x"}).status_code == 404
    dunhua.refresh_from_db()
    assert dunhua.department == ""


def test_an_own_row_is_written(yanji: User, client_for: ClientFor) -> None:
    response = call(client_for(yanji), "patch", "/rows/yanji/", {"department": "住建局", "username": "x"})

    assert response.json() == {"username": "yanji", "department": "住建局"}


def test_a_row_that_is_seen_but_not_entered_is_refused(yanji: User, client_for: ClientFor) -> None:
    helper = make_user("helper", "代录员", Role.ENTRY, "222403", view_region="222400")
    client = client_for(helper)

    assert client.get("/rows/yanji/").status_code == 200
    assert call(client, "patch", "/rows/yanji/", {"department": "x"}).status_code == 403
    assert call(client, "patch", "/rows/helper/", {"department": "x"}).status_code == 200


def test_rows_without_scope_are_a_mistake_of_the_program(yanji: User, client_for: ClientFor) -> None:
    with pytest.raises(TypeError, match="not scoped"):
        client_for(yanji).get("/unscoped/")


# --- the own token ----------------------------------------------------------------------------------


def test_a_token_is_made_shown_once_and_replaced(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    page = client.post("/accounts/token/")
    first = page.context["new_token"]
    assert first in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert first not in client.get("/accounts/").content.decode()
    second = client.post("/accounts/token/").context["new_token"]

    assert Token.objects.get().key == second != first
    assert AuditEvent.objects.filter(kind="token.create", actor=yanji).count() == 2
    assert first not in str(list(AuditEvent.objects.values()))


def test_a_token_is_revoked(yanji: User, client_for: ClientFor) -> None:
    client, program = client_for(yanji), with_token(yanji)

    client.post("/accounts/token/revoke/")
    client.post("/accounts/token/revoke/")

    assert program.get("/plain/").status_code == 401
    assert AuditEvent.objects.filter(kind="token.revoke").count() == 1


@pytest.mark.parametrize(
    "who", ["worker", "liaison", "auditor", "system_admin", "security_admin", "audit_admin"]
)
def test_who_may_not_use_tokens_gets_none(
    who: str, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))

    assert client.post("/accounts/token/").status_code == 403
    assert not Token.objects.exists()
    assert client.get("/accounts/").context["may_use_token"] is False


def test_tokens_are_made_by_post_only(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)

    assert client.get("/accounts/token/").status_code == 405
    assert client.get("/accounts/token/revoke/").status_code == 405
    assert not Token.objects.exists()
