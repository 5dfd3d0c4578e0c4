"""P15: kill -9 at the moment of an act, and its line stands in the audit trail already."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from admin.audit import verify
from tests.attacks.county import ROOT, staff_settings
from tests.attacks.loot import Loot

pytestmark = pytest.mark.slow

KILLED = """
import os, signal, sys
from pathlib import Path
import admin.access, admin.releasing, admin.sessions
from survey_app.roles import Role
from admin.commands import main
from tests.attacks.county import credential
from tests.attacks.onlooker import Onlooker

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

act, data = sys.argv[1], Path(sys.argv[2])
if act == "signed_in":
    admin.sessions.Sessions.start = kill
    Onlooker(data)
elif act == "refused":
    evaluator = Onlooker(data).client(Role.EVALUATOR)
    admin.access.abort = kill
    evaluator.get("/operations")
elif act == "unsealing":
    admin.releasing.unlock = kill
    main(["release", "--data", str(data), "--holder", "ana", "--credential", str(credential(data))])
"""
"""What opens something today: a session, a page (here to whom it is not open), the sealed ballots. The act
itself is where the process is killed, so the line can only have been written before it."""


@pytest.mark.parametrize("act", ["signed_in", "refused", "unsealing"])
def test_the_line_is_there_before_the_act(handful: Loot, tmp_path: Path, act: str) -> None:
    data = shutil.copytree(handful.root / "imported", tmp_path / "data")
    killed = subprocess.run([sys.executable, "-c", KILLED, act, str(data)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    trail = staff_settings(data).trail
    head = verify(trail)
    last = json.loads(trail.read_text().splitlines()[-1])
    assert (last["event"], last["line"]) == (act, head.lines)


def test_a_release_is_on_record_with_all_that_it_opened(handful: Loot) -> None:
    trail = staff_settings(handful.root / "released").trail
    lines = [json.loads(line) for line in trail.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["unsealing", "released"]
    assert lines[0]["about"] == {"holder": "ana"}
    assert lines[1]["about"] == {"release": "1", "wave": "now", "unit": "north", "n": "28"}
