"""The coordinator's overview of the catalogue."""

from flask import Blueprint

door = Blueprint("baskets_office", __name__)
