"""The API in its own words: an OpenAPI 3.1 document. It describes what answers.py says, and nothing else."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": ["number", "null"]}
_REAL: Schema = {"type": "number"}
_YES_NO: Schema = {"type": "boolean"}
_ANY_WAVE = {
    "name": "wave",
    "in": "path",
    "required": True,
    "description": "The wave's id, as /api/waves gives it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z0-9-]+$"},
}


def description(version: str) -> Schema:
    """The document, for GET /api/openapi.json."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Your Voice: results",
            "version": version,
            "description": "Read only. Every number is one of the results pages: groups of fewer than k are "
            "told as such, `value` is null then and `reason` says why.",
        },
        "paths": {
            "/api/waves": {"get": _get("All waves, the newest first", "WaveList")},
            "/api/waves/{wave}": {"get": _get("One wave's topics and activities", "WaveScores", _ANY_WAVE)},
            "/api/waves/{wave}/units": {"get": _get("A wave's units side by side", "UnitScores", _ANY_WAVE)},
        },
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _get(summary: str, schema: str, *parameters: Schema) -> Schema:
    refused = {"description": "No token, or one that opens nothing.", "content": _json("Fault")}
    answers = {"200": {"description": summary, "content": _json(schema)}, "401": refused}
    if parameters:
        answers["404"] = {"description": "There is no such wave.", "content": _json("Fault")}
    return {"summary": summary, "parameters": list(parameters), "responses": answers}


def _json(schema: str) -> Schema:
    return {"application/json": {"schema": _ref(schema)}}


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _object(**fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _schemas() -> dict[str, Schema]:
    shown = _ref("Shown")
    score = {"id": _TEXT, "label": _TEXT, "n": shown, "positive": shown, "mean": shown}
    ends = {"low": _REAL, "high": _REAL, "positive_above": _REAL, "unscorable": shown, "alpha": shown}
    day = {"type": "string", "format": "date"}
    states = ["planned", "open", "closed"]
    reasons = ["few", "nearly_all", "early", "undefined", None]
    return {
        "Fault": _object(error=_TEXT),
        "Shown": _object(text=_TEXT, value=_NUMBER, low=_NUMBER, high=_NUMBER, reason={"enum": reasons}),
        "Wave": _object(id=_TEXT, title=_TEXT, opens=day, closes=day, n=shown, state={"enum": states}),
        "Share": _object(answers=_list(_TEXT), percent=shown),
        "Item": _object(
            id=_TEXT, text=_TEXT, reverse=_YES_NO, n=shown, favourable=shown, shares=_list(_ref("Share"))
        ),
        "Score": _object(**score),
        "Scale": _object(**score, **ends, items=_list(_ref("Item"))),
        "Choice": _object(id=_TEXT, text=_TEXT, several=_YES_NO, n=shown, shares=_list(_ref("Share"))),
        "Number": _object(id=_TEXT, text=_TEXT, n=shown, mean=shown),
        "WaveList": _object(waves=_list(_ref("Wave"))),
        "WaveScores": _object(
            wave=_ref("Wave"),
            k={"type": "integer"},
            topics=_list(_ref("Scale")),
            activities=_list(_ref("Scale")),
            choices=_list(_ref("Choice")),
            numbers=_list(_ref("Number")),
        ),
        "Group": _object(units=_list(_TEXT), topics=_list(_ref("Score"))),
        "UnitScores": _object(
            wave=_ref("Wave"), k={"type": "integer"}, groups=_list(_ref("Group")), why=_TEXT
        ),
    }
