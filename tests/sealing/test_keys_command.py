"""`yourvoice-admin keys`, from an empty folder to a published bundle."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin.commands import main
from survey_app.sealing import read_bundle
from tests.sealing.builders import PASSPHRASE

TODAY = datetime.now(UTC).date()
WINDOW = ["--from", str(TODAY), "--until", str(TODAY + timedelta(days=90))]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YOURVOICE_DATA", str(tmp_path))
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    return tmp_path


def keys(*arguments: str) -> int:
    return main(["keys", *arguments])


def holder(data: Path, name: str, purpose: str = "both") -> int:
    file = str(data / "passphrase")
    return keys("holder", name, "--for", purpose, "--memory", "1", "--passphrase-file", file)


def test_a_ring_is_made_shown_published_and_an_epoch_destroyed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = data / "public" / "keys.json"
    assert holder(data, "ana") == 0
    assert keys("recovery") == 0
    assert keys("epoch", "answers", "spring", *WINDOW) == 0
    assert keys("epoch", "contact", "2026-02", *WINDOW) == 0
    assert holder(data, "bo") == 0
    assert keys("share", "bo", "--holder", "ana", "--passphrase-file", str(data / "passphrase")) == 0
    assert keys("bundle", "--out", str(bundle)) == 0
    assert keys("list") == 0
    said = capsys.readouterr().out
    assert read_bundle(bundle).fingerprint in said
    assert bundle.parent.stat().st_mode & 0o777 == 0o700
    assert "answers spring" in said
    assert "opened by ana, bo, recovery" in said
    assert keys("check", "--bundle", str(bundle)) == 0
    assert keys("shred", "answers", "spring", "--yes") == 0
    assert keys("check", "--bundle", str(bundle)) == 1
    assert "keys.json is not this ring's" in capsys.readouterr().err


def test_the_paper_key_brings_a_new_holder_in(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holder(data, "ana")
    capsys.readouterr()
    keys("recovery")
    paper = capsys.readouterr().out.split("\n\n")[1]
    keys("epoch", "answers", "spring", *WINDOW)
    holder(data, "bo")
    (data / "paper").write_text(paper)
    assert keys("share", "bo", "--paper", "--passphrase-file", str(data / "paper")) == 0
    assert "bo can now open 1 epochs" in capsys.readouterr().out


def test_what_is_refused_is_one_sentence_and_status_1(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys("epoch", "answers", "spring", *WINDOW) == 1
    assert capsys.readouterr().err == "There is no paper key yet. Print one: yourvoice-admin keys recovery.\n"


def test_a_day_that_is_none_is_said_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        keys("epoch", "answers", "spring", "--from", "11/22/2026", "--until", str(TODAY))
    assert '"11/22/2026" is not a day; write it like 2027-03-01' in capsys.readouterr().err


def test_no_empty_bundle_is_published(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys("bundle", "--out", str(data / "keys.json")) == 1
    assert capsys.readouterr().err == "There is no epoch yet. Make one: yourvoice-admin keys epoch.\n"
    assert not (data / "keys.json").exists()


def test_a_passphrase_that_notepad_saved_is_read(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "passphrase").write_text(PASSPHRASE, "utf-8-sig")
    assert holder(data, "ana") == 0
    assert keys("recovery") == keys("epoch", "answers", "spring", *WINDOW) == holder(data, "bo") == 0
    (data / "passphrase").write_text(PASSPHRASE, "utf-8")
    assert keys("share", "bo", "--holder", "ana", "--passphrase-file", str(data / "passphrase")) == 0
    (data / "passphrase").write_text(PASSPHRASE, "utf-16")
    capsys.readouterr()
    assert holder(data, "cy") == 1
    assert capsys.readouterr().err == 'passphrase is no plain text. Save it as "UTF-8".\n'
    assert keys("holder", "cy", "--for", "both", "--passphrase-file", str(data / "none")) == 1
    assert capsys.readouterr().err == f"{data / 'none'} cannot be used: No such file or directory.\n"


def test_nothing_is_destroyed_without_being_asked_for(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder(data, "ana")
    keys("recovery")
    keys("epoch", "answers", "spring", *WINDOW)
    for typed, status in (("no", 1), ("answers spring", 0)):
        monkeypatch.setattr("builtins.input", lambda _, typed=typed: typed)
        assert keys("shred", "answers", "spring") == status


def test_a_passphrase_typed_twice_differently_makes_no_holder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSPHRASE, PASSPHRASE + "x"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert keys("holder", "ana", "--for", "both", "--memory", "1") == 1
    assert list((data / "staff" / "keys").rglob("*.json")) == []


def test_who_is_for_answers_opens_no_note_and_a_ring_is_told_who_is_for_what(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys("recovery")
    assert holder(data, "unattended", "answers") == 0
    assert keys("epoch", "answers", "spring", *WINDOW) == 0
    capsys.readouterr()
    assert keys("epoch", "contact", "2026-02", *WINDOW) == 1
    assert capsys.readouterr().err == (
        "There is no key holder for contact yet. Make one: yourvoice-admin keys holder NAME --for contact.\n"
    )
    assert holder(data, "ana", "contact") == keys("epoch", "contact", "2026-02", *WINDOW) == keys("list") == 0
    said = capsys.readouterr().out
    assert "Key holder ana, for contact\nKey holder unattended, for answers\n" in said
    assert "2026-02" in said
    assert ", opened by ana, recovery\n" in said
    assert ", opened by recovery, unattended\n" in said
    mine = ("--holder", "ana", "--passphrase-file", str(data / "passphrase"))
    assert keys("share", "unattended", *mine) == 1
    assert capsys.readouterr().err == (
        "unattended is a key holder for answers: nothing that you can open is for unattended.\n"
    )


def test_nobody_becomes_a_holder_without_a_word_on_what_for(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for asked in ((), ("--for", "everything")):
        with pytest.raises(SystemExit, match="2"):
            keys("holder", "ana", *asked, "--passphrase-file", str(data / "passphrase"))
        assert "--for" in capsys.readouterr().err
    assert list((data / "staff" / "keys").rglob("*.json")) == []


def test_a_holder_is_limited_and_told_of_the_copies(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys("recovery")
    holder(data, "ana")
    holder(data, "bo")
    keys("epoch", "contact", "2026-02", *WINDOW)
    capsys.readouterr()
    assert keys("limit", "bo", "--for", "answers") == 0
    assert capsys.readouterr().out == (
        "bo is a key holder for answers and opens 1 epochs less. "
        "A copy of the key ring from before still opens them: destroy it.\n"
    )
    assert keys("limit", "ana", "--for", "answers") == 1
    assert "Nobody else opens contact 2026-02" in capsys.readouterr().err
