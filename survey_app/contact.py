"""The separate form that asks to be contacted: its fields as they stand on the page.

It reads no request and keeps nothing of what was sent; `ballot` cleans that.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.ballot import CONTACT_LENGTH, SEVERAL_LINES, TICK, contact_names
from survey_app.forms import Choice
from survey_app.instrument.model import Contact, ContactField
from survey_app.instrument.snapshot import Question, Said, Snapshot, Wording

SHAPES: dict[ContactField, str] = {
    "ways": "ticks",
    "times": "ticks",
    "topic": "ticks",
    "discreet": "tick",
    "note": "words",
    "keep_out": "words",
}
"""Macros in templates/contact_fields.html; whatever is not here is one line."""


def _(message: str) -> str:
    """Marks a message for translation; the page says it in its own language."""
    return message


REACHABLE = _("A phone number or an email is needed too, so that someone can reach you.")
NO_WAY = _("Without a phone number or an email nobody can reach you. You can send it anyway.")
SHORT = _("This number looks short. Is it right? You can send it as it is.")
UNFINISHED = _("This email looks unfinished. Is it right? You can send it as it is.")

DUE = (
    _("Somebody tries to reach you within one working day."),
    _("Somebody tries to reach you within {n} working days."),
)
KEPT = (
    _("Your note is deleted as soon as that is done."),
    _("Your note is deleted one day after that is done."),
    _("Your note is deleted {n} days after that is done."),
)

Counted = tuple[str, int]
"""A message and its number."""


@dataclass(frozen=True)
class Line:
    """One field. `asks`: what a script may ask beside it before Send, by the ending of its id; `warned`: it
    is the first one for more than a few words, and the safeguarding text stands before it."""

    shape: str
    kind: ContactField
    name: str
    said: Said
    help: Said
    choices: tuple[Choice, ...] = ()
    max_length: int = 0
    hint: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    warned: bool = False


@dataclass(frozen=True)
class Note:
    """The whole form: what is printed above it, its fields, what is said before the words, and by when
    somebody tries."""

    intro: Said
    fields: tuple[Line, ...]
    warning: Said
    due: Counted


def note_form(snapshot: Snapshot, language: str, due_days: int) -> Note | None:
    """The empty form of this instrument; None where it has none."""
    sections = snapshot.sections("separate")
    if not sections:
        return None
    wording, names = snapshot.wording(language), contact_names(snapshot)
    asked = [(q, q.item) for q in snapshot.items("separate") if isinstance(q.item, Contact)]
    words = next((item.id for _, item in asked if item.field in SEVERAL_LINES), "")
    reach = next((item.id for _, item in asked if item.field in ("phone", "email")), "")
    return Note(
        intro=wording(f"section.{sections[0].id}.intro"),
        fields=tuple(
            _line(q, item, names[q.id], wording, ends=item.id == reach, warned=item.id == words)
            for q, item in asked
        ),
        warning=wording("safeguarding.note"),
        due=due(due_days),
    )


def due(days: int) -> Counted:
    """By when somebody tries, as a message and its number."""
    return DUE[min(days, 2) - 1], days


def kept(days: int) -> Counted:
    """How long a note stays when all is done, as a message and its number."""
    return KEPT[min(days, 2)], days


def _line(
    question: Question, item: Contact, name: str, wording: Wording, *, ends: bool, warned: bool
) -> Line:
    said, key = wording(f"{item.id}.text"), f"response_set.{item.response_set}"
    choices = tuple(Choice(o.value, wording(f"{key}.{o.value}")) for o in question.options)
    return Line(
        shape=SHAPES.get(item.field, "line"),
        kind=item.field,
        name=name,
        said=said,
        help=wording(f"{item.id}.help"),
        choices=(Choice(TICK, said),) if item.field == "discreet" else choices,
        max_length=CONTACT_LENGTH.get(item.field, 0),
        hint=REACHABLE if item.field == "name" else "",
        asks=(*_ASKS.get(item.field, ()), *((("n", NO_WAY),) if ends else ())),
        warned=warned,
    )


# What static/check.js may ask before Send, by the ending of the id that the words have on the page.
_ASKS: dict[ContactField, tuple[tuple[str, str], ...]] = {
    "phone": (("s", SHORT),),
    "email": (("u", UNFINISHED),),
}
