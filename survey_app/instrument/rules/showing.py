"""show_if: conditions that can be decided when the page gets there."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from survey_app.instrument.model import (
    Condition,
    Info,
    Instrument,
    Item,
    Multi,
    Number,
    ScaleBlock,
    Single,
    Storage,
)
from survey_app.instrument.problems import Finding, did_you_mean
from survey_app.instrument.rules.places import placed_ids, placed_items

_Placed = tuple[str, Storage, Item, Condition]


def show_if_shape(instrument: Instrument) -> Iterator[Finding]:
    """A condition is one test of one item, or all / any of several."""
    for section, _, item, condition in _conditions(instrument):
        tests = [condition.any_of, condition.none_of, condition.answered, condition.gte, condition.lte]
        said = [test for test in tests if test is not None and test != ()]
        groups = [group for group in (condition.all, condition.any) if group is not None]
        one_test = condition.item is not None and len(said) == 1 and not groups
        one_group = condition.item is None and not said and len(groups) == 1 and bool(groups[0])
        if not one_test and not one_group:
            message = "A show_if condition is neither one test of an item nor a list under all or any."
            remedy = 'Write for example {"item": "feels_safe", "any_of": ["1", "2"]}.'
            yield Finding(message, remedy, section, item.id)


def show_if_item(instrument: Instrument) -> Iterator[Finding]:
    """Only what was asked before can decide what is shown."""
    order = _order(instrument)
    unanswered = {item.id for _, _, item in placed_items(instrument) if isinstance(item, ScaleBlock | Info)}
    hidden = _switched_off(instrument)
    for section, _, item, condition in _conditions(instrument):
        asked = condition.item
        if asked is None:
            continue
        if asked not in order or asked in unanswered:
            message = f'show_if names "{asked}", which is no answerable item.'
            advice = did_you_mean(asked, order.keys() - unanswered, "Name an item that stands before it.")
            yield Finding(message, advice, section, item.id)
        elif order[asked] >= order[item.id]:
            message = f'show_if names "{asked}", which does not stand before this item.'
            yield Finding(message, "Move this item behind it, or ask an earlier one.", section, item.id)
        elif asked in hidden and item.id not in hidden:
            message = f'show_if names "{asked}", whose section is switched off.'
            yield Finding(message, "Remove the condition, or switch that section on.", section, item.id)


def show_if_code(instrument: Instrument) -> Iterator[Finding]:
    """A test must be one that the item's answers can pass."""
    items = {item_id: item for _, item_id, item in placed_ids(instrument)}
    for section, _, item, condition in _conditions(instrument):
        asked = items.get(condition.item or "")
        if asked is None:
            continue
        known = _codes(instrument, asked)
        for code in (*(condition.any_of or ()), *(condition.none_of or ())):
            if code not in known:
                message = f'show_if names the code "{code}", which "{condition.item}" does not have.'
                advice = did_you_mean(code, known, f"Its codes are: {', '.join(known) or 'none'}.")
                yield Finding(message, advice, section, item.id)
        if (condition.gte is not None or condition.lte is not None) and not isinstance(asked, Number):
            message = f'show_if compares "{condition.item}" with a number, but it is no number item.'
            yield Finding(message, "Use any_of with its codes.", section, item.id)


def show_if_border(instrument: Instrument) -> Iterator[Finding]:
    """The follow-up form never knows an answer, and no answer knows the form."""
    storages = dict(_storages(instrument))
    for section, storage, item, condition in _conditions(instrument):
        if condition.item is not None and storages.get(condition.item, storage) != storage:
            message = f'show_if names "{condition.item}" across the border between answers and follow-up.'
            yield Finding(message, "Remove the condition: the two are never joined.", section, item.id)


def _conditions(instrument: Instrument) -> Iterator[_Placed]:
    for section, shell, item in placed_items(instrument):
        if item.show_if is not None:
            for condition in _flat(item.show_if):
                yield section, shell.storage, item, condition


def _flat(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*(condition.all or ()), *(condition.any or ())):
        yield from _flat(part)


def _switched_off(instrument: Instrument) -> set[str]:
    """The ids in disabled sections."""
    off = [replace(instrument, sections=(section,)) for section in instrument.sections if not section.enabled]
    return {item_id for part in off for _, item_id, _ in placed_ids(part)}


def _order(instrument: Instrument) -> dict[str, int]:
    """The place of every item and row; a block stands before its rows."""
    return {item_id: place for place, (_, item_id, _) in enumerate(placed_ids(instrument))}


def _storages(instrument: Instrument) -> Iterator[tuple[str, Storage]]:
    for _, shell, item in placed_items(instrument):
        yield item.id, shell.storage
        if isinstance(item, ScaleBlock):
            yield from ((row.id, shell.storage) for row in item.rows)


def _codes(instrument: Instrument, item: Item) -> list[str]:
    if isinstance(item, ScaleBlock | Single | Multi) and item.response_set in instrument.response_sets:
        return [option.value for option in instrument.response_sets[item.response_set].options]
    return []
