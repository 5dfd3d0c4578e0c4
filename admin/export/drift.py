"""What changed between waves that stand in one file: why a score or an item does not stand in one column.

It reads snapshots only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from admin.export.export import Export
from admin.export.guard import guarded
from admin.export.scope import Scope
from admin.scoring.blocks import members
from admin.scoring.comparable import Asked, asked, rule, scored_as
from survey_app.coding import columns
from survey_app.instrument.model import Activity, Construct
from survey_app.instrument.snapshot import Snapshot

DRIFT_HEAD = ("what", "id", "verdict", "waves", "common_items", "why", "columns")
_SPACE = " "


class Verdict(StrEnum):
    """How far numbers of several waves may stand together."""

    SAME = "same"
    COMMON = "common items only"
    APART = "not comparable"


@dataclass(frozen=True)
class Drifted:
    """One item or score. `waves` asked it; `common`: its items that all waves ask and key alike."""

    what: str
    id: str
    verdict: Verdict
    waves: tuple[str, ...]
    common: tuple[str, ...]
    why: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Keyed:
    """One item of a score in one wave."""

    asked: Asked
    key: tuple[bool, float]


def drift(export: Export) -> tuple[Drifted, ...]:
    """Scores, then items, in the order of the newest wave. Nothing where all waves have one snapshot."""
    scopes, columns = export.scope.each, export.columns
    return (*_scores(scopes, columns), *_items(scopes, columns))


def drift_csv(export: Export) -> Iterator[bytes]:
    """A line for each score and each item."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(DRIFT_HEAD)
    for one in drift(export):
        lists = [_SPACE.join(one.common), "; ".join(one.why), _SPACE.join(one.columns)]
        line = [one.what, one.id, one.verdict.value, _SPACE.join(one.waves), *lists]
        writer.writerow([guarded(cell) for cell in line])
    yield text.getvalue().encode()


def _scores(scopes: Sequence[Scope], columns: Mapping[str, tuple[str, ...]]) -> Iterator[Drifted]:
    stated = [_stated(scope.snapshot) for scope in scopes]
    for id in dict.fromkeys(id for one in reversed(stated) for id in one):
        asked_in = [(scope, one[id]) for scope, one in zip(scopes, stated, strict=True) if id in one]
        waves = tuple(scope.wave.id for scope, _ in asked_in)
        keyed = [_keyed(scope.snapshot, scale) for scope, scale in asked_in]
        common = tuple(item for item in keyed[-1] if all(one.get(item) == keyed[-1][item] for one in keyed))
        own = columns.get(id, ())
        if own:
            yield Drifted("score", id, Verdict.SAME, waves, common, (), own)
            continue
        missing = [f"not asked in {scope.wave.id}" for scope in scopes if scope.wave.id not in waves]
        why = tuple(dict.fromkeys((*missing, *_why(asked_in, keyed))))
        verdict = Verdict.COMMON if common and not missing else Verdict.APART
        yield Drifted("score", id, verdict, waves, () if missing else common, why, ())


def _stated(snapshot: Snapshot) -> dict[str, Construct | Activity]:
    """What this snapshot asks enough of to be scored, by the score's id."""
    instrument = snapshot.instrument
    every: dict[str, Construct | Activity] = {f"construct.{one.id}": one for one in instrument.constructs}
    every |= {f"activity.{one.id}": one for one in instrument.logic_model.activities}
    return {id: one for id, one in every.items() if len(members(snapshot, one)) >= one.score.min_answered}


def _keyed(snapshot: Snapshot, scale: Construct | Activity) -> dict[str, _Keyed]:
    questions = {question.id: question for question in snapshot.items()}
    return {
        member.item: _Keyed(asked(snapshot, questions[member.item]), (member.reverse, member.weight))
        for member in members(snapshot, scale)
    }


def _why(
    asked_in: Sequence[tuple[Scope, Construct | Activity]], keyed: Sequence[Mapping[str, _Keyed]]
) -> Iterator[str]:
    """What changed from each wave to the next that asked it."""
    for ((former, old), (later, new)), (before, after) in zip(
        pairwise(asked_in), pairwise(keyed), strict=True
    ):
        here, found = later.wave.id, list(_changes(before, after))
        if rule(old) != rule(new):
            found.append("rule of the score changed")
        if not found and scored_as(former.snapshot, old) != scored_as(later.snapshot, new):
            found.append("order of the items changed")
        yield from (f"{what} in {here}" for what in found)


def _changes(before: Mapping[str, _Keyed], after: Mapping[str, _Keyed]) -> Iterator[str]:
    for item in dict.fromkeys((*before, *after)):
        if item not in after:
            yield f"{item} removed"
        elif item not in before:
            yield f"{item} added"
        else:
            yield from _differences(item, before[item].asked, after[item].asked)
            if before[item].key != after[item].key:
                yield f"key of {item} changed"


def _differences(item: str, before: Asked, after: Asked) -> Iterator[str]:
    if before.words != after.words:
        yield f"wording of {item} changed"
    if before.answers != after.answers:
        yield f"answers of {item} changed"


def _items(scopes: Sequence[Scope], columns: Mapping[str, tuple[str, ...]]) -> Iterator[Drifted]:
    every = [_asked(scope.snapshot) for scope in scopes]
    for id in dict.fromkeys(id for one in reversed(every) for id in one):
        there = [(scope.wave.id, one[id]) for scope, one in zip(scopes, every, strict=True) if id in one]
        missing = [f"not asked in {scope.wave.id}" for scope in scopes if scope.wave.id not in dict(there)]
        changes = [
            f"{what} in {wave}"
            for (_, before), (wave, after) in pairwise(there)
            for what in _differences(id, before, after)
        ]
        verdict = Verdict.APART if missing or changes else Verdict.SAME
        waves = tuple(wave for wave, _ in there)
        yield Drifted("item", id, verdict, waves, (), (*missing, *changes), columns.get(id, ()))


def _asked(snapshot: Snapshot) -> dict[str, Asked]:
    """The closed questions and their signatures."""
    return {column.question.id: asked(snapshot, column.question) for column in columns(snapshot)}
