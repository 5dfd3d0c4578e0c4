"""Simulated young people fill in the real form of a running public server, over HTTP.

They are for trying things out: nothing here opens the intake, and no page is told who asks for it.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from random import Random

from admin.phone import Pairs, Phone, SimulationError, form_to
from admin.progress import Bar
from admin.respondents import Respondents, Sheet
from survey_app.ballot import contact_names, field_names, other_name
from survey_app.hosting.command import Subparsers
from survey_app.instrument.snapshot import Snapshot, SnapshotError, load_snapshot
from survey_app.site import Site, SiteError, load_site

AT_ONCE = 4
MOST_RESPONSES = 100_000


@dataclass(frozen=True)
class Errand:
    """One survey to take: which box, and which respondent of which unit and wave answers."""

    box: str
    unit: str
    wave: str
    number: int


def answer_pairs(snapshot: Snapshot, sheet: Sheet) -> Pairs:
    """A sheet's answers under the names that the page gives its fields."""
    pairs: Pairs = []
    for question, name in field_names(snapshot).items():
        answer = sheet.answers.get(question, ())
        pairs += [(name, str(value)) for value in (answer if isinstance(answer, tuple) else (answer,))]
        if words := sheet.answers.get(f"{question}__other"):
            pairs.append((other_name(name), str(words)))
    return pairs


def letter_pairs(snapshot: Snapshot, sheet: Sheet) -> Pairs:
    """The contact fields that this youth fills in."""
    names = contact_names(snapshot)
    return [
        (names[item], value)
        for item, said in sheet.letter.items()
        for value in (said if isinstance(said, tuple) else (said,))
    ]


def take_survey(phone: Phone, snapshot: Snapshot, box: str, sheet: Sheet) -> None:
    """One whole survey as a browser does it: page, Send, thanks, and for some the separate letter."""
    page = phone.page(f"/{sheet.language}/s/{box}")
    thanks = phone.send("/send", form_to(page, "/send").filled(answer_pairs(snapshot, sheet)))
    if pairs := letter_pairs(snapshot, sheet):
        phone.send("/contact", form_to(thanks, "/contact").filled(pairs))


def spread(site: Site, boxes: Sequence[str], responses: int, seed: int) -> list[Errand]:
    """`responses` errands in random order over these boxes; the first get more, as units differ in size."""
    weights = [1 / (1 + place / len(boxes)) for place in range(len(boxes))]
    shares = [ceil(responses * weight / sum(weights)) for weight in weights]
    chosen = [box for box, share in zip(boxes, shares, strict=True) for _ in range(share)]
    Random(f"{seed}|errands").shuffle(chosen)  # noqa: S311  reproducible, not secret
    place = {box.id: (box.unit, wave.id) for wave, box in site.boxes()}
    return [Errand(box, *place[box], number) for number, box in enumerate(chosen[:responses])]


class Crowd:
    """Everybody who answers at one server. `snapshots` are the frozen instruments by their hash."""

    def __init__(self, url: str, site: Site, snapshots: Mapping[str, Snapshot], seed: int = 1) -> None:
        self._url = url
        self._snapshots = {wave.id: snapshots[wave.snapshot] for wave in site.waves}
        self._people = {wave: Respondents(snapshot, seed) for wave, snapshot in self._snapshots.items()}

    def take(self, errand: Errand) -> bool:
        """Take one survey; -> whether anything was answered (an empty one is thanked for, not kept)."""
        sheet = self._people[errand.wave].sheet(errand.unit, errand.wave, errand.number)
        take_survey(Phone(self._url), self._snapshots[errand.wave], errand.box, sheet)
        return bool(sheet.answers)

    def rush(self, errands: Sequence[Errand]) -> Iterator[bool]:
        """Take these surveys, a few at a time, and say of each whether it was kept."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(self.take, errands)

    def trickle(self, errands: Sequence[Errand], per_minute: float) -> Iterator[bool]:
        """The same, one after another at this pace."""
        for errand in errands:
            started = time.monotonic()
            yield self.take(errand)
            time.sleep(max(0.0, 60 / per_minute - (time.monotonic() - started)))


def add_simulate_parser(subparsers: "Subparsers") -> None:
    """Add `yourvoice-admin simulate`."""
    about = "let simulated young people answer on a running public server"
    parser = subparsers.add_parser("simulate", help=about, description=about)
    parser.add_argument("--url", required=True, help="the public server, e.g. http://127.0.0.1:8000")
    parser.add_argument("--data", type=Path, help="the data folder, for plan and questions (YOURVOICE_DATA)")
    parser.add_argument("--responses", type=int, required=True, metavar="N", help="how many surveys to take")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same answers")
    parser.add_argument("--rate", type=float, metavar="PER_MIN", help="one after another at this pace")
    parser.add_argument("--box", action="append", help="only this box (repeatable; default: every open one)")
    parser.set_defaults(run=simulate)


def simulate(arguments: argparse.Namespace) -> int:
    """The command: 0 when every survey was taken, 1 with one sentence on stderr when not."""
    try:
        crowd, errands = _plan(arguments)
        stream = crowd.trickle(errands, arguments.rate) if arguments.rate else crowd.rush(errands)
        bar = Bar("young people answer", len(errands))
        kept = 0
        for done, answered in enumerate(stream, 1):
            kept += answered
            bar(done)
    except (SimulationError, SiteError, SnapshotError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(errands)} surveys taken, {kept} of them with answers.\n")
    return 0


def _plan(arguments: argparse.Namespace) -> tuple[Crowd, list[Errand]]:
    folder = arguments.data or Path(os.environ.get("YOURVOICE_DATA", ""))
    site = load_site(folder / "site.json")
    known = {box.id for _, box in site.boxes()}
    today = datetime.now().astimezone().date()
    boxes = arguments.box or [box.id for wave, box in site.boxes() if wave.is_open(today)]
    if unknown := set(boxes) - known:
        raise SimulationError(f"The plan has no box {', '.join(sorted(unknown))}.")
    if not boxes:
        raise SimulationError("No wave is open today, so nobody can answer.")
    if not 1 <= arguments.responses <= MOST_RESPONSES:
        raise SimulationError(f"--responses must be from 1 to {MOST_RESPONSES}.")
    if arguments.rate is not None and arguments.rate <= 0:
        raise SimulationError("--rate must be above 0.")
    frozen = {w.snapshot: load_snapshot(folder / "snapshots" / f"{w.snapshot}.json") for w in site.waves}
    crowd = Crowd(arguments.url, site, frozen, arguments.seed)
    return crowd, spread(site, boxes, arguments.responses, arguments.seed)
