"""Plays a wave that comes to its end, and carries its rows away as an evaluator would, again and again.

    python -m tests.attacks.closing LOOT

Ballots are sealed and stored by the real code, one after another, in a known order; the real commands hand
over, import, release and export. Comments are blacked
out and shared; one lot comes late, after the first export. Nothing is judged here.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from zipfile import ZipFile

import msgspec
from werkzeug.datastructures import MultiDict

import survey_app
from admin.commands import main as staff_command
from admin.comments import Comments, Fate, Judgement
from survey_app.ballot import clean, field_names, pack
from survey_app.boxes import ID_SIZE
from survey_app.coding import encode
from survey_app.commands import main as public_command
from survey_app.intake import open_intake
from survey_app.sealing import read_bundle, seal
from survey_app.site import K, load_site
from tests.attacks.county import HOLDER, credential, furnish, staff_settings
from tests.attacks.labels import label
from tests.attacks.youths import Youth, crowd

FIRST = {"north": 24, "south": 30, "hill": 12}
LATE = {"north": 11, "south": 11}
SILENT, SKIPPED = 3, "voi"
"""So many of the hill say nothing about one topic: 12 stand behind its rows, and 9 behind that score."""

TODAY, OVER, WEEK = date(2020, 1, 1), date(2020, 1, 2), 7 * 86_400


class Closing:
    """One county until its wave is over."""

    def __init__(self, loot: Path) -> None:
        self._loot, self._data = loot, loot / "data"
        self._data.mkdir()
        self._exports = loot / "exports"
        self._exports.mkdir()
        self._snapshot = furnish(self._data, tuple(FIRST))
        self._more = crowd(self._snapshot, 400, tuple(FIRST), seed=3)
        self._truth: list[dict[str, object]] = []

    def play(self) -> None:
        """All acts."""
        self._visits(self._coming(FIRST))
        shutil.copytree(self._data, self._loot / "evening")
        self._hand_over()
        self._release()
        self._export("open", "csv")
        self._visits(self._coming(LATE))
        self._hand_over()
        self._end_wave()
        self._share_words()
        self._export("first", "zip")
        self._release()
        self._export("second", "zip")
        for unit in FIRST:
            self._export(unit, "csv", "--unit", unit)
        shutil.copytree(self._data, self._loot / "released")
        (self._loot / "truth.json").write_text(json.dumps(self._truth))
        (self._loot / "build.json").write_text(json.dumps(str(Path(survey_app.__file__).parent.parent)))

    def _coming(self, sizes: dict[str, int]) -> list[Youth]:
        """So many of each unit, in an order of arrival that mixes them."""
        found = []
        for box, size in sizes.items():
            here = [youth for youth in self._more if youth.box == box]
            found += list(islice(here, size))
        self._more = [youth for youth in self._more if youth not in found]
        Random(4).shuffle(found)
        silent = [youth for youth in found if youth.box == "hill"][:SILENT]
        return [self._skipping(youth) if youth in silent else youth for youth in found]

    def _skipping(self, youth: Youth) -> Youth:
        names = {name for item, name in field_names(self._snapshot).items() if item.startswith(SKIPPED)}
        return replace(youth, answers=tuple(pair for pair in youth.answers if pair[0] not in names))

    def _visits(self, youths: Sequence[Youth]) -> None:
        key = read_bundle(self._data / "public" / "keys.json").key_for("answers", TODAY)
        assert key is not None
        writer = open_intake(f"sqlite:///{self._data / 'public' / 'intake.db'}")
        for youth in youths:
            ballot = clean(self._snapshot, MultiDict(youth.answers), youth.language)
            sealed = seal(pack(ballot), key)
            writer.store_ballot(youth.box, os.urandom(ID_SIZE), sealed)
            response = label(encode(self._snapshot, ballot))
            note = {"box": youth.box, "ballot": label(sealed), "response": response, "letter": ""}
            self._truth.append({**note, "words": [label(words.encode()) for words in youth.words]})
        writer.close()

    def _hand_over(self) -> None:
        assert self._command(public_command, "handover", "--now") == 0

    def _release(self) -> None:
        assert self._command(staff_command, "import") == 0
        key = ("--holder", HOLDER, "--credential", str(credential(self._data)))
        assert self._command(staff_command, "release", *key) == 0

    def _end_wave(self) -> None:
        path = self._data / "site.json"
        site = load_site(path)
        waves = tuple(msgspec.structs.replace(wave, closes=OVER) for wave in site.waves)
        path.write_bytes(
            msgspec.json.encode(msgspec.structs.replace(site, waves=waves, handover_seconds=WEEK))
        )

    def _share_words(self) -> None:
        """A supervisor blacks out all of each comment but its label, in the order of the list, and shares."""
        comments = Comments(staff_settings(self._data).released)
        for one in comments.of("now"):
            left = f"shown {label(one.words.encode())}"
            assert comments.judge(one.id, Judgement(Fate.BLACKED, "name", left))
        assert comments.share("now", K) >= K

    def _export(self, name: str, kind: str, *options: str) -> None:
        """Whether there is anything to carry away is for the build to say."""
        out = self._loot / f"{name}.{kind}"
        self._command(staff_command, "export", "--wave", "now", "--format", kind, "--out", str(out), *options)
        (self._exports / name).mkdir()
        if out.exists() and kind == "zip":
            with ZipFile(out) as bundle:
                bundle.extractall(self._exports / name)
        elif out.exists():
            out.rename(self._exports / name / "responses.csv")

    def _command(self, main: Callable[[list[str]], int], *command: str) -> int:
        with (self._loot / "said").open("a") as said, redirect_stdout(said), redirect_stderr(said):
            return main([*command, "--data", str(self._data)])


if __name__ == "__main__":
    Closing(Path(sys.argv[1])).play()
