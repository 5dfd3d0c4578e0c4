"""Scoring a million responses, next to copying their bytes and to the same numbers by straight pandas.

The pandas is what one would write without thinking of speed, but no slow version of it. All times are of the
processor, because other work on the machine comes and goes. No file is written.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import msgspec
import numpy as np
import pandas as pd

from admin.demo_folder import INSTRUMENT
from admin.scoring.blocks import Block, blocks
from admin.scoring.keying import Scale, scales
from admin.scoring.patterns import Bytes
from admin.scoring.sweep import Findings, Floats, Sweep
from bench.report import Line
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import ScaleBlock
from survey_app.instrument.snapshot import Snapshot, freeze

RESPONSES = 1_000_000
SKIPPED = 0.06


@dataclass(frozen=True)
class Study:
    """The 22 statements' constructs, and simulated responses: uint8 [n, 22], 0 = skipped."""

    scales: tuple[Scale, ...]
    blocks: Mapping[str, Block]
    responses: Bytes


def study(n: int) -> Study:
    """A study of n responses whose items hang together."""
    snapshot = _statements()
    constructs = tuple(scale for scale in scales(snapshot) if scale.id.startswith("construct."))
    by_id = {block.id: block for block in blocks(snapshot)}
    width = 1 + max(max(by_id[scale.id].places) for scale in constructs)
    dice = np.random.default_rng(22)
    responses = np.zeros((n, width), np.uint8)
    mood = dice.normal(size=n)
    for place in range(width):
        answer = np.clip(np.round(3.5 + mood + dice.normal(size=n)), 1, 5)
        responses[:, place] = np.where(dice.random(n) < SKIPPED, 0, answer)
    return Study(constructs, by_id, responses)


def _statements() -> Snapshot:
    """The printed instrument without what is on no scale."""
    instrument, change = load_instrument(INSTRUMENT), msgspec.structs.replace
    sections = (
        change(section, items=tuple(item for item in section.items if isinstance(item, ScaleBlock)))
        for section in instrument.sections
        if section.storage == "response"
    )
    return freeze(change(instrument, sections=tuple(sections)), {})


def ours(study: Study) -> tuple[dict[str, Floats], tuple[Findings, ...]]:
    """Every score and every statistic."""
    sweep = Sweep(study.scales, study.blocks)
    return sweep.add(study.responses), sweep.findings()


def frame_of(study: Study) -> pd.DataFrame:
    """The responses as an evaluator has them: a column per item, nan where skipped."""
    names = {
        place: key.item
        for scale in study.scales
        for place, key in zip(study.blocks[scale.id].places, scale.keys, strict=True)
    }
    frame = pd.DataFrame(study.responses, dtype=np.float64).rename(columns=names)
    return frame.where(frame > 0)


def straight_pandas(study: Study, frame: pd.DataFrame) -> tuple[dict[str, Floats], list[dict[str, float]]]:
    """The same but omega: the scores, and n, mean, sd, positive, items and reliability of each scale."""
    scores, found = {}, []
    for scale in study.scales:
        keyed = frame[[key.item for key in scale.keys]].copy()
        for key in scale.keys:
            if key.reverse:
                keyed[key.item] = 6 - keyed[key.item]
        score = keyed.mean(axis=1).where(keyed.count(axis=1) >= scale.min_answered)
        numbers = {"n": score.count(), "mean": score.mean(), "sd": score.std()}
        numbers |= {"positive": (score > 3.5).sum(), "unscored": score.isna().sum()}
        items = {"n": keyed.count(), "mean": keyed.mean(), "sd": keyed.std()}
        items |= {"favourable": (keyed >= 4).sum()}
        for name, column in items.items():
            numbers |= {f"{name}.{item}": value for item, value in column.items()}
        numbers |= _reliability(keyed.dropna())
        scores[scale.id] = score.to_numpy()
        found.append({name: float(value) for name, value in numbers.items()})
    return scores, found


def _reliability(complete: pd.DataFrame) -> dict[str, float]:
    total = complete.sum(axis=1)
    found = {"alpha": _alpha(complete.cov()), "n_complete": float(len(complete))}
    correlation = complete.corr().to_numpy()
    found["avg_r"] = float(correlation[np.triu_indices(len(correlation), 1)].mean())
    for item in complete:
        found[f"item_rest.{item}"] = complete[item].corr(total - complete[item])
        found[f"alpha_drop.{item}"] = _alpha(complete.drop(columns=item).cov())
    return found


def _alpha(covariance: pd.DataFrame) -> float:
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.to_numpy().sum()))


def scoring_lines(rounds: int) -> list[Line]:
    """By turns: copying the bytes, ours, pandas; medians."""
    measured = study(RESPONSES)
    frame = frame_of(measured)
    copies, mine, theirs = list[float](), list[float](), list[float]()
    for number in range(3 * rounds):
        copies.append(_milliseconds(measured.responses.copy))
        mine.append(_milliseconds(lambda: ours(measured)))
        if number < 3:
            theirs.append(_milliseconds(lambda: straight_pandas(measured, frame)))
    copied, scored, straight = median(copies), median(mine), median(theirs)
    what = "1 M x 22 scored with all statistics; floor: reading and writing the bytes"
    return [
        Line(what, "ms", round(scored, 1), 25, round(copied, 2), times_floor=True),
        Line("times as fast as straight pandas", "", round(straight / scored, 1), 20, at_least=True),
        Line("straight pandas, 1 M x 22", "ms", round(straight)),
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    kept = work()
    spent = time.process_time() - begun
    del kept
    return 1000 * spent


def release_lines(few: int = 10_000, many: int = 100_000) -> list[Line]:
    """Two releases, each in a process of its own, so that its memory is its own."""
    small, large = _released(few), _released(many)
    a, b = (1000 * found["seconds"] / n for found, n in ((small, few), (large, many)))
    more = large["megabytes"] - small["megabytes"]
    what = f"1,000 of {many:,} ballots released; floor: of {few:,}"
    return [
        Line(what, "s", round(b, 3), 1.3, round(a, 3), times_floor=True),
        Line(f"memory for {many:,} beyond that for {few:,}", "MB", round(more, 1), 100),
    ]


def _released(n: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.releasing", str(n)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found
