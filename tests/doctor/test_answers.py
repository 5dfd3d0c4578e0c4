"""The doctor notices what a proxy does to the answers, and where marked questions were written down."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_app.doctor.answers import CHECKS
from survey_app.doctor.asking import Target
from survey_app.doctor.ground import run
from survey_app.doctor.questions import ask_all, new_mark
from survey_app.doctor.transport import encryption
from tests.doctor.bad_habits import HABITS, Habit, drop, inward, swap
from tests.doctor.certificates import make_certificate
from tests.doctor.installation import ORDER, Diagnosis, examine, make_sound
from tests.doctor.proxy import Proxy, stand_before
from tests.public.served import serve


@dataclass(frozen=True)
class Front:
    """A sound installation that is served over https, and the proxy before it."""

    data: Path
    proxy: Proxy
    plain: Proxy
    upstream: int

    def examine(self, *flags: str) -> Diagnosis:
        """The command, asked for the address of the proxy."""
        url = f"https://localhost:{self.proxy.port}/"
        return examine(self.data, "--url", url, "--http-port", str(self.plain.port), *flags)

    def level(self, check: str) -> str:
        """The worst that one check says of the answers through the proxy."""
        given = ask_all(Target("localhost", self.proxy.port, True), new_mark(), True)
        said = [str(finding.level).lower() for name, finding in run(CHECKS, given) if name == check]
        return max(said, key=ORDER.index)


def to_https(request: bytes, answer: bytes) -> bytes:
    return b"HTTP/1.1 301 Moved\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    data = make_sound(folder / "data")
    pem = make_certificate(folder / "good.pem")
    with serve(data, "--tls") as running:
        port = running.port
        with stand_before(port, pem) as proxy, stand_before(port) as plain:
            yield Front(data, proxy, plain, port)


@pytest.fixture
def front(standing: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    monkeypatch.setenv("SSL_CERT_FILE", str(standing.data.parent / "good.pem"))
    inward(to_https)(standing.plain)
    yield standing
    standing.proxy.behave()


def test_nothing_is_found_through_an_honest_proxy(front: Front) -> None:
    diagnosis = front.examine()
    # The tests' own server writes what it says into the data folder.
    assert diagnosis.not_fine == {"server-output"}
    assert diagnosis.status == 0
    assert {check.name for check in CHECKS} < {one["check"] for one in diagnosis.said}


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: f"{habit.check}, {habit.name}")
def test_a_bad_habit_is_noticed(front: Front, habit: Habit) -> None:
    assert front.level(habit.check) == "ok"
    habit.teach(front.proxy)
    assert front.level(habit.check) == habit.level


def test_the_command_fails_and_says_what_to_do(front: Front) -> None:
    swap(rb"HTTP/1.1 203", b"HTTP/1.1 200")(front.proxy)
    diagnosis = front.examine()
    assert diagnosis.status == 1
    assert "instead of 203" in diagnosis.words("status")
    assert "proxy" in diagnosis.of("status")[0]["remedy"]


def test_the_lines_for_people_say_the_same(front: Front) -> None:
    drop(b"X-Robots-Tag")(front.proxy)
    url = f"https://localhost:{front.proxy.port}/"
    command = [sys.executable, "-m", "survey_app.commands", "doctor", "--data", str(front.data), "--url", url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert any(line.startswith('FAIL headers: X-Robots-Tag is missing on "survey".') for line in lines), lines
    assert any(line.startswith("ok   status: ") for line in lines)
    assert lines[-1].startswith("Fine: ")
    assert all(line.startswith(("ok   ", "warn ", "FAIL ")) for line in lines[:-1])


@pytest.mark.parametrize(
    ("name", "days", "trusted", "words"),
    [
        ("localhost", -1, True, "expired"),
        ("localhost", 10, True, "ends in"),
        ("other.example", 90, True, "mismatch"),
        ("localhost", 90, False, "self-signed"),
    ],
    ids=["expired", "ends soon", "another name", "nobody's"],
)
def test_a_bad_certificate_is_noticed_and_the_rest_looked_at(
    front: Front, monkeypatch: pytest.MonkeyPatch, name: str, days: int, trusted: bool, words: str
) -> None:
    assert front.examine().level("certificate") == "ok"
    pem = make_certificate(front.data.parent / "bad.pem", name, days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with stand_before(front.upstream, pem) as bad:
        diagnosis = examine(front.data, "--url", f"https://localhost:{bad.port}/")
    assert diagnosis.level("certificate") == "fail"
    assert words in diagnosis.words("certificate").replace("self signed", "self-signed")
    assert diagnosis.level("headers") == "ok"


def test_plain_http_that_does_not_lead_to_https_is_noticed(front: Front) -> None:
    assert front.examine().level("redirect") == "ok"
    front.plain.behave()
    assert front.examine().level("redirect") == "fail"
    inward(lambda request, answer: to_https(request, answer).replace(b"localhost", b"evil"))(front.plain)
    assert front.examine().level("redirect") == "fail"


def test_an_address_that_is_not_encrypted_is_noticed(front: Front) -> None:
    assert front.examine().level("encryption") == "ok"
    assert examine(front.data, "--url", f"http://127.0.0.1:{front.upstream}/").level("encryption") == "warn"
    (finding,) = encryption(Target("survey.example", 80))
    assert finding.level == "FAIL"


ELSEWHERE = {
    "box": ('"north"', '"east"', "its first page is not that of the box east"),
    "questions": ('"snapshot": "', '"snapshot": "0123456789abcdef', "it asks other questions"),
    "exit": ('"jurisdiction"', '"exit_url": "https://example.org/", "jurisdiction"', "its Quick exit leads"),
    "tablet": (
        '{"id": "north", "unit"',
        '{"shared_tablet": true, "id": "north", "unit"',
        "it does not lead to the start screen of the box north",
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_another_survey_at_the_address_is_noticed(front: Front, sound: Path, name: str) -> None:
    url = f"https://localhost:{front.proxy.port}/"
    assert front.examine().level("identity") == "ok"
    before, after, words = ELSEWHERE[name]
    plan = (sound / "site.json").read_text().replace(before, after)
    wave = json.loads(plan)["waves"][0]
    (sound / "site.json").write_text(plan.replace(wave["snapshot"], wave["snapshot"][:64]))
    diagnosis = examine(sound, "--url", url)
    assert diagnosis.level("identity") == "fail", diagnosis.said
    assert f"Another survey answers at this address: {words}" in diagnosis.words("identity")


def test_a_shared_tablet_of_this_plan_is_no_other_survey(sound: Path) -> None:
    site = sound / "site.json"
    site.write_text(
        site.read_text().replace('{"id": "north", "unit"', '{"shared_tablet": true, "id": "north", "unit"')
    )
    with serve(sound) as running:
        assert examine(sound, "--url", f"http://127.0.0.1:{running.port}/").level("identity") == "ok"


def test_a_closed_survey_is_no_silent_pass(front: Front) -> None:
    swap(rb"HTTP/1.1 203", b"HTTP/1.1 503")(front.proxy)
    assert front.level("answering") == "ok"
    assert "Not tried: whether it is this survey" in front.examine().words("identity")


def test_a_log_that_keeps_who_asked_is_noticed(front: Front, tmp_path: Path) -> None:
    front.proxy.log = tmp_path / "access.log"
    diagnosis = front.examine("--logs", str(tmp_path))
    assert diagnosis.level("marks") == "fail"
    assert "access.log" in diagnosis.words("marks")
    front.proxy.log = None
    assert front.examine("--logs", str(tmp_path)).level("marks") == "ok"


@pytest.mark.parametrize("mark", ["word", "address"])
def test_a_mark_is_found_in_the_data_folder_too(front: Front, mark: str) -> None:
    place = front.data / "public" / "outbox" / "written"

    def write(request: bytes) -> bytes:
        kept = b"2001:db8:" if mark == "address" else b"User-Agent"
        place.write_bytes(b"\n".join(line for line in request.splitlines() if kept in line)[:200])
        return request

    front.proxy.outward = write
    try:
        assert front.examine().level("marks") == "fail"
    finally:
        place.unlink()


def test_a_log_that_cannot_be_read_is_no_silent_pass(front: Front, tmp_path: Path) -> None:
    diagnosis = front.examine("--logs", str(tmp_path / "nothing.log"))
    assert diagnosis.level("marks") == "warn"
    assert "Not tried" in diagnosis.words("marks")


def test_the_questions_leave_no_ballot_behind(front: Front) -> None:
    before = (front.data / "public" / "intake.db").read_bytes()
    front.examine()
    assert (front.data / "public" / "intake.db").read_bytes() == before


def test_an_address_where_nobody_answers_fails(sound: Path) -> None:
    for url in ("http://127.0.0.1:1/", "https://localhost:1/"):
        diagnosis = examine(sound, "--url", url)
        assert diagnosis.status == 1
        assert "does not answer" in diagnosis.words("answering")


@pytest.mark.parametrize("flags", [["--url", "survey"], ["--url", "https://a/b"], ["--nonsense"]])
def test_what_is_not_understood_is_2(sound: Path, flags: list[str]) -> None:
    command = [sys.executable, "-m", "survey_app.commands", "doctor", "--data", str(sound), *flags]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
