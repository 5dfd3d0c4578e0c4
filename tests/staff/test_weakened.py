"""Builds with one small-number rule taken out are caught: so it is known that the tests can see.

The changes are made in copies, word by word. One that no longer fits the code is an error, not a silent pass.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HISTORIES = "tests/staff/test_histories.py"
EVERY_NUMBER = "tests/staff/test_every_number.py"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Weakness:
    """In this file `old` becomes `new`, and then this test must fail."""

    name: str
    file: str
    old: str
    new: str
    seen_by: str


WEAKNESSES = (
    Weakness(
        "rule 1: groups below k are shown",
        "admin/scoring/suppression.py",
        "        if n < self.k:\n            return (self.few,) * len(counts)",
        "        if n < 1:\n            return (self.few,) * len(counts)",
        "tests/scoring/test_quality.py",
    ),
    Weakness(
        "rule 2: numbers move with every release",
        "admin/scoring/steps.py",
        "waiting == 0 or waiting >= k",
        "waiting >= 0",
        HISTORIES,
    ),
    Weakness(
        "rule 4: small units stand by themselves",
        "admin/breakdown.py",
        "joined = [unit for unit in units if sizes[unit] < k]",
        "return tuple((unit,) for unit in units)",
        HISTORIES,
    ),
    Weakness(
        "rule 5: nested pairs are not looked at",
        "admin/breakdown.py",
        "if 0 < left < k:",
        "if left < 0:",
        "tests/staff/test_breakdown.py",
    ),
    Weakness(
        "reliability at the pace of the scores",
        "admin/scoring/summary.py",
        "self.pace.settled(scale.id, partial(complete, scale))",
        "self.pace.settled(scale.id, partial(scored, scale))",
        HISTORIES,
    ),
    Weakness(
        "data quality at the pace of the releases",
        "admin/scoring/quality_summary.py",
        "pace.settled(STRAIGHT.id, _enough)",
        "pace.settled(STRAIGHT.id, lambda one: one.n)",
        "tests/scoring/test_quality.py",
    ),
    Weakness(
        "templates may print any number",
        "admin/printing.py",
        "isinstance(value, int | float)",
        "isinstance(value, complex)",
        EVERY_NUMBER,
    ),
    Weakness(
        "a page prints a count by way of the filter for given numbers",
        "admin/templates/topics.html",
        "{{ ranking(report) }}",
        "{{ ranking(report) }} {{ (summary.constructs[0].n.value * 1000 / 3)|plain }}",
        EVERY_NUMBER,
    ),
)


def build(folder: Path, weakness: Weakness | None) -> Path:
    """A copy of the code and its tests, with this weakness."""
    for package in ("survey_app", "admin"):
        shutil.copytree(ROOT / package, folder / package)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("browser", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for shared in ("instruments", "translations"):
        (folder / shared).symlink_to(ROOT / shared)
    if weakness:
        path = folder / weakness.file
        source = path.read_text(encoding="utf-8")
        assert source.count(weakness.old) == 1, f"{weakness.file} no longer says: {weakness.old}"
        path.write_text(source.replace(weakness.old, weakness.new), encoding="utf-8")
    return folder


def failures(folder: Path, *tests: str) -> str:
    """What pytest says of these tests in a build; "" where all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    environment = os.environ | {"PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "unshrunk"}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return (
        ended.stdout if ended.returncode == 1 else "" if ended.returncode == 0 else f"broken: {ended.stderr}"
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("weakness", WEAKNESSES, ids=lambda weakness: weakness.name)
def test_a_build_without_a_rule_is_caught(tmp_path: Path, weakness: Weakness) -> None:
    said = failures(build(tmp_path, weakness), weakness.seen_by)
    assert " failed" in said
    assert "broken" not in said


@pytest.mark.timeout(600)
def test_the_same_tests_pass_on_a_copy_of_the_real_build(tmp_path: Path) -> None:
    """Otherwise a copy that cannot run at all would look like a caught one."""
    assert failures(build(tmp_path, None), *{weakness.seen_by for weakness in WEAKNESSES}) == ""
