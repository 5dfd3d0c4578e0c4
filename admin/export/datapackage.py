"""datapackage.json: a Data Package with a Table Schema for each CSV file. No response stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from admin.export.drift import DRIFT_HEAD
from admin.export.export import Export
from admin.export.remarks import COMMENTS_HEAD
from admin.export.tables import (
    RELIABILITY_HEAD,
    RELIABILITY_NUMBERS,
    SCORING_NAMES,
    SCORING_NUMBERS,
    codebook_head,
    values_head,
)
from admin.export.variables import Kind, Measure, Variable

_TYPES = {Kind.TEXT: "string", Kind.WHOLE: "integer", Kind.REAL: "number"}
_LEVELS = {Measure.NOMINAL: False, Measure.ORDINAL: True}


def datapackage_json(export: Export) -> Iterator[bytes]:
    """Says of each column its type, label and codes (https://specs.frictionlessdata.io)."""
    snapshot = export.layout.snapshot
    package = {
        "profile": "tabular-data-package",
        "name": f"your-voice-{export.scope.name}",
        "title": f"{snapshot.wording(export.language)('title')}: {export.scope.wave.title}",
        "description": "Answers of young people on probation, without names, times or order. See README.txt.",
        "version": export.origin.version,
        "sources": [{"title": snapshot.instrument.source}],
        "snapshot": snapshot.hash,
        "resources": [_responses(export), *_tables(export)],
    }
    yield json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n"


def _responses(export: Export) -> dict[str, Any]:
    return {
        **_resource("responses", "One line for each response"),
        "schema": {
            "fields": [_field(variable, export.language) for variable in export.variables],
            "missingValues": [""],
        },
    }


def _field(variable: Variable, language: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": variable.name,
        "type": _TYPES[variable.kind],
        "title": variable.label(language),
        "description": variable.note,
    }
    codes: list[str] | list[int] = list(variable.texts) or [value.code for value in variable.values]
    if codes:
        field["constraints"] = {"enum": codes}
    if variable.values:
        field["categories"] = [
            {"value": value.code, "label": next(iter(value.labels.values()), value.option)}
            for value in variable.values
        ]
        field["categoriesOrdered"] = _LEVELS[variable.measure]
    return field


def _tables(export: Export) -> Iterator[dict[str, Any]]:
    languages = export.layout.languages
    texts = dict.fromkeys(codebook_head(languages), "string")
    yield _table("codebook", "Every column and what it means", texts)
    yield _table(
        "values", "Every code and what it stands for", dict.fromkeys(values_head(languages), "string")
    )
    counts = dict.fromkeys(SCORING_NAMES, "string") | dict.fromkeys(SCORING_NUMBERS, "number")
    yield _table("scoring", "What each answer counts in each score", counts)
    yield _table("comments", "What others may read of comments", dict.fromkeys(COMMENTS_HEAD, "string"))
    agreement = dict.fromkeys(RELIABILITY_HEAD, "string") | dict.fromkeys(RELIABILITY_NUMBERS, "number")
    yield _table("reliability", "How well the items of each score hang together", agreement)
    if export.scope.waves:
        yield _table("drift", "What changed between the waves", dict.fromkeys(DRIFT_HEAD, "string"))


def _table(name: str, title: str, types: Mapping[str, str]) -> dict[str, Any]:
    fields = [{"name": column, "type": kind} for column, kind in types.items()]
    return {**_resource(name, title), "schema": {"fields": fields}}


def _resource(name: str, title: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }
