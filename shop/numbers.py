"""Whole numbers as people type them and pages send them back."""


def whole_number(text: str, digits: int = 15) -> int | None:
    """The number a text is; None for anything but the digits 0–9, and for more of them than so many.

    What Python would take besides (blanks, a sign, 1_000, digits of other scripts) nobody means; thousands of digits
    only cost time.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
