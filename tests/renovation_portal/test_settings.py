"""The settings: production takes nothing for granted, the embedded start needs nothing."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "k7Vd-0Qz_3nX8yLw5sRt2uJp9aBc6fEg1hMi4oKvNqTxYzWjU0S",
    "ALLOWED_HOSTS": "portal.example, .sub.example",
    "DATABASE_URL": "postgres://portal:pw@db.example:5432/portal",
    "REDIS_URL": "rediss://:pw@redis.example:6379/0",
}
REPORT = """
import json, sys
from renovation_portal import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def start(tmp_path: Path, environment: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own and print some of them."""
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-c", REPORT, *names],
        cwd=ROOT,
        env={**clean, "PORTAL_VAR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def load(tmp_path: Path, environment: dict[str, str], *names: str) -> dict[str, Any]:
    """Return some settings as they are in an environment."""
    done = start(tmp_path, environment, *names)
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize("value", [None, "", "   "])
def test_production_refuses_to_start_without_a_value(tmp_path: Path, missing: str, value: str | None) -> None:
    environment = {name: text for name, text in PRODUCTION.items() if name != missing}
    if value is not None:
        environment[missing] = value

    done = start(tmp_path, environment)

    assert done.returncode != 0
    assert f"ImproperlyConfigured: {missing} is not set." in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is short or an example"),
        ("SECRET_KEY", "django-insecure-" + "x" * 50, "SECRET_KEY is short or an example"),
        ("SECRET_KEY", "Change-Me-" + "x" * 50, "SECRET_KEY is short or an example"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name the hosts"),
        ("ALLOWED_HOSTS", "portal.example, *", "ALLOWED_HOSTS must name the hosts"),
        ("DATABASE_URL", "sqlite:////tmp/x.sqlite3", "DATABASE_URL must be a PostgreSQL address"),
        ("PORTAL_ENV", "staging", "PORTAL_ENV is 'staging'"),
        ("PASSWORD_PROFILE", "none", "PASSWORD_PROFILE is 'none'"),
    ],
)
def test_production_refuses_a_value_that_everybody_knows(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    done = start(tmp_path, PRODUCTION | {name: value})

    assert done.returncode != 0
    assert sentence in done.stderr


def test_production_is_strict_about_transport(tmp_path: Path) -> None:
    names = (
        "DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXIES",
    )  # fmt: skip

    assert load(tmp_path, PRODUCTION, *names) == {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["portal.example", ".sub.example"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "CSRF_TRUSTED_ORIGINS": ["https://portal.example", "https://sub.example", "https://*.sub.example"],
        "TRUSTED_PROXIES": 1,
    }


def test_the_deploy_check_of_django_finds_nothing(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=ROOT,
        env={**clean, **PRODUCTION, "PORTAL_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    # Preloading a domain into browsers is the deployer's decision; everything else is decided here.
    assert [line for line in done.stderr.splitlines() if "security." in line and "W021" not in line] == []


def test_the_embedded_start_needs_nothing_and_makes_a_key_of_its_own(tmp_path: Path) -> None:
    first = load(tmp_path, {}, "PORTAL_ENV", "PRODUCTION", "DEBUG", "SECRET_KEY", "TRUSTED_PROXIES")
    again = load(tmp_path, {}, "SECRET_KEY")
    other = load(tmp_path / "other", {}, "SECRET_KEY")

    assert {name: first[name] for name in ("PORTAL_ENV", "PRODUCTION", "DEBUG", "TRUSTED_PROXIES")} == {
        "PORTAL_ENV": "embedded",
        "PRODUCTION": False,
        "DEBUG": False,
        "TRUSTED_PROXIES": 0,
    }
    assert len(first["SECRET_KEY"]) >= 64
    assert again["SECRET_KEY"] == first["SECRET_KEY"] != other["SECRET_KEY"]
    mode = (tmp_path / "var" / "secret_key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_no_server_side_code_is_loaded_from_messages_or_sessions(tmp_path: Path) -> None:
    assert load(tmp_path, {}, "CELERY_ACCEPT_CONTENT", "CELERY_TASK_SERIALIZER") == {
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_SERIALIZER": "json",
    }


def test_lines_of_the_log_say_their_hour_with_its_offset(tmp_path: Path) -> None:
    told = load(tmp_path, {}, "LOGGING", "TIME_ZONE")["LOGGING"]["formatters"]["line"]
    line = logging.Formatter(told["format"], told["datefmt"]).format(logging.makeLogRecord({"msg": "said"}))

    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0800 ", line)
