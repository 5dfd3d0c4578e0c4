"""Ask axe-core what keeps somebody out of a page. Its rules are axe's; none is switched off here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .window import Window

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = f"""axe.run(document, {{runOnly: {TAGS}, resultTypes: ["violations"]}}).then(
  found => found.violations.flatMap(rule =>
    rule.nodes.map(node => rule.id + ": " + node.target.join(" ") + " " + node.failureSummary)))"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(window: Window) -> list[str]:
    """One line for each element that breaks a rule; for Chromium's windows that run scripts."""
    window.ask(f"if (!window.axe) {{ {_source()} }}")
    found: list[str] = window.ask_slowly(RUN)
    return found
