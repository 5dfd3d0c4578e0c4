"""Brings boxes and letters from the public host's outbox into the staff host. Opens nothing.

A file is removed only when everything in it is safe here; the same file again, or cut short, harms nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from admin.released import Released
from survey_app.boxes import BOX_SUFFIX, LETTER_SUFFIX, BoxError, read_box, read_letter
from survey_app.files import alone_in, make_private_folder, write_durably


@dataclass(frozen=True)
class ImportReport:
    """How many boxes and letters were taken in, and a sentence about each file that was left where it is."""

    boxes: int
    letters: int
    left_out: tuple[str, ...]


def import_boxes(released: Released, outbox: Path, letters: Path) -> ImportReport:
    """Take in every box and letter of `outbox`; letters are put into the folder `letters`.

    Raises OSError and SQLAlchemyError; what was taken in by then is safe, the rest waits in the outbox.
    """
    make_private_folder(letters)
    with alone_in(letters, letters.parent / "import.lock"):
        return _take_in_all(released, outbox, letters)


def _take_in_all(released: Released, outbox: Path, letters: Path) -> ImportReport:
    left_out: list[str] = []
    taken = {BOX_SUFFIX: 0, LETTER_SUFFIX: 0}
    for path in sorted(path for path in outbox.glob("*") if path.suffix in taken):
        try:
            if path.suffix == BOX_SUFFIX:
                released.take_in(read_box(path))
            else:
                _take_in_letter(released, path, letters)
        except BoxError as error:
            left_out.append(str(error))
        else:
            path.unlink()
            taken[path.suffix] += 1
    if any(taken.values()):
        released.tidy()
    return ImportReport(taken[BOX_SUFFIX], taken[LETTER_SUFFIX], tuple(left_out))


def _take_in_letter(released: Released, path: Path, letters: Path) -> None:
    """First the file, then the note that it came: a crash in between repeats, and loses nothing."""
    letter_id, _ = read_letter(path)
    if not released.has_seen(letter_id):
        write_durably(letters / f"{letter_id.hex()}{LETTER_SUFFIX}", path.read_bytes())
        released.remember(letter_id)
