"""A county that gives out cards, for each test one."""

from pathlib import Path

import pytest

from tests.codes.builders import Bowl, ground_with_codes
from tests.public.builders import Ground
from tests.public.conftest import Visit, visit
from tests.public.visitor import Visitor

__all__ = ["visit"]


@pytest.fixture
def bowl(tmp_path: Path) -> Bowl:
    """Both hosts, no card printed yet."""
    return Bowl(tmp_path)


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """The probation survey's data folder, its wave with codes."""
    return ground_with_codes(tmp_path / "data")


@pytest.fixture
def visitor(ground: Ground, visit: Visit) -> Visitor:
    """A visitor to it."""
    return visit(ground)
