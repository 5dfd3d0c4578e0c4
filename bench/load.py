"""Many surveys at once against a running server: how many a second, how long a Send takes, what was stored.

The client is asyncio on bare sockets, so that it costs less than what it measures. It reads the form once
from each page that it fetches, as a browser would, and sends what the page offers.
"""

import asyncio
import gzip
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(rb'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHOICE = re.compile(rb'<input[^>]*type="?radio"?[^>]*name="?(\w+)"?[^>]*value="?(\w+)"?')


@dataclass
class Tally:
    """What came of it. Times in milliseconds."""

    surveys: int = 0
    errors: list[str] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def a_second(self) -> float:
        """Complete surveys a second."""
        return self.surveys / self.seconds

    def post_percentile(self, share: float) -> float:
        """The time within which this share of the Sends was acknowledged."""
        return sorted(self.posts)[min(len(self.posts) - 1, int(share * len(self.posts)))]


class Line:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[bytes, bytes], bytes]:
        """-> status, headers in lower case, body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2**20)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept-Encoding: gzip\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        content = await reader.readexactly(int(headers.get(b"content-length", b"0")))
        if headers.get(b"content-encoding") == b"gzip":
            content = gzip.decompress(content)
        if headers.get(b"connection", b"").lower() == b"close":
            await self.close()
        return int(first.split()[1]), headers, content

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()
            self._streams = None


async def take_survey(url: str, tally: Tally) -> None:
    """Page, Send, thanks, on one connection of its own."""
    line = Line(url)
    try:
        status, _, page = await line.ask("GET", urlsplit(url).path)
        fields = dict(CHOICE.findall(page)) | dict(HIDDEN.findall(page))
        started = time.perf_counter()
        sent, headers, _ = await line.ask("POST", "/send", urlencode(fields).encode())
        tally.posts.append((time.perf_counter() - started) * 1000)
        thanked, _, _ = await line.ask("GET", urlsplit(headers.get(b"location", b"/").decode()).path)
    except (OSError, asyncio.IncompleteReadError) as error:
        tally.errors.append(type(error).__name__)
        return
    finally:
        await line.close()
    if (status, sent, thanked) in ((200, 303, 200), (203, 303, 203)):
        tally.surveys += 1
    else:
        tally.errors.append(f"{status} {sent} {thanked}")


async def crowd(url: str, at_once: int, surveys: int, seconds: float) -> Tally:
    """Take `surveys` surveys, `at_once` at a time, for at most so many seconds."""
    tally = Tally()
    waiting = iter(range(surveys))
    started = time.perf_counter()

    async def respondent() -> None:
        for _ in waiting:
            if time.perf_counter() - started > seconds:
                return
            await take_survey(url, tally)

    await asyncio.gather(*(respondent() for _ in range(at_once)))
    tally.seconds = time.perf_counter() - started
    return tally
