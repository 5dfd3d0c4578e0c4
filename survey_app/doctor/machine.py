"""Checks of the machine: its clock, its disk, where memory may be written to, and our own environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import survey_app
from survey_app.doctor.finding import Check, Findings, failed, warned
from survey_app.doctor.tree import Entry, Tree, entry_at, printable
from survey_app.hosting.settings import UNSAFE, is_on

MEGABYTE = 2**20
LITTLE, SHORT = 200 * MEGABYTE, 1024 * MEGABYTE
ROOM = "Make room on this disk, but delete nothing in the data folder: it holds ballots. Move the outbox on."
SLACK = 86_400.0
"""Seconds by which a file may be newer than the clock says: it may come from another machine."""

MINUTES = 300.0
SOFTWARE = Path(survey_app.__file__).parent
PROC = Path("/proc")
IN_MEMORY = "/dev/zram"
DISCREET = ("systemd-coredump", "apport")
"""Programs that keep no image of a process whose limit is 0; any other is given one in spite of it."""


@dataclass(frozen=True)
class Clock:
    """What the clock says, and files that cannot be from the future."""

    now: float
    files: tuple[Entry, ...]
    papers: tuple[Entry, ...]
    """Software, plan, snapshots and keys."""


@dataclass(frozen=True)
class Machine:
    """Free bytes on the data folder's disk; what the kernel says of swap and of core images."""

    free: int
    swaps: str
    core_pattern: str
    env: Mapping[str, str]


def read_clock(tree: Tree, now: float) -> Clock:
    """The clock beside the files of this installation."""
    data = tree.data
    software = [entry_at(path, path.name) for path in sorted(SOFTWARE.glob("*.py"))]
    ours = {data / "site.json", data / "public" / "keys.json"}
    papers = [
        entry for entry in tree.entries if entry.path in ours or entry.path.parent == data / "snapshots"
    ]
    return Clock(now, tree.entries, (*(entry for entry in software if entry), *papers))


def read_machine(data: Path, env: Mapping[str, str], proc: Path = PROC) -> Machine:
    """What this machine says of itself. Raises OSError where the data folder is missing."""
    room = os.statvfs(data)
    return Machine(
        room.f_bavail * room.f_frsize, _words(proc / "swaps"), _words(proc / "sys/kernel/core_pattern"), env
    )


def clock_start(clock: Clock) -> Findings:
    """The clock cannot be before the day on which the software or the plan was written."""
    newest = max(clock.papers, key=lambda entry: entry.found.st_mtime, default=None)
    if newest and newest.found.st_mtime > clock.now + SLACK:
        yield failed(
            f"The clock is wrong: {newest.name} was written later than it says today is.",
            "Set the clock (timedatectl set-ntp true): by it keys are valid and waves are open.",
        )


def clock_files(clock: Clock) -> Findings:
    """No file here was changed in the future."""
    newest = max(clock.files, key=_changed, default=None)
    if newest and _changed(newest) > clock.now + MINUTES:
        yield warned(
            f"{newest.name} was changed later than the clock says it is: the clock may have been set back.",
            "Compare the clock with another one.",
        )


def disk(machine: Machine) -> Findings:
    """Whether there is room."""
    free = machine.free // MEGABYTE
    if machine.free < LITTLE:
        yield failed(f"Only {free} MB are free: soon nothing can be taken in.", ROOM)
    elif machine.free < SHORT:
        yield warned(f"Only {free} MB are free.", ROOM)


def swap(machine: Machine) -> Findings:
    """What is in memory for a moment may be written to disk."""
    lines = [line.split() for line in machine.swaps.splitlines()[1:]]
    places = [printable(words[0]) for words in lines if words and not words[0].startswith(IN_MEMORY)]
    if places:
        yield warned(
            f"Memory may be swapped out to {places[0]}: an answer may lie there after it was sealed.",
            "swapoff -a, or encrypt the swap with a key that is new at every start.",
        )


def core_images(machine: Machine) -> Findings:
    """A limit of 0 is not kept where the kernel hands images to a program."""
    pattern = machine.core_pattern.strip()
    if pattern.startswith("|") and not any(name in pattern for name in DISCREET):
        yield warned(
            f"The kernel hands images of crashed processes to {printable(pattern[1:].split()[0])}.",
            "Set kernel.core_pattern to core: then the limit of 0 keeps any from being made.",
        )


def debugging(machine: Machine) -> Findings:
    """What the server refuses to start with."""
    for name in UNSAFE:
        if is_on(machine.env.get(name, "")):
            yield failed(f"{name} is on, and it could show what nobody should see.", "Unset it.")


CLOCK_CHECKS = (
    Check(
        "clock", "The clock is not before the software's and the plan's dates.", clock_start, at_start=True
    ),
    Check("times", "No file is from the future.", clock_files),
)
CHECKS = (
    Check("disk", "There is room on the disk.", disk),
    Check("swap", "Memory is not swapped out.", swap),
    Check("core-images", "No crash leaves an image of memory.", core_images),
    Check("debugging", "Nothing is set that shows more than it should.", debugging),
)


def _changed(entry: Entry) -> float:
    return max(entry.found.st_mtime, entry.found.st_ctime)


def _words(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
