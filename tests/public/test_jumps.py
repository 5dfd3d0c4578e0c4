"""The public side while its clock jumps, its random numbers fail, or its keys turn into something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from survey_app.settings import read_settings
from survey_app.wsgi import create_app
from tests.public.builders import CLOSES, OPENS, TODAY, Ground
from tests.public.intake_rows import ballots, letters
from tests.public.visitor import Visitor

FORM = {"b": "north", "l": "en", "a1": "3", "a25": "NEEDLE"}
NOTE = {"b": "north", "l": "en", "c1": "NEEDLE"}
CENTURIES = timedelta(days=40_000)


class Days:
    """A calendar that is turned by hand."""

    today = TODAY

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def turned(ground: Ground, days: Days) -> Visitor:
    settings = read_settings({"YOURVOICE_DATA": str(ground.data)})
    return Visitor(create_app(settings, today=days))


def test_the_survey_closes_and_opens_as_the_day_says_and_keeps_what_it_has(
    turned: Visitor, ground: Ground, days: Days
) -> None:
    stored = 0
    for day, status in (
        (OPENS, 303),
        (OPENS - timedelta(days=1), 410),
        (CLOSES, 303),
        (CLOSES + timedelta(days=1), 410),
        (TODAY - CENTURIES, 410),
        (TODAY + CENTURIES, 410),
        (TODAY, 303),
    ):
        days.today = day
        answer = turned.send("/send", FORM)
        assert answer.status_code == status, day
        stored += status == 303
        assert len(ballots(ground)) == stored
        assert turned.open("/help").status_code == 200
        if status != 303:
            assert "NEEDLE" not in answer.text
            assert 'href="tel:988"' in answer.text


def test_a_letter_is_taken_only_on_a_day_that_has_a_key(turned: Visitor, ground: Ground, days: Days) -> None:
    for day, status in ((TODAY + CENTURIES, 410), (TODAY - CENTURIES, 410), (TODAY, 303)):
        days.today = day
        assert turned.send("/contact", NOTE).status_code == status
    assert len(letters(ground)) == 1


def send_from_afar(visitor: Visitor) -> TestResponse:
    """As from the network: then the pace is kept too, which draws a key and dice."""
    return visitor.open("/send", method="POST", data=FORM, environ_base={"REMOTE_ADDR": "203.0.113.9"})


def test_without_random_numbers_nothing_is_taken_in_and_it_is_said(
    visitor: Visitor, ground: Ground, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def silent(_: int) -> bytes:
        raise OSError("NEEDLE")

    with monkeypatch.context() as patch:
        patch.setattr("random._urandom", silent)
        patch.setattr(os, "urandom", silent)
        for answer in (send_from_afar(visitor), visitor.send("/send", FORM), visitor.send("/contact", NOTE)):
            assert answer.status_code == 503
            assert "Nothing was kept." in answer.text
            assert "NEEDLE" not in answer.text
    assert ballots(ground) == []
    assert letters(ground) == []
    assert "NEEDLE" not in "".join(capfd.readouterr())
    assert send_from_afar(visitor).status_code == 303


def a_folder(path: Path) -> None:
    path.mkdir()


def a_private_file(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def another_kind(path: Path) -> None:
    path.write_bytes((path.parent.parent / "site.json").read_bytes())


@pytest.mark.parametrize("become", [a_folder, a_private_file, nothing, a_loop, another_kind])
def test_keys_that_turn_into_something_else_close_the_survey_until_they_are_back(
    visitor: Visitor, ground: Ground, become: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    path = ground.data / "public" / "keys.json"
    whole, kept = path.read_bytes(), path.with_name("kept")
    assert visitor.open("/").status_code == 203
    path.rename(kept)
    become(path)
    for answer in (visitor.open("/"), visitor.send("/send", FORM)):
        assert answer.status_code == 503
        assert "This survey is closed" in answer.text
    assert "it was not sent, and nothing was kept" in visitor.send("/contact", NOTE).text
    assert (ballots(ground), letters(ground)) == ([], [])
    if path.is_dir():
        path.rmdir()
    kept.replace(path)
    assert path.read_bytes() == whole
    assert visitor.send("/send", FORM).status_code == 303
    assert capfd.readouterr() == ("", "")
