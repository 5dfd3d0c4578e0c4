"""What supervisors do about a request: on record first, lost to nobody, and sealed where words are in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin.accounts import Accounts
from admin.desk.entries import NOTE_LENGTH
from survey_app.roles import Role
from tests.boxes.sql import ask as sql
from tests.sealing.builders import CHEAP
from tests.staff.place import PASSPHRASE, SMALL

from .bench import DEPUTY, KEY_PASSPHRASE, ME, WRONG_NAME, Bench, act


def state(bench: Bench, request_id: str, column: str) -> object:
    """A column of the request's row."""
    ids = sql(bench.settings.desk, "SELECT lower(hex(id)) FROM requests ORDER BY id")
    return sql(bench.settings.desk, f"SELECT {column} FROM requests ORDER BY id")[ids.index(request_id)]  # noqa: S608 - our own names


@pytest.mark.parametrize(
    ("results", "stands"),
    [
        (("none",), "trying"),
        (("left",), "trying"),
        (("spoke",), "reached"),
        (("none", "spoke", "none"), "reached"),
    ],
)
def test_a_try_moves_the_request_on(bench: Bench, results: tuple[str, ...], stands: str) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    for result in results:
        assert act(browser, request_id, "tried", way="text", result=result).status_code == 303
    assert state(bench, request_id, "state") == stands
    assert state(bench, request_id, "assigned") == ME
    assert bench.trail()[-1]["about"] == {"request": request_id[:8], "way": "text", "result": results[-1]}


def test_who_could_not_be_reached_is_tried_again(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    act(browser, request_id, "unreached")
    assert state(bench, request_id, "state") == "could_not_reach"
    act(browser, request_id, "tried", way="call", result="none")
    assert state(bench, request_id, "state") == "trying"
    assert bench.events() == ["desk_unlocked", "request_unreached", "request_tried"]


@pytest.mark.parametrize("fields", [{}, {"way": "text"}, {"way": "pigeon", "result": "none"}])
def test_a_try_without_way_or_result_is_asked_for_them(bench: Bench, fields: dict[str, str]) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    sent = browser.read(f"/desk/{request_id}").fields
    sent = {name: value for name, value in sent.items() if name not in ("way", "result")} | fields
    answer = browser.send(f"/desk/{request_id}/tried", sent)
    assert answer.status_code == 400
    assert "Please choose one" in answer.text or "valid choice" in answer.text
    assert bench.events() == []


def test_a_note_is_written_while_locked_and_read_while_unlocked(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    assert act(browser, request_id, "note", words="Her aunt NEEDLE\nanswers at six.").status_code == 303
    assert "NEEDLE" not in browser.read(f"/desk/{request_id}").words
    assert "Her aunt NEEDLE\nanswers at six." in bench.at_work(DEPUTY).read(f"/desk/{request_id}").words
    assert bench.events()[0] == "request_noted"
    for path in bench.settings.data.rglob("*"):
        assert not path.is_file() or b"NEEDLE" not in path.read_bytes(), path


@pytest.mark.parametrize("letter", ["漢", "😀", "x", "\n"])
def test_a_note_of_the_greatest_length_is_taken(bench: Bench, letter: str) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    words = f"a{letter * (NOTE_LENGTH - 2)}z"
    assert act(browser, request_id, "note", words=words).status_code == 303
    assert words in browser.read(f"/desk/{request_id}").words


def test_a_note_too_long_is_given_back_whole(bench: Bench) -> None:
    request_id = bench.ask()
    words = "long " * 500
    answer = act(bench.signed_in(), request_id, "note", words=words)
    assert answer.status_code == 400
    assert words in answer.text


def test_two_tabs_the_second_is_told_and_its_note_comes_back(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    second = browser.read(f"/desk/{request_id}").fields
    act(browser, request_id, "tried", way="call", result="none")
    answer = browser.send(f"/desk/{request_id}/note", second | {"words": "Kept NEEDLE <b>"})
    assert answer.status_code == 409
    assert "Somebody changed this request meanwhile" in answer.text
    assert "Kept NEEDLE &lt;b&gt;</textarea>" in answer.text
    assert bench.events()[-1] == "request_tried"
    fields = browser.last.text.split('name="version" type="hidden" value="')[1].split('"')[0]
    again = browser.send(f"/desk/{request_id}/note", second | {"words": "Kept NEEDLE", "version": fields})
    assert again.status_code == 303


def test_of_two_supervisors_who_take_it_at_once_one_has_it(bench: Bench) -> None:
    request_id = bench.ask()
    ana, kit = bench.signed_in(), bench.signed_in(DEPUTY)
    mine, theirs = ana.read(f"/desk/{request_id}").fields, kit.read(f"/desk/{request_id}").fields
    assert ana.send(f"/desk/{request_id}/take", mine).status_code == 303
    answer = kit.send(f"/desk/{request_id}/take", theirs)
    assert answer.status_code == 409
    assert f"with <b>{ME}</b>" in answer.text
    assert state(bench, request_id, "assigned") == ME


def test_it_is_handed_to_a_supervisor_with_a_key_and_to_nobody_else(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    assert act(browser, request_id, "give", to=DEPUTY).status_code == 303
    assert state(bench, request_id, "assigned") == DEPUTY
    assert bench.trail()[-1]["about"] == {"request": request_id[:8], "to": DEPUTY}
    for nobody in ("", WRONG_NAME, "the.evaluator", "x"):
        assert act(browser, request_id, "give", to=nobody).status_code == 400
    assert state(bench, request_id, "assigned") == DEPUTY


def test_a_closed_request_says_on_which_day_it_is_deleted_and_then_is(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    act(browser, request_id, "note", words="a note")
    assert act(browser, request_id, "close", reason="done").status_code == 303
    words = browser.read(f"/desk/{request_id}").words
    assert "deleted on 19 June 2031" in words
    store = bench.app.view_functions["desk.queue"].__self__._counter.store
    assert store.forget_over(bench.today + timedelta(days=30)) == (bytes.fromhex(request_id),)
    bench.signed_in().read(f"/desk/{request_id}", 404)
    assert sql(bench.settings.desk, "SELECT count(*) FROM entries") == [0]


def test_a_closed_request_goes_on_when_it_is_opened_again(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    act(browser, request_id, "close", reason="unreached")
    assert state(bench, request_id, "reason") == "unreached"
    assert act(browser, request_id, "reopen").status_code == 303
    assert (state(bench, request_id, "state"), state(bench, request_id, "closed")) == ("trying", None)
    assert bench.events()[-2:] == ["request_closed", "request_reopened"]


def test_a_closed_request_can_not_be_closed_again_to_be_kept_longer(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    act(browser, request_id, "close", reason="done")
    closed = state(bench, request_id, "closed")
    bench.clock.seconds += 600
    assert act(browser, request_id, "close", reason="done").status_code == 409
    assert state(bench, request_id, "closed") == closed


def test_it_is_closed_for_a_reason_of_the_plan_only(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    for reason in ("", "bored"):
        assert act(browser, request_id, "close", reason=reason).status_code == 400
    assert state(bench, request_id, "state") == "new"


def test_a_concern_shows_the_steps_before_and_after_and_is_due_today(bench: Bench) -> None:
    request_id, other = bench.ask(), bench.ask()
    browser = bench.at_work()
    browser.read("/desk")
    assert state(bench, request_id, "due") > str(bench.today)
    page = browser.read(f"/desk/{request_id}/concern")
    assert "Do not investigate" in page.words
    answer = browser.send(f"/desk/{request_id}/worry", page.fields)
    assert answer.location == f"/desk/{request_id}/concern"
    assert "The concern is raised" in browser.read(answer.location).words
    assert "Do not investigate" in browser.last.text
    assert bench.trail()[-1]["event"] == "concern_raised"
    assert bench.trail()[-1]["about"] == {"request": request_id[:8]}
    assert state(bench, request_id, "due") == str(bench.today)
    queue = bench.signed_in(DEPUTY).read("/desk").links
    assert queue.index(f"/desk/{request_id}") < queue.index(f"/desk/{other}")
    browser.send(f"/desk/{request_id}/settle", browser.read(f"/desk/{request_id}/concern").fields)
    assert (state(bench, request_id, "concern"), bench.events()[-1]) == (0, "concern_closed")


@pytest.mark.parametrize("what", ["tried", "note", "take", "give", "unreached", "close", "worry"])
def test_what_cannot_be_recorded_is_not_done(bench: Bench, what: str) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    browser.read("/desk")
    before = sql(bench.settings.desk, "SELECT quote(state) || assigned || version || concern FROM requests")
    fields = browser.read(f"/desk/{request_id}").fields
    bench.settings.trail.unlink(missing_ok=True)
    bench.settings.trail.mkdir()
    more = {"way": "call", "result": "none", "words": "x", "to": DEPUTY, "reason": "done"}
    assert browser.send(f"/desk/{request_id}/{what}", fields | more).status_code == 503
    assert (
        sql(bench.settings.desk, "SELECT quote(state) || assigned || version || concern FROM requests")
        == before
    )
    assert sql(bench.settings.desk, "SELECT count(*) FROM entries") == [0]


def test_after_the_key_was_destroyed_a_note_is_given_back(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields
    bench.ring.shred("contact", "all")
    answer = browser.send(f"/desk/{request_id}/note", fields | {"words": "NEEDLE"})
    assert answer.status_code == 409
    assert "no note can be sealed any more" in answer.text
    assert "NEEDLE" in answer.text
    assert act(browser, request_id, "close", reason="not_real").status_code == 303


def test_a_note_about_a_closed_request_is_given_back(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields
    act(browser, request_id, "close", reason="done")
    answer = browser.send(f"/desk/{request_id}/note", fields | {"words": "NEEDLE"})
    assert (answer.status_code, "NEEDLE" in answer.text) == (409, True)


def test_a_note_about_a_request_that_was_deleted_is_given_back(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields
    act(browser, request_id, "close", reason="done")
    store = bench.app.view_functions["desk.queue"].__self__._counter.store
    store.forget_over(bench.today + timedelta(days=99))
    answer = browser.send(f"/desk/{request_id}/note", fields | {"words": "NEEDLE"})
    assert (answer.status_code, "NEEDLE" in answer.text) == (404, True)


def test_a_note_of_whoever_was_signed_out_meanwhile_is_kept_on_the_page(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    fields = browser.read(f"/desk/{request_id}").fields
    bench.clock.seconds += 3600
    own = {name: fields[name] for name in ("form_token", "version")}
    answer = browser.send(f"/desk/{request_id}/note", own | {"words": "NEEDLE of an hour"})
    assert "NEEDLE of an hour" in answer.text
    assert "signed out" in answer.text
    assert bench.events() == []
    for path in bench.settings.data.rglob("*"):
        assert not path.is_file() or b"NEEDLE" not in path.read_bytes(), path


@pytest.mark.parametrize("lack", ["desk", "trail"])
def test_a_note_that_cannot_be_kept_now_is_given_back(bench: Bench, lack: str) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    fields = browser.read(f"/desk/{request_id}").fields
    path = getattr(bench.settings, lack)
    path.unlink(missing_ok=True)
    path.mkdir()
    answer = browser.send(f"/desk/{request_id}/note", fields | {"words": "NEEDLE of an hour"})
    assert (answer.status_code, "NEEDLE of an hour" in answer.text) == (503, True)
    assert "was deleted" not in answer.text


def test_whose_key_opens_other_months_only_does_not_close_it_unread(bench: Bench) -> None:
    request_id = bench.ask()
    bench.ring.add_holder("new.here", KEY_PASSPHRASE, CHEAP, ("contact",))
    Accounts(bench.store, cost=SMALL).add("new.here", Role.SUPERVISOR, PASSPHRASE)
    browser = bench.at_work("new.here")
    words = browser.read(f"/desk/{request_id}").words
    assert "Your key does not open this letter" in words
    assert "How did it end?" not in words
    assert act(browser, request_id, "close", reason="done").status_code == 403
    assert state(bench, request_id, "state") == "new"


def test_a_locked_desk_closes_nothing_for_it_does_not_know_who_is_to_be_kept_out(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    assert "Unlock the desk to close it" in browser.read(f"/desk/{request_id}").words
    answer = act(browser, request_id, "close", reason="done")
    assert (answer.status_code, "Passphrase of your key" in answer.text) == (403, True)
    assert (state(bench, request_id, "state"), bench.events()) == ("new", [])


@pytest.mark.parametrize(
    ("path", "fields"),
    [("tried", {"way": "call", "result": "spoke"}), ("unreached", {})],
)
def test_a_locked_desk_ends_no_alert_for_it_does_not_know_who_is_to_be_kept_out(
    bench: Bench, path: str, fields: dict[str, str]
) -> None:
    request_id = bench.ask()
    answer = act(bench.signed_in(), request_id, path, **fields)
    assert (answer.status_code, "Passphrase of your key" in answer.text) == (403, True)
    assert (state(bench, request_id, "state"), bench.events()) == ("new", [])


@pytest.mark.parametrize(("result", "due"), [("none", True), ("spoke", False)])
def test_who_was_reached_is_due_no_more(bench: Bench, result: str, due: bool) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    act(browser, request_id, "tried", way="call", result=result)
    for page in ("/desk", f"/desk/{request_id}"):
        assert ('class="due' in browser.client.get(page).text) is due


def test_after_a_talk_the_ways_to_close_lie_open(bench: Bench) -> None:
    request_id, lies_open = bench.ask(), "<details open><summary>How did it end?"
    browser = bench.at_work()
    assert lies_open not in browser.client.get(f"/desk/{request_id}").text
    act(browser, request_id, "tried", way="call", result="spoke")
    assert lies_open in browser.client.get(f"/desk/{request_id}").text
