"""The coordinator's settings."""

from flask import Blueprint

door = Blueprint("settings_office", __name__)
