"""What the page "Who can see what" is made of: the settings that run and the staff side's own table of roles.

It says only what the code does; its stamp changes with every word of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from survey_app.instrument.snapshot import Said
from survey_app.roles import SEES, Role, Sight

STAMP_LENGTH = 16


def _(message: str) -> str:
    """Marks a message for translation; the page says it in its own language."""
    return message


_PACES = (
    (604_800, _("once a week"), _("once every {n} weeks")),
    (86_400, _("once a day"), _("once every {n} days")),
    (3_600, _("once an hour"), _("once every {n} hours")),
    (60, _("once a minute"), _("once every {n} minutes")),
)

_WORDS_KEPT = (
    _("What you wrote is destroyed when the survey has ended."),
    _("What you wrote is destroyed one day after the survey has ended."),
    _("What you wrote is destroyed {n} days after the survey has ended."),
)

STAFF: dict[Role, str] = {
    Role.SUPERVISOR: _("The supervisor whom the department has chosen for this"),
    Role.EVALUATOR: _("The people who study the survey"),
    Role.OPERATOR: _("Whoever looks after the computers"),
}
SIGHTS: dict[Sight, str] = {
    Sight.NUMBERS: _("Numbers about groups of at least {k} young people"),
    Sight.ROWS: _("Single sheets of answers, mixed up, no names, once the survey is over and 50 took part"),
    Sight.REDACTED: _("What was written in own words, after a person took out what could give somebody away"),
    Sight.WORDS: _("What was written in own words, just as it was written, mixed up and without names"),
    Sight.CONTACTS: _("The notes of those who asked to be contacted"),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of this installation.

    `k`: a box is opened with at least so many ballots; `pace`: a message, and its number, for how often as a
    rule; `contact`: whether a note can be written now; `due` and `kept`: by when somebody tries, and how long
    the note stays; `duty`: what may have to be reported; `words_kept`: how long comments stay as they were
    written; `tls`: whether it is reached by https only; `codes`: whether only answers with the code of a card
    count.
    """

    k: int
    pace: tuple[str, int]
    contact: bool
    due: tuple[str, int]
    kept: tuple[str, int]
    duty: Said
    words_kept: tuple[str, int]
    tls: bool
    codes: bool = False

    @property
    def staff(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each role and what it sees, as messages; no notes where none can be written."""
        offered = [sight for sight in Sight if self.contact or sight is not Sight.CONTACTS]
        return tuple(
            (STAFF[role], tuple(SIGHTS[sight] for sight in offered if sight in SEES[role])) for role in Role
        )


def pace(seconds: int) -> tuple[str, int]:
    """How often a handover comes as a rule, as a message and its number, rounded down to whole units.

    A crowd's ballots, and those that the operator insists on, leave sooner.
    """
    for unit, once, often in _PACES:
        if seconds >= unit:
            count = seconds // unit
            return (once if count == 1 else often), count
    return _PACES[-1][1], 1


def words_kept(days: int) -> tuple[str, int]:
    """How long comments stay as they were written, as a message and its number."""
    return _WORDS_KEPT[min(days, 2)], days


def stamp(facts: Markup) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the page's facts, exactly as they stand in it."""
    return sha256(facts.encode()).hexdigest()[:STAMP_LENGTH]
