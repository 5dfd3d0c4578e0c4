"""What was done about what young people said: a file that the staff host writes and the public host shows.

It holds sentences and numbers just as they were shown on the day it was published. It counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from survey_app.files import Checked, FileError, read_checked
from survey_app.instrument.snapshot import Said
from survey_app.instrument.texts import direction
from survey_app.plaintext import clean_text

MOST = 6
"""Findings on one page: more are not read, and do not fit on a poster."""

DONE_LENGTH = 400
WORDING_LENGTH = 1000
LANGUAGES_MAX = 40
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[a-z0-9]{2,8}){0,2}")
_SHARE = re.compile(r"([<>≤≥] )?[0-9]{1,3}%")
_PEOPLE = re.compile(r"[0-9]{1,3}(,[0-9]{3})*|")


def _(message: str) -> str:
    """Marks a message for translation."""
    return message


TITLE = _("You said, we did")
ANSWERED = _("{share} said “{answer}”:")
POSITIVE = _("{share} gave mostly good answers about this:")
WE_DID = _("We did:")
PEOPLE = _("{n} young people answered.")
NUMBERS = _("Only numbers about groups are ever shown. Nobody can see who said what.")
TAKE_PART = _("Take the survey")


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wording, and the language that it is really in."""

    language: str
    text: str


Wordings = dict[str, Told]
"""A wording for a page in each language of the file."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What young people said, and what was done. `share`: as it was shown, "72%"; `answer`: which answer that
    many gave, none where `about` is a topic; `about`: the statement or the topic."""

    share: str
    answer: Wordings = {}
    about: Wordings
    did: Wordings


class SaidFile(Checked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One wave's page. `people`: how many answered, as it was shown; "" where it was not."""

    format: str
    wave: str
    opens: date
    closes: date
    people: str
    languages: tuple[str, ...]
    findings: tuple[Finding, ...]


FORMAT = "yourvoice-said/1"


def read_said(path: Path) -> SaidFile:
    """The file, if every word and number in it may stand on a page; raises FileError."""
    found = read_checked(path, SaidFile)
    for fault in faults(found, path.stem):
        raise FileError(f"{path.name}: {fault}")
    return found


def faults(said: SaidFile, wave: str) -> Iterator[str]:
    """What a page of it must not hold, one sentence each. No fault quotes what it is about."""
    if said.format != FORMAT or said.wave != wave:
        yield "It is of another kind, or of another wave than its name."
    if not 0 < len(said.languages) <= LANGUAGES_MAX or not all(map(_LANGUAGE.fullmatch, said.languages)):
        yield "Its languages are none."
    if not 0 < len(said.findings) <= MOST:
        yield f"It must say 1 to {MOST} things."
    if not _PEOPLE.fullmatch(said.people) or not all(_SHARE.fullmatch(one.share) for one in said.findings):
        yield "A number in it is none."
    for finding in said.findings:
        asked, did = (finding.answer, finding.about), finding.did
        sound = all(_is_sound(wordings, said.languages, WORDING_LENGTH) for wordings in asked)
        if not (sound and _is_sound(did, said.languages, DONE_LENGTH)):
            yield "A wording in it is missing, too long or holds what no page may."
        if not (finding.about and finding.did):
            yield "Something is said of nothing."


def spoken(wordings: Mapping[str, Told], language: str) -> Said:
    """The wording for a page in this language; of a language that the file has not, the first one's."""
    told = wordings.get(language) or next(iter(wordings.values()), Told(language, ""))
    return Said(told.text, told.language, direction(told.language))


def _is_sound(wordings: Wordings, languages: tuple[str, ...], limit: int) -> bool:
    if not wordings:
        return True
    told = wordings.values()
    clean = all(one.text and clean_text(one.text, limit) == one.text for one in told)
    return clean and tuple(wordings) == languages and {one.language for one in told} <= set(languages)
