"""The files of documents, by the hash of their content, in the data folder.

A numbered document's PDF is `documents/<two letters>/<hash>.pdf`; nothing overwrites it. An order's un-numbered papers
name its recipient and lie in a folder of their own, which goes when the recipient is forgotten.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from shop.files import write_whole


def keep(pdf: bytes) -> str:
    """Keep a PDF; its name. It is there whole or not at all. Raises OSError when the disk is full."""
    name = f"{hashlib.sha256(pdf).hexdigest()}.pdf"
    write_whole(path_of(name), pdf)
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
    write_whole(paper_path(order_id, name), pdf)


def forget_papers(order_ids: Iterable[int]) -> None:
    """Erase the un-numbered papers of orders: they name whoever got the gift."""
    for order_id in order_ids:
        shutil.rmtree(_folder() / "orders" / str(order_id), ignore_errors=True)


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "documents"
