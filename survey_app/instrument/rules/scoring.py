"""Constructs and activities: scores that can be computed from what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.instrument.model import Activity, Construct, Instrument, ScaleBlock, Single
from survey_app.instrument.problems import Finding, did_you_mean
from survey_app.instrument.rules.places import placed_ids


def construct_member(instrument: Instrument) -> Iterator[Finding]:
    """A member must be an item or row on an ordinal scale."""
    scored = _scored(instrument)
    asked = {item_id for _, item_id, _ in placed_ids(instrument)}
    for place, construct in _constructs(instrument):
        for member in construct.items:
            if member.item not in asked:
                message = f'The member "{member.item}" is no item of this instrument.'
                advice = did_you_mean(member.item, scored, "Name an item or row on an ordinal scale.")
                yield Finding(message, advice, item=place)
            elif member.item not in scored:
                message = f'The member "{member.item}" has no scores.'
                yield Finding(message, "Only items on an ordinal scale can be averaged.", item=place)


def repeated_member(instrument: Instrument) -> Iterator[Finding]:
    """A member counts once, with a weight above zero."""
    for place, construct in _constructs(instrument):
        names = [member.item for member in construct.items]
        weightless = {member.item for member in construct.items if not member.weight > 0}
        for name in dict.fromkeys(names):
            if names.count(name) > 1 or name in weightless:
                message = f'The member "{name}" is listed twice or weighs nothing.'
                yield Finding(message, "List it once, with a weight above 0.", item=place)


def min_answered(instrument: Instrument) -> Iterator[Finding]:
    """Nobody can answer more items than there are."""
    for place, construct in _constructs(instrument):
        needed, count = construct.score.min_answered, len(construct.items)
        if not 1 <= needed <= count:
            message = f"min_answered is {needed}, but there are {count} items."
            yield Finding(message, f"Write a number from 1 to {count}.", item=place)


def unknown_activity(instrument: Instrument) -> Iterator[Finding]:
    """A construct may only speak to activities of the logic model."""
    known = [activity.id for activity in instrument.logic_model.activities]
    for construct in instrument.constructs:
        for name in construct.activities:
            if name not in known:
                message = f'The activity "{name}" is not in the logic model.'
                advice = did_you_mean(name, known, "Add it there or remove it here.")
                yield Finding(message, advice, item=f"construct.{construct.id}")


def few_members(instrument: Instrument) -> Iterator[Finding]:
    """Fewer than three items measure nothing reliably."""
    for place, construct in _constructs(instrument):
        if 0 < len(construct.items) < 3:
            message = f"Only {len(construct.items)} items make this score."
            yield Finding(message, "Use at least 3, or report the items by themselves.", item=place)


def mixed_scales(instrument: Instrument) -> Iterator[Finding]:
    """A mean over two scales has no unit."""
    scored = _scored(instrument)
    for place, construct in _constructs(instrument):
        if len({scored[member.item] for member in construct.items if member.item in scored}) > 1:
            yield Finding("The members are answered on different scales.", "Split the construct.", item=place)


def _constructs(instrument: Instrument) -> Iterator[tuple[str, Construct | Activity]]:
    yield from ((f"construct.{construct.id}", construct) for construct in instrument.constructs)
    yield from ((f"activity.{activity.id}", activity) for activity in instrument.logic_model.activities)


def _scored(instrument: Instrument) -> dict[str, str]:
    """Every item or row on an ordinal scale, with its response set."""
    sets = instrument.response_sets
    return {
        item_id: item.response_set
        for _, item_id, item in placed_ids(instrument)
        if isinstance(item, ScaleBlock | Single)
        and item.response_set in sets
        and sets[item.response_set].kind == "ordinal"
        and not (isinstance(item, ScaleBlock) and item_id == item.id)
    }
