"""A buyer, for whom nothing has been counted yet."""

from collections.abc import Iterator

import pytest
from flask import Flask

from shop.web.limits import limiter
from tests.orders.shopper import Shopper


@pytest.fixture
def shopper(sqlite_example: Flask) -> Iterator[Shopper]:
    """A buyer of the example shop. The limits of requests are the house's, so they begin and end at nothing."""
    limiter.reset()
    yield Shopper(sqlite_example)
    limiter.reset()


@pytest.fixture
def ready(shopper: Shopper) -> Shopper:
    """A buyer with one basket, on the way to pay."""
    shopper.put()
    return shopper
