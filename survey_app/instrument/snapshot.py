"""A frozen instrument: base, placeholders and translations in one canonical JSON file named by its sha256.

What a ballot names is never changed here; there is no way to edit a snapshot.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from survey_app.files import write_durably
from survey_app.instrument.model import (
    Closed,
    Contact,
    Info,
    Instrument,
    Item,
    Multi,
    Option,
    ResponseSet,
    Row,
    ScaleBlock,
    Section,
    Single,
    Storage,
    Text,
)
from survey_app.instrument.texts import Catalog, direction, in_language, strings

MAX_BYTES = 8 * 2**20
PLACEHOLDER = re.compile(r"\{([a-z](?:_?[a-z0-9])+)\}")


class SnapshotError(Exception):
    """A snapshot file is missing, changed or from another programme; the text says which and what to do."""


class Frozen(Closed, frozen=True, kw_only=True):
    """What stands in the snapshot file. `texts` is final wording: language -> key -> text."""

    format: Literal["yourvoice-snapshot/1"] = "yourvoice-snapshot/1"
    instrument: Instrument
    placeholders: dict[str, Text]
    texts: dict[str, dict[str, str]]
    status: dict[str, str]


@dataclass(frozen=True)
class Said:
    """A wording as shown, with the language and direction that its element must carry. Empty is false."""

    text: str
    language: str
    direction: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class Question:
    """One thing that a youth answers: an item, or one row of a scale block. `number` is the printed one."""

    id: str
    number: int
    kind: str
    section: str
    item: Item
    row: Row | None
    response_set: ResponseSet | None

    @property
    def options(self) -> tuple[Option, ...]:
        """The answer choices in order; none for text, number and what is written."""
        return self.response_set.options if self.response_set else ()


class Wording:
    """The snapshot's texts for one page language; falls back to the source language key by key."""

    def __init__(self, frozen: Frozen, language: str) -> None:
        source = frozen.instrument.source_language
        self.language = language
        self.direction = direction(language)
        self._nothing = Said("", language, self.direction)
        self._said = {
            key: Said(text, spoken, direction(spoken))
            for spoken in (source, language)
            for key, text in frozen.texts.get(spoken, {}).items()
        }

    def __call__(self, key: str) -> Said:
        """The wording under `key` (see texts.py), or an empty one that is false."""
        return self._said.get(key, self._nothing)


@dataclass(frozen=True)
class Snapshot:
    """A frozen instrument, its bytes and their sha256."""

    frozen: Frozen
    raw: bytes
    hash: str

    @property
    def instrument(self) -> Instrument:
        return self.frozen.instrument

    @property
    def languages(self) -> tuple[str, ...]:
        return self.instrument.languages

    @property
    def status(self) -> Mapping[str, str]:
        """language -> "source" or the weakest review state of its strings (texts.STATES)."""
        return self.frozen.status

    def to_bytes(self) -> bytes:
        """Canonical JSON: keys sorted, no spaces, UTF-8."""
        return self.raw

    def wording(self, language: str) -> Wording:
        """The texts for a page in `language`; a language that is not offered reads as the source language."""
        known = language if language in self.languages else self.instrument.source_language
        if known not in self._wordings:
            self._wordings[known] = Wording(self.frozen, known)
        return self._wordings[known]

    def sections(self, storage: Storage = "response") -> tuple[Section, ...]:
        """The enabled sections with this storage, in order."""
        return tuple(s for s in self.instrument.sections if s.enabled and s.storage == storage)

    def items(self, storage: Storage = "response") -> tuple[Question, ...]:
        """Every answerable question of this storage, in printed order; numbers run on through both."""
        return self._questions[storage]

    @cached_property
    def _wordings(self) -> dict[str, Wording]:
        return {}

    @cached_property
    def _questions(self) -> dict[str, tuple[Question, ...]]:
        found: dict[str, list[Question]] = {"response": [], "separate": []}
        number = 0
        for section in self.instrument.sections:
            for item in section.items if section.enabled else ():
                for row in _rows(item):
                    number += 1
                    found[section.storage].append(self._question(number, section.id, item, row))
        return {storage: tuple(questions) for storage, questions in found.items()}

    def _question(self, number: int, section: str, item: Item, row: Row | None) -> Question:
        response_set = None
        if isinstance(item, ScaleBlock | Single | Multi) or (isinstance(item, Contact) and item.response_set):
            response_set = self.instrument.response_sets[item.response_set]
        return Question(row.id if row else item.id, number, item.kind, section, item, row, response_set)


def freeze(
    instrument: Instrument, catalogs: Mapping[str, Catalog], placeholders: Mapping[str, Text] | None = None
) -> Snapshot:
    """Fix an instrument, its translations and a jurisdiction's placeholder values for good.

    The instrument must be a checked one (loading.load_instrument). A text whose phrase placeholder has no
    wording in that language is left out, so that the whole sentence falls back instead of mixing languages.
    """
    values = _filled(instrument, placeholders or {})
    texts: dict[str, dict[str, str]] = {}
    status: dict[str, str] = {}
    for language in instrument.languages:
        catalog = catalogs.get(language, Catalog())
        texts[language] = _final_texts(instrument, language, catalog, values)
        status[language] = catalog.status
        if len(texts[language]) < len(strings(instrument)):
            status[language] = "missing"
    status[instrument.source_language] = "source"
    frozen = Frozen(instrument=instrument, placeholders=values, texts=texts, status=status)
    raw = msgspec.json.encode(frozen, order="sorted")
    return Snapshot(frozen, raw, hashlib.sha256(raw).hexdigest())


def load_snapshot(path: Path) -> Snapshot:
    """Read a snapshot; raises SnapshotError unless its bytes hash to the file's name."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SnapshotError(f"The snapshot {path.name} cannot be read: {error.strerror}.") from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != path.stem:
        raise SnapshotError(f"The snapshot {path.name} was changed since it was frozen; restore it.")
    try:
        frozen = msgspec.json.decode(raw, type=Frozen)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SnapshotError(f"The snapshot {path.name} is from another version: {error}.") from error
    return Snapshot(frozen, raw, digest)


def save(snapshot: Snapshot, folder: Path) -> Path:
    """Write folder/<sha256>.json so that a crash leaves the whole file or none; no-op if it is there."""
    path = folder / f"{snapshot.hash}.json"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(path, snapshot.raw)
    path.chmod(0o644)  # Both sides read it, as different users; nothing in it is secret.
    return path


def _filled(instrument: Instrument, given: Mapping[str, Text]) -> dict[str, Text]:
    values = {placeholder.name: placeholder.default for placeholder in instrument.placeholders}
    source = instrument.source_language
    for name, value in given.items():
        if name not in values:
            raise SnapshotError(f'There is no placeholder "{name}"; known are: {", ".join(values)}.')
        if not in_language(value, source, source):
            raise SnapshotError(f'The placeholder "{name}" has no wording in "{source}"; write one.')
        values[name] = value
    return values


def _rows(item: Item) -> tuple[Row | None, ...]:
    if isinstance(item, ScaleBlock):
        return item.rows
    return () if isinstance(item, Info) else (None,)


def _final_texts(
    instrument: Instrument, language: str, catalog: Catalog, values: Mapping[str, Text]
) -> dict[str, str]:
    source = instrument.source_language
    names = {p.name for p in instrument.placeholders if p.kind == "name"}
    defaults = {p.name: p.default for p in instrument.placeholders}
    spoken: dict[str, str] = {}
    for name, value in values.items():
        translated = catalog.texts.get(f"placeholder.{name}", "") if value == defaults.get(name) else ""
        as_name = in_language(value, source, source) if name in names else ""
        spoken[name] = in_language(value, language, source) or translated or as_name
    texts = {}
    for key, text in strings(instrument).items():
        worded = in_language(text, language, source) or catalog.texts.get(key, "")
        if worded and all(spoken.get(name) for name in PLACEHOLDER.findall(worded)):
            texts[key] = PLACEHOLDER.sub(lambda match: spoken[match[1]], worded)
    return texts
