"""P13: whoever tries codes at the real server learns nothing of their state."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from admin.cards import make_codes
from admin.commands import main as staff_command
from admin.released import Released
from survey_app.cards import grouped
from survey_app.commands import main as public_command
from tests.attacks.county import credential, furnish, staff_settings
from tests.boxes.sql import ask
from tests.codes.builders import STRANGER, change_wave, spoilt
from tests.public.served import Served, serve

N = 200
CLOSEST = 0.005
"""Seconds between medians, as PROMISES.md says."""

Probe = Callable[[str], bytes]


@dataclass(frozen=True)
class Prober:
    """Somebody with three codes in three states, before a running server."""

    served: Served
    snapshot: str
    codes: dict[str, str]

    def look(self, code: str) -> bytes:
        """Open a card's address."""
        asked = f"GET /en/s/north/{code} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return self.served.exchange(asked.encode())

    def send(self, code: str) -> bytes:
        """Answer one question with this code, on a page of one's own."""
        nonce = secrets.token_urlsafe(16)
        form = f"b=north&l=en&v={self.snapshot}&n={nonce}&a1=5&k={grouped(code)}"
        head = (
            "POST /send HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
        )
        return self.served.exchange((head + form).encode())


@pytest.fixture(scope="module")
def prober(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prober]:
    """Eleven codes have counted, one waits, one was never printed."""
    data = tmp_path_factory.mktemp("probed")
    snapshot = furnish(data, ["north"])
    change_wave(data, codes=True)
    released = Released(staff_settings(data).released)
    codes = make_codes(released, staff_settings(data).cards, "now", 12)
    with serve(data) as served:
        prober = Prober(
            served, snapshot.hash[:16], {"used": codes[0], "waiting": codes[11], "never printed": STRANGER}
        )
        for code in codes[:11]:
            assert b" 303 " in prober.send(code)[:20]
        assert public_command(["handover", "--data", str(data)]) == 0
        assert staff_command(["import", "--data", str(data)]) == 0
        assert staff_command(["release", "--data", str(data), "--credential", str(credential(data))]) == 0
        assert ask(data / "staff" / "released.db", "SELECT count(*) FROM responses") == [11]
        assert len(released.awaited_cards()) == 1
        yield prober


def bare(answer: bytes, code: str) -> str:
    """An answer without what differs each time: its nonce, its second, the code that was sent."""
    text = re.sub(r'name="n" value="[^"]*"', "", answer.decode())
    text = re.sub(r"^Date: .*\r\n", "", text, flags=re.MULTILINE)
    return text.replace(code, "CODE").replace(grouped(code), "CODE")


@pytest.mark.slow
@pytest.mark.parametrize("way", ["look", "send"])
def test_no_answer_and_no_time_tells_the_state_of_a_code(prober: Prober, way: str) -> None:
    probe: Probe = getattr(prober, way)
    times: dict[str, list[float]] = {state: [] for state in prober.codes}
    answers: dict[str, set[str]] = {state: set() for state in prober.codes}
    for _ in range(N):
        for state, code in prober.codes.items():
            started = perf_counter()
            answer = probe(code)
            times[state].append(perf_counter() - started)
            answers[state].add(bare(answer, code))
    (said,) = set.union(*answers.values())
    assert said.startswith("HTTP/1.1 203" if way == "look" else "HTTP/1.1 303")
    medians = {state: median(took) for state, took in times.items()}
    assert max(medians.values()) - min(medians.values()) < CLOSEST, medians


def test_a_code_with_a_slip_is_sent_as_quietly_as_a_whole_one(prober: Prober) -> None:
    said = {bare(prober.send(code), code) for code in (STRANGER, spoilt(STRANGER))}
    assert len(said) == 1


def test_no_file_of_the_public_side_knows_a_code(prober: Prober, tmp_path: Path) -> None:
    """Neither plain nor hashed, so that nothing there could be asked."""
    data = prober.served.said[0].parent
    hashes = Released(staff_settings(data).released).awaited_cards()
    public = [path for path in data.rglob("*") if path.is_file() and "staff" not in path.parts]
    assert len(public) > 4
    for raw in (path.read_bytes() for path in public):
        assert not [code for code in prober.codes.values() if code.encode() in raw]
        assert not [hashed for hashed in hashes if hashed in raw]
