"""docs/threat-model.md names a test for each promise and each limit, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.attacks import attacks, exports, requests
from tests.attacks.weak import WEAKNESSES

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "docs" / "threat-model.md"
PROMISES = [f"P{number}" for number in range(1, 18)]
NAMED = re.compile(r"`(?!survey_app|admin)([\w/]+\.py)(?:::(\w+))?`")


@cache
def text() -> str:
    return MODEL.read_text()


def rows(promise: str) -> list[str]:
    """The lines of the table of promises that begin with this one."""
    return re.findall(rf"^\| {promise} \|.*$", text(), re.MULTILINE)


@cache
def found_in(path: str) -> frozenset[str]:
    """The tests in this file of tests/."""
    source = (ROOT / "tests" / path).read_text()
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_has_a_test_that_the_threat_model_names(promise: str) -> None:
    (row,) = rows(promise)
    assert NAMED.search(row)


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(text())
    assert len(named) > 40
    for path, test in named:
        assert (ROOT / "tests" / path).is_file(), path
        assert test in found_in(path) or not test, f"{path}::{test}"


def test_every_limit_that_is_measured_is_told() -> None:
    for test in found_in("attacks/test_limits.py"):
        assert f"`attacks/test_limits.py::{test}`" in text()


def test_every_attack_and_every_weakened_build_is_told() -> None:
    told = " ".join(text().split())
    every = (*attacks.ATTACKS, attacks.live_pages, *exports.ATTACKS, *requests.ATTACKS)
    assert [one.__name__ for one in every if f"`{one.__name__}`" not in told] == []
    assert [weak.name for weak in WEAKNESSES if weak.name not in told] == []
    for weak in WEAKNESSES:
        (line,) = [line for line in text().splitlines() if line.startswith(f"| {weak.name} |")]
        assert re.findall(r"`(\w+)`", line) == [attack.__name__ for attack in weak.seen_by]


def test_every_module_that_is_named_exists() -> None:
    modules = re.findall(r"`((?:survey_app|admin)/[\w/]+\.(?:py|js))`", text())
    assert len(modules) > 10
    assert [path for path in modules if not (ROOT / path).is_file()] == []
