"""The checked-in JSON Schema is the one that the models give, and the instruments are valid by it."""

import json
from pathlib import Path

import jsonschema
import pytest

from kernel.builders import HERE, NEIGHBOURHOOD, ROOT, SHIPPED, base, changed
from survey_app.instrument.schema import json_schema, schema_text

CHECKED_IN = ROOT / "instruments" / "instrument.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_checked_in_schema_is_up_to_date() -> None:
    assert CHECKED_IN.read_text("utf-8") == schema_text()


def test_the_schema_is_a_valid_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", [SHIPPED, NEIGHBOURHOOD, HERE / "base.json"], ids=lambda path: path.stem)
def test_our_instruments_are_valid(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(json.loads(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "changes",
    [{"extra": 1}, {"version": None}, {"sections.0.items.0.kind": "grid"}, {"sections.0.items.0.id": "A-1"}],
    ids=str,
)
def test_what_the_loader_refuses_an_editor_underlines(changes: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(changed(base(), changes))
