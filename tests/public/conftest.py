"""A public application over a fresh data folder, and a visitor who checks every page that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.intake import Writer, open_intake
from survey_app.settings import read_settings
from survey_app.wsgi import create_app
from tests.public.builders import TODAY, TRANSLATIONS, Ground, make_ground
from tests.public.visitor import Visitor

Visit = Callable[[Ground], Visitor]


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """The probation survey's data folder."""
    return make_ground(tmp_path / "data")


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Opens the application on a data folder, on the day that the test's wave is open."""
    writers: list[Writer] = []

    def _visit(ground: Ground) -> Visitor:
        settings = read_settings(
            {"YOURVOICE_DATA": str(ground.data), "YOURVOICE_TRANSLATIONS": str(TRANSLATIONS)}
        )
        writers.append(open_intake(settings.intake))
        return Visitor(create_app(settings, writers[-1], today=lambda: TODAY))

    yield _visit
    for writer in writers:
        writer.close()


@pytest.fixture
def visitor(ground: Ground, visit: Visit) -> Visitor:
    """A visitor to the probation survey."""
    return visit(ground)
