"""The doctor notices each way of breaking a data folder, and a server does not start on the gravest."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from survey_app.doctor.examination import REGISTRY
from survey_app.doctor.files import owners
from survey_app.doctor.tree import Tree
from tests.doctor.broken_folders import FOLDERS, Break
from tests.doctor.installation import NOBODY, examine, make_sound, ordinary_user
from tests.public.served import COMMAND, PATIENCE

GRAVE = tuple(one for one in FOLDERS if one.stops_a_start)


def called(one: Break) -> str:
    return f"{one.check}, {one.name}"


def start(data: Path) -> subprocess.CompletedProcess[str]:
    """Try to serve it; it must end by itself."""
    return subprocess.run(
        [*COMMAND, str(data)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_nothing_is_found_on_a_sound_installation(sound: Path) -> None:
    diagnosis = examine(sound)
    # Without a running server nothing can be said about it; that is no silent pass.
    assert diagnosis.not_fine == {"server-flags", "encryption", "answering"}
    assert "Not tried" in diagnosis.words("answering")
    assert {one.check for one in FOLDERS} <= {one["check"] for one in diagnosis.said}
    assert diagnosis.status == 0


@pytest.mark.parametrize("one", FOLDERS, ids=called)
def test_what_is_broken_is_noticed(sound: Path, one: Break) -> None:
    one.act(sound)
    diagnosis = examine(sound)
    assert diagnosis.level(one.check) == one.level, diagnosis.said
    assert diagnosis.status == (1 if one.level == "fail" else 0)
    assert all(found["remedy"] or one.check in ("keys", "plan") for found in diagnosis.of(one.check))


@pytest.mark.parametrize("one", GRAVE, ids=called)
def test_a_server_does_not_start_on_it_and_says_the_same(sound: Path, one: Break) -> None:
    one.act(sound)
    said = [f"{found['what']} {found['remedy']}" for found in examine(sound).of(one.check)]
    ended = start(sound)
    assert ended.returncode == 1
    assert all(f"The server does not start: {words}" in ended.stderr for words in said), ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_grave_check_of_a_folder_was_seen_to_stop_a_start() -> None:
    grave = {check.name for check in REGISTRY if check.at_start}
    seen_elsewhere = {"owners", "journal-mode", "postgres-schema", "postgres-records"}
    assert {one.check for one in GRAVE} == grave - seen_elsewhere


def test_what_belongs_to_somebody_else_is_noticed(sound: Path) -> None:
    path = sound / "public" / "intake.db"
    assert not list(owners(Tree(sound, path, os.geteuid())))
    foreign = [str(finding) for finding in owners(Tree(sound, path, os.geteuid() + 1))]
    assert any("intake.db belongs to user" in words for words in foreign)


def test_a_server_does_not_start_on_what_belongs_to_somebody_else(sound: Path) -> None:
    if os.geteuid() == 0:
        os.chown(sound / "public" / "keys.json", NOBODY, NOBODY)
        assert examine(sound).level("owners") == "fail"
        ended = start(sound)
        assert ended.returncode == 1
        assert "keys.json belongs to user" in ended.stderr
    else:  # nobody but root can give a file away
        assert examine(sound).level("owners") == "ok"


def test_a_folder_that_cannot_be_looked_into_is_no_silent_pass() -> None:
    with tempfile.TemporaryDirectory() as name:
        data = make_sound(Path(name) / "data")
        with ordinary_user(Path(name)):
            assert examine(data).level("reach") == "ok"
            (data / "snapshots").chmod(0o000)
            assert examine(data).level("reach") == "fail"
            (data / "snapshots").chmod(0o700)


def test_no_data_folder_at_all(tmp_path: Path) -> None:
    diagnosis = examine(tmp_path / "nothing")
    assert diagnosis.status == 1
    assert "no data folder" in diagnosis.words("reach")
