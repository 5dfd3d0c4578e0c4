"""What a results page may say: words with suppressed numbers, ready to print. Nothing is computed here."""

from __future__ import annotations

from dataclasses import dataclass

from admin.scoring.suppression import Shown
from survey_app.instrument.snapshot import Said


@dataclass(frozen=True)
class AnswerShare:
    """One class of answers to an item. `labels`: its options' wordings. `tone`: -1, 0 or 1 for below, at or
    above the middle of its scale after keying; 0 where there is no scale."""

    labels: tuple[Said, ...]
    tone: int
    shown: Shown

    @property
    def label(self) -> str:
        """The options in one line."""
        return " / ".join(map(str, self.labels))


@dataclass(frozen=True)
class ItemSummary:
    """One item of a scale. `shares` run from the most unfavourable to the most favourable class.

    `reverse`: agreeing is the unfavourable answer; then `unmet` is the share that agrees.
    """

    id: str
    number: int
    stem: Said
    text: Said
    reverse: bool
    n: Shown
    favourable: Shown
    shares: tuple[AnswerShare, ...]
    unmet: Shown | None


@dataclass(frozen=True)
class ReliabilitySummary:
    """How well a scale's items hang together, over the `n` who answered all of them.

    `item_rest` and `alpha_drop` follow the scale's items. `is_early`: so few that they may still change much.
    """

    n: Shown
    is_early: bool
    alpha: Shown
    average_r: Shown
    item_rest: tuple[Shown, ...]
    alpha_drop: tuple[Shown, ...]


@dataclass(frozen=True)
class ScaleSummary:
    """One construct or activity. `low`, `high`: the ends of its scale; `above`: where positive begins.

    `unscorable`: percent of all responses with fewer than `needed` answered items.
    """

    id: str
    label: Said
    definition: Said
    domain: str
    note: str
    low: float
    high: float
    above: float
    n: Shown
    unscorable: Shown
    positive: Shown
    mean: Shown
    needed: int
    reliability: ReliabilitySummary
    items: tuple[ItemSummary, ...]


@dataclass(frozen=True)
class ChoiceSummary:
    """An item that is in no scale: the share of each answer among those who answered.

    `several`: any number of choices, so that shares do not add up to 100; n are those who ticked something.
    """

    id: str
    number: int
    section: Said
    stem: Said
    text: Said
    several: bool
    n: Shown
    shares: tuple[AnswerShare, ...]


@dataclass(frozen=True)
class NumberSummary:
    """An item that asks for a whole number."""

    id: str
    number: int
    section: Said
    text: Said
    unit: Said
    n: Shown
    mean: Shown


@dataclass(frozen=True)
class SurveySummary:
    """Everything that a scoring page shows of one set of responses."""

    title: Said
    k: int
    n: Shown
    constructs: tuple[ScaleSummary, ...]
    activities: tuple[ScaleSummary, ...]
    choices: tuple[ChoiceSummary, ...]
    numbers: tuple[NumberSummary, ...]
