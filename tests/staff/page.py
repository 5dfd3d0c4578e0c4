"""What every staff page must be, read from its HTML by one parser. It knows no route."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from werkzeug.test import TestResponse

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

SCRIPT = re.compile(r'<script src="/static/[a-z_]+\.js" defer></script>')
"""The only kind of script there is: a file of our own, nothing in the page."""


class Page(HTMLParser):
    """A parsed page: its tags with their attributes, its words, and the fields of its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.fields: dict[str, str] = {}
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and self.all("svg"):
            tag = "svg:title"  # a chart's own
        named = dict(attrs)
        self.tags.append((tag, named))
        if tag == "input" and named.get("name"):
            self.fields[str(named["name"])] = named.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for found, attributes in self.tags if found == tag]

    @property
    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [str(link["href"]) for link in self.all("a")]


def check_page(answer: TestResponse) -> Page:
    """Check what holds for every page, and return it parsed."""
    check_headers(answer)
    assert answer.mimetype == "text/html"
    assert "ETag" not in answer.headers
    page = Page(answer.text)
    assert (page.all("html")[0]["lang"], page.all("html")[0]["dir"]) == ("en", "ltr")
    assert len(page.all("h1")) == len(page.all("title")) == len(page.all("main")) == 1
    assert not page.all("style")
    assert len(page.all("script")) == len(SCRIPT.findall(answer.text))
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), ids
    posts = [form for form in page.all("form") if form.get("method") == "post"]
    assert len(posts) == len(page.all("form")) == answer.text.count('name="form_token"')
    return page


def check_headers(answer: TestResponse) -> None:
    """Check what holds for every answer."""
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, name
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert "Server" not in answer.headers
