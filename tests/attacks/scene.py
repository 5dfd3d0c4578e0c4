"""Plays a scene in a build of the platform, and lays down what thieves and onlookers get hold of.

    python -m tests.attacks.scene LOOT SHAPE

Youths answer one after another through the real public application; the real custodian works beside it; the
real commands hand over, import and release. LOOT then holds a copy of the whole data folder at each step.
Nothing is judged here.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import survey_app
from admin.commands import main as staff_command
from admin.desk_rounds import one_round
from survey_app.commands import main as public_command
from survey_app.custodian import Custodian
from tests.attacks.county import HOLDER, credential, furnish, staff_settings
from tests.attacks.onlooker import Onlooker
from tests.attacks.phone import Note, Phone
from tests.attacks.youths import Youth, crowd


class Shape(NamedTuple):
    """How many come: first slowly, each followed by a quiet time, then in a rush; then, while staff look at
    every page, `watched` more in every box, and one more that makes eleven of them. `leaves`: whether
    anything leaves the intake."""

    slow: int
    rush: int
    boxes: tuple[str, ...]
    watched: int = 0
    leaves: bool = True


SHAPES = {
    "crowd": Shape(40, 280, ("north", "south", "east")),
    "handful": Shape(10, 18, ("north",)),  # all that is released of it fits on one page of the database
    "evening": Shape(10, 50, ("north",), leaves=False),
    "patient": Shape(40, 0, ("north",), leaves=False),
    "watched": Shape(0, 60, ("north", "south", "east"), 10),
}
QUIET, RUSHED = 120.0, 0.5
"""Seconds between two visits, as the custodian counts them."""


class Scene:
    """One county for as long as it is played."""

    def __init__(self, loot: Path, shape: Shape) -> None:
        self._loot, self._shape = loot, shape
        self._data = loot / "data"
        self._data.mkdir()
        snapshot = furnish(self._data, shape.boxes)
        self._phone = Phone(self._data, snapshot)
        self._custodian, self._now = Custodian(self._data), 1000.0
        self._youths = crowd(snapshot, shape.slow + shape.rush, shape.boxes)
        self._later = crowd(snapshot, 4000, shape.boxes, seed=2)
        self._truth: list[Note] = []
        self._stamps: list[dict[str, float]] = []

    def play(self) -> None:
        """All acts."""
        for youth in self._youths[: self._shape.slow]:
            self._visit_slowly(youth)
        for youth in self._youths[self._shape.slow :]:
            self._visit(youth)
            self._pass_time(RUSHED)
        self._pass_time(QUIET)
        self._steal("evening")
        for step, command in (
            ("handed", ["handover", "--now"]),
            ("imported", ["import"]),
            ("released", ["release", "--holder", HOLDER, "--credential", str(credential(self._data))]),
        ):
            if self._shape.leaves:
                self._command(command)
                if step != "handed":  # a round would empty the outbox before it is copied
                    self._make_round()
                self._steal(step)
        self._write("truth", [note._asdict() for note in self._truth])
        self._write("stamps", self._stamps)
        self._write("build", str(Path(survey_app.__file__).parent.parent))
        if self._shape.watched:
            self._write("pages", list(self._watch()))
        self._phone.close()
        self._custodian.close()

    def _visit_slowly(self, youth: Youth) -> None:
        """A visit that a thief with two backups knows: one from before, one from after."""
        if youth.number == self._shape.slow - 1:
            self._steal("before")
        public, began = self._data / "public", time.time()
        self._visit(youth)
        self._pass_time(10.0)
        settled = time.time()
        self._pass_time(QUIET)
        dated = {name: (public / name).stat().st_mtime for name in ("intake.db", "outbox", ".")}
        self._stamps.append({"began": began, "settled": settled, **dated})
        if youth.number == self._shape.slow - 1:
            self._steal("after")

    def _visit(self, youth: Youth) -> None:
        self._truth.append(self._phone.take_survey(youth))

    def _pass_time(self, seconds: float) -> None:
        """The custodian looks after the intake for so long."""
        end = self._now + seconds
        for moment in (self._now + 0.3, self._now + 1.5, self._now + 70.0, end):
            if moment <= end:
                self._custodian.step(moment)
        self._now = end

    def _watch(self) -> Iterator[dict[str, str]]:
        """What every page shows to every role, after each of so many visits, and after a release."""
        staff, shown = Onlooker(self._data), 0
        yield staff.look_everywhere()
        boxes, more = self._shape.boxes, iter(self._later)
        for number in range(self._shape.watched * len(boxes)):
            self._visit(next(youth for youth in more if youth.box == boxes[number % len(boxes)]))
            self._pass_time(QUIET)
            if number >= shown:  # the whole way is walked after the 1st, 2nd, 4th, 8th ...
                shown = 2 * number + 1
                self._carry()
            yield staff.look()
        self._carry()
        yield staff.look_everywhere()
        for box in boxes:
            self._visit(next(youth for youth in more if youth.box == box))
        self._pass_time(QUIET)
        self._carry()
        yield staff.look_everywhere()

    def _carry(self) -> None:
        """All that the schedule does."""
        release = ["release", "--holder", HOLDER, "--credential", str(credential(self._data))]
        for command in (["handover", "--now"], ["import"], release):
            self._command(command)
        self._make_round()

    def _make_round(self) -> None:
        """The desk takes in what came."""
        assert one_round(staff_settings(self._data), time.time()).faults == ()

    def _command(self, command: list[str]) -> None:
        main = public_command if command[0] == "handover" else staff_command
        with (self._loot / "said").open("a") as said, redirect_stdout(said), redirect_stderr(said):
            status = main([*command, "--data", str(self._data)])
        assert status == 0, (self._loot / "said").read_text()

    def _steal(self, step: str) -> None:
        """Copy everything, and what the disk itself tells about each file."""
        listing = {}
        for folder, _, names in os.walk(self._data):
            for place, name in enumerate(os.listdir(folder)):
                seen = os.stat(Path(folder, name))
                where = str(Path(folder, name).relative_to(self._data))
                if name in names:
                    listing[where] = {
                        "mtime": seen.st_mtime_ns,
                        "size": seen.st_size,
                        "ctime": seen.st_ctime_ns,
                        "inode": seen.st_ino,
                        "listing": place,
                    }
        shutil.copytree(self._data, self._loot / step)
        self._write(f"{step}.listing", listing)

    def _write(self, name: str, content: object) -> None:
        (self._loot / f"{name}.json").write_text(json.dumps(content))


if __name__ == "__main__":
    Scene(Path(sys.argv[1]), SHAPES[sys.argv[2]]).play()
