"""Typed addresses: what becomes of them, and what is asked of their writer."""

import pytest

from shop.address import (
    AddressFinding,
    AddressProblem,
    AddressRefused,
    PostalAddress,
    ReadAddress,
    check_postcode,
    clean_line,
    is_island,
    phone_digits,
    read_address,
)

P = AddressProblem


def read(**changes: str) -> ReadAddress:
    typed = {"name": "Karen Holm", "line1": "Vestergade 12B, 2. th", "postcode": "8000", "city": "Aarhus C"}
    return read_address(**(typed | changes))


def test_a_good_address_is_read_and_asks_nothing() -> None:
    result = read(attention="Receptionen")
    assert result.errors == ()
    assert result.questions == ()
    assert result.address == PostalAddress(
        "Karen Holm", "Receptionen", "Vestergade 12B, 2. th", "", "8000", "Aarhus C", "DK"
    )


def test_the_lines_of_a_label_leave_out_what_is_empty() -> None:
    address = read(line2="Baghuset").address
    assert address is not None
    assert address.lines() == ["Karen Holm", "Vestergade 12B, 2. th", "Baghuset", "8000 Aarhus C"]


def test_white_space_and_unseen_characters_are_made_normal() -> None:
    address = read(
        name="  Karen \t\u00a0 Holm\r\n", line1="Vester\u00adgade\u200b 12", city="A\u030arhus\ufeff"
    ).address
    assert address is not None
    assert (address.name, address.line1, address.city) == ("Karen Holm", "Vestergade 12", "Århus")


@pytest.mark.parametrize("field", ["name", "line1", "postcode", "city"])
@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_what_must_be_filled_in(field: str, text: str) -> None:
    result = read(**{field: text})
    assert result.errors == (AddressFinding(field, P.EMPTY),)
    assert result.address is None


def test_everything_wrong_is_told_at_once() -> None:
    result = read(name="", postcode="80", line1="Vestergade", city="x" * 201)
    assert result.errors == (
        AddressFinding("name", P.EMPTY),
        AddressFinding("postcode", P.NOT_FOUR_DIGITS),
        AddressFinding("city", P.FAR_TOO_LONG),
    )
    assert result.questions == (AddressFinding("line1", P.NO_HOUSE_NUMBER),)


@pytest.mark.parametrize("field", ["name", "attention", "line1", "line2"])
def test_a_line_too_long_for_a_label_is_a_question(field: str) -> None:
    fits = read(**{field: ("Vej 1 " + "x" * 35)[:35]})
    assert fits.questions == ()
    result = read(**{field: ("Vej 1 " + "x" * 36)[:36]})
    assert result.questions == (AddressFinding(field, P.TOO_LONG),)
    assert result.address is not None


def test_the_town_shares_its_line_with_the_postal_code() -> None:
    assert read(city="x" * 30).questions == ()
    assert read(city="x" * 31).questions == (AddressFinding("city", P.TOO_LONG),)


@pytest.mark.parametrize("text", ["Karen\x00Holm", "Karen\x1bHolm", "Karen\u202eHolm", "Karen\x85Holm", "\ud800"])
def test_characters_that_control_something_are_refused(text: str) -> None:
    assert read(name=text).errors == (AddressFinding("name", P.CONTROL_CHARACTERS),)


@pytest.mark.parametrize("text", ["<b>Karen</b> & co", "👩\u200d🍳 Köket", "Þórður Ægisson", "'; DROP TABLE"])
def test_unusual_names_are_names(text: str) -> None:
    address = read(name=text).address
    assert address is not None
    assert address.name == text


@pytest.mark.parametrize("field", ["name", "attention", "line1", "line2", "postcode", "city"])
def test_ten_thousand_characters_are_no_address(field: str) -> None:
    assert AddressFinding(field, P.FAR_TOO_LONG) in read(**{field: "1" * 10_000}).errors


@pytest.mark.parametrize(
    "line1",
    [
        "Vestergade 12",
        "Vestergade 12B",
        "Vestergade 12 b, st. tv",
        "Vej 5-7",
        "10. Februar Vej 3",
        "Postboks 77",
        "Gl. Vej 9.",
    ],
)
def test_a_house_number_is_recognised(line1: str) -> None:
    assert read(line1=line1).questions == ()


@pytest.mark.parametrize(("line1", "line2"), [("Vestergade", ""), ("Vestergade", "2. th"), ("Gården", "Mols")])
def test_a_missing_house_number_is_asked_for(line1: str, line2: str) -> None:
    assert read(line1=line1, line2=line2).questions == (AddressFinding("line1", P.NO_HOUSE_NUMBER),)


def test_the_street_may_stand_in_the_second_line() -> None:
    assert read(line1="c/o Jensen", line2="Vestergade 12").questions == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((code, code) for code in ("0555", "0999", "1000", "3700", "3899", "4000", "8000", "9990")),
        *((text, "8000") for text in (" 8000 ", "DK-8000", "dk 8000", "DK8000")),
    ],
)
def test_danish_postal_codes(text: str, code: str) -> None:
    assert check_postcode(text) == code


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", P.EMPTY),
        ("80000", P.NOT_FOUR_DIGITS),
        ("80", P.NOT_FOUR_DIGITS),
        ("099", P.NOT_FOUR_DIGITS),
        ("800O", P.NOT_FOUR_DIGITS),
        ("8000 Aarhus", P.NOT_FOUR_DIGITS),
        ("８０００", P.NOT_FOUR_DIGITS),
        ("-8000", P.NOT_FOUR_DIGITS),
        ("SE-8000", P.NOT_FOUR_DIGITS),
        ("3900", P.GREENLAND),
        ("3992", P.GREENLAND),
        ("GL-3905", P.GREENLAND),
        ("DK-3911", P.GREENLAND),
        ("100", P.FAROE),
        ("970", P.FAROE),
        ("FO-100", P.FAROE),
        ("FO100", P.FAROE),
        ("fo 970", P.FAROE),
        ("0554", P.UNKNOWN_RANGE),
        ("0000", P.UNKNOWN_RANGE),
        ("3993", P.UNKNOWN_RANGE),
        ("3999", P.UNKNOWN_RANGE),
        ("9991", P.UNKNOWN_RANGE),
        ("80\x0000", P.CONTROL_CHARACTERS),
    ],
)
def test_postal_codes_that_are_not_served(text: str, problem: AddressProblem) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_postcode(text)
    assert refused.value.problem is problem
    assert read(postcode=text).errors == (AddressFinding("postcode", problem),)


def test_only_what_can_be_used_as_it_is_is_a_question() -> None:
    assert [problem for problem in P if problem.is_question] == [P.TOO_LONG, P.NO_HOUSE_NUMBER]


def test_a_line_is_cleaned_for_other_fields_too() -> None:
    assert clean_line("  Til\n mormor ") == "Til mormor"


@pytest.mark.parametrize("code", ["8305", "9940", "8592", "5960", "5970", "5985", "3700", "3790", "6720"])
def test_islands_without_a_bridge(code: str) -> None:
    assert is_island(code)


@pytest.mark.parametrize("code", ["8000", "5900", "3699", "3791", "4800", "6700"])
def test_the_mainland_and_islands_with_a_bridge(code: str) -> None:
    assert not is_island(code)


@pytest.mark.parametrize(
    "text",
    [
        "22345678",
        "+45 22 34 56 78",
        "0045 22345678",
        "22.34.56.78",
        "(+45) 2234-5678",
        "22\u00a0345678",
    ],
)
def test_a_telephone_number_is_its_eight_digits(text: str) -> None:
    assert phone_digits(text) == "22345678"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "112",
        "12345678",
        "02345678",
        "2234567",
        "223456789",
        "4522345678",
        "+46 22345678",
        "22 34 56 7a",
        "２２３４５６７８",
        "2" * 10_000,
        "+45+4522345678",
        "22345678\x00",
    ],
)
def test_what_is_no_danish_telephone_number(text: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        phone_digits(text)
