"""How the environment chooses the bank."""

from pathlib import Path

import pytest

from shop.config import read_settings
from shop.errors import ConfigError

REAL = {"MODE": "production", "SECRET_KEY": "x", "DATABASE_URL": "postgresql://h/x", "MAIL_URL": "smtp://h"}
KEY = {"STRIPE_SECRET_KEY": "sk_live_abc123"}


@pytest.mark.parametrize(
    ("env", "bank"),
    [
        ({}, "sandbox"),
        ({"PAYMENTS": "invoice-only"}, ""),
        ({"PAYMENTS": "invoice-only", **KEY}, ""),
        (KEY, "stripe"),
        ({"PAYMENTS": "sandbox", **KEY}, "sandbox"),
        ({"PAYMENTS": "stripe", **KEY}, "stripe"),
        ({**REAL, **KEY, "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "stripe"),
        ({**REAL, "PAYMENTS": "invoice-only"}, ""),
    ],
)
def test_the_bank_in_use(env: dict[str, str], bank: str, tmp_path: Path) -> None:
    assert read_settings({"DATA_DIR": str(tmp_path), **env}).bank == bank


@pytest.mark.parametrize(
    ("env", "said"),
    [
        (REAL, "STRIPE_SECRET_KEY"),
        ({**REAL, "PAYMENTS": "sandbox", **KEY}, "sandbox"),
        ({**REAL, **KEY}, "STRIPE_WEBHOOK_SECRET"),
        ({"PAYMENTS": "stripe"}, "STRIPE_SECRET_KEY"),
        ({"PAYMENTS": "paypal"}, "PAYMENTS"),
        ({"STRIPE_SECRET_KEY": "pk_live_abc"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_live_with space"}, "STRIPE_SECRET_KEY"),
        ({**KEY, "STRIPE_API_BASE": "127.0.0.1:12111"}, "STRIPE_API_BASE"),
        ({**KEY, "STRIPE_API_BASE": "http://127.0.0.1/v1"}, "STRIPE_API_BASE"),
    ],
)
def test_a_setup_without_a_real_bank_is_refused(env: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        read_settings({"DATA_DIR": str(tmp_path), **env})
    assert "abc" not in str(refused.value)  # never a key on a screen


def test_where_a_buyer_is_led(tmp_path: Path) -> None:
    base = {"DATA_DIR": str(tmp_path)}
    assert read_settings(base).pays_at == ""
    assert read_settings({**base, **KEY}).pays_at == "https://checkout.stripe.com"
    assert read_settings({**base, **KEY, "STRIPE_API_BASE": "http://127.0.0.1:1/"}).pays_at == "http://127.0.0.1:1"
