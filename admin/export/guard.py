"""Keeps a text cell from being a formula when a spreadsheet opens it. Numbers are not its business."""

from __future__ import annotations

STARTS = frozenset("=+-@\t\r＝＋－＠")  # noqa: RUF001 - spreadsheets take the full-width signs too
"""With one of these a cell would be a formula."""


def guarded(text: str) -> str:
    """The text, behind an apostrophe where it would be worked out."""
    return f"'{text}" if text[:1] in STARTS else text
