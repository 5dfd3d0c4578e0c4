"""show_if holds or does not, also for questions that nobody answered."""

from typing import Any

import msgspec
import pytest

from survey_app.instrument.conditions import Answer, holds
from survey_app.instrument.model import Condition

ANSWERS: dict[str, Answer] = {"mood": "good", "places": ("park", "home"), "visits": 3, "words": "Hello"}
TABLE: list[tuple[dict[str, Any], bool]] = [
    ({"item": "mood", "any_of": ["good", "fine"]}, True),
    ({"item": "mood", "any_of": ["bad"]}, False),
    ({"item": "mood", "none_of": ["bad"]}, True),
    ({"item": "mood", "none_of": ["good"]}, False),
    ({"item": "places", "any_of": ["home"]}, True),
    ({"item": "places", "none_of": ["home", "school"]}, False),
    ({"item": "visits", "gte": 3}, True),
    ({"item": "visits", "gte": 4}, False),
    ({"item": "visits", "lte": 3}, True),
    ({"item": "visits", "lte": 2}, False),
    ({"item": "words", "answered": True}, True),
    ({"item": "words", "answered": False}, False),
    ({"item": "skipped", "answered": False}, True),
    ({"item": "skipped", "any_of": ["good"]}, False),
    ({"item": "skipped", "none_of": ["good"]}, True),
    ({"item": "skipped", "lte": 5}, False),
    ({"all": [{"item": "mood", "any_of": ["good"]}, {"item": "visits", "gte": 1}]}, True),
    ({"all": [{"item": "mood", "any_of": ["good"]}, {"item": "visits", "gte": 9}]}, False),
    ({"any": [{"item": "mood", "any_of": ["bad"]}, {"item": "visits", "gte": 1}]}, True),
    ({"any": [{"item": "mood", "any_of": ["bad"]}, {"item": "visits", "gte": 9}]}, False),
]


@pytest.mark.parametrize(("condition", "expected"), TABLE, ids=str)
def test_a_condition_holds_or_not(condition: dict[str, Any], expected: bool) -> None:
    assert holds(msgspec.convert(condition, Condition), ANSWERS) is expected
