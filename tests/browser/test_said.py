""" "You said, we did" in a real browser: whole on a small phone, readable for all, one sheet of paper."""

from __future__ import annotations

import re

import pytest

from survey_app.site import load_site
from tests.public.test_said import a_file

from .accessibility import violations
from .browsers import CHROMIUM, windows
from .chromium import ChromiumWindow
from .office import CLOSED_WAVE, sign_in, sign_out
from .served import Served
from .test_accessibility import VIEWS, put_on
from .test_layout import WIDTH

AT = f"/waves/{CLOSED_WAVE}/said"
DID = "Since May you are asked first which goals matter to you, and the plan is yours to keep. " * 4


@windows(CHROMIUM)
@pytest.mark.parametrize(("look", "width", "height"), VIEWS)
def test_the_page_keeps_nobody_out(
    window: ChromiumWindow, served: Served, look: str, width: int, height: int
) -> None:
    folder = served.folder.data / "said"
    folder.mkdir(exist_ok=True)
    wave = load_site(served.folder.data / "site.json").waves[0].id
    (folder / f"{wave}.json").write_bytes(a_file(wave, 6).to_bytes())
    try:
        put_on(window, look, width, height)
        for path in ("/said", "/es/said", "/en/thanks/north", "/es/s/north"):
            window.open(served.url + path)
            assert violations(window) == []
            assert window.ask(WIDTH) <= width
    finally:
        (folder / f"{wave}.json").unlink()


@windows(CHROMIUM)
def test_it_is_written_published_and_printed_on_one_sheet(window: ChromiumWindow, office: str) -> None:
    sign_in(window, office, "supervisor")
    put_on(window, "light", 320, 640)
    window.open(f"{office}{AT}/findings")
    window.ask("[...document.querySelectorAll('[name=key]')].slice(0, 6).map(box => box.click())")
    window.tap("main form:not(.me) button")
    window.arrive(AT)
    for number in range(6):
        window.open(f"{office}{AT}")
        window.open(window.ask(f"document.querySelectorAll('.progress a')[{number}].href"))
        window.tap("textarea")
        window.type(DID)
        window.tap("main form button")
        window.arrive(AT)
    for path in ("", "/findings", "/preview/es", "/preview/en"):
        window.open(f"{office}{AT}{path}")
        assert violations(window) == []
        assert window.ask(WIDTH) <= 320, path
    window.tap("main form button")
    window.arrive(AT)
    window.open(f"{office}{AT}/poster/en")
    assert violations(window) == []
    for paper in ("A4", "Letter"):
        printed = window.page.pdf(format=paper)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, paper
    sign_out_from(window, office)


def sign_out_from(window: ChromiumWindow, office: str) -> None:
    """A poster has no button for that."""
    window.open(f"{office}{AT}")
    sign_out(window)
