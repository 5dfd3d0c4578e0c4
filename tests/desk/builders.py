"""A desk of the tests' own: a key ring, letters that really are sealed, and the store over them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from random import Random

from admin.desk.plan import DeskPlan
from admin.desk.store import Desk
from admin.keyfiles import KeyFolder
from survey_app.boxes import ID_SIZE, LETTER_SUFFIX, write_letter
from survey_app.sealing import SEALED_SIZE
from survey_app.site import FollowUp

HEAD, CHECK = 8, 16
"""Bytes of a letter before its id, and after what is sealed."""

TODAY = date(2031, 5, 20)
"""A Tuesday; the day that the staff side's tests have, too."""


def noise(dice: Random, key_id: bytes = b"key of a") -> tuple[bytes, bytes]:
    """The id of a letter and bytes of the right length that nobody can open."""
    return dice.randbytes(ID_SIZE), key_id + dice.randbytes(SEALED_SIZE["contact"] - len(key_id))


def lay_down(folder: Path, letter_id: bytes, sealed: bytes) -> Path:
    """Put a letter where the import puts it."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_letter(folder, letter_id, sealed).rename(folder / f"{letter_id.hex()}{LETTER_SUFFIX}")


def multiply(folder: Path, count: int, dice: Random) -> list[bytes]:
    """So many copies of the folder's first letter under other ids, at once: nothing is synced to the disk."""
    raw, ids = next(folder.iterdir()).read_bytes(), [dice.randbytes(ID_SIZE) for _ in range(count)]
    head, sealed = raw[:HEAD], raw[HEAD + ID_SIZE : -CHECK]
    for letter_id in ids:
        content = head + letter_id + sealed
        check = hashlib.blake2b(content, digest_size=CHECK).digest()
        (folder / f"{letter_id.hex()}{LETTER_SUFFIX}").write_bytes(content + check)
    return ids


class Office:
    """A store in a folder, with letters that nobody needs to open."""

    def __init__(self, folder: Path, plan: DeskPlan | None = None, keep_days: int = 30) -> None:
        self.folder, self.letters, self.dice = folder, folder / "letters", Random(7)
        self.desk = Desk(
            folder / "desk.db",
            self.letters,
            KeyFolder(folder / "keys"),
            plan or DeskPlan(),
            FollowUp(due_days=2, keep_days=keep_days),
        )

    def arrive(self, count: int = 1) -> list[bytes]:
        """So many letters come; returns their ids."""
        rows = [noise(self.dice) for _ in range(count)]
        for letter_id, sealed in rows:
            lay_down(self.letters, letter_id, sealed)
        return [letter_id for letter_id, _ in rows]
