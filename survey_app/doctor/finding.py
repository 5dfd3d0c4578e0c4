"""What a check is and what it may say: a level, a sentence and a remedy. It looks at nothing itself."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar


class Level(StrEnum):
    """How bad it is. WARN does not change the exit status."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One sentence, and what to do about it."""

    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".rstrip()


Seen = TypeVar("Seen")
Findings = Iterator[Finding]


@dataclass(frozen=True)
class Check(Generic[Seen]):
    """Looks at one thing; `fine` is what is said where nothing is found. `at_start`: a failure of it stops a
    start of the server, too."""

    name: str
    fine: str
    look: Callable[[Seen], Iterable[Finding]]
    at_start: bool = False

    def findings(self, seen: Seen) -> tuple[Finding, ...]:
        """What there is to say, at least one finding."""
        return tuple(self.look(seen)) or (fine(self.fine),)


def fine(what: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, what)


def warned(what: str, remedy: str) -> Finding:
    """Somebody should look at it."""
    return Finding(Level.WARN, what, remedy)


def failed(what: str, remedy: str) -> Finding:
    """A promise is broken, or will be."""
    return Finding(Level.FAIL, what, remedy)


def untried(what: str, remedy: str) -> Finding:
    """Nothing is known about it: this must not look like a pass."""
    return Finding(Level.WARN, f"Not tried: {what}", remedy)


def command(words: str, *paths: Path) -> str:
    """A line to copy into a terminal: whatever a file is called, the shell takes it as its name only."""
    return " ".join([words, *map(quoted, paths)])


def quoted(path: Path) -> str:
    """The path as a shell reads it; what a terminal may not print, in bash's own spelling ($'...')."""
    name = str(path)
    if name.isascii() and name.isprintable():
        return shlex.quote(name)
    spelt = (chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in os.fsencode(path))
    return f"$'{''.join(spelt)}'"
