"""The scenes, each played once a run, and a county for the tests that need no whole scene."""

from pathlib import Path

import pytest

from tests.attacks.county import ROOT
from tests.attacks.loot import Loot, play
from tests.boxes.builders import County


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """320 youths, three units."""
    return play(tmp_path_factory.mktemp("crowd") / "loot", ROOT, "crowd")


@pytest.fixture(scope="session")
def handful(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """28 youths, whose responses all lie on one page of the database."""
    return play(tmp_path_factory.mktemp("handful") / "loot", ROOT, "handful")


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """A wave ends, and its rows are carried away twice; in between a lot comes late."""
    return play(tmp_path_factory.mktemp("closed") / "loot", ROOT, "closed")


@pytest.fixture
def county(tmp_path: Path) -> County:
    """An empty data folder with a plan."""
    return County(tmp_path)
