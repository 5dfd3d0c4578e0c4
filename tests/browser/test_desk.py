"""The follow-up desk in real browsers: a person is shown once, for a short time, and never comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from desk.bench import FIELDS as LETTER
from desk.bench import KEY_PASSPHRASE, Bench, furnish_desk
from staff.place import PASSPHRASE

from admin.factors.totp import Apps, code_at, new_secret

from .accessibility import violations
from .browsers import BARE_CHROMIUM, BARE_FIREFOX, CHROMIUM, FIREFOX, Browsers, Kind, windows
from .certificate import Certificate
from .chromium import ChromiumWindow
from .office import furnish_for_today
from .served import staff_server
from .test_layout import CUT_OFF, WIDTH
from .traces import files_with
from .window import Window, until

HIDES_AFTER = 30
"""Seconds; the least that a plan may say."""

PERSON = "Jordan NEEDLE"
SMALL = """[...document.querySelectorAll(
    "main :is(a, button, select, textarea, summary, input:not([type=hidden]))")]
  .filter(e => e.checkVisibility()).map(e => e.type === "radio" ? e.closest("label") : e)
  .map(e => [e.textContent, e.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""
OWNERS = {str(kind): f"{kind.name}.{'script' if kind.script else 'bare'}" for kind in (
    CHROMIUM, BARE_CHROMIUM, FIREFOX, BARE_FIREFOX,
)}  # fmt: skip
"""Each kind of browser has a supervisor of its own: a code of an authenticator app counts once."""


@dataclass
class Desk:
    """A running staff server, and the folder that it serves."""

    url: str
    bench: Bench
    secrets: dict[str, bytes]

    def ask(self, **fields: str | tuple[str, ...]) -> str:
        """Somebody asks to be contacted; returns the address of the request."""
        self.bench.clock.seconds = time.time()
        return f"{self.url}/desk/{self.bench.ask({**LETTER, **fields})}"

    def sign_in(self, window: Window, name: str) -> None:
        """Sign in by the page's own forms, with the code of an authenticator app."""
        window.forget_cookies()
        window.open(f"{self.url}/sign-in")
        for field, words in (("name", name), ("passphrase", PASSPHRASE)):
            window.tap(f"[name={field}]")
            window.type(words)
        window.tap("main button")
        window.wait("document.readyState === 'complete' && !!document.querySelector('#code')")
        window.tap("#code")
        window.type(code_at(self.secrets[name], int(time.time() // 30)))
        window.tap("main form:has(#code) button")
        window.arrive("/waves")

    def sit_down(self, window: Window) -> None:
        """Be signed in already, and unlock the desk."""
        assert isinstance(window, ChromiumWindow)
        self.bench.clock.seconds = time.time()
        window.forget_cookies()
        cookie = {"name": "__Host-staff", "value": self.bench.token(), "url": f"{self.url}/", "secure": True}
        window.page.context.add_cookies([cookie])  # type: ignore[list-item]
        window.open(f"{self.url}/desk")
        unlock(window)


@pytest.fixture(scope="module")
def desk(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A staff server of its own."""
    data = tmp_path_factory.mktemp("desk")
    furnish_for_today(data)
    (data / "staff" / "desk.json").write_text(json.dumps({"hide_seconds": HIDES_AFTER}))
    names = {name: new_secret() for name in OWNERS.values()}
    furnish_desk(data, date.today(), names)  # noqa: DTZ011 - the server takes its own day too
    bench = Bench(data)
    for name, secret in names.items():
        Apps(bench.store, time.time).keep(name, secret, 0)
    with staff_server(data, certificate.pem) as address:
        yield Desk(address, bench, names)


def unlock(window: Window) -> None:
    """Type the passphrase of the key."""
    window.tap("#passphrase")
    window.type(KEY_PASSPHRASE)
    window.tap(".door-box button")
    window.wait("document.readyState === 'complete' && !!document.querySelector('.lock')")


def open_person(window: Window, address: str) -> None:
    """Give a reason and open the request at ADDRESS."""
    window.open(address)
    window.tap("#because-0")
    window.tap(".opening button")
    window.wait("document.readyState === 'complete' && !!document.querySelector('#countdown')")
    assert PERSON in window.words("main")


def hidden(window: Window, address: str) -> bool:
    """Whether the window has gone back to the request's own page."""
    return window.url == address and PERSON not in window.words()


@windows(CHROMIUM, BARE_CHROMIUM, FIREFOX, BARE_FIREFOX)
def test_a_supervisor_signs_in_with_two_factors_calls_back_and_closes(
    request: pytest.FixtureRequest, window: Window, desk: Desk
) -> None:
    owner = OWNERS[str(request.node.callspec.params["window"])]
    address = desk.ask()
    desk.sign_in(window, owner)
    window.tap("header nav a[href='/desk']")
    window.arrive("/desk")
    assert "I just want to talk" not in window.words("main")
    unlock(window)
    assert "I just want to talk" in window.words("main")
    assert PERSON not in window.words("main")
    window.tap(f"main a[href='{address.removeprefix(desk.url)}']")
    window.arrive(address[-32:])
    window.tap("#because-0")
    window.tap(".opening button")
    window.wait("document.readyState === 'complete' && !!document.querySelector('#countdown')")
    assert window.ask("document.querySelector('a.reach').href") == "tel:+1-213-555-0142"
    assert window.words("main").index("Leave a message: NO") < window.words("main").index(PERSON)
    window.tap("#way-0")
    window.tap("#result-2")
    window.tap("form[action$=tried] button")
    window.arrive(address[-32:])
    assert "Reached" in window.words("main")
    assert "Called. We talked" in window.words(".history")
    window.tap("#reason-0")
    window.tap("form[action$=close] button")
    window.wait("document.readyState === 'complete' && !!document.querySelector('form[action$=reopen]')")
    assert "is deleted on" in window.words("main")
    events = [line["event"] for line in desk.bench.trail() if line["actor"] == owner]
    told = ["signed_in", "desk_unlocked", "contact_opened", "request_tried", "request_closed"]
    assert events[-len(told) :] == told


@windows(CHROMIUM)
def test_the_page_hides_itself_and_can_be_kept_a_while(window: ChromiumWindow, desk: Desk) -> None:
    desk.sit_down(window)
    address = desk.ask()
    window.page.clock.install()
    open_person(window, address)
    window.page.clock.run_for((HIDES_AFTER - 2) * 1000)
    assert "hides itself in 0:0" in window.words("#left")
    window.tap("#longer")
    window.page.clock.run_for(100_000)
    assert PERSON in window.words("main")
    window.page.clock.run_for(30_000)
    until(lambda: hidden(window, address), "the page to hide itself")


@windows(CHROMIUM)
def test_who_follows_the_number_has_called_and_only_says_how_it_went(
    window: ChromiumWindow, desk: Desk
) -> None:
    desk.sit_down(window)
    address = desk.ask()
    open_person(window, address)
    assert window.count("[name=way]:checked") == 0
    # Here nothing answers to tel: so the browser is not sent there.
    window.ask("document.addEventListener('click', event => event.preventDefault(), {once: true})")
    window.tap("a.reach[href^=tel]")
    assert window.count("[name=way][value=call]:checked") == 1
    window.tap("#result-0")
    window.tap("form[action$=tried] button")
    window.arrive(address[-32:])
    assert "Called. No answer" in window.words(".history")


@windows(BARE_CHROMIUM)
def test_without_script_it_hides_itself_too(window: ChromiumWindow, desk: Desk) -> None:
    desk.sit_down(window)
    address = desk.ask()
    open_person(window, address)
    assert not window.count("#longer:not([hidden])")
    until(lambda: hidden(window, address), "the page to hide itself", HIDES_AFTER + 15)


@windows(CHROMIUM, BARE_CHROMIUM)
def test_neither_reload_nor_back_brings_a_person_back(window: ChromiumWindow, desk: Desk) -> None:
    desk.sit_down(window)
    address = desk.ask()
    open_person(window, address)
    window.reload()
    assert "This was shown once" in window.words("main")
    assert PERSON not in window.words()
    open_person(window, address)
    window.tap("#hide")
    until(lambda: hidden(window, address), "the page to hide itself")
    window.open(f"{desk.url}/desk")
    while window.back():
        assert PERSON not in window.words(), window.url
    opened = [line for line in desk.bench.trail() if line["event"] == "contact_opened"]
    assert len([line for line in opened if line["about"]["request"] in address]) == 2  # type: ignore[index]


@windows(CHROMIUM)
def test_opening_a_person_in_another_tab_hides_the_first(
    window: ChromiumWindow, browsers: Browsers, desk: Desk
) -> None:
    desk.sit_down(window)
    first, second = desk.ask(), desk.ask(contact_name=f"{PERSON} the second")
    open_person(window, first)
    other = browsers.window(CHROMIUM)
    open_person(other, second)
    until(lambda: hidden(window, first), "the first tab to hide itself")
    assert "the second" in other.words("main")
    window.open(second)
    window.tap("#words")
    window.type("written in the first tab")
    window.tap("form[action$=note] button")
    until(lambda: "written in the first tab" in window.words(".history"), "the note to be kept")
    other.close()


@windows(CHROMIUM)
def test_the_whole_way_goes_by_keyboard(window: ChromiumWindow, desk: Desk) -> None:
    desk.sit_down(window)
    address = desk.ask()
    window.open(address)
    window.focus("#because-0")
    for key in ("Space", "ArrowDown", "Tab", "Tab", "Enter"):
        window.press(key)
    window.wait("!!document.querySelector('#countdown')")
    assert PERSON in window.words("main")
    window.focus("#hide")
    window.press("Enter")
    until(lambda: hidden(window, address), "the page to hide itself")
    assert desk.bench.trail()[-1]["about"] == {"request": address[-32:-24], "reason": "next"}


@windows(CHROMIUM)
@pytest.mark.parametrize(
    ("look", "size"), [("light", (320, 640)), ("dark", (412, 823)), ("light", (1280, 800))], ids=str
)
def test_no_page_of_the_desk_keeps_anybody_out(
    window: ChromiumWindow, desk: Desk, look: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.page.emulate_media(reduced_motion="reduce", color_scheme=look)  # type: ignore[arg-type]
    address = desk.ask(contact_discreet="yes", contact_keep_out="Mr. Smith")
    ours = desk.ask(contact_keep_out="Ana Ruiz")
    rude = desk.ask(contact_name="N" * 200, contact_phone="213 555 014", contact_email="x" * 250)

    def look_at(where: str) -> None:
        assert violations(window) == [], where
        assert window.ask(WIDTH) <= size[0], where
        cut_off = window.ask(CUT_OFF.replace("WIDTH", str(size[0])))
        assert [part for part in cut_off if 'class="skip"' not in part] == [], where
        assert window.ask(SMALL) == [], where

    desk.sit_down(window)
    for path in ("/desk", "/desk/away", address, ours, f"{address}/concern", "/desk?show=closed"):
        window.open(path if path.startswith("http") else desk.url + path)
        look_at(path)
    open_person(window, address)
    look_at("a person")
    window.open(rude)
    window.tap("#because-0")
    window.tap(".opening button")
    window.wait("!!document.querySelector('#countdown')")
    look_at("a long name")
    window.open(f"{desk.url}/desk")
    window.tap(".lock button")
    window.wait("document.readyState === 'complete' && !!document.querySelector('#passphrase')")
    look_at("locked")


@pytest.mark.parametrize("kind", [CHROMIUM, BARE_CHROMIUM], ids=str)
def test_nothing_of_a_person_stays_in_the_browsers_profile(
    browsers: Browsers, desk: Desk, tmp_path: Path, kind: Kind
) -> None:
    with ExitStack() as closing:
        window = browsers.start(kind, tmp_path / "profile", closing)()
        desk.sit_down(window)
        address = desk.ask()
        open_person(window, address)
        window.tap("#words")
        window.type("NEEDLE of a note")
        window.tap("form[action$=note] button")
        window.arrive(address[-32:])
        window.open(f"{desk.url}/desk")
        window.close()
    assert files_with("NEEDLE", tmp_path / "profile") == []
    assert files_with("5550142", tmp_path / "profile") == []
