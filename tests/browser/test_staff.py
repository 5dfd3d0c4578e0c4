"""The staff side in a real browser without script: sign in, read the scores, sign out; phone and desk."""

from __future__ import annotations

import pytest

from .browsers import BARE_CHROMIUM, BARE_FIREFOX, windows
from .office import EMPTY_WAVE, WAVE, sign_in, sign_out
from .test_layout import WIDTH
from .window import Window

CHARTS = "[...document.querySelectorAll('main svg')].map(e => e.getBoundingClientRect().width)"
LINES = "new Set([...document.querySelectorAll('header nav a')].map(e => e.getBoundingClientRect().top)).size"
HEAD = "document.querySelector('header').getBoundingClientRect().height"
TALLEST = {320: 160, 412: 160, 768: 110, 1280: 70}
"""What the head of a page may take of it, by its width: below 960 its ways have lines of their own."""

SIZES = [(320, 640), (412, 823), (1280, 800)]


@windows(BARE_CHROMIUM)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_supervisor_signs_in_and_reads_the_scores(
    window: Window, office: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    sign_in(window, office, "supervisor")
    window.open(f"{office}/waves/{WAVE}")
    assert "%" in window.words("main")
    window.tap("main a[href*='/topics/eng']")
    window.arrive("/topics/eng")
    assert max(window.ask(CHARTS)) > 200
    assert "My probation officer tries to build a relationship with me." in window.words("main")
    assert window.count("main table")
    here = f"/waves/{WAVE}"
    for path in (
        here,
        *(here + page for page in ("/topics/col", "/activities", "/quality", "/report")),
        "/trends",
    ):
        window.open(office + path)
        assert window.ask(WIDTH) <= size[0], path
    sign_out(window)


@windows(BARE_CHROMIUM, BARE_FIREFOX)
def test_after_signing_out_back_shows_no_result(window: Window, office: str) -> None:
    sign_in(window, office, "evaluator")
    window.open(f"{office}/waves/{WAVE}")
    assert "%" in window.words("main")
    sign_out(window)
    while window.back():
        assert "%" not in window.words("main"), window.url


@windows(BARE_CHROMIUM)
def test_a_wave_below_k_shows_no_number(window: Window, office: str) -> None:
    sign_in(window, office, "evaluator")
    window.open(f"{office}/waves/{EMPTY_WAVE}")
    assert "%" not in window.words("main")
    assert not window.count("main svg")
    sign_out(window)


@windows(BARE_CHROMIUM)
@pytest.mark.parametrize("role", ["supervisor", "evaluator", "operator"])
def test_the_head_takes_one_line_of_a_wide_page_and_little_of_a_phone(
    window: Window, office: str, role: str
) -> None:
    sign_in(window, office, role)
    for width, tallest in TALLEST.items():
        window.resize(width, 800)
        window.open(f"{office}/")
        assert window.ask(LINES) <= (1 if width > 412 else 2), width
        assert window.ask(HEAD) <= tallest, width
    sign_out(window)
