"""Which language a page speaks, and the interface's own words in it.

It never guesses from an address, remembers no choice, and no missing or broken catalog stops a page.
"""

from __future__ import annotations

import gettext
import struct
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from babel import Locale, UnknownLocaleError
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept

from survey_app.instrument.texts import direction

SOURCE = "en"
DOMAIN = "messages"

# What browsers ask for -> the code that instruments use.
ALIASES = {
    "tl": "fil",
    "zh": "zh_hans",
    "zh_cn": "zh_hans",
    "zh_sg": "zh_hans",
    "zh_tw": "zh_hant",
    "zh_hk": "zh_hant",
}


WISHES, TAG_LENGTH = 20, 35
"""So many wishes are heard, and so much of each (RFC 5646, 4.4.1): whoever sends thousands must cost nobody
else their turn."""


class Interface:
    """The interface's words in one language. Where one is not translated it is marked as English."""

    def __init__(self, language: str, catalog: gettext.NullTranslations) -> None:
        self.language = language
        self.direction = direction(language)
        self._catalog = catalog

    def __call__(self, message: str, **values: object) -> str:
        """The message with its {names} filled in; a `span lang=en` around it where it is not translated."""
        said = self._catalog.gettext(message)
        worded = Markup.escape(said).format(**values) if values else said
        if said == message and self.language != SOURCE:
            return Markup('<span lang="en" dir="ltr">{}</span>').format(worded)
        return worded


def load_interface(language: str, folder: Path) -> Interface:
    """The words from folder/<language>/LC_MESSAGES/messages.mo; a missing or broken file reads as English."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            return Interface(language, gettext.GNUTranslations(file))
    except (OSError, ValueError, LookupError, struct.error):
        return Interface(language, gettext.NullTranslations())


def negotiate(wanted: LanguageAccept, offered: Sequence[str]) -> str:
    """The first language of Accept-Language that is offered, also by its shorter name; else the first one."""
    by_code = {code.lower(): code for code in offered}
    for tag in islice(wanted.values(), WISHES):
        code = tag[:TAG_LENGTH].lower().replace("-", "_")
        for candidate in (code, ALIASES.get(code, ""), *_shorter(code)):
            if candidate in by_code:
                return by_code[candidate]
    return offered[0]


def tag(language: str) -> str:
    """The language code as HTML's `lang` wants it: "zh-Hans"."""
    return language.replace("_", "-")


def own_name(language: str) -> str:
    """What the language calls itself: "Español"."""
    try:
        name = Locale.parse(language).display_name or language
    except (UnknownLocaleError, ValueError):
        return language
    return name[:1].upper() + name[1:]


def _shorter(code: str) -> tuple[str, ...]:
    parts = code.split("_")
    cut = ["_".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    return tuple(name for short in cut for name in (short, ALIASES.get(short, "")))
