"""The border between answers and the follow-up form, and questions that would name a youth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.instrument.model import Contact, Info, Instrument
from survey_app.instrument.problems import Finding
from survey_app.instrument.rules.places import placed_items, title, worded

FOLLOW_UP = "follow_up"

# Asks for a name, an address, a number or a place; English and Spanish, in questions and as bare labels.
_IDENTIFYING = re.compile(
    r"""\b(your|full|first|last|legal|middle)\s(\w+\s)?names?\b | ^\s*names?\b | \binitials\b | \bnickname\b
    | \b(tele)?phone\s(number|no)\b | \bcell\snumber\b | \be-?mail\b | \b(home|street|your|mailing)\saddress\b
    | ^\s*address\b | \bzip(\s?code)?\b | \bpost(al)?\s?code\b | \b(what|which|your)\s(city|town|street)\b
    | ^\s*(city|town|street|school|phone)\W*$ | \b(case|docket|file|booking|id|badge)\s(number|no|id)\b
    | \b(date\sof\s)?birth\s?(day|date)\b | \bdate\sof\sbirth\b | \bsocial\ssecurity\b | \bssn\b
    | \bdriver'?s?\slicen[cs]e\b | \bpassport\b | \binstagram\b | \bsnapchat\b | \btiktok\b | \buser\s?name\b
    | \bname\sof\syour\b | \bwhich\sschool\b
    | \b(tu|su)\s(\w+\s)?nombre\b | ^\s*nombre\b | \btel[eé]fono\b | \bcorreo\selectr[oó]nico\b
    | \b(tu|su)\sdirecci[oó]n\b | ^\s*direcci[oó]n\b | \bc[oó]digo\spostal\b | \bqu[eé]\s(ciudad|escuela)\b
    | ^\s*ciudad\W*$ | \bn[uú]mero\sde\s(caso|expediente)\b | \bfecha\sde\snacimiento\b""",
    re.IGNORECASE | re.VERBOSE,
)


def pii_in_answers(instrument: Instrument) -> Iterator[Finding]:
    """What is answered anonymously must not hold contact fields or personal details."""
    for section, shell, item in placed_items(instrument):
        if shell.storage == "response" and (item.pii or isinstance(item, Contact)):
            message = "This asks for personal details in the anonymous part."
            remedy = 'Move it to the follow-up section (storage "separate").'
            yield Finding(message, remedy, section, item.id)


def answer_in_follow_up(instrument: Instrument) -> Iterator[Finding]:
    """The follow-up form must not hold a question: it would be read together with a name."""
    for section, shell, item in placed_items(instrument):
        if shell.storage == "separate" and not isinstance(item, Contact | Info):
            message = "This question stands in the follow-up section, beside a name."
            yield Finding(message, "Move it to an anonymous section.", section, item.id)


def identifying_wording(instrument: Instrument) -> Iterator[Finding]:
    """An anonymous question must not ask for what identifies; statements on a scale cannot."""
    asked = {
        f"{item.id}.{part}"
        for _, shell, item in placed_items(instrument)
        if shell.storage == "response" and item.kind in {"text", "number", "single", "multi"}
        for part in ("text", "help", "paper")
    }
    for said in worded(instrument):
        match = _IDENTIFYING.search(said.text) if said.key in asked else None
        if match:
            message = f'The wording "{match[0].strip()}" asks for something that identifies a young person.'
            yield said.finding(message, "Ask something else, or move it to the follow-up section.")


def promised_follow_up(instrument: Instrument) -> Iterator[Finding]:
    """The first page may only announce the follow-up section if there is one."""
    announced = any(p.id == FOLLOW_UP and p.enabled for p in instrument.intro.paragraphs)
    offered = any(s.storage == "separate" and s.enabled for s in instrument.sections)
    if announced and not offered:
        message = "The first page announces the follow-up section, but none is switched on."
        yield Finding(message, 'Switch both on or both off ("enabled").', item="intro.follow_up")


def several_follow_ups(instrument: Instrument) -> Iterator[Finding]:
    """There is one follow-up form, after the answers."""
    places = [section.storage for section in instrument.sections]
    first = places.index("separate") if "separate" in places else len(places)
    for section in instrument.sections[first + 1 :]:
        message = "A section stands behind the follow-up section."
        yield Finding(message, "Let the follow-up section be the last, and one.", title(instrument, section))
