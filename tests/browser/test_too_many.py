"""While a network sends too much, a youth of it is asked to wait; what the page then says to do, works."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.public.builders import Ground, make_ground
from tests.public.intake_rows import ballots
from tests.public.served import Served, serve

from .browsers import BARE_CHROMIUM, CHROMIUM, FIREFOX, windows
from .certificate import SURVEY, Certificate
from .front import tls_front
from .window import Window, until
from .youth import Youth

OFFICE = b"X-Forwarded-For: 203.0.113.9\r\n"
EMPTY = b"POST /send HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + OFFICE + (
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\nb=north&l=en"
)  # fmt: skip


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))


@pytest.fixture
def served(ground: Ground) -> Iterator[Served]:
    with serve(ground.data, "--hosts", SURVEY, "--tls", "--behind-proxy") as running:
        yield running


@pytest.fixture
def address(served: Served, certificate: Certificate) -> Iterator[str]:
    """The survey as a browser of that office reaches it."""
    with tls_front(certificate.pem, served.port) as front:
        front.spoil = {b"\r\nAccept-Language: ": b"\r\n" + OFFICE + b"Accept-Language: "}
        front.spoil |= {b"\r\naccept-language: ": b"\r\n" + OFFICE + b"accept-language: "}
        yield f"https://{SURVEY}:{front.port}/en/s/north"


@contextmanager
def crowded(served: Served) -> Iterator[None]:
    """Somebody in the office sends without a pause."""
    over = threading.Event()

    def send_on() -> None:
        while not over.is_set():
            served.exchange(EMPTY)

    senders = [threading.Thread(target=send_on) for _ in range(2)]
    for sender in senders:
        sender.start()
    try:
        until(lambda: b" 429 " in served.exchange(EMPTY), "the limit to be reached")
        yield
    finally:
        over.set()
        for sender in senders:
            sender.join()
    time.sleep(5)


def ready(window: Window, address: str) -> Youth:
    youth = Youth(window)
    youth.begin(address)
    youth.answer_all()
    return youth


@windows(CHROMIUM, FIREFOX)
def test_the_page_keeps_the_answers_and_a_second_try_sends_them(
    window: Window, served: Served, address: str, ground: Ground
) -> None:
    youth = ready(window, address)
    before = youth.marks
    with crowded(served):
        window.tap(f"#{youth.part} button.btn")
        window.wait("document.querySelector('#e[role=alert]').checkVisibility()")
        assert youth.marks == before
        assert ballots(ground) == []
    youth.send()
    assert len(ballots(ground)) == 1


@windows(BARE_CHROMIUM)  # Firefox asks a person first whether to send the form again
def test_without_script_the_page_says_to_reload_and_that_sends_them(
    window: Window, served: Served, address: str, ground: Ground
) -> None:
    youth = ready(window, address)
    with crowded(served):
        window.tap(f"#{youth.part} button.btn")
        until(lambda: "A lot of people are here" in window.words(), "the page that asks to wait")
        assert "Nothing was kept. Wait a moment, then reload this page to try again." in window.words()
        assert ballots(ground) == []
    window.reload()
    window.arrive("/en/thanks/north")
    assert len(ballots(ground)) == 1
