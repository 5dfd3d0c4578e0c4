"""A county for the tests that need no whole scene."""

from pathlib import Path

import pytest

from tests.boxes.builders import County


@pytest.fixture
def county(tmp_path: Path) -> County:
    """An empty data folder with a plan."""
    return County(tmp_path)
