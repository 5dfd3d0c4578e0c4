"""A process whose disk fills up under its intake and is emptied again. Prints what became of each ballot."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from survey_app.intake import IntakeUnavailable, open_intake
from tests.boxes.builders import noise

ROOM = 60_000


def main(data: Path) -> None:
    """Store, fail while nothing fits, store again; one line for each: "stored <id>" or "refused <kind>"."""
    path = data / "public" / "intake.db"
    writer = open_intake(f"sqlite:///{path}", patience=5)
    rows = noise(20)
    writer.store_ballot("north-1", *rows[0])
    for limit, waiting in ((path.stat().st_size + ROOM, rows[1:19]), (resource.RLIM_INFINITY, rows[19:])):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        for ballot_id, sealed in waiting:
            try:
                writer.store_ballot("north-1", ballot_id, sealed)
                print("stored", ballot_id.hex())
            except IntakeUnavailable as fault:
                print("refused", fault.kind)
    writer.close()


main(Path(sys.argv[1]))
