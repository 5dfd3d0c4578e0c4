"""Where alerts do not leave, the desk itself says so: nobody waits for a mail that does not come."""

from __future__ import annotations

from admin.rounds_record import Rounds, write_rounds

from .bench import Bench


def test_the_desk_says_that_alerts_do_not_leave_and_by_which_way(bench: Bench) -> None:
    browser = bench.signed_in()
    assert "do not leave" not in browser.read("/desk").words
    failing = Rounds(alerts={"mail": "password", "webhook": ""})
    write_rounds(bench.settings.rounds, Rounds(), failing)
    assert "Alerts by mail do not leave." in browser.read("/desk").words
    write_rounds(bench.settings.rounds, failing, Rounds(alerts={"mail": "", "webhook": ""}))
    assert "do not leave" not in browser.read("/desk").words
