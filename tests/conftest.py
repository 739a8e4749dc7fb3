"""The cast and the stage: officials of Jilin who appear in every test, on the real tree of regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.models import Region, User
from accounts.roles import Role
from projects.models import Waiver
from projects.models.waiver import HISTORY
from records.models import ChangeSet
from records.services import apply
from tests import databases

# Named here so that all tests share one browser.
from tests.browsing import chromium, open_page  # noqa: F401

PASSWORD = "Tests only 2020"
ClientFor = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Make the database, and load the reference data once, beneath every test's transaction."""
    with django_db_blocker.unblock(), databases.prepared(request.config.option.verbose):
        _load_reference()
        with django_db_blocker.block():
            yield


def _load_reference() -> None:
    """Load the reference data, and let the years to 2022 count as history: they are entered as they were.

    Later years pass the gates.
    """
    call_command("load_reference", verbosity=0)
    if Waiver.objects.filter(code=HISTORY).exists():
        return
    apply(
        Waiver,
        actor=None,
        source=ChangeSet.Source.LOAD,
        values={
            "kind": Waiver.Kind.GATE,
            "code": HISTORY,
            "region_id": Region.objects.get(parent=None).pk,
            "year_to": 2022,
            "valid_from": date(2000, 1, 1),
            "valid_until": date(2100, 1, 1),
            "reason": "Years from before the portal are entered as they were.",
            "state": Waiver.State.APPROVED,
        },
    )


@pytest.fixture(autouse=True)
def _reference_data_after_a_flush(request: pytest.FixtureRequest) -> None:
    """Load the reference data again for a test whose forerunner emptied the database."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        _load_reference()


@pytest.fixture(autouse=True)
def _language_of_its_own() -> Iterator[None]:
    """Put the language back that a test's last request has left active."""
    yield
    translation.deactivate()


def make_user(username: str, name: str, role: Role, region: str, view_region: str = "") -> User:
    """Make an account that has already chosen its password (``PASSWORD``)."""
    return User.objects.create_user(
        username,
        PASSWORD,
        display_name=name,
        role=role,
        region=Region.objects.get(code=region),
        view_region=Region.objects.get(code=view_region or region),
        must_change_password=False,
    )


@pytest.fixture
def province_user(db: None) -> User:
    """Provincial staff: sees and edits everything, issues plans and bulletins."""
    return make_user("province", "省级管理", Role.MANAGER, "220000")


@pytest.fixture
def yanji(db: None) -> User:
    """Data entry officer of 延吉市."""
    return make_user("yanji", "延吉市录入员", Role.ENTRY, "222401")


@pytest.fixture
def dunhua(db: None) -> User:
    """Data entry officer of 敦化市: to 延吉市 a stranger in the same prefecture."""
    return make_user("dunhua", "敦化市录入员", Role.ENTRY, "222403")


@pytest.fixture
def prefecture_reviewer(db: None) -> User:
    """Reviewer of 延边州: sees its eight units, edits none."""
    return make_user("yanbian", "延边州审核员", Role.REVIEWER, "222400")


@pytest.fixture
def auditor(db: None) -> User:
    """Auditor: reads everything, changes nothing."""
    return make_user("auditor", "审计员", Role.AUDITOR, "220000")


@pytest.fixture
def worker(db: None) -> User:
    """Neighbourhood worker in 延吉市."""
    return make_user("worker", "社区工作者", Role.WORKER, "222401")


@pytest.fixture
def liaison(db: None) -> User:
    """Liaison of a utility in 延吉市."""
    return make_user("liaison", "供热公司联络员", Role.LIAISON, "222401")


@pytest.fixture
def system_admin(db: None) -> User:
    """System administrator: settings, no business data."""
    return make_user("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, "220000")


@pytest.fixture
def security_admin(db: None) -> User:
    """Security administrator: accounts and roles, no business data."""
    return make_user("secadmin", "安全管理员", Role.SECURITY_ADMIN, "220000")


@pytest.fixture
def audit_admin(db: None) -> User:
    """Audit administrator: the audit trail, no business data."""
    return make_user("audadmin", "审计管理员", Role.AUDIT_ADMIN, "220000")


@pytest.fixture
def client_for() -> ClientFor:
    """Give a browser in which somebody has logged in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in
