"""Omega: R's numbers, an independent optimiser's, and the cases in which there is none."""

from __future__ import annotations

import json
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from admin.scoring.omega import Floats, Unestimable, omega, omega_of
from admin.scoring.patterns import Patterns

from .builders import REFERENCE
from .test_reference import CONSTRUCTS, SCALES, TALLIES

OMEGA = 1e-8
R = json.loads((REFERENCE / "survey22_reference.json").read_text())


def slow_omega(covariance: Floats) -> tuple[float, float]:
    """Omega and the smallest uniqueness, by a general search over loadings and uniquenesses."""
    size = len(covariance)
    deviations = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviations, deviations)

    def misfit(at: Floats) -> tuple[float, Floats]:
        loadings, own = at[:size], np.exp(at[size:])
        inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(own))
        pull = inverse - inverse @ correlation @ inverse
        worth = -np.linalg.slogdet(inverse)[1] + np.trace(correlation @ inverse)
        return float(worth), np.concatenate([2 * pull @ loadings, np.diag(pull) * own])

    start = np.concatenate([np.full(size, 0.7), np.full(size, np.log(0.5))])
    found = minimize(misfit, start, jac=True, method="L-BFGS-B", options={"ftol": 0, "gtol": 1e-11})
    common = float(found.x[:size] @ deviations) ** 2
    own = np.exp(found.x[size:])
    return common / (common + float(own @ deviations**2)), float(own.min())


def one_factor(loadings: list[float]) -> Floats:
    """The covariances of items with these loadings, uniquenesses 1 - loading^2, deviations 1, 2, 3 ..."""
    strength = np.array(loadings)
    correlation = np.outer(strength, strength)
    np.fill_diagonal(correlation, 1)
    deviations = np.arange(1, 1 + len(loadings))
    return np.asarray(correlation * np.outer(deviations, deviations), np.float64)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_has_the_reference_omega(name: str) -> None:
    """R's two programs search until they are near enough; they differ by up to 2.6e-8 from each other.

    So ours may be no farther from either than the tolerance, or than they are apart.
    """
    id = f"construct.{name.lower()}"
    found = omega(SCALES[id], TALLIES[id]).value
    lavaan, fa = R[name]["omega_ml_lavaan"], R[name]["omega_ml_fa"]
    assert found == pytest.approx(fa, abs=OMEGA)
    assert found == pytest.approx(lavaan, abs=max(OMEGA, abs(lavaan - fa) + 1e-9))


def test_three_items_have_the_omega_that_can_be_had_by_hand() -> None:
    """With three items the model fits exactly: each loading is sqrt(r12 r13 / r23)."""
    covariance = one_factor([0.8, 0.7, 0.6])
    strength = np.array([0.8, 0.7, 0.6]) * (1, 2, 3)
    own = (1 - np.array([0.8, 0.7, 0.6]) ** 2) * (1, 4, 9)
    common = strength.sum() ** 2
    assert omega_of(covariance).value == pytest.approx(common / (common + own.sum()), abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0.2, 0.95), min_size=3, max_size=9))
def test_a_matrix_of_one_factor_gives_that_factor_back(loadings: list[float]) -> None:
    covariance = one_factor(loadings)
    deviations = np.arange(1, 1 + len(loadings))
    common = (loadings @ deviations) ** 2
    own = (1 - np.square(loadings)) @ deviations**2
    assert omega_of(covariance).value == pytest.approx(common / (common + own), abs=1e-9)


@settings(deadline=None, max_examples=25)
@given(st.integers(3, 8), st.integers(100, 300), st.integers(0, 10**6))
def test_omega_is_what_a_slow_general_search_finds(items: int, n: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    shared = dice.normal(size=(n, 1)) * dice.uniform(0.4, 1.2, items)
    covariance = np.cov(np.clip(np.round(3 + shared + dice.normal(size=(n, items))), 1, 5).T)
    found, (slow, own) = omega_of(covariance), slow_omega(covariance)
    if found.why is None:
        assert found.value == pytest.approx(slow, abs=2e-5)
    else:
        assert found.why is Unestimable.HEYWOOD
        assert own < 1e-3


@settings(deadline=None)
@given(st.permutations(range(5)), st.lists(st.floats(0.1, 9), min_size=5, max_size=5))
def test_the_order_of_items_changes_nothing_nor_does_another_unit(
    order: list[int], signs: list[float]
) -> None:
    covariance = one_factor([0.9, 0.3, 0.5, 0.7, 0.6]) + np.diag([0.1, 0.2, 0.1, 0.4, 0.3])
    value = omega_of(covariance).value
    assert omega_of(covariance[np.ix_(order, order)]).value == pytest.approx(value, abs=1e-10)
    assert omega_of(covariance * signs[0]).value == pytest.approx(value, abs=1e-10)


def heywood() -> Floats:
    """Item 1 would have to share more than all of its variance: r12 r13 / r23 = 1.6."""
    return np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]])


def nobody_agrees() -> Floats:
    """Three items of which each pair disagrees: no one factor can stand behind them."""
    return np.array([[1, -0.3, -0.3], [-0.3, 1, -0.3], [-0.3, -0.3, 1]])


@pytest.mark.parametrize(
    ("covariance", "why"),
    [
        (np.eye(2) + 0.5, Unestimable.FEW_ITEMS),
        (np.eye(1), Unestimable.FEW_ITEMS),
        (np.ones((4, 4)), Unestimable.SINGULAR),
        (np.diag([1.0, 1.0, 0.0]), Unestimable.SINGULAR),
        (np.full((3, 3), np.nan), Unestimable.SINGULAR),
        (heywood(), Unestimable.HEYWOOD),
        (one_factor([0.999975, 0.7, 0.6, 0.5]), Unestimable.HEYWOOD),
        (nobody_agrees(), Unestimable.NO_FIT),
    ],
)
def test_where_there_is_no_omega_it_is_said_why(covariance: Floats, why: Unestimable) -> None:
    found = omega_of(covariance)
    assert isnan(found.value)
    assert found.why is why


def test_nobody_at_all_has_no_omega() -> None:
    scale = SCALES["construct.eng"]
    assert omega(scale, Patterns.none(TALLIES[scale.id].bases)).why is Unestimable.SINGULAR
