"""Who on the staff side sees what: the staff server's gate and the page for young people are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a staff account is for."""

    SUPERVISOR = "supervisor"
    EVALUATOR = "evaluator"
    OPERATOR = "operator"


class Sight(StrEnum):
    """One kind of thing that came from young people."""

    NUMBERS = "numbers"
    """Counts and scores of groups of at least k."""

    ROWS = "rows"
    """One line of closed answers for each young person, shuffled, in a file of many."""

    REDACTED = "redacted"
    """What is left of one's own words when a person has blacked out what could give somebody away."""

    WORDS = "words"
    """What was written in one's own words, apart from the other answers."""

    CONTACTS = "contacts"
    """The notes of those who asked to be contacted."""


SEES: Mapping[Role, frozenset[Sight]] = {
    Role.SUPERVISOR: frozenset(Sight) - {Sight.ROWS},
    Role.EVALUATOR: frozenset({Sight.NUMBERS, Sight.ROWS, Sight.REDACTED}),
    Role.OPERATOR: frozenset(),
}


MAY_OPEN: Mapping[Role, frozenset[str]] = {
    Role.SUPERVISOR: frozenset({"answers", "contact"}),
    Role.EVALUATOR: frozenset({"answers"}),
    Role.OPERATOR: frozenset(),
}
"""The purposes that a key holder of the same name as an account may be for: who runs the machine has no key
of any kind, and who reads results cannot open a note."""


def who_sees(sight: Sight) -> tuple[Role, ...]:
    """The roles that may see it."""
    return tuple(role for role in Role if sight in SEES[role])
