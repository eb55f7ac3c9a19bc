"""Items and enterprises, as buyers see them."""

from flask import Blueprint

door = Blueprint("items", __name__)
