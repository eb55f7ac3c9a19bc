"""Days in addresses."""

from datetime import date

from flask import abort

from shop.forms import read_day


def day_of(text: str) -> date:
    """The day an address names (2026-12-01); there is no page for anything else."""
    day = read_day(text) if len(text) == 10 else None
    return day or abort(404)
