"""Releases made-up answers into a real released.db; they are counted by the real counting."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from admin.released import Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import Bytes, tally
from admin.scoring.quality import quality
from survey_app.boxes import ID_SIZE, BoxFile
from survey_app.coding import columns
from survey_app.instrument.snapshot import Snapshot
from survey_app.site import K

SKIPPED = 0.06


class Crowd:
    """Young people who answer alike in every test."""

    def __init__(self, released: Released, snapshot: Snapshot) -> None:
        self._released = released
        self._snapshot = snapshot
        self._dice = np.random.default_rng(7)

    def answer(self, wave: str, unit: str, size: int) -> list[bytes]:
        """Let so many ballots arrive, sealed; returns their ids."""
        ids = [os.urandom(ID_SIZE) for _ in range(size)]
        box = BoxFile(wave, f"{wave}-{unit}", tuple((ballot_id, b"sealed") for ballot_id in ids))
        assert self._released.take_in(box) == size
        return ids

    def release(self, wave: str, unit: str, ids: list[bytes]) -> None:
        """Let the answers of these ballots be counted."""
        self.release_together(wave, [(unit, ids)])

    def write(self, wave: str, unit: str, item: str, words: Sequence[str]) -> None:
        """Release the answers of as many young people as there are comments, and let these be read."""
        lot = self._lot(wave, unit, self.answer(wave, unit, len(words)))
        lot = replace(lot, words=tuple((item, one) for one in words))
        self._released.publish([lot], {})
        self._released.let_words_be_read(K)

    def release_together(self, wave: str, lots: Sequence[tuple[str, list[bytes]]]) -> None:
        """Let several units' answers be counted in one release."""
        self._released.publish([self._lot(wave, unit, ids) for unit, ids in lots], {})

    def release_alike(self, wave: str, unit: str, size: int) -> None:
        """Let so many answer everything, every one of them as the first."""
        answers = np.repeat(np.maximum(self._answers(1), 1), size, axis=0)
        self._released.publish([self._lot(wave, unit, self.answer(wave, unit, size), answers)], {})

    def _lot(self, wave: str, unit: str, ids: list[bytes], answers: Bytes | None = None) -> Lot:
        answers = self._answers(len(ids)) if answers is None else answers
        return Lot(
            wave=wave,
            unit=unit,
            snapshot=self._snapshot.hash,
            ids=tuple(ids),
            codes=tuple(row.tobytes() for row in answers),
            words=(),
            blocks=tally(blocks(self._snapshot), answers) | quality(self._snapshot, answers),
        )

    def _answers(self, size: int) -> Bytes:
        """Packed responses; what one youth says hangs together."""
        mood = self._dice.normal(0.5, 0.8, size)
        packed = []
        for column in columns(self._snapshot):
            if column.question.kind == "multi":
                code = (self._dice.random(size) < 0.3).astype(np.int64) * (column.option is not None)
            else:
                choices = len(column.question.options)
                leaning = mood + self._dice.normal(0, 0.9, size) + choices / 2 + 0.5
                code = np.clip(np.round(leaning), 1, choices)
                code = np.where(self._dice.random(size) < SKIPPED, 0, code)
            packed.append(code.astype(np.uint8))
        return np.column_stack(packed)
