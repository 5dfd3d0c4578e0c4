"""Whatever does not fit the models is told with its place; nothing raises anything else."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.builders import Form, base, changed, snapshot_of, written
from survey_app.ballot import clean
from survey_app.coding import decode, encode
from survey_app.instrument.loading import problems_of

CASES = {
    "an unknown kind": ({"sections.1.items.0.kind": "nummer"}, 'called "nummer". Did you mean "number"?'),
    "no kind": ({"sections.1.items.0.kind": None}, "Write one of: scale_block, single,"),
    "a text for a list": ({"languages": "en"}, '"languages" cannot be "en". Write a list in [ ].'),
    "a number for a text": ({"sections.0.items.1.text": 5}, "Write a text in double quotes or a map"),
    "a wrong date": ({"help_resources.0.verified_on": "31.1.2026"}, "Write a date like 2026-01-31."),
    "a wrong word": ({"sections.0.storage": "seperate"}, 'Did you mean "separate"?'),
    "a wrong format": ({"format": "yourvoice/2"}, 'Did you mean "yourvoice-instrument/1"?'),
    "a truth for a number": ({"constructs.0.score.min_answered": True}, "Write a whole number."),
    "a wrong language wording": ({"title": {"en": 1}}, '"en" cannot be 1. Write a text in double quotes.'),
    "a wrong condition": ({"sections.1.items.2.show_if": {"itm": "visits"}}, 'Did you mean "item"?'),
    "a text for a score": ({"response_sets.agreement.options.2.score": "3"}, "response_set.agreement.3: "),
    "nothing for a list": ({"languages": [None]}, '"languages" cannot be null.'),
    "an item that is a text": ({"sections.1.items.0": "visits"}, "Write an item in { }."),
}


@pytest.mark.parametrize("case", CASES)
def test_a_misfit_is_told_with_a_remedy(case: str, tmp_path: Path) -> None:
    changes, says = CASES[case]
    (found,) = problems_of(written(tmp_path, changed(base(), changes)))
    assert says in str(found)


def test_all_misfits_are_told_at_once(tmp_path: Path) -> None:
    changes = {"idd": "x", "sections.0.items.0.rows.1.txt": "y", "sections.1.items.0.maximum": "z"}
    changes |= {"title": None}
    found = problems_of(written(tmp_path, changed(base(), changes)))
    assert {(p.rule, p.section, p.item) for p in found} == {
        ("unknown_field", "", "idd"),
        ("unknown_field", "First part", "row2"),
        ("wrong_value", "Second part", "visits"),
        ("missing_field", "", "title"),
    }


def paths(value: Any, at: str = "") -> list[str]:
    """Every dotted path into a JSON value."""
    children = dict(enumerate(value)) if isinstance(value, list) else value if isinstance(value, dict) else {}
    return [at, *(path for key, child in children.items() for path in paths(child, f"{at}.{key}"))]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(where=st.sampled_from([path[1:] for path in paths(base()) if path]), value=ANYTHING)
def test_any_value_anywhere_gives_problems_or_an_instrument_that_works(where: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), changed(base(), {where: value}))
        found = problems_of(path)
        assert all(problem.message and problem.remedy for problem in found)
        if not any(problem.level == "E" for problem in found):
            snapshot = snapshot_of(path)
            ballot = clean(snapshot, Form(), "en")
            assert decode(snapshot, encode(snapshot, ballot)) == {}
            assert snapshot.wording("en")("title")
