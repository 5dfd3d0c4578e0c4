"""The young people of a scene: who comes in which order, from which unit, and what each of them sends.

All of it is what the staff member who lent the tablet may know; what is random comes from a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from survey_app.ballot import contact_names, field_names, other_name
from survey_app.instrument.model import OpenText
from survey_app.instrument.snapshot import Snapshot

NEEDLE = "needle"
WRITES, WRITES_IN, ASKS = 0.8, 0.1, 0.9
"""How many say something in their own words, tick "other" with words, and ask to be contacted."""


@dataclass(frozen=True)
class Youth:
    """One visit. `answers` and `letter` are form fields; `words` are what must never be joined to them."""

    number: int
    box: str
    language: str
    answers: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    letter: tuple[tuple[str, str], ...]


def crowd(snapshot: Snapshot, count: int, boxes: Sequence[str], seed: int = 1) -> list[Youth]:
    """So many youths in their order of arrival; no two answer the same."""
    dice = Random(seed)
    return [_youth(snapshot, number, dice.choice(boxes), dice) for number in range(count)]


def _youth(snapshot: Snapshot, number: int, box: str, dice: Random) -> Youth:
    answers: list[tuple[str, str]] = []
    words: list[str] = []
    for question in snapshot.items():
        name = field_names(snapshot)[question.id]
        usual = [option.value for option in question.options if not option.other]
        others = [option.value for option in question.options if option.other]
        if isinstance(question.item, OpenText):
            if dice.random() < WRITES:
                words.append(_say(dice))
                answers.append((name, words[-1]))
        elif others and dice.random() < WRITES_IN:
            words.append(_say(dice))
            answers += [(name, others[0]), (other_name(name), words[-1])]
        else:
            answers.append((name, dice.choice(usual)))
    names, letter = contact_names(snapshot), []
    for asked in snapshot.items("separate") if dice.random() < ASKS else ():
        ticks = [option.value for option in asked.options if dice.random() < WRITES]
        letter += [(names[asked.id], said) for said in (ticks if asked.options else [f"{NEEDLE} {number}"])]
    language = dice.choice(snapshot.languages)
    return Youth(number, box, language, tuple(answers), tuple(words), tuple(letter))


def _say(dice: Random) -> str:
    """Words of very different lengths, nobody's like another's, that tell nothing of when they were said."""
    return f"{NEEDLE} {dice.randbytes(dice.randrange(6, 28)).hex()}"
