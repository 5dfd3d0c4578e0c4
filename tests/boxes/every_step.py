"""A county that is killed at every step of the whole way: send, hand over, import, release.

Its own process: `python -m tests.boxes.every_step FOLDER FIRST STRIDE` kills at FIRST, FIRST + STRIDE, ...
until the way comes to its end. After each kill everything runs once more and the county is looked through.
Each round begins with the same county, in which the way was gone once before.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from random import Random

from survey_app.boxes import ID_SIZE
from survey_app.custodian import QUIET, Custodian
from survey_app.handover import send_letters
from tests.boxes.builders import County, K
from tests.boxes.sql import ask, is_sound
from tests.boxes.stepping import run_until

SENDS = 4


def main(data: Path, first: int, stride: int) -> None:
    """Print how many rounds there were; fail with the round's number where something is lost or doubled."""
    county = County(data)
    assert county.opener
    sealed, letter = county.ballots(1)[0][1], county.letter()[1]
    whole_way(county, new_ids(0), sealed, letter)
    kept = data.with_name(f"{data.name}-kept")
    shutil.copytree(data, kept)
    step, done = first, False
    while not done:
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        ids = new_ids(step)
        done = run_until(lambda ids=ids: whole_way(county, ids, sealed, letter), step)  # type: ignore[misc]
        carry_on(county)
        look_through(county, f"killed before change {step}")
        step += stride
    print((step - first) // stride - 1)


def new_ids(number: int) -> list[bytes]:
    """Of the ballots and the letter of one round."""
    return [Random(number * 100 + place).randbytes(ID_SIZE) for place in range(SENDS + 1)]


def whole_way(county: County, ids: list[bytes], sealed: bytes, letter: bytes) -> None:
    """What was acknowledged is noted in a file, as a youth would see "Thank you"."""
    writer = county.writer()
    for ballot_id in ids[:SENDS]:
        writer.store_ballot("north-1", ballot_id, sealed)
        note(county.data / "acknowledged", ballot_id)
    writer.store_letter(ids[-1], letter)
    note(county.data / "acknowledged-letters", ids[-1])
    writer.close()
    carry_on(county)


def carry_on(county: County) -> None:
    """The custodian's, the importer's and the releaser's part, as after a restart."""
    custodian = Custodian(county.data)
    custodian.step(0)
    custodian.step(QUIET)
    custodian.close()
    send_letters(county.data)
    county.hand_over()
    assert county.bring_in().left_out == ()
    county.release()


def note(path: Path, row_id: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        file.write(row_id)


def noted(path: Path) -> set[bytes]:
    raw = path.read_bytes() if path.exists() else b""
    return {raw[place : place + ID_SIZE] for place in range(0, len(raw), ID_SIZE)}


def look_through(county: County, when: str) -> None:
    """Nothing lost, nothing doubled, nothing left lying about."""
    intake, released = county.data / "public" / "intake.db", county.data / "staff" / "released.db"
    assert is_sound(intake), when
    assert is_sound(released), when
    waiting, seen = set(ask(intake, "SELECT id FROM ballots")), set(ask(released, "SELECT id FROM seen"))
    letters = {bytes.fromhex(path.stem) for path in county.letters.glob("*.letter")}
    ballots = seen - letters
    assert noted(county.data / "acknowledged") <= waiting | ballots, f"lost: {when}"
    assert not waiting & ballots, f"doubled: {when}"
    assert len(waiting) < K, f"left behind: {when}"
    assert noted(county.data / "acknowledged-letters") <= letters, f"a letter lost: {when}"
    assert letters <= seen, when
    assert ask(intake, "SELECT count(*) FROM letters") == [0], when
    assert ask(released, "SELECT count(*) FROM pending") == [0], when
    assert ask(released, "SELECT count(*) FROM responses") == [len(ballots)], f"lost or doubled: {when}"
    assert county.released.tallies("spring").n == len(ballots), when
    assert list(county.released.ledger_faults()) == [], when
    left = [path for folder in ("public", "staff") for path in (county.data / folder).rglob("*.part")]
    assert left + list(county.outbox.iterdir()) == [], when


if __name__ == "__main__":
    os.umask(0o077)
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
