"""No check is only a wish: each was seen to pass and to fail, by a test that breaks something for real."""

from __future__ import annotations

from pathlib import Path

from survey_app.doctor.examination import REGISTRY
from tests.doctor.bad_habits import HABITS
from tests.doctor.broken_folders import FOLDERS
from tests.doctor.test_machine import TROUBLES
from tests.doctor.test_postgres import CHANGES
from tests.doctor.test_running import STARTS

ALONE = {
    "reach": "test_folder.py::test_a_folder_that_cannot_be_looked_into_is_no_silent_pass",
    "owners": "test_folder.py::test_what_belongs_to_somebody_else_is_noticed",
    "certificate": "test_answers.py::test_a_bad_certificate_is_noticed_and_the_rest_looked_at",
    "redirect": "test_answers.py::test_plain_http_that_does_not_lead_to_https_is_noticed",
    "encryption": "test_answers.py::test_an_address_that_is_not_encrypted_is_noticed",
    "identity": "test_answers.py::test_another_survey_at_the_address_is_noticed",
    "marks": "test_answers.py::test_a_log_that_keeps_who_asked_is_noticed",
}
"""Checks with a test of their own. All others are broken by the tables, whose tests want "ok" first."""


def test_every_check_was_seen_to_pass_and_to_find_something() -> None:
    tables = {one.check for table in (FOLDERS, HABITS, TROUBLES, STARTS, CHANGES) for one in table}
    assert tables.isdisjoint(ALONE)
    for place in ALONE.values():
        name, _, test = place.partition("::")
        assert f"def {test}(" in (Path(__file__).parent / name).read_text()
    assert tables | ALONE.keys() == {check.name for check in REGISTRY}


def test_no_two_checks_have_one_name() -> None:
    names = [check.name for check in REGISTRY]
    assert len(names) == len(set(names))
