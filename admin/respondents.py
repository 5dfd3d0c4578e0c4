"""Simulated young people: how they answer any instrument, drawn from a seed. Pure; no file, no network.

They exist to try the platform out. Nothing that they say may ever be mixed with a real release.

The model is a bifactor model: one general feeling about probation, one feeling per section, and chance, each
shifted by unit, wave and section; a latent value is cut into the ordered answers. A reversed item sees the
same feeling with its sign turned.
"""

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from admin.phrases import COMMENTS, FIRST_NAMES, KEEP_OUT, LAST_NAMES, REQUESTS, WRITE_INS
from survey_app.ballot import TICK
from survey_app.instrument.model import Contact, ContactField, Number, OpenText, Option, ResponseSet
from survey_app.instrument.snapshot import Question, Snapshot

Answer = str | tuple[str, ...] | int
Letter = dict[str, str | tuple[str, ...]]

GENERAL, SPECIFIC, CHANCE = 0.6, 0.4, 0.55
SPREAD = {"section": 0.45, "unit": 0.35, "wave": 0.2, "unit and wave": 0.1, "item": 0.25}
LOWEST_CUT, HIGHEST_CUT = -1.5, 0.75
SKIPS_AT_START, SKIPS_AT_END = 0.01, 0.07
BREAK_OFFS = 0.06
STRAIGHT_LINERS = 0.05
COMMENTERS = 0.3
CONTACTS = 0.1
FILLED: dict[ContactField, float] = {
    "name": 1,
    "phone": 0.8,
    "email": 0.5,
    "ways": 0.8,
    "times": 0.6,
    "discreet": 0.3,
    "topic": 0.7,
    "note": 0.5,
    "keep_out": 0.15,
}
TICKED = 0.4
IN_SOURCE_LANGUAGE = 0.72


@dataclass(frozen=True)
class Sheet:
    """One young person's finished survey: answers by question id (write-ins under "<id>__other"), and the
    fields of the separate letter by contact item id, empty for most."""

    language: str
    answers: dict[str, Answer]
    letter: Letter


@dataclass(frozen=True)
class Youth:
    """What one respondent brings along: a feeling per section, and one's own dice."""

    dice: Random
    language: str
    feelings: dict[str, float]
    straight: float | None


class Respondents:
    """An endless, reproducible supply of respondents to one snapshot."""

    def __init__(self, snapshot: Snapshot, seed: int = 1) -> None:
        self._snapshot = snapshot
        self._seed = seed
        self._reversed = {
            member.item
            for construct in snapshot.instrument.constructs
            for member in construct.items
            if member.reverse
        }

    def sheet(self, unit: str, wave: str, number: int) -> Sheet:
        """The answers of respondent `number` of this unit and wave; the same arguments, the same answers."""
        youth = self._youth(unit, wave, number)
        questions = self._snapshot.items()
        last = len(questions)
        if youth.dice.random() < BREAK_OFFS:
            last = youth.dice.randrange(1, last + 1)
        answers: dict[str, Answer] = {}
        for place, question in enumerate(questions[:last]):
            tiredness = place / max(1, len(questions) - 1)
            if youth.dice.random() >= SKIPS_AT_START + (SKIPS_AT_END - SKIPS_AT_START) * tiredness:
                answers |= self._answer(youth, question)
        return Sheet(youth.language, answers, self._letter(youth))

    def _youth(self, unit: str, wave: str, number: int) -> Youth:
        dice = Random(f"{self._seed}|{unit}|{wave}|{number}")
        climate = (("unit", unit), ("wave", wave), ("unit and wave", f"{unit} {wave}"))
        general = sum(self._lean(what, name) for what, name in climate) + GENERAL * dice.gauss()
        feelings = {
            section.id: general + self._lean("section", section.id) + SPECIFIC * dice.gauss()
            for section in self._snapshot.sections()
        }
        straight = dice.uniform(0.3, 1) if dice.random() < STRAIGHT_LINERS else None
        return Youth(dice, self._language(dice), feelings, straight)

    def _lean(self, what: str, name: str) -> float:
        """The fixed shift of this section, unit or wave, within its spread."""
        return SPREAD[what] * Random(f"{self._seed}|{what}|{name}").uniform(-1, 1)

    def _language(self, dice: Random) -> str:
        source = self._snapshot.instrument.source_language
        others = [language for language in self._snapshot.languages if language != source]
        return source if not others or dice.random() < IN_SOURCE_LANGUAGE else dice.choice(others)

    def _answer(self, youth: Youth, question: Question) -> dict[str, Answer]:
        """The answer by question id, with its write-in; empty where this youth has nothing to say."""
        item, responses = question.item, question.response_set
        if isinstance(item, OpenText):
            said = youth.dice.choice(_in(COMMENTS, youth.language))[: item.max_length]
            return {question.id: said} if youth.dice.random() < COMMENTERS else {}
        if isinstance(item, Number):
            return {question.id: round(youth.dice.triangular(item.minimum, item.maximum))}
        if responses is None:
            return {}
        if question.kind == "multi":
            return self._ticks(youth, question.id, responses.options)
        if responses.kind == "ordinal" and responses.direction != "ideal_middle":
            return {question.id: self._on_scale(youth, question, responses)}
        return {question.id: _choose(youth.dice, responses.options).value}

    def _on_scale(self, youth: Youth, question: Question, responses: ResponseSet) -> str:
        scored = [option for option in responses.options if option.score is not None]
        ladder = sorted(scored, key=lambda option: option.score or 0)
        if youth.straight is not None:
            return ladder[min(int(youth.straight * len(ladder)), len(ladder) - 1)].value
        feeling = youth.feelings[question.section] + self._lean("item", question.id)
        latent = feeling + CHANCE * youth.dice.gauss()
        if question.id in self._reversed:
            latent = -latent
        step = (HIGHEST_CUT - LOWEST_CUT) / max(1, len(ladder) - 2)
        cuts = [LOWEST_CUT + step * index for index in range(len(ladder) - 1)]
        return ladder[bisect(cuts, latent)].value

    def _ticks(self, youth: Youth, question_id: str, options: Sequence[Option]) -> dict[str, Answer]:
        feeling = sum(youth.feelings.values()) / max(1, len(youth.feelings))

        def appeals(option: Option) -> bool:
            rare = 2 if option.other else 0.6
            return youth.dice.random() < _chance(feeling + 4 * self._lean("item", option.value) - rare)

        named = [option for option in options if not option.exclusive and appeals(option)]
        ticked = named or [option for option in options if option.exclusive]
        answers: dict[str, Answer] = {question_id: tuple(option.value for option in ticked)} if ticked else {}
        if any(option.other for option in ticked):
            answers[f"{question_id}__other"] = youth.dice.choice(_in(WRITE_INS, youth.language))
        return answers

    def _letter(self, youth: Youth) -> Letter:
        """What this youth fills in to be contacted, empty for most: a name, and some of the rest."""
        dice = youth.dice
        if dice.random() >= CONTACTS:
            return {}
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        words = {
            "name": f"{first} {last}",
            "phone": f"(213) 555-01{dice.randrange(100):02}",
            "email": f"{first}.{last}@example.org".lower(),
            "note": dice.choice(_in(REQUESTS, youth.language)),
            "keep_out": dice.choice(_in(KEEP_OUT, youth.language)),
        }
        letter: Letter = {}
        for question in self._snapshot.items("separate"):
            if isinstance(question.item, Contact) and dice.random() < FILLED[question.item.field]:
                written = words.get(question.item.field, TICK)
                ticked = [option.value for option in question.options if dice.random() < TICKED]
                letter[question.id] = tuple(ticked) if question.options else written
        return {field: said for field, said in letter.items() if said}


def _in(phrases: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return phrases.get(language, phrases["en"])


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _choose(dice: Random, options: Sequence[Option]) -> Option:
    """One of the unordered options; the second, where people tend to put the middle way, most often."""
    return dice.choices(options, [1 / (1 + 1.5 * abs(place - 1)) for place in range(len(options))])[0]
