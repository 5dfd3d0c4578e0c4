"""A file that is there whole or not at all, however large: written beside its place, then renamed (0600).

It does not know what it holds.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from survey_app.files import FLAT_TIME, sync_folder


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write into it; `path` is there when the block has ended, and nothing where it raised."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.utime(file.fileno(), (FLAT_TIME, FLAT_TIME))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
