"""The real server: a browser's requests over a socket, releases beside it, and a clean end."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psutil
import pytest

from admin.audit import verify
from admin.commands import COMMANDS, Command, main
from admin.rounds import one_round
from admin.serving import THREADS
from tests.boxes.builders import County
from tests.sealing.builders import PASSPHRASE

from .place import settings

PROGRAM = str(Path(sys.executable).with_name("yourvoice-admin"))
PATIENCE = 30
ROUNDS = {"desk.db", "import.lock", "keys", "letters", "rounds.json", "rounds.lock", "said.db", "told.json"}
"""What the desk's rounds keep."""


@contextmanager
def serving(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`yourvoice-admin serve` on a free port, from its greeting on."""
    command = [PROGRAM, "serve", "--data", str(folder), "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            greeting = server.stdout.readline()
            assert greeting.startswith("Your Voice for staff: http://127.0.0.1:"), server.communicate()
            yield server, int(greeting.rstrip("/\n").rsplit(":", 1)[1])
        finally:
            server.terminate()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of a GET."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_it_serves_says_no_version_logs_nothing_and_ends_cleanly(folder: Path) -> None:
    before = {path.name for path in folder.rglob("*")}
    with serving(folder) as (server, port):
        status, headers, text = ask(port, "/sign-in", **{"User-Agent": "NEEDLE"})
        assert status == 200
        assert "<h1>Sign in</h1>" in text
        assert headers["Server"] == "gunicorn"
        assert ask(port, "//waves")[1]["Location"] == "/sign-in"
        assert ask(port, "/waves?NEEDLE")[0] == 303
        assert ask(port, "/", Cookie="x" * 10_000)[0] in range(400, 500)
        assert ask(port, "/", **{f"X-{number}": "NEEDLE" for number in range(100)})[0] in range(400, 500)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert "NEEDLE" not in "".join(said)
    assert {path.name for path in folder.rglob("*")} - before <= ROUNDS


def test_what_is_no_request_gets_an_error_and_no_log_line(folder: Path) -> None:
    with serving(folder) as (server, port):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) as line:
            line.sendall(b"NEEDLE / HTTP/9.9\r\nHost: x\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 400")
        server.terminate()
        assert "NEEDLE" not in "".join(server.communicate(timeout=PATIENCE))


@pytest.mark.parametrize(("said", "lines"), [(b"", 40), (b"POST /sign-in HTTP/1.1\r\nX: ", THREADS)])
def test_strangers_who_say_nothing_or_do_not_finish_keep_nobody_out(
    folder: Path, said: bytes, lines: int
) -> None:
    with serving(folder) as (_, port), ExitStack() as held:
        for _ in range(lines):
            line = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(said)
        started = time.monotonic()
        assert ask(port, "/sign-in")[0] == 200
        assert time.monotonic() - started < (PATIENCE if said else 4)


def test_the_server_ends_when_its_releases_have_ended(folder: Path, tmp_path: Path) -> None:
    credential = tmp_path / "credential"
    credential.write_text("whatever\n")
    with serving(folder, "--credential", str(credential)) as (server, _):
        beside = [child for child in psutil.Process(server.pid).children() if "release" in child.cmdline()]
        assert len(beside) == 1
        beside[0].kill()
        server.communicate(timeout=PATIENCE)
        assert server.returncode == 1


def test_the_server_ends_when_the_desks_rounds_have_ended(folder: Path) -> None:
    with serving(folder) as (server, _):
        beside = [child for child in psutil.Process(server.pid).children() if "rounds" in child.cmdline()]
        assert len(beside) == 1
        beside[0].kill()
        assert "the desk's rounds has ended" in server.communicate(timeout=PATIENCE)[1]
        assert server.returncode == 1


def test_the_desks_rounds_end_with_the_server_even_if_it_is_killed(folder: Path) -> None:
    with serving(folder) as (server, _):
        beside = [child for child in psutil.Process(server.pid).children() if "rounds" in child.cmdline()]
        server.kill()
        assert psutil.wait_procs(beside, timeout=PATIENCE)[1] == []


def test_the_releases_end_with_the_server_even_if_it_is_killed(folder: Path, tmp_path: Path) -> None:
    with serving(folder, "--credential", str(tmp_path / "none")) as (server, _):
        beside = [child for child in psutil.Process(server.pid).children() if "release" in child.cmdline()]
        server.kill()
        assert psutil.wait_procs(beside, timeout=PATIENCE)[1] == []


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ([], "YOURVOICE_DATA is missing"),
        (["--port", "99999"], "99999"),
        (["--host", "192.0.2.1"], "YOURVOICE_STAFF_HOSTS is missing"),
        (["--data", "nowhere"], "site.json: There is no such file"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_a_sentence(
    flags: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YOURVOICE_DATA", raising=False)
    assert main(["serve", *flags]) == 1
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "YOURVOICE_SQL_ECHO"])
def test_a_start_that_would_spill_something_is_refused(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    assert main(["serve", "--data", str(folder)]) == 1
    assert name in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    assert "usage: yourvoice-admin" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "dance" in capsys.readouterr().err


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = capsys.readouterr().out
    assert [command.name for command in COMMANDS if f" {command.name} " not in listed] == []


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A county with a box of five in its outbox, k being three."""
    county = County(tmp_path / "county")
    county.fill({"north-1": county.ballots(5)})
    county.hand_over()
    (tmp_path / "credential").write_text(f"{PASSPHRASE}\n")
    (tmp_path / "credential").chmod(0o600)
    return county


def test_a_round_imports_releases_and_stands_in_the_trail(county: County, tmp_path: Path) -> None:
    place = settings(county.data)
    assert one_round(place, tmp_path / "credential", "") == ""
    assert county.released.tallies("spring").n == 5
    events = [json.loads(line) for line in place.trail.read_text().splitlines()]
    assert [(one["event"], one["actor"]) for one in events] == [
        ("unsealing", "schedule"),
        ("released", "schedule"),
    ]
    assert verify(place.trail).lines == 2


def test_a_round_without_anything_new_leaves_no_trace(county: County, tmp_path: Path) -> None:
    place = settings(county.data)
    one_round(place, tmp_path / "credential", "")
    before = {path: path.read_bytes() for path in (county.data / "staff").rglob("*") if path.is_file()}
    assert one_round(place, tmp_path / "credential", "") == ""
    assert {
        path: path.read_bytes() for path in (county.data / "staff").rglob("*") if path.is_file()
    } == before


def test_a_round_with_a_wrong_passphrase_drops_nothing(county: County, tmp_path: Path) -> None:
    place = settings(county.data)
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    wrong.chmod(0o600)
    fault = one_round(place, wrong, "")
    assert fault.startswith("KeyRingError")
    assert "not the passphrase" not in fault
    assert '"event": "unsealing_refused"' in place.trail.read_text().splitlines()[-1]
    assert "not the passphrase" not in place.trail.read_text()
    assert county.released.tallies("spring").n == 0
    assert one_round(place, tmp_path / "missing", "") == "FileNotFoundError"
    assert one_round(place, tmp_path / "credential", "") == ""
    assert county.released.tallies("spring").n == 5


def test_a_release_by_hand_stands_in_the_trail_too(county: County, tmp_path: Path) -> None:
    data = ["--data", str(county.data)]
    assert main(["import", *data]) == 0
    assert main(["release", *data, "--credential", str(tmp_path / "credential")]) == 0
    assert '"actor": "console:' in settings(county.data).trail.read_text()


def test_rounds_without_a_credential_are_refused(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--data", str(county.data), "--every", "5"]) == 1
    assert "--credential" in capsys.readouterr().err
