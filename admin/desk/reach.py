"""Telephone numbers and addresses as they were typed, made ready to call; none is refused or changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, ValidationResult

REGION = "US"
_HOME = 1
_LEAST_DIGITS = 7
"""With fewer it would be somebody else who answers: 911, or a service, as of "1-800-FLOWERS"."""

_HINTS = {
    ValidationResult.TOO_SHORT: "This number may lack a digit.",
    ValidationResult.TOO_LONG: "This number may have a digit too many.",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "This number has no area code.",
}
_UNUSUAL = "This number looks unusual."
_NO_NUMBER = "There is no whole number in what was typed."
_NO_ADDRESS = "This may not be a whole address."


@dataclass(frozen=True)
class Number:
    """One number: as people write it, and the addresses that a telephone follows."""

    shown: str
    call: str
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Numbers:
    """What stood in the telephone field. `typed`: exactly that; `hint`: where no number is in it."""

    typed: str
    found: tuple[Number, ...]
    hint: str = ""


@dataclass(frozen=True)
class Address:
    """What stood in the e-mail field; `mail` is the address that a mail program follows, or ""."""

    typed: str
    mail: str
    hint: str = ""


def numbers_in(typed: str) -> Numbers:
    """Every number in what was typed; words may stand around them."""
    found = tuple(_numbers(typed))
    return Numbers(typed, found, "" if found or not typed else _NO_NUMBER)


def address_in(typed: str) -> Address:
    """The address, checked by its form alone: nothing is asked of the network."""
    if not typed:
        return Address("", "")
    try:
        found = validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return Address(typed, "", _NO_ADDRESS)
    return Address(typed, f"mailto:{quote(found.normalized, safe='@')}")


def _numbers(typed: str) -> Iterator[Number]:
    matches = list(PhoneNumberMatcher(typed, REGION, leniency=Leniency.POSSIBLE))
    if matches:
        yield from (_number(match.number, match.raw_string) for match in matches)
        return
    # What the library does not take for a number may be one with a slip.
    digits = "".join(str(int(digit)) for digit in re.findall(r"\d", typed))
    if len(digits) >= _LEAST_DIGITS:
        dialled = f"+{digits}" if typed.lstrip().startswith(("+", "＋")) else digits  # noqa: RUF001
        yield Number(typed, f"tel:{dialled}", f"sms:{dialled}", _hint(typed))


def _number(number: PhoneNumber, raw: str) -> Number:
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        digits = str(number.national_number)
        return Number(raw, f"tel:{digits}", f"sms:{digits}", _HINTS[reason])
    style = PhoneNumberFormat.NATIONAL if number.country_code == _HOME else PhoneNumberFormat.INTERNATIONAL
    is_usual = phonenumbers.is_valid_number(number)
    return Number(
        phonenumbers.format_number(number, style) if is_usual else raw,
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        f"sms:{phonenumbers.format_number(number, PhoneNumberFormat.E164)}",
        "" if is_usual else _UNUSUAL,
    )


def _hint(typed: str) -> str:
    try:
        parsed = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return _UNUSUAL
    return _HINTS.get(phonenumbers.is_possible_number_with_reason(parsed), _UNUSUAL)
