"""Make ``.venv`` hold exactly what the lock asks for; the only step that runs on the machine's own Python.

Uses the standard library alone.  A stamp beside the packages remembers which lock and which Python they were
installed for, so that a second start costs a hash of one file.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)


class BootstrapError(Exception):
    """The packages cannot be installed; the text says what to do about it."""


def wanted_stamp(lock: Path) -> str:
    """Return what must have been installed: the hash of the lock and the Python it was installed for."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest} python{sys.version_info[0]}.{sys.version_info[1]}\n"


def is_current(venv: Path, stamp: str) -> bool:
    """Say whether the environment works and was completely installed from this lock."""
    stamp_file = venv / "installed-lock"
    return stamp_file.is_file() and stamp_file.read_text() == stamp and runs(venv / "bin" / "python")


def runs(python: Path) -> bool:
    """Say whether this interpreter starts: it does not once its base Python is gone or the folder moved."""
    if not python.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])!r})"
    return subprocess.run([str(python), "-c", probe], capture_output=True, check=False).returncode == 0


def create(venv: Path) -> None:
    """Create the environment, or create it anew when its interpreter no longer starts."""
    if runs(venv / "bin" / "python"):
        return
    print(f"Creating {venv} …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    if subprocess.run(command, check=False).returncode:
        raise BootstrapError(
            f"This Python cannot create virtual environments: {sys.executable}\n"
            "On Debian and Ubuntu install its missing part: apt-get install python3-venv"
        )


def install(venv: Path, lock: Path) -> None:
    """Install the lock with pip, which refuses any file whose hash is not in it."""
    print(f"Installing the packages of {lock.name} (first start only, about a minute) …", flush=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(lock)]
    if subprocess.run(command, check=False).returncode:
        raise BootstrapError(
            "The packages could not be installed; the reason stands above.\n"
            "Behind a proxy set HTTPS_PROXY. With a package mirror of your own set PIP_INDEX_URL.\n"
            "Then start again: what is already installed is kept."
        )


def bootstrap(venv: Path = VENV, lock: Path = LOCK) -> None:
    """Bring the environment to the state of the lock; do nothing when it is there already."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise BootstrapError(
            f"This is Python {sys.version.split()[0]}; the portal needs 3.11 or newer.\n"
            "Name a newer one: make run PYTHON=/path/to/python3.11"
        )
    stamp = wanted_stamp(lock)
    if is_current(venv, stamp):
        return
    create(venv)
    install(venv, lock)
    (venv / "installed-lock").write_text(stamp)


def main() -> int:
    """Run the command."""
    try:
        bootstrap()
    except BootstrapError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
