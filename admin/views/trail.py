"""The audit trail as a page: who did what, the newest first; whether the chain is whole. It opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from admin.access import requires
from admin.trail import Condition, Found, Line, Trail
from admin.trail_words import KINDS, kind_of, said, who_said
from survey_app.roles import Role

SIZE = 50
_NAME_MAX = 64


@dataclass(frozen=True)
class Entry:
    """One line as it is read; `who` and `person` are "" where the line cannot be read."""

    time: str
    who: str
    person: str
    said: str


@dataclass(frozen=True)
class Day:
    """The lines of one day, the newest first; None for lines that cannot be read."""

    day: date | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Choice:
    """A link that shows another part of the trail."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for; "" and None: all of them. `person`: a name, or who acted at the console."""

    kind: str
    person: str
    day: date | None
    before: int | None

    @property
    def narrowed(self) -> bool:
        """Whether not every line is shown."""
        return bool(self.kind or self.person or self.day)

    def fits(self, line: Line) -> bool:
        """Whether a line is asked for: the person did it, or it was done about them."""
        return (
            (not self.kind or kind_of(line) == self.kind)
            and (self.day is None or line.at.date() == self.day)
            and (not self.person or self.person in (line.actor, *line.about.values()))
        )

    def url(self, **changes: object) -> str:
        """The address of the page with these changes; it begins at the newest line."""
        asked = {"kind": self.kind, "person": self.person, "day": self.day, **changes}
        query = urlencode({name: str(value) for name, value in asked.items() if value})
        return f"{url_for('trail.show')}{'?' if query else ''}{query}"


@dataclass(frozen=True)
class Shown:
    """What the page shows."""

    condition: Condition
    kinds: tuple[Choice, ...]
    days: tuple[Day, ...]
    wanted: Wanted
    older: str


class TrailPage:
    """The trail's page."""

    def __init__(self, path: Path) -> None:
        self._trail = Trail(path)

    def blueprint(self) -> Blueprint:
        """The route."""
        pages = Blueprint("trail", __name__)
        pages.add_url_rule("/audit", "show", self.show)
        return pages

    @requires(Role.SUPERVISOR, Role.OPERATOR)
    def show(self) -> str:
        """Some lines, the newest first."""
        wanted = _wanted(request.args.get)
        found = self._trail.page(wanted.fits if wanted.narrowed else None, wanted.before, SIZE)
        shown = Shown(
            condition=self._trail.condition(),
            kinds=tuple(
                Choice(title, wanted.url(kind=kind), kind == wanted.kind)
                for kind, title in (("", "Everything"), *KINDS.items())
            ),
            days=tuple(
                Day(day, tuple(map(_entry, lines))) for day, lines in groupby(found.lines, key=_day_of)
            ),
            wanted=wanted,
            older=wanted.url(before=found.older) if found.older is not None else "",
        )
        return render_template("trail.html", shown=shown)


def _wanted(asked: Callable[[str, str], str]) -> Wanted:
    """What the address asks for; what it says wrongly is left out."""
    kind, day, before = asked("kind", ""), asked("day", ""), asked("before", "")
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        chosen = None
    place = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None
    return Wanted(kind if kind in KINDS else "", asked("person", "")[:_NAME_MAX].strip(), chosen, place)


def _day_of(found: Found) -> date | None:
    return found.line.at.date() if found.line else None


def _entry(found: Found) -> Entry:
    line = found.line
    if line is None:
        return Entry("", "", "", "This line cannot be read.")
    return Entry(f"{line.at:%H:%M}", who_said(line), line.actor, said(line))
