"""Who sends too much at once is asked to wait; of where anybody sends from, nothing is kept (P5)."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from survey_app.pacing import BURST, KEPT_NETWORKS, KEPT_SECONDS, RETRY_AFTER, Pacing, network_of
from survey_app.settings import read_settings
from tests.public.builders import Ground, make_ground
from tests.public.intake_rows import ballots
from tests.public.served import Served, children, serve

OFFICE, HOME = "203.0.113.77", "198.51.100.9"
SENDS = int(BURST)


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def steady(*, behind_proxy: bool = False, clock: Clock | None = None) -> Pacing:
    """Each Send takes exactly one."""
    return Pacing(behind_proxy, clock or Clock(), lambda: 1.0)


def admitted(pacing: Pacing, address: str, times: int) -> int:
    """How many of so many Sends go through."""
    return sum(pacing.admits({"REMOTE_ADDR": address}) for _ in range(times))


def test_a_whole_office_may_send_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    pacing = steady(clock=clock)
    assert admitted(pacing, OFFICE, 3 * SENDS) == SENDS
    clock.now += 7
    assert admitted(pacing, OFFICE, SENDS) == 7
    clock.now += 10 * SENDS
    assert admitted(pacing, OFFICE, 3 * SENDS) == SENDS


def test_what_is_refused_does_not_count() -> None:
    clock = Clock()
    pacing = steady(clock=clock)
    admitted(pacing, OFFICE, 100 * SENDS)
    clock.now += 1.5
    assert admitted(pacing, OFFICE, 2) == 1


def test_one_network_holds_nobody_else_up() -> None:
    pacing = steady()
    admitted(pacing, OFFICE, 3 * SENDS)
    assert admitted(pacing, "203.0.113.1", 1) == 0  # its neighbour
    assert admitted(pacing, HOME, 1) == 1
    assert admitted(pacing, "203.0.114.77", 1) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "cb0071"),
        ("::ffff:203.0.113.77", "cb0071"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002"),
        ("fe80::1%eth0", "fe80000000000000"),
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("203.0.113.77:4711", "cb0071"),
        ("[2001:db8:1:2::3%eth0]:4711", "20010db800010002"),
        ("127.0.0.1:4711", None),
        ("[::1]:4711", None),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.77\0", ""),
    ],
)
def test_a_network_is_a_24_or_a_64_and_this_machine_is_none(address: str, network: str | None) -> None:
    found = network_of(address)
    assert (None if found is None else found.hex()) == network


@pytest.mark.parametrize(
    ("claimed", "is_held_up"),
    [(OFFICE, True), (f"{HOME}, {OFFICE}", True), (f"{OFFICE}, {HOME}", False), ("", False)],
)
def test_only_the_last_hop_counts_and_only_behind_a_proxy(claimed: str, is_held_up: bool) -> None:
    for behind_proxy in (True, False):
        pacing = steady(behind_proxy=behind_proxy)
        admitted(pacing, OFFICE, SENDS)
        environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": claimed}
        assert pacing.admits(environ) is not (is_held_up and behind_proxy)


def test_within_minutes_everything_is_forgotten_and_another_key_drawn() -> None:
    clock = Clock()
    pacing = steady(clock=clock)
    admitted(pacing, OFFICE, 1)
    key, (name,) = pacing._key, pacing._full
    clock.now += KEPT_SECONDS
    admitted(pacing, HOME, 1)
    assert pacing._key != key
    assert len(pacing._full) == 1
    assert name not in pacing._full
    admitted(pacing, OFFICE, 1)
    assert name not in pacing._full, "the same network has another name under another key"


def test_a_key_is_drawn_with_the_first_send_and_never_twice_the_same() -> None:
    """The process from which workers are forked never has one."""
    one, other = steady(), steady()
    assert one._key == b""
    for paced in (one, other):
        admitted(paced, OFFICE, 1)
    assert one._key != other._key
    assert set(one._full).isdisjoint(other._full)


def test_however_many_networks_come_little_is_kept() -> None:
    paced, most = steady(), 0
    for number in range(KEPT_NETWORKS + 100):
        assert paced.admits({"REMOTE_ADDR": f"10.{number // 256}.{number % 256}.1"})
        most = max(most, len(paced._full))
    assert most == KEPT_NETWORKS
    assert len(paced._full) < 200


def test_no_address_is_left_in_memory() -> None:
    paced = steady()
    admitted(paced, OFFICE, 3)
    left, seen = [paced], set()
    while left:
        thing = left.pop()
        if (
            id(thing) in seen
            or isinstance(thing, type)
            or (callable(thing) and not isinstance(thing, Pacing))
        ):
            continue
        seen.add(id(thing))
        assert not (isinstance(thing, str) and "203.0.113" in thing)
        assert not (isinstance(thing, bytes) and b"\xcb\x00\x71" in thing)
        left += gc.get_referents(thing)
    assert any(isinstance(key, bytes) and len(key) == 16 for key in paced._full)


def test_by_trying_nobody_learns_how_many_others_have_sent() -> None:
    """With 60 sends of one's own, 0 or 1 of somebody else's before: a guess is right 6 times in 10."""
    dice = Random(3)
    counts: tuple[list[int], list[int]] = ([], [])
    for _ in range(400):
        for others in (0, 1):
            paced = Pacing(False, Clock(), lambda: dice.expovariate(1.0))
            admitted(paced, OFFICE, others)
            counts[others].append(admitted(paced, OFFICE, 3 * SENDS))
    best = max(
        sum(count >= edge for count in counts[0]) + sum(count < edge for count in counts[1])
        for edge in range(3 * SENDS)
    )
    assert best / 800 < 0.6
    assert SENDS * 0.9 < sum(counts[0]) / 400 < SENDS * 1.1


def test_a_proxy_is_believed_only_where_the_settings_say_so(tmp_path: Path) -> None:
    data = {"YOURVOICE_DATA": str(tmp_path)}
    assert not read_settings(data).behind_proxy
    assert not read_settings({**data, "YOURVOICE_PROXY": "0"}).behind_proxy
    assert read_settings({**data, "YOURVOICE_PROXY": "1"}).behind_proxy


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return make_ground(tmp_path_factory.mktemp("paced"), opens=date(2020, 1, 1), closes=date(2099, 1, 1))


@pytest.fixture(scope="module")
def served(ground: Ground) -> Iterator[Served]:
    with serve(ground.data, "--behind-proxy") as running:
        yield running


def send(served: Served, path: str, claimed: str, name: str = "X-Forwarded-For") -> bytes:
    """Send a form as a proxy would hand it on."""
    body = f"b=north&l=en&a1=3&a25=NEEDLE{os.urandom(4).hex()}".encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{name}: {claimed}\r\n"
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return served.exchange((head + kind).encode() + body)


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def test_over_the_wire_too_many_is_a_kind_page_and_nothing_kept(served: Served, ground: Ground) -> None:
    crowd = [send(served, "/send", OFFICE) for _ in range(2 * SENDS)]
    taken = [status(answer) for answer in crowd].count(303)
    assert SENDS * 0.5 < taken < SENDS * 1.9
    assert len(ballots(ground)) == taken
    refused = crowd[-1]
    assert status(refused) == 429
    assert f"\r\nRetry-After: {RETRY_AFTER}\r\n".encode() in refused
    assert b"Nothing was kept. Wait a moment, then reload this page to try again." in refused
    assert b"NEEDLE" not in refused
    assert b"988" in refused, "help is on this page too"


def test_leaving_reading_and_everybody_else_are_never_held_up(served: Served) -> None:
    while status(send(served, "/send", OFFICE)) != 429:
        pass
    assert status(send(served, "/exit", OFFICE)) == 303
    head = f"Host: localhost\r\nConnection: close\r\nX-Forwarded-For: {OFFICE}\r\n\r\n".encode()
    assert status(served.exchange(b"GET / HTTP/1.1\r\n" + head)) == 203
    assert status(send(served, "/send", HOME)) == 303
    assert status(send(served, "/send", OFFICE, name="X_Forwarded_For")) == 303, "no header of a proxy"
    assert {status(send(served, "/send", "127.0.0.1")) for _ in range(2 * SENDS)} == {303}


def test_no_address_is_written_anywhere(served: Served, ground: Ground) -> None:
    for path in ("/send", "/contact", "/exit", "/nowhere"):
        send(served, path, f"{HOME}, {OFFICE}")
    pids = (served.process.pid, *children(served.process.pid))
    held = {
        os.readlink(entry)
        for pid in pids
        for entry in Path(f"/proc/{pid}/fd").iterdir()
        if entry.is_symlink()
    }
    files = [path for path in ground.data.rglob("*") if path.is_file()]
    files += [Path(name) for name in held if name.startswith("/") and Path(name).is_file()]
    for path in files:
        found = path.read_bytes()
        for address in (OFFICE, HOME):
            assert address.rpartition(".")[0].encode() not in found, path
    assert not re.search(r"\d+\.\d+\.\d+\.\d+ ", served.words())
