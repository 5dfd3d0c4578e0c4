"""A visitor without a browser. Every answer that comes back is held against what every page promises."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

POLICY = {
    "default-src": {"'none'"},
    "style-src": {"'self'"},
    "script-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
EXACTLY = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
NEVER = ("Set-Cookie", "ETag", "Last-Modified", "Server", "X-Powered-By")
INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
Pairs = Mapping[str, str | Sequence[str]]


class Document(HTMLParser):
    """The elements of a page: (tag, attributes) in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every element of this kind with these attributes."""
        found = [attributes for name, attributes in self.elements if name == tag]
        return [attributes for attributes in found if wanted.items() <= attributes.items()]

    def hidden(self) -> dict[str, str]:
        """The hidden fields, as the browser would send them."""
        return {field["name"]: field["value"] for field in self.all("input", type="hidden")}

    def words(self) -> str:
        """What a person can read, on one line."""
        bare = INLINE.sub(" ", self.text)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).split())


class Visitor:
    """Asks for pages and sends forms."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=True)

    def open(self, path: str, **more: object) -> TestResponse:
        """Ask, check what every answer must fulfil, and return the answer."""
        response = self.client.open(path, **more)  # type: ignore[arg-type]
        check_headers(response)
        if response.mimetype == "text/html" and response.data:
            check_page(response)
        return response

    def read(self, path: str, language: str = "") -> Document:
        """The document at this address."""
        headers = {"Accept-Language": language} if language else {}
        return Document(self.open(path, headers=headers).text)

    def send(self, path: str, form: Pairs, **headers: str) -> TestResponse:
        """Send a form."""
        return self.open(path, method="POST", data=form, headers=headers)

    def answer(self, answers: Pairs, page: str = "/", to: str = "/send") -> TestResponse:
        """Open a page with a form, fill in these answers and send it."""
        return self.send(to, {**self.read(page).hidden(), **answers})


def check_headers(response: TestResponse) -> None:
    """What PROMISES.md asks of every public answer."""
    for name, value in EXACTLY.items():
        assert response.headers.get(name) == value, name
    for name in NEVER:
        assert name not in response.headers, name
    assert "camera=()" in response.headers["Permissions-Policy"]
    policy = _policy(response)
    assert {name: {s for s in sources if "sha256-" not in s} for name, sources in policy.items()} == POLICY


def check_page(response: TestResponse) -> None:
    """One language, one title, one heading, and nothing inline that the policy does not name by hash."""
    text, policy = response.text, _policy(response)
    page = Document(text)
    (root,) = page.all("html")
    assert root["lang"]
    assert root["dir"] in ("ltr", "rtl")
    assert len(page.all("title")) == 1
    assert len(page.all("h1")) == 1
    for kind, inline in INLINE.findall(text):
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[f"{kind}-src"]
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def _policy(response: TestResponse) -> dict[str, set[str]]:
    directives = response.headers["Content-Security-Policy"].split(";")
    return {name: set(sources) for name, *sources in (directive.split() for directive in directives)}
