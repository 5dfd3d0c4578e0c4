"""Who is named for answers opens no note, and the other way round; rings from before keep working (P8)."""

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from admin.keyfiles import RECOVERY, EpochFile, KeyRingError, Wrapped
from admin.keys import KeyRing
from admin.unsealing import UnknownKeyError, unlock, unlock_with_paper
from survey_app.files import Checked
from survey_app.sealing import PLAIN_SIZE, PURPOSES, Purpose, seal
from tests.sealing.builders import CHEAP, FIRST, HOLDER, LAST, PASSPHRASE, TODAY, make_ring

SECRET = {"answers": "gravel lantern orbit sunday", "contact": "velvet kitten mosaic harbor"}


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """A ring whose holders are called after their one purpose."""
    ring = KeyRing(tmp_path)
    for purpose in PURPOSES:
        ring.add_holder(purpose, SECRET[purpose], CHEAP, (purpose,))
    ring.make_recovery()
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "2026", FIRST, LAST)
    return ring


def sealed(ring: KeyRing, purpose: Purpose) -> bytes:
    key = ring.bundle().key_for(purpose, TODAY)
    assert key is not None
    return seal(bytes(PLAIN_SIZE[purpose]), key)


def opened_by(ring: KeyRing, holder: str, passphrase: str) -> set[str]:
    """The purposes whose seals of today the holder opens."""
    opener, opened = unlock(ring, holder, passphrase), set()
    for purpose in PURPOSES:
        try:
            opener.open(sealed(ring, purpose), purpose)
            opened.add(purpose)
        except UnknownKeyError:
            continue
    return opened


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_holder_opens_what_the_holder_is_for_and_nothing_else(ring: KeyRing, purpose: Purpose) -> None:
    assert opened_by(ring, purpose, SECRET[purpose]) == {purpose}
    assert all(set(epoch.sealed_to) == {epoch.key.purpose, RECOVERY} for epoch in ring.epochs())


def test_the_paper_key_still_opens_both(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    paper = ring.make_recovery()
    for purpose in PURPOSES:
        ring.add_holder(purpose, SECRET[purpose], CHEAP, (purpose,))
        ring.new_epoch(purpose, "2026", FIRST, LAST)
        assert unlock_with_paper(ring, paper).open(sealed(ring, purpose), purpose)


def test_even_who_opens_everything_shares_no_note_with_a_holder_for_answers(ring: KeyRing) -> None:
    ring.add_holder("ana", PASSPHRASE, CHEAP)
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "late", TODAY, LAST)
    ring.add_holder("bo", PASSPHRASE, CHEAP, ("answers",))
    assert ring.share(unlock(ring, "ana", PASSPHRASE), "bo") == 1
    assert opened_by(ring, "bo", PASSPHRASE) == {"answers"}
    before = [path.read_bytes() for path in ring.files("epochs")]
    with pytest.raises(KeyRingError, match="contact is a key holder for contact: nothing that you can open"):
        ring.share(unlock(ring, "bo", PASSPHRASE), "contact")
    assert [path.read_bytes() for path in ring.files("epochs")] == before


def test_a_release_takes_up_no_key_for_notes(ring: KeyRing) -> None:
    """Even a holder for both, asked for answers only, has no key of a note in memory."""
    ring.add_holder("ana", PASSPHRASE, CHEAP)
    for purpose in PURPOSES:
        ring.new_epoch(purpose, "late", TODAY, LAST)
    opener = unlock(ring, "ana", PASSPHRASE, ("answers",))
    assert opener.open(sealed(ring, "answers"), "answers")
    with pytest.raises(UnknownKeyError):
        opener.open(sealed(ring, "contact"), "contact")
    with pytest.raises(KeyRingError, match=r"for contact only\. This needs one for answers"):
        unlock(ring, "contact", SECRET["contact"], ("answers",))


class Former(Checked, frozen=True, kw_only=True):
    """holders/<name>.json as it was before there were purposes."""

    format: Literal["yourvoice-holder/1"] = "yourvoice-holder/1"
    name: str
    raw: bytes
    wrapped: Wrapped


def as_before(ring: KeyRing, name: str) -> None:
    """Write a holder's file as it was then, checksum and all."""
    holder = ring.holder(name)
    former = Former(name=holder.name, raw=holder.raw, wrapped=holder.wrapped)
    ring.holder_path(name).write_bytes(former.to_bytes())


def test_a_ring_from_before_opens_both_and_is_asked_what_for(tmp_path: Path) -> None:
    ring, _ = make_ring(tmp_path)
    as_before(ring, HOLDER)
    assert ring.holder(HOLDER).opens == PURPOSES
    assert opened_by(ring, HOLDER, PASSPHRASE) == set(PURPOSES)
    assert f"keys limit {HOLDER} --for answers" in " ".join(ring.faults(TODAY))
    ring.limit(HOLDER, PURPOSES)
    assert "keys limit" not in " ".join(ring.faults(TODAY))


def test_a_limited_holder_loses_earlier_notes_too(tmp_path: Path) -> None:
    ring, _ = make_ring(tmp_path)
    as_before(ring, HOLDER)
    with pytest.raises(KeyRingError, match="Nobody else opens contact 2026: share it"):
        ring.limit(HOLDER, ("answers",))
    assert opened_by(ring, HOLDER, PASSPHRASE) == set(PURPOSES)
    ring.add_holder("bo", SECRET["contact"], CHEAP, ("contact",))
    ring.share(unlock(ring, HOLDER, PASSPHRASE), "bo")
    assert ring.limit(HOLDER, ("answers",)) == 1
    assert opened_by(ring, HOLDER, PASSPHRASE) == {"answers"}
    assert opened_by(ring, "bo", SECRET["contact"]) == {"contact"}
    ring.new_epoch("contact", "late", TODAY, LAST)
    assert opened_by(ring, HOLDER, PASSPHRASE) == {"answers"}
    with pytest.raises(KeyRingError, match="cannot be for more than before"):
        ring.limit(HOLDER, PURPOSES)


@pytest.mark.parametrize(
    "purposes", [[], ["answers", "answers"], ["contact", "answers"], ["letters"], "answers", None, [None]]
)
def test_a_file_that_is_for_nonsense_is_refused_by_its_name(ring: KeyRing, purposes: object) -> None:
    path = ring.holder_path("answers")
    path.write_bytes(msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | {"purposes": purposes}))
    with pytest.raises(KeyRingError, match=r"answers\.json is another kind of file or was changed"):
        ring.holders()


def test_a_purpose_that_was_struck_out_is_noticed(ring: KeyRing) -> None:
    path = ring.holder_path("answers")
    fields = msgspec.json.decode(path.read_bytes())
    del fields["purposes"]
    path.write_bytes(msgspec.json.encode(fields))
    with pytest.raises(KeyRingError, match="its checksum does not fit"):
        ring.holders()


def test_a_note_that_was_sealed_to_somebody_else_is_told(ring: KeyRing) -> None:
    path = ring.epoch_path("contact", "2026")
    epoch = msgspec.json.decode(path.read_bytes(), type=EpochFile)
    more = {**epoch.sealed_to, "answers": epoch.sealed_to["contact"]}
    path.write_bytes(msgspec.structs.replace(epoch, sealed_to=more).to_bytes())
    assert "answers can open contact 2026 and is no key holder for it" in " ".join(ring.faults(TODAY))
