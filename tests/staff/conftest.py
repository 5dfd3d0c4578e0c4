"""The fixtures that the staff pages' tests share."""

import shutil
from pathlib import Path

import pytest

from .place import Place, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that nobody changes."""
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def folder(furnished: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(furnished, tmp_path / "data"))


@pytest.fixture
def place(folder: Path) -> Place:
    """An installation with released answers."""
    return Place(folder)
