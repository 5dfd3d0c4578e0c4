"""WebKitGTK, the engine of every browser on an iPhone, over WebDriver. No test lives here.

It has no headless mode, so it draws on a screen of its own that nobody sees.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from .acting import ActingWindow
from .certificate import NAMES
from .served import free_port
from .window import until

SCREEN = "1280x1024x24"
MOVING = ("javascript error", "no such window", "stale element reference", "unknown error")


class WebDriverError(Exception):
    """What the driver refused, by its WebDriver error code."""


class Driver:
    """A running WebKitWebDriver, spoken to in W3C WebDriver."""

    def __init__(self, port: int) -> None:
        self._port = port

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The value of the answer. Raises WebDriverError."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            line.request(method, path, None if body is None else json.dumps(body))
            value = json.loads(line.getresponse().read())["value"]
        finally:
            line.close()
        if isinstance(value, dict) and "error" in value:
            raise WebDriverError(f"{value['error']}: {value['message'][:200]}")
        return value


class WebKitWindow(ActingWindow):
    """The one window of a session; a new session forgets everything of the one before."""

    seen: list[str] = []  # noqa: RUF012 - the driver does not tell

    def __init__(self, driver: Driver, program: str) -> None:
        options = {"binary": program, "args": ["--automation"]}
        wanted = {
            "acceptInsecureCerts": True,
            "webkitgtk:browserOptions": options,
        }
        made = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._driver, self._session = driver, f"/session/{made['sessionId']}"

    def _do(self, what: str, **values: object) -> Any:
        return self._driver.call("POST", f"{self._session}/{what}", values)

    def open(self, url: str) -> None:
        until(lambda: self._opens(url), f"{url} to open")

    def _opens(self, url: str) -> bool:
        """Open it; the engine's own page says so where the first connection of a new process failed."""
        self._do("url", url=url)
        return bool(self.ask("location.href !== 'about:blank'"))

    def ask(self, expression: str) -> Any:
        return until(lambda: self._look(f"return JSON.stringify([{expression}])"), expression[:80])[0]

    def ask_slowly(self, expression: str) -> Any:
        look = f"return ({expression}).then(value => JSON.stringify([value]))"
        return until(lambda: self._look(look), expression[:80])[0]

    def _look(self, script: str) -> list[Any]:
        """One look: [value], or nothing while the page is being replaced by another."""
        try:
            seen: list[Any] = json.loads(self._do("execute/sync", script=script, args=[]))
        except WebDriverError as error:
            if str(error).startswith(MOVING):
                return []
            raise
        return seen

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source: dict[str, Any] = {"type": kind, "id": kind, "actions": actions}
        self._do("actions", actions=[source])

    def step(self, by: int) -> bool:
        before = self.ask("history.length")
        for _ in range(abs(by)):
            self._do("back" if by < 0 else "forward")
        self.wait("document.readyState === 'complete'")
        return bool(before) and bool(self.ask("location.href.startsWith('http')"))

    def reload(self) -> None:
        self._do("refresh")

    def resize(self, width: int, height: int) -> None:
        self._do("window/rect", width=width, height=height)

    def cookies(self, host: str) -> list[str]:
        found = self._driver.call("GET", f"{self._session}/cookie")
        return [cookie["name"] for cookie in found]

    def forget_cookies(self) -> None:
        self._driver.call("DELETE", f"{self._session}/cookie")

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._driver.call("GET", f"{self._session}/screenshot")))

    def close(self) -> None:
        self._driver.call("DELETE", self._session)


@contextmanager
def webkit(driver: str, program: str, home: Path) -> Iterator[Driver]:
    """Start screen, bus and driver with HOME as their only folder; the driver."""
    port = free_port()
    hosts = home / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in NAMES))  # these names are this machine
    with ExitStack() as closing:
        screen = closing.enter_context(_screen())
        settings = {
            "DISPLAY": screen, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"], "LIBGL_ALWAYS_SOFTWARE": "1", "GIO_USE_VFS": "local",
            "LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_HOSTS": str(hosts),
        }  # fmt: skip
        command = ["dbus-run-session", "--", driver, f"--port={port}"]
        nowhere = subprocess.DEVNULL
        running = subprocess.Popen(
            command, env=settings, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
        closing.callback(_end, running)
        spoken = Driver(port)
        until(lambda: _is_ready(spoken), "the WebKit driver to answer")
        yield spoken


def _is_ready(driver: Driver) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return bool(driver.call("GET", "/status")["ready"])
    return False


def _end(running: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.pid, 9)  # the driver waits for its browser for ever when asked kindly
    running.wait(20)


@contextmanager
def _screen() -> Iterator[str]:
    """An X server on the first free display; its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as named:
                yield f":{named.readline().strip()}"
        finally:
            server.terminate()
