"""From cart to order."""

from flask import Blueprint

door = Blueprint("checkout", __name__)
