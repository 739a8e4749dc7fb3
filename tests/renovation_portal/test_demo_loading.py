"""How the demonstration gets into the ledgers: the same everywhere, all or nothing, never in production."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Region, User
from communities.models import Community
from dashboards.bulletins import edit
from dashboards.models import Bulletin
from records.models import ChangeSet
from records.services import apply
from renovation_portal.demo import hearings, loading
from renovation_portal.demo.province import Province, make_province
from renovation_portal.demo.spread import CannotSpreadError, spread
from tests.conftest import ClientFor


def test_the_same_rows_are_made_in_every_process() -> None:
    code = (
        "import django; django.setup(); "
        "from renovation_portal.demo.province import make_province; print(make_province().digest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "4711", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert make_province().digest() == other.stdout.strip()


def few(whole: Province) -> Province:
    """Return a province of a few rows, quick to load."""
    return Province(whole.sites[:5], whole.plans[:2])


@pytest.mark.django_db
def test_a_load_that_fails_half_way_leaves_nothing_and_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = few(make_province())
    monkeypatch.setattr(loading, "make_province", lambda: small)
    broken = Province((*small.sites, small.sites[0]), small.plans)
    with monkeypatch.context() as patch:
        patch.setattr(loading, "make_province", lambda: broken)
        with pytest.raises(CommandError, match="has this name"):
            call_command("load_demo", verbosity=0)
    assert loading.presence() is loading.Presence.EMPTY
    call_command("load_demo", verbosity=0)
    assert loading.presence() is loading.Presence.DEMO
    assert Community.objects.count() == 5


@pytest.mark.django_db
def test_ledgers_with_rows_of_ones_own_are_left_alone() -> None:
    apply(
        Community,
        actor=None,
        source=ChangeSet.Source.FORM,
        values={"name": "自家小区", "region_id": Region.objects.get(code="222401").pk},
    )
    printed = StringIO()
    call_command("load_demo", stdout=printed)
    assert Community.objects.count() == 1
    assert "rows of your own" in printed.getvalue()


@pytest.mark.django_db
def test_production_refuses_simulated_rows(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not Community.objects.exists()


# --- the bulletin -------------------------------------------------------------------------------------


@pytest.fixture
def small_province(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the first communities of plan year 2020."""
    whole = make_province()
    sites = [site for site in whole.sites if site.project and site.project["plan_year"] == 2020]
    monkeypatch.setattr(loading, "make_province", lambda: Province(tuple(sites[:5]), ()))
    call_command("load_demo", verbosity=0)


@pytest.mark.usefixtures("small_province")
def test_the_demonstration_has_the_draft_of_one_bulletin(client_for: ClientFor, province_user: User) -> None:
    call_command("demo_bulletin")

    (draft,) = Bulletin.objects.all()
    assert (draft.plan_year, f"{draft.period_end}") == (2020, "2020-06-30")
    assert (draft.state, draft.drafted_by) == (Bulletin.State.DRAFT, None)
    assert client_for(province_user).get(draft.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("small_province")
def test_a_second_start_leaves_the_bulletin_as_it_was_edited(province_user: User) -> None:
    call_command("demo_bulletin")
    draft = Bulletin.objects.get()
    edit(bulletin=draft, seen=draft.revision, narrative={"remark": "核实。"}, by=province_user)

    call_command("demo_bulletin")

    (found,) = Bulletin.objects.all()
    assert (found.pk, found.revision, found.narrative["remark"]) == (draft.pk, 2, "核实。")


@pytest.mark.django_db
def test_without_the_demonstration_there_is_no_bulletin() -> None:
    call_command("demo_bulletin")
    assert not Bulletin.objects.exists()


@pytest.mark.django_db
def test_without_the_demonstration_there_is_no_hearing_and_no_slip(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert hearings.load() == 0
    call_command("demo_consultations", slip=True)
    assert capsys.readouterr().out == ""


# --- arithmetic --------------------------------------------------------------------------------------


def test_parts_add_up_and_stay_within_their_bounds() -> None:
    parts = spread(100, wishes=[10, 10, 10], lows=[0, 5, 0], highs=[20, 90, 40])
    assert sum(parts) == 100
    assert all(low <= part <= high for part, low, high in zip(parts, [0, 5, 0], [20, 90, 40], strict=True))
    assert spread(7, wishes=[9, 9], lows=[3, 3], highs=[9, 9]) in ([4, 3], [3, 4])


@pytest.mark.parametrize("total", [5, 31])
def test_what_cannot_be_divided_is_refused(total: int) -> None:
    with pytest.raises(CannotSpreadError):
        spread(total, wishes=[5, 5], lows=[3, 3], highs=[15, 15])
