"""The folder that `yourvoice-admin score` writes: all of its files or none, and never over another's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from admin.scoring.evaluation import FORMAT
from admin.scoring.sweep import Floats
from survey_app.files import sync_folder

STATISTICS = "statistics.json"
OURS = frozenset({"scores.csv", "activities.csv", STATISTICS})


class OutputError(Exception):
    """Nothing can be written there; the text says why."""


def refuse_foreign(folder: Path, inputs: Sequence[Path]) -> None:
    """Raise OutputError unless the folder is new, empty, or what we wrote before."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise OutputError(f"{folder} is not a folder. Name a new one.")
    names = {path.name for path in folder.iterdir()}
    inside = any(path.resolve().parent == folder.resolve() for path in inputs if path.exists())
    if inside or (names and not (names <= OURS and _is_ours(folder / STATISTICS))):
        raise OutputError(f"{folder} holds other files. Name a new or empty folder.")


def _is_ours(statistics: Path) -> bool:
    return statistics.is_file() and f'"format": "{FORMAT}"' in statistics.read_text("utf-8", "replace")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A draft beside the folder, which takes its place at the end; after an error it is gone.

    Whatever is killed, the folder is there whole or not at all.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        yield draft
        sync_folder(draft)
        if folder.is_dir():
            former = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
            folder.rename(former)
            draft.rename(folder)
            shutil.rmtree(former)
        else:
            draft.rename(folder)
        sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def sync(file: IO[str] | IO[bytes]) -> None:
    """Make what was written durable."""
    file.flush()
    os.fsync(file.fileno())


class ScoreWriter:
    """A CSV of scores with 17 significant digits, blank where there is none."""

    def __init__(self, file: IO[str], names: Sequence[str]) -> None:
        self._file, self._names = file, names
        self._texts = _Texts({np.inf: ""})
        if names:
            file.write(",".join(names) + "\n")

    def write(self, scores: Mapping[str, Floats]) -> None:
        """Append a row for each response."""
        if not self._names:
            return
        columns = [np.where(np.isnan(scores[name]), np.inf, scores[name]).tolist() for name in self._names]
        texts = [map(self._texts.__getitem__, column) for column in columns]
        lines = list(map(",".join, zip(*texts, strict=True)))
        if len(columns) == 1:
            lines = [line or '""' for line in lines]  # an empty line would be no row
        self._file.write("\n".join(lines) + "\n")


class _Texts(dict[float, str]):
    """Scores as text; there are few different ones."""

    def __missing__(self, score: float) -> str:
        self[score] = text = f"{score:.17g}"
        return text
