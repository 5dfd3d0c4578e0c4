"""Speak WebDriver BiDi to Debian's Firefox. Its one job is the wire: nothing here knows the survey.

Protocol: W3C WebDriver BiDi. Firefox prints the socket's address when it is started with a debugging port, so
no driver program stands between the test and the browser.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PATIENCE = 60.0  # seconds for one answer; a loaded machine needs a few for a first page
QUIET = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class BidiError(Exception):
    """Firefox refused a command; the text is its own."""


class Bidi:
    """One BiDi session: `call` sends a command and waits for its answer; `events` met on the way are kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the `result` of METHOD; raise BidiError where Firefox says no."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(PATIENCE))
            if message.get("id") != number:
                self.events.append(message)
            elif message["type"] == "error":
                raise BidiError(f"{method}: {message['error']}: {message['message']}")
            else:
                result: dict[str, Any] = message["result"]
                return result


def _write_prefs(profile: Path, prefs: Mapping[str, bool | int | str]) -> None:
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items())
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")


def _address(firefox: subprocess.Popen[str]) -> str:
    assert firefox.stderr is not None
    for line in firefox.stderr:
        if found := ADDRESS.search(line):
            return found[1]
    raise BidiError("Firefox ended before it named its socket")


@contextmanager
def firefox(program: str, profile: Path, prefs: Mapping[str, bool | int | str]) -> Iterator[Bidi]:
    """Start Firefox on the empty folder PROFILE; end it as a person would, by closing it, so that it writes
    whatever it writes at its end."""
    _write_prefs(profile, QUIET | dict(prefs))
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            with connect(_address(running) + "/session", max_size=None, proxy=None) as socket:
                session = Bidi(socket)
                session.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
                yield session
                session.call("browser.close")
            running.wait(PATIENCE)
        finally:
            running.kill()
