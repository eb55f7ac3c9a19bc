"""Numbers with check digits, as people type them: made clean or refused with ValueError. Never looked up anywhere."""

import re

from stdnum import ean, iban, luhn
from stdnum.dk import cvr


def clean_cvr(text: str) -> str:
    """The 8 digits of a CVR number, with modulus 11 checked; "DK" and spaces are taken off.

    For typed numbers. Those in imported files are often invented: there the caller may turn the refusal into a
    warning.
    """
    return cvr.validate(text)


def clean_gln(text: str) -> str:
    """The 13 digits of a GLN ("EAN-nummer"), with the check digit checked.

    The shorter and longer EAN numbers are refused: the Peppol rule accepts them, OIOUBL does not.
    """
    number = ean.validate(text)
    if len(number) != 13:
        raise ValueError("a GLN has 13 digits")
    return number


def clean_iban(text: str) -> str:
    """An IBAN in capitals without spaces, with modulus 97 and the country's form checked (ISO 13616)."""
    return iban.validate(text)


def clean_account(reg: str, konto: str) -> tuple[str, str]:
    """A Danish account as 4 digits of registration number and 10 of account number, padded with zeros to the left.

    Check digits inside the account number differ from bank to bank and are not looked at.
    """
    reg_digits = re.sub(r"[\s.-]", "", reg)
    konto_digits = re.sub(r"[\s.-]", "", konto)
    if not re.fullmatch(r"[0-9]{4}", reg_digits):
        raise ValueError("a registration number has 4 digits")
    if not re.fullmatch(r"[0-9]{1,10}", konto_digits) or int(konto_digits) == 0:
        raise ValueError("an account number has 1 to 10 digits")
    return reg_digits, konto_digits.zfill(10)


def iban_of_account(reg: str, konto: str) -> str:
    """The IBAN of a Danish account: DK, two check digits, registration number, account number."""
    account = "".join(clean_account(reg, konto))
    return clean_iban(f"DK{iban.calc_check_digits(f'DK00{account}')}{account}")


# --- FIK: the payment slips of Danish banks, kind 71 (a payment id of 15 digits, no message) ------------------------

MOST_SERIAL = 10**14 - 1
_SLIP = re.compile(r"\+?\s*71\s*<\s*([0-9][0-9 ]{13,22})")
_FIFTEEN = re.compile(r"(?<![0-9])(?:[0-9]{15}(?![0-9])|(?<![0-9] )[0-9](?: ?[0-9]){14}(?! ?[0-9]))")


def clean_creditor(text: str) -> str:
    """The 8 digits of a FIK creditor number. It has no check digit that is known."""
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]{8}", digits) or not int(digits):
        raise ValueError("a creditor number has 8 digits")
    return digits


def payment_id(serial: int) -> str:
    """The payment id of a serial number: 14 digits, and a check digit by modulus 10 (Luhn)."""
    if not 0 < serial <= MOST_SERIAL:
        raise ValueError(f"no payment id for {serial}")
    digits = f"{serial:014d}"
    return digits + str(luhn.calc_check_digit(digits))


def fik_line(serial: int, creditor: str) -> str:
    """The line that is typed in the bank: "+71<000000202600425+81234567<"."""
    return f"+71<{payment_id(serial)}+{clean_creditor(creditor)}<"


def read_payment_ids(text: str) -> list[int]:
    """The serial numbers of the payment ids in a text: a whole line, or 15 digits alone. A wrong check digit: none."""
    found = [re.sub(r"[^0-9]", "", match) for match in [*_SLIP.findall(text), *_FIFTEEN.findall(text)]]
    serials = [int(digits[:14]) for digits in found if len(digits) == 15 and luhn.is_valid(digits)]
    return list(dict.fromkeys(serial for serial in serials if serial))
