"""The fixtures that the desk's tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.staff.place import furnish

from .bench import Bench, furnish_desk


@pytest.fixture(scope="session")
def desk_furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a desk that nobody changes."""
    folder = tmp_path_factory.mktemp("desk")
    furnish(folder)
    furnish_desk(folder)
    return folder


@pytest.fixture
def bench(desk_furnished: Path, tmp_path: Path) -> Bench:
    """An installation with a desk of the test's own."""
    return Bench(Path(shutil.copytree(desk_furnished, tmp_path / "data")))
