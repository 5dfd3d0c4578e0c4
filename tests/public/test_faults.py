"""When something breaks: a kind page, nothing kept, and not a word of what was written anywhere."""

import random
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from survey_app.instrument.snapshot import SnapshotError
from survey_app.sealing import SealingError
from survey_app.settings import read_settings
from survey_app.site import SiteError
from survey_app.wsgi import create_app
from tests.public.builders import TODAY, Ground, make_key, publish
from tests.public.conftest import Visit
from tests.public.intake_rows import ballots, letters
from tests.public.visitor import Visitor

FORM = {"b": "north", "l": "en", "a1": "3", "a25": "NEEDLE"}
PAST = date(2023, 4, 1), date(2023, 4, 30)


def test_a_locked_intake_is_a_kind_503_and_spills_nothing(
    visitor: Visitor, ground: Ground, capfd: pytest.CaptureFixture[str]
) -> None:
    visitor.send("/send", FORM)
    with closing(sqlite3.connect(ground.data / "public" / "intake.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        response = visitor.send("/send", FORM)
    assert response.status_code == 503
    assert "Nothing was kept." in response.text
    assert "NEEDLE" not in response.text + "".join(capfd.readouterr())
    assert len(ballots(ground)) == 1


def test_a_spoilt_intake_is_a_kind_503(
    visitor: Visitor, ground: Ground, capfd: pytest.CaptureFixture[str]
) -> None:
    (ground.data / "public" / "intake.db").write_bytes(b"no database" * 1000)
    assert visitor.send("/send", FORM).status_code == 503
    assert "NEEDLE" not in "".join(capfd.readouterr())


def test_a_fault_in_the_code_is_a_kind_503_told_by_its_kind_only(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def no_random_bytes(_: int) -> bytes:
        raise NotImplementedError("NEEDLE")

    monkeypatch.setattr(random, "_urandom", no_random_bytes)
    for response in (visitor.open("/"), visitor.send("/send", FORM)):
        assert response.status_code == 503
        assert "NEEDLE" not in response.text
    out, err = capfd.readouterr()
    assert (out, err) == ("", "error: NotImplementedError\n" * 2)


@pytest.mark.parametrize("spoil", ["missing", "cut", "flipped", "expired", "no contact key", "no JSON"])
def test_without_valid_keys_no_server_starts_and_a_running_one_closes(
    visitor: Visitor, ground: Ground, spoil: str
) -> None:
    spoil_keys(ground, spoil)
    settings = read_settings({"YOURVOICE_DATA": str(ground.data)})
    with pytest.raises(SealingError):
        create_app(settings, today=lambda: TODAY)
    if spoil != "no contact key":
        for response in (visitor.open("/"), visitor.send("/send", FORM)):
            assert response.status_code == 503
            assert "This survey is closed" in response.text
            assert 'href="tel:988"' in response.text
        assert ballots(ground) == []
    response = visitor.send("/contact", {"b": "north", "l": "en", "c1": "NEEDLE"})
    assert response.status_code == 410
    assert "If you just wrote a note: it was not sent, and nothing was kept." in response.text
    assert 'href="tel:988"' in response.text
    assert letters(ground) == []


def test_new_keys_are_taken_up_without_a_restart(visitor: Visitor, ground: Ground) -> None:
    spoil_keys(ground, "expired")
    assert visitor.open("/").status_code == 503
    ground.openers.update({purpose: make_key(purpose) for purpose in ground.openers})
    publish(ground.data, *ground.openers.values())
    assert visitor.answer({"a1": "2"}).status_code == 303
    assert len(ballots(ground)) == 1


def spoil_keys(ground: Ground, how: str) -> None:
    path = ground.data / "public" / "keys.json"
    text = path.read_bytes()
    if how in ("expired", "no contact key"):
        answers, contact = make_key("answers", *PAST), make_key("contact", *PAST)
        publish(
            ground.data, *([answers, contact] if how == "expired" else [ground.openers["answers"], contact])
        )
        return
    path.unlink()
    spoilt = {
        "cut": text[:500],
        "flipped": text.replace(b"2023-05-01", b"2023-05-02"),
        "no JSON": b"\xff\x00",
    }
    if how in spoilt:
        path.write_bytes(spoilt[how])


@pytest.mark.parametrize("how", ["missing", "changed"])
def test_a_snapshot_that_is_not_what_it_was_stops_the_start(ground: Ground, how: str) -> None:
    path = next((ground.data / "snapshots").glob("*.json"))
    text = path.read_text()
    path.unlink()
    if how == "changed":
        path.write_text(text.replace("Strongly agree", "Strongly disagree"))
    with pytest.raises(SnapshotError):
        create_app(read_settings({"YOURVOICE_DATA": str(ground.data)}), today=lambda: TODAY)


def test_a_site_that_would_show_too_few_stops_the_start(ground: Ground) -> None:
    plan = ground.data / "site.json"
    plan.write_text(plan.read_text().replace("{", '{"k": 2,', 1))
    with pytest.raises(SiteError, match="k is 2"):
        create_app(read_settings({"YOURVOICE_DATA": str(ground.data)}), today=lambda: TODAY)


@pytest.mark.parametrize("spoilt", [b"", b"\xde\x12\x04\x95" + b"\xff" * 40, b"no catalog at all", None])
def test_a_broken_or_missing_catalog_reads_as_english(
    ground: Ground, tmp_path: Path, spoilt: bytes | None
) -> None:
    folder = tmp_path / "translations" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    if spoilt is not None:
        (folder / "messages.mo").write_bytes(spoilt)
    settings = read_settings(
        {"YOURVOICE_DATA": str(ground.data), "YOURVOICE_TRANSLATIONS": str(tmp_path / "translations")}
    )
    response = create_app(settings, today=lambda: TODAY).test_client().get("/es/s/north")
    assert response.status_code == 203
    assert '<span lang="en" dir="ltr">Start</span>' in response.text


def test_all_visits_work_again_after_a_fault(visit: Visit, ground: Ground) -> None:
    visitor = visit(ground)
    with closing(sqlite3.connect(ground.data / "public" / "intake.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert visitor.send("/send", FORM).status_code == 503
    assert visitor.send("/send", FORM).status_code == 303
    assert len(ballots(ground)) == 1
