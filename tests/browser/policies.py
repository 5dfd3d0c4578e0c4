"""A Chromium that stands under a policy, as on a managed tablet, without a change to this machine.

The folder of policies is mounted for this one process only. What would blind a test is left out.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Error, Page, Playwright

from .certificate import NAMES
from .window import until

CONFIGURED = Path("/etc/chromium")  # where Debian's Chromium looks
BLINDFOLDS = ("DeveloperToolsAvailability", "RemoteDebuggingAllowed", "DisableScreenshots")
MOUNT = 'mount --bind "$1" "$0" && shift && exec "$@"'
ADDRESS = re.compile(r"DevTools listening on (ws://\S+)")
ROWS = """(() => {
  const rows = [], walk = node => {
    for (const child of (node.shadowRoot || node).children) {
      if (child.localName === "policy-row")
        rows.push(child.shadowRoot.textContent.trim().split(/\\s+/).join(" "));
      walk(child);
    }
  };
  walk(document.documentElement);
  return rows;
})()"""


def rows(page: Page) -> dict[str, str]:
    """What chrome://policy says of each policy that this browser knows, by name."""
    page.goto("chrome://policy")
    found: list[str] = until(lambda: page.evaluate(ROWS), "the list of policies")
    return {row.split()[0]: row for row in found}


@contextmanager
def governed(
    playwright: Playwright, program: str, folder: Path, policy: Mapping[str, object], spki: str
) -> Iterator[Page]:
    """Start Chromium with its profile in FOLDER/profile under POLICY; end it by closing it."""
    managed = folder / "chromium" / "policies" / "managed"
    managed.mkdir(parents=True)
    seeing = {name: value for name, value in policy.items() if name not in BLINDFOLDS}
    (managed / "shared-tablet.json").write_text(json.dumps(seeing))
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES) + ", MAP * ~NOTFOUND"
    browser = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", f"--host-resolver-rules={rules}",
        f"--ignore-certificate-errors-spki-list={spki}", f"--user-data-dir={folder / 'profile'}",
        "--remote-debugging-port=0", "about:blank",
    ]  # fmt: skip
    command = ["unshare", "--mount", "sh", "-c", MOUNT, CONFIGURED, folder / "chromium", *browser]
    said = folder / "said"
    with said.open("wb") as stderr, subprocess.Popen(command, stderr=stderr) as running:
        try:
            connected = playwright.chromium.connect_over_cdp(_address(said, running))
            yield connected.contexts[0].pages[0]
            with suppress(Error):  # it closes the line before it answers
                connected.new_browser_cdp_session().send("Browser.close")
            running.wait(30)
        finally:
            running.kill()


def _address(said: Path, running: subprocess.Popen[bytes]) -> str:
    look: Callable[[], re.Match[str] | None] = lambda: ADDRESS.search(said.read_text(errors="replace"))  # noqa: E731
    until(lambda: look() or running.poll() is not None, "Chromium to say where it listens")
    found = look()
    assert found, said.read_text(errors="replace")
    return found[1]
