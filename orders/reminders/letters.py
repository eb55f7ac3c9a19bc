"""The letter of a reminder: how it is filled, and how it reads before it is sent."""

from typing import Any

from flask import render_template

from orders.documents.made import in_language
from orders.models import Order
from orders.reminders.models import Reminder
from shop.checkdigits import fik_line
from shop.db import db
from shop.i18n import lazy_gettext as _
from shop.mail.post import prepares
from shop.settings.read import seller, value
from shop.web.absolute import absolute

NAMES = {1: _("Venlig påmindelse"), 2: _("Rykker"), 3: _("Sidste rykker")}


@prepares("reminder")
def reminder(values: dict[str, Any]) -> dict[str, Any]:
    """What is owed, since when, and how to pay it."""
    row = db.session.get_one(Reminder, values["reminder_id"])
    return told(row, row.order)


def told(row: Reminder, order: Order) -> dict[str, Any]:
    """What the letter's templates are filled with."""
    creditor = str(value("seller.fik_creditor"))
    return {
        "order": order,
        "reminder": row,
        "link": absolute(f"/ordre/{order.token}"),
        "seller": seller(),
        "fik": fik_line(order.id, creditor) if creditor else "",
    }


def preview(row: Reminder, order: Order) -> tuple[str, str]:
    """Subject and text of a letter that has not been sent, in its own language."""
    with in_language(order.language):
        values = told(row, order)
        subject = " ".join(render_template("mail/reminder/subject.txt", **values).split())
        return subject, render_template("mail/reminder/body.txt", **values)
