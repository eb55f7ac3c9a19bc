"""Home, the list of baskets and a basket's page."""

from flask import Blueprint

door = Blueprint("baskets", __name__)
