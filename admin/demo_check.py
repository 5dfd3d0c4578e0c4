"""`yourvoice-admin demo --check`: looks at both sides as a visitor would, and says what works.

It sees only what the two servers show; it opens no file of theirs.
"""

import re
import sys
import time
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from itertools import count
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from admin.demo_folder import County
from admin.demo_servers import Addresses
from admin.phone import Phone, SimulationError, form_to
from admin.simulate import Crowd, Errand
from survey_app.roles import Role
from survey_app.site import Site, Wave

SECONDS_TO_ANSWER = 30
SECONDS_TO_RELEASE = 60
ANSWERED = re.compile(r"([\d,]+) young people answered")
PERCENT = re.compile(r"\d+ ?%")


class Desk:
    """A browser at the staff side: it keeps the session's cookie."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def read(self, path: str, form: str | None = None) -> str:
        """The page at `path`, after sending it `form` if there is one; "" where the server refuses."""
        body = form.encode() if form is not None else None
        try:
            with self._opener.open(urljoin(self._url, path), body, SECONDS_TO_ANSWER) as answer:
                return str(answer.read().decode())
        except HTTPError as refused:
            refused.close()
            return ""
        except (URLError, OSError) as error:
            raise SimulationError(f"{self._url}: no answer ({error}).") from error

    def sign_in(self, role: Role, passphrase: str) -> str:
        """Sign in; -> the page that follows."""
        door = self.read("/")
        action = next(iter(re.findall(r'<form method="post" action="([^"]+)"', door)), "")
        fields = [("name", role.value), ("passphrase", passphrase)]
        return self.read(action, form_to(door, action).filled(fields))


class Visit:
    """One look at a running demo in which nobody else answers."""

    def __init__(self, addresses: Addresses, county: County, site: Site, crowd: Crowd, first: int) -> None:
        self._addresses, self._county, self._site, self._crowd = addresses, county, site, crowd
        self._numbers = count(first)
        self._desk = Desk(addresses.staff)

    def report(self) -> int:
        """Print a line for each thing that was looked at; -> 0 if everything was as it should be, else 1."""
        all_well = True
        for sentence, well in self._findings():
            sys.stdout.write(f"  {'ok    ' if well else 'FAILED'}  {sentence}\n")
            all_well &= well
        return 0 if all_well else 1

    def _findings(self) -> Iterator[tuple[str, bool]]:
        earlier, now = self._site.waves
        yield "the survey can be opened", "/send" in Phone(self._addresses.survey).page("/")
        closed = Desk(self._addresses.staff).read(f"/waves/{now.id}")
        yield "no score is shown without signing in", not (_answered(closed) or PERCENT.search(_text(closed)))
        self._desk.sign_in(Role.EVALUATOR, self._county.sign_ins[Role.EVALUATOR])
        for wave in (earlier, now):
            shown = self._shown(wave)
            scored = _answered(shown) >= self._site.k and bool(PERCENT.search(shown))
            yield f"the scores of {wave.title} are there, from {_answered(shown)} young people", scored
        yield from self._own_survey(now)

    def _own_survey(self, wave: Wave) -> Iterator[tuple[str, bool]]:
        before = self._shown(wave)
        self._answer(wave, 1)
        yield "a survey that was just sent changes no page", self._stays(wave, before)
        self._answer(wave, self._site.k - 2)
        yield f"{self._site.k - 1} of them change no page either", self._stays(wave, before)
        self._answer(wave, 1)
        grown = self._grown(wave, before)
        yield f"with {self._site.k} of them a batch of {grown} appears", grown == self._site.k

    def _answer(self, wave: Wave, people: int) -> None:
        """Let so many simulated young people answer in the box that visitors answer in."""
        box = next(box for box in wave.boxes if box.id == self._site.default_box)
        while people:
            people -= self._crowd.take(Errand(box.id, box.unit, wave.id, next(self._numbers)))

    def _stays(self, wave: Wave, before: str) -> bool:
        """Whether the page is still the same after a handover and a release had their chance."""
        time.sleep(3 * self._site.handover_seconds)
        return self._shown(wave) == before

    def _grown(self, wave: Wave, before: str) -> int:
        """By how many answers the wave grows when its page changes; 0 if it never does."""
        deadline = time.monotonic() + SECONDS_TO_RELEASE
        while time.monotonic() < deadline:
            if (shown := self._shown(wave)) != before:
                return _answered(shown) - _answered(before)
            time.sleep(0.5)
        return 0

    def _shown(self, wave: Wave) -> str:
        return _text(self._desk.read(f"/waves/{wave.id}"))


def _text(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _answered(text: str) -> int:
    """How many young people the page says have answered; 0 where it does not say."""
    found = ANSWERED.search(_text(text))
    return int(found[1].replace(",", "")) if found else 0
