"""Whatever fails between the intake and the release: the ballots wait where they were, and it is said."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest
from sqlalchemy.exc import SQLAlchemyError

from admin.released import ReleaseError
from survey_app.handover import send_letters
from tests.boxes.builders import County, K
from tests.boxes.sql import ask, is_sound
from tests.boxes.test_custodian import ongoing

FAULTS = (OSError, SQLAlchemyError, ReleaseError)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond a few pages."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def filled(county: County) -> County:
    """With a box's worth of ballots and a letter in the intake; the keys and both databases are there."""
    county.pass_on({"south-1": county.ballots(K)})
    county.release()
    county.fill({"north-1": county.ballots(K)})
    writer = county.writer()
    writer.store_letter(*county.letter())
    writer.close()
    return county


def everything(county: County) -> tuple[int, int]:
    """How many ballots wait in the intake, how many responses are released."""
    (ballots,) = ask(county.data / "public" / "intake.db", "SELECT count(*) FROM ballots")
    return ballots, county.released.tallies("spring").n


DUTIES: dict[str, tuple[Callable[[County], object], tuple[int, int]]] = {
    "letters": (lambda county: send_letters(county.data), (K, K)),
    "handover": (lambda county: county.hand_over(), (K, K)),
    "import": (lambda county: county.bring_in(), (0, K)),
    "release": (lambda county: county.release(), (0, K)),
}


@pytest.mark.parametrize("failing", DUTIES)
def test_a_full_disk_stops_each_duty_and_room_lets_it_go_on(county: County, failing: str) -> None:
    filled(county)
    for duty, (act, before) in DUTIES.items():
        if duty == failing:
            with full_disk(), pytest.raises(FAULTS):
                act(county)
            assert everything(county) == before
            assert not list(county.data.rglob("*.part"))
        act(county)
    assert everything(county) == (0, 2 * K)
    assert len(list(county.letters.glob("*.letter"))) == 1
    for database in ("public/intake.db", "staff/released.db"):
        assert is_sound(county.data / database)


def test_without_an_outbox_everything_stays_in_the_intake(county: County) -> None:
    filled(county)
    county.outbox.rmdir()
    county.outbox.write_bytes(b"")
    before = (county.data / "public" / "intake.db").read_bytes()
    with pytest.raises(OSError, match="outbox"):
        county.hand_over()
    assert (county.data / "public" / "intake.db").read_bytes() == before
    county.outbox.unlink()
    county.hand_over()
    assert everything(county) == (0, K)


def handover(county: County) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "survey_app.commands", "handover", "--data", str(county.data)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("place", [0, 4096 + 3], ids=["its beginning", "a page"])
def test_a_damaged_intake_is_left_as_it_is_and_its_operator_told(county: County, place: int) -> None:
    county.plan(ongoing(county.site))
    county.fill({"north-1": county.ballots(K)})
    path = county.data / "public" / "intake.db"
    whole = path.read_bytes()
    spoilt = bytearray(whole)
    spoilt[place : place + 40] = b"\xa5" * 40
    path.write_bytes(spoilt)
    done = handover(county)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The intake's database is damaged and was left as it is." in done.stderr
    assert path.read_bytes() == bytes(spoilt)
    assert not list(county.outbox.glob("*.box"))
    path.write_bytes(whole)
    assert "The box north-1 left with 3 ballots." in handover(county).stdout


def test_a_ballot_flipped_in_the_intake_is_set_aside_and_the_others_released(county: County) -> None:
    county.fill({"north-1": county.ballots(K + 1)})
    path = county.data / "public" / "intake.db"
    (sealed, *_) = ask(path, "SELECT sealed FROM ballots")
    spoilt = bytearray(path.read_bytes())
    spoilt[spoilt.index(sealed[-200:]) + 100] ^= 1
    path.write_bytes(spoilt)
    county.hand_over()
    county.bring_in()
    assert county.release().set_aside == 1
    assert county.released.tallies("spring").n == K


def test_without_random_numbers_nothing_leaves_and_nothing_is_lost(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(county)

    def silent(_: int) -> bytes:
        raise OSError("no random numbers")

    with monkeypatch.context() as patch:
        patch.setattr("random._urandom", silent)
        for act, _ in list(DUTIES.values())[:2]:
            with pytest.raises(OSError, match="no random numbers"):
                act(county)
        assert everything(county) == (K, K)
    for act, _ in DUTIES.values():
        act(county)
    assert everything(county) == (0, 2 * K)


def test_a_plan_that_broke_meanwhile_stops_the_handover_in_a_sentence(county: County) -> None:
    filled(county)
    county.plan(msgspec.structs.replace(county.site, k=1))
    done = handover(county)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert everything(county)[0] == K
