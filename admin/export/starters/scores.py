"""Works the scores out again from the raw answers in responses.csv, with what scoring.csv says each answer
counts. Needs pandas. Run it in the bundle's folder: python scores.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd


def work_out(responses: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """One score of every response. All sums are of whole numbers, so the mean is exact to the last digit."""
    first = rules.iloc[0]
    answered = weights = points = pd.Series(0, responses.index)
    for item, rule in rules.groupby("item"):
        counts = rule.set_index("code")
        answered = answered + responses[str(item)].isin(counts.index)
        weights = weights + responses[str(item)].map(counts["weight"]).fillna(0)
        points = points + responses[str(item)].map(counts["points"]).fillna(0)
    scored = (answered >= first["min_answered"]) & (weights > 0)
    whole = weights * first["unit"]
    mean = (points / whole).where(scored)
    positive = first["above_denominator"] * points > first["above_numerator"] * whole
    pomp = 100 * (mean - first["low"]) / (first["high"] - first["low"])
    above = positive.astype(float).where(scored)
    return pd.DataFrame({"n": answered, "mean": mean, "pomp": pomp, "pos": above})


def alpha(responses: pd.DataFrame, rules: pd.DataFrame) -> float:
    """Cronbach's alpha of those who answered all items, keyed."""
    keyed = pd.DataFrame(
        {
            item: responses[str(item)].map(rule.set_index("code")["keyed"])
            for item, rule in rules.groupby("item", sort=False)
        }
    ).dropna()
    covariance = keyed.cov().to_numpy()
    k = len(covariance)
    return float(k / (k - 1) * (1 - covariance.trace() / covariance.sum()))


def wilson(count: int, n: int) -> tuple[float, float]:
    """A share's 95 % interval."""
    z = 1.959963984540054
    middle = (count + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * (count * (n - count) / n + z**2 / 4) ** 0.5
    return middle - half, middle + half


def summary(folder: Path) -> pd.DataFrame:
    """One line for each score; raises ValueError where a score is not what stands in the file."""
    printed = pd.read_csv(folder / "responses.csv", dtype=str)
    responses = printed.apply(pd.to_numeric, errors="coerce")
    scoring = pd.read_csv(folder / "scoring.csv")
    lines = []
    for name, rules in scoring.groupby("score", sort=False):
        found = work_out(responses, rules)
        for column in found:
            there = printed[f"{name}_{column}"].map(float, na_action="ignore").astype(float)
            if not found[column].astype(float).equals(there):
                raise ValueError(f"{name}_{column} is not what stands in responses.csv")
        n, positive = int(found["mean"].count()), int(found["pos"].sum())
        low, high = wilson(positive, n)
        lines.append(
            {
                "score": name,
                "scored": n,
                "mean": found["mean"].mean(),
                "positive": 100 * positive / n,
                "low": 100 * low,
                "high": 100 * high,
                "alpha": alpha(responses, rules),
            }
        )
    return pd.DataFrame(lines)


if __name__ == "__main__":
    summary(Path()).to_csv(sys.stdout, index=False)
