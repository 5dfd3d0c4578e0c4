"""The folder of sealed letters on the staff host: which are for a key, and their end. It opens none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from survey_app.boxes import LETTER_SUFFIX, BoxError, read_letter
from survey_app.files import erase
from survey_app.sealing import KEY_ID_SIZE


def sealed_for(folder: Path, key_id: bytes) -> Iterator[Path]:
    """The letters that only this key opens; a file that is no letter is left out."""
    for path in sorted(folder.glob(f"*{LETTER_SUFFIX}")):
        try:
            _, sealed = read_letter(path)
        except BoxError:
            continue
        if sealed.startswith(key_id):
            yield path


def key_ids(folder: Path) -> frozenset[bytes]:
    """The ids of the keys that the folder's letters are sealed for."""
    found = set()
    for path in folder.glob(f"*{LETTER_SUFFIX}"):
        with suppress(BoxError):
            found.add(read_letter(path)[1][:KEY_ID_SIZE])
    return frozenset(found)


def destroy(folder: Path, key_id: bytes) -> int:
    """Overwrite and delete the letters that only this key opens; returns how many. Raises OSError."""
    gone = list(sealed_for(folder, key_id))
    for path in gone:
        erase(path)
    return len(gone)
