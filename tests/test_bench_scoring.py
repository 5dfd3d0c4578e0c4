"""The scoring bench compares like with like: pandas finds the same numbers, and what is timed is the work."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import county
from bench.scoring import frame_of, ours, straight_pandas, study

ROOT = Path(__file__).parents[1]


def test_straight_pandas_finds_the_same_scores_and_statistics() -> None:
    small = study(400)
    scores, found = ours(small)
    their_scores, theirs = straight_pandas(small, frame_of(small))
    for scale, mine, their in zip(small.scales, found, theirs, strict=True):
        np.testing.assert_allclose(scores[scale.id], their_scores[scale.id], rtol=0, atol=1e-12)
        held, whole = mine.reliability, mine.statistics
        expected = {"n": whole.n, "unscored": whole.unscored, "mean": whole.mean, "sd": whole.sd}
        expected |= {"positive": whole.positive, "n_complete": held.n_complete}
        expected |= {"alpha": held.alpha, "avg_r": held.avg_r}
        for place, item in enumerate(whole.items):
            expected |= {f"n.{item.item}": item.n, f"mean.{item.item}": item.mean, f"sd.{item.item}": item.sd}
            expected |= {f"favourable.{item.item}": item.favourable}
            expected |= {f"item_rest.{item.item}": held.item_rest[place]}
            expected |= {f"alpha_drop.{item.item}": held.alpha_drop[place]}
        assert their == pytest.approx(expected, abs=1e-10)


def test_the_study_has_the_22_statements() -> None:
    assert study(10).responses.shape == (10, 22)


def test_the_county_page_that_is_timed_shows_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(county, "FEW", 1000)
    monkeypatch.setattr(county, "MANY", 2000)
    assert [line.what for line in county.county_lines(1)] == [
        "county page, 1 M responses",
        "the same; floor: 10,000 responses",
    ]


def test_a_county_without_results_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="without results"):
        county._view(*county._county(tmp_path, 0))


def test_the_release_that_is_timed_is_one_of_all_ballots() -> None:
    command = [sys.executable, "-m", "bench.releasing", "50"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    assert found["seconds"] > 0
    assert found["megabytes"] > 10
