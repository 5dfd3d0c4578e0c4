"""What is wrong with a key ring, or soon will be. It reads, and changes and opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from admin.keyfiles import RECOVERY, KeyFolder
from survey_app.sealing import PURPOSES, Bundle

SOON = timedelta(days=14)
"""So long before the last key of a purpose ends, it is called a fault."""

MEANWHILE = {"answers": "the survey is closed", "contact": "nobody can ask to be contacted"}


def faults(ring: KeyFolder, today: date) -> Iterator[str]:
    """What is wrong or soon will be, one sentence each; raises KeyRingError for a bad file."""
    yield from _wrong_people(ring)
    for path in ring.strays():
        yield (
            f"{path.parent.name}/{path.name} is no file of the ring: delete it. "
            "A copy of a key outlives that key."
        )
    bundle = Bundle(keys=tuple(epoch.key for epoch in ring.epochs()))
    for purpose in PURPOSES:
        if bundle.key_for(purpose, today) is None:
            yield f"No {purpose} key is valid today: {MEANWHILE[purpose]} until there is a new epoch."
        elif bundle.key_for(purpose, today + SOON) is None:
            yield f"The last {purpose} key ends within {SOON.days} days; make the next epoch."


def _wrong_people(ring: KeyFolder) -> Iterator[str]:
    named = {purpose: set(ring.public_halves(purpose)) for purpose in PURPOSES}
    for holder in ring.holders():
        if holder.purposes is msgspec.UNSET:
            yield (
                f"{holder.name} opens answers and contact: nobody has said what {holder.name} is for. "
                f"Say it: yourvoice-admin keys limit {holder.name} --for answers, or contact, or both."
            )
    for purpose in PURPOSES:
        if len(named[purpose]) < len((RECOVERY, "holder", "deputy")):
            yield f"There is no deputy for {purpose}: make a second holder, in case one is lost."
    for epoch in ring.epochs():
        key = f"{epoch.key.purpose} {epoch.key.epoch}"
        wanted, there = named[epoch.key.purpose], set(epoch.sealed_to)
        for name in sorted(wanted - there):
            yield f"{name} cannot open {key}; somebody who can may run yourvoice-admin keys share {name}."
        for name in sorted(there - wanted):
            yield f"{name} can open {key} and is no key holder for it: who put it there?"


def bundle_faults(ring: KeyFolder, public: Bundle, today: date) -> Iterator[str]:
    """Where the public host's bundle differs from the ring, in keys that may still seal."""
    ours = {epoch.key for epoch in ring.epochs() if epoch.key.not_after >= today}
    theirs = {key for key in public.keys if key.not_after >= today}
    for key in sorted(theirs - ours, key=lambda key: (key.purpose, key.epoch)):
        yield f"It seals for {key.purpose} {key.epoch}, which nobody of this ring can open."
    for key in sorted(ours - theirs, key=lambda key: (key.purpose, key.epoch)):
        yield f"It lacks {key.purpose} {key.epoch}."
