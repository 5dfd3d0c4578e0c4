"""An evaluator at work: runs `yourvoice-admin score` in a folder of its own. No test stands in here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from admin.commands import main

from .builders import ROOT

INSTRUMENT = ROOT / "instruments/youth_probation_services.json"
SMALL = ROOT / "tests/kernel/base.json"


@dataclass
class Evaluator:
    """Their folder, and what the command last said."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    said: str = ""

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def statistics(self) -> dict[str, dict[str, dict[str, float]]]:
        return dict(json.loads((self.out / "statistics.json").read_text()))

    @property
    def scores(self) -> str:
        return (self.out / "scores.csv").read_text()

    def score(self, sheet: str | bytes | Path, *more: str, instrument: Path = INSTRUMENT) -> int:
        """Run the command; a text is written to a file first."""
        if isinstance(sheet, str | bytes):
            path = self.folder / "sheet.csv"
            path.write_bytes(sheet if isinstance(sheet, bytes) else sheet.encode())
            sheet = path
        options = ["--instrument", str(instrument), "--responses", str(sheet), "--out", str(self.out)]
        status = main(["score", *options, *more])
        told = self.capture.readouterr()
        self.said = told.out + told.err
        return status

    def refuses(self, sheet: str | bytes | Path, *more: str, instrument: Path = INSTRUMENT) -> str:
        """What it says about a sheet that it does not score; nothing may be left of the attempt."""
        before = sorted(path.name for path in self.folder.iterdir())
        assert self.score(sheet, *more, instrument=instrument) == 1
        assert sorted({path.name for path in self.folder.iterdir()} - {"sheet.csv"}) == [
            name for name in before if name != "sheet.csv"
        ]
        assert "Traceback" not in self.said
        return self.said
