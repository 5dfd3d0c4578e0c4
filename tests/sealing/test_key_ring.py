"""The key ring: who can open what, and what becomes of keys that are lost, spoilt or destroyed (P8, P14)."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.keyfiles import COST_CAP, KeyRingError
from admin.keys import KeyRing
from admin.passphrases import Cost, PassphraseError
from admin.unsealing import Opener, UnknownKeyError, unlock, unlock_with_paper
from admin.wrapping import KEY_COST, PAPER_SIZE, print_paper, read_paper
from survey_app.sealing import PLAIN_SIZE, PURPOSES, Purpose, read_bundle, seal
from tests.sealing.builders import CHEAP, FIRST, HOLDER, LAST, PASSPHRASE, TODAY, make_ring

OTHER, OTHERS_PASSPHRASE = "bo.smith", "velvet kitten mosaic harbor"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return make_ring(tmp_path / "keys")[0]


def sealed(ring: KeyRing, purpose: Purpose = "answers") -> bytes:
    key = ring.bundle().key_for(purpose, TODAY)
    assert key is not None
    return seal(bytes(PLAIN_SIZE[purpose]), key)


def opens(opener: Opener, ballot: bytes) -> bool:
    try:
        return opener.open(ballot, "answers") == bytes(PLAIN_SIZE["answers"])
    except UnknownKeyError:
        return False


def test_a_holder_opens_with_the_passphrase_and_only_with_it(ring: KeyRing) -> None:
    assert opens(unlock(ring, HOLDER, PASSPHRASE), sealed(ring))
    with pytest.raises(KeyRingError, match="not the right one"):
        unlock(ring, HOLDER, PASSPHRASE + " ")


def test_a_passphrase_typed_on_another_keyboard_is_the_same(ring: KeyRing) -> None:
    ring.add_holder(OTHER, "caf\u00e9 lantern orbit sunday", CHEAP)
    ring.new_epoch("answers", "spring", TODAY, LAST)
    assert opens(unlock(ring, OTHER, "cafe\u0301 lantern orbit sunday"), sealed(ring))


def test_a_later_holder_opens_later_epochs_and_what_is_shared(ring: KeyRing) -> None:
    earlier = sealed(ring)
    ring.add_holder(OTHER, OTHERS_PASSPHRASE, CHEAP)
    ring.new_epoch("answers", "spring", TODAY, LAST)
    assert opens(unlock(ring, OTHER, OTHERS_PASSPHRASE), sealed(ring))
    assert not opens(unlock(ring, OTHER, OTHERS_PASSPHRASE), earlier)
    assert ring.share(unlock(ring, HOLDER, PASSPHRASE), OTHER) == 3
    assert opens(unlock(ring, OTHER, OTHERS_PASSPHRASE), earlier)


def test_the_paper_key_opens_everything_however_it_is_typed(tmp_path: Path) -> None:
    ring, paper = make_ring(tmp_path)
    for typed in (paper, paper.lower(), paper.replace(" ", "-"), paper.replace("O", "0").replace("I", "1")):
        assert opens(unlock_with_paper(ring, typed), sealed(ring))


@given(
    secret=st.binary(min_size=PAPER_SIZE, max_size=PAPER_SIZE),
    place=st.integers(0, 69),
    letter=st.sampled_from("ABCXYZ27"),
)
def test_a_slip_in_the_paper_key_is_noticed(secret: bytes, place: int, letter: str) -> None:
    paper = print_paper(secret)
    assert read_paper(paper) == secret
    slipped = paper[:place] + letter + paper[place + 1 :]
    if slipped.replace("\n", " ") != paper.replace("\n", " "):
        with pytest.raises(KeyRingError, match=r"slip|letters and digits"):
            read_paper(slipped)


def test_the_paper_key_of_another_ring_opens_nothing(ring: KeyRing, tmp_path: Path) -> None:
    _, paper = make_ring(tmp_path / "others")
    with pytest.raises(KeyRingError, match="another key ring"):
        unlock_with_paper(ring, paper)


def test_a_destroyed_epoch_is_closed_to_everybody(tmp_path: Path) -> None:
    ring, paper = make_ring(tmp_path)
    ballot, secret = sealed(ring), ring.epoch_path("answers", "2026").read_bytes()
    ring.shred("answers", "2026")
    assert not opens(unlock(ring, HOLDER, PASSPHRASE), ballot)
    assert not opens(unlock_with_paper(ring, paper), ballot)
    assert not any(secret[:500] in path.read_bytes() for path in tmp_path.rglob("*.json"))
    assert ring.bundle().key_for("answers", TODAY) is None
    assert ring.bundle().key_for("contact", TODAY) is not None


def test_the_ring_is_for_its_owner_only(ring: KeyRing) -> None:
    for path in (ring.folder, *ring.folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_no_file_of_the_ring_holds_a_seed_or_a_passphrase(ring: KeyRing) -> None:
    written = b"".join(path.read_bytes() for path in ring.folder.rglob("*.json"))
    assert PASSPHRASE.encode() not in written
    assert written.count(b'"raw"') == 4


def test_the_bundle_has_public_halves_only(ring: KeyRing, tmp_path: Path) -> None:
    ring.publish_bundle(tmp_path / "public" / "keys.json")
    assert read_bundle(tmp_path / "public" / "keys.json").keys == ring.bundle().keys
    assert b"sealed_to" not in (tmp_path / "public" / "keys.json").read_bytes()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda ring: ring.add_holder(HOLDER, OTHERS_PASSPHRASE, CHEAP), 'a key holder "ana" already'),
        (lambda ring: ring.add_holder("recovery", OTHERS_PASSPHRASE, CHEAP), "needs a name like"),
        (lambda ring: ring.add_holder("../ana", OTHERS_PASSPHRASE, CHEAP), "needs a name like"),
        (lambda ring: ring.add_holder(OTHER, OTHERS_PASSPHRASE, Cost(2**21, 3, 4)), "1024 MiB at most"),
        (lambda ring: ring.make_recovery(), "a paper key already"),
        (
            lambda ring: ring.new_epoch("answers", "2026", FIRST, LAST),
            "already a key for answers, epoch 2026",
        ),
        (lambda ring: ring.new_epoch("answers", "A b", FIRST, LAST), "small letters, digits"),
        (lambda ring: ring.new_epoch("answers", "backwards", LAST, FIRST), "ends before it begins"),
        (lambda ring: ring.shred("answers", "../holders/ana"), "There is no answers key"),
        (lambda ring: unlock(ring, "nobody", PASSPHRASE), 'no key holder "nobody"'),
        (lambda ring: unlock_with_paper(ring, "ABCD"), "has 56 letters"),
        (lambda ring: unlock_with_paper(ring, "9" * 56), "letters A to Z"),
    ],
)
def test_what_cannot_be_done_is_said_kindly(
    ring: KeyRing, act: Callable[[KeyRing], object], words: str
) -> None:
    before = sorted(ring.folder.rglob("*"))
    with pytest.raises(KeyRingError, match=words):
        act(ring)
    assert sorted(ring.folder.rglob("*")) == before


@pytest.mark.parametrize("passphrase", ["", "short", "passphrase12345", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_passphrase_that_is_easy_to_guess_is_refused(ring: KeyRing, passphrase: str) -> None:
    with pytest.raises(PassphraseError):
        ring.add_holder(OTHER, passphrase, CHEAP)


def test_an_epoch_needs_a_holder_and_a_paper_key(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    with pytest.raises(KeyRingError, match="no paper key yet"):
        ring.new_epoch("answers", "2026", FIRST, LAST)
    ring.make_recovery()
    with pytest.raises(KeyRingError, match="no key holder for answers yet"):
        ring.new_epoch("answers", "2026", FIRST, LAST)


def test_what_the_ring_lacks_is_told(ring: KeyRing) -> None:
    assert list(ring.faults(TODAY)) == [
        f"There is no deputy for {purpose}: make a second holder, in case one is lost."
        for purpose in PURPOSES
    ]
    ring.add_holder(OTHER, OTHERS_PASSPHRASE, CHEAP)
    told = " ".join(ring.faults(LAST - timedelta(days=3)))
    assert "bo.smith cannot open answers 2026" in told
    assert "The last contact key ends within 14 days" in told
    ring.share(unlock(ring, HOLDER, PASSPHRASE), OTHER)
    assert list(ring.faults(TODAY)) == []
    late = " ".join(ring.faults(LAST + timedelta(days=1)))
    assert "No answers key is valid today: the survey is closed until" in late
    assert "No contact key is valid today: nobody can ask to be contacted until" in late


def spoil(path: Path, **changes: object) -> None:
    """Change values of the wrapping and put the checksum right, as a forger would."""
    written = msgspec.json.decode(path.read_bytes())
    written["wrapped"] |= changes
    path.write_bytes(msgspec.json.encode(written))


@pytest.mark.parametrize(
    "changes",
    [
        {"memory": 100 * 2**20},
        {"passes": 10**9},
        {"lanes": 10**6},
        {"memory": -1},
        {"lanes": 0},
        {"passes": 0},
    ],
)
def test_a_file_that_asks_for_too_much_is_refused_before_it_costs_anything(
    ring: KeyRing, changes: dict[str, int]
) -> None:
    spoil(ring.holder_path(HOLDER), **changes)
    start = time.monotonic()
    with pytest.raises(KeyRingError, match="more memory or time"):
        unlock(ring, HOLDER, PASSPHRASE)
    assert time.monotonic() - start < 1


def test_a_lowered_cost_does_not_open_the_file(ring: KeyRing) -> None:
    """A file cannot be made cheaper to guess."""
    path = ring.holder_path(HOLDER)
    holder = ring.holder(HOLDER)
    cheaper = msgspec.structs.replace(holder.wrapped, memory=32)
    path.write_bytes(msgspec.structs.replace(holder, wrapped=cheaper).to_bytes())
    with pytest.raises(KeyRingError, match="not the right one, or the file was changed"):
        unlock(ring, HOLDER, PASSPHRASE)


@pytest.fixture(scope="module")
def spare(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """A ring to spoil and mend again and again."""
    return make_ring(tmp_path_factory.mktemp("spare"))[0]


@pytest.mark.parametrize("kind", ["holders/ana.json", "recovery.json", "epochs/answers-2026.json"])
@given(cut=st.integers(0, 2000), place=st.integers(0, 1500), change=st.integers(1, 255))
def test_a_cut_or_changed_file_is_refused_by_its_name(
    spare: KeyRing, kind: str, cut: int, place: int, change: int
) -> None:
    def everything() -> list[object]:
        return [spare.holders(), spare.epochs(), spare.recovery()]

    path = spare.folder / kind
    right, whole = everything(), path.read_bytes()
    flipped = bytearray(whole)
    flipped[place] ^= change
    for spoilt in (whole[: min(cut, len(whole) - 2)], bytes(flipped)):
        path.write_bytes(spoilt)
        try:
            found = everything()
        except KeyRingError as error:
            found = [path.name in str(error)]
        assert found in (right, [True])
    path.write_bytes(whole)


def test_the_cap_is_above_what_is_asked_of_a_new_holder() -> None:
    assert Cost(memory=256 * 1024, passes=3, lanes=4) == KEY_COST
    assert KEY_COST.within(COST_CAP)
