"""Ballots leave a box together or not at all; letters leave at once. It can read no seal.

Whatever fails in between, a ballot is in the intake or in a file or in both, never in neither; the staff host
takes every ballot once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from random import SystemRandom

from survey_app.boxes import BoxFile, Departure, departures, in_files, write_box, write_letter
from survey_app.files import alone_in, make_private_folder
from survey_app.site import Site, Wave
from survey_app.waiting import Waiting

CROWD = 4_000
"""So many ballots may wait: rewriting them takes a third of a second, and a sender waits for two."""


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
    """Let every box with at least site.k ballots leave, shuffled; change nothing else anywhere.

    Raises OSError and SQLAlchemyError; what had left by then has left, the rest waits.
    """
    with _alone(data) as outbox:
        waiting = Waiting(url or intake_url(data))
        counts = waiting.counts()
        left, staying = [], []
        for wave in site.waves:
            here = _waiting_in(wave, counts)
            leaving = departures(here, site.k, wave.is_over(today))
            for departure in leaving:
                left.append((departure.box, _let_out(waiting, outbox, wave, departure, site.k)))
            if wave.is_over(today) and len(here) > sum(len(departure.boxes) for departure in leaving):
                staying.append(
                    f"Ballots of the wave {wave.id} stay sealed: fewer than {site.k} are left of it."
                )
        unknown = sorted(set(counts) - {box.id for _, box in site.boxes()})
        staying += [f"Ballots of the box {box} stay: site.json does not know it." for box in unknown]
        waiting.tidy()
    return HandoverReport(tuple(left), tuple(staying))


def thin_out(data: Path, site: Site, url: str = "") -> int:
    """Where more than CROWD ballots wait, let the fullest boxes leave before their turn until half do.

    Fullest first: a small box is drawn in last, and never below k. Where that would not let out half a CROWD
    nothing leaves: else, beside many boxes below k, each k-th ballot would be seen to come. Returns how many
    left; raises like `hand_over`.
    """
    with _alone(data) as outbox:
        waiting = Waiting(url or intake_url(data))
        counts = waiting.counts()
        leaving = _fullest(site, counts, sum(counts.values()) - CROWD // 2)
        if sum(counts.values()) <= CROWD or sum(counts[one.box] for _, one in leaving) < CROWD // 2:
            return 0
        left = sum(_let_out(waiting, outbox, wave, one, site.k) for wave, one in leaving)
        waiting.tidy()
    return left


def _fullest(site: Site, counts: Mapping[str, int], surplus: int) -> list[tuple[Wave, Departure]]:
    """Of the boxes with k ballots, as many of the fullest as hold the surplus, or all."""
    ready = [
        (wave, departure)
        for wave in site.waves
        for departure in departures(_waiting_in(wave, counts), site.k, closed=False)
    ]
    ready.sort(key=lambda one: counts[one[1].box], reverse=True)
    held = [0, *accumulate(counts[departure.box] for _, departure in ready)]
    return [one for one, before in zip(ready, held, strict=False) if before < surplus]


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


def _waiting_in(wave: Wave, counts: Mapping[str, int]) -> dict[str, int]:
    return {box.id: counts[box.id] for box in wave.boxes if box.id in counts}


def _let_out(waiting: Waiting, outbox: Path, wave: Wave, departure: Departure, k: int) -> int:
    """In files of bounded size, one after another: memory holds one. What a fault leaves is k or more."""
    ballots = waiting.ballot_ids(departure.boxes)
    SystemRandom().shuffle(ballots)
    for ids in in_files(ballots, k):
        write_box(outbox, BoxFile(wave.id, departure.box, tuple(waiting.ballots(ids))))
        waiting.remove_ballots(ids)
    return len(ballots)


@contextmanager
def _alone(data: Path) -> Iterator[Path]:
    """The outbox, with no other handover at work on this host."""
    outbox = make_private_folder(public_folder(data) / "outbox")
    with alone_in(outbox, outbox.parent / "handover.lock"):
        yield outbox
