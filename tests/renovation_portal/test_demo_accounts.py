"""The demonstration accounts: who there is, that they can be used at once, and never in production."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import passwords
from accounts.models import AuditEvent, User
from accounts.roles import Role
from records.models import ChangeSet
from renovation_portal.demo.cast import CAST, PASSWORD
from renovation_portal.demo.loading import LABEL
from tests.conftest import ClientFor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_data() -> None:
    """Let the ledgers look as if the demonstration had been loaded."""
    ChangeSet.objects.create(actor=None, source=ChangeSet.Source.LOAD, label=LABEL)


def printed() -> str:
    """Run the command and return its table."""
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("demo_data")
def test_there_is_an_account_of_every_role_and_a_second_manager() -> None:
    table = printed()
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert User.objects.filter(role=Role.MANAGER).count() == 2
    scopes = {user.username: (user.region.code, user.view_region.code) for user in User.objects.all()}
    assert scopes["yanji"] == ("222401", "222401")
    assert scopes["dunhua"] == ("222403", "222403")
    assert scopes["yanbian"] == ("222400", "222400")
    assert scopes["province"] == scopes["province2"] == ("220000", "220000")
    for member in CAST:
        line = next(line for line in table.splitlines() if line.startswith(f"{member.username} "))
        assert PASSWORD in line
        assert str(member.task) in line


@pytest.mark.usefixtures("demo_data")
def test_an_account_can_be_used_at_once() -> None:
    printed()
    for member in CAST:
        user = authenticate(username=member.username, password=PASSWORD)
        assert isinstance(user, User)
        assert user.is_demo
        assert not passwords.is_due(user)


@pytest.mark.usefixtures("demo_data")
@pytest.mark.parametrize("profile", ["mlps", "asvs"])
def test_the_password_meets_both_profiles(settings: Settings, profile: str) -> None:
    printed()
    settings.PASSWORD_PROFILE = profile
    for user in User.objects.all():
        # Without its primary key: the password is the one in use, and that alone would be refused.
        user.pk = None
        validate_password(PASSWORD, user)


@pytest.mark.usefixtures("demo_data")
def test_running_it_again_changes_nothing() -> None:
    first, rows = printed(), list(User.objects.values())
    events = AuditEvent.objects.count()
    assert printed() == first
    assert list(User.objects.values()) == rows
    assert AuditEvent.objects.count() == events == len(CAST)


@pytest.mark.usefixtures("demo_data")
def test_a_password_that_somebody_chose_is_kept_and_not_printed() -> None:
    printed()
    user = User.objects.get(username="yanji")
    user.set_password("Another-Word-For-9")
    user.save()
    line = next(line for line in printed().splitlines() if line.startswith("yanji "))
    assert PASSWORD not in line
    assert "(changed)" in line
    user.refresh_from_db()
    assert user.check_password("Another-Word-For-9")


@pytest.mark.usefixtures("demo_data")
def test_a_login_name_that_belongs_to_somebody_is_left_alone() -> None:
    own = make_user("yanji", "自家人", Role.REVIEWER, "220000")
    table = printed()
    own.refresh_from_db()
    assert (own.display_name, own.role, own.is_demo) == ("自家人", Role.REVIEWER, False)
    line = next(line for line in table.splitlines() if line.startswith("yanji "))
    assert PASSWORD not in line


@pytest.mark.usefixtures("demo_data")
def test_accounts_nobody_touched_for_months_work_again() -> None:
    printed()
    long_ago = timezone.now() - timedelta(days=200)
    User.objects.update(password_changed_at=long_ago, date_joined=long_ago, is_active=False)
    printed()
    user = authenticate(username="auditor", password=PASSWORD)
    assert isinstance(user, User)
    assert not passwords.is_due(user)


@pytest.mark.usefixtures("demo_data")
def test_an_account_closed_lately_stays_closed() -> None:
    printed()
    User.objects.filter(username="auditor").update(is_active=False)
    assert "(closed)" in next(line for line in printed().splitlines() if line.startswith("auditor "))
    assert authenticate(username="auditor", password=PASSWORD) is None


def test_without_demonstration_data_there_are_no_accounts() -> None:
    assert "no demonstration accounts" in printed()
    assert not User.objects.exists()


@pytest.mark.usefixtures("demo_data")
def test_production_makes_none(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo_accounts")
    assert not User.objects.exists()


@pytest.mark.usefixtures("demo_data")
def test_production_lets_no_demonstration_account_in(settings: Settings, client_for: ClientFor) -> None:
    printed()
    user = User.objects.get(username="province")
    open_session = client_for(user)
    settings.PRODUCTION = True
    assert authenticate(username="province", password=PASSWORD) is None
    answer = Client().post(reverse("accounts:login"), {"username": "province", "password": PASSWORD})
    assert not answer.wsgi_request.user.is_authenticated
    # A session that was carried over with the database opens nothing either.
    assert not open_session.get(reverse("accounts:login")).wsgi_request.user.is_authenticated


@pytest.mark.usefixtures("demo_data")
def test_the_login_page_offers_them_until_their_password_is_changed(client: Client) -> None:
    printed()
    url = reverse("accounts:login")
    page = client.get(url).content.decode()
    assert all(member.username in page for member in CAST)
    assert PASSWORD in page

    yanji = User.objects.get(username="yanji")
    yanji.set_password("Kite-and-Anchor-7")
    yanji.save()
    User.objects.filter(username="dunhua").update(is_active=False)
    page = client.get(url).content.decode()
    assert "yanji" not in page
    assert "dunhua" not in page
    assert "province2" in page


def test_a_login_page_without_demonstration_says_nothing_of_one(client: Client, yanji: User) -> None:
    page = client.get(reverse("accounts:login")).content.decode()
    assert PASSWORD not in page
    assert "yanji" not in page


@pytest.mark.usefixtures("demo_data")
def test_the_login_page_of_production_says_nothing_of_one(client: Client, settings: Settings) -> None:
    printed()
    settings.PRODUCTION = True
    page = client.get(reverse("accounts:login")).content.decode()
    assert PASSWORD not in page
    assert "yanji" not in page
