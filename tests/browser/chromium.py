"""Chromium as a person's phone: back/forward cache on, own profile, no name but ours. No test lives here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Playwright

from .certificate import NAMES
from .window import Window, until

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=" + ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES) + ", MAP * ~NOTFOUND",
)
MOVING = re.compile(r"navigat|context was destroyed|[Cc]annot find|closed|[Nn]ot attached")


@contextmanager
def chromium_profile(
    playwright: Playwright, program: str, profile: Path, *, spki: str, script: bool, locale: str = "en-US"
) -> Iterator[BrowserContext]:
    """Start Chromium on the empty folder PROFILE. Without `ignore_default_args` Playwright would switch the
    back/forward cache off, and every test of what Back shows would pass falsely."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=program,
        args=[*FLAGS, f"--ignore-certificate-errors-spki-list={spki}"],
        ignore_default_args=["--disable-back-forward-cache"],
        java_script_enabled=script,
        locale=locale,
        viewport={"width": 412, "height": 823},
        is_mobile=True,
        has_touch=True,
    )
    try:
        yield context
    finally:
        context.close()


class ChromiumWindow(Window):
    """One tab. Looks go over the DevTools protocol: they outlive a return from the back/forward cache."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.cdp = context.new_cdp_session(self.page)
        self.seen = []
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, address: str) -> None:
        if not address.startswith("data:"):
            self.seen.append(address)

    def open(self, url: str) -> None:
        self.page.goto(url, wait_until="load")

    def ask(self, expression: str) -> Any:
        return until(lambda: self._look(expression), f"an answer to {expression[:80]}")[0]

    def ask_slowly(self, expression: str) -> Any:
        return self.ask(expression)

    def _look(self, expression: str) -> list[Any]:
        """One look: [value], or nothing while the page is being replaced by another."""
        try:
            answer = self.cdp.send(
                "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}
            )
        except Error as error:
            if MOVING.search(error.message):
                return []
            raise
        assert "exceptionDetails" not in answer, answer
        return [answer["result"].get("value")]

    def click(self, x: float, y: float, times: int = 1) -> None:
        self.page.mouse.click(x, y, click_count=times)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def step(self, by: int) -> bool:
        history = self.cdp.send("Page.getNavigationHistory")
        entries, there = history["entries"], history["currentIndex"] + by
        if not 0 <= there < len(entries) or not entries[there]["url"].startswith("http"):
            return False
        self.cdp.send("Page.navigateToHistoryEntry", {"entryId": entries[there]["id"]})
        until(lambda: self._place() == there, "Back or Forward")
        self.wait("document.readyState === 'complete'")
        return True

    def _place(self) -> int | None:
        """Where in its history the window stands; None while a page is being swapped in."""
        try:
            place: int = self.cdp.send("Page.getNavigationHistory")["currentIndex"]
        except Error as error:
            if MOVING.search(error.message):
                return None
            raise
        return place

    def reload(self) -> None:
        self.ask("window.beforeReload = true")
        self.cdp.send("Page.reload")
        self.wait("!window.beforeReload && document.readyState === 'complete'")

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def cookies(self, host: str) -> list[str]:
        cookies = self.cdp.send("Network.getAllCookies")["cookies"]
        return [cookie["name"] for cookie in cookies if host in cookie["domain"]]

    def forget_cookies(self) -> None:
        self.cdp.send("Network.clearBrowserCookies")

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)

    def close(self) -> None:
        self.page.close()
