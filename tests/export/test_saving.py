"""A file is there whole or not at all, says no time, and memory does not grow with the rows."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pyreadstat
import pytest

from admin.export.saving import whole_file

from .builders import export, run


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "a.zip") as file:
            file.write(b"half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_its_owners_alone(county: Path, tmp_path: Path) -> None:
    assert export(county, tmp_path / "a.csv", "--format", "csv").stat().st_mode & 0o777 == 0o600


def test_no_time_is_in_any_file(bundle: Path) -> None:
    with ZipFile(bundle.parent / "spring.zip") as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    closed = date(2020, 3, 31)
    for read, file in ((pyreadstat.read_sav, "responses.sav"), (pyreadstat.read_dta, "responses.dta")):
        _, about = read(bundle / file, metadataonly=True)
        assert about.creation_time.date() == closed, file
        assert (about.creation_time.hour, about.creation_time.minute) == (0, 0)
        assert about.number_rows == 127
    with ZipFile(bundle / "report.xlsx") as workbook:
        core = workbook.read("docProps/core.xml").decode()
        assert "2020-03-31T00:00:00Z" in core
        assert f"{date.today().year}-" not in core  # noqa: DTZ011
        assert {entry.date_time[0] for entry in workbook.infolist()} == {1980}


PEAK = """
import resource, sys
from pathlib import Path
from bench.export import FORMATS, made_up
export = made_up(int(sys.argv[2]))
for _ in FORMATS[sys.argv[1]].write(export):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["csv", "sav", "dta"])
def test_memory_grows_by_the_packed_answers_only(wanted: str) -> None:
    root = Path(__file__).parents[2]
    few, many = (
        float(run(sys.executable, "-c", PEAK, wanted, str(n), folder=root)) for n in (20_000, 120_000)
    )
    # 100,000 rows of 34 bytes, their places, and what shuffling takes: 6 MB. A table of them takes 66 MB.
    assert many - few < 25
