"""A whole survey on a slow link: at most 4 requests and 20 KB until the thanks."""

from __future__ import annotations

from typing import Any

from .browsers import CHROMIUM, windows
from .chromium import ChromiumWindow
from .served import Served
from .youth import Youth

REQUESTS, BYTES = 4, 20_000


@windows(CHROMIUM)
def test_a_whole_survey_is_four_requests_and_twenty_kilobytes(
    window: ChromiumWindow, served: Served
) -> None:
    asked: list[str] = []
    arrived: list[float] = []

    def note(sent: dict[str, Any]) -> None:
        if sent["request"]["url"].startswith("http"):
            asked.append(f"{sent['request']['method']} {sent['request']['url']}")
        if "redirectResponse" in sent:
            arrived.append(sent["redirectResponse"]["encodedDataLength"])

    window.cdp.on("Network.requestWillBeSent", note)
    window.cdp.on("Network.loadingFinished", lambda done: arrived.append(done["encodedDataLength"]))
    window.cdp.send("Network.enable")
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/north")
    youth.answer_all()
    youth.send()
    assert len(asked) <= REQUESTS, asked
    assert 5_000 < sum(arrived) <= BYTES, arrived
