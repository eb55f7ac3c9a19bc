"""What the pages of the bank account are given to speak with."""

from typing import Any

from orders.bank.states import NAMES, TONES
from orders.bank.suggest import REASONS
from orders.states import NAMES as ORDER_NAMES

WORDS: dict[str, Any] = {"names": NAMES, "tones": TONES, "reasons": REASONS, "order_names": ORDER_NAMES}
