"""The code on a card that a youth draws: its letters, how it is typed, what a slip of the finger breaks.

It makes no code and knows none: which codes were printed only the staff host can tell, and by a keyed hash.
"""

from __future__ import annotations

from collections.abc import Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTWXYZ"
"""31 letters, a prime number. No I, L and O, which are read as 1, 1 and 0; no U and V, which look alike."""

LENGTH = 16
"""15 random letters, 74 bits, and one that follows from them."""

GROUP = 4
TYPED_MAX = 40
TYPED = r"[\s\-]*(?:[0-9A-TW-Za-tw-z][\s\-]*){16}"
"""What a browser takes for a whole code, however it is spaced: a pattern for HTML."""

_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


def _(message: str) -> str:
    """Marks a message for translation."""
    return message


SAID = (
    _("Draw one card from the bowl. Nobody knows who has which."),
    _("Scan it, or open the address and type the code before you press Send."),
    _("It counts once. Then tear it up: nobody needs it back."),
)
"""What is printed on each card, in several languages."""


def read(typed: str) -> str:
    """The code's 16 letters however they were typed; "" for anything that is no whole code. Never raises."""
    bare = "".join(letter for letter in typed[: 4 * TYPED_MAX] if letter.isalnum())
    code = bare.upper().translate(_ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def is_sound(code: str) -> bool:
    """Whether the 16 letters fit each other: one that is wrong, or two that changed places, never do.

    Their places in the alphabet, times 1 to 16, add up to a multiple of 31 (all weights differ, 31 is prime).
    """
    return _sum(code) == 0


def completed(letters: str) -> str:
    """The code that begins with these 15 letters."""
    # The last letter weighs 16, and 16 times 2 is 1 modulo 31.
    return letters + ALPHABET[-2 * _sum(letters) % len(ALPHABET)]


def grouped(code: str) -> str:
    """As it is printed: "7K3M-9QXD-2WSH-5TRC"."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def sent(values: Sequence[str]) -> str:
    """The code in a form's field; "" where there is none that could be on a card."""
    code = read(values[0]) if len(set(values)) == 1 else ""
    return code if code and is_sound(code) else ""


def _sum(letters: str) -> int:
    return sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(letters, 1)) % len(ALPHABET)
