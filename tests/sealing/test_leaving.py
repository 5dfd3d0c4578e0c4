"""A holder who leaves, a passphrase that changes, a paper key with a slip, and files that lie (P8, P14)."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from admin.keyfiles import RECOVERY, KeyRingError
from admin.keys import KeyRing
from admin.passphrases import PassphraseError
from admin.unsealing import UnknownKeyError, unlock, unlock_with_paper
from admin.wrapping import print_paper, read_paper
from survey_app.sealing import PLAIN_SIZE, PURPOSES, seal
from tests.sealing.builders import CHEAP, HOLDER, LAST, PASSPHRASE, TODAY, make_ring

NEW = "velvet kitten mosaic harbor"
PAPER = print_paper(bytes(range(32)))


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """A ring with a holder and a deputy, who both open everything."""
    ring, _ = make_ring(tmp_path / "keys")
    ring.add_holder("bo", NEW, CHEAP)
    ring.share(unlock(ring, HOLDER, PASSPHRASE), "bo")
    return ring


def sealed(ring: KeyRing) -> bytes:
    key = ring.bundle().key_for("contact", TODAY)
    assert key
    return seal(bytes(PLAIN_SIZE["contact"]), key)


def test_a_new_passphrase_opens_what_the_old_one_opened_and_the_old_one_nothing(ring: KeyRing) -> None:
    letter, other = sealed(ring), "orbit sunday thistle kayak"
    ring.rewrap(HOLDER, PASSPHRASE, other, CHEAP)
    assert unlock(ring, HOLDER, other).open(letter, "contact")
    with pytest.raises(KeyRingError, match="not the right one"):
        unlock(ring, HOLDER, PASSPHRASE)
    assert ring.holder(HOLDER).opens == PURPOSES


def test_a_passphrase_changes_only_for_who_knows_the_old_one_and_to_a_good_one(ring: KeyRing) -> None:
    before = ring.holder_path(HOLDER).read_bytes()
    with pytest.raises(KeyRingError, match="not the right one"):
        ring.rewrap(HOLDER, NEW, "orbit sunday thistle kayak", CHEAP)
    with pytest.raises(PassphraseError):
        ring.rewrap(HOLDER, PASSPHRASE, "short", CHEAP)
    assert ring.holder_path(HOLDER).read_bytes() == before


def test_who_is_revoked_opens_nothing_here_and_nothing_new(ring: KeyRing) -> None:
    letter = sealed(ring)
    assert ring.revoke(HOLDER) == 2
    with pytest.raises(KeyRingError, match='no key holder "ana"'):
        unlock(ring, HOLDER, PASSPHRASE)
    assert unlock(ring, "bo", NEW).open(letter, "contact")
    ring.new_epoch("contact", "late", TODAY, LAST)
    assert {name for epoch in ring.epochs() for name in epoch.sealed_to} == {"bo", RECOVERY}
    with pytest.raises(KeyRingError, match="Nobody else opens answers 2026"):
        ring.revoke("bo")
    assert unlock(ring, "bo", NEW).open(letter, "contact")


def test_nobody_is_revoked_who_leaves_an_epoch_or_a_purpose_to_the_paper_key(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    ring.make_recovery()
    ring.add_holder("ana", PASSPHRASE, CHEAP, ("contact",))
    with pytest.raises(KeyRingError, match="Nobody else is a key holder for contact"):
        ring.revoke("ana")
    ring.new_epoch("contact", "2026", TODAY, LAST)
    ring.add_holder("bo", NEW, CHEAP, ("contact",))
    with pytest.raises(KeyRingError, match="Nobody else opens contact 2026"):
        ring.revoke("ana")
    for name in ("nobody", RECOVERY):
        with pytest.raises(KeyRingError, match="There is no key holder"):
            ring.revoke(name)


KILLED = """
import os, sys
from pathlib import Path
from admin.keys import KeyRing
left = int(sys.argv[2])
def hook(event, arguments):
    global left
    if event in ("os.rename", "os.remove") and "keys" in str(arguments[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
sys.addaudithook(hook)
ring = KeyRing(Path(sys.argv[1]))
{act}
"""


def killed_at(folder: Path, act: str, step: int) -> bool:
    """Run the act in a process that is killed before its change number `step`; whether it was killed."""
    script = KILLED.format(act=act)
    return subprocess.run([sys.executable, "-c", script, str(folder), str(step)], check=False).returncode < 0


def test_a_revocation_that_was_killed_at_any_step_is_ended_by_the_same_command(
    ring: KeyRing, tmp_path: Path
) -> None:
    for step in range(9):
        shutil.copytree(ring.folder, tmp_path / f"{step}" / "keys")
        broken = KeyRing(tmp_path / f"{step}" / "keys")
        if not killed_at(broken.folder, 'ring.revoke("ana")', step):
            break
        assert unlock(broken, "bo", NEW).open(sealed(broken), "contact")
        broken.revoke("ana")
        assert {name for epoch in broken.epochs() for name in epoch.sealed_to} == {"bo", RECOVERY}
    assert step > 2


def test_a_shredding_that_was_killed_at_any_step_leaves_a_ring_that_works_and_is_ended_later(
    ring: KeyRing, tmp_path: Path
) -> None:
    secret = ring.epoch_path("contact", "2026").read_bytes()
    for step in range(9):
        shutil.copytree(ring.folder, tmp_path / f"{step}" / "keys")
        broken = KeyRing(tmp_path / f"{step}" / "keys")
        if not killed_at(broken.folder, 'ring.shred("contact", "2026")', step):
            break
        assert unlock(broken, "bo", NEW)
        if broken.epoch_path("contact", "2026").exists():
            broken.shred("contact", "2026")
        broken.finish_shredding()
        left = b"".join(path.read_bytes() for path in broken.folder.rglob("*") if path.is_file())
        assert secret[500:600] not in left
        assert [epoch.key.purpose for epoch in broken.epochs()] == ["answers"]
        assert list(broken.strays()) == []
    assert step > 1


def test_what_a_killed_shredding_left_is_told(ring: KeyRing) -> None:
    path = ring.epoch_path("contact", "2026")
    path.rename(path.with_name(".contact-2026.shredding"))
    assert "epochs/.contact-2026.shredding is no file of the ring" in " ".join(ring.faults(TODAY))


@pytest.mark.parametrize("kind", ["holders/ana.json", "epochs/contact-2026.json"])
def test_a_copy_under_another_name_is_refused_or_told(ring: KeyRing, kind: str) -> None:
    path = ring.folder / kind
    stray = path.with_name(f"Copy of {path.name}")
    shutil.copy(path, stray)
    assert "is no file of the ring: delete it" in " ".join(ring.faults(TODAY))
    stray.rename(path.with_name(f"x{path.name}"))
    with pytest.raises(KeyRingError, match=rf"x{path.name} is a copy of {path.name}: delete"):
        list(ring.faults(TODAY))


@pytest.mark.parametrize("kind", ["holders/ana.json", "recovery.json", "epochs/contact-2026.json"])
@pytest.mark.parametrize(
    "replace",
    [
        Path.mkdir,
        os.mkfifo,
        lambda path: (os.mkfifo(path), os.open(path, os.O_RDWR)),
        lambda path: path.symlink_to(path.name),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.write_bytes(b"{" * 50_000_000),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text('{"format": "yourvoice-holder/1"}', "utf-16"),
    ],
    ids=["folder", "pipe", "pipe of somebody silent", "loop", "endless", "huge", "empty", "utf-16"],
)
def test_what_is_no_key_file_is_refused_fast(
    ring: KeyRing, kind: str, replace: Callable[[Path], object]
) -> None:
    path = ring.folder / kind
    path.unlink()
    replace(path)
    started = time.monotonic()
    with pytest.raises(KeyRingError):
        [ring.holders(), ring.epochs(), ring.recovery()]
    assert time.monotonic() - started < 1


def slips() -> list[tuple[str, str]]:
    """A paper key typed with one slip each, and the group that it is in."""
    groups = PAPER.split()
    swapped = groups[4][1] + groups[4][0] + groups[4][2:]
    wrong = ("B" if groups[2][3] != "B" else "C").join((groups[2][:3], ""))
    return [
        (" ".join([*groups[:2], wrong, *groups[3:]]), "look at group 3"),
        (" ".join([*groups[:4], swapped, *groups[5:]]), "look at group 5"),
        (" ".join([*groups[:6], groups[6][:3], *groups[7:]]), "look at group 7"),
        (" ".join([*groups[:13], groups[13] + "Q"]), "look at group 14"),
        (" ".join([*groups[:7], "AB9D", *groups[8:]]), "look at group 8"),
        (" ".join([wrong, *groups[1:12], wrong, groups[13]]), "group by group"),
        (" ".join(groups[:9]), "these are 36: compare it with the paper, group by group"),
        ("", "these are 0"),
    ]


@pytest.mark.parametrize(("typed", "words"), slips())
def test_a_slip_is_found_by_its_group_where_it_can_be_told(typed: str, words: str) -> None:
    with pytest.raises(KeyRingError, match=words):
        read_paper(typed)


def test_a_paper_key_is_read_with_anything_between_its_groups(tmp_path: Path) -> None:
    ring, paper = make_ring(tmp_path)
    for typed in (paper.replace(" ", "\u2013"), paper.replace("\n", "\r\n\u00a0"), "_".join(paper.split())):
        assert unlock_with_paper(ring, typed).open(sealed(ring), "contact")


def test_a_shredded_letter_stays_shut_for_everybody(ring: KeyRing) -> None:
    letter = sealed(ring)
    ring.shred("contact", "2026")
    with pytest.raises(UnknownKeyError):
        unlock(ring, "bo", NEW).open(letter, "contact")
