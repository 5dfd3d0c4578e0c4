"""The doctor finds the server that runs on a data folder, and looks at how it was started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from survey_app.doctor.ground import run
from survey_app.doctor.processes import CHECKS, find_running
from tests.doctor.broken_folders import sql_at
from tests.doctor.installation import ORDER, examine, make_sound
from tests.public.served import PATIENCE, serve


class Start(NamedTuple):
    """A process as the kernel shows it: environment, limit of core files, where it writes."""

    check: str
    level: str
    env: Mapping[str, str]
    limit: str
    output: str


FINE = Start("", "ok", {}, "0", "socket:[1]")
STARTS = (
    FINE._replace(check="server-flags", level="fail", env={"YOURVOICE_DEBUG": "yes"}),
    FINE._replace(check="server-core", level="fail", limit="unlimited"),
    FINE._replace(check="server-output", level="warn", output="{data}/said"),
)


def in_proc(folder: Path, data: Path, start: Start) -> Path:
    """A folder like /proc with that one process in it."""
    process = folder / "4711"
    (process / "fd").mkdir(parents=True)
    (process / "cwd").symlink_to("/")
    words = ["python", "-m", "survey_app.commands", "serve", "--data", str(data)]
    (process / "cmdline").write_text("\0".join(words) + "\0")
    (process / "environ").write_text("".join(f"{name}={value}\0" for name, value in start.env.items()))
    (process / "stat").write_text("4711 (python) S 1 4711")
    soft = f"{'Max core file size':<26}{start.limit:<21}{start.limit:<21}bytes\n"
    (process / "limits").write_text(soft)
    (data / "said").write_text("")
    for number in "12":
        (process / "fd" / number).symlink_to(start.output.format(data=data))
    return folder


def level(check: str, data: Path, proc: Path) -> str:
    running = find_running(data, proc)
    assert len(running.processes) == 1
    return max(
        (str(said.level).lower() for name, said in run(CHECKS, running) if name == check), key=ORDER.index
    )


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.check)
def test_a_server_that_was_started_badly_is_noticed(tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    data.mkdir()
    assert level(start.check, data, in_proc(tmp_path / "fine", data, FINE)) == "ok"
    assert level(start.check, data, in_proc(tmp_path / "bad", data, start)) == start.level


def test_a_running_server_is_found_and_asked_where_it_listens(sound: Path) -> None:
    with serve(sound) as running:
        diagnosis = examine(sound, "--url", f"http://127.0.0.1:{running.port}/")
        assert diagnosis.level("server-flags") == diagnosis.level("server-core") == "ok"
        assert diagnosis.level("server-output") == "warn"
        assert "stdout" in diagnosis.words("server-output")
        assert diagnosis.level("headers") == "ok"
    assert "was found" in examine(sound).words("server-flags")


def test_a_server_that_may_listen_anywhere_is_not_passed_over_in_silence(sound: Path) -> None:
    with serve(sound):  # told --port 0
        assert "Not tried" in examine(sound).words("answering")


@pytest.mark.parametrize("by", ["process", "settings"])
def test_without_an_address_the_server_of_this_machine_is_asked(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    with serve(make_sound(tmp_path / "elsewhere")) as running, ExitStack() as stack:
        if by == "process":
            stack.enter_context(_pretending(sound, "--data", str(sound), "--port", str(running.port)))
        else:
            monkeypatch.setenv("YOURVOICE_PORT", str(running.port))
        diagnosis = examine(sound)
    assert diagnosis.level("answering") == diagnosis.level("headers") == "ok"


def test_the_intake_that_the_running_server_was_told_of_is_looked_at(sound: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    (sound / "public" / "intake.db").rename(elsewhere)
    with _pretending(sound, "--data", str(sound), "--intake", f"sqlite:///{elsewhere}"):
        assert examine(sound).level("schema") == "ok"
        sql_at(elsewhere, "ALTER TABLE ballots ADD COLUMN at TEXT")
        assert examine(sound).level("schema") == "fail"
        elsewhere.chmod(0o644)
        assert "elsewhere.db" in examine(sound).words("intake-modes")


def test_an_environment_that_may_not_be_read_is_no_silent_pass(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    proc = in_proc(tmp_path / "proc", data, FINE)
    (proc / "4711" / "environ").unlink()
    assert level("server-flags", data, proc) == "warn"


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_the_flags_of_a_running_process_are_read_from_the_kernel(sound: Path, by: str) -> None:
    flags = ["--data", "data"] if by == "flag" else []
    with _pretending(sound, *flags, YOURVOICE_DATA="data", FLASK_DEBUG="1"):
        diagnosis = examine(sound)
    assert diagnosis.level("server-flags") == "fail"
    assert "FLASK_DEBUG" in diagnosis.words("server-flags")


@contextmanager
def _pretending(data: Path, *flags: str, **env: str) -> Iterator[None]:
    """A process that calls itself a server and does nothing."""
    (data.parent / "serve").write_text("import time\nprint(1, flush=True)\ntime.sleep(60)\n")
    with subprocess.Popen(
        ["yourvoice", "serve", *flags],
        executable=sys.executable,
        cwd=data.parent,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield
        finally:
            process.kill()
            process.wait(PATIENCE)
