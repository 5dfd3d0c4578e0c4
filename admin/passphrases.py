"""How a staff passphrase is judged and kept. Never stores, prints or logs one."""

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SHORTEST = 15
LONGEST = 256

# Taken out before what is left is judged: a long passphrase built of these alone is a short one.
_COMMON = (
    *("correcthorsebatterystaple", "passphrase", "password", "probation", "yourvoice", "letmein", "welcome"),
    *("changeme", "iloveyou", "monkey", "dragon", "supervisor", "evaluator", "operator", "secret", "admin"),
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_RUNS = frozenset(row[i : i + 4] for r in _ROWS for row in (r, r[::-1]) for i in range(len(row) - 3))
_REPEAT = re.compile(r"(.{1,6}?)\1{2,}")
_LEFT = 8
_DIFFERENT = 6

_PHC = re.compile(r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[\w+/]{22,86}\$[\w+/]{43}")


class PassphraseError(ValueError):
    """A passphrase that is too short, too long or too easy to guess; the text says what to do."""


class HashError(ValueError):
    """A stored hash that is not ours, or asks for more memory or time than `CAP`."""


@dataclass(frozen=True)
class Cost:
    """What one Argon2id guess costs: memory in KiB, passes, lanes (RFC 9106)."""

    memory: int
    passes: int
    lanes: int

    def within(self, cap: "Cost") -> bool:
        """Whether no parameter is above the cap's."""
        return self.memory <= cap.memory and self.passes <= cap.passes and self.lanes <= cap.lanes


# RFC 9106 section 4, second recommended option; 0.2 s on a slow core.
STRONG = Cost(memory=64 * 1024, passes=3, lanes=4)
# A hash from a tampered file must not take the server down.
CAP = Cost(memory=1024 * 1024, passes=16, lanes=16)


def judge(passphrase: str, known: Iterable[str] = ()) -> None:
    """Raise PassphraseError unless the passphrase is long and not made of guessable parts.

    `known` are words of the place (the county's and the account's name) that count for nothing.
    """
    if len(passphrase) < SHORTEST:
        raise PassphraseError(
            f"A passphrase needs at least {SHORTEST} characters; this one has {len(passphrase)}. "
            "Four or five words that have nothing to do with each other make a good one."
        )
    if len(passphrase) > LONGEST:
        raise PassphraseError(f"A passphrase may have at most {LONGEST} characters.")
    left = _unguessable(passphrase, known)
    if len(left) < _LEFT or len(set(left)) < _DIFFERENT:
        raise PassphraseError(
            "This passphrase is easy to guess: without repeats, keyboard rows, common words and the names of "
            "this place too little of it is left. Take four or five words that have nothing to do with each "
            "other."
        )


def first_line(path: Path) -> str:
    """The passphrase that a file holds, whatever editor saved it. Raises PassphraseError and OSError."""
    try:
        return (path.read_text(encoding="utf-8-sig").splitlines() or [""])[0]
    except UnicodeDecodeError:
        raise PassphraseError(f'{path.name} is no plain text. Save it as "UTF-8".') from None


def conceal(passphrase: str, cost: Cost = STRONG) -> str:
    """The passphrase's Argon2id hash, with its salt and cost in it (PHC string)."""
    salt = os.urandom(16)
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive_phc_encoded(_encoded(passphrase))


def matches(passphrase: str, concealed: str) -> bool:
    """Whether the hash is this passphrase's. Raises HashError before spending memory on a tampered hash."""
    parts = _PHC.fullmatch(concealed)
    if parts is None or not Cost(*(int(number) for number in parts.groups())).within(CAP):
        raise HashError("A stored passphrase hash is damaged. Set a new passphrase.")
    try:
        Argon2id.verify_phc_encoded(_encoded(passphrase), concealed)
    except InvalidKey:
        return False
    return True


def _encoded(passphrase: str) -> bytes:
    """One spelling for one passphrase, whatever keyboard wrote it (NIST SP 800-63B section 5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace")


def _unguessable(passphrase: str, known: Iterable[str]) -> str:
    left = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", passphrase).casefold()) or passphrase
    words = {part for word in known for part in (re.sub(r"\W+", "", word), *re.split(r"\W+", word))}
    local = {word.casefold() for word in words if len(word) > 2}
    for word in sorted(local.union(_COMMON), key=len, reverse=True):
        left = left.replace(word, "")
    left = _REPEAT.sub(r"\1", left)
    inside = [any(left[j : j + 4] in _RUNS for j in range(max(0, i - 3), i + 1)) for i in range(len(left))]
    return "".join(letter for letter, dull in zip(left, inside, strict=True) if not dull)
