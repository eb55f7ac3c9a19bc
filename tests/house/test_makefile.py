"""The two commands and what they call: that they install first, say the truth, and refuse in one sentence."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.browser import ROOT

OLD = 'case "$*" in *version_info\\[*) echo 3.10 ;; *) exit 1 ;; esac'
BARE = 'case "$*" in *version_info\\[*) echo 3.12 ;; *version_info*) ;; *) exit 1 ;; esac'  # no venv, no Pango
FOR_RUN = "python3.12-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-liberation"


def dry(target: str) -> str:
    """What make would do."""
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


class Machine:
    """A folder with the shop's .ci and programs of our own before the real ones on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir()
        shutil.copytree(ROOT / ".ci", folder / ".ci")

    def program(self, name: str, body: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def does(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "PYTHON": "python-of-this-test", "HOME": "/"}
        return subprocess.run(command, cwd=self.folder, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """No Chromium, no font, and someone without rights."""
    made = Machine(tmp_path)
    for name in (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "fc-list",
        "sudo",
    ):
        made.program(name, "exit 1")
    made.program("apt-get", 'echo "$@" >>asked; exit 1')
    made.program("id", "echo 1000")
    made.program("python-of-this-test", BARE)
    return made


@pytest.mark.parametrize(("target", "then"), [("run", "faelleskurven serve"), ("test", "pytest -n 3")])
def test_each_command_installs_what_it_needs_before_anything_else(target: str, then: str) -> None:
    lines = dry(target).splitlines()
    assert lines[0] == f".ci/install {target}"
    assert any(then in line for line in lines[1:])


def test_install_does_only_the_installing() -> None:
    assert dry("install").splitlines() == [".ci/install run", ".ci/install test"]


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    listed = subprocess.run(["make", "-s"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert [line.split()[1] for line in listed.splitlines()] == phony[1].split()


def test_an_old_python_is_one_sentence(machine: Machine) -> None:
    machine.program("python-of-this-test", OLD)
    done = machine.does(".ci/install", "run")
    assert done.returncode == 1
    assert done.stderr.startswith("Fælleskurven needs Python 3.11 or newer, and found 3.10: ")
    assert done.stderr.count("\n") == 1


def test_no_python_is_one_sentence(machine: Machine) -> None:
    (machine.programs / "python-of-this-test").unlink()
    done = machine.does(".ci/install", "run")
    assert done.returncode == 1
    assert "and found none: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_rights_one_sentence_names_every_package(machine: Machine) -> None:
    done = machine.does(".ci/install", "run")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"`make run` also needs some system packages; ask someone who may to run: sudo apt install {FOR_RUN}\n"
    )
    assert not (machine.folder / "asked").exists()
    assert " chromium" in machine.does(".ci/install", "test").stderr


def test_with_rights_apt_is_asked_and_its_refusal_is_told(machine: Machine) -> None:
    machine.program("sudo", 'shift; "$@"')
    done = machine.does(".ci/install", "run")
    asked = (machine.folder / "asked").read_text().splitlines()
    assert asked == ["update -qq", f"install -y -qq --no-install-recommends {FOR_RUN}"]
    assert done.returncode == 1
    assert f"apt could not install {FOR_RUN}" in done.stderr


def test_where_there_is_no_apt_the_packages_are_named(machine: Machine) -> None:
    (machine.programs / "apt-get").unlink()
    for name in ("bash", "dirname", "env", "flock", "grep", "head"):
        (machine.programs / name).symlink_to(str(shutil.which(name)))
    environment = {"PATH": str(machine.programs), "PYTHON": "python-of-this-test", "HOME": "/"}
    done = subprocess.run(
        [".ci/install", "run"], cwd=machine.folder, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert (
        done.stderr == f"`make run` also needs what Debian and Ubuntu call {FOR_RUN}; install it and run this again.\n"
    )


def test_asking_for_nothing_is_refused(machine: Machine) -> None:
    assert machine.does(".ci/install").returncode == 1


CLOSING = "============ 12 passed in 3.45s ============"


@pytest.mark.parametrize(
    ("printed", "made", "expected"),
    [(CLOSING, 0, 0), (CLOSING, 1, 2), ("Killed", 0, 1), ("no pytest", 1, 2)],
)
def test_the_build_tells_the_truth(machine: Machine, printed: str, made: int, expected: int) -> None:
    (machine.folder / "Makefile").write_text(f"test:\n\t@echo '{printed}'; echo more; exit {made}\n")
    done = machine.does(".ci/run")
    assert done.returncode == expected
    assert (done.stdout.splitlines()[-1] == CLOSING) is (printed == CLOSING)
    assert ("pytest did not come to its end." in done.stderr) is (printed != CLOSING)
