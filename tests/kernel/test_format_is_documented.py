"""docs/instrument-format.md names every field, item kind and check that exists."""

import re

import msgspec
import pytest

from kernel.builders import ROOT
from survey_app.instrument import model, reading, shape
from survey_app.instrument.checks import CATALOG_RULES, REASON_RULE, RULES

PAGE = (ROOT / "docs" / "instrument-format.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([EWI]) \|", PAGE, re.MULTILINE))
NAMED = [found for found in vars(model).values() if isinstance(found, type)]
MODELS = [found for found in NAMED if issubclass(found, model.Closed)]


def test_every_check_is_documented_with_its_level() -> None:
    levels = {name: rule.level for name, rule in RULES.items()}
    levels |= {name: level for name, (level, _) in CATALOG_RULES.items()}
    levels |= dict.fromkeys((*reading.RULES, *shape.RULES), "E")
    levels[REASON_RULE] = "W"
    assert levels == ROWS


@pytest.mark.parametrize("kind", [found.__struct_config__.tag for found in model.Item.__args__])
def test_every_item_kind_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE


@pytest.mark.parametrize("found", MODELS, ids=lambda found: found.__name__)
def test_every_field_is_documented(found: type[msgspec.Struct]) -> None:
    names = {field.encode_name for field in msgspec.structs.fields(found)}
    assert names <= set(re.findall(r"`\"?(\$?\w+)", PAGE))
