"""A partner's money as its pages and files show it."""

from flask import Flask

from tests.orders.supplier_world import (
    FOODIES,
    Seen,
    seen,
)


def money_page(app: Flask, email: str = FOODIES, query: str = "") -> Seen:
    return seen(app, email, f"/partner/penge{query}")


def rows_of(app: Flask, email: str = FOODIES, query: str = "") -> list[list[str]]:
    return money_page(app, email, query).tables.get("money-lines", [])


def ore(amount: str) -> int:
    kroner, rest = amount.replace("-", "").split(",")
    return (int(kroner) * 100 + int(rest)) * (-1 if amount.startswith("-") else 1)
