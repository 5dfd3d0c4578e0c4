"""A young person who answers what the window shows, with finger and keyboard. It reads no code of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .window import Window, until

WORDS = "needle7 - it's fine, ça va, نعم"  # also what P2 and P3 look for
NEEDLE = "needle7"
NUMBER = "12"

OPEN_QUESTIONS = """(() => {
  const asked = {};
  for (const e of document.querySelectorAll("#f input:not([type=hidden]), #f select, #f textarea")) {
    const shown = (e.labels && e.labels[0]) || e;
    if (!shown.checkVisibility({visibilityProperty: true})) continue;
    const question = asked[e.name] ||= {name: e.name, kind: e.type, values: []};
    if (e.value || e.type !== "radio") question.values.push(e.value);
  }
  return Object.values(asked);
})()"""
MARKS = """[...document.querySelectorAll("input, textarea, select")].filter(e => e.type !== "hidden" &&
  (["radio", "checkbox"].includes(e.type) ? e.checked : e.value !== "")).map(e => e.name + "=" + e.value)"""
SHOWN = """[...document.querySelectorAll("main section")].filter(e => e.checkVisibility()).map(e => e.id)"""


@dataclass
class Youth:
    """`chosen`: form name -> what was answered, in the order of the page."""

    window: Window
    chosen: dict[str, str | list[str]] = field(default_factory=dict)

    def begin(self, url: str) -> None:
        """Open the survey and press Start."""
        self.window.open(url)
        self.turn("#s1 nav:last-child a")

    def turn(self, button: str) -> None:
        """Press a link to another part, and see it alone."""
        target = self.window.ask(f"document.querySelector({button!r}).hash.slice(1)")
        self.window.tap(button)
        until(lambda: self.window.ask(SHOWN) == [target], f"{target} alone on the page")

    @property
    def part(self) -> str:
        """The id of the part that is shown."""
        parts: list[str] = self.window.ask(SHOWN)
        assert len(parts) == 1, f"shown at once: {parts}"
        return parts[0]

    def answer_part(self) -> None:
        """Answer all that is asked here, and what that makes appear."""
        while new := [q for q in self.window.ask(OPEN_QUESTIONS) if q["name"] not in self.chosen]:
            self.answer(new[0])

    def answer(self, question: dict[str, Any]) -> None:
        """Answer one question: another choice each time, two ticks and the write-in, or words."""
        name, kind, values = question["name"], question["kind"], question["values"]
        if kind == "radio":
            self.chosen[name] = values[len(self.chosen) % len(values)]
            self.window.tap(f'[name="{name}"][value="{self.chosen[name]}"]')
        elif kind == "checkbox":
            self.chosen[name] = [values[0], "other"] if "other" in values else values[:2]
            for value in self.chosen[name]:
                self.window.tap(f'[name="{name}"][value="{value}"]')
        elif kind == "select-one":
            self.chosen[name] = NUMBER
            self.window.focus(f"[name={name}]")
            self.window.type(NUMBER)
        else:
            self.chosen[name] = WORDS
            until(lambda: self._writes_in(name), f"{name} to be written in")
            self.window.type(WORDS)

    def _writes_in(self, name: str) -> bool:
        """Tap a text field; Firefox under load still sees the page where it stood before it was scrolled."""
        self.window.tap(f"[name={name}]")
        return bool(self.window.ask("document.activeElement.name") == name)

    def answer_all(self) -> None:
        """Go through every part and answer everything; stop before Send."""
        while True:
            self.answer_part()
            following = f"#{self.part} nav a.btn:not(.back)"
            if not self.window.count(following):
                return
            self.turn(following)

    def send(self) -> None:
        """Press Send, and wait for the thanks."""
        self.window.tap(f"#{self.part} button.btn")
        self.window.wait("document.readyState === 'complete' && location.pathname.includes('/thanks')")

    @property
    def marks(self) -> list[str]:
        """Every answer that stands on the page now, "name=value"."""
        marks: list[str] = self.window.ask(MARKS)
        return marks
