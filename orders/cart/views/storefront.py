"""The buyer's cart."""

from flask import Blueprint

door = Blueprint("cart", __name__)
