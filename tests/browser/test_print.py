"""What is printed: the report for a board is two pages, A4 or Letter, and no page of results is cut off."""

from __future__ import annotations

import re

import pytest

from .browsers import CHROMIUM, windows
from .chromium import ChromiumWindow
from .office import CLOSED_WAVE, WAVE, sign_in, sign_out

PAPER = {"A4": (210, 297), "Letter": (215.9, 279.4)}
MARGIN = 14
"""Millimetres, as staff.css sets them."""

PIXELS = 96 / 25.4
SHEETS = "[...document.querySelectorAll('.sheet')].map(e => e.getBoundingClientRect().height)"
TOO_WIDE = """[...document.querySelectorAll('main *')].filter(e => !e.closest('svg'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""
PAGES = (
    f"/waves/{CLOSED_WAVE}",
    f"/waves/{CLOSED_WAVE}/topics/srv",
    f"/waves/{CLOSED_WAVE}/activities",
    f"/waves/{CLOSED_WAVE}/units",
    f"/waves/{CLOSED_WAVE}/quality",
    f"/waves/{CLOSED_WAVE}/report",
    "/trends",
)


def printed(window: ChromiumWindow, paper: str) -> bytes:
    """The PDF with the browser's own settings."""
    return window.page.pdf(format=paper, prefer_css_page_size=False)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def put_on_paper(window: ChromiumWindow, paper: str) -> float:
    """Lay the page out as on this paper; returns the height in pixels that one page holds."""
    wide, high = (PIXELS * (side - 2 * MARGIN) for side in PAPER[paper])
    window.resize(round(wide), round(high))
    window.page.emulate_media(media="print")
    return high


@windows(CHROMIUM)
@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("wave", [CLOSED_WAVE, WAVE])
def test_the_report_for_a_board_is_two_pages(
    window: ChromiumWindow, office: str, wave: str, paper: str
) -> None:
    sign_in(window, office, "supervisor")
    window.open(f"{office}/waves/{wave}/report")
    pdf = printed(window, paper)
    assert pages(pdf) == 2
    assert b"/FontFile" in pdf
    high = put_on_paper(window, paper)
    heights: list[float] = window.ask(SHEETS)
    assert len(heights) == 2
    assert all(0.5 * high < height <= high for height in heights), (heights, high)
    window.page.emulate_media(media="screen")
    sign_out(window)


@windows(CHROMIUM)
@pytest.mark.parametrize("paper", PAPER)
def test_no_page_of_results_is_cut_off_at_the_side_of_the_paper(
    window: ChromiumWindow, office: str, paper: str
) -> None:
    sign_in(window, office, "supervisor")
    for path in PAGES:
        window.open(office + path)
        put_on_paper(window, paper)
        assert window.ask(TOO_WIDE) == [], path
        window.page.emulate_media(media="screen")
    window.open(office)
    sign_out(window)
