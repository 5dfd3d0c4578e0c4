"""show_if as CSS: a follow-up question appears without a script just when its condition holds."""

import pytest

from survey_app.ballot import field_names
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import Condition
from survey_app.instrument.snapshot import freeze
from survey_app.showing import selector
from tests.public.builders import NEIGHBOURHOOD

SNAPSHOT = freeze(load_instrument(NEIGHBOURHOOD), {})
NAMES = field_names(SNAPSHOT)
OUT = f'[name="{NAMES["goes_out"]}"]'
YES = f':has({OUT}:is([value="yes"]):checked)'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(item="goes_out", any_of=("yes",)), YES),
        (Condition(item="goes_out", none_of=("yes",)), f":not({YES})"),
        (Condition(item="goes_out", answered=True), f':has({OUT}:is([value="yes"],[value="no"]):checked)'),
        (
            Condition(item="goes_out", answered=False),
            f':not(:has({OUT}:is([value="yes"],[value="no"]):checked))',
        ),
        (Condition(item="wish", answered=True), f':has([name="{NAMES["wish"]}"]:not(:placeholder-shown))'),
    ],
)
def test_a_test_of_one_answer(condition: Condition, expected: str) -> None:
    assert selector(SNAPSHOT, NAMES, condition).startswith(expected)


def test_all_is_every_selector_at_once_and_any_is_one_of_them() -> None:
    yes, no = (Condition(item="goes_out", any_of=(value,)) for value in ("yes", "no"))
    both = [selector(SNAPSHOT, NAMES, part) for part in (yes, no)]
    assert selector(SNAPSHOT, NAMES, Condition(all=(yes, no))) == "".join(both)
    assert selector(SNAPSHOT, NAMES, Condition(any=(yes, no))) == f":is({','.join(both)})"


def test_a_number_from_a_list_is_compared_value_by_value() -> None:
    found = selector(SNAPSHOT, NAMES, Condition(item="hours_out", gte=79))
    assert f'[name="{NAMES["hours_out"]}"] :is([value="79"],[value="80"]):checked' in found


def test_a_question_that_is_hidden_itself_counts_as_skipped() -> None:
    assert YES in selector(SNAPSHOT, NAMES, Condition(item="hours_out", answered=True))
    assert selector(SNAPSHOT, NAMES, Condition(item="hours_out", answered=False)).startswith(":not(:has(")
