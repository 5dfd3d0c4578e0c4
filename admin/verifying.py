"""Which opened ballots count where cards are in use: one for each code that was printed and has not counted.

Pure: it opens nothing and stores nothing, and says of no single ballot why it does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar


class Carded(Protocol):
    """A ballot and the code that came with it ("" for none)."""

    @property
    def id(self) -> bytes: ...

    @property
    def card(self) -> str: ...


class Hasher(Protocol):
    """A wave's key."""

    def hashed(self, code: str) -> bytes: ...

    def place(self, ballot_id: bytes) -> bytes: ...


_Ballot = TypeVar("_Ballot", bound=Carded)


def verified(key: Hasher, valid: Collection[bytes], ballots: Iterable[_Ballot]) -> dict[bytes, _Ballot]:
    """hash of a code -> the one ballot that counts for it, out of all ballots of a wave.

    Of several with the same code the first in the key's order. In the order of ids a stuffer could come
    first: an id follows from what a form says of itself, so that ids can be tried out until one is small.
    """
    found: dict[bytes, _Ballot] = {}
    for ballot in sorted(ballots, key=lambda ballot: key.place(ballot.id)):
        hashed = key.hashed(ballot.card) if ballot.card else b""
        if hashed in valid:
            found.setdefault(hashed, ballot)
    return found
