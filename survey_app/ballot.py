"""One youth's answers: cleaned out of a form, packed to one fixed size, unpacked again.

It never stores or sends anything, never keeps a raw form value, and `clean` never raises.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Annotated, Protocol, TypeVar

import msgspec

from survey_app.instrument.conditions import Answer, holds
from survey_app.instrument.model import Contact, ContactField, Number, OpenText, Option
from survey_app.instrument.snapshot import Question, Snapshot
from survey_app.plaintext import clean_text

BALLOT_SIZE = 8192
LETTER_SIZE = 4096
OTHER_LENGTH = 200
CONTACT_LENGTH = {"name": 200, "phone": 60, "email": 254, "note": 500, "keep_out": 300}
"""Code points of the contact fields that are written; together they fit into a letter uncut in every script
(docs/decisions/0017-longer-letters.md)."""
SEVERAL_LINES = ("note", "keep_out")
TICK = "yes"
"""What a letter holds under a contact field that is one tick by itself."""

INFLATED_MAX = 65_536
NUMBER_DIGITS = 9

_LENGTH = struct.Struct(">H")
_Record = TypeVar("_Record")


class BallotError(Exception):
    """Packed bytes that are no ballot or letter of ours."""


class Form(Protocol):
    """What a web framework's form offers: every value sent under a name."""

    def getlist(self, key: str, /) -> Sequence[str]: ...


class Ballot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The cleaned answers by question id, write-ins under "<id>__other"; a skipped question is absent.

    `card`: the code of the card that came with them, where cards are in use; "" without one.
    """

    snapshot: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    language: str
    answers: dict[str, Answer]
    card: Annotated[str, msgspec.Meta(pattern=r"\A([0-9A-Z]{16})?\Z")] = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was answered."""
        return not self.answers


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request to be contacted: the filled-in contact fields by the item ids of `snapshot`.

    Words as text, ticks out of a response set as its codes, a tick by itself as TICK.
    """

    language: str
    box: str
    snapshot: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    fields: dict[str, str | tuple[str, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether no field was filled in."""
        return not self.fields


def field_names(snapshot: Snapshot) -> dict[str, str]:
    """question id -> "a1", "a2"... in printed order: neutral, so that a browser suggests nothing."""
    return {question.id: f"a{index}" for index, question in enumerate(snapshot.items(), 1)}


def contact_names(snapshot: Snapshot) -> dict[str, str]:
    """contact item id -> "c1", "c2"... in printed order."""
    return {question.id: f"c{index}" for index, question in enumerate(snapshot.items("separate"), 1)}


def other_name(field_name: str) -> str:
    """The form name of the write-in beside a question: "a8" -> "a8o"."""
    return f"{field_name}o"


def clean(snapshot: Snapshot, form: Form, language: str) -> Ballot:
    """The answers that the instrument allows; everything else in the form is dropped, and nothing raises.

    An answer whose show_if does not hold is dropped too: what the page hid was taken back.
    """
    answers: dict[str, Answer] = {}
    for index, question in enumerate(snapshot.items(), 1):
        condition = question.item.show_if
        if condition is None or holds(condition, answers):
            _READERS[question.kind](question, form, f"a{index}", answers)
    return Ballot(snapshot.hash, _offered(snapshot, language), answers)


def clean_letter(snapshot: Snapshot, form: Form, language: str, box: str) -> Letter:
    """The contact fields that were filled in; nothing raises."""
    fields: dict[str, str | tuple[str, ...]] = {}
    for index, question in enumerate(snapshot.items("separate"), 1):
        if isinstance(question.item, Contact):
            kept = _contact(question, question.item.field, form, f"c{index}")
            if kept:
                fields[question.id] = kept
    return Letter(_offered(snapshot, language), box, snapshot.hash, fields)


def pack(ballot: Ballot) -> bytes:
    """Exactly BALLOT_SIZE bytes: two of length, deflated JSON, zeros.

    Where the words do not fit, the longest text is shortened until they do.
    """
    answers: Mapping[str, Answer] = ballot.answers
    while (packed := _fixed(msgspec.structs.replace(ballot, answers=answers), BALLOT_SIZE)) is None:
        answers = _shortened(answers)
    return packed


def pack_letter(letter: Letter) -> bytes:
    """Exactly LETTER_SIZE bytes, like `pack`. Characters that mean anything always fit uncut."""
    fields: Mapping[str, Answer] = letter.fields
    while (packed := _fixed(msgspec.structs.replace(letter, fields=fields), LETTER_SIZE)) is None:
        fields = _shortened(fields)
    return packed


def unpack(packed: bytes) -> Ballot:
    """The ballot in `pack`'s bytes; raises BallotError for anything else, however hostile."""
    return _opened(packed, BALLOT_SIZE, Ballot)


def unpack_letter(packed: bytes) -> Letter:
    """The letter in `pack_letter`'s bytes; raises BallotError for anything else."""
    return _opened(packed, LETTER_SIZE, Letter)


def _contact(question: Question, field: ContactField, form: Form, name: str) -> str | tuple[str, ...]:
    """What the form says of one contact field, empty where nothing; a name or number stands in one line."""
    if field == "discreet":
        return TICK if TICK in form.getlist(name) else ""
    if field in CONTACT_LENGTH:
        words = clean_text(_one(form, name), CONTACT_LENGTH[field])
        return words if field in SEVERAL_LINES else " ".join(words.split())
    sent = set(form.getlist(name))
    return tuple(option.value for option in question.options if option.value in sent)


def _offered(snapshot: Snapshot, language: str) -> str:
    return language if language in snapshot.languages else snapshot.instrument.source_language


def _one(form: Form, name: str) -> str:
    """The only value under `name`; "" if there is none or several different ones."""
    values = set(form.getlist(name))
    return values.pop() if len(values) == 1 else ""


def _read_choice(question: Question, form: Form, name: str, answers: MutableMapping[str, Answer]) -> None:
    value = _one(form, name)
    chosen = [option for option in question.options if option.value == value]
    if chosen:
        answers[question.id] = value
        _read_other(question.id, form, name, answers, chosen)


def _read_ticks(question: Question, form: Form, name: str, answers: MutableMapping[str, Answer]) -> None:
    sent = set(form.getlist(name))
    ticked = [option for option in question.options if option.value in sent]
    if ticked:
        answers[question.id] = tuple(option.value for option in ticked)
        _read_other(question.id, form, name, answers, ticked)


def _read_other(
    question: str, form: Form, name: str, answers: MutableMapping[str, Answer], ticked: Sequence[Option]
) -> None:
    if any(option.other for option in ticked):
        words = clean_text(_one(form, other_name(name)), OTHER_LENGTH)
        if words:
            answers[f"{question}__other"] = words


def _read_text(question: Question, form: Form, name: str, answers: MutableMapping[str, Answer]) -> None:
    if isinstance(question.item, OpenText):
        words = clean_text(_one(form, name), question.item.max_length)
        if words:
            answers[question.id] = words


def _read_number(question: Question, form: Form, name: str, answers: MutableMapping[str, Answer]) -> None:
    digits = clean_text(_one(form, name), NUMBER_DIGITS)
    if isinstance(question.item, Number) and digits.removeprefix("-").isdecimal():
        number = int(digits)
        if question.item.minimum <= number <= question.item.maximum:
            answers[question.id] = number


_READERS: dict[str, Callable[[Question, Form, str, MutableMapping[str, Answer]], None]] = {
    "scale_block": _read_choice,
    "single": _read_choice,
    "multi": _read_ticks,
    "text": _read_text,
    "number": _read_number,
}


def _fixed(record: Ballot | Letter, size: int) -> bytes | None:
    """The packed record, or None if it does not fit."""
    squeezer = zlib.compressobj(level=6, wbits=-15)
    body = squeezer.compress(msgspec.json.encode(record)) + squeezer.flush()
    if _LENGTH.size + len(body) > size:
        return None
    return (_LENGTH.pack(len(body)) + body).ljust(size, b"\0")


def _shortened(texts: Mapping[str, Answer]) -> dict[str, Answer]:
    """The same answers with the longest text a twentieth shorter."""
    lengths = {key: len(text) for key, text in texts.items() if isinstance(text, str)}
    longest = max(lengths, key=lambda key: lengths[key])
    text = texts[longest]
    cut = text[: lengths[longest] * 19 // 20] if isinstance(text, str) else ""
    return {**texts, longest: cut}


def _opened(packed: bytes, size: int, record: type[_Record]) -> _Record:
    if len(packed) != size:
        raise BallotError(f"expected {size} bytes, found {len(packed)}")
    (length,) = _LENGTH.unpack_from(packed)
    body, padding = packed[_LENGTH.size : _LENGTH.size + length], packed[_LENGTH.size + length :]
    if length > size - _LENGTH.size or padding.strip(b"\0"):
        raise BallotError("the padding is not what we write")
    inflater = zlib.decompressobj(wbits=-15)
    try:
        plain = inflater.decompress(body, INFLATED_MAX)
        if not inflater.eof or inflater.unused_data:
            raise BallotError("the compressed part is cut, too long or has something behind it")
        return msgspec.json.decode(plain, type=record)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BallotError("the content is not what we write") from error
