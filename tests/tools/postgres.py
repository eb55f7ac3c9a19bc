"""A PostgreSQL server for one test run: made in a temporary folder, gone when the run is, however the run ends.

The server is the child of a small guard process, which outlives whoever asked for it and ends the server when its owner
(pytest) is gone. So several pytest workers can share one server: the first one starts it, each makes its own databases.
"""

import atexit
import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

MEMORY, ROOM_BYTES = "/dev/shm", 4 << 30
START_SECONDS = 60
STOP_SECONDS = 5
FAST = (  # nothing here is worth surviving a power cut
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("max_connections", "200"),
    ("listen_addresses", "127.0.0.1"),
)


class PostgresMissing(RuntimeError):
    """This machine has no PostgreSQL, or it did not start."""


@dataclass(frozen=True)
class TemporaryPostgres:
    """A running server: `start()` one, or `shared()` the run's; then `url()` and `create_database()`."""

    port: int
    guard: int
    folder: str

    @classmethod
    def start(cls, *, owner: int | None = None) -> Self:
        """Start a server that ends with the process `owner` (this one, unless told)."""
        folder = tempfile.mkdtemp(prefix="faelleskurven-postgres-", dir=_roomy_memory())
        said = Path(folder, "started.json")
        with Path(folder, "guard.log").open("wb") as log:
            guard = subprocess.Popen(
                [sys.executable, __file__, str(owner or os.getpid()), folder],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while guard.poll() is None and not said.exists():
            time.sleep(0.02)
        if not said.exists():
            reason = Path(folder, "guard.log").read_text(errors="replace")
            shutil.rmtree(folder, ignore_errors=True)
            raise PostgresMissing(f"PostgreSQL did not start: {reason}")
        server = cls(**json.loads(said.read_text()))
        if owner is None:
            atexit.register(server.stop)
        guard.returncode = 0  # not ours to wait for: it may outlive this process
        return server

    @classmethod
    def shared(cls, folder: Path, *, owner: int) -> Self:
        """The one server of a test run whose workers all see `folder`: started by the first that asks."""
        told = folder / "postgres.json"
        with (folder / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if told.exists():
                return cls(**json.loads(told.read_text()))
            server = cls.start(owner=owner)
            told.write_text(json.dumps(asdict(server)))
            return server

    @classmethod
    def stop_shared(cls, folder: Path) -> None:
        """End the server of `shared()`, if one was ever started."""
        told = folder / "postgres.json"
        if told.exists():
            cls(**json.loads(told.read_text())).stop()
            told.unlink()

    def url(self, database: str = "postgres") -> str:
        """What DATABASE_URL is set to."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template` (to which nobody may be connected). Returns its URL."""
        copied = (
            sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        self._do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, connected to or not, there or not."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True
        ) as at:
            at.execute(statement)

    def stop(self) -> None:
        """End the server and remove its folder; harmless twice. The guard is killed if it does not obey."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.guard, signal.SIGTERM)
            until = time.monotonic() + STOP_SECONDS * 2
            while time.monotonic() < until and _is_alive(self.guard):
                time.sleep(0.02)
            if _is_alive(self.guard):
                os.killpg(self.guard, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet waited for does not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _roomy_memory() -> str | None:
    """Where files lie in memory, if there is room for a test run's databases; else wherever temporary files lie."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    is_roomy = room.f_bavail * room.f_frsize >= ROOM_BYTES and os.access(MEMORY, os.W_OK)
    return MEMORY if is_roomy else None


# --- The guard --------------------------------------------------------------------------------------------------------


def _program(name: str) -> str:
    """Where a program of PostgreSQL is: the newest of Debian's versions, or what is on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise PostgresMissing(f"there is no {name}; install postgresql")
    return found


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresMissing("there is no account to run as other than root")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[int]:
    """A server in `folder`; the value is its port."""
    account = _account()
    if account:
        os.chown(folder, account["user"], account["group"])
    data = folder / "data"
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    common: dict[str, Any] = {"cwd": folder, "env": environment, **account}
    initdb = [_program("initdb"), "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"]
    subprocess.run([*initdb, f"--pgdata={data}"], check=True, stdout=subprocess.DEVNULL, **common)
    for _ in range(5):  # the port may be taken between asking and using
        port = _free_port()
        options = [f"--{name}={value}" for name, value in (*FAST, ("unix_socket_directories", folder), ("port", port))]
        process = subprocess.Popen([_program("postgres"), "-D", str(data), *options], **common)
        try:
            if _answers(process, port):
                yield port
                return
        finally:
            _end(process)
    raise PostgresMissing("the server did not answer")


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
            return True
        time.sleep(0.05)
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(owner: int, folder: Path) -> None:
    """Run the server until asked to stop or until `owner` has gone; then remove the folder."""
    signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        with _server(folder) as port:
            told = folder / "telling.json"
            told.write_text(json.dumps({"port": port, "guard": os.getpid(), "folder": str(folder)}))
            told.rename(folder / "started.json")
            while _is_alive(owner) and signal.sigtimedwait(signals, 0.5) is None:
                pass
    except (PostgresMissing, subprocess.CalledProcessError) as refused:
        sys.exit(str(refused))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
