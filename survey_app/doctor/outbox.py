"""Checks whether handovers happen and somebody carries away what has left. It tells no number of anything."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.doctor.finding import Check, Findings, failed, warned
from survey_app.doctor.tree import Tree, entry_at
from survey_app.schedule import RECORD

TURNS = 2
"""So many turns of the schedule may pass before it is said to be late."""


@dataclass(frozen=True)
class Outbox:
    """The schedule, the second of the last handover as noted ("" for none), and when the oldest file left."""

    every: int
    last: str
    oldest: float | None
    now: float


def read_outbox(tree: Tree, every: int, now: float) -> Outbox:
    """What is there now. A file's own time is flattened; when it came here, its folder's system knows."""
    noted = entry_at(tree.data / "public" / RECORD, RECORD)
    last = noted.head(64).decode("ascii", "replace") if noted else ""
    outbox = tree.data / "public" / "outbox"
    times = [entry.found.st_ctime for entry in tree.entries if entry.path.parent == outbox]
    return Outbox(every, last, min(times, default=None), now)


def handover(outbox: Outbox) -> Findings:
    """The custodian notes every handover."""
    last = outbox.last.strip()
    if last.isdecimal() and outbox.now - int(last) >= TURNS * outbox.every:
        yield failed(
            "The handover is overdue: nobody has looked after the intake for two turns of its schedule.",
            "Start yourvoice serve, which makes it up; then yourvoice handover says what stays.",
        )


def collection(outbox: Outbox) -> Findings:
    """What has left waits to be carried to the staff host."""
    if outbox.oldest is not None and outbox.now - outbox.oldest > TURNS * outbox.every:
        yield warned(
            "Something has lain in the outbox for more than two turns of the handover's schedule.",
            "Move it to the staff host and import it there: answers and requests for a call wait in it.",
        )


CHECKS = (
    Check("handover", "No handover is overdue.", handover),
    Check("collection", "What has left is carried away in time.", collection),
)
