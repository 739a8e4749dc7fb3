"""What a password must be, in both profiles."""

from __future__ import annotations

import datetime
import random

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from accounts import passwords
from accounts.models import PasswordHistory, User
from accounts.roles import Role
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
GOOD = "Kite-and-Anchor-7"


def problems(password: str, user: User | None = None) -> list[str]:
    """Return the codes of what is wrong with a password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [str(item.code) for item in error.error_list]
    return []


@pytest.fixture(params=["mlps", "asvs"])
def profile(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    """Run a test in both profiles."""
    settings.PASSWORD_PROFILE = request.param
    return str(request.param)


@pytest.mark.parametrize("password", [GOOD, "密码很长而且 Kite 7 只", "x" * 60 + "A1! "])
def test_a_good_password_is_taken_in_both_profiles(profile: str, yanji: User, password: str) -> None:
    assert problems(password, yanji) == []


def test_eleven_characters_are_too_few_in_both(profile: str) -> None:
    assert problems("Kite-Anch-7") == ["password_too_short"]
    assert problems("Kite-Ancho-7") == []


@pytest.mark.parametrize(
    ("password", "classes"),
    [
        ("kiteandanchor", 1),
        ("kiteandanchor7", 2),
        ("kite and anchor", 2),
        ("KITEANDANCHOR7", 2),
        ("KiteAndAnchors", 2),
        ("KiteAndAnchor7", 3),
        ("kite and anchor 7", 3),
        ("风筝和锚风筝和锚风筝和锚 a7", 3),
    ],
)
def test_mlps_asks_for_three_kinds_of_characters_and_asvs_for_none(
    settings: LazySettings, password: str, classes: int
) -> None:
    settings.PASSWORD_PROFILE = "mlps"
    assert problems(password) == ([] if classes >= 3 else ["password_too_plain"])

    settings.PASSWORD_PROFILE = "asvs"
    assert problems(password) == []


@pytest.mark.parametrize(
    "password",
    [
        "Jilin2020!!!!", "changchun@123", "ＪＩＬＩＮ-Kite-77", "我在住建局上班 2020 Kite",
        "Yanbian-Kite-2020", "Gongzhuling-77-x", "梅河口的风筝 2020 Kite", "Kite-Renovation-Portal7",
    ],
)  # fmt: skip
def test_words_that_anybody_here_would_guess_are_refused_in_both(profile: str, password: str) -> None:
    assert "password_in_context" in problems(password)


def test_short_names_of_places_are_refused_to_their_own_people_only(dunhua: User) -> None:
    antu = make_user("zhang", "张", Role.ENTRY, "222426")

    assert problems("Kite-Antu-Anchor-7", antu) == ["password_in_context"]
    assert problems("Kite-Antu-Anchor-7", dunhua) == []


def test_the_own_name_is_refused(profile: str) -> None:
    user = make_user("zhangweiguo", "张卫国", Role.ENTRY, "222401")

    assert problems("Zhangweiguo-1", user) == ["password_too_similar"]


def test_common_passwords_are_refused_in_both(profile: str, yanji: User) -> None:
    common = sorted(CommonPasswordValidator().passwords)
    sample = random.Random(2020).sample(common, 200)

    assert len(common) > 3000
    assert [password for password in sample if not problems(password, yanji)] == []
    long_ones = [password for password in common if len(password) >= 12]
    assert long_ones
    assert [password for password in long_ones if "password_too_common" not in problems(password)] == []


def test_everything_wrong_is_named_at_once() -> None:
    assert problems("jilin") == ["password_too_short", "password_too_plain", "password_in_context"]


def test_the_last_five_passwords_are_refused_and_the_sixth_is_free_again(yanji: User) -> None:
    used = [f"Kite-and-Anchor-{number}" for number in range(6)]
    for password in used:
        yanji.set_password(password)
        yanji.save()

    assert [problems(password, yanji) for password in used] == [[], *([["password_reused"]] * 5)]
    assert PasswordHistory.objects.filter(user=yanji).count() == passwords.REMEMBERED


def test_asvs_remembers_only_the_present_one(yanji: User, settings: LazySettings) -> None:
    settings.PASSWORD_PROFILE = "asvs"
    for password in ("Kite-and-Anchor-0", "Kite-and-Anchor-1"):
        yanji.set_password(password)
        yanji.save()

    assert problems("Kite-and-Anchor-0", yanji) == []
    assert problems("Kite-and-Anchor-1", yanji) == ["password_reused"]


def test_passwords_of_others_are_no_obstacle(yanji: User, dunhua: User) -> None:
    yanji.set_password(GOOD)
    yanji.save()

    assert problems(GOOD, dunhua) == []


def test_a_password_is_due_on_day_91_in_mlps_only(yanji: User, settings: LazySettings) -> None:
    yanji.password_changed_at = timezone.now()
    day = datetime.timedelta(days=1)
    with time_machine.travel(yanji.password_changed_at + 90 * day, tick=False):
        assert not passwords.is_due(yanji)
        assert passwords.expires_at(yanji) == timezone.now()
    with time_machine.travel(yanji.password_changed_at + 91 * day, tick=False):
        assert passwords.is_due(yanji)
        settings.PASSWORD_PROFILE = "asvs"
        assert not passwords.is_due(yanji)
        assert passwords.expires_at(yanji) is None


def test_a_password_of_unknown_age_is_due(yanji: User) -> None:
    yanji.password_changed_at = None

    assert passwords.is_due(yanji)


def test_initial_passwords_are_random_and_fit_the_rules(yanji: User) -> None:
    made = {passwords.make_initial() for _ in range(200)}

    assert len(made) == 200
    assert all(len(password) == 19 for password in made)
    # A random text may hold a place name once in a while; it never lacks length or kinds.
    faults = {code for password in made for code in problems(password, yanji)}
    assert faults <= {"password_in_context"}


def test_the_rules_are_told_in_both_profiles(profile: str) -> None:
    with translation.override("en"):
        text = passwords.ProfileValidator().get_help_text()

    assert "At least 12 characters" in text
    assert ("90 days" in text) == (profile == "mlps")
