"""`yourvoice-admin accounts` and `audit`, as an operator types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from admin.audit import Audit
from admin.commands import main
from survey_app.roles import Role

from .place import PASSPHRASE, Place

NEW = "copper lantern waltz 9"


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """A file with a new passphrase."""
    path = tmp_path / "typed"
    path.write_text(f"{NEW}\nsecond line\n")
    return path


def accounts(folder: Path, *words: str) -> int:
    """The command on this folder."""
    return main(["accounts", *words, "--data", str(folder)])


def test_an_account_is_made_listed_renewed_and_disabled(
    place: Place, folder: Path, typed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = ["--passphrase-file", str(typed)]
    assert accounts(folder, "add", "maria.lopez", "--role", "evaluator", *file) == 0
    assert place.browser().sign_in("maria.lopez", NEW).status_code == 303
    typed.write_text(PASSPHRASE)
    assert accounts(folder, "passphrase", "maria.lopez", *file) == 0
    assert place.browser().sign_in("maria.lopez", NEW).status_code == 403
    assert accounts(folder, "disable", "maria.lopez") == 0
    assert place.browser().sign_in("maria.lopez").status_code == 403
    capsys.readouterr()
    assert accounts(folder, "list") == 0
    listed = capsys.readouterr().out
    assert listed.splitlines()[0].split()[:3] == ["maria.lopez", "evaluator", "disabled;"]
    assert NEW not in listed + PASSPHRASE
    events = [json.loads(line)["event"] for line in place.settings.trail.read_text().splitlines()]
    assert [event for event in events if event[:7] in ("account", "passphr")] == [
        "account_added",
        "passphrase_accepted",
        "passphrase_renewed",
        "account_disabled",
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "the.supervisor", "--role", "operator"], "already"),
        (["add", "Maria", "--role", "operator"], "cannot be a name"),
        (["passphrase", "nobody"], "no account nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    folder: Path, typed: Path, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accounts(folder, *words, "--passphrase-file", str(typed)) == 1
    assert why in capsys.readouterr().err


def test_the_countys_name_makes_a_weak_passphrase(
    folder: Path, typed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed.write_text("mandarin county 2031")
    assert accounts(folder, "add", "jo", "--role", "operator", "--passphrase-file", str(typed)) == 1
    assert "easy to guess" in capsys.readouterr().err


def test_the_trail_is_verified_against_a_head_that_was_kept(
    place: Place, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.browser(Role.OPERATOR)
    anchor = str(Audit(place.settings.trail).head())
    place.browser(Role.OPERATOR)
    check = ["audit", "verify", "--data", str(folder)]
    assert main([*check, "--anchor", anchor]) == 0
    assert "The trail is whole: 2 lines" in capsys.readouterr().out
    lines = place.settings.trail.read_text().splitlines(keepends=True)
    place.settings.trail.write_text("".join(lines[1:]))
    assert main(check) == 1
    place.settings.trail.write_text("")
    assert main(check) == 0
    assert main([*check, "--anchor", anchor]) == 1
    place.settings.trail.unlink()
    capsys.readouterr()
    assert main(check) == 1
    assert capsys.readouterr().err == "There is no audit trail yet; it begins with the first account.\n"


def test_a_question_that_nobody_answers_ends_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for silence in (EOFError, KeyboardInterrupt):
        monkeypatch.setattr("getpass.getpass", lambda _, silence=silence: (_ for _ in ()).throw(silence))
        assert accounts(folder, "add", "jo", "--role", "operator") == 1
        assert "a question was not answered" in capsys.readouterr().err


def test_a_host_without_the_staff_libraries_says_what_to_install(folder: Path) -> None:
    without = "import sys; sys.modules['scipy'] = None; "
    code = f"{without}from admin.commands import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "scipy is missing here: the staff host installs requirements/staff.txt.\n"
