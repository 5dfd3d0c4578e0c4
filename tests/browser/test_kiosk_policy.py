"""The policy file of docs/shared-tablet: real Chromium knows every name, takes every value, keeps nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.conftest import miss

from .browsers import Browsers
from .certificate import SURVEY
from .kiosk import HOME
from .policies import BLINDFOLDS, CONFIGURED, governed, rows
from .served import Served
from .traces import files_with
from .youth import NEEDLE, WORDS

POLICY = Path(__file__).parents[2] / "docs" / "shared-tablet" / "chromium-policy.json"
EXAMPLE = "survey.example.org"
OLDER = ("AutofillAddressEnabled", "AutofillCreditCardEnabled")  # read as ever, and called deprecated
ALLOWED = ["chrome://policy", "about:blank"]


def policy(host: str = EXAMPLE) -> dict[str, Any]:
    """The file, for this host."""
    read: dict[str, Any] = json.loads(POLICY.read_text().replace(EXAMPLE, host))
    return read | {"URLAllowlist": read["URLAllowlist"] + ALLOWED}


@pytest.fixture
def mounts() -> None:
    """Whether a folder can be mounted for one process."""
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if tried.returncode or not CONFIGURED.is_dir():
        miss("A Chromium of Debian's that a policy can be mounted for", "YOURVOICE_REQUIRE_BROWSERS")


@contextmanager
def tablet(browsers: Browsers, folder: Path, found: dict[str, Any]) -> Iterator[Page]:
    """A page of a Chromium under the policy."""
    program = browsers.program("chromium")
    with governed(browsers.playwright(), program, folder, found, browsers.spki) as page:
        yield page


def test_chromium_knows_every_name_and_takes_every_value(
    browsers: Browsers, mounts: None, tmp_path: Path
) -> None:
    with tablet(browsers, tmp_path, policy()) as page:
        told = rows(page)
    assert set(policy()) <= set(told)
    wrong = [
        told[name]
        for name in policy()
        if name not in BLINDFOLDS and " OK " not in told[name] and name not in OLDER
    ]
    assert wrong == []
    for name in OLDER:
        assert " Deprecated " in told[name] or " OK " in told[name]


def test_a_wrong_name_and_a_wrong_value_would_be_noticed(
    browsers: Browsers, mounts: None, tmp_path: Path
) -> None:
    spoilt = policy() | {"SavingHistoryDisabled": True, "TranslateEnabled": "no"}
    with tablet(browsers, tmp_path, spoilt) as page:
        told = rows(page)
    assert "Unknown policy" in told["SavingHistoryDisabled"]
    assert " OK " not in told["TranslateEnabled"]


@pytest.mark.parametrize("kept", [False, True], ids=["under the policy", "without it"])
def test_under_it_the_profile_keeps_not_even_the_visit(
    browsers: Browsers, mounts: None, served: Served, weather: str, tmp_path: Path, kept: bool
) -> None:
    found = {} if kept else policy(f"{SURVEY}:{served.front.port}")
    with tablet(browsers, tmp_path, found) as page:
        page.goto(f"{served.url}{HOME}")
        page.click(".start p .btn")
        page.click("#s1 nav:last-child a")
        page.click("#s2 nav a.btn:not(.back)")
        page.check("#s3 [value=other]")
        page.fill("#s3 .oth input", WORDS)
        page.click("header form button")
        page.wait_for_selector(".start")
        if kept:
            page.goto(weather)
        else:
            with pytest.raises(Error, match="ERR_BLOCKED_BY_ADMINISTRATOR"):
                page.goto(weather)
    profile = tmp_path / "profile"
    assert files_with(NEEDLE, profile) == []
    assert bool(files_with(f"{SURVEY}:{served.front.port}/", profile)) == kept
