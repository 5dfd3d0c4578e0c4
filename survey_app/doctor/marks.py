"""Looks for the marks of the questions in whatever file may have been written meanwhile. It keeps none."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from survey_app.doctor.finding import Check, Findings, failed, fine, untried
from survey_app.doctor.questions import Mark
from survey_app.doctor.tree import printable

NGINX = Path("/var/log/nginx")
LAST = 8 * 2**20
"""Of a longer file the last bytes are read: what was just written stands at its end."""

SETTLING = 1.0
"""Seconds that a proxy may take to write its log."""

SLACK = 2.0


@dataclass(frozen=True)
class Search:
    """Where it was looked; which files hold a mark; which could not be read. `journals`: some of what the
    server says goes where this cannot look."""

    mark: Mark
    places: tuple[Path, ...]
    holding: tuple[Path, ...]
    unread: tuple[Path, ...]
    journals: bool


def search(mark: Mark, since: float, places: Iterable[Path], journals: bool) -> Search:
    """Read every file in these places that was changed since then."""
    time.sleep(SETTLING)
    wanted = tuple(dict.fromkeys(places))
    holding: list[Path] = []
    unread: list[Path] = []
    for path in dict.fromkeys(_files(wanted, unread)):
        try:
            if _holds(path, mark, since):
                holding.append(path)
        except OSError:
            unread.append(path)
    return Search(mark, wanted, tuple(holding), tuple(unread), journals)


def marks(found: Search) -> Findings:
    """Nobody's address, browser or question is written down."""
    for path in found.holding:
        yield failed(
            f"{printable(path)} keeps who asked what: marked questions of a moment ago stand in it.",
            "Switch that log off. In nginx: access_log off; error_log /dev/null crit;",
        )
    for path in found.unread:
        yield untried(f"{printable(path)} for marks: it cannot be read.", "Run the doctor as root.")
    if found.journals:
        yield untried(
            "the journal for marks: what the server says goes to another program.",
            f"This must find nothing: journalctl --since=-1h | grep {found.mark.word}",
        )
    if not found.holding:
        yield fine(f"Marked questions left nothing in {', '.join(map(printable, found.places))}.")


CHECKS = (Check("marks", "", marks),)


def _files(places: Iterable[Path], unread: list[Path]) -> Iterator[Path]:
    for place in places:
        if not os.path.isdir(place):
            yield place
            continue
        for folder, _, names in os.walk(place, onerror=lambda error: unread.append(Path(error.filename))):
            yield from (Path(folder, name) for name in sorted(names))


def _holds(path: Path, mark: Mark, since: float) -> bool:
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_ctime < since - SLACK:
            return False
        file.seek(max(0, found.st_size - LAST))
        text = file.read(LAST)
    return mark.word.encode() in text or mark.address.encode() in text
