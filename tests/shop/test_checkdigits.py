"""Numbers with check digits as people type them."""

import pytest

from shop.checkdigits import clean_account, clean_cvr, clean_gln, clean_iban, iban_of_account


@pytest.mark.parametrize("text", ["12345674", "DK12345674", "dk 12 34 56 74", " 12345674 "])
def test_a_cvr_number_is_its_eight_digits(text: str) -> None:
    assert clean_cvr(text) == "12345674"


@pytest.mark.parametrize(
    "text", ["", "16356706", "12345675", "1234567", "123456740", "02345674", "DK", "SE12345674", "1234567A", "🎁"]
)
def test_a_wrong_cvr_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
        clean_cvr(text)


def test_a_gln_is_its_thirteen_digits() -> None:
    assert clean_gln("5798009811578") == "5798009811578"
    assert clean_gln(" 5798 0098 11578 ") == "5798009811578"


@pytest.mark.parametrize("text", ["", "5798009811579", "579800981157", "73513537", "05798009811578", "579800981157X"])
def test_a_wrong_gln_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
        clean_gln(text)


def test_an_ean_of_eight_digits_is_good_elsewhere_but_no_gln() -> None:
    with pytest.raises(ValueError, match="13 digits"):
        clean_gln("73513537")


@pytest.mark.parametrize("text", ["DK50 0040 0440 1162 43", "dk5000400440116243"])
def test_an_iban_is_written_without_spaces(text: str) -> None:
    assert clean_iban(text) == "DK5000400440116243"


@pytest.mark.parametrize("text", ["", "DK5100400440116243", "DK500040044011624", "XX5000400440116243", "DK"])
def test_a_wrong_iban_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
        clean_iban(text)


def test_an_account_is_padded_and_has_its_iban() -> None:
    assert clean_account("0040", "440116243") == ("0040", "0440116243")
    assert clean_account(" 0040 ", "0440-116 243") == ("0040", "0440116243")
    assert iban_of_account("0040", "440116243") == "DK5000400440116243"


@pytest.mark.parametrize(
    ("reg", "konto"),
    [
        ("", "1"),
        ("40", "440116243"),
        ("00401", "1"),
        ("0040", ""),
        ("0040", "12345678901"),
        ("0040", "0"),
        ("004A", "1"),
    ],
)
def test_a_wrong_account_is_refused(reg: str, konto: str) -> None:
    with pytest.raises(ValueError, match="number has"):
        clean_account(reg, konto)
