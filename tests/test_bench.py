"""The bench compares like with like: the floor asks everything, and a missed target is told."""

import re
from html import unescape
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from admin.snapshot_cli import TRANSLATIONS, frozen
from bench.floor import floor_page, floor_server
from bench.load import Tally
from bench.report import Line, table
from survey_app.instrument.snapshot import Snapshot

INSTRUMENT = Path(__file__).parents[1] / "instruments" / "youth_probation_services.json"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return frozen(INSTRUMENT, TRANSLATIONS)


def test_the_floor_asks_every_question_with_every_choice(snapshot: Snapshot) -> None:
    page = unescape(floor_page(snapshot))
    wording = snapshot.wording("en")
    for question in snapshot.items():
        assert f"<legend>{wording(f'{question.id}.text')}</legend>" in page
    choices = sum(len(question.options) for question in snapshot.items())
    assert len(re.findall(r"<input type=(?:radio|checkbox) ", page)) == choices
    assert page.count("<textarea") == 1


def test_the_floor_answers_as_a_survey_does(snapshot: Snapshot) -> None:
    with floor_server(floor_page(snapshot)) as url, urlopen(Request(f"{url}submit", b"q1=1")) as answer:
        assert answer.url.endswith("/thanks")


@pytest.mark.parametrize(
    ("line", "met"),
    [
        (Line("time", "ms", 130, 1.3, 100, times_floor=True), True),
        (Line("time", "ms", 131, 1.3, 100, times_floor=True), False),
        (Line("surveys a second", "", 400, 400, 100, at_least=True), True),
        (Line("surveys a second", "", 399, 400, 100, at_least=True), False),
        (Line("requests", "", 4, 4), True),
        (Line("requests", "", 5, 4), False),
        (Line("surveys a second", "", 400, 400, at_least=True), True),
        (Line("surveys a second", "", 399, 400, at_least=True), False),
        (Line("bytes of the floor", "bytes", 10**9), True),
    ],
)
def test_a_target_is_met_at_its_limit_and_missed_beyond(line: Line, met: bool) -> None:
    assert line.met is met
    assert ("MISSED" in table([line])) is not met


def test_the_percentile_is_taken_of_all_answers() -> None:
    tally = Tally(posts=[float(number) for number in range(1, 101)])
    assert tally.post_percentile(0.99) == 100
    assert tally.post_percentile(0.5) == 51
