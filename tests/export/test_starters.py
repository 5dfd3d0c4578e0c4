"""The scripts in the bundle work the scores out again, to the last digit, and give the page's numbers."""

from __future__ import annotations

import io
import re
import shutil
import sys
from math import nextafter
from pathlib import Path

import pandas as pd
import pytest

from admin.released import Released
from admin.reports import Reports
from admin.scoring.results import ScaleSummary
from admin.settings import read_settings
from admin.units_once import UnitsOnce
from survey_app.instrument.snapshot import load_snapshot
from survey_app.site import load_site

from .builders import program, run

LATER = 1_700_000_000.0


def in_r(bundle: Path) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(run(program("Rscript"), "scores.R", folder=bundle)))


def in_python(bundle: Path) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(run(sys.executable, "scores.py", folder=bundle)))


SCRIPTS = {"scores.R": in_r, "scores.py": in_python}


def page(folder: Path) -> dict[str, ScaleSummary]:
    """What the results pages show of the wave."""
    settings = read_settings({"YOURVOICE_DATA": str(folder)})
    site, released = load_site(settings.site), Released(settings.released)
    reports = Reports(
        site,
        lambda name: load_snapshot(settings.snapshots / f"{name}.json"),
        released,
        lambda: LATER,
        UnitsOnce(settings.row_files / "units"),
    )
    report = reports.wave("spring")
    assert report is not None
    return {scale.id: scale for scale in (*report.summary.constructs, *report.summary.activities)}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_gives_the_numbers_of_the_page(county: Path, bundle: Path, script: str) -> None:
    found = SCRIPTS[script](bundle).set_index("score")
    shown = page(county)
    assert set(found.index) == set(shown)
    for name, scale in shown.items():
        line = found.loc[name]
        assert f"{line['scored']:g}" == scale.n.text
        assert f"{round(line['mean'], 2):.2f}" == scale.mean.text
        assert f"{round(line['positive'])}%" == scale.positive.text
        low, high = scale.positive.low, scale.positive.high
        assert (round(line["low"]), round(line["high"])) == (low, high)
        assert f"{line['alpha']:.2f}" == scale.reliability.alpha.text


def test_both_scripts_agree(bundle: Path) -> None:
    pd.testing.assert_frame_equal(in_r(bundle), in_python(bundle), rtol=1e-12)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("column", ["voi_mean", "srv_pos", "culture_gender_n"])
def test_a_script_stops_where_one_score_is_not_what_the_answers_make(
    bundle: Path, tmp_path: Path, script: str, column: str
) -> None:
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    printed = pd.read_csv(copy / "responses.csv", dtype=str)
    row = printed[column].first_valid_index()
    digits = printed.loc[row, column]
    changed = nextafter(float(digits), 9) if column == "voi_mean" else 1 - int(digits)
    printed.loc[row, column] = repr(changed)
    printed.to_csv(copy / "responses.csv", index=False)
    with pytest.raises(AssertionError):
        SCRIPTS[script](copy)


def test_the_quarto_page_runs_from_its_first_line_to_its_last(bundle: Path) -> None:
    chunks = re.findall(r"```\{python\}\n(.*?)```", (bundle / "scores.qmd").read_text(), re.DOTALL)
    assert len(chunks) == 3
    said = run(sys.executable, "-c", "\n".join((*chunks, "print(shares.shape, len(by_unit))")), folder=bundle)
    assert said.strip() == "(22, 5) 3"
