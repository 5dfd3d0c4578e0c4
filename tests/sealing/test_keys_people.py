"""`yourvoice-admin keys`: what concerns people, paper and months; and that each act stands in the trail."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import tables
from admin.accounts import Accounts
from admin.audit import verify
from admin.commands import main
from admin.keyfiles import RECOVERY, KeyFolder
from admin.passphrases import Cost
from admin.unsealing import unlock
from survey_app.roles import Role
from survey_app.sealing import read_bundle
from tests.sealing.builders import PASSPHRASE

NEW = "velvet kitten mosaic harbor"
MONTH = f"{datetime.now(UTC):%Y-%m}"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a paper key and two holders for contact."""
    monkeypatch.setenv("YOURVOICE_DATA", str(tmp_path))
    (tmp_path / "old").write_text(f"{PASSPHRASE}\n")
    (tmp_path / "new").write_text(f"{NEW}\n")
    assert keys("recovery", "--sheet", str(tmp_path / "paper.html")) == 0
    assert holder(tmp_path, "ana") == holder(tmp_path, "bo") == 0
    return tmp_path


def keys(*arguments: str) -> int:
    return main(["keys", *arguments])


def holder(data: Path, name: str, purpose: str = "contact") -> int:
    return keys("holder", name, "--for", purpose, "--memory", "1", "--passphrase-file", str(data / "old"))


def paper_of(data: Path) -> str:
    """The paper key as it stands on the sheet."""
    return " ".join(re.findall(r"<code>([A-Z2-7]{4})</code>", (data / "paper.html").read_text()))


def trail(data: Path) -> list[tuple[str, str]]:
    """Each event of the trail with what it was about."""
    path = data / "staff" / "audit.jsonl"
    assert verify(path).lines
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert all(line["actor"].startswith("console:") for line in lines)
    return [(line["event"], " ".join(line["about"].values())) for line in lines]


def test_the_sheet_has_every_group_with_its_number_and_can_be_typed_back(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = (data / "paper.html").read_text()
    assert (data / "paper.html").stat().st_mode & 0o777 == 0o600
    assert re.findall(r"<li><span>(\d+)</span>", sheet) == [str(number) for number in range(1, 15)]
    assert "script" not in sheet
    assert "http" not in sheet.replace("http-equiv", "")
    keys("months", "--from", MONTH, "--count", "2")
    (data / "typed").write_text(paper_of(data).lower())
    capsys.readouterr()
    assert keys("recovery", "--test", "--paper-file", str(data / "typed")) == 0
    said = capsys.readouterr()
    assert said.out == "This is this ring's paper key; it opens all 2 epochs. Lock it away again.\n"
    assert paper_of(data)[:4].lower() not in (data / "staff" / "audit.jsonl").read_text().lower()


def test_the_paper_key_is_asked_for_group_by_group(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    groups = paper_of(data).split()

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return groups[len(asked) - 1]

    monkeypatch.setattr("getpass.getpass", typed)
    assert keys("recovery", "--test") == 0
    assert (asked[0], asked[-1], len(asked)) == ("Group 1 of 14: ", "Group 14 of 14: ", 14)
    monkeypatch.setattr("getpass.getpass", lambda _: paper_of(data))
    assert keys("recovery", "--test") == 0
    typing = iter(["", groups[0], " ", "", *groups[1:]])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typing))
    assert keys("recovery", "--test") == 0
    wrong = [*groups[:4], "AAAA", *groups[5:]]
    monkeypatch.setattr("getpass.getpass", lambda _: " ".join(wrong))
    capsys.readouterr()
    assert keys("recovery", "--test") == 1
    assert "There is a slip in the paper key" in capsys.readouterr().err
    assert trail(data)[-2:] == [("unsealing", "paper"), ("unsealing_refused", "paper")]


def test_no_sheet_is_written_over_a_file_or_where_there_is_a_paper_key(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (data / "paper.html").read_bytes()
    assert keys("recovery", "--sheet", str(data / "paper.html")) == 1
    assert (data / "paper.html").read_bytes() == before
    assert keys("recovery", "--sheet", str(data / "second.html")) == 1
    assert "There is a paper key already" in capsys.readouterr().err
    assert not (data / "second.html").exists()


def test_no_key_is_lost_where_the_sheet_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOURVOICE_DATA", str(tmp_path))
    assert keys("recovery", "--sheet", str(tmp_path / "nowhere" / "paper.html")) == 1
    assert not (tmp_path / "staff" / "keys" / "recovery.json").exists()
    assert keys("recovery", "--sheet", str(tmp_path / "paper.html")) == 0


def test_the_sheet_brings_a_new_holder_in_when_all_others_are_lost(data: Path) -> None:
    keys("months", "--from", MONTH)
    assert holder(data, "cy") == 0
    (data / "typed").write_text(paper_of(data))
    assert keys("share", "cy", "--paper", "--passphrase-file", str(data / "typed")) == 0
    assert trail(data)[-2:] == [("unsealing", "paper"), ("keys_shared", "paper cy")]
    assert all("cy" in epoch.sealed_to for epoch in KeyFolder(data / "staff" / "keys").epochs())


def test_a_year_of_months_is_made_carried_over_once_and_never_twice(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys("months", "--from", MONTH, "--count", "12") == 0
    assert keys("bundle", "--out", str(data / "keys.json")) == 0
    assert len(read_bundle(data / "keys.json").keys) == 12
    before = (data / "keys.json").read_bytes()
    assert keys("months", "--from", MONTH, "--count", "12") == 0
    assert "Nothing was made." in capsys.readouterr().out
    assert keys("bundle", "--out", str(data / "keys.json")) == 0
    assert (data / "keys.json").read_bytes() == before
    assert [event for event, _ in trail(data)].count("epochs_made") == 1
    assert keys("months", "--from", "2020-01") == 1
    with pytest.raises(SystemExit, match="2"):
        keys("months", "--from", "03/2027")
    assert '"03/2027" is not a month; write it like 2027-03' in capsys.readouterr().err


def test_a_shredded_month_makes_no_published_bundle_wrong(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The public host keeps one bundle for a year while months end here."""
    ring = ["--bundle", str(data / "keys.json")]
    keys("holder", "sam", "--for", "answers", "--memory", "1", "--passphrase-file", str(data / "old"))
    keys("epoch", "contact", "past", "--from", "2020-01-01", "--until", "2020-01-31")
    keys("months", "--from", MONTH, "--count", "3")
    keys("bundle", "--out", str(data / "keys.json"))
    capsys.readouterr()
    assert keys("shred", "contact", "past", "--yes") == 0
    keys("check", *ring)
    assert "keys.json" not in capsys.readouterr().err
    keys("list")
    assert read_bundle(data / "keys.json").fingerprint in capsys.readouterr().out
    keys("months", "--from", MONTH, "--again", "--count", "1")
    keys("check", *ring)
    assert f"keys.json is not this ring's: publish it again.\nIt lacks contact {MONTH}-2." in (
        capsys.readouterr().err
    )


def test_a_passphrase_is_changed_and_older_copies_are_named(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--memory", "1", "--passphrase-file", str(data / "old")]
    assert keys("passphrase", "ana", *files, "--new-passphrase-file", str(data / "old")) == 1
    assert "The new passphrase is the old one" in capsys.readouterr().err
    assert keys("passphrase", "ana", *files, "--new-passphrase-file", str(data / "new")) == 0
    assert "A copy of the key ring from before still opens with the old one" in capsys.readouterr().out
    assert unlock(KeyFolder(data / "staff" / "keys"), "ana", NEW)
    assert keys("passphrase", "ana", *files, "--new-passphrase-file", str(data / "new")) == 1
    assert trail(data)[-2:] == [("key_passphrase_changing", "ana"), ("unsealing_refused", "ana")]


def test_a_holder_is_revoked_on_record_and_what_to_do_next_is_said(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys("months", "--from", MONTH, "--count", "2")
    assert keys("revoke", "bo") == 0
    said = capsys.readouterr().out
    assert "bo is no key holder any more, and 2 epochs here can no longer be opened by bo." in said
    assert "A copy of the key ring from before still opens" in said
    assert "keys months --from YYYY-MM --count 12 --again" in said
    assert trail(data)[-1] == ("key_holder_revoked", "bo")
    assert keys("revoke", "ana") == 1
    assert "Nobody else opens contact" in capsys.readouterr().err
    assert trail(data)[-1] == ("key_holder_revoked", "bo")
    assert {name for epoch in KeyFolder(data / "staff" / "keys").epochs() for name in epoch.sealed_to} == {
        "ana",
        RECOVERY,
    }


@pytest.mark.parametrize(
    ("role", "purpose", "status"),
    [
        (Role.SUPERVISOR, "both", 0),
        (Role.EVALUATOR, "answers", 0),
        (Role.EVALUATOR, "contact", 1),
        (Role.EVALUATOR, "both", 1),
        (Role.OPERATOR, "answers", 1),
        (Role.OPERATOR, "contact", 1),
    ],
)
def test_nobody_becomes_holder_of_what_their_account_must_not_see(
    data: Path, role: Role, purpose: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts = Accounts(tables.open_store(data / "staff" / "accounts.db"), cost=Cost(64, 1, 1))
    accounts.add("kit", role, "violet kettle drums on Tuesday")
    accounts.add("ana", Role.OPERATOR, "violet kettle drums on Tuesday")
    assert holder(data, "kit", purpose) == status
    said = capsys.readouterr().err
    assert (f"kit signs in as {role.value}; a key holder of that name may open" in said) == bool(status)
    keys("check")
    assert "ana signs in as operator and is a key holder for contact: nobody shall hold both." in (
        capsys.readouterr().err
    )


def test_each_act_stands_in_the_trail_and_no_secret_does(data: Path) -> None:
    keys("epoch", "contact", "long", "--from", "2020-01-01", "--until", "2020-01-31")
    keys("limit", "bo", "--for", "contact")
    keys("share", "bo", "--holder", "ana", "--passphrase-file", str(data / "new"))
    keys("bundle", "--out", str(data / "keys.json"))
    keys("shred", "contact", "long", "--yes")
    fingerprint = read_bundle(data / "keys.json").fingerprint
    assert trail(data) == [
        ("paper_key_made", ""),
        ("key_holder_added", "ana contact"),
        ("key_holder_added", "bo contact"),
        ("epochs_made", "contact long"),
        ("key_holder_limited", "bo contact"),
        ("unsealing", "ana"),
        ("unsealing_refused", "ana"),
        ("keys_published", fingerprint),
        ("key_shredding", "contact long"),
    ]
    written = (data / "staff" / "audit.jsonl").read_text()
    assert not [word for word in (PASSPHRASE, NEW, *paper_of(data).split()) if word in written]


def test_nothing_is_done_that_cannot_be_put_on_record(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys("epoch", "contact", "long", "--from", "2020-01-01", "--until", "2020-01-31")
    with (data / "staff" / "audit.jsonl").open("a") as file:
        file.write("{}\n")
    before = {path: path.read_bytes() for path in (data / "staff" / "keys").rglob("*.json")}
    mine = ("--holder", "ana", "--passphrase-file", str(data / "old"))
    capsys.readouterr()
    for act in (("revoke", "bo"), ("shred", "contact", "long", "--yes"), ("share", "bo", *mine)):
        assert keys(*act) == 1
        assert "The trail's last line is not whole" in capsys.readouterr().err
    assert holder(data, "cy") == 1
    assert {path: path.read_bytes() for path in (data / "staff" / "keys").rglob("*.json")} == before
