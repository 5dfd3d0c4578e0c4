"""An instrument file read from disk, or every problem in it at once. It never lets a traceback out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from survey_app.instrument.model import Instrument


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an instrument: E blocks publishing, W needs a reason in lint_ok, I informs."""

    level: Literal["E", "W", "I"]
    rule: str
    file: str
    section: str
    item: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.level} {self.file}: {self.message} {self.remedy}"


class InstrumentError(Exception):
    """A file that is no instrument; `problems` says why, in kind sentences."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load_instrument(path: Path) -> Instrument:
    """Read an instrument; raises InstrumentError with every problem found."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Instrument)
    except (OSError, msgspec.DecodeError) as error:
        problem = Problem("E", "unreadable", path.name, "", "", str(error), "")
        raise InstrumentError((problem,)) from error
