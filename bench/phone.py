"""One survey on a slow phone: Chromium with 412x823 pixels, 400 kbit/s, 400 ms, a CPU four times slower.

It measures what a page does to a young person's patience and data plan; human time is not counted. It judges
no wording and keeps no picture.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser, CDPSession, Error, Page

SCREEN = {"width": 412, "height": 823}
LATENCY_MS, BYTES_PER_SECOND, SLOWER = 400, 50_000, 4
PATIENCE_MS = 30_000
SCRIPT = Path(__file__).with_name("phone.js").read_text()


@dataclass(frozen=True)
class Walk:
    """One survey from opening to thanks. `usable`: ms until the first page is painted, parsed and can be gone
    on from. `system`: ms that the whole survey made one wait. `requests` and `received` (bytes over the wire,
    compressed) count until the thanks page; `screens`: what holds questions, in heights of the phone."""

    usable: float
    system: float
    requests: int
    received: int
    screens: float
    smallest: float
    sideways: bool


class Wire:
    """What the page's connections carried until the last document came, redirects and headers included."""

    def __init__(self, session: CDPSession) -> None:
        self._requests: list[tuple[str, bool]] = []
        self._received: Counter[str] = Counter()
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def totals(self) -> tuple[int, int]:
        """-> requests, bytes received; what the last document itself asked for does not count."""
        last = max(place for place, (_, document) in enumerate(self._requests) if document)
        counted = [name for name, _ in self._requests[: last + 1]]
        return len(counted), sum(self._received[name] for name in set(counted))

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self._requests.append((event["requestId"], event.get("type") == "Document"))
        self._received[event["requestId"]] += int(
            event.get("redirectResponse", {}).get("encodedDataLength", 0)
        )

    def _finished(self, event: dict[str, Any]) -> None:
        self._received[event["requestId"]] += int(event["encodedDataLength"])


def walk(browser: Browser, url: str, forward: str) -> Walk:
    """Take the survey at `url` with an empty cache; `forward` selects the controls that lead on."""
    context = browser.new_context(
        viewport=cast(Any, SCREEN), device_scale_factor=1.75, is_mobile=True, has_touch=True, locale="en-US"
    )
    context.add_init_script(SCRIPT)
    context.add_init_script(f"bench.watch({forward!r})")
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = Wire(session)
    link = {
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    }
    session.send("Network.emulateNetworkConditions", {"offline": False, **link})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="commit")
    usable = _usable_at(page, control=True) - page.evaluate("performance.timeOrigin")
    system, screens, smallest, sideways = usable, 0.0, float("inf"), False
    while True:
        part = page.evaluate("bench.measure()")
        sideways |= part["sideways"]
        if part["questions"]:
            screens += part["screens"]
            smallest = min(smallest, part["smallest"])
        system += page.evaluate("bench.answer()")
        pressed = page.evaluate("selector => bench.press(selector)", forward)
        if "sentAt" in pressed:
            break
        system += pressed["inside"]
    page.wait_for_url(re.compile("/thanks"), wait_until="commit")
    system += _usable_at(page, control=False) - pressed["sentAt"]
    page.wait_for_load_state("networkidle")
    context.close()
    return Walk(usable, system, *wire.totals(), screens, smallest, sideways)


def _usable_at(page: Page, control: bool) -> float:
    """Milliseconds since the epoch at which the page that is loading was usable."""
    for _ in range(PATIENCE_MS // 20):
        try:
            if at := page.evaluate("control => window.bench && bench.usableAt(control)", control):
                return float(at)
        except Error:  # the old document went away in the middle of the question
            pass
        page.wait_for_timeout(20)
    raise TimeoutError(page.url)
