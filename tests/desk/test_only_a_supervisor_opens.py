"""P8: only a supervisor opens a contact. Other roles: 403 and a line; wrong passphrase: error and a line; the
right one: shown once, and never before the line is there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader

from admin.audit import verify
from admin.sessions import Stage, form_token
from tests.boxes.sql import ask as sql

from .bench import DEPUTY, Bench, act, open_contact, unlock

ROOT = Path(__file__).parents[2]
READ = ("/desk", "/desk/away", "/desk/{id}", "/desk/{id}/concern")
WRITE = (
    "/desk/unlock", "/desk/lock", "/desk/away", "/desk/back",
    *(f"/desk/{{id}}/{act}" for act in (
        "open", "tried", "note", "take", "give", "unreached", "close", "reopen", "worry", "settle",
    )),
)  # fmt: skip
KILLED = """
import os, signal, sys
from pathlib import Path
import admin.desk.reading, admin.desk.unlocked
from tests.desk.bench import Bench, open_contact, unlock

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

bench, what = Bench(Path(sys.argv[1])), sys.argv[2]
if what == "contact_opened":
    browser = bench.at_work()
    admin.desk.reading.Sheet.person = kill
    open_contact(browser, sys.argv[3])
else:
    admin.desk.unlocked.Unlocked.__init__ = kill
    unlock(bench.signed_in())
"""


def routes(bench: Bench) -> Iterator[tuple[str, str]]:
    """(method, path) of all that the desk answers."""
    for rule in bench.app.url_map.iter_rules():
        if rule.endpoint.startswith("desk."):
            for method in (rule.methods or set()) & {"GET", "POST"}:
                yield method, rule.rule.replace("<request_id>", "{id}")


def test_every_route_of_the_desk_is_tried_here(bench: Bench) -> None:
    assert set(routes(bench)) == {("GET", path) for path in READ} | {("POST", path) for path in WRITE}


@pytest.mark.parametrize("who", ["the.evaluator", "the.operator"])
def test_other_roles_are_refused_everywhere_and_each_time_it_is_on_record(bench: Bench, who: str) -> None:
    request_id = bench.ask()
    browser = bench.signed_in(who)
    fields = browser.read("/account").fields | {"because": "first", "version": "0"}
    for number, path in enumerate((*READ, *WRITE), 1):
        where = path.format(id=request_id)
        answer = (
            browser.client.get(where) if path in READ and number <= len(READ) else browser.send(where, fields)
        )
        assert answer.status_code == 403, path
        assert "NEEDLE" not in answer.text
        line = bench.trail()[-1]
        assert (line["event"], line["actor"], len(bench.trail())) == ("refused", who, number)


@pytest.mark.parametrize("who", ["signed out", "half-way", "must set up", "one factor"])
def test_without_a_whole_sign_in_nothing_is_shown_or_done(bench: Bench, who: str) -> None:
    request_id = bench.ask()
    whole = bench.at_work()
    fields = whole.read(f"/desk/{request_id}").fields | {"because": "first", "words": "x"}
    browser, lines = bench.browser(), len(bench.trail())
    stages = {"half-way": Stage.HALF, "must set up": Stage.SETUP, "one factor": Stage.FULL}
    if who in stages:
        token = bench.token(strong=False, stage=stages[who])
        browser.client.set_cookie("staff", token)
        fields = fields | {"form_token": form_token(token)}
    for path in READ:
        answer = browser.client.get(path.format(id=request_id))
        assert (answer.status_code, "NEEDLE" in answer.text) == (303, False), path
    for path in WRITE:
        answer = browser.send(path.format(id=request_id), fields)
        assert answer.status_code in (303, 403), path
        assert "NEEDLE" not in answer.text
    recorded = {str(line["event"]) for line in bench.trail()[lines:]}
    assert recorded == ({"refused"} if who == "one factor" else set())
    assert sql(bench.settings.desk, "SELECT state || assigned || version FROM requests") == ["new0"]


def test_a_session_that_ended_opens_nothing_with_its_old_cookie(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields | {"because": "first"}
    token = browser.client.get_cookie("staff")
    browser.send("/sign-out", fields)
    assert token is not None
    browser.client.set_cookie("staff", token.value)
    answer = browser.send(f"/desk/{request_id}/open", fields)
    assert "NEEDLE" not in answer.text
    assert "contact_opened" not in bench.events()


def test_no_form_of_another_page_opens_anything(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields | {"because": "first"}
    foreign = browser.send(f"/desk/{request_id}/open", fields, Sec_Fetch_Site="cross-site")
    forged = browser.send(f"/desk/{request_id}/open", fields | {"form_token": "0" * 64})
    assert (foreign.status_code, forged.status_code) == (403, 403)
    assert bench.events()[-2:] == ["refused", "refused"]
    assert "contact_opened" not in bench.events()


def test_the_wrong_passphrase_shows_nobody_and_the_right_one_shows_one_person_once(bench: Bench) -> None:
    request_id = bench.ask()
    bench.ask({"contact_name": "Another SECRET"})
    browser = bench.signed_in()
    assert unlock(browser, "wrong").status_code == 403
    assert open_contact(browser, request_id).status_code == 403
    unlock(browser)
    text = open_contact(browser, request_id).text
    assert "Jordan NEEDLE" in text
    assert "SECRET" not in text
    assert bench.events() == ["desk_unlock_refused", "desk_unlocked", "contact_opened"]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["contact_opened", "desk_unlocked"])
def test_the_line_is_there_before_the_page(bench: Bench, tmp_path: Path, what: str) -> None:
    request_id = bench.ask()
    data = Path(shutil.copytree(bench.settings.data, tmp_path / "killed"))
    command = [sys.executable, "-c", KILLED, str(data), what, request_id]
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, check=False)
    assert done.returncode == -signal.SIGKILL
    killed = Bench(data)
    assert verify(killed.settings.trail).lines == len(killed.trail())
    assert killed.events()[-1] == what


def test_no_file_of_the_staff_host_holds_what_was_opened_or_noted(
    bench: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    open_contact(browser, request_id, "other", other="because NEEDLE asked")
    act(browser, request_id, "tried", way="call", result="spoke")
    act(browser, request_id, "note", words="NEEDLE is well")
    act(bench.at_work(DEPUTY), request_id, "close", reason="done")
    assert "NEEDLE is well" in browser.read(f"/desk/{request_id}").words
    files = [path for path in bench.settings.data.rglob("*") if path.is_file()]
    assert {"desk.db", "accounts.db", "audit.jsonl"} <= {path.name for path in files}
    for path in files:
        raw = path.read_bytes()
        for needle in ("NEEDLE", "555-0142", "5550142", "jordan@"):
            assert needle.encode() not in raw, path
            assert needle.encode("utf-16-le") not in raw, path
    said = capfd.readouterr()
    assert "NEEDLE" not in caplog.text + said.out + said.err


def test_a_failure_while_a_person_is_shown_tells_the_log_its_kind_alone(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    broken = DictLoader({"desk_contact.html": "{{ page.person.name }} {{ page.person.numbers.nowhere }}"})
    assert bench.app.jinja_env.loader is not None
    bench.app.jinja_env.loader = ChoiceLoader([broken, bench.app.jinja_env.loader])
    answer = open_contact(browser, request_id)
    assert (answer.status_code, "NEEDLE" in answer.text) == (500, False)
    assert "UndefinedError at desk.open" in caplog.text
    assert "NEEDLE" not in caplog.text
