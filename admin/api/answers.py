"""What the API says: the pages' reports as plain values, numbers only as the small-number rules let them out.

Every number is a `Shown`; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from admin.reports import UnitReport, WaveCard, WaveReport
from admin.scoring.results import (
    AnswerShare,
    ChoiceSummary,
    ItemSummary,
    NumberSummary,
    ScaleSummary,
)
from admin.scoring.suppression import Shown

Json = dict[str, Any]


def wave_list(waves: tuple[WaveCard, ...]) -> Json:
    """All waves, the newest first."""
    return {"waves": [_card(wave) for wave in waves]}


def wave_scores(report: WaveReport) -> Json:
    """One wave: topics, activities, and what is in neither."""
    summary = report.summary
    return {
        "wave": _card(report.wave),
        "k": summary.k,
        "topics": [_scale(scale) for scale in summary.constructs],
        "activities": [_scale(scale) for scale in summary.activities],
        "choices": [_choice(choice) for choice in summary.choices],
        "numbers": [_number(number) for number in summary.numbers],
    }


def unit_scores(report: UnitReport) -> Json:
    """One wave's units side by side; without groups, `why` says what is missing."""
    groups = [
        {"units": list(group.titles), "topics": [_score(scale) for scale in group.scales]}
        for group in report.groups
    ]
    return {"wave": _card(report.wave), "k": report.k, "groups": groups, "why": report.why}


def _card(wave: WaveCard) -> Json:
    return {
        "id": wave.id,
        "title": wave.title,
        "opens": wave.opens.isoformat(),
        "closes": wave.closes.isoformat(),
        "state": wave.state.value,
        "n": shown(wave.n),
    }


def _score(scale: ScaleSummary) -> Json:
    return {
        "id": scale.id,
        "label": scale.label.text,
        "n": shown(scale.n),
        "positive": shown(scale.positive),
        "mean": shown(scale.mean),
    }


def _scale(scale: ScaleSummary) -> Json:
    return {
        **_score(scale),
        "low": scale.low,
        "high": scale.high,
        "positive_above": scale.above,
        "unscorable": shown(scale.unscorable),
        "alpha": shown(scale.reliability.alpha),
        "items": [_item(item) for item in scale.items],
    }


def _item(item: ItemSummary) -> Json:
    return {
        "id": item.id,
        "text": " ".join(filter(None, (item.stem.text, item.text.text))),
        "reverse": item.reverse,
        "n": shown(item.n),
        "favourable": shown(item.favourable),
        "shares": list(_shares(item.shares)),
    }


def _choice(choice: ChoiceSummary) -> Json:
    return {
        "id": choice.id,
        "text": choice.text.text,
        "several": choice.several,
        "n": shown(choice.n),
        "shares": list(_shares(choice.shares)),
    }


def _number(number: NumberSummary) -> Json:
    return {"id": number.id, "text": number.text.text, "n": shown(number.n), "mean": shown(number.mean)}


def _shares(shares: tuple[AnswerShare, ...]) -> Iterator[Json]:
    for share in shares:
        yield {"answers": [str(label) for label in share.labels], "percent": shown(share.shown)}


def shown(number: Shown) -> Json:
    """A number as it may be printed; `value` is null where `reason` says why."""
    return {
        "text": number.text,
        "value": number.value,
        "low": number.low,
        "high": number.high,
        "reason": number.reason.value if number.reason else None,
    }
