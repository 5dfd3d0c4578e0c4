"""What numbers mean, as plain sentences. Made of suppressed numbers; they claim no more than those tell."""

from __future__ import annotations

from collections.abc import Sequence

from admin.reports import WaveReport
from admin.scoring.results import ItemSummary, ReliabilitySummary, ScaleSummary
from admin.scoring.suppression import Reason, Shown
from admin.trends import Trend

HALF = 50
"""Percent."""

BELONGING = (
    (
        0.8,
        "Yes, closely: who agrees with one mostly agrees with the others, so one number for all is fair.",
    ),
    (0.7, "Yes: the answers to them mostly go the same way, so one number for all is fair."),
    (0.5, "Partly: the answers go the same way only to some degree. Read the statements one by one as well."),
)
LOOSE = "Hardly: the answers to them go their own ways. Read the statements one by one rather than the mean."
"""What alpha says in words, by custom: Nunnally (1978), Psychometric Theory, names .70 and .80."""


def headline(scale: ScaleSummary) -> str:
    """What young people say about one topic, and how sure one can be."""
    shown = scale.positive
    if shown.reason is Reason.FEW:
        return f"{scale.label}: {shown} could be scored, so nothing is shown."
    if shown.value is None:
        return f"{scale.label}: {_bound(shown)} gave good answers on the whole."
    sure = (
        f"; allowing for chance, {shown.between}"
        if shown.between
        else "; too few answered to say how sure that is"
    )
    return f"{scale.label}: {shown} gave good answers on the whole{sure}."


def halves(scales: Sequence[ScaleSummary]) -> tuple[str, ...]:
    """For which topics more or fewer than half gave good answers, as far as chance lets one say so."""
    ranges = [(one, one.positive.low or 0, one.positive.high or 0) for one in scales if one.positive.between]
    found = (
        ("More than half gave good answers on", [str(one.label) for one, low, _ in ranges if low > HALF]),
        ("Fewer than half gave good answers on", [str(one.label) for one, _, high in ranges if high < HALF]),
        (
            "About half gave good answers (the range holds 50%, so it may be more or fewer) on",
            [str(one.label) for one, low, high in ranges if low <= HALF <= high],
        ),
    )
    told = tuple(f"{words}: {'; '.join(labels)}." for words, labels in found if labels)
    ranged = [one for one, _, _ in ranges]
    return (*told, *(headline(one) for one in scales if one not in ranged))


def ranking(report: WaveReport) -> str:
    """Which topic stands highest and lowest, if chance alone does not explain it."""
    shown = [one for one in report.summary.constructs if one.positive.value is not None]
    if len(shown) < 2:
        return "There are too few numbers to compare topics."
    if not any(one.positive.between for one in shown):
        return "Too few answered to say that one topic stands above another."
    if report.extremes is None:
        return (
            "The ranges of all topics overlap: the answers do not show that one topic stands above another."
        )
    best, least = report.extremes
    return (
        f"Most positive is {best.label} ({best.positive}), least positive {least.label} ({least.positive}). "
        "Their ranges do not overlap, so chance alone hardly explains the difference."
    )


def change(trend: Trend) -> str:
    """What became of a topic since the wave before, as far as the two can be compared."""
    pair = trend.last_two
    if pair is None:
        why = "the questions changed" if trend.is_broken else "there is no earlier wave with numbers"
        return f"Cannot be compared with an earlier wave: {why}."
    before, now = ((point.wave.title, point.scale.positive) for point in pair if point.scale)
    told = f"{before[1]} ({before[0]}), then {now[1]} ({now[0]})"
    return f"{told}: {_difference(before[1], now[1])}"


def unmet(item: ItemSummary) -> str:
    """How many say that something they asked for is missing."""
    if item.unmet is None or item.unmet.reason is Reason.FEW:
        return f"Too few answered question {item.number} to say anything about it."
    shown = item.unmet
    share = str(shown) if shown.value is not None else _bound(shown)
    sure = f" (allowing for chance, {shown.between})" if shown.between else ""
    return f"{share} agree: \u201c{item.text}\u201d{sure}"


def belonging(fit: ReliabilitySummary) -> str:
    """Whether a topic's statements measure one thing, for whoever never heard of alpha."""
    value = fit.alpha.value
    if fit.alpha.reason is Reason.UNDEFINED:
        return "It cannot be told: everybody answered alike, so that nothing rises or falls together."
    if value is None:
        return "Too few answered all of its statements to tell."
    early = (
        " This is early: with fewer than 100 complete answers it may still change." if fit.is_early else ""
    )
    for least, told in BELONGING:
        if value >= least:
            return told + early
    return LOOSE + early


def _difference(before: Shown, now: Shown) -> str:
    """Whether two intervals leave room for no change."""
    ends = before.low, before.high, now.low, now.high
    if not before.between or not now.between or None in ends:
        return "too few answered to say whether that is a change."
    if (now.low or 0) > (before.high or 0):
        return "it has risen, and chance alone hardly explains it."
    if (now.high or 0) < (before.low or 0):
        return "it has fallen, and chance alone hardly explains it."
    return "the ranges overlap, so it may be the same as before."


def _bound(shown: Shown) -> str:
    """A number of which only a bound is told."""
    return "90% or more" if shown.low else "10% or fewer"
