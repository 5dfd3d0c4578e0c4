"""Pointer and keys in the words of W3C WebDriver, which both its protocols share. No test lives here."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from .window import Window

KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Escape": "\ue00c", "Space": " ",
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}  # fmt: skip  # W3C WebDriver, table of normalised key values


class ActingWindow(Window):
    """A window whose driver takes WebDriver actions."""

    @abstractmethod
    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None: ...

    def click(self, x: float, y: float, times: int = 1) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}
        press = [{"type": turn, "button": 0} for turn in ("pointerDown", "pointerUp")]
        self._act("pointer", [move, *press * times])

    def press(self, key: str) -> None:
        chord = [KEYS.get(name, name) for name in key.split("+")]
        down = [{"type": "keyDown", "value": value} for value in chord]
        self._act("key", down + [{"type": "keyUp", "value": value} for value in reversed(chord)])

    def type(self, text: str) -> None:
        self._act("key", [{"type": turn, "value": sign} for sign in text for turn in ("keyDown", "keyUp")])
