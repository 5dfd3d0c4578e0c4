"""A published page as the preview and the poster show it: in a young person's language, with a code to scan.

It is made of a file's words only; no number is looked up.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import east_asian_width

import segno
from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from survey_app.instrument.snapshot import Said
from survey_app.instrument.texts import direction
from survey_app.said_file import (
    ANSWERED,
    NUMBERS,
    PEOPLE,
    POSITIVE,
    TAKE_PART,
    TITLE,
    WE_DID,
    Finding,
    SaidFile,
    spoken,
)

_SOURCE, _DOMAIN = "en", "messages"
_SIZES = ((1450, "roomy"), (2230, "middling"), (3060, "close"), (5500, "dense"))
"""How much fits on one sheet of Letter paper in which size of type; "least" for more. Measured in Chromium
with one to six findings of 80 to 400 letters in Latin, Arabic, Khmer and Chinese."""

_FRAME = 380
"""A finding takes the place of so many letters besides its own."""


@dataclass(frozen=True)
class Row:
    """One finding. `lead` says how many, the share in large figures; `did_head`: "We did:"."""

    lead: Said
    about: Said
    did_head: Said
    did: Said


@dataclass(frozen=True)
class Sheet:
    """The whole page in one language. `size`: how large the letters of a poster can be."""

    language: str
    name: str
    direction: str
    title: Said
    people: Said | None
    rows: tuple[Row, ...]
    numbers: Said
    take_part: Said
    size: str


class Sheets:
    """Makes sheets; `translations`: the folder of the interface's catalogs."""

    def __init__(self, translations: Path) -> None:
        self._translations = translations

    def sheet(self, said: SaidFile, language: str) -> Sheet:
        """The page in this language; what is not translated stands in English and is marked so."""
        say = self._speaker(language)
        rows = tuple(_row(one, language, say) for one in said.findings)
        room = sum(_FRAME + _width(row) for row in rows)
        return Sheet(
            language=language.replace("_", "-"),
            name=language_name(language),
            direction=direction(language),
            title=say(TITLE),
            people=say(PEOPLE, n=said.people) if said.people else None,
            rows=rows,
            numbers=say(NUMBERS),
            take_part=say(TAKE_PART),
            size=next((name for most, name in _SIZES if room <= most), "least"),
        )

    def _speaker(self, language: str) -> Callable[..., Said]:
        translated = gettext.translation(_DOMAIN, self._translations, [language], fallback=True).gettext

        def say(message: str, **values: str) -> Said:
            found = translated(message)
            code = _SOURCE if found == message else language
            return Said(Markup.escape(found).format(**values), code.replace("_", "-"), direction(code))

        return say


def language_name(language: str) -> str:
    """What the language calls itself: "Español"; its code where nobody has noted that."""
    try:
        return Locale.parse(language).display_name or language
    except (UnknownLocaleError, ValueError):
        return language


def picture(address: str) -> Markup:
    """The address as a code to scan; dark on light whatever the colours around it."""
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(omitsize=True, border=4, light="white"))  # noqa: S704 - squares only


def _row(finding: Finding, language: str, say: Callable[..., Said]) -> Row:
    share = Markup('<b class="share" dir="ltr">{}</b>').format(finding.share)
    lead = say(POSITIVE, share=share)
    if finding.answer:
        lead = say(ANSWERED, share=share, answer=_marked(spoken(finding.answer, language)))
    about, did = spoken(finding.about, language), spoken(finding.did, language)
    return Row(lead, about, say(WE_DID), did)


def _width(row: Row) -> int:
    """Letters; those of Chinese, Japanese and Korean take the place of 2.6 others."""
    said = (row.lead, row.about, row.did_head, row.did)
    words = "".join(Markup(one.text).striptags() for one in said)  # noqa: S704 - only counted
    return round(sum(2.6 if east_asian_width(letter) in "WF" else 1 for letter in words))


def _marked(said: Said) -> Markup:
    """The sentence around it may be in another language."""
    template = Markup('<bdi lang="{}" dir="{}">{}</bdi>')
    return template.format(said.language.replace("_", "-"), said.direction, said.text)
