"""What a scene left behind: the stolen copies, step by step, and the truth to hold guesses against."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.attacks import traces
from tests.attacks.odds import Trace

STEPS = ("evening", "handed", "imported", "released")
SCENES = {"closed": "closing", "asked": "asking"}
"""Shapes that are scenes of their own; all others are those of scene.py."""

Traces = dict[str, Trace]


class Loot:
    """The loot of one scene. Traces are named "step, place: what"."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> Any:
        """A note that the scene left."""
        return json.loads((self.root / f"{name}.json").read_text())

    @property
    def steps(self) -> list[str]:
        """The steps that were played."""
        return [step for step in STEPS if (self.root / step).exists()]

    @cached_property
    def truth(self) -> list[dict[str, Any]]:
        """Who came, in order."""
        found: list[dict[str, Any]] = self.read("truth")
        return found

    def joined(self, one: str, other: str) -> dict[str, str]:
        """Label -> the same youth's label, where there are both."""
        return {note[one]: note[other] for note in self.truth if note[one] and note[other]}

    @property
    def comments(self) -> dict[str, str]:
        """The label of each comment -> its youth's response."""
        return {words: note["response"] for note in self.truth for words in note["words"]}

    def arrival(self, kind: str) -> Trace:
        """What staff know: who came when, as a trace of the things of this kind."""
        return {note[kind]: (0, place) for place, note in enumerate(self.truth) if note[kind]}

    @cached_property
    def ballots(self) -> Traces:
        """All that is found of ballots."""
        found: Traces = {}
        for step in self.steps:
            public, staff = (self.root / step / side for side in ("public", "staff"))
            found |= _named(f"{step}, intake", traces.of_table(public / "intake.db", "ballots"))
            ids = traces.ids_of(public / "intake.db", "ballots") | traces.ids_in_boxes(public / "outbox")
            found |= _named(f"{step}, intake", traces.of_cells(public / "intake.db", "ballots", ids))
            found |= _named(f"{step}, outbox", traces.of_boxes(public / "outbox"))
            if (staff / "released.db").exists():
                known = ids | traces.ids_in_boxes(self.root / "handed" / "public" / "outbox")
                found |= _named(f"{step}, staff", traces.of_table(staff / "released.db", "pending"))
                found |= _named(f"{step}, staff", traces.of_cells(staff / "released.db", "pending", known))
                found |= _named(f"{step}, staff", traces.of_cells(staff / "released.db", "seen", known))
        return _telling(found)

    @cached_property
    def letters(self) -> Traces:
        """All that is found of letters."""
        found: Traces = {}
        for step in self.steps:
            listed = {self.root / step / name: told for name, told in self.read(f"{step}.listing").items()}
            for place in ("public/outbox", "staff/letters"):
                found |= _named(f"{step}, {place}", traces.of_letters(self.root / step / place, listed))
            database = self.root / step / "staff" / "released.db"
            ids = dict(traces.letters_in(self.root / step / "staff" / "letters").values())
            if database.exists():
                found |= _named(f"{step}, staff", traces.of_cells(database, "seen", ids))
            desk = database.with_name("desk.db")
            if desk.exists():
                found |= _named(f"{step}, desk", traces.of_desk(desk, ids))
        return _telling(found)

    def opened(self, table: str) -> Traces:
        """All that is found of responses or comments."""
        database = self.root / "released" / "staff" / "released.db"
        found = _named("released", traces.of_table(database, table))
        return _telling(
            found | _named("released", traces.of_cells(database, table, traces.ids_of(database, table)))
        )


def play(root: Path, build: Path, shape: str) -> Loot:
    """Play a scene in the build in this folder, in a process of its own."""
    scene = f"tests.attacks.{SCENES.get(shape, 'scene')}"
    command = [sys.executable, "-m", scene, str(root), shape]
    root.mkdir(parents=True)
    with (root / "stdout").open("wb") as out, (root / "stderr").open("wb") as err:
        ended = subprocess.run(command, cwd=build, stdout=out, stderr=err, check=False)
    assert ended.returncode == 0, (root / "stderr").read_text()
    loot = Loot(root)
    assert Path(loot.read("build")).resolve() == build.resolve(), "another build was played"
    return loot


def _named(where: str, found: traces.Found) -> Traces:
    return {f"{where}: {name}": trace for name, trace in found}


def _telling(found: Traces) -> Traces:
    """Without those that say the same of all, and without doubles."""
    kept: Traces = {}
    seen = set()
    for name, trace in found.items():
        mark = tuple(sorted(trace.items()))
        if len(set(trace.values())) > 1 and mark not in seen:
            seen.add(mark)
            kept[name] = trace
    return kept
