"""A tablet that goes from hand to hand: the names of its addresses, and how long it waits for a hand.

It knows no page, and nothing of who holds the tablet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey_app.site import TABLET

PREFIX = f"{TABLET}/"
"""Stands before the box's name in the addresses and forms of a shared tablet: /en/s/kiosk/north."""

WARNING = 30
"""Seconds of countdown; WCAG 2.2, 2.2.1 asks for 20 at least. Each press of the button starts all anew."""

Stage = Literal["start", "open", "end"]
"""The start screen; a page with something to fill in; a page after which nothing is left to do."""


@dataclass(frozen=True)
class Tablet:
    """What a page on a shared tablet knows: `home`, where it goes back to, and after how many seconds."""

    home: str
    wait: int
    stage: Stage
    warning: int = WARNING


def box_in(place: str) -> str:
    """The id of the box: "kiosk/north" -> "north"."""
    return place.removeprefix(PREFIX)


def is_shared(place: str) -> bool:
    """Whether these are the words of a shared tablet."""
    return place.startswith(PREFIX)


def home(box: str) -> str:
    """The start screen. It names no language: the next one shall not see which the last one chose."""
    return f"/{PREFIX}{box}"
