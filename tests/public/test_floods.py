"""A crowd that means harm: everybody else is still heard within a second, and little memory is used."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.public.builders import Ground, make_ground
from tests.public.floods import FLOODS, HEAD, Crowd, dial, flooding, silence
from tests.public.intake_rows import ballots
from tests.public.served import Served, children, serve

PAGE = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
MEMORY = 200_000
"""kB of memory with a crowd of hundreds who send all that they may; it is about 70,000 without one."""


@pytest.fixture(scope="module", autouse=True)
def room_for_many() -> Iterator[None]:
    """The tests hold thousands of connections themselves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return make_ground(tmp_path_factory.mktemp("flooded"), opens=date(2020, 1, 1), closes=date(2099, 1, 1))


@pytest.fixture(scope="module")
def served(ground: Ground) -> Iterator[Served]:
    with serve(ground.data) as running:
        running.exchange(PAGE)
        yield running


def worker(served: Served) -> int:
    """The process that hears the visitors."""
    family = children(served.process.pid)
    (found,) = [pid for pid in family if "handover" not in Path(f"/proc/{pid}/cmdline").read_text()]
    return found


def memory(pid: int) -> int:
    """What this process holds in memory, in kB."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def waits(served: Served, visits: int = 15) -> list[float]:
    """How long so many visitors waited for the survey, one after the other."""
    found = []
    for _ in range(visits):
        asked = time.monotonic()
        assert served.exchange(PAGE).startswith(b"HTTP/1.1 203 ")
        found.append(time.monotonic() - asked)
        time.sleep(0.05)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_while_a_crowd_rages_everybody_else_is_heard_within_a_second(
    served: Served, ground: Ground, flood: Callable[[Crowd], None]
) -> None:
    before, process = len(ballots(ground)), worker(served)
    with flooding(flood, partial(dial, served.port)) as crowd:
        found = waits(served)
        used = memory(process)
        assert crowd.lines
    print(flood.__name__, f"median {statistics.median(found):.3f} worst {max(found):.3f} s, {used} kB")
    assert statistics.median(found) < 1
    assert max(found) < 10
    assert used < MEMORY
    assert worker(served) == process, "it was never so busy that it had to be replaced"
    assert len(ballots(ground)) == before
    assert "Traceback" not in served.words()
    assert "127.0.0.1'" not in served.words()
    assert "NEEDLE" not in served.words()


def test_without_a_file_left_it_says_the_kind_only_and_comes_back(tmp_path: Path) -> None:
    """EMFILE at the door."""
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    with serve(ground.data) as served:
        served.exchange(PAGE)
        limited = worker(served)
        files = len(list(Path(f"/proc/{limited}/fd").iterdir()))
        resource.prlimit(limited, resource.RLIMIT_NOFILE, (files + 20, files + 20))
        with flooding(silence, partial(dial, served.port)):
            time.sleep(1)
        assert set(served.words().splitlines()[2:]) == {"error: OSError"}
        assert max(waits(served, 3)) < 15
        assert worker(served) == limited


def test_where_few_files_may_be_open_a_full_house_is_cleared_too(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    few = ["sh", "-c", 'ulimit -n 512; exec "$@"', "sh"]
    with serve(ground.data, before=few) as served:
        served.exchange(PAGE)
        with flooding(silence, partial(dial, served.port), many=600):
            assert max(waits(served, 5)) < 10
        assert "Traceback" not in served.words()


def test_letters_that_are_each_wrapped_for_themselves_are_too_much(served: Served, ground: Ground) -> None:
    before = len(ballots(ground))
    head = b"POST /send HTTP/1.1\r\nConnection: close\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    for length, is_taken in ((1000, True), (30_000, False)):
        body = b"b=north&l=en&a25=".ljust(length, b"x")
        chunks = b"".join(b"1\r\n%c\r\n" % letter for letter in body) + b"0\r\n\r\n"
        assert served.exchange(head + chunks).startswith(b"HTTP/1.1 303 ") is is_taken
    assert len(ballots(ground)) == before + 1


def test_it_takes_as_many_files_as_it_may_have(tmp_path: Path) -> None:
    """A shell's usual limit of 1,024 is no reason to turn anybody away."""
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with serve(ground.data) as served:
            served.exchange(PAGE)
            limits = Path(f"/proc/{worker(served)}/limits").read_text()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert int(line.split()[3]) == min(8192, hard)


def test_when_it_stops_it_answers_who_is_still_sending_and_waits_for_nobody_else(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    body = b"b=north&l=en&a1=3"
    head = b"POST /send HTTP/1.1\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    with serve(ground.data) as served, dial(served.port) as silent, dial(served.port) as sending:
        served.exchange(PAGE)
        silent.sendall(b"GET / HT")
        sending.sendall(head + body[:5])
        time.sleep(0.5)
        served.process.terminate()
        time.sleep(2)
        sending.sendall(body[5:])
        assert sending.recv(1000).startswith(b"HTTP/1.1 303 ")
        assert served.process.wait(10) == 0
    assert len(ballots(ground)) == 1


def test_on_a_line_that_is_kept_each_request_may_be_as_large_as_the_first(served: Served) -> None:
    body = b"b=north&l=en".ljust(30_000, b"&")
    head = b"POST /send HTTP/1.1\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    with dial(served.port) as line:
        for _ in range(10):
            line.sendall(head + body)
            assert line.recv(2000).startswith(b"HTTP/1.1 303 ")


@pytest.mark.parametrize(
    "sent",
    [b"GET /NEEDLE\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\0NEEDLE\r\n\r\n"],
)
def test_what_is_no_http_of_this_century_gets_one_constant_answer(served: Served, sent: bytes) -> None:
    """HTTP/0.9, HTTP/2 without TLS, TLS where there is none."""
    answers = {served.exchange(sent), served.exchange(b"NEEDLE\r\n\r\n")}
    (constant,) = answers
    assert constant.startswith(b"HTTP/1.1 400 ")
    assert b"NEEDLE" not in constant


def test_who_asks_first_whether_to_send_is_told_to_and_taken_in(served: Served, ground: Ground) -> None:
    before, body = len(ballots(ground)), b"b=north&l=en&a1=3"
    asked = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
    with dial(served.port) as line:
        line.sendall(b"POST /send HTTP/1.1\r\n" + asked)
        assert line.recv(1000).startswith(b"HTTP/1.1 100 ")
        line.sendall(body)
        assert line.recv(1000).startswith(b"HTTP/1.1 303 ")
    assert len(ballots(ground)) == before + 1
