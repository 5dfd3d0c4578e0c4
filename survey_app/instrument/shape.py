"""Every place where a JSON value does not fit the models: unknown, missing and wrongly typed fields.

It judges form only; what the values mean is for the checks. The models stay the one definition.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from msgspec import Struct, inspect

from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Finding, did_you_mean

RULES = ("unknown_field", "missing_field", "wrong_value")

Path = tuple[str | int, ...]
Fault = tuple[str, Path, str, str]
"""A rule, the place, what is wrong and what to do."""


def misfits(raw: object, model: type[Struct] = Instrument) -> Iterator[tuple[str, Finding]]:
    """Each misfit of a whole file with its rule, placed by section title and item id."""
    for rule, path, message, remedy in _misfits(raw, inspect.type_info(model), ()):
        section, item = _place(raw, path)
        yield rule, Finding(message, remedy, section, item)


def _misfits(value: object, expected: inspect.Type, path: Path) -> Iterator[Fault]:
    match expected:
        case inspect.Metadata():
            yield from _misfits(value, expected.type, path)
        case inspect.StructType():
            yield from _struct(value, expected, path)
        case inspect.VarTupleType():
            yield from _many(value, expected, path)
        case inspect.DictType():
            yield from _mapping(value, expected, path)
        case inspect.UnionType():
            yield from _choice(value, expected, path)
        case inspect.LiteralType():
            yield from _literal(value, expected, path)
        case _:
            fits, words = _LEAVES[type(expected)]
            if not fits(value):
                yield _wrong(path, value, words)


def _struct(value: object, expected: inspect.StructType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(path, value, "fields in { }")
        return
    fields = {field.encode_name: field for field in expected.fields}
    known = [*fields, expected.tag_field] if expected.tag_field else list(fields)
    for name in value:
        if name not in known:
            advice = did_you_mean(name, known, f"The fields allowed here are: {', '.join(known)}.")
            yield "unknown_field", (*path, name), f'There is an unknown field "{name}".', advice
    for name, field in fields.items():
        if name in value:
            yield from _misfits(value[name], field.type, (*path, name))
        elif field.required:
            yield "missing_field", (*path, name), f'The field "{name}" is missing.', f'Add "{name}".'


def _many(value: object, expected: inspect.VarTupleType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong(path, value, "a list in [ ]")
        return
    for index, part in enumerate(value):
        yield from _misfits(part, expected.item_type, (*path, index))


def _mapping(value: object, expected: inspect.DictType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(path, value, "fields in { }")
        return
    for name, part in value.items():
        yield from _misfits(name, inspect.StrType(), (*path, name))
        yield from _misfits(part, expected.value_type, (*path, name))


def _choice(value: object, expected: inspect.UnionType, path: Path) -> Iterator[Fault]:
    """A union: structs are told apart by their kind, everything else by the JSON type."""
    structs = {part.tag: part for part in expected.types if isinstance(part, inspect.StructType)}
    if len(structs) > 1:
        yield from _tagged(value, {str(tag): part for tag, part in structs.items()}, path)
        return
    faults = [list(_misfits(value, part, path)) for part in expected.types]
    if all(faults):
        nested = [found for found in faults if all(fault[1] != path for fault in found)]
        yield from nested[0] if nested else [_wrong(path, value, _words(expected))]


def _tagged(value: object, kinds: Mapping[str, inspect.StructType], path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(path, value, "an item in { }")
        return
    kind = value.get("kind")
    if isinstance(kind, str) and kind in kinds:
        yield from _misfits(value, kinds[kind], path)
    elif kind is None:
        yield "missing_field", path, 'The field "kind" is missing.', f"Write one of: {', '.join(kinds)}."
    else:
        advice = did_you_mean(str(kind), kinds, f"Write one of: {', '.join(kinds)}.")
        yield "wrong_value", path, f'There is no kind of item called "{kind}".', advice


def _literal(value: object, expected: inspect.LiteralType, path: Path) -> Iterator[Fault]:
    if value not in expected.values:
        allowed = [str(known) for known in expected.values]
        advice = did_you_mean(str(value), allowed, f"Write one of: {', '.join(allowed)}.")
        yield "wrong_value", path, f"{_last(path)} cannot be {_shown(value)}.", advice


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_LEAVES: dict[type[inspect.Type], tuple[Callable[[object], bool], str]] = {
    inspect.StrType: (_is_text, "a text in double quotes"),
    inspect.BoolType: (lambda value: isinstance(value, bool), "true or false"),
    inspect.IntType: (_is_whole, "a whole number"),
    inspect.FloatType: (_is_number, "a number"),
    inspect.NoneType: (lambda value: value is None, "null"),
    inspect.DateType: (_is_date, "a date like 2026-01-31"),
}


def _words(expected: inspect.UnionType) -> str:
    names = {inspect.DictType: "a map from language to text", inspect.VarTupleType: "a list in [ ]"}
    words = [
        names.get(type(part)) or _LEAVES.get(type(part), (None, "fields in { }"))[1]
        for part in expected.types
        if not isinstance(part, inspect.NoneType)
    ]
    return " or ".join(words)


def _wrong(path: Path, value: object, words: str) -> Fault:
    return "wrong_value", path, f"{_last(path)} cannot be {_shown(value)}.", f"Write {words}."


def _last(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return f'"{names[-1]}"' if names else "The file"


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "{ }" if isinstance(value, dict) else "a list"
    shown = f'"{value}"' if isinstance(value, str) else json.dumps(value)
    return shown.encode("ascii", "backslashreplace").decode()[:60] if not _is_text(value) else shown[:60]


def _place(raw: object, path: Path) -> tuple[str, str]:
    """The section's title and the deepest id on the way to a path, as far as the file gives them."""
    section = item = ""
    value = raw
    for depth, part in enumerate(path):
        value = _child(value, part)
        if not isinstance(value, dict):
            continue
        if path[0] == "sections" and depth == 1:
            section = _title(value)
        elif depth:
            item = str(value.get("id") or value.get("name") or value.get("value") or item)
    if path[:1] == ("response_sets",) and len(path) > 1:
        item = f"response_set.{path[1]}" + (f".{item}" if item else "")
    return section, item or ".".join(str(part) for part in path if not section)


def _child(value: object, part: str | int) -> object:
    if isinstance(value, list):
        return value[part] if isinstance(part, int) else None
    return value.get(part) if isinstance(value, dict) else None


def _title(section: Mapping[str, object]) -> str:
    title = section.get("title")
    if isinstance(title, dict):
        title = next(iter(title.values()), "")
    return str(title or section.get("id") or "")
