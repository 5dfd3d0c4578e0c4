"""The page "You said, we did": what staff published, read anew whenever a file of it changed.

A file that is broken is a page that is not there. Nothing of a visitor comes in here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

from survey_app.files import FileError
from survey_app.frames import Link
from survey_app.instrument.snapshot import Said
from survey_app.said_file import Finding, SaidFile, read_said, spoken

_Mark = tuple[int, int, int]


class SaidFolder:
    """The published files in a folder, one for each wave at most; `waves`: their ids, the newest first."""

    def __init__(self, folder: Path, waves: Iterable[str]) -> None:
        self._paths = tuple(folder / f"{wave}.json" for wave in waves)
        self._read: dict[Path, tuple[_Mark, SaidFile | None]] = {}

    def published(self) -> tuple[SaidFile, ...]:
        """What can be shown now, the newest wave first."""
        return tuple(found for path in self._paths if (found := self._found(path)))

    def _found(self, path: Path) -> SaidFile | None:
        try:
            seen = path.stat()
        except OSError:
            self._read.pop(path, None)
            return None
        mark = (seen.st_ino, seen.st_ctime_ns, seen.st_size)
        if path not in self._read or self._read[path][0] != mark:
            self._read[path] = (mark, _read(path))
        return self._read[path][1]


@dataclass(frozen=True)
class Done:
    """One thing that was said and done. `answer` is empty where it is about a whole topic."""

    share: str
    answer: Said
    about: Said
    did: Said


@dataclass(frozen=True)
class Earlier:
    """The way to another wave's page."""

    wave: str
    period: str


@dataclass(frozen=True)
class SaidPage:
    """The page of one wave in one language."""

    wave: str
    period: str
    people: str
    links: tuple[Link, ...]
    done: tuple[Done, ...]
    others: tuple[Earlier, ...]


def said_page(
    said: SaidFile, others: Iterable[SaidFile], language: str, links: tuple[Link, ...]
) -> SaidPage:
    """The page; `others`: the other waves that something was published of."""
    return SaidPage(
        wave=said.wave,
        period=period(said.opens, said.closes, language),
        people=said.people,
        links=links,
        done=tuple(_done(one, language) for one in said.findings),
        others=tuple(Earlier(one.wave, period(one.opens, one.closes, language)) for one in others),
    )


def period(opens: date, closes: date, language: str) -> str:
    """The months of a wave, as the language writes them."""
    try:
        locale = Locale.parse(language)
        months = [format_skeleton("yMMMM", day, locale=locale) for day in (opens, closes)]
    except (UnknownLocaleError, ValueError, KeyError):
        months = [f"{day:%Y-%m}" for day in (opens, closes)]
    return " \u2013 ".join(dict.fromkeys(months))


def _done(finding: Finding, language: str) -> Done:
    answer, about, did = (spoken(one, language) for one in (finding.answer, finding.about, finding.did))
    return Done(finding.share, answer, about, did)


def _read(path: Path) -> SaidFile | None:
    try:
        return read_said(path)
    except FileError:
        return None
