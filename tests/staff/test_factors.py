"""Codes: the known answers of RFC 6238, a small window, each once; recovery codes in whatever spelling."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin import tables
from admin.accounts import Accounts
from admin.factors.questions import Kind, Questions
from admin.factors.recovery import HOW_MANY, RecoveryCodes
from admin.factors.totp import Apps, address, code_at, minutes_off, new_secret, step_of, written
from survey_app.roles import Role

from .place import PASSPHRASE, SMALL, Clock

RFC_6238_SECRET = b"12345678901234567890"
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
"""Appendix B, SHA-1: eight digits, of which we show the last six."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "accounts.db"
    accounts = Accounts(tables.open_store(path), (), SMALL, clock)
    for name in ("maria", "jo"):
        accounts.add(name, Role.SUPERVISOR, PASSPHRASE)
    return path


@pytest.mark.parametrize(("seconds", "code"), RFC_6238.items())
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(RFC_6238_SECRET, seconds // 30) == code[-6:]


@pytest.mark.parametrize(("by", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_from_one_step_before_to_one_after(by: int, counts: bool) -> None:
    secret, now = new_secret(), 2_000_000_000.0
    step = int(now // 30) + by
    assert step_of(secret, code_at(secret, step), now) == (step if counts else None)


@pytest.mark.parametrize("spelling", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}"])
def test_a_code_may_be_typed_with_spaces(spelling: str) -> None:
    secret = new_secret()
    code = code_at(secret, 7)
    assert step_of(secret, spelling.format(code[:3], code[3:]), 7 * 30) == 7


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\u0661" * 6, "\ud800", "1" * 5000])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(new_secret(), typed, 2_000_000_000.0) is None


def test_a_code_counts_once(store: Path, clock: Clock) -> None:
    apps, secret = Apps(tables.open_store(store), clock), new_secret()
    now = int(clock() // 30)
    apps.keep("maria", secret, now - 2)
    assert apps.accept("maria", code_at(secret, now))
    assert not apps.accept("maria", code_at(secret, now))
    assert not apps.accept("maria", code_at(secret, now - 1))
    assert apps.accept("maria", code_at(secret, now + 1))
    assert not apps.accept("jo", code_at(secret, now + 1))


def test_of_many_who_send_one_code_at_once_one_gets_in(store: Path, clock: Clock) -> None:
    apps, secret = Apps(tables.open_store(store), clock), new_secret()
    code = code_at(secret, int(clock() // 30))
    apps.keep("maria", secret, 0)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: apps.accept("maria", code), range(16))) == 1


def test_the_code_that_confirmed_an_app_is_used_up(store: Path, clock: Clock) -> None:
    apps, secret = Apps(tables.open_store(store), clock), new_secret()
    now = int(clock() // 30)
    apps.keep("maria", secret, now)
    assert not apps.accept("maria", code_at(secret, now))


@pytest.mark.parametrize(("off", "minutes"), [(0, 0), (90, 2), (-330, -6), (60, 1), (-1_190, -20)])
def test_a_phone_whose_clock_is_wrong_is_told_by_how_much(off: int, minutes: int) -> None:
    secret, now = new_secret(), 2_000_000_010.0
    typed = code_at(secret, int((now + off) // 30))
    assert minutes_off(secret, typed, now) == (minutes or 0) or off == 0


def test_a_code_of_no_time_nearby_is_not_explained() -> None:
    secret = new_secret()
    near = {code_at(secret, step) for step in range(960, 1041)}
    assert minutes_off(secret, next(f"{n:06}" for n in range(10**6) if f"{n:06}" not in near), 30_000) == 0


def test_a_secret_is_written_for_the_eye_and_for_the_camera() -> None:
    secret = bytes(range(20))
    assert written(secret) == "AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT"
    assert address(secret, "maria", "Mandarin County") == (
        "otpauth://totp/Your%20Voice%20Mandarin%20County:maria"
        "?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT&issuer=Your%20Voice%20Mandarin%20County"
    )


def test_recovery_codes_are_ten_different_ones_of_eighty_bits(store: Path) -> None:
    codes = RecoveryCodes(tables.open_store(store)).renew("maria")
    assert len(set(codes)) == HOW_MANY == 10
    assert {len(code.replace("-", "")) * 5 for code in codes} == {80}


def test_a_recovery_code_counts_once_for_its_owner_and_is_not_kept(store: Path) -> None:
    engine = tables.open_store(store)
    codes = RecoveryCodes(engine)
    mine = codes.renew("maria")
    codes.renew("jo")
    assert not codes.spend("jo", mine[0])
    assert codes.spend("maria", mine[0])
    assert not codes.spend("maria", mine[0])
    assert (codes.left("maria"), codes.left("jo")) == (9, 10)
    kept = store.read_bytes().lower()
    assert not [code for code in mine if code.encode() in kept or code.replace("-", "").encode() in kept]


def test_a_recovery_code_counts_however_it_is_copied(store: Path) -> None:
    codes = RecoveryCodes(tables.open_store(store))
    mine = codes.renew("maria")
    for code, typed in zip(
        mine,
        [mine[0].upper(), mine[1].replace("-", ""), mine[2].replace("-", " "), f" {mine[3]}\n"],
        strict=False,
    ):
        assert codes.spend("maria", typed), code
    lookalike = mine[4].replace("o", "0").replace("i", "1").replace("b", "8")
    assert codes.spend("maria", lookalike)


def test_new_recovery_codes_take_the_place_of_the_old(store: Path) -> None:
    codes = RecoveryCodes(tables.open_store(store))
    old = codes.renew("maria")
    codes.renew("maria")
    assert not any(codes.spend("maria", code) for code in old)
    assert codes.left("maria") == 10


def test_of_many_who_spend_one_recovery_code_at_once_one_gets_in(store: Path) -> None:
    codes = RecoveryCodes(tables.open_store(store))
    code = codes.renew("maria")[0]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: codes.spend("maria", code), range(16))) == 1


def test_a_question_is_answered_once_and_in_time(store: Path, clock: Clock) -> None:
    questions, session = Questions(tables.open_store(store), clock), b"s" * 32
    questions.ask(session, Kind.SHOW, b"first")
    questions.ask(session, Kind.SHOW, b"second")
    assert questions.look(session, Kind.SHOW) == b"second"
    assert questions.take(b"t" * 32, Kind.SHOW) is None
    assert questions.take(session, Kind.MAKE) is None
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: questions.take(session, Kind.SHOW), range(8)))
    assert sorted(taken, key=str) == [None] * 7 + [b"second"] or taken.count(b"second") == 1
    questions.ask(session, Kind.MAKE, b"late")
    clock.seconds += 601
    assert questions.take(session, Kind.MAKE) is None
