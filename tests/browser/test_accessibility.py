"""P17: axe finds nothing on any page, public or staff: light and dark, small and large."""

from __future__ import annotations

import pytest

from .accessibility import violations
from .browsers import CHROMIUM, windows
from .chromium import ChromiumWindow
from .office import CLOSED_WAVE, EMPTY_WAVE, WAVE, sign_in, sign_out
from .served import Served
from .youth import Youth

VIEWS = [("light", 412, 823), ("dark", 412, 823), ("light", 320, 640)]
NOT_BLANK = 15_000  # bytes of a picture; an empty page of this size packs into less than a third
SURVEYS = {"/en/s/north": 6, "/es/s/north": 1, "/ar/s/street": 3}
PLAIN = (
    "/en/thanks/north", "/en/follow-up/north", "/es/follow-up", "/es/follow-up/kiosk/north",
    "/es/done", "/help", "/who", "/ar/who/street", "/nowhere",
    "/kiosk/north", "/ar/kiosk/street", "/es/s/kiosk/north", "/en/thanks/kiosk/north",
    "/ar/done/kiosk/street", "/en/who/kiosk/north",
)  # fmt: skip
RESULTS = (
    "/waves",
    f"/waves/{WAVE}",
    f"/waves/{WAVE}/topics/eng",
    f"/waves/{WAVE}/topics/col",
    f"/waves/{WAVE}/activities",
    f"/waves/{CLOSED_WAVE}/units",
    f"/waves/{CLOSED_WAVE}/quality",
    f"/waves/{CLOSED_WAVE}/report",
    "/trends",
    f"/waves/{EMPTY_WAVE}",
    "/nowhere",
)


def put_on(window: ChromiumWindow, look: str, width: int, height: int) -> None:
    window.resize(width, height)
    window.page.emulate_media(reduced_motion="reduce", color_scheme=look)  # type: ignore[arg-type]


def faults(window: ChromiumWindow, *addresses: str) -> list[str]:
    found = []
    for address in addresses:
        window.open(address)
        found += [f"{address} {fault}" for fault in violations(window)]
    return found


@windows(CHROMIUM)
@pytest.mark.parametrize(("look", "width", "height"), VIEWS)
def test_no_part_of_the_survey_keeps_anybody_out(
    window: ChromiumWindow, served: Served, look: str, width: int, height: int
) -> None:
    put_on(window, look, width, height)
    parts = [f"{path}#s{part}" for path, count in SURVEYS.items() for part in range(1, count + 1)]
    assert faults(window, *(served.url + part for part in parts)) == []


@windows(CHROMIUM)
@pytest.mark.parametrize(("look", "width", "height"), VIEWS[:2])
def test_nor_does_a_survey_that_is_filled_in(
    window: ChromiumWindow, served: Served, look: str, width: int, height: int
) -> None:
    put_on(window, look, width, height)
    youth = Youth(window)
    youth.begin(f"{served.url}/en/s/street")
    for part in ("s2", "s3"):
        youth.answer_part()
        window.tap("summary")
        assert violations(window) == []
        window.tap("summary")
        if part == "s2":
            youth.turn("#s2 nav a.btn:not(.back)")


@windows(CHROMIUM)
@pytest.mark.parametrize(("look", "width", "height"), VIEWS)
def test_nor_does_any_other_public_page(
    window: ChromiumWindow, served: Served, look: str, width: int, height: int
) -> None:
    put_on(window, look, width, height)
    assert faults(window, *(served.url + path for path in PLAIN)) == []
    window.open(f"{served.url}/en/thanks/north")
    window.tap(".yes summary")
    assert violations(window) == []


@windows(CHROMIUM)
@pytest.mark.parametrize(("look", "width", "height"), [("light", 412, 823), ("dark", 1280, 800)])
def test_no_staff_page_keeps_anybody_out(
    window: ChromiumWindow, office: str, look: str, width: int, height: int
) -> None:
    put_on(window, look, width, height)
    assert faults(window, f"{office}/sign-in") == []
    for role, paths in (("supervisor", RESULTS), ("operator", ("/operations", "/ledger"))):
        sign_in(window, office, role)
        assert faults(window, *(office + path for path in paths)) == []
        window.open(office)
        sign_out(window)


@windows(CHROMIUM)
def test_a_faulty_page_is_noticed(window: ChromiumWindow, served: Served) -> None:
    window.open(f"{served.url}/help")
    window.ask("document.querySelector('main').style.color = '#ccc'")
    window.ask("document.documentElement.removeAttribute('lang')")
    rules = {fault.split(":")[0] for fault in violations(window)}
    assert {"html-has-lang", "color-contrast"} <= rules


@windows(CHROMIUM)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_the_words_and_the_choice_to_be_seen(
    window: ChromiumWindow, served: Served, scheme: str
) -> None:
    """axe reads the colours that were asked for, not the forced ones: so this looks at the picture itself."""
    page = window.page
    page.emulate_media(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    window.open(f"{served.url}/en/s/north#s2")
    assert len(page.screenshot()) > NOT_BLANK
    first = page.locator("#s2 .o").first
    before = first.screenshot()
    assert first.screenshot() == before
    window.tap("#s2 .o input")
    window.focus("#s2")
    assert first.screenshot() != before


@windows(CHROMIUM)
@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_asked_for_stillness(
    window: ChromiumWindow, served: Served, wish: str, moves: bool
) -> None:
    window.page.emulate_media(reduced_motion=wish)  # type: ignore[arg-type]
    window.open(served.url)
    window.ask("window.moved = 0, document.addEventListener('animationstart', () => ++window.moved)")
    window.tap("#s1 nav:last-child a")
    window.wait("document.querySelector('#s2').checkVisibility()")
    window.ask_slowly("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert bool(window.ask("window.moved")) == moves
