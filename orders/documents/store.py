"""The files of documents, by the hash of their content, in the data folder.

A numbered document's PDF is `documents/<two letters>/<hash>.pdf`; nothing overwrites it. An order's un-numbered papers
name its recipient and lie in a folder of their own, which goes when the recipient is forgotten.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from flask import current_app


def keep(pdf: bytes) -> str:
    """Keep a PDF; its name. It is there whole or not at all. Raises OSError when the disk is full."""
    name = f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    _write(path_of(name), pdf)
    return name


def path_of(name: str) -> Path:
    """Where a PDF of a name lies."""
    return _folder() / name[:2] / name


def read(name: str) -> bytes | None:
    """A kept PDF. None when it is gone, or is not what was kept."""
    try:
        pdf = path_of(name).read_bytes()
    except FileNotFoundError:
        return None
    return pdf if hashlib.sha256(pdf).hexdigest() == name.removesuffix(".pdf") else None


def paper_path(order_id: int, name: str) -> Path:
    """Where a paper of an order lies."""
    return _folder() / "orders" / str(order_id) / f"{name}.pdf"


def keep_paper(order_id: int, name: str, pdf: bytes) -> None:
    """Keep a paper of an order until its recipient is forgotten."""
    _write(paper_path(order_id, name), pdf)


def forget_papers(order_ids: Iterable[int]) -> None:
    """Erase the un-numbered papers of orders: they name whoever got the gift."""
    for order_id in order_ids:
        shutil.rmtree(_folder() / "orders" / str(order_id), ignore_errors=True)


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "documents"


def _write(path: Path, content: bytes) -> None:
    """Write beside it, onto the disk, and only then under its name, so that nobody ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{secrets.token_hex(8)}.part")
    try:
        with scratch.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
