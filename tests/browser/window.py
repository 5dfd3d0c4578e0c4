"""A browser window as a person has it: look, tap, type, go back. It knows no page, answers nothing by script.

`ask` runs a script in the page to LOOK at it (both browsers allow that to whoever drives them, even where
scripts are switched off); all that a person would do goes through real pointer and key events.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds until a condition counts as not met; a loaded machine takes its time
TICK = 0.03

FIND = """((css, nth, label) => {
  let e = document.querySelectorAll(css)[nth];
  if (e && label && e.labels && e.labels.length) e = e.labels[0];
  return e;
})"""
AIM = f"""((css, nth) => {{
  const e = {FIND}(css, nth, true);
  if (!e) return "there is no " + css;
  if (document.getAnimations().some(a => a.playState === "running")) return null;
  const before = scrollY;
  e.scrollIntoView({{block: "center", behavior: "instant"}});
  if (scrollY !== before) return null; // Firefox under load still feels a finger where the page stood before
  const r = e.getClientRects()[0];
  if (!r) return css + " is not shown";
  const x = r.x + r.width / 2, y = r.y + r.height / 2, hit = document.elementFromPoint(x, y);
  if (!hit || !(e.contains(hit) || hit.contains(e)))
    return css + " is covered by " + (hit ? hit.outerHTML.slice(0, 80) : "nothing");
  return [x, y];
}})"""


Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """Return the first truthy answer of LOOK, asked again and again; fail in words when patience ends."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"waited {patience:.0f} s in vain: {what}"
        time.sleep(TICK)
    return found


class Window(ABC):
    """One window. `seen`: the address of every request of its pages, in order; data: addresses go nowhere."""

    seen: list[str]

    @abstractmethod
    def open(self, url: str) -> None: ...
    @abstractmethod
    def ask(self, expression: str) -> Any: ...
    @abstractmethod
    def ask_slowly(self, expression: str) -> Any:
        """What the promise EXPRESSION comes to; only where the page may run scripts."""

    @abstractmethod
    def click(self, x: float, y: float, times: int = 1) -> None: ...
    @abstractmethod
    def press(self, key: str) -> None: ...
    @abstractmethod
    def type(self, text: str) -> None: ...
    @abstractmethod
    def step(self, by: int) -> bool:
        """Go so many entries through the history; False where there is no such page."""

    @abstractmethod
    def reload(self) -> None: ...
    @abstractmethod
    def resize(self, width: int, height: int) -> None: ...
    @abstractmethod
    def cookies(self, host: str) -> list[str]: ...
    @abstractmethod
    def forget_cookies(self) -> None: ...
    @abstractmethod
    def picture(self, path: Path) -> None: ...
    @abstractmethod
    def close(self) -> None: ...

    def back(self) -> bool:
        """Press the browser's Back; False where nothing of the web lies behind."""
        return self.step(-1)

    def forward(self) -> bool:
        """Press the browser's Forward."""
        return self.step(1)

    def tap(self, css: str, nth: int = 0) -> None:
        """Press the middle of the NTH element of CSS (or its label); fail where a finger could not."""
        aim = self.wait(f"{AIM}({json.dumps(css)}, {nth})")
        assert isinstance(aim, list), aim
        self.click(*aim)

    def focus(self, css: str) -> None:
        """Put the keyboard on an element without opening it: a shut list to choose from takes keys too."""
        self.ask(f"document.querySelector({json.dumps(css)}).focus()")

    def count(self, css: str) -> int:
        """How many elements of the page CSS names, shown or not."""
        return int(self.ask(f"document.querySelectorAll({json.dumps(css)}).length"))

    def words(self, css: str = "body") -> str:
        """The text that CSS's first element shows; empty where there is none."""
        return str(self.ask(f"(document.querySelector({json.dumps(css)}) || {{}}).innerText || ''"))

    def wait(self, expression: str) -> Any:
        """Wait until the page's EXPRESSION is true, and return its value."""
        return until(lambda: self.ask(expression), f"{expression} on {self.url}")

    def arrive(self, path: str) -> None:
        """Wait until the window stands, fully loaded, at a path that ends in PATH."""
        self.wait(f"document.readyState === 'complete' && location.pathname.endsWith({json.dumps(path)})")

    @property
    def url(self) -> str:
        """The address of the page, fragment included."""
        return str(self.ask("location.href"))

    @property
    def hosts(self) -> set[str]:
        """The hosts that this window has asked anything of."""
        return {str(urlsplit(address).hostname) for address in self.seen}
