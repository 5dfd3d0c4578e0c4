"""Ballots leave a box together or not at all; letters leave at once. It can read no seal.

Whatever fails in between, a ballot is in the intake or in a file or in both, never in neither; the staff host
takes every ballot once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import SystemRandom

from survey_app.boxes import BoxFile, departures, write_box, write_letter
from survey_app.files import alone_in, make_private_folder
from survey_app.site import Site, Wave
from survey_app.waiting import Waiting


@dataclass(frozen=True)
class HandoverReport:
    """Which boxes left, with how many ballots (k or more), and what stays unless somebody acts."""

    left: tuple[tuple[str, int], ...]
    staying: tuple[str, ...]


def public_folder(data: Path) -> Path:
    """The public host's own part of the data folder."""
    return make_private_folder(data / "public")


def intake_url(data: Path) -> str:
    """The SQLAlchemy URL of the intake where no other is configured."""
    return f"sqlite:///{public_folder(data) / 'intake.db'}"


def today_in_utc() -> date:
    """Today's date, the same on every host."""
    return datetime.now(UTC).date()


def hand_over(data: Path, site: Site, today: date, url: str = "") -> HandoverReport:
    """Let every box with at least site.k ballots leave as one shuffled file; change nothing else anywhere.

    Raises OSError and SQLAlchemyError; what had left by then has left, the rest waits.
    """
    with _alone(data) as outbox:
        waiting = Waiting(url or intake_url(data))
        counts = waiting.counts()
        left, staying = [], []
        for wave in site.waves:
            here = {box.id: counts.pop(box.id) for box in wave.boxes if box.id in counts}
            leaving = departures(here, site.k, wave.is_over(today))
            for departure in leaving:
                left.append((departure.box, _let_out(waiting, outbox, wave, departure.box, departure.boxes)))
            if wave.is_over(today) and len(here) > sum(len(departure.boxes) for departure in leaving):
                staying.append(
                    f"Ballots of the wave {wave.id} stay sealed: fewer than {site.k} are left of it."
                )
        staying += [f"Ballots of the box {box} stay: site.json does not know it." for box in sorted(counts)]
        waiting.tidy()
    return HandoverReport(tuple(left), tuple(staying))


def send_letters(data: Path, url: str = "") -> int:
    """Let every waiting letter leave, one file each; returns how many. Raises like `hand_over`."""
    with _alone(data) as outbox:
        waiting = Waiting(url or intake_url(data))
        letters = waiting.letters()
        for letter_id, sealed in letters:
            write_letter(outbox, letter_id, sealed)
        if letters:
            waiting.remove_letters(letter_id for letter_id, _ in letters)
    return len(letters)


def _let_out(waiting: Waiting, outbox: Path, wave: Wave, box: str, boxes: tuple[str, ...]) -> int:
    ballots = waiting.ballots(boxes)
    SystemRandom().shuffle(ballots)
    write_box(outbox, BoxFile(wave.id, box, tuple(ballots)))
    waiting.remove_ballots(ballot_id for ballot_id, _ in ballots)
    return len(ballots)


@contextmanager
def _alone(data: Path) -> Iterator[Path]:
    """The outbox, with no other handover at work on this host."""
    outbox = make_private_folder(public_folder(data) / "outbox")
    with alone_in(outbox, outbox.parent / "handover.lock"):
        yield outbox
