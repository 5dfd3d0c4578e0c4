"""An opened letter as the desk shows it: first what must be known, then the person. It opens nothing.

A letter is a stranger's text: whatever stands in it, these functions answer and never raise.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from admin.desk.reach import Address, Numbers, address_in, numbers_in
from survey_app.ballot import Letter
from survey_app.instrument.model import Contact
from survey_app.instrument.snapshot import Snapshot
from survey_app.plaintext import clean_text

WAYS = {"text": "Text", "call": "Call", "voicemail": "Leave a message", "email": "Email"}
"""What may be safe, in the order in which it is told."""

_WRITTEN = ("name", "phone", "email", "ways", "times", "discreet", "topic", "note", "keep_out")
_SHORTEST, _SHORTEST_AT_AN_END = 3, 2
_LONGEST = 2_000
_MOST_TICKS, _LONGEST_TICK = 12, 60
"""As many as a question of ours offers, and what is shown of a code that none of ours is."""

_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe"})
"""Letters that no rule of Unicode takes an accent from."""


@dataclass(frozen=True)
class Way:
    """One way to reach somebody, and whether they called it safe."""

    code: str
    label: str
    safe: bool


@dataclass(frozen=True)
class Outline:
    """What must be known before somebody calls. `said`: whether they said anything about what is safe."""

    topics: tuple[str, ...]
    said: bool
    ways: tuple[Way, ...]
    times: tuple[str, ...]
    discreet: bool
    language: str
    keep_out: str

    def may(self, code: str) -> bool:
        """Whether this way was called safe."""
        return any(way.safe for way in self.ways if way.code == code)


@dataclass(frozen=True)
class Person:
    """Who asked, shown once. `others`: what stands in the letter under names that its questions lack."""

    name: str
    numbers: Numbers
    address: Address
    note: str
    others: tuple[tuple[str, str], ...]


class Sheet:
    """A letter beside the questions that it answers; without them (None) it is read as well as it can be."""

    def __init__(self, letter: Letter, snapshot: Snapshot | None) -> None:
        self._letter, self._snapshot = letter, snapshot
        questions = snapshot.items("separate") if snapshot else ()
        self._items = {one.id: one.item for one in questions if isinstance(one.item, Contact)}

    def topics(self) -> tuple[str, ...]:
        """What it is about, in the words of the questions' own language."""
        return tuple(label for _, label in self._ticked("topic"))

    def outline(self) -> Outline:
        """What must be known before somebody calls."""
        ticked = {code for code, _ in self._ticked("ways")}
        return Outline(
            topics=self.topics(),
            said=bool(ticked),
            ways=tuple(Way(code, label, code in ticked) for code, label in WAYS.items()),
            times=tuple(label for _, label in self._ticked("times")),
            discreet=bool(self._words("discreet")),
            language=_language(self._letter.language),
            keep_out=self._words("keep_out"),
        )

    def person(self) -> Person:
        """Who asked, and how to reach them."""
        others = tuple(
            (clean_text(item, _LONGEST_TICK), _joined(value))
            for item, value in self._letter.fields.items()
            if self._field(item) is None
        )
        numbers, address = numbers_in(self._words("phone")), address_in(self._words("email"))
        return Person(self._words("name"), numbers, address, self._words("note"), others)

    def _field(self, item: str) -> str | None:
        if item in self._items:
            return self._items[item].field
        guessed = item.removeprefix("contact_")
        return guessed if self._snapshot is None and guessed in _WRITTEN else None

    def _words(self, field: str) -> str:
        values = [value for item, value in self._letter.fields.items() if self._field(item) == field]
        return "\n".join(_joined(value) for value in values)

    def _ticked(self, field: str) -> tuple[tuple[str, str], ...]:
        """(code, label) of what was ticked; a code without a label stands for itself."""
        found = []
        for item, value in self._letter.fields.items():
            if self._field(item) == field:
                codes = (value,) if isinstance(value, str) else value
                found += [(code, self._label(item, code)) for code in codes[:_MOST_TICKS]]
        return tuple(found)

    def _label(self, item: str, code: str) -> str:
        if self._snapshot is None or item not in self._items:
            return clean_text(code, _LONGEST_TICK)
        wording = self._snapshot.wording(self._snapshot.instrument.source_language)
        known = wording(f"response_set.{self._items[item].response_set}.{code}").text
        return known or clean_text(code, _LONGEST_TICK)


def is_kept_out(name: str, keep_out: str) -> bool:
    """Whether a word of `keep_out`, or up to three of them written as one, may mean the account's name.

    Accents, small and capital letters do not matter: "Ruíz" means ana.ruiz and aruiz, "O'Brien" pat.obrien.
    """
    words = re.findall(r"[^\W_]+", _plain(keep_out))
    runs = {"".join(words[at : at + count]) for count in (1, 2, 3) for at in range(len(words))}
    return not runs.isdisjoint(_called(name))


def _called(name: str) -> set[str]:
    """Under which words somebody with this account's name may be known.

    Two letters are enough for its first and its last part (lee.ng); between them they are a "de" or "la".
    """
    parts = re.findall(r"[a-z]+", name.casefold())
    found = {"".join(parts), parts[0], parts[-1], *(part for part in parts if len(part) >= _SHORTEST)}
    if len(parts) == 1 and len(parts[0]) > _SHORTEST:
        found |= {parts[0][1:], parts[0][:-1]}  # a surname with an initial before or behind it
    return {one for one in found if len(one) >= _SHORTEST_AT_AN_END}


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text[:_LONGEST])
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.casefold().translate(_SPECIAL)


def _joined(value: str | tuple[str, ...]) -> str:
    return clean_text(value if isinstance(value, str) else ", ".join(value), _LONGEST)


def _language(code: str) -> str:
    """A language's English name, e.g. "Spanish"."""
    try:
        return Locale.parse(code).get_display_name("en") or clean_text(code, 26)
    except (ValueError, UnknownLocaleError):
        return clean_text(code, 26)


@dataclass(frozen=True)
class Reach:
    """One link to follow: "Call (213) 555-0142". `safe`: whether they called this way safe."""

    verb: str
    shown: str
    link: str
    hint: str
    safe: bool


def reaches(person: Person, outline: Outline) -> tuple[Reach, ...]:
    """Every way to reach the person. The page shows the safe ones first."""
    found = []
    for number in person.numbers.found:
        found.append(Reach("Call", number.shown, number.call, number.hint, outline.may("call")))
        found.append(Reach("Text", number.shown, number.text, number.hint, outline.may("text")))
    if person.address.mail:
        found.append(Reach("Email", person.address.typed, person.address.mail, "", outline.may("email")))
    return tuple(found)
