"""Releases so many really sealed ballots of one box in a process of its own, as a county's busiest might be.

Prints the processor's seconds and the peak memory as JSON. Nothing of the ballots is kept.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from admin.demo_folder import CHEAP, INSTRUMENT, invent_passphrase
from admin.keys import KeyRing
from admin.release import release
from admin.released import Released
from admin.snapshot_cli import TRANSLATIONS, frozen
from admin.unsealing import unlock
from survey_app.ballot import Ballot, pack
from survey_app.boxes import ID_SIZE, BoxFile
from survey_app.instrument.conditions import Answer
from survey_app.instrument.snapshot import Snapshot
from survey_app.sealing import PublicKey, seal
from survey_app.site import Box, Site, Unit, Wave

TODAY = date(2031, 5, 20)
FILE = 1000


def main(ballots: int) -> None:
    """Seal, bring in, release; only the release is timed."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot, ring = frozen(INSTRUMENT, TRANSLATIONS), KeyRing(Path(folder) / "keys")
        passphrase = invent_passphrase()
        ring.add_holder("bench", passphrase, CHEAP, ("answers",))
        ring.make_recovery()
        ring.new_epoch("answers", "bench", TODAY - timedelta(days=1), TODAY + timedelta(days=1))
        key = ring.bundle().key_for("answers", TODAY)
        if key is None:
            raise LookupError("the bundle has no key for today")
        released = Released(f"sqlite:///{folder}/released.db")
        for rows in _boxes(ballots, snapshot, key):
            released.take_in(BoxFile("wave", "box", tuple(rows)))
        opener = unlock(ring, "bench", passphrase)
        begun = time.process_time()
        report = release(released, opener, _site(snapshot), {snapshot.hash: snapshot}, TODAY)
        seconds = time.process_time() - begun
    if report.lots != (("wave", "unit", ballots),):
        raise RuntimeError(f"released {report.lots}")
    print(json.dumps({"seconds": seconds, "megabytes": _peak()}))


def _site(snapshot: Snapshot) -> Site:
    wave = Wave(
        id="wave",
        title="Wave",
        opens=TODAY,
        closes=TODAY,
        snapshot=snapshot.hash,
        boxes=(Box(id="box", unit="unit"),),
    )
    unit = Unit(id="unit", title="Unit")
    return Site(jurisdiction="Bench", default_box="box", units=(unit,), waves=(wave,))


def _boxes(ballots: int, snapshot: Snapshot, key: PublicKey) -> Iterator[list[tuple[bytes, bytes]]]:
    dice = Random(1)
    for start in range(0, ballots, FILE):
        sealed = (seal(pack(Ballot(snapshot.hash, "en", _answers(snapshot, dice))), key) for _ in range(FILE))
        yield [(dice.randbytes(ID_SIZE), one) for one, _ in zip(sealed, range(ballots - start), strict=False)]


def _answers(snapshot: Snapshot, dice: Random) -> dict[str, Answer]:
    """Every choice answered; one in five writes a sentence."""
    answers: dict[str, Answer] = {
        question.id: dice.choice(question.options).value
        for question in snapshot.items()
        if question.options and question.kind != "multi"
    }
    if dice.random() < 0.2:
        answers["anything_else"] = "My probation officer listens to me most of the time."
    return answers


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main(int(sys.argv[1]))
