"""The same on PostgreSQL: what locks, counts and signs people in there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shop.app import create_app
from shop.db import db
from tests.conftest import Originals, settings_for
from tests.shop.people import test_invitations, test_passwords, test_roles, test_sign_in
from tests.shop.people.conftest import Shop, settle
from tests.tools.postgres import TemporaryPostgres


@pytest.fixture
def postgres_shop(originals: Originals, postgres: TemporaryPostgres, tmp_path: Path) -> Iterator[Shop]:
    url = originals.copy("postgresql", example=False, folder=tmp_path)
    app = create_app(settings_for(url, tmp_path))
    app.testing = True
    shop = Shop(app)
    shop.do(settle)
    yield shop
    with app.app_context():
        db.engine.dispose()
    postgres.drop_database(url.rsplit("/", 1)[1].split("?")[0])


@pytest.mark.parametrize(
    "journey",
    [
        test_invitations.test_somebody_new_is_let_in_with_name_and_password,
        test_invitations.test_somebody_known_types_the_password_or_is_signed_in,
        test_invitations.test_an_invitation_opens_once,
        test_passwords.test_a_letter_leads_to_a_new_password,
        test_passwords.test_who_has_lost_everything_is_let_in_by_a_letter,
        test_roles.test_the_last_coordinator_stays,
        test_sign_in.test_after_a_quarter_of_an_hour_the_account_is_open_again,
    ],
)
def test_the_same_on_postgresql(journey: Callable[[Shop], None], postgres_shop: Shop) -> None:
    journey(postgres_shop)
