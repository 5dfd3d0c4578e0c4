"""What is left of a comment when a person has blacked out what could give somebody away. Pure.

Nothing can be changed or added, and nothing can go without a mark in its place: what others read is made of
the comment's own letters only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MARK = "[…]"
"""Stands where something was taken out."""

_MARK = re.compile(r"[\[\uff3b\u3010]\s*(?:…+|\.{2,}|\u3002{2,})\s*[\]\uff3d\u3011]")


@dataclass(frozen=True)
class Piece:
    """A stretch of a comment, and whether it was taken out."""

    text: str
    gone: bool


def blacked(original: str, edited: str) -> tuple[Piece, ...] | None:
    """Which stretches of `original` the marks in `edited` stand for; None where more than that was changed,
    where there is no mark, or where nothing is left. Spaces do not count.
    """
    first, *others = (_letters(part) for part in _MARK.split(edited))
    letters = [place for place, letter in enumerate(original) if not letter.isspace()]
    if not others or not any((first, *others)):
        return None
    found = _pattern(first, others).fullmatch("".join(original[place] for place in letters))
    if found is None:
        return None
    spans = [found.span(number) for number in range(1, found.re.groups + 1)]
    kept = [(letters[start], letters[end - 1] + 1) for start, end in spans if end > start]
    return tuple(_pieces(original, kept))


def what_is_left(pieces: Sequence[Piece]) -> str:
    """The comment as others may read it."""
    return "".join(_marked(piece) for piece in pieces)


def _pattern(first: str, others: Sequence[str]) -> re.Pattern[str]:
    """What is kept, in this order, with something between any two. Each stretch is looked for once (an atomic
    group): a slip among many marks must not take for ever."""
    middle = "".join(f"(?>.+?({re.escape(part)}))" for part in others[:-1] if part)
    return re.compile(f"({re.escape(first)}){middle}.+({re.escape(others[-1])})", re.DOTALL)


def _pieces(original: str, kept: Sequence[tuple[int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end in (*kept, (len(original), len(original))):
        if start > at and original[at:start].strip():
            pieces.append(Piece(original[at:start], True))
        elif start > at:
            pieces.append(Piece(original[at:start], False))
        if end > start:
            pieces.append(Piece(original[start:end], False))
        at = end
    return pieces


def _marked(piece: Piece) -> str:
    """A stretch that is gone leaves the spaces round it where they were."""
    if not piece.gone:
        return piece.text
    bare = piece.text.strip()
    before, _, after = piece.text.partition(bare)
    return f"{before}{MARK}{after}"


def _letters(text: str) -> str:
    return "".join(text.split())
