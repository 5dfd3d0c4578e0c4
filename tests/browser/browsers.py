"""The browsers of the whole suite, each started when it is first asked for and kept until the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from .bidi import Bidi, firefox
from .chromium import ChromiumWindow, chromium_profile
from .gecko import PREFS, FirefoxWindow
from .webkit import WebKitWindow, webkit
from .window import Window


@dataclass(frozen=True)
class Kind:
    """Which browser, and whether it runs scripts."""

    name: str
    script: bool = True

    def __str__(self) -> str:
        return self.name + ("" if self.script else "-without-script")


CHROMIUM, FIREFOX = Kind("chromium"), Kind("firefox")
BARE_CHROMIUM, BARE_FIREFOX = Kind("chromium", script=False), Kind("firefox", script=False)
WEBKIT = Kind("webkit")  # cannot be driven with scripts switched off
EVERY = (CHROMIUM, BARE_CHROMIUM, FIREFOX, BARE_FIREFOX)


@dataclass
class Browsers:
    """`program`: the path of a browser by its name; skips the test that asks for one that is not there."""

    playwright: Callable[[], Playwright]
    program: Callable[[str], str]
    spki: str
    profiles: Path
    closing: ExitStack
    running: dict[Kind, Callable[[], Window]] = field(default_factory=dict)

    def window(self, kind: Kind) -> Window:
        """A new window of the running browser of this kind."""
        if kind not in self.running:
            self.running[kind] = self.start(kind, self.profiles / str(kind), self.closing)
        return self.running[kind]()

    def start(self, kind: Kind, profile: Path, closing: ExitStack) -> Callable[[], Window]:
        """Start a browser of its own on PROFILE, which CLOSING ends; calling the result opens a window."""
        profile.mkdir(parents=True)
        program = self.program(kind.name)
        if kind.name == "webkit":
            driver = closing.enter_context(webkit("WebKitWebDriver", program, profile))
            return lambda: WebKitWindow(driver, program)
        if kind.name == "firefox":
            prefs = PREFS | {"javascript.enabled": kind.script}
            session: Bidi = closing.enter_context(firefox(program, profile, prefs))
            return lambda: FirefoxWindow(session)
        opened = chromium_profile(self.playwright(), program, profile, spki=self.spki, script=kind.script)
        context: BrowserContext = closing.enter_context(opened)
        return lambda: ChromiumWindow(context)


def windows(*kinds: Kind) -> pytest.MarkDecorator:
    """Run the test in a window of each kind."""
    return pytest.mark.parametrize("window", kinds, ids=str, indirect=True)
