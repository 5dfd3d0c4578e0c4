"""Tries are counted and delayed alike for every name, and a change of an account ends its sessions."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin import tables
from admin.accounts import Account, AccountError, Accounts, SignInRefusedError
from admin.passphrases import PassphraseError
from admin.sessions import ABSOLUTE, IDLE, Sessions, Stage, form_token
from survey_app.roles import Role

from .place import PASSPHRASE, SMALL, Clock

MARIA = Account("maria", Role.SUPERVISOR, True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    accounts = Accounts(tables.open_store(tmp_path / "accounts.db"), ("Mandarin County",), SMALL, clock)
    accounts.add("maria", Role.SUPERVISOR, PASSPHRASE)
    return accounts


@pytest.fixture
def sessions(tmp_path: Path, accounts: Accounts, clock: Clock) -> Sessions:
    return Sessions(tables.open_store(tmp_path / "accounts.db"), clock)


def refuse(accounts: Accounts, name: str, typed: str = "wrong") -> float:
    """Try in vain; the seconds to wait afterwards."""
    with pytest.raises(SignInRefusedError) as refused:
        accounts.check(name, typed)
    return refused.value.turn.wait


def test_the_right_passphrase_opens_whatever_the_case_of_the_name(accounts: Accounts) -> None:
    assert accounts.check(" Maria ", PASSPHRASE) == MARIA


@pytest.mark.parametrize(
    "name", ["", "Maria", "maria lopez", "../x", "-maria", "m" * 33, "maria..lopez", "<b>"]
)
def test_an_ill_formed_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError, match="cannot be a name"):
        accounts.add(name, Role.OPERATOR, PASSPHRASE)


def test_a_name_is_given_once(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match="already"):
        accounts.add("maria", Role.OPERATOR, PASSPHRASE)


def test_a_passphrase_may_not_lean_on_the_county(accounts: Accounts) -> None:
    with pytest.raises(PassphraseError):
        accounts.add("jo", Role.OPERATOR, "mandarin county 1")


def test_the_file_is_the_owners_and_holds_no_passphrase(accounts: Accounts, tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    assert path.stat().st_mode & 0o777 == 0o600
    assert accounts.everyone() == (MARIA,)
    assert b"violet" not in path.read_bytes()


@pytest.mark.parametrize("name", ["maria", "nobody.here"])
def test_five_wrong_tries_bring_a_growing_delay_whether_or_not_the_name_exists(
    accounts: Accounts, clock: Clock, name: str
) -> None:
    assert [refuse(accounts, name) for _ in range(5)] == [0, 0, 0, 0, 30]
    clock.seconds += 10
    assert refuse(accounts, name) == 20
    for wait in (60, 120, 240, 480, 900, 900):
        clock.seconds += 900
        assert refuse(accounts, name) == wait


def test_during_a_delay_even_the_right_passphrase_waits(accounts: Accounts, clock: Clock) -> None:
    for _ in range(5):
        refuse(accounts, "maria")
    assert refuse(accounts, "maria", PASSPHRASE) == 30
    clock.seconds += 31
    assert accounts.check("maria", PASSPHRASE) == MARIA
    assert refuse(accounts, "maria") == 0


def test_a_day_without_tries_forgets_the_wrong_ones(accounts: Accounts, clock: Clock) -> None:
    for _ in range(4):
        refuse(accounts, "maria")
    clock.seconds += 86_401
    assert refuse(accounts, "maria") == 0


def test_tries_at_once_are_counted_one_by_one(accounts: Accounts) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: refuse(accounts, "maria"), range(24)))
    assert sum(wait == 0 for wait in waits) == 4


def test_a_passphrase_typed_into_the_name_box_is_not_kept(accounts: Accounts, tmp_path: Path) -> None:
    refuse(accounts, PASSPHRASE)
    with sqlite3.connect(tmp_path / "accounts.db") as file:
        assert "violet" not in "".join(file.iterdump()).lower()
    file.close()


def test_a_disabled_account_is_refused_like_an_unknown_one(accounts: Accounts) -> None:
    accounts.disable("maria")
    assert refuse(accounts, "maria", PASSPHRASE) == 0
    assert not accounts.everyone()[0].active


def test_a_new_passphrase_lifts_a_delay_and_ends_the_sessions(accounts: Accounts, sessions: Sessions) -> None:
    token = sessions.start(MARIA, "0-0")
    for _ in range(5):
        refuse(accounts, "maria")
    accounts.renew("maria", "copper lantern waltz 9")
    assert sessions.find(token) is None
    assert accounts.check("maria", "copper lantern waltz 9") == MARIA


def test_disabling_ends_the_sessions(accounts: Accounts, sessions: Sessions) -> None:
    token = sessions.start(MARIA, "0-0")
    accounts.disable("maria")
    assert sessions.find(token) is None


@pytest.mark.parametrize(
    "change", [Accounts.disable, lambda accounts, name: accounts.renew(name, PASSPHRASE)]
)
def test_an_account_that_is_not_there_cannot_be_changed(accounts: Accounts, change: object) -> None:
    with pytest.raises(AccountError, match="no account"):
        change(accounts, "jo")  # type: ignore[operator]


def test_a_session_ends_after_twenty_idle_minutes(sessions: Sessions, clock: Clock) -> None:
    token = sessions.start(MARIA, "7-abc")
    for _ in range(3):
        clock.seconds += IDLE - 60
        session = sessions.find(token)
        assert session is not None
        assert (session.name, session.role, session.head) == ("maria", Role.SUPERVISOR, "7-abc")
    clock.seconds += IDLE + 1
    assert sessions.find(token) is None


def test_a_session_ends_after_eight_hours_however_busy(sessions: Sessions, clock: Clock) -> None:
    token = sessions.start(MARIA, "0-0")
    for _ in range(int(ABSOLUTE // 600)):
        assert sessions.find(token)
        clock.seconds += 600
    clock.seconds += 1
    assert sessions.find(token) is None


def test_a_closed_session_stays_closed(sessions: Sessions) -> None:
    token = sessions.start(MARIA, "0-0")
    sessions.end(token)
    assert sessions.find(token) is None


def test_the_store_does_not_hold_the_token(sessions: Sessions, tmp_path: Path) -> None:
    token = sessions.start(MARIA, "0-0")
    assert len(token) == 43
    assert token.encode() not in (tmp_path / "accounts.db").read_bytes()


def test_a_new_passphrase_lifts_the_delay_of_known_browsers_too(accounts: Accounts) -> None:
    token = accounts.know_again(MARIA, "")
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            accounts.check("maria", "wrong", token)
    accounts.renew("maria", "copper lantern waltz 9")
    assert accounts.check("maria", "copper lantern waltz 9", token) == MARIA


def test_a_disabled_account_has_no_known_browser_any_more(accounts: Accounts) -> None:
    token = accounts.know_again(MARIA, "")
    accounts.disable("maria")
    accounts.renew("maria", PASSPHRASE)
    for _ in range(5):
        refuse(accounts, "maria")
    with pytest.raises(SignInRefusedError):
        accounts.check("maria", PASSPHRASE, token)


def test_who_ends_a_session_is_heard_and_a_session_that_is_over_still_knows_its_forms(
    sessions: Sessions, clock: Clock
) -> None:
    ended: list[bytes] = []
    sessions.when_ended(ended.append)
    token = sessions.start(MARIA, "0-0")
    session = sessions.find(token)
    assert session is not None
    sessions.end(token)
    assert ended == [session.id]
    assert sessions.former(form_token(token)) == "maria"
    clock.seconds += 86_401
    assert sessions.former(form_token(token)) is None
    other = sessions.start(MARIA, "0-0")
    sessions.end_all("maria")
    assert len(ended) == 2
    assert sessions.former(form_token(other)) is None


@pytest.mark.parametrize(("stage", "seconds"), [(Stage.HALF, 600), (Stage.SETUP, 1_800)])
def test_a_sign_in_that_is_not_finished_opens_nothing_and_ends_soon(
    sessions: Sessions, clock: Clock, stage: Stage, seconds: int
) -> None:
    token = sessions.start(MARIA, "0-0", stage=stage)
    assert sessions.find(token) is None
    for _ in range(seconds // 60):
        assert sessions.find(token, stage) is not None
        clock.seconds += 60
    clock.seconds += 1
    assert sessions.find(token, stage) is None


def test_five_wrong_codes_end_a_sign_in(sessions: Sessions) -> None:
    token = sessions.start(MARIA, "0-0", stage=Stage.HALF)
    assert [sessions.miss(token) for _ in range(5)] == [False] * 4 + [True]
    assert sessions.find(token, Stage.HALF) is None


def test_a_file_of_an_earlier_version_gets_the_columns_that_it_lacks(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as file:
        file.executescript(
            "CREATE TABLE accounts (name VARCHAR(32) NOT NULL PRIMARY KEY, role VARCHAR(16) NOT NULL, "
            "concealed VARCHAR(200) NOT NULL, active BOOLEAN NOT NULL);"
            "CREATE TABLE sessions (token_hash BLOB NOT NULL PRIMARY KEY, name VARCHAR(32) NOT NULL, "
            "started FLOAT NOT NULL, seen FLOAT NOT NULL, head VARCHAR(80) NOT NULL);"
            "INSERT INTO accounts VALUES ('maria', 'supervisor', 'x', 1);"
        )
    file.close()
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: tables.open_store(path), range(4)))
    sessions = Sessions(stores[0], clock)
    session = sessions.find(sessions.start(MARIA, "0-0", strong=True))
    assert session is not None
    assert (session.name, session.strong) == ("maria", True)
