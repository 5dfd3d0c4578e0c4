"""What the templates are given: plain dataclasses, complete, every word with its language.

They hold nothing about a visitor.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from survey_app.contact import Note
from survey_app.forms import Part
from survey_app.instrument.snapshot import Said
from survey_app.site import HelpLine
from survey_app.tablet import Tablet

NONCE = "\0"
"""Stands for the nonce in a rendered page; no text of ours can hold it."""

CARD, CARD_WAY = "\1", "\2"
"""Stand for what the address said of a card: attributes of the field for its code, and the end of the way to
the same page in another language."""


@dataclass(frozen=True)
class Frame:
    """What stands around every page. `follow_up`: where one can ask to be contacted, "" where nobody can;
    `said`: where it stands what was done about what was said, "" where nothing does."""

    language: str
    help: tuple[HelpLine, ...]
    exit_url: str
    style: Markup
    script: Markup
    tablet: Tablet | None = None
    follow_up: str = ""
    said: str = ""


@dataclass(frozen=True)
class Link:
    """The way to the same survey in another language; `draft` is that language's word for it, or ""."""

    language: str
    name: str
    draft: str


@dataclass(frozen=True, kw_only=True)
class Start:
    """The start screen of a shared tablet. `place` ends the survey's address; `others` as in a Survey."""

    box: str
    place: str
    links: tuple[Link, ...]
    title: Said
    others: int


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The one document: the promise, then the parts. `others`: one's answers come with at least so many;
    `warning` stands beside what is written in own words.

    `box`: as its forms and addresses name it; on a shared tablet that is "kiosk/<box>". `codes`: whether
    it asks for the code of a card.
    """

    box: str
    version: str
    links: tuple[Link, ...]
    draft: bool
    title: Said
    intro: tuple[tuple[Said, Said], ...]
    parts: tuple[Part, ...]
    others: int
    warning: Said
    codes: bool = False
    nonce: str = NONCE
    card: str = CARD
    card_way: str = ""


@dataclass(frozen=True, kw_only=True)
class Contacting:
    """The separate form to be contacted, after Send or by itself; `note` is None where nobody can follow up.

    `links` and `draft` as in a Survey, where the form is a page by itself.
    """

    box: str
    version: str
    note: Note | None
    links: tuple[Link, ...] = ()
    draft: bool = False
    nonce: str = NONCE


@dataclass(frozen=True)
class Who:
    """The page "Who can see what": its facts as they stand in it, and their stamp."""

    facts: Markup
    stamp: str


@dataclass(frozen=True)
class Notice:
    """A page that says one thing, and its HTTP status."""

    status: int
    title: str
    words: str
