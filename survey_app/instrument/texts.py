"""Every wording of an instrument under its key, and its translations with their review state.

It never shows a blank: what is not translated is simply absent here, and the snapshot falls back.
"""

from __future__ import annotations

import csv
import gettext
import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.instrument.model import Instrument, Item, Number, ScaleBlock, Section, Text

STATES = ("missing", "stale", "machine", "draft", "reviewed", "tested", "source")
"""How far a translation is to be trusted, the weakest first."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True)
class Catalog:
    """One language's wordings by key, the weakest of their review states, and what is wrong with the file."""

    texts: Mapping[str, str] = field(default_factory=dict)
    status: str = "missing"
    fault: str = ""


class _Absent(gettext.NullTranslations):
    """Says "" where gettext would silently hand back the English original."""

    def pgettext(self, context: str, message: str) -> str:
        return ""


def direction(language: str) -> str:
    """"rtl" or "ltr", as an HTML `dir` attribute wants it."""
    return "rtl" if language.partition("_")[0] in RIGHT_TO_LEFT else "ltr"


def sha8(text: str) -> str:
    """The first eight hex digits of a wording's sha256; review.csv names wordings by it."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def in_language(text: Text, language: str, source_language: str) -> str:
    """The wording in exactly this language, or ""."""
    if isinstance(text, str):
        return text if language == source_language else ""
    return text.get(language, "")


def strings(instrument: Instrument) -> dict[str, Text]:
    """Every wording that a youth or a reader of results may meet, by key, in printed order; no empty ones."""
    return {key: text for key, text in _all_strings(instrument) if text}


def proper_names(instrument: Instrument) -> frozenset[str]:
    """The keys of placeholders that may stand untranslated in any language."""
    return frozenset(f"placeholder.{p.name}" for p in instrument.placeholders if p.kind == "name")


def translations(instrument: Instrument, folder: Path) -> dict[str, Catalog]:
    """A catalog per language of the instrument but its own: inline maps first, then
    folder/<language>/LC_MESSAGES/<instrument id>.mo. Never raises; a broken file is named in `fault`."""
    others = [language for language in instrument.languages if language != instrument.source_language]
    return {language: _catalog(instrument, language, folder / language) for language in others}


def _all_strings(instrument: Instrument) -> Iterator[tuple[str, Text]]:
    yield "title", instrument.title
    for placeholder in instrument.placeholders:
        yield f"placeholder.{placeholder.name}", placeholder.default
    yield "intro.title", instrument.intro.title
    for paragraph in instrument.intro.paragraphs:
        yield f"intro.{paragraph.id}.lead", paragraph.lead
        yield f"intro.{paragraph.id}.text", paragraph.text
    for set_id, response_set in instrument.response_sets.items():
        for option in response_set.options:
            yield f"response_set.{set_id}.{option.value}", option.text
    for section in instrument.sections:
        yield from _section_strings(section)
    yield "safeguarding.comment", instrument.safeguarding.comment
    yield "safeguarding.note", instrument.safeguarding.note
    yield from _reader_strings(instrument)


def _reader_strings(instrument: Instrument) -> Iterator[tuple[str, Text]]:
    for resource in instrument.help_resources:
        yield f"help.{resource.id}.name", resource.name
        yield f"help.{resource.id}.hours", resource.hours
    for construct in instrument.constructs:
        yield f"construct.{construct.id}.label", construct.label
        yield f"construct.{construct.id}.definition", construct.definition
    for activity in instrument.logic_model.activities:
        yield f"activity.{activity.id}.label", activity.label
        yield f"activity.{activity.id}.definition", activity.definition


def _section_strings(section: Section) -> Iterator[tuple[str, Text]]:
    yield f"section.{section.id}.title", section.title
    yield f"section.{section.id}.intro", section.intro
    for item in section.items:
        yield from _item_strings(item)


def _item_strings(item: Item) -> Iterator[tuple[str, Text]]:
    yield f"{item.id}.text", item.text
    yield f"{item.id}.help", item.help
    yield f"{item.id}.paper", item.paper
    if isinstance(item, Number):
        yield f"{item.id}.unit", item.unit
    if isinstance(item, ScaleBlock):
        yield f"{item.id}.stem", item.stem
        for row in item.rows:
            yield f"{row.id}.text", row.text


def _catalog(instrument: Instrument, language: str, folder: Path) -> Catalog:
    source_language = instrument.source_language
    compiled, fault = _read_mo(folder / "LC_MESSAGES" / f"{instrument.id}.mo")
    reviews = _read_reviews(folder / "review.csv")
    texts: dict[str, str] = {}
    states = []
    names = proper_names(instrument)
    for key, text in strings(instrument).items():
        source = in_language(text, source_language, source_language)
        inline = in_language(text, language, source_language)
        target = inline or compiled.pgettext(key, source)
        if target:
            texts[key] = target
        if target or key not in names:
            states.append(_state(source, target, bool(inline), reviews.get(f"{instrument.id}:{key}")))
    complete_inline = all(isinstance(text, dict) for text in strings(instrument).values())
    return Catalog(texts, min(states, key=STATES.index), "" if complete_inline else fault)


def _state(source: str, target: str, inline: bool, review: Mapping[str, str] | None) -> str:
    """The review state of one string: a review counts only for the two wordings that it saw."""
    if not target:
        return "missing"
    if review is None:
        return "draft" if inline else "machine"
    if review["source_sha8"] != sha8(source):
        return "stale"
    status = review["status"] if review["status"] in STATES else "machine"
    changed = review["target_sha8"] != sha8(target)
    return min(status, "draft", key=STATES.index) if changed else status


def _read_mo(path: Path) -> tuple[gettext.NullTranslations, str]:
    try:
        with path.open("rb") as file:
            compiled = gettext.GNUTranslations(file)
    except FileNotFoundError:
        if path.with_suffix(".po").exists():
            return _Absent(), "is missing; `make check` compiles it from the .po file beside it"
        return _Absent(), "is missing, and no .po file is beside it; `make texts` begins one to translate"
    except (OSError, ValueError, struct.error, IndexError, KeyError):
        return _Absent(), "cannot be read; delete it, and `make check` compiles it again"
    compiled.add_fallback(_Absent())
    return compiled, ""


def _read_reviews(path: Path) -> dict[str, dict[str, str]]:
    columns = ("key", "source_sha8", "target_sha8", "status")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return {}
    return {row["key"]: row for row in rows if all(row.get(column) for column in columns)}
