"""Whoever follows docs/operating.md has a county whose both sides start."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from admin.commands import main
from admin.settings import read_settings as read_staff_settings
from admin.wsgi import create_app as create_staff_app
from survey_app.commands import main as public_main
from survey_app.instrument.snapshot import load_snapshot
from survey_app.settings import read_settings
from survey_app.wsgi import create_app

ROOT = Path(__file__).parents[2]
INSTRUMENT = str(ROOT / "instruments" / "youth_probation_services.json")
GUIDE = (ROOT / "docs" / "operating.md").read_text()


def freeze(data: Path, *filled_in: str) -> int:
    return main(["snapshot", INSTRUMENT, "--data", str(data), *(f"--set={pair}" for pair in filled_in)])


def test_the_guide_leads_to_two_sides_that_start_and_to_a_doctor_who_is_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, today = ["--data", str(tmp_path)], datetime.now().astimezone().date().isoformat()
    secret = tmp_path / "secret"
    secret.write_text("quilt orchid lantern fjord\n")
    assert freeze(tmp_path, "recipient=Ana Ruiz, a supervisor", "recipient.es=Ana Ruiz, supervisora") == 0
    snapshot = capsys.readouterr().out.split()[-1]
    example = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)[0]
    site = json.loads(example.replace("0" * 64, snapshot))
    site["waves"][0] |= {"opens": today, "closes": today}
    (tmp_path / "site.json").write_text(json.dumps(site))
    for command in (
        ["keys", "holder", "ana.ruiz", "--for", "contact", "--memory", "8", "--passphrase-file", str(secret)],
        ["keys", "holder", "sam.cole", "--for", "answers", "--memory", "8", "--passphrase-file", str(secret)],
        ["keys", "recovery"],
        ["keys", "epoch", "answers", "spring-2027", "--from", today, "--until", today],
        ["keys", "epoch", "contact", "2027-03", "--from", today, "--until", today],
        ["keys", "bundle", "--out", str(tmp_path / "public" / "keys.json")],
        ["accounts", "add", "ana.ruiz", "--role", "supervisor", "--passphrase-file", str(secret)],
    ):
        assert main([*command, *data]) == 0, capsys.readouterr().err
    public = create_app(read_settings({"YOURVOICE_DATA": str(tmp_path)})).test_client()
    assert b"Ana Ruiz, a supervisor" in public.get("/en/s/northside-spring").data
    assert b"Ana Ruiz, supervisora" in public.get("/es/s/northside-spring").data
    staff = create_staff_app(read_staff_settings({"YOURVOICE_DATA": str(tmp_path)})).test_client()
    assert b"Sign in" in staff.get("/", follow_redirects=True).data
    monkeypatch.setenv("YOURVOICE_PORT", "1")  # nothing of this test's is served
    assert public_main(["handover", *data]) == 0
    assert public_main(["doctor", *data]) == 0, capsys.readouterr().out


def test_the_hash_that_is_printed_names_the_snapshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert freeze(tmp_path) == 0
    printed = capsys.readouterr().out.split()[-1]
    assert load_snapshot(tmp_path / "snapshots" / f"{printed}.json").hash == printed


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("recipints=X", 'no placeholder "recipints", only: '),
        ("recipient.xx=X", 'no language "xx", only: en, es'),
        ("recipient=", 'The wording "placeholder.recipient" is empty'),
        ("recipient.es=Ana", 'The wording "placeholder.recipient" is empty'),
        ("recipient=<b>Ana</b>", 'placeholder.recipient: The text holds HTML: "<b>".'),
        ("recipient=[name]", 'The bracket "[name]" was left in the text.'),
        ("recipient=the {agency}", 'A placeholder cannot hold "{agency}".'),
    ],
)
def test_words_that_no_page_can_show_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: str, sentence: str
) -> None:
    assert freeze(tmp_path, pair) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "snapshots").exists()


def test_a_broken_instrument_is_not_frozen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert main(["snapshot", str(broken), "--data", str(tmp_path)]) == 1
    assert "broken.json" in capsys.readouterr().err


def test_a_bracket_that_nobody_filled_in_is_said_with_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (
        'Nobody has filled in recipient. Young people will read: "The information in this survey will be'
        ' going to a supervisor/designated person in the Probation Department."'
    )
    assert freeze(tmp_path) == 0
    printed = capsys.readouterr().out
    assert printed.count("Nobody has filled in") == 1
    assert words in printed
    assert freeze(tmp_path, "recipient=Ana Ruiz") == 0
    assert "Nobody has filled in" not in capsys.readouterr().out
