"""How far a published number may move: by nobody's answers, or by those of k and more. It shows no number.

A release opens k ballots or more, but fewer than k of them may have answered one question; taking that
question's number before the release from the one after it would single them out. So the newest answers behind
a number wait until they are k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from admin.scoring.constructs import scored
from admin.scoring.keying import Scale
from admin.scoring.patterns import Patterns

Steps = Sequence[Mapping[str, Patterns]]
"""What each release added, the oldest first: block id -> counts. A block that is missing added nothing."""


def moves(joined: Sequence[int], k: int) -> list[int]:
    """After which releases, from 1, a number may be shown anew; `joined`: how many stand behind it in each.

    A number that rests on fewer than k is hidden, so it may grow freely until it is shown. Releases to come
    change nothing about what was shown before.
    """
    places: list[int] = []
    shown = waiting = 0
    for place, more in enumerate(joined, 1):
        waiting += more
        if shown < k:
            places = []
        if shown < k or waiting == 0 or waiting >= k:
            places.append(place)
            shown, waiting = shown + waiting, 0
    return places


def settled(joined: Sequence[int], k: int) -> int:
    """How many releases, the oldest first, a number may rest on today."""
    return max(moves(joined, k), default=0)


def scored_moves(scale: Scale, steps: Steps, k: int) -> list[int]:
    """After which of these releases a scale's score may be shown anew."""
    return moves([scored(scale, step[scale.id]) if scale.id in step else 0 for step in steps], k)


def total(block: str, bases: Sequence[int], steps: Steps) -> Patterns:
    """A block's counts over these releases."""
    return Patterns.total([Patterns.none(bases), *(step[block] for step in steps if block in step)])
