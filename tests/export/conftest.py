"""The fixtures that the tests of exports share."""

from pathlib import Path

import pytest

from .builders import export, furnish, unpack


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that nobody changes but by exporting."""
    folder = tmp_path_factory.mktemp("county")
    furnish(folder)
    return folder


@pytest.fixture(scope="session")
def bundle(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked bundle of the wave "spring"."""
    return unpack(export(county, tmp_path_factory.mktemp("out") / "spring.zip"))
