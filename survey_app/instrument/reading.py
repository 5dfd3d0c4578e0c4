"""Bytes of a file turned into plain JSON values, or one sentence why not.

It knows nothing about instruments, and refuses what other programmes read in two ways (duplicate keys, NaN).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from survey_app.instrument.problems import Finding

MAX_BYTES = 2 * 2**20
MAX_DEPTH = 40
RULES = ("unreadable_file", "not_json", "duplicate_key")

_PLAIN = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing before this place",
    "Expecting ':' delimiter": "a colon is missing after a name",
    "Expecting property name enclosed in double quotes": (
        "a name in quotes is expected, or a comma is left over"
    ),
    "Illegal trailing comma before end of object": "a comma stands before a closing bracket",
    "Illegal trailing comma before end of array": "a comma stands before a closing bracket",
    "Expecting value": "a value is missing, a comma is left over, or a word stands without double quotes",
    "Extra data": "something stands after the end",
    "Unterminated string starting at": "a closing double quote is missing",
    "Invalid control character at": "a line break or tab stands inside a text; write \\n instead",
    "Invalid \\escape": "a backslash stands alone; write it twice",
}

_STRAY = {
    tuple("\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb'`"): (
        'write straight double quotes (") instead of these'
    ),
    ("//", "/*", "#"): "a remark stands there; take it out",
    ("True", "False", "None"): "true, false and null are written in small letters",
}


class NotReadError(Exception):
    """The file is no JSON that can be read; `rule` and `findings` say why."""

    def __init__(self, rule: str, *findings: Finding) -> None:
        super().__init__(rule)
        self.rule = rule
        self.findings = findings


def read_json(path: Path) -> object:
    """The file's JSON value; raises NotReadError."""
    text = _decoded(_read(path))
    duplicates: list[Finding] = []

    def note_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
        duplicates.extend(_duplicates(pairs))
        return dict(pairs)

    try:
        value: object = json.loads(text, object_pairs_hook=note_duplicates, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {_said(error)} (line {error.lineno}, column {error.colno})."
        raise NotReadError("not_json", Finding(message, "Correct that line and save again.")) from error
    except ValueError as error:
        finding = Finding("This is not JSON: one number cannot be read.", "Write a plain number.")
        raise NotReadError("not_json", finding) from error
    except RecursionError as error:
        raise NotReadError("not_json", _TOO_DEEP) from error
    if duplicates:
        raise NotReadError("duplicate_key", *duplicates)
    if _deeper_than(value, MAX_DEPTH):
        raise NotReadError("not_json", _TOO_DEEP)
    return value


def _said(error: json.JSONDecodeError) -> str:
    """What stands in the wrong place says more than what was expected there."""
    rest = error.doc[error.pos :]
    if error.msg.startswith("Expecting"):
        if not rest.strip():
            return "the file ends too early; a closing bracket is missing"
        for beginnings, words in _STRAY.items():
            if rest.startswith(beginnings):
                return words
    return _PLAIN.get(error.msg, error.msg)


_TOO_DEEP = Finding("The brackets are nested too deeply.", f"Stay below {MAX_DEPTH} levels.")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        longer = path.with_name(f"{path.name}.txt")
        finding = Finding("There is no such file.", "Check its name and folder.")
        if longer.is_file():  # editors on Windows add it, and Windows does not show it
            finding = Finding(f"There is {longer.name}.", f"Rename it to {path.name}.")
        raise NotReadError("unreadable_file", finding) from error
    except IsADirectoryError as error:
        finding = Finding("This is a folder.", "Name the .json file inside it.")
        raise NotReadError("unreadable_file", finding) from error
    except (OSError, ValueError) as error:
        finding = Finding("This file cannot be opened.", "Check its name and whether you may read it.")
        raise NotReadError("unreadable_file", finding) from error
    if len(raw) > MAX_BYTES:
        finding = Finding("This file is larger than 2 MB.", "An instrument is a few dozen KB of text.")
        raise NotReadError("unreadable_file", finding)
    return raw


def _decoded(raw: bytes) -> str:
    fault = ""
    if not raw.strip():
        finding = Finding("This file is empty.", "Copy the original once more, and edit the copy.")
        raise NotReadError("unreadable_file", finding)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:4]:
        fault = "This file is saved as UTF-16."
    elif raw.startswith(b"\xef\xbb\xbf"):
        fault = "This file begins with an invisible byte order mark."
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = fault or f"This file is not UTF-8 text (line {line})."
    if fault:
        remedy = 'Save it as "UTF-8" (without BOM) and try again.'
        raise NotReadError("unreadable_file", Finding(fault, remedy))
    return text


def _refuse(word: str) -> object:
    raise ValueError(word)


def _duplicates(pairs: list[tuple[str, object]]) -> Iterator[Finding]:
    names = [name for name, _ in pairs]
    own_id = dict(pairs).get("id")
    item = own_id if isinstance(own_id, str) else ""
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            message = f'The field "{name}" is written {names.count(name)} times in one place.'
            yield Finding(message, "Keep the one that is meant.", item=item)


def _deeper_than(value: object, depth: int) -> bool:
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return depth == 0 or any(_deeper_than(child, depth - 1) for child in children)
