"""The attacks on the desk: in which order did young people ask, and which ballot is whose?

The scene is asking.py: all ask on one day. The day is for staff to see, and in desk.db.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from tests.attacks import traces
from tests.attacks.loot import Loot, Traces
from tests.attacks.odds import Trace, strength

Scores = dict[str, float]
STEPS = ("evening", "forgotten")
FILES = ("desk.db", "told.json", "rounds.json", "audit.jsonl", "released.db")


def arrival_of_requests(loot: Loot) -> Scores:
    """In which order did they ask? The rows of requests, of what was forgotten and of what ever came, in SQL
    and page by page; the place of each id, short id and hash in every file of the desk and in the trail."""
    came, found = loot.arrival("letter"), _found(loot)
    assert {f"evening: {told}" for told in TOLD} <= found.keys(), "the scene left nothing to look at"
    return {name: strength(trace, came, _same(came)) for name, trace in found.items()}


def request_and_ballot(loot: Loot) -> Scores:
    """Which request goes with which ballot? Every order of the one against every order of the other."""
    same = loot.joined("letter", "ballot")
    return {
        f"{name} against {other}": strength(trace, ballots, same)
        for name, trace in _found(loot).items()
        for other, ballots in loot.ballots.items()
    }


TOLD = ("scan of requests", "cells of requests", "first hash in told.json", "first id in desk.db")
"""Of these there is certainly something, in the evening."""


def _found(loot: Loot) -> Traces:
    ids = {bytes.fromhex(note["id"]): note["letter"] for note in loot.truth}
    found: Traces = {}
    for step in STEPS:
        staff = loot.root / step / "staff"
        orders = [
            *traces.of_desk(staff / "desk.db", ids),
            *traces.of_cells(staff / "released.db", "seen", ids),
        ]
        for file in FILES:
            orders += _places(staff / file, ids)
        found |= {f"{step}: {name}": trace for name, trace in orders if len(trace) > 1}
    return found


def _places(path: Path, ids: Mapping[bytes, str]) -> Iterator[tuple[str, Trace]]:
    """Where each id stands in a file, first and last: whole, as the trail has it, as told.json hashes it."""
    raw = path.read_bytes()
    told = {one: sha256(b"yourvoice told 1" + one).hexdigest()[:32] for one in ids}
    for what, marks in (
        ("id", {one: one for one in ids}),
        ("short id", {one: one.hex()[:8].encode() for one in ids}),
        ("hash", {one: mark.encode() for one, mark in told.items()}),
    ):
        for side, look in (("first", raw.find), ("last", raw.rfind)):
            places = {ids[one]: look(mark) for one, mark in marks.items()}
            yield (
                f"{side} {what} in {path.name}",
                {name: (0, float(at)) for name, at in places.items() if at >= 0},
            )


def _same(names: Mapping[str, object]) -> dict[str, str]:
    return {name: name for name in names}


ATTACKS = (arrival_of_requests, request_and_ballot)
