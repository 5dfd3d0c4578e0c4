"""A request left on a phone in private mode is called back, each step on record, and then it is gone.

The real programs behind TLS, two real phones; the staff side is set up as the operating guide says.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, ViewportSize

from admin.desk_rounds import one_round
from admin.keyfiles import KeyFolder
from admin.settings import read_settings
from admin.unsealing import UnknownKeyError, unlock, unlock_with_paper
from survey_app.boxes import read_letter

from .browsers import Browsers
from .certificate import SURVEY, Certificate
from .chromium import FLAGS, ChromiumWindow
from .county import KEY_PASSPHRASE, SUPERVISOR, settle
from .served import BIN, running, staff_server
from .window import Window, until

NAME, NUMBER, SHOWN = "Rosa Needlework", "213 555 0142", "(213) 555-0142"
NOTE = "needle in the hay, por favor"
PASSPHRASE = "violet kettle drums on Tuesday"
STEPS = [
    *("invite_used", "second_factor_added", "signed_in", "recovery_codes_made", "signed_out"),
    *("passphrase_accepted", "signed_in", "desk_unlocked", "contact_opened"),
    *("request_tried", "request_closed"),
]
KEPT = ("needlework", "5550142", "555-0142", "555 0142", "needle in the hay")


@dataclass
class Scene:
    """Both hosts of a county, and a browser in which every window is private."""

    data: Path
    survey: str
    office: str
    paper: str
    browser: Browser

    def phone(self) -> Window:
        """A phone of its own, in private mode."""
        size: ViewportSize = {"width": 412, "height": 823}
        return ChromiumWindow(self.browser.new_context(viewport=size, is_mobile=True, has_touch=True))

    def run(self, *words: str) -> str:
        """A command of the staff side."""
        command = [BIN / "yourvoice-admin", *words, "--data", self.data]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    @property
    def trail(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        lines = map(json.loads, (self.data / "staff" / "audit.jsonl").read_text().splitlines())
        return [(line["event"], line["actor"]) for line in lines]

    def brought(self) -> list[Path]:
        """Take in what left the public host; the letters that came."""
        self.run("desk", "rounds", "--once")
        return self.letters

    @property
    def letters(self) -> list[Path]:
        """The letters on the staff host."""
        return sorted((self.data / "staff" / "letters").glob("*.letter"))


@pytest.fixture
def scene(browsers: Browsers, certificate: Certificate, tmp_path: Path) -> Iterator[Scene]:
    data = tmp_path / "county"
    paper = settle(data)
    program = browsers.program("chromium")
    trust = f"--ignore-certificate-errors-spki-list={certificate.spki}"
    serve = ["yourvoice", "serve", "--data", str(data)]
    launched = browsers.playwright().chromium.launch(executable_path=program, args=[*FLAGS, trust])
    with (
        running(serve, {"YOURVOICE_HOSTS": SURVEY, "YOURVOICE_TLS": "1"}, certificate.pem) as front,
        staff_server(data, certificate.pem) as office,
        launched,
    ):
        yield Scene(data, f"https://{SURVEY}:{front.port}", office, paper, launched)


def ask_for_a_call(phone: Window, survey: str) -> None:
    """What a young person does, without the survey."""
    phone.open(f"{survey}/en/follow-up")
    for label, words in (("call you", NAME), ("phone number", NUMBER), ("want to say first", NOTE)):
        write(phone, label, words)
    for choice in ("call", "text"):
        phone.tap(f"input[value='{choice}']")
    phone.tap("main form[data-next] nav .btn:not(.back)")
    phone.arrive("/en/done")


def write(window: Window, label: str, words: str) -> None:
    """Write into the field whose label has these words."""
    find = f"[...document.querySelectorAll('label')].find(e => e.innerText.includes({label!r}))"
    window.tap(f"#{window.ask(f'{find}.htmlFor')}")
    window.type(words)


def code(secret: bytes, later: int = 0) -> str:
    """What an authenticator app shows."""
    return TOTP(secret, 6, SHA1(), 30).generate(int(time.time()) + later).decode()  # noqa: S303


def ready(window: Window, css: str) -> None:
    """Wait until a page with such an element is there as a whole."""
    window.wait(f"document.readyState == 'complete' && !!document.querySelector({json.dumps(css)})")


def fill(window: Window, **fields: str) -> None:
    """Write into the fields with these names."""
    window.wait("document.readyState == 'complete'")
    for name, words in fields.items():
        window.tap(f"main [name={name}]")
        window.type(words)
        window.wait(f"document.querySelector('main [name={name}]').value == {json.dumps(words)}")


def join(scene: Scene, phone: Window) -> bytes:
    """Follow an invite link to an account with an authenticator app; its secret."""
    said = scene.run("accounts", "invite", SUPERVISOR, "--role", "supervisor", "--url", scene.office)
    phone.open(next(word for word in said.split() if "/invite/" in word))
    fill(phone, new=PASSPHRASE, again=PASSPHRASE)
    phone.tap("main button")
    ready(phone, "main a[href*=app]")
    phone.tap("main a[href*=app]")
    ready(phone, ".key code")
    letters = phone.ask("document.querySelector('.key code').textContent")
    secret = base64.b32decode(letters.replace(" ", ""))
    fill(phone, code=code(secret))
    phone.tap("main form button")
    ready(phone, ".codes li:nth-child(10)")
    phone.tap("main a.button")
    ready(phone, "form.me")
    return secret


def sign_in(scene: Scene, phone: Window, secret: bytes) -> None:
    """Sign in with a passphrase, then with a code that was not used yet."""
    phone.open(f"{scene.office}/sign-in")
    fill(phone, name=SUPERVISOR, passphrase=PASSPHRASE)
    phone.tap("main button")
    phone.arrive("/second-factor")
    fill(phone, code=code(secret, later=30))
    phone.tap("main button")
    ready(phone, "form.me")


def call_back(scene: Scene, phone: Window) -> None:
    """Unlock, open, call, write down how it went, close."""
    phone.open(f"{scene.office}/desk")
    fill(phone, passphrase=KEY_PASSPHRASE)
    phone.tap(".door-box button")
    until(lambda: "Lock the desk" in phone.words("main"), "the desk to be unlocked")
    assert NAME not in phone.words()
    phone.tap(f"main a[href$='{scene.letters[0].stem}']")
    until(lambda: "Before you call" in phone.words("main"), "the request")
    assert NAME not in phone.words()
    assert SHOWN not in phone.words()
    phone.tap("input[name=because]")
    phone.tap(".opening button")
    until(lambda: NAME in phone.words("main"), "the young person's name")
    words = phone.words("main")
    assert words.index("Leave a message: NO") < words.index(NAME) < words.index(SHOWN)
    assert phone.ask("document.querySelector('a[href^=tel]').href.replace(/\\D/g, '')") == "12135550142"
    assert NOTE in words
    for choice in ("call", "spoke"):
        phone.tap(f"input[value={choice}]")
    phone.tap("form[action$='/tried'] button")
    until(lambda: NAME not in phone.words(), "the person to be hidden again")
    ready(phone, "form[action$='/close']")
    phone.tap("input[value=done]")
    phone.tap("form[action$='/close'] button")
    until(lambda: "is deleted on" in phone.words("main"), "the closed request")


def nothing_readable(data: Path) -> None:
    """Whoever has every file finds no word of the note in any of them."""
    for file in filter(Path.is_file, data.rglob("*")):
        held = file.read_bytes().lower()
        for needle in KEPT:
            assert needle.encode() not in held, file
            assert needle.encode("utf-16-le") not in held, file


def test_from_a_private_phone_to_a_call_and_to_nothing(scene: Scene, tmp_path: Path) -> None:
    ask_for_a_call(scene.phone(), scene.survey)
    until(scene.brought, "the letter to leave")
    nothing_readable(scene.data)

    phone = scene.phone()
    secret = join(scene, phone)
    phone.tap("form.me button")
    phone.arrive("/sign-in")
    sign_in(scene, phone, secret)
    call_back(scene, phone)
    assert " ".join(event for event, actor in scene.trail if actor == SUPERVISOR) == " ".join(STEPS)
    assert "whole" in scene.run("audit", "verify")
    nothing_readable(scene.data)
    others_read_nothing(scene, tmp_path)

    backup = Path(shutil.copytree(scene.data, tmp_path / "backup"))
    (letter,) = scene.letters
    sealed = read_letter(letter)[1]
    settings = read_settings({"YOURVOICE_DATA": str(scene.data)})
    opener = unlock(KeyFolder(settings.keys), SUPERVISOR, KEY_PASSPHRASE, ("contact",))
    assert NAME.encode() not in sealed
    assert opener.open(sealed, "contact")
    for days in (31, 62):
        later = datetime.now(UTC) + timedelta(days=days)
        assert one_round(settings, later.timestamp(), sure=True).faults == ()
    assert scene.letters == []
    assert scene.trail[-2:] == [("request_forgotten", "schedule"), ("key_shredding", "schedule")]
    copy = read_letter(next((backup / "staff" / "letters").glob("*.letter")))[1]
    ring = KeyFolder(settings.keys)
    hers = unlock(ring, SUPERVISOR, KEY_PASSPHRASE, ("contact",))
    for again in (hers, unlock_with_paper(ring, scene.paper)):
        with pytest.raises(UnknownKeyError):
            again.open(copy, "contact")


def others_read_nothing(scene: Scene, tmp_path: Path) -> None:
    """The evaluator and the operator are refused, on record."""
    words = tmp_path / "words"
    words.write_text(PASSPHRASE)
    for role in ("evaluator", "operator"):
        name, known = f"an.{role}", ("--passphrase-file", str(words))
        scene.run("accounts", "add", name, "--role", role, *known, "--passphrase-only")
        window = scene.phone()
        window.open(f"{scene.office}/sign-in")
        fill(window, name=name, passphrase=PASSPHRASE)
        window.tap("main button")
        ready(window, "form.me")
        window.open(f"{scene.office}/desk")
        assert "not open to you" in window.words("main")
        assert scene.trail[-1] == ("refused", name)
