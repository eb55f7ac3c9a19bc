"""The parent process: what it refuses to start on, what it restarts, and how it ends."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.tools.browser import ROOT, free_port

PARENT = """
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from shop import serve
from shop.errors import Refused

def shop() -> Callable[..., Iterable[bytes]]:
    def answer(environ, start_response):
        start_response("200 OK", [("Content-Length", "4")])
        return [b"kurv"]
    return answer

def prepare():
    print("prepared", flush=True)
    if sys.argv[4] == "refuse":
        raise Refused("Der er ingen plads.")
    if sys.argv[4] == "dawdle":
        time.sleep(600)

if __name__ == "__main__":
    sys.exit(serve.run("127.0.0.1", int(sys.argv[1]), prepare=prepare, greet=lambda: print("welcome"), app=sys.argv[2],
                       data_dir=Path(sys.argv[3]), worker_command=sys.argv[4:]))
"""
WAITS = (sys.executable, "-c", "import time; time.sleep(600)")


class Parent:
    """The parent process with a shop of one word and a queue worker of our choice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "house.py").write_text(PARENT)

    def start(self, *, worker: tuple[str, ...] = WAITS, app: str = "house:shop()", data: str = "data") -> None:
        environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": f"{ROOT}:{self.folder}"}
        with (self.folder / "printed").open("wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "house", str(self.port), app, str(self.folder / data), *worker],
                env=environment,
                cwd=self.folder,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return (self.folder / "printed").read_text()

    def get(self) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/")
        return connection.getresponse().read()

    def children(self) -> dict[str, int]:
        """The process ids of the web server and the queue worker."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        is_fork = {int(pid): "house" in Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in listed}
        return {"web" if forked else "queue": pid for pid, forked in is_fork.items()}


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    made = Parent(tmp_path)
    yield made
    if hasattr(made, "process") and made.process.poll() is None:
        made.process.terminate()
        made.process.wait(20)


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_prepares_greets_serves_and_ends_quietly(parent: Parent, asked: signal.Signals) -> None:
    parent.start()
    wait_for(lambda: "welcome" in parent.printed)
    assert parent.get() == b"kurv"
    wait_for(lambda: set(parent.children()) == {"web", "queue"})
    children = parent.children()
    idle = socket.create_connection(("127.0.0.1", parent.port))  # a browser that keeps its connection open
    with idle:
        parent.process.send_signal(asked)
        assert parent.process.wait(10) == 0
    assert parent.printed == "prepared\nwelcome\n"
    assert all(is_gone(pid) for pid in children.values())


def test_a_child_that_dies_is_started_again(parent: Parent) -> None:
    parent.start()
    wait_for(lambda: "welcome" in parent.printed)
    time.sleep(4)  # by then the queue worker counts as started
    before = parent.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(set(parent.children().values()) - set(before.values())) == 2)
    assert parent.get() == b"kurv"
    assert "Webserveren stoppede (kode -9)" in parent.printed
    assert "The queue worker ended (code -9)" in parent.printed
    assert parent.printed.count("welcome") == 1


def test_children_end_with_a_parent_that_was_killed(parent: Parent) -> None:
    parent.start()
    wait_for(lambda: "welcome" in parent.printed)
    children = parent.children()
    parent.process.kill()
    parent.process.wait()
    wait_for(lambda: all(is_gone(pid) for pid in children.values()))


def refused(parent: Parent) -> list[str]:
    """The lines of a parent that must not start."""
    assert parent.process.wait(20) == 1
    assert "welcome" not in parent.printed.splitlines()[-1]
    return parent.printed.splitlines()


def test_a_taken_port_is_one_sentence(parent: Parent) -> None:
    with socket.create_server(("127.0.0.1", parent.port)):
        parent.start()
        (line,) = refused(parent)
    assert f"Port {parent.port} er optaget" in line
    assert f"PORT={parent.port + 1}" in line


def test_a_data_folder_that_cannot_be_written_to_is_one_sentence(parent: Parent, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    parent.start(data="file/data")
    (line,) = refused(parent)
    assert "file/data cannot be written to" in line


def test_a_queue_worker_that_cannot_start_ends_the_shop(parent: Parent) -> None:
    parent.start(worker=("/nowhere/worker",))
    lines = refused(parent)
    assert "/nowhere/worker: No such file or directory" in lines
    assert lines[-1] == "Køens arbejder kunne ikke starte. · The queue worker could not start."


def test_a_shop_that_cannot_be_loaded_ends_it_all(parent: Parent) -> None:
    parent.start(app="house:basket()")
    lines = refused(parent)
    assert any("basket" in line for line in lines)
    assert lines[-1] == "Webserveren kunne ikke starte. · The web server could not start."


def test_preparations_that_are_refused_end_it_with_their_sentence(parent: Parent) -> None:
    parent.start(worker=("refuse",))
    assert refused(parent) == ["prepared", "Der er ingen plads."]


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_preparations_can_be_broken_off(parent: Parent, asked: signal.Signals) -> None:
    parent.start(worker=("dawdle",))
    wait_for(lambda: "prepared" in parent.printed)
    (preparing,) = parent.children().values()
    parent.process.send_signal(asked)
    assert parent.process.wait(10) == 128 + asked
    assert parent.printed == "prepared\n"
    assert is_gone(preparing)
