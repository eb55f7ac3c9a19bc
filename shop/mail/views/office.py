"""The coordinator's letters that need a hand."""

from flask import Blueprint

door = Blueprint("mail_office", __name__)
