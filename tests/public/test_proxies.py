"""The proxies of docs/proxy keep the promises: real nginx and Caddy, over https, and all that they write."""

from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from survey_app.privacy import MAX_BODY
from tests.browser.certificate import SURVEY
from tests.public.builders import Ground, make_ground
from tests.public.floods import (
    Crowd,
    come_and_go,
    endless_headers,
    flooding,
    large_bodies,
    pipelines,
    promised_bodies,
    silence,
    slow_readers,
)  # fmt: skip
from tests.public.intake_rows import ballots
from tests.public.proxied import CROWD, PROXIES, VISITOR, Proxied, open_for_nobody
from tests.public.served import Served, serve

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
BODY = b"b=north&l=en&a1=3&a25=NEEDLE"
HOP_BY_HOP = {"server", "date", "connection", "transfer-encoding", "content-length", "keep-alive"}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return make_ground(tmp_path_factory.mktemp("proxied"), opens=date(2020, 1, 1), closes=date(2099, 1, 1))


@pytest.fixture(scope="module")
def served(ground: Ground) -> Iterator[Served]:
    with serve(ground.data, "--hosts", SURVEY, "--tls", "--behind-proxy") as running:
        yield running


@pytest.fixture(scope="module", params=PROXIES)
def proxied(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    folder = open_for_nobody(tmp_path_factory.mktemp(request.param))
    program = request.getfixturevalue(f"{request.param}_path")
    with PROXIES[request.param](program, folder, served.port) as running:
        yield running


def request(line: str, headers: bytes = b"", body: bytes = b"", host: str = SURVEY) -> bytes:
    head = f"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode()
    return head + headers + b"\r\n" + body


def form(path: str, body: bytes, headers: bytes = b"") -> bytes:
    return request(f"POST {path}", FORM + headers + b"Content-Length: %d\r\n" % len(body), body)


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


def headers(answer: bytes) -> list[tuple[str, str]]:
    lines = answer.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    return sorted((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))


def test_the_whole_survey_goes_through(proxied: Proxied, ground: Ground) -> None:
    before = len(ballots(ground))
    page = proxied.exchange(request("GET /"))
    assert status(page) == 203
    nonce = re.search(rb'name="n" value="([^"]+)"', page)
    assert nonce
    sent = form("/send", BODY + b"&n=" + nonce[1])
    assert [status(proxied.exchange(sent)) for _ in range(3)] == [303] * 3
    assert len(ballots(ground)) == before + 1
    assert status(proxied.exchange(request("GET /en/thanks/north"))) == 203
    assert status(proxied.exchange(form("/contact", b"b=north&l=en&c1=NEEDLE"))) == 303
    assert ("clear-site-data", '"cache", "storage"') in headers(proxied.exchange(request("GET /left.css")))


@pytest.mark.parametrize(
    "line", ["GET /", "GET /help", "GET /nowhere", "GET /left.css", "PUT /send", "GET //help"]
)
@pytest.mark.parametrize("wish", [b"", b"Accept-Encoding: gzip\r\n"], ids=["plain", "gzip"])
def test_answers_come_through_as_they_are_with_every_header_once(
    proxied: Proxied, served: Served, line: str, wish: bytes
) -> None:
    bare, through = served.exchange(request(line, wish)), proxied.exchange(request(line, wish))
    assert status(through) == status(bare)
    for answer in (bare, through):
        assert len(dict(headers(answer))) == len(headers(answer))
    kept = [(name, value) for name, value in headers(through) if name not in HOP_BY_HOP]
    assert kept == [(name, value) for name, value in headers(bare) if name not in HOP_BY_HOP]
    assert dict(kept)["strict-transport-security"]
    assert not re.search(r"\d", dict(headers(through)).get("server", ""))
    if ("content-encoding", "gzip") in kept:
        assert b"<html" in gzip.decompress(unchunked(through))


def unchunked(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" not in head.lower():
        return body
    whole = b""
    while (size := int(body.partition(b"\r\n")[0], 16)):
        body = body.partition(b"\r\n")[2]
        whole, body = whole + body[:size], body[size + 2 :]
    return whole


REFUSED = {
    "over our cap": (form("/send", BODY.ljust(MAX_BODY + 1, b"x")), {413}),
    "over the proxy's cap": (form("/send", BODY.ljust(200_000, b"x")), {413, 502}),
    "announced too large": (request("POST /send", FORM + b"Content-Length: 9000000\r\n"), {413}),
    "unknown": (request("GET /NEEDLE"), {404}),
    "PUT": (request("PUT /send?NEEDLE"), {405}),
    "TRACE": (request("TRACE /send", b"X-Mark: NEEDLE\r\n"), {405}),
    "long address": (request("GET /" + "NEEDLE" * 2000), {400, 414, 431, 502}),
    "10 kB header": (request("GET /", b"X-Long: " + b"NEEDLE" * 1700 + b"\r\n"), {400, 431, 502}),
    "60 kB of headers": (request("GET /", b"X-Long: %s\r\n" % (b"NEEDLE" * 1000) * 10), {400, 431, 502}),
    "another host": (request("GET /NEEDLE", host="NEEDLE.example"), {200, 400, 421}),  # Caddy: 200, empty
    "no HTTP": (b"NEEDLE\r\n\r\n", {0, 400}),
    "length x": (request("POST /send", FORM + b"Content-Length: NEEDLE\r\n"), {400}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_never_repeated(proxied: Proxied, ground: Ground, what: str) -> None:
    before = len(ballots(ground))
    sent, expected = REFUSED[what]
    answer = proxied.exchange(sent)
    assert b"NEEDLE" not in answer
    assert not re.search(rb"nginx/\d|Caddy/?\d|gunicorn", answer)
    assert len(ballots(ground)) == before
    assert status(answer) in expected


def test_forms_as_large_as_they_may_be_need_no_temporary_file(proxied: Proxied, ground: Ground) -> None:
    """nginx may not write into its folders here: it would answer 500."""
    before = len(ballots(ground))
    for _ in range(3):
        assert status(proxied.exchange(form("/send", (BODY + b"&a24=").ljust(MAX_BODY, b"x")))) == 303
    assert len(ballots(ground)) == before + 3


def test_what_a_visitor_claims_of_his_address_counts_for_nothing(proxied: Proxied) -> None:
    """They all come from this machine, which is never held up; 203.0.113.5 would be after some sixty."""
    for name in (b"X-Forwarded-For", b"X_Forwarded_For", b"Forwarded"):
        claim = name + b": 203.0.113.5\r\n"
        assert {status(proxied.exchange(form("/send", b"b=north&l=en", claim))) for _ in range(90)} == {303}


def test_http_2_is_spoken(proxied: Proxied) -> None:
    with proxied.dial(protocols=("h2", "http/1.1")) as line:
        assert line.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("proxied", ["nginx"], indirect=True)
def test_whoever_holds_two_hundred_lines_waits_and_nobody_else(proxied: Proxied) -> None:
    pending = request("POST /send", FORM + b"Content-Length: 5000\r\n", BODY)
    with ExitStack() as held:
        for _ in range(201):
            held.enter_context(proxied.dial()).sendall(pending)
        with proxied.dial() as another:
            another.sendall(request("GET /"))
            answer = another.recv(5000)
        assert status(answer) == 429
        assert dict(headers(answer))["cache-control"] == "no-store"
        assert status(proxied.exchange(request("GET /"))) == 203


FLOODS = (
    silence, endless_headers, large_bodies, promised_bodies, slow_readers, come_and_go, pipelines,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_behind_it_too_a_crowd_keeps_nobody_waiting(
    proxied: Proxied, served: Served, flood: Callable[[Crowd], None]
) -> None:
    waits = []
    with flooding(flood, proxied.dial, many=1500) as crowd:
        for _ in range(15):
            asked = time.monotonic()
            assert status(proxied.exchange(request("GET /"))) == 203
            waits.append(time.monotonic() - asked)
        assert crowd.lines
    print(flood.__name__, f"median {median(waits):.3f} worst {max(waits):.3f} s")
    assert median(waits) < 1


MARKS = (
    b"User-Agent: NEEDLE\r\nReferer: https://NEEDLE\r\nCookie: a=NEEDLE\r\nX-Forwarded-For: 203.0.113.77\r\n"
)


def visit_in_every_bad_way(proxied: Proxied) -> None:
    """All that a proxy might write about."""
    for sent, _ in REFUSED.values():
        proxied.exchange(sent)
    proxied.exchange(form("/send", BODY, MARKS))
    for sent in (b"GET /NEEDLE HT", request("POST /send", FORM + MARKS + b"Content-Length: 500\r\n", BODY)):
        with proxied.dial(VISITOR) as line:
            line.sendall(sent)
    with proxied.dial_plainly(VISITOR) as line:
        line.sendall(b"GET /NEEDLE HTTP/1.1\r\n\r\n")
        line.recv(1000)


def test_no_address_no_agent_and_no_word_is_written(proxied: Proxied) -> None:
    visit_in_every_bad_way(proxied)
    files = list(proxied.written())
    assert files
    for path, found in files:
        for needle in (b"NEEDLE", VISITOR.encode(), CROWD.encode(), b"203.0.113.77", b"/send"):
            assert needle not in found, path


@pytest.mark.parametrize("name", PROXIES)
def test_while_the_server_is_away_the_page_is_kind_and_nothing_is_written(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        backend = nobody.getsockname()[1]
    program = request.getfixturevalue(f"{name}_path")
    with PROXIES[name](program, open_for_nobody(tmp_path), backend) as proxied:
        answer = proxied.exchange(form("/send", BODY))
        assert status(answer) in (502, 503)
        assert b"Nothing was kept. Wait a moment, then reload this page" in answer
        assert b"tel:988" in answer
        found = dict(headers(answer))
        assert len(found) == len(headers(answer))
        assert found["cache-control"] == "no-store"
        assert found["content-security-policy"].startswith("default-src 'none'")
        assert not re.search(r"\d", found.get("server", ""))
        for path, written in proxied.written():
            assert not re.search(rb"NEEDLE|127\.0\.0\.9", written), path
