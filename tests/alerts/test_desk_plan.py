"""staff/desk.json: what it may say, and what the desk says of everything else."""

import os
from pathlib import Path

import msgspec
import pytest

from admin.desk.plan import DeskPlan, DeskPlanError, load_desk_plan

MAIL = {"host": "mail.example.org", "sender": "desk@example.org", "to": ["ana@example.org"]}
SIGNED_IN = MAIL | {"user": "desk", "password_file": "mail.password"}
REASON = {"code": "done", "text": "We talked"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.json"


def load(path: Path, said: object) -> DeskPlan:
    path.write_bytes(msgspec.json.encode(said))
    return load_desk_plan(path)


def refusal(path: Path, said: object) -> str:
    with pytest.raises(DeskPlanError) as refused:
        load(path, said)
    return str(refused.value)


def test_without_a_file_the_usual_plan_holds(path: Path) -> None:
    assert load_desk_plan(path) == DeskPlan() == load(path, {})
    assert (DeskPlan().hide_seconds, DeskPlan().escalate_days, DeskPlan().alerts.mail) == (120, 1, None)


def test_a_whole_plan_is_read_as_it_is_written(path: Path) -> None:
    plan = load(
        path,
        {
            "closing_reasons": [REASON, {"code": "no_way", "text": "No way", "reached": False}],
            "safeguarding_steps": ["Call 911."],
            "holidays": ["2027-01-01"],
            "hide_seconds": 30,
            "escalate_days": 3,
            "alerts": {
                "every_minutes": 5,
                "mail": SIGNED_IN | {"security": "tls", "port": 465},
                "webhook": {"url": "https://chat.example.org/hooks/a?b=c"},
            },
        },
    )
    assert [reason.reached for reason in plan.closing_reasons] == [True, False]
    assert plan.alerts.mail
    assert plan.alerts.mail.to == ("ana@example.org",)
    assert plan.alerts.webhook


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/x", "http://localhost/x", "http://[::1]:80/x"])
def test_a_webhook_on_the_same_machine_needs_no_certificate(path: Path, url: str) -> None:
    assert load(path, {"alerts": {"webhook": {"url": url}}}).alerts.webhook


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"closing_reasons": []}, "closing_reasons is empty: no request could ever be closed"),
        ({"closing_reasons": [REASON, REASON]}, 'The code "done" is used more than once'),
        ({"closing_reasons": [REASON | {"code": "All Done"}]}, 'The code "All Done" is not well formed'),
        ({"closing_reasons": [REASON | {"text": "  "}]}, 'The text of "done" is empty'),
        ({"closing_reasons": [REASON | {"text": "a\nb"}]}, "a line break or a sign that cannot be seen"),
        ({"safeguarding_steps": ["Call.", ""]}, "Step 2 is empty"),
        ({"safeguarding_steps": ["x" * 501]}, "Step 1 is too long"),
        ({"hide_seconds": 29}, "hide_seconds is 29. Write a number from 30 to 600"),
        ({"hide_seconds": 601}, "hide_seconds is 601"),
        ({"escalate_days": 0}, "escalate_days is 0. Write a number from 1 to 30"),
        ({"alerts": {"every_minutes": 4}}, "alerts.every_minutes is 4. Write a number from 5 to 1440"),
        ({"alerts": {"every_minutes": 1441}}, "alerts.every_minutes is 1441"),
        ({"alerts": {"mail": MAIL | {"to": []}}}, "Nobody stands in to"),
        ({"alerts": {"mail": MAIL | {"to": ["ana"]}}}, '"ana" is no e-mail address'),
        ({"alerts": {"mail": MAIL | {"to": ["Ana <ana@example.org>"]}}}, "without a name around it"),
        ({"alerts": {"mail": MAIL | {"to": ["a@b.org\nBcc: c@d.org"]}}}, "is no e-mail address"),
        ({"alerts": {"mail": MAIL | {"to": ["a@b.org,c@d.org"]}}}, "is no e-mail address"),
        ({"alerts": {"mail": MAIL | {"sender": "a@b@c.org"}}}, '"a@b@c.org" is no e-mail address'),
        ({"alerts": {"mail": MAIL | {"host": "mail server"}}}, '"mail server" is no name of a server'),
        ({"alerts": {"mail": MAIL | {"port": 0}}}, "alerts.mail.port is 0. Write a number from 1 to 65535"),
        ({"alerts": {"mail": MAIL | {"user": "desk"}}}, "user and password_file go together"),
        ({"alerts": {"mail": SIGNED_IN | {"security": "none"}}}, "would cross the network in clear"),
        ({"alerts": {"mail": MAIL | {"security": "ssl"}}}, '"security" cannot be "ssl"'),
        ({"alerts": {"mail": {"host": "x", "to": ["a@b.org"]}}}, 'The field "sender" is missing'),
        ({"alerts": {"webhook": {"url": "http://chat.example.org/x"}}}, "begins with https://"),
        ({"alerts": {"webhook": {"url": "https://me:word@chat.example.org/"}}}, "not a safe address"),
        ({"alerts": {"webhook": {"url": "https://chat.example.org:99999/"}}}, "is no address"),
        ({"alerts": {"webhook": {"url": "https:///x"}}}, "not a safe address"),
        ({"alerts": {"webhook": {"url": "file:///etc/passwd"}}}, "not a safe address"),
        ({"alerts": {"webhook": {"url": "https://chat.example.org/a b"}}}, "not a safe address"),
        ({"holidays": ["01/01/2027"]}, "a date like 2026-01-31"),
        ({"hide_second": 60}, 'unknown field "hide_second". Did you mean "hide_seconds"?'),
        ([], "fields in { }"),
    ],
)
def test_an_impossible_plan_says_what_to_write_instead(path: Path, said: object, words: str) -> None:
    told = refusal(path, said)
    assert words in told
    assert told.startswith("desk.json")
    assert len(told.splitlines()) == 1


def test_every_problem_is_told_at_once(path: Path) -> None:
    told = refusal(path, {"hide_seconds": 1, "escalate_days": 99, "alerts": {"every_minutes": 1}})
    assert len(told.splitlines()) == 3


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8-sig", "invisible byte order mark"), ("utf-16", "saved as UTF-16"), ("utf-32", "UTF-16")],
)
def test_what_notepad_saved_gets_a_sentence(path: Path, encoding: str, words: str) -> None:
    path.write_bytes('{"hide_seconds": 60}'.encode(encoding))
    with pytest.raises(DeskPlanError, match=words):
        load_desk_plan(path)


def test_a_name_that_windows_lengthened_gets_a_sentence(path: Path) -> None:
    path.with_name("desk.json.txt").write_text("{}")
    with pytest.raises(DeskPlanError, match=r"There is desk\.json\.txt\. Rename it to desk\.json"):
        load_desk_plan(path)


def test_a_folder_a_dead_link_and_a_pipe_are_refused_at_once(path: Path, tmp_path: Path) -> None:
    makers = (lambda: path.mkdir(), lambda: path.symlink_to(tmp_path / "nowhere"), lambda: os.mkfifo(path))
    for make in makers:
        make()
        with pytest.raises(DeskPlanError):
            load_desk_plan(path)
        path.rmdir() if path.is_dir() else path.unlink()
