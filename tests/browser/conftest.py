"""One certificate, one public server and one browser of each kind for all the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from .browsers import Browsers
from .certificate import Certificate, make_certificate
from .elsewhere import elsewhere
from .folder import lay_out
from .office import furnish_for_today
from .served import Served, public_server, staff_server
from .window import Window


@pytest.fixture(scope="package")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The throw-away certificate of this run."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="package")
def weather(certificate: Certificate) -> Iterator[str]:
    """The address of the neutral site."""
    with elsewhere(certificate.pem) as address:
        yield address


@pytest.fixture(scope="package")
def served(
    certificate: Certificate, weather: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The real public server on a real data folder, behind TLS."""
    folder = lay_out(tmp_path_factory.mktemp("place") / "data", weather)
    with public_server(folder, certificate.pem) as started:
        yield started


@pytest.fixture(scope="package")
def office(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real staff server on released answers, behind TLS."""
    data = tmp_path_factory.mktemp("office")
    furnish_for_today(data)
    with staff_server(data, certificate.pem) as address:
        yield address


@pytest.fixture(scope="package")
def browsers(
    request: pytest.FixtureRequest, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browsers]:
    """Every browser, started when it is first needed."""
    with ExitStack() as closing:

        @cache
        def playwright() -> Playwright:
            return closing.enter_context(sync_playwright())

        def program(name: str) -> str:
            return str(request.getfixturevalue(f"{name}_path"))

        yield Browsers(playwright, program, certificate.spki, tmp_path_factory.mktemp("profiles"), closing)


@pytest.fixture
def window(request: pytest.FixtureRequest, browsers: Browsers) -> Iterator[Window]:
    """A window of the kind that the test is parametrised with."""
    opened = browsers.window(request.param)
    yield opened
    opened.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
