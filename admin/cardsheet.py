"""A page of cards to print and cut: nothing on a card differs from the next but its code.

It needs no network to be printed, keeps no code, and knows none but those it is given.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from survey_app.cards import SAID, grouped
from survey_app.instrument.texts import direction

ON_A_PAGE = 8
LANGUAGES_MAX = 2
"""So many fit on a card in letters that can be read."""

_SOURCE, _DOMAIN = "en", "messages"


@dataclass(frozen=True)
class Saying:
    """The words of a card in one language."""

    tag: str
    direction: str
    text: str


@dataclass(frozen=True)
class Card:
    """What makes a card different: its code as it is printed, and as a picture to scan."""

    code: str
    picture: Markup


@dataclass(frozen=True)
class Sheet:
    """All cards of one box. `address`: what to type instead of scanning."""

    title: str
    address: str
    languages: tuple[Saying, ...]
    pages: tuple[tuple[Card, ...], ...]


def cards_page(title: str, address: str, codes: Sequence[str], said: Sequence[Saying]) -> str:
    """The HTML of a sheet with a card for each code; `address` with the code behind it opens the survey."""
    cards = [Card(grouped(code), _picture(f"{address}/{code}")) for code in codes]
    pages = tuple(tuple(cards[place : place + ON_A_PAGE]) for place in range(0, len(cards), ON_A_PAGE))
    shown = address.partition("://")[2]
    environment = Environment(loader=PackageLoader("admin"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("cards.html").render(sheet=Sheet(title, shown, tuple(said), pages))


def sayings(languages: Sequence[str], folder: Path) -> tuple[Saying, ...]:
    """The card's words in those of the languages in which there are all of them, LANGUAGES_MAX at most."""
    found = []
    for language in languages:
        words = gettext.translation(_DOMAIN, folder, [language], fallback=True).gettext
        said = [words(message) for message in SAID]
        if language == _SOURCE or not set(said) & set(SAID):
            found.append(Saying(language.replace("_", "-"), direction(language), " ".join(said)))
    return tuple(found[:LANGUAGES_MAX]) or (Saying(_SOURCE, "ltr", " ".join(SAID)),)


def _picture(address: str) -> Markup:
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(omitsize=True, border=4))  # noqa: S704 - squares only
