"""What the desk's rounds found, said to an operator, on the page and by the command. It names no request."""

from __future__ import annotations

from collections.abc import Iterator

from admin.alerts.words import REMEDIES, Fault
from admin.rounds_record import LONG, Held, Rounds

CONFIRM = "yourvoice-admin desk rounds --once --yes-the-clock-is-right"


def sentences(found: Rounds) -> Iterator[str]:
    """All that is to be said of a round; nothing but its day where all is well."""
    yield day_sentence(found)
    yield from fault_sentences(found)
    yield from (held_sentence(one) for one in found.held)


def day_sentence(found: Rounds) -> str:
    """When the last one was."""
    if found.clock is None:
        return "The desk's rounds have not run yet."
    return f"The desk's rounds ran last on {found.clock.day} {found.clock:%B %Y}."


def fault_sentences(found: Rounds) -> Iterator[str]:
    """What went wrong, and what to do."""
    if found.doubt:
        known = (
            f"believed last: {found.believed}" if found.believed else "there is no record of an earlier round"
        )
        yield (
            f"The clock says {found.clock} ({known}). Nothing is deleted and no key is destroyed until it is "
            f"right. If it is: {CONFIRM}"
        )
    for fault in found.faults:
        yield f"This failed and is tried again: {fault}."
    for way, kind in found.alerts.items():
        if kind:
            remedy = REMEDIES[Fault(kind)] if kind in set(Fault) else ""
            yield f"The last alert by {way} did not leave. {remedy} Try it: yourvoice-admin desk alert --test"


def held_sentence(one: Held) -> str:
    """Why the key of an epoch that is over is still there."""
    if one.waiting:
        verb = "is" if one.waiting == 1 else "are"
        return f"{_requests(one.waiting)} of {one.epoch} {verb} still open: its key stays."
    verb = "is" if one.closed == 1 else "are"
    return f"{_requests(one.closed)} of {one.epoch} {verb} closed and not deleted yet: its key stays."


def is_long(one: Held, found: Rounds) -> bool:
    """Whether it has been kept for so long that somebody should ask why."""
    return found.clock is not None and found.clock - one.ended > LONG


def _requests(number: int) -> str:
    return f"{number} request{'s' if number != 1 else ''}"
