"""`yourvoice-admin import` and `release`: what they do, and what they never tell."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from admin.commands import main
from admin.keyfiles import KeyRingError
from admin.releasing import read_credential
from tests.boxes.builders import County
from tests.boxes.sql import looking
from tests.sealing.builders import CHEAP, PASSPHRASE


@pytest.fixture
def credential(county: County, monkeypatch: pytest.MonkeyPatch) -> str:
    """The holder's passphrase in a file."""
    assert county.ring
    monkeypatch.setenv("YOURVOICE_DATA", str(county.data))
    path = county.data / "staff" / "credential"
    path.touch(0o600)
    path.write_text(f"{PASSPHRASE}\n")
    return str(path)


def test_from_the_outbox_to_the_ledger(
    county: County, credential: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county.fill({"north-1": county.ballots(4), "east-1": county.ballots(2)})
    county.hand_over()
    assert main(["import"]) == 0
    assert main(["release", "--credential", credential]) == 0
    assert main(["release", "--check"]) == 0
    assert capsys.readouterr().out == (
        "Taken in: 1 boxes, 0 letters.\n"
        "Released: 4 responses of north in spring.\n"
        "This was release 1.\n"
        "The ledger fits the released responses.\n"
    )


def test_an_outbox_elsewhere_is_imported_too(county: County, credential: str, tmp_path: Path) -> None:
    county.fill({"north-1": county.ballots(3)})
    county.hand_over()
    pulled = county.outbox.rename(tmp_path / "pulled")
    assert main(["import", "--outbox", str(pulled)]) == 0
    assert main(["release", "--credential", credential, "--holder", "ana"]) == 0
    assert county.released.tallies("spring").n == 3


def test_fewer_than_k_are_not_told_of(
    county: County, credential: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["release", "--credential", credential])
    nothing = capsys.readouterr()
    county.fill({"north-1": county.ballots(2)})
    county.hand_over()
    main(["import"])
    capsys.readouterr()
    main(["release", "--credential", credential])
    assert capsys.readouterr() == nothing


def test_a_holder_for_answers_only_releases_and_needs_no_name(county: County, credential: str) -> None:
    """A host that nobody attends has no key of a note, and one for notes beside it confuses nobody."""
    county.ring.add_holder("bo", "velvet kitten mosaic harbor", CHEAP, ("contact",))
    county.ring.share(county.opener, "bo")
    county.ring.limit("ana", ("answers",))
    county.fill({"north-1": county.ballots(3)})
    county.hand_over()
    assert main(["import"]) == main(["release", "--credential", credential]) == 0
    assert county.released.tallies("spring").n == 3


def test_a_holder_for_notes_releases_nothing(
    county: County, credential: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county.ring.add_holder("bo", "velvet kitten mosaic harbor", CHEAP, ("contact",))
    Path(credential).write_text("velvet kitten mosaic harbor\n")
    assert main(["release", "--credential", credential, "--holder", "bo"]) == 1
    assert capsys.readouterr().err.startswith(
        "bo is a key holder for contact only. This needs one for answers"
    )


def wrong_passphrase(_: County, credential: Path) -> None:
    credential.write_text("another passphrase that is wrong\n")


def second_holder(county: County, _: Path) -> None:
    county.ring.add_holder("bo", "velvet kitten mosaic harbor", CHEAP)


def small_k(county: County, _: Path) -> None:
    county.plan(msgspec.structs.replace(county.site, k=2))


def changed_snapshot(county: County, _: Path) -> None:
    next((county.data / "snapshots").iterdir()).write_text("x")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (wrong_passphrase, "The passphrase is not the right one"),
        (second_holder, "Say which key holder you are"),
        (small_k, "site.json: k is 2"),
        (changed_snapshot, "was changed since it was frozen"),
        (lambda _, credential: credential.chmod(0o640), "Others can read credential"),
        (lambda _, credential: credential.unlink(), "No such file"),
    ],
)
def test_what_is_refused_is_one_sentence_and_status_1(
    county: County,
    credential: str,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[County, Path], None],
    words: str,
) -> None:
    spoil(county, Path(credential))
    assert main(["release", "--credential", credential]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_tampered_ledger_is_status_1(
    county: County, credential: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county.pass_on({"north-1": county.ballots(3)})
    county.release()
    with looking(county.data / "staff" / "released.db") as connection:
        connection.execute("DELETE FROM responses WHERE id = (SELECT min(id) FROM responses)")
        connection.commit()
    assert main(["release", "--check"]) == 1
    assert "Line 1 of the ledger does not fit" in capsys.readouterr().err


def test_a_broken_database_is_told_by_its_kind(
    county: County, credential: str, capsys: pytest.CaptureFixture[str]
) -> None:
    county.pass_on({"north-1": county.ballots(3)})
    (county.data / "staff" / "released.db").write_bytes(b"NEEDLE" * 1000)
    assert main(["release", "--credential", credential]) == 1
    assert capsys.readouterr().err == "The database of released responses failed: DatabaseError.\n"


def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "credential"
    path.write_text("secret words\nmore\n")
    path.chmod(0o600)
    assert read_credential(path) == "secret words"
    path.chmod(0o604)
    with pytest.raises(KeyRingError, match="chmod 600"):
        read_credential(path)
