"""Signing in opens nothing: the desk is unlocked by the passphrase of one's key, for minutes, in memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from admin.desk.unlocked import IDLE, LONGEST, NoKeyError, Openers, WrongPassphraseError
from admin.factors.second import SecondFactors
from admin.tries import Tries
from survey_app.roles import Role
from tests.sealing.builders import CHEAP

from .bench import DEPUTY, KEY_PASSPHRASE, ME, WRONG_NAME, Bench, open_contact, unlock

TOPIC = "I just want to talk"


def test_the_topic_is_shown_only_while_the_desk_is_unlocked(bench: Bench) -> None:
    bench.ask()
    browser = bench.signed_in()
    assert TOPIC not in browser.read("/desk").words
    assert unlock(browser).status_code == 303
    assert TOPIC in browser.read("/desk").words
    assert bench.events() == ["desk_unlocked"]
    browser.send("/desk/lock", browser.read("/desk").fields)
    assert TOPIC not in browser.read("/desk").words
    assert bench.events() == ["desk_unlocked", "desk_locked"]


def test_unlocking_from_a_request_leads_back_to_it(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    page = browser.read(f"/desk/{request_id}")
    answer = browser.send("/desk/unlock", page.fields | {"passphrase": KEY_PASSPHRASE})
    assert answer.location == f"/desk/{request_id}"
    assert "Before you call" in browser.read(answer.location).words


@pytest.mark.parametrize("back", ["//evil.test", "../x", "0" * 31, "g" * 32, "/desk"])
def test_no_other_address_can_be_gone_on_to(bench: Bench, back: str) -> None:
    browser = bench.signed_in()
    fields = browser.read("/desk").fields | {"passphrase": KEY_PASSPHRASE, "back": back}
    assert browser.send("/desk/unlock", fields).location == "/desk"


def test_a_wrong_passphrase_opens_nothing_and_is_on_record(bench: Bench) -> None:
    bench.ask()
    browser = bench.signed_in()
    answer = unlock(browser, "violet kettle drums on Tuesday")
    assert (answer.status_code, "not the passphrase of your key" in answer.text) == (403, True)
    assert TOPIC not in browser.read("/desk").words
    assert bench.events() == ["desk_unlock_refused"]
    assert "violet" not in bench.settings.trail.read_text()


def test_after_five_wrong_ones_even_the_right_one_waits(bench: Bench) -> None:
    browser = bench.signed_in()
    statuses = [unlock(browser, "wrong").status_code for _ in range(5)]
    assert statuses == [403] * 4 + [429]
    assert unlock(browser).status_code == 429
    assert browser.last.headers["Retry-After"] == "30"
    bench.clock.seconds += 31
    assert unlock(browser).status_code == 303
    assert bench.events() == ["desk_unlock_refused"] * 5 + ["desk_unlocked"]


def test_wrong_passphrases_at_the_desk_keep_nobody_from_signing_in(bench: Bench) -> None:
    browser = bench.signed_in()
    for _ in range(6):
        unlock(browser, "wrong")
    assert bench.browser().sign_in(ME).status_code == 303


def test_unlocking_forgives_no_wrong_second_factor_nor_the_reverse(bench: Bench) -> None:
    browser, factors = bench.signed_in(), SecondFactors(bench.store, "x", bench.clock)
    for _ in range(5):
        factors.take(ME)
    assert unlock(browser).status_code == 303
    assert factors.take(ME).early
    factors.forgive(ME)
    other = bench.signed_in()
    for _ in range(5):
        unlock(other, "wrong")
    factors.forgive(ME)
    assert unlock(other).status_code == 429


def test_ten_minutes_after_the_last_use_it_is_locked(bench: Bench) -> None:
    bench.ask()
    browser = bench.at_work()
    for _ in range(3):
        bench.clock.seconds += IDLE - 1
        assert TOPIC in browser.read("/desk").words
    bench.clock.seconds += IDLE + 1
    assert TOPIC not in browser.read("/desk").words


def test_after_an_hour_it_is_locked_however_busy(bench: Bench) -> None:
    bench.ask()
    browser = bench.at_work()
    for _ in range(int(LONGEST / 500)):
        bench.clock.seconds += 500
        assert TOPIC in browser.read("/desk").words
    bench.clock.seconds += 500
    assert TOPIC not in browser.read("/desk").words


@pytest.mark.parametrize(("back", "stays"), [(29, True), (31, False), (7200, False)])
def test_a_clock_set_back_locks_it(bench: Bench, back: float, stays: bool) -> None:
    openers = Openers(bench.ring, Tries(bench.store, bench.clock), bench.clock)
    openers.unlock(b"session", ME, KEY_PASSPHRASE, list)
    bench.clock.seconds -= back
    assert (openers.find(b"session") is not None) is stays


def test_another_browser_of_the_same_name_is_locked(bench: Bench) -> None:
    bench.ask()
    bench.at_work()
    assert TOPIC not in bench.signed_in().read("/desk").words


def test_signing_out_forgets_the_key(bench: Bench) -> None:
    browser = bench.at_work()
    openers = bench.app.view_functions["desk.queue"].__self__._counter.openers
    assert openers.sweep()
    browser.send("/sign-out", browser.read("/desk").fields)
    assert not openers.sweep()


def test_who_signs_out_while_it_is_being_unlocked_leaves_no_key_behind(bench: Bench) -> None:
    openers = Openers(bench.ring, Tries(bench.store, bench.clock), bench.clock)
    openers.unlock(b"session", ME, KEY_PASSPHRASE, lambda: openers.lock(b"session"))
    assert not openers.sweep()
    openers.unlock(b"session", ME, KEY_PASSPHRASE, list)
    assert openers.sweep()


def test_whose_key_is_revoked_meanwhile_reads_no_further(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    fields = browser.read(f"/desk/{request_id}").fields
    bench.ring.revoke(ME)
    answer = browser.send(f"/desk/{request_id}/open", fields | {"because": "first"})
    assert (answer.status_code, "NEEDLE" in answer.text) == (403, False)
    words = browser.read("/desk").words
    assert TOPIC not in words
    assert f"yourvoice-admin keys holder {ME} --for contact" in words


def test_a_supervisor_without_a_key_is_told_what_to_do(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in(WRONG_NAME)
    for path in ("/desk", f"/desk/{request_id}"):
        page = browser.read(path)
        assert f"yourvoice-admin keys holder {WRONG_NAME} --for contact" in page.words
        assert "passphrase" not in page.fields
    sent = browser.send("/desk/unlock", page.fields | {"passphrase": KEY_PASSPHRASE})
    assert (sent.status_code, "keys holder" in sent.text) == (403, True)


def test_a_holder_for_answers_alone_cannot_unlock_the_desk(bench: Bench) -> None:
    bench.ring.add_holder(WRONG_NAME, KEY_PASSPHRASE, CHEAP, ("answers",))
    browser = bench.signed_in(WRONG_NAME)
    assert "keys holder" in browser.read("/desk").words


def test_a_damaged_key_ring_is_said_to_be_damaged(bench: Bench) -> None:
    bench.ask()
    epoch = bench.settings.keys / "epochs" / "contact-all.json"
    epoch.write_bytes(epoch.read_bytes()[:-9])
    page = bench.signed_in().read("/desk")
    assert "fault" in page.words
    assert "contact-all.json" in page.words


def test_the_opener_opens_no_answers(bench: Bench) -> None:
    bench.ring.add_holder(WRONG_NAME, KEY_PASSPHRASE, CHEAP)
    bench.ring.new_epoch("answers", "later", *(bench.today,) * 2)
    bench.at_work(WRONG_NAME)
    openers = bench.app.view_functions["desk.queue"].__self__._counter.openers
    (kept,) = openers._kept.values()
    assert {pair.public.purpose for pair in kept.opener._pairs.values()} <= {"contact"}


def test_a_key_that_was_shredded_meanwhile_opens_nothing_any_more(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.at_work()
    bench.ring.shred("contact", "all")
    assert "The key for this letter was destroyed" in browser.read("/desk").words
    assert open_contact(browser, request_id).status_code == 409
    assert "NEEDLE" not in browser.last.text


def test_fifty_wrong_ones_at_once_are_fifty(bench: Bench) -> None:
    openers = Openers(bench.ring, Tries(bench.store, bench.clock), bench.clock)
    seen: list[bool] = []

    def guess() -> None:
        try:
            openers.unlock(b"session", ME, "wrong", lambda: None)
        except WrongPassphraseError as refused:
            seen.append(refused.turn.early)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen.count(False), seen.count(True)) == (5, 7)


def test_what_cannot_be_recorded_unlocks_nothing(bench: Bench) -> None:
    browser = bench.signed_in()
    bench.settings.trail.unlink(missing_ok=True)
    bench.settings.trail.mkdir()
    assert unlock(browser).status_code == 503
    assert "Unlock the desk" in browser.read("/desk").words


def test_the_names_of_accounts_that_no_key_can_have_are_no_trouble(bench: Bench) -> None:
    with pytest.raises(NoKeyError):
        Openers(bench.ring, Tries(bench.store), bench.clock).unlock(b"", "ana_ruiz", "x", lambda: None)


def test_the_deputy_unlocks_with_a_key_of_their_own(bench: Bench) -> None:
    bench.ask()
    assert TOPIC in bench.at_work(DEPUTY).read("/desk").words


def test_no_page_of_the_desk_can_be_unlocked_without_its_form_token(bench: Bench) -> None:
    browser = bench.signed_in()
    assert browser.send("/desk/unlock", {"passphrase": KEY_PASSPHRASE}).status_code == 403
    assert Role.SUPERVISOR.value in str(bench.trail()[-1])


def test_nothing_of_the_passphrase_is_written(bench: Bench) -> None:
    bench.at_work()
    staff = Path(bench.settings.data / "staff")
    assert all(b"lantern" not in path.read_bytes() for path in staff.rglob("*") if path.is_file())
