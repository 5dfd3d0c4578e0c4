"""What can be wrong with an instrument, said to a county officer. It finds nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from survey_app.instrument.model import Instrument

Level = Literal["E", "W", "I"]


@dataclass(frozen=True)
class Finding:
    """What is wrong where, and what to write instead; both are whole sentences."""

    message: str
    remedy: str
    section: str = ""
    item: str = ""


@dataclass(frozen=True)
class Rule:
    """A named check: E blocks publishing, W needs a reason in lint_ok."""

    level: Level
    find: Callable[[Instrument], Iterable[Finding]]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an instrument: E blocks publishing, W needs a reason in lint_ok, I informs."""

    level: Level
    rule: str
    file: str
    section: str
    item: str
    message: str
    remedy: str

    def __str__(self) -> str:
        section = f', section "{self.section}"' if self.section else ""
        item = f", {self.item}" if self.item else ""
        said = f"{self.file}{section}{item}: {self.message} {self.remedy} ({self.level} {self.rule})"
        # A hostile file must not steer the terminal that shows its problems.
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in said)


class InstrumentError(Exception):
    """A file that is no sound instrument; `problems` says why, in kind sentences."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def problem(level: Level, rule: str, file: str, finding: Finding) -> Problem:
    """The finding of a rule in a file."""
    return Problem(level, rule, file, finding.section, finding.item, finding.message, finding.remedy)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """'Did you mean "x"?' where something close is known, else the other advice."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else otherwise
