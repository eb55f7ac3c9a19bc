"""The servers that are measured: the shop as `faelleskurven serve` runs it, and bare Flask under the same server."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.client import Broken, Visitor
from shop.config import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_TICK = os.sysconf("SC_CLK_TCK")


def environment(**more: str) -> dict[str, str]:
    """The environment of a server: nothing of this machine's but what every program needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "HOST": "127.0.0.1", **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server of its own on a free port, from `with` until its end. `first_answer` is the seconds to its first 200."""

    def __init__(self, command: Sequence[str], path: str = "/", **env: str) -> None:
        self.port = free_port()
        self.command = [sys.executable, "-m", *command]
        self.env = environment(PORT=str(self.port), **env)
        self.path = path
        self.first_answer = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        while self.process.poll() is None and time.monotonic() < begin + START_SECONDS:
            with contextlib.suppress(OSError, Broken), Visitor(self.port) as visitor:
                if visitor.get(self.path).status == 200:
                    self.first_answer = time.monotonic() - begin
                    return self
            time.sleep(0.01)
        self.__exit__(None, None, None)
        raise Broken(f"{' '.join(self.command[1:])} did not answer")

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def workers(self) -> list[int]:
        """The process ids of the web server's workers: the grandchildren of the process that was started."""
        assert self.process is not None
        parents = dict(_parents())
        web = {pid for pid, parent in parents.items() if parent == self.process.pid}
        return sorted(pid for pid, parent in parents.items() if parent in web)

    def cpu_seconds(self) -> float:
        """The processor time its workers have used so far."""
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers()]
        return sum(int(row[11]) + int(row[12]) for row in fields) / _TICK

    def memory(self) -> dict[str, float]:
        """What its workers hold together, in MB.

        `rss` counts what they share in each of them; `pss` only their part of what the whole family shares; `once` is
        what is each one's own and, once, the largest part that is shared: the memory that they occupy.
        """
        total = {"rss": 0.0, "pss": 0.0, "once": 0.0}
        shared = [0.0]
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            held = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines)}
            total["rss"] += held["Rss"]
            total["pss"] += held["Pss"]
            total["once"] += held["Private_Clean"] + held["Private_Dirty"]
            shared.append(held["Shared_Clean"] + held["Shared_Dirty"])
        total["once"] += max(shared)
        return total


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])


def shop(database_url: str, data_dir: Path, path: str = "/kurve") -> Server:
    """The shop, as `faelleskurven serve` starts it."""
    return Server(["shop.cli", "serve"], path, DATABASE_URL=database_url, DATA_DIR=str(data_dir), SECRET_KEY="bench")


def bare(sizes: Mapping[str, int], database_url: str = "") -> Server:
    """Bare Flask: a page of each size under its name, and one order in one transaction at /order."""
    told = ",".join(f"{name}={size}" for name, size in sizes.items())
    return Server(["bench.bare"], f"/{next(iter(sizes))}", BARE_PAGES=told, BARE_DATABASE=database_url)


def run_command(database_url: str, data_dir: Path, *words: str) -> None:
    """Run a command of the shop on a database. Refuses one that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "shop.cli", *words],
        cwd=ROOT,
        env=environment(DATABASE_URL=database_url, DATA_DIR=str(data_dir), SECRET_KEY="bench"),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Broken(f"{' '.join(words)}: {done.stderr[-2000:]}")
