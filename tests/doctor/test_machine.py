"""Disk, swap, crash images, the clock beside the software's date, and what is set in the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from survey_app.doctor.ground import run
from survey_app.doctor.machine import CHECKS, MEGABYTE, Machine, read_machine
from survey_app.hosting.settings import UNSAFE
from tests.doctor.installation import ORDER, examine
from tests.public.builders import ROOT
from tests.public.served import PATIENCE

NO_SWAP = "Filename\tType\tSize\tUsed\tPriority\n"
QUIET = Machine(10**12, NO_SWAP, "core\n", {})


class Trouble(NamedTuple):
    """A machine that is not as it should be, the check that must say so, and the level."""

    check: str
    level: str
    machine: Machine


TROUBLES = (
    Trouble("disk", "fail", Machine(199 * MEGABYTE, NO_SWAP, "core", {})),
    Trouble("disk", "warn", Machine(1023 * MEGABYTE, NO_SWAP, "core", {})),
    Trouble("swap", "warn", Machine(10**12, f"{NO_SWAP}/dev/sda2\tpartition\t1\t0\t-2\n", "core", {})),
    Trouble("core-images", "warn", Machine(10**12, NO_SWAP, "|/usr/bin/keep %p", {})),
    *(Trouble("debugging", "fail", Machine(10**12, NO_SWAP, "core", {name: "1"})) for name in UNSAFE),
)


def level(check: str, machine: Machine) -> str:
    return max(
        (str(said.level).lower() for name, said in run(CHECKS, machine) if name == check), key=ORDER.index
    )


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: f"{trouble.check}, {trouble.level}")
def test_a_troubled_machine_is_noticed_and_a_quiet_one_is_fine(trouble: Trouble) -> None:
    assert level(trouble.check, QUIET) == "ok"
    assert level(trouble.check, trouble.machine) == trouble.level


def test_swap_that_is_memory_itself_is_fine() -> None:
    assert level("swap", Machine(10**12, f"{NO_SWAP}/dev/zram0\tpartition\t1\t0\t-2\n", "core", {})) == "ok"


@pytest.mark.parametrize("pattern", ["|/lib/systemd/systemd-coredump %P", "|/usr/share/apport/apport %p"])
def test_programs_that_respect_the_limit_are_fine(pattern: str) -> None:
    assert level("core-images", Machine(10**12, NO_SWAP, pattern, {})) == "ok"


def test_the_machine_is_read_where_the_kernel_tells_it(tmp_path: Path) -> None:
    (tmp_path / "sys" / "kernel").mkdir(parents=True)
    (tmp_path / "swaps").write_text(f"{NO_SWAP}/swap.img file 1 0 -2\n")
    (tmp_path / "sys" / "kernel" / "core_pattern").write_text("|/usr/bin/keep\n")
    room = os.statvfs(tmp_path)
    machine = read_machine(tmp_path, {}, tmp_path)
    assert level("swap", machine) == level("core-images", machine) == "warn"
    assert abs(machine.free - room.f_bavail * room.f_frsize) < 1024 * MEGABYTE


@pytest.mark.parametrize("name", UNSAFE)
def test_what_is_unsafe_in_the_environment_is_noticed(
    sound: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    diagnosis = examine(sound)
    assert diagnosis.level("debugging") == "fail"
    assert name in diagnosis.words("debugging")


@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_a_clock_before_the_softwares_own_date_is_noticed(sound: Path, tmp_path: Path, command: str) -> None:
    """The software is copied and made newer than today: the same as a clock that stands in the past."""
    copied = tmp_path / "software"
    for package in ("survey_app", "translations"):
        shutil.copytree(ROOT / package, copied / package)
    run_it = [sys.executable, "-m", "survey_app.commands", command, "--data", str(sound), "--port", "0"]
    if command == "doctor":
        run_it = run_it[:-2]
    os.utime(copied / "survey_app" / "commands.py", (time.time() + 3 * 86_400,) * 2)
    ended = subprocess.run(run_it, cwd=copied, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 1
    assert "The clock is wrong: commands.py was written later" in ended.stdout + ended.stderr
