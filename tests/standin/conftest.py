"""A stand-in of its own for each test, and the real library talking to it."""

from collections.abc import Iterator

import pytest
import stripe

from tests.standin import Standin
from tests.standin.asking import client_of


@pytest.fixture
def bank() -> Iterator[Standin]:
    with Standin() as bank:
        yield bank


@pytest.fixture
def client(bank: Standin) -> stripe.StripeClient:
    return client_of(bank)
