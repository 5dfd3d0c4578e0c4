"""Bad habits of proxies, each with the check that must notice it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import NamedTuple

from tests.doctor.proxy import END, Proxy

Inward = Callable[[bytes, bytes], bytes]


class Habit(NamedTuple):
    """The check, the level that it must come to, how it is called, and what it does to a proxy."""

    check: str
    level: str
    name: str
    teach: Callable[[Proxy], None]


def inward(change: Inward) -> Callable[[Proxy], None]:
    def teach(proxy: Proxy) -> None:
        proxy.inward = change

    return teach


def outward(change: Callable[[bytes], bytes]) -> Callable[[Proxy], None]:
    def teach(proxy: Proxy) -> None:
        proxy.outward = change

    return teach


def swap(pattern: bytes, other: bytes, path: bytes = b"") -> Callable[[Proxy], None]:
    """Replace something in the head of the answers to requests that hold `path`."""

    def change(request: bytes, answer: bytes) -> bytes:
        head, end, body = answer.partition(END)
        if path not in request.partition(b"\r\n")[0]:
            return answer
        return re.sub(pattern, other, head, flags=re.IGNORECASE) + end + body

    return inward(change)


def add(header: bytes) -> Callable[[Proxy], None]:
    return swap(rb"\r\nDate:", b"\r\n" + header + b"\r\nDate:")


def drop(header: bytes) -> Callable[[Proxy], None]:
    return swap(rb"\r\n" + header + rb":[^\r]*", b"")


def rewrite(pattern: bytes, other: bytes) -> Callable[[Proxy], None]:
    """Replace something in pages that are not zipped, and say their new length."""

    def change(request: bytes, answer: bytes) -> bytes:
        head, end, body = answer.partition(END)
        if b"Content-Encoding" in head:
            return answer
        body = re.sub(pattern, other, body)
        return re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head) + end + body

    return inward(change)


def keep(proxy: Proxy) -> None:
    """A cache: the first page is given to everybody who asks in the same way."""
    kept: dict[bytes, bytes] = {}
    zipped = rb"Accept-Encoding: gzip\r\n"
    proxy.outward = lambda request: re.sub(zipped, b"", request)
    proxy.inward = lambda request, answer: kept.setdefault(request.partition(b"\r\n")[0], answer)


def echo(request: bytes, answer: bytes) -> bytes:
    if not request.startswith(b"TRACE"):
        return answer
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(request) + request


def repeat(request: bytes, answer: bytes) -> bytes:
    """A refusal that says what was refused."""
    if b" 404 " not in answer[:20]:
        return answer
    body = b"Not found: " + request.split()[1]
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def spoil_zip(request: bytes, answer: bytes) -> bytes:
    head, end, body = answer.partition(END)
    return head + end + (body[:-8] + b"\0" * 8 if b"Content-Encoding: gzip" in head else body)


def always_zip(request: bytes, answer: bytes) -> bytes:
    head, end, body = answer.partition(END)
    if b"Content-Encoding" in head:
        return answer
    body = gzip.compress(body)
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\nContent-Encoding: gzip" + end + body


def hang_up(request: bytes, answer: bytes) -> bytes:
    return b"" if b"/help" in request[:20] else answer


SCRIPT = rb"<script>track()</script></main>"
HABITS = (
    Habit("answering", "fail", "hangs up", inward(hang_up)),
    Habit("answering", "fail", "no HTTP", swap(rb"HTTP/1.1", b"SMTP", b"/left.css")),
    Habit("headers", "fail", "drops noindex", drop(b"X-Robots-Tag")),
    Habit("headers", "fail", "drops HSTS", drop(b"Strict-Transport-Security")),
    Habit("headers", "fail", "caches", swap(rb"Cache-Control: no-store", b"Cache-Control: max-age=60")),
    Habit("headers", "fail", "says it twice", add(b"Referrer-Policy: unsafe-url")),
    Habit("headers", "fail", "on one page only", swap(rb"nosniff", b"sniff", b"/left.css")),
    Habit("no-traces", "fail", "cookie", add(b"Set-Cookie: visitor=1")),
    Habit("no-traces", "fail", "etag", add(b'ETag: W/"1"')),
    Habit("no-traces", "fail", "reports", add(b"NEL: {}")),
    Habit("version", "fail", "nginx", swap(rb"Server: \w+", b"Server: nginx/1.22.1")),
    Habit("status", "fail", "200", swap(rb"HTTP/1.1 203", b"HTTP/1.1 200")),
    Habit("status", "fail", "200 on thanks", swap(rb"HTTP/1.1 203", b"HTTP/1.1 200", b"/thanks")),
    Habit("status", "warn", "closed", swap(rb"HTTP/1.1 203", b"HTTP/1.1 410", b"GET / ")),
    Habit("caching", "fail", "keeps", keep),
    Habit("caching", "fail", "drops vary", drop(b"Vary")),
    Habit("zipping", "fail", "spoils", inward(spoil_zip)),
    Habit("zipping", "fail", "always", inward(always_zip)),
    Habit("zipping", "warn", "never", outward(lambda sent: sent.replace(b"Accept-Encoding: gzip\r\n", b""))),
    Habit("policy", "fail", "script", rewrite(rb"</main>", SCRIPT)),
    Habit("policy", "fail", "style", rewrite(rb"<style>", b"<style>/* smaller */")),
    Habit("policy", "fail", "allows more", swap(rb"script-src ", b"script-src 'unsafe-inline' ")),
    Habit(
        "host-names", "fail", "any host", outward(lambda sent: sent.replace(b"evil.example", b"localhost"))
    ),
    Habit("trace", "fail", "echoes", inward(echo)),
    Habit("forgetting", "fail", "drops it", drop(b"Clear-Site-Data")),
    Habit("refusals", "fail", "soft 404", swap(rb"HTTP/1.1 404", b"HTTP/1.1 200")),
    Habit("refusals", "fail", "moves on", swap(rb"HTTP/1.1 413", b"HTTP/1.1 301")),
    Habit("refusals", "fail", "repeats", inward(repeat)),
    Habit("date", "fail", "old", swap(rb"Date: [^\r]*", b"Date: Thu, 01 Jan 2026 00:00:00 GMT")),
    Habit("date", "warn", "none", drop(b"Date")),
)
