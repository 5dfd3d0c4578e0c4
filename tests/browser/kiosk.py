"""What youths and a clock do at a shared tablet. No test lives here."""

from __future__ import annotations

import time

from .served import Served
from .window import Window
from .youth import Youth

HOME = "/kiosk/street"
SURVEY = "/en/s/kiosk/street"
WAIT, WARN = 90, 30
LOOK = 1.1  # seconds; the page looks at its clock each second
ASKED = "document.querySelector('#k').matches('dialog[open]')"


def seat(window: Window, served: Served) -> Youth:
    """Take the tablet at its start screen, press Start, and go on to the first questions."""
    if not window.url.rstrip("?").endswith(HOME):
        window.open(served.url + HOME)
    at_start(window)
    window.tap(".start p .btn")
    window.arrive(SURVEY)
    youth = Youth(window)
    youth.turn("#s1 nav:last-child a")
    return youth


def send(youth: Youth) -> None:
    """Send, and press "Back to the start"."""
    youth.send()
    back_to_start(youth.window, "/thanks/kiosk/street", HOME)


def stop(youth: Youth) -> None:
    """Press "Stop and clear"."""
    youth.window.tap("header form button")
    youth.window.wait("document.readyState === 'complete' && !!document.querySelector('.start')")


def back_to_start(window: Window, from_: str, home: str) -> None:
    """Press the button of a last page."""
    window.arrive(from_)
    window.tap("main p a.btn")
    at_start(window, home)


def at_start(window: Window, home: str = HOME) -> None:
    """Wait until the start screen is there, fully loaded."""
    window.wait(f"document.readyState === 'complete' && location.pathname === {home!r}")


def later(window: Window, seconds: int) -> None:
    """Put the page's clock forward, as a tablet that slept finds it, and let the page look at it once."""
    window.ask(f"Date.now = (now => () => now() + {seconds * 1000})(Date.now), 1")
    time.sleep(LOOK)
