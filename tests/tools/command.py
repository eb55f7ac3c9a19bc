"""The command line as a person runs it: a process of its own, with its exit code and what it says where."""

import os
import subprocess
import sys
from pathlib import Path

from shop.config import ROOT


def command(folder: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run `faelleskurven WORDS …` on the data in a folder; nothing of this machine's environment gets in but PATH."""
    return subprocess.run(
        [sys.executable, "-m", "shop.cli", *words],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
