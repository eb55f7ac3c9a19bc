"""Paying an order; the sandbox bank's page."""

from flask import Blueprint

door = Blueprint("payments", __name__)
