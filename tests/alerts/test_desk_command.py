"""`yourvoice-admin desk`: says how the desk will behave, tries its alerts, says in words what went wrong."""

import json
from pathlib import Path

import pytest

from admin.audit import verify
from admin.commands import main
from tests.alerts.hook import hook_server
from tests.alerts.office import Office
from tests.alerts.postbox import PASSWORD, USER, mail_server


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def desk(office: Office, *arguments: str) -> int:
    return main(["desk", *arguments, "--data", str(office.county.data)])


def plan(office: Office, said: object) -> None:
    office.settings.desk_plan.write_text(json.dumps(said))


def test_it_says_how_the_desk_will_behave(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.settings.desk_plan.unlink()
    assert desk(office, "check") == 0
    told = capsys.readouterr().out
    assert "Somebody tries within 2 working days; 0 holidays besides Saturdays and Sundays." in told
    assert "deleted 30 days after a request is closed." in told
    assert "Nobody is alerted: staff see requests when they look." in told
    mail = {"host": "mail.example.org", "security": "none", "sender": "a@b.org", "to": ["c@d.org", "e@f.org"]}
    plan(office, {"holidays": ["2027-01-01"], "alerts": {"mail": mail, "every_minutes": 15}})
    assert desk(office, "check") == 0
    told = capsys.readouterr().out
    assert "1 holiday besides" in told
    assert "to c@d.org, e@f.org through mail.example.org:587, NOT encrypted." in told
    assert "every 15 minutes at most" in told


def test_it_says_every_problem_of_the_plan(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    plan(office, {"hide_seconds": 1, "escalate_days": 0})
    assert desk(office, "check") == 1
    told = capsys.readouterr().err
    assert "desk.json: hide_seconds is 1. Write a number from 30 to 600." in told
    assert "desk.json: escalate_days is 0." in told


def test_an_alert_is_tried_by_every_way_and_stands_in_the_trail(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))
    secret = office.settings.desk_plan.with_name("mail.password")
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o600)
    with mail_server(tmp_path) as (port, box), hook_server() as (url, heard):
        mail = {
            "host": "localhost",
            "port": port,
            "user": USER,
            "password_file": "mail.password",
            "sender": "desk@example.org",
            "to": ["ana@example.org"],
        }
        plan(office, {"alerts": {"mail": mail, "webhook": {"url": url}}})
        assert desk(office, "alert", "--test") == 0
        assert capsys.readouterr().out.count("it left") == 2
        assert (len(box.envelopes), len(heard.requests)) == (1, 1)
        heard.status = 302
        secret.write_text("wrong\n")
        assert desk(office, "alert", "--test") == 1
    told = capsys.readouterr().err
    assert "mail: it did not leave. It does not accept this user with this password." in told
    assert "webhook: it did not leave. It answered, but not that it took the alert." in told
    assert office.events() == ["alert_tested", "alert_tested"]
    assert verify(office.settings.trail).lines == 2
    written = office.settings.trail.read_text()
    assert PASSWORD not in written
    assert "ana@" not in written


def test_without_a_way_there_is_nothing_to_try(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk(office, "alert", "--test") == 1
    assert "desk.json names no way to alert anybody" in capsys.readouterr().err
