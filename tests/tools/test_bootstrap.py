"""When the packages are installed again, and what a newcomer reads when they cannot be."""

import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock that asks for nothing: pip accepts it without a network."""
    file = tmp_path / "requirements-dev.txt"
    file.write_text("")
    return file


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps taken; an environment is made of this Python, and nothing is downloaded."""
    taken: list[str] = []

    def create(venv: Path) -> None:
        taken.append("create")
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        if not (venv / "bin" / "python").exists():
            (venv / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "create", create)
    monkeypatch.setattr(bootstrap, "install", lambda venv, lock: taken.append("install"))
    return taken


def test_a_second_start_installs_nothing(tmp_path: Path, lock: Path, steps: list[str]) -> None:
    """The stamp remembers the lock."""
    bootstrap.bootstrap(tmp_path / "venv", lock)
    bootstrap.bootstrap(tmp_path / "venv", lock)
    assert steps == ["create", "install"]


def test_a_changed_lock_is_installed(tmp_path: Path, lock: Path, steps: list[str]) -> None:
    """The hash of its text decides, not its date."""
    bootstrap.bootstrap(tmp_path / "venv", lock)
    lock.write_text("Django==5.2.19\n")
    bootstrap.bootstrap(tmp_path / "venv", lock)
    assert steps == ["create", "install"] * 2


def test_an_environment_whose_python_is_gone_is_made_anew(
    tmp_path: Path, lock: Path, steps: list[str]
) -> None:
    """An upgrade of the machine's Python leaves a link to nothing."""
    venv = tmp_path / "venv"
    bootstrap.bootstrap(venv, lock)
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to(tmp_path / "no-such-python")
    assert bootstrap.runs(venv / "bin" / "python") is False
    assert bootstrap.is_current(venv, bootstrap.wanted_stamp(lock)) is False


def test_a_failed_install_leaves_no_stamp(
    tmp_path: Path, lock: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start tries again instead of running half installed."""

    def fail(venv: Path, lock: Path) -> None:
        raise bootstrap.BootstrapError("no network")

    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(bootstrap.BootstrapError):
        bootstrap.bootstrap(tmp_path / "venv", lock)
    assert not (tmp_path / "venv" / "installed-lock").exists()


def test_an_older_python_is_refused_by_name(
    tmp_path: Path, lock: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is created."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.BootstrapError, match="needs 3.11 or newer"):
        bootstrap.bootstrap(tmp_path / "venv", lock)
    assert steps == []


def test_a_real_environment_is_created_and_a_bad_lock_is_refused(tmp_path: Path, lock: Path) -> None:
    """With the machine's own venv and pip: a requirement without a hash never gets in."""
    venv = tmp_path / "venv"
    bootstrap.bootstrap(venv, lock)
    assert bootstrap.is_current(venv, bootstrap.wanted_stamp(lock))

    lock.write_text("six==1.17.0\n")
    with pytest.raises(bootstrap.BootstrapError, match="could not be installed"):
        bootstrap.bootstrap(venv, lock)
    assert not bootstrap.is_current(venv, bootstrap.wanted_stamp(lock))
