"""The instrument's items as they stand on the page.

It reads no request and keeps no answer: what was sent is cleaned by `ballot`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey_app.ballot import NUMBER_DIGITS, OTHER_LENGTH, field_names, other_name
from survey_app.fit import row_width
from survey_app.instrument.model import Info, Item, Multi, Number, OpenText, ScaleBlock
from survey_app.instrument.snapshot import Question, Said, Snapshot, Wording
from survey_app.showing import is_list, selector


@dataclass(frozen=True)
class Choice:
    """One answer to choose."""

    value: str
    said: Said
    exclusive: bool = False
    other: bool = False


@dataclass(frozen=True)
class Field:
    """One numbered question. `shape` names its macro in templates/fields.html; `width` is the em from which
    its choices stand in a row (0: never)."""

    shape: str
    name: str
    number: int
    said: Said
    stem: Said
    help: Said
    unit: Said
    choices: tuple[Choice, ...] = ()
    width: float = 0
    max_length: int = 0
    lines: int = 1

    @property
    def other(self) -> str:
        """The name of the write-in, or ""."""
        return other_name(self.name) if any(choice.other for choice in self.choices) else ""

    @property
    def other_length(self) -> int:
        return OTHER_LENGTH


@dataclass(frozen=True)
class Block:
    """An item: the words above its questions, and when it is shown ("" = always)."""

    id: str
    said: Said
    stem: Said
    help: Said
    fields: tuple[Field, ...]
    shown: str


@dataclass(frozen=True)
class Part:
    """A section on the page, with its place among the others."""

    number: int
    title: Said
    intro: Said
    blocks: tuple[Block, ...]


def parts(snapshot: Snapshot, language: str) -> tuple[Part, ...]:
    """The anonymous sections of the survey in `language`, in order."""
    wording = snapshot.wording(language)
    names = field_names(snapshot)
    return tuple(
        Part(
            number,
            wording(f"section.{section.id}.title"),
            wording(f"section.{section.id}.intro"),
            tuple(_block(snapshot, item, wording, names) for item in section.items),
        )
        for number, section in enumerate(snapshot.sections(), 1)
    )


def _block(snapshot: Snapshot, item: Item, wording: Wording, names: dict[str, str]) -> Block:
    questions = [q for q in snapshot.items() if q.item is item]
    is_scale, is_info = isinstance(item, ScaleBlock), isinstance(item, Info)
    nothing = wording("")
    return Block(
        id=f"i-{item.id}",
        said=wording(f"{item.id}.text") if is_scale or is_info else nothing,
        stem=wording(f"{item.id}.stem"),
        help=wording(f"{item.id}.help") if is_scale or is_info else nothing,
        fields=tuple(_field(q, wording, names[q.id]) for q in questions),
        shown=selector(snapshot, names, item.show_if) if item.show_if else "",
    )


def _field(question: Question, wording: Wording, name: str) -> Field:
    """The question as a field; a new item kind is one more case, and one more macro in fields.html."""
    in_block = question.row is not None
    field = Field(
        shape="choose",
        name=name,
        number=question.number,
        said=wording(f"{question.id}.text"),
        stem=wording(f"{question.item.id}.stem"),
        help=wording("" if in_block else f"{question.id}.help"),
        unit=wording(f"{question.id}.unit"),
        choices=_choices(question, wording),
    )
    match question.item:
        case OpenText(max_length=max_length, lines=lines):
            return replace(field, shape="write", max_length=max_length, lines=lines)
        case Number() as item if is_list(item):
            return replace(field, shape="pick_number", choices=_numbers(item, wording.language))
        case Number():
            return replace(field, shape="type_number", max_length=NUMBER_DIGITS)
        case Multi():
            return replace(field, shape="tick")
    return replace(field, width=_row_width(question, field))


def _choices(question: Question, wording: Wording) -> tuple[Choice, ...]:
    key = f"response_set.{getattr(question.item, 'response_set', '')}"
    return tuple(Choice(o.value, wording(f"{key}.{o.value}"), o.exclusive, o.other) for o in question.options)


def _numbers(item: Number, language: str) -> tuple[Choice, ...]:
    values = map(str, range(item.minimum, item.maximum + 1))
    return tuple(Choice(value, Said(value, language, "ltr")) for value in values)


def _row_width(question: Question, field: Field) -> float:
    """Only a plain scale stands in a row: "does not apply" beside "always" would look like its next step."""
    is_scale = question.response_set is not None and question.response_set.kind == "ordinal"
    if not is_scale or any(option.missing or option.other for option in question.options):
        return 0
    return row_width([choice.said.text for choice in field.choices])
