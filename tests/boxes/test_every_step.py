"""P16: kill -9 before every single change to a file, from Send to release: nothing lost, nothing doubled.

The way of four ballots and a letter changes files some 500 times: writes, fsyncs, renames and deletions,
those inside SQLite's commits and VACUUM too. Each time is one round: a process goes the way and is killed
just before that change, another carries on as after a restart, and everything is looked through. Two
counties share the rounds, one is killed at the odd changes, one at the even ones. `test_crashes.py` adds
rounds at random moments with four processes at once, and `tests/public/test_killed_workers.py` a hundred
with the real server.
"""

import subprocess
import sys
from pathlib import Path

import pytest

LEAST = 300


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_before_every_change_of_the_whole_way(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.boxes.every_step"]
    counties = [
        subprocess.Popen(
            [*command, str(tmp_path / str(first)), str(first), "2"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for first in (1, 2)
    ]
    rounds = [int(county.communicate()[0] or 0) for county in counties]
    assert [county.returncode for county in counties] == [0, 0]
    assert sum(rounds) >= LEAST
