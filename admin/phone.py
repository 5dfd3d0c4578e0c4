"""A browser without script, as far as a simulated young person needs one: pages, forms, redirects.

It keeps no cookie, and it sends only what the page's form offers.
"""

import http.client
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

SECONDS_TO_ANSWER = 30
PAGE = (200, 203)

Pairs = list[tuple[str, str]]


class SimulationError(Exception):
    """The server did not do what a young person's browser relies on; the text says at which step."""


@dataclass
class PageForm:
    """A form as the page offers it: where it goes, its hidden values, and every field it would take."""

    action: str
    hidden: Pairs = field(default_factory=list)
    offered: set[tuple[str, str | None]] = field(default_factory=set)

    def filled(self, answers: Pairs) -> str:
        """The urlencoded body. Raises SimulationError for an answer that the page does not offer."""
        for name, value in answers:
            if (name, value) not in self.offered and (name, None) not in self.offered:
                raise SimulationError(f"The page offers no {value!r} in its field {name!r}.")
        return urlencode(self.hidden + answers)


class FormReader(HTMLParser):
    """Collects the forms of a page. Words may be typed where `offered` holds (name, None)."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(PageForm(given.get("action") or ""))
        name, value = given.get("name"), given.get("value")
        if tag == "select":
            self._select = name
        if tag == "option":
            name = self._select
        if not self.forms or not name:
            return
        if tag == "input" and given.get("type") == "hidden":
            self.forms[-1].hidden.append((name, value or ""))
        elif tag == "option" or given.get("type") in ("radio", "checkbox"):
            self.forms[-1].offered.add((name, value or "on"))
        elif tag in ("input", "textarea"):
            self.forms[-1].offered.add((name, None))


def form_to(page: str, action: str) -> PageForm:
    """The form of this page that is sent to `action`; raises SimulationError where there is none."""
    reader = FormReader()
    reader.feed(page)
    found = next((form for form in reader.forms if form.action == action), None)
    if found is None:
        raise SimulationError(f"The page has no form that goes to {action}.")
    return found


class Phone:
    """One young person's way to the public server at `url`."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme != "http" or not address.hostname:
            raise SimulationError(f"{url} is not an address like http://127.0.0.1:8000.")
        self._host, self._port = address.hostname, address.port

    def page(self, path: str) -> str:
        """The page's text; raises SimulationError unless the server shows one."""
        status, _, text = self._ask("GET", path)
        if status not in PAGE:
            raise SimulationError(f"GET {path} answered {status}.")
        return text

    def send(self, path: str, body: str) -> str:
        """POST a form; -> the page that it leads to. Raises SimulationError unless the server redirects."""
        status, location, _ = self._ask("POST", path, body)
        if status != http.client.SEE_OTHER:
            raise SimulationError(f"POST {path} answered {status}; nothing was sent.")
        return self.page(urlsplit(location).path)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """-> status, Location or "", text. Each request has a line of its own: none is cut while idle."""
        line = http.client.HTTPConnection(self._host, self._port, timeout=SECONDS_TO_ANSWER)
        headers = {"Connection": "close", "Content-Type": "application/x-www-form-urlencoded"}
        with closing(line):
            try:
                line.request(method, path, body, headers)
                answer = line.getresponse()
                return answer.status, answer.getheader("Location", ""), answer.read().decode()
            except (http.client.HTTPException, OSError) as error:
                raise SimulationError(f"{method} {path}: no answer ({error}).") from error
