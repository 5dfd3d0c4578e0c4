"""A whole survey in a real browser through the proxies of docs/proxy, over HTTP/2: nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.public.builders import Ground, make_ground
from tests.public.intake_rows import ballots
from tests.public.proxied import PROXIES, open_for_nobody
from tests.public.served import serve

from .browsers import BARE_CHROMIUM, CHROMIUM
from .certificate import SURVEY, Certificate
from .test_back_button import left_behind
from .window import Window
from .youth import NEEDLE, Youth

PROTOCOL = "performance.getEntriesByType('navigation')[0].nextHopProtocol"


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))


@pytest.fixture
def address(
    request: pytest.FixtureRequest, ground: Ground, certificate: Certificate, tmp_path: Path
) -> Iterator[str]:
    """The survey's address behind the proxy of this name."""
    folder = tmp_path / "proxy"
    folder.mkdir()
    open_for_nobody(folder)
    program = str(request.getfixturevalue(f"{request.param}_path"))
    with (
        serve(ground.data, "--hosts", SURVEY, "--tls", "--behind-proxy") as served,
        PROXIES[request.param](program, folder, served.port, pem=certificate.pem) as proxied,
    ):
        yield f"https://{SURVEY}:{proxied.port}/en/s/north"
        for path, written in proxied.written():
            assert NEEDLE.encode() not in written, path


@pytest.mark.parametrize("address", PROXIES, indirect=True)
@pytest.mark.parametrize("window", [CHROMIUM, BARE_CHROMIUM], ids=str, indirect=True)
def test_a_survey_goes_through_and_back_shows_nothing(window: Window, address: str, ground: Ground) -> None:
    youth = Youth(window)
    youth.begin(address)
    assert window.ask(PROTOCOL) == "h2"
    youth.answer_all()
    youth.send()
    assert len(ballots(ground)) == 1
    assert list(left_behind(window)) == []
