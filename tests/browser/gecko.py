"""Firefox as a person's browser, over BiDi. No test lives here."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from .acting import ActingWindow
from .bidi import Bidi, BidiError
from .certificate import NAMES
from .window import until

PREFS: dict[str, bool | int | str] = {
    "network.dns.localDomains": ",".join(NAMES),  # these names are this machine
    "network.proxy.type": 1,  # everything else goes to a proxy that is not there
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": ",".join(NAMES),
}
REQUEST = "network.beforeRequestSent"
MOVING = ("no such frame", "unknown error: AbortError", "DiscardedBrowsingContextError")


class FirefoxWindow(ActingWindow):
    """One tab of a running session."""

    def __init__(self, bidi: Bidi) -> None:
        self._bidi = bidi
        self._tab = bidi.call("browsingContext.create", type="tab")["context"]
        bidi.call("session.subscribe", events=[REQUEST], contexts=[self._tab])

    @property
    def seen(self) -> list[str]:  # type: ignore[override]
        """Read from the session's events, which arrive beside the answers."""
        self.ask("1")
        events = (event["params"] for event in self._bidi.events if event["method"] == REQUEST)
        sent = (event["request"]["url"] for event in events if event["context"] == self._tab)
        return [address for address in sent if not address.startswith("data:")]

    def open(self, url: str) -> None:
        self._bidi.call("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def ask(self, expression: str) -> Any:
        look = f"JSON.stringify([{expression}])"
        return until(lambda: self._look(look), f"an answer to {expression[:80]}")[0]

    def ask_slowly(self, expression: str) -> Any:
        look = f"({expression}).then(value => JSON.stringify([value]))"
        return until(lambda: self._look(look), f"an answer to {expression[:80]}")[0]

    def _look(self, expression: str) -> list[Any]:
        """One look: [value], or nothing while the page is being replaced by another."""
        try:
            answer = self._bidi.call(
                "script.evaluate",
                expression=expression,
                target={"context": self._tab},
                awaitPromise=True,
                resultOwnership="none",
            )
        except BidiError as error:
            if any(word in str(error) for word in MOVING):
                return []
            raise
        assert answer["type"] == "success", answer
        value: list[Any] = json.loads(answer["result"]["value"])
        return value

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._bidi.call("input.performActions", context=self._tab, actions=[source])

    def step(self, by: int) -> bool:
        try:
            self._bidi.call("browsingContext.traverseHistory", context=self._tab, delta=by)
        except BidiError:
            return False
        self.wait("document.readyState === 'complete'")
        return bool(self.ask("location.href.startsWith('http')"))

    def reload(self) -> None:
        self._bidi.call("browsingContext.reload", context=self._tab, wait="complete")

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._bidi.call("browsingContext.setViewport", context=self._tab, viewport=size)

    def cookies(self, host: str) -> list[str]:
        cookies = self._bidi.call("storage.getCookies")["cookies"]
        return [cookie["name"] for cookie in cookies if host in cookie["domain"]]

    def forget_cookies(self) -> None:
        self._bidi.call("storage.deleteCookies")

    def picture(self, path: Path) -> None:
        shot = self._bidi.call("browsingContext.captureScreenshot", context=self._tab)["data"]
        path.write_bytes(base64.b64decode(shot))

    def close(self) -> None:
        self._bidi.call("browsingContext.close", context=self._tab)
