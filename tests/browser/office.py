"""The staff side's data folder for the browser tests: released answers, waves around today, no keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace
from staff.place import PASSPHRASE, TODAY, furnish

from survey_app.site import load_site

from .window import Window

WAVE, EMPTY_WAVE = "now", "quiet"
CLOSED_WAVE = "spring"


def furnish_for_today(data: Path) -> None:
    """Furnish DATA as the staff side's own tests do, and move its waves from their fixed day to this one."""
    furnish(data)
    site = load_site(data / "site.json")
    later = date.today() - TODAY  # noqa: DTZ011 - the server takes its own day too
    waves = tuple(replace(w, opens=w.opens + later, closes=w.closes + later) for w in site.waves)
    (data / "site.json").write_bytes(msgspec.json.encode(replace(site, waves=waves)))


def sign_in(window: Window, office: str, role: str) -> None:
    """Sign in as the one who has ROLE, by the page's own form, whoever was signed in before."""
    window.forget_cookies()
    window.open(f"{office}/sign-in")
    for field, words in (("name", f"the.{role}"), ("passphrase", PASSPHRASE)):
        window.tap(f"[name={field}]")
        window.type(words)
    window.tap("main button")
    window.wait("document.readyState === 'complete' && location.pathname !== '/sign-in'")


def sign_out(window: Window) -> None:
    """Leave by the page's own button."""
    window.tap("form.me button")
    window.arrive("/sign-in")
