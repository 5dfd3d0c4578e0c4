"""From counts to what a page may say: words from the snapshot, numbers through the small-number rules.

There is no way round suppression.py here: every number that leaves is one of its `Shown`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from admin.scoring.blocks import blocks
from admin.scoring.constructs import by_code, item_statistics, moments, scored, statistics
from admin.scoring.keying import Key, Scale, key, scales
from admin.scoring.patterns import Counts, Patterns
from admin.scoring.reliability import reliability
from admin.scoring.results import (
    AnswerShare,
    ChoiceSummary,
    ItemSummary,
    NumberSummary,
    ScaleSummary,
    SurveySummary,
)
from admin.scoring.steps import Steps, settled, total
from admin.scoring.suppression import Rules, Share
from survey_app.instrument.model import Activity, Construct, Multi, Number, ScaleBlock, Single
from survey_app.instrument.snapshot import Question, Said, Snapshot


def summarise(
    snapshot: Snapshot, steps: Steps, k: int, language: str, whole: Steps | None = None
) -> SurveySummary:
    """Score and suppress the responses of a series of releases.

    `language`: of items and options; what is not translated stands in the source language. `whole`: where
    these are a part of the wave, the same releases of all of it; they decide how far each number has moved,
    so that the parts add up to the whole. Raises ValueError where a release's blocks were not counted over
    the same responses.
    """
    sizes = [{patterns.n for patterns in step.values()} for step in steps]
    if any(len(size) > 1 for size in sizes):
        raise ValueError("the counts are not over the same responses")
    author = _Author(snapshot, steps, steps if whole is None else whole, Rules(k), language)
    instrument = snapshot.instrument
    free = [question for question in snapshot.items() if f"item.{question.id}" in author.blocks]
    return SurveySummary(
        title=author.say("title"),
        k=k,
        n=author.rules.people(sum(map(sum, sizes))),
        constructs=author.scales("construct", instrument.constructs),
        activities=author.scales("activity", instrument.logic_model.activities),
        choices=tuple(author.choice(question) for question in free if question.options),
        numbers=tuple(author.number(asked, asked.item) for asked in free if isinstance(asked.item, Number)),
    )


class _Author:
    """Writes the parts of one summary."""

    def __init__(self, snapshot: Snapshot, steps: Steps, whole: Steps, rules: Rules, language: str) -> None:
        self.blocks = {block.id: block for block in blocks(snapshot)}
        self.rules = rules
        self.say = snapshot.wording(language)
        self._scales = {scale.id: scale for scale in scales(snapshot)}
        self._questions = {question.id: question for question in snapshot.items()}
        self._steps = steps
        self._whole = whole

    def scales(self, kind: str, stated: Sequence[Construct | Activity]) -> tuple[ScaleSummary, ...]:
        """Those of the stated constructs or activities that the snapshot asks enough of."""
        ready = ((f"{kind}.{one.id}", one) for one in stated)
        return tuple(self._scale(self._scales[id], one) for id, one in ready if id in self._scales)

    def choice(self, question: Question) -> ChoiceSummary:
        """An item outside every scale."""
        several = question.kind == "multi"
        n, shares = self._boxes(question) if several else self._single(question)
        return ChoiceSummary(
            id=question.id,
            number=question.number,
            section=self.say(f"section.{question.section}.title"),
            stem=self._stem(question),
            text=self.say(f"{question.id}.text"),
            several=several,
            n=self.rules.people(n),
            shares=shares,
        )

    def number(self, question: Question, item: Number) -> NumberSummary:
        """Low, middle and high are the thirds of the range that could be answered."""
        low, high = item.minimum, item.maximum
        patterns = self._settled(f"item.{question.id}", _answered)
        codes = patterns.rows().astype(np.int64) @ (256, 1)
        values, counts = (codes + low - 1)[codes > 0].astype(np.float64), patterns.counts[codes > 0]
        third = np.clip(((values - low) * 3 // max(high - low, 1)).astype(np.int64), 0, 2)
        classes = [int(counts[third == place].sum()) for place in range(3)]
        return NumberSummary(
            id=question.id,
            number=question.number,
            section=self.say(f"section.{question.section}.title"),
            text=self.say(f"{question.id}.text"),
            unit=self.say(f"{question.id}.unit"),
            n=self.rules.people(sum(classes)),
            mean=self.rules.mean(*moments(values, counts), classes, (low, high)),
        )

    def _scale(self, scale: Scale, stated: Construct | Activity) -> ScaleSummary:
        patterns = self._settled(scale.id, partial(scored, scale))
        found = statistics(scale, patterns)
        classes = (found.negative, found.n - found.negative - found.positive, found.positive)
        ends = (float(scale.low), float(scale.high))
        people = self.rules.people(found.n)
        unscorable = self.rules.share(found.unscored, patterns.n)
        return ScaleSummary(
            id=stated.id,
            label=self.say(f"{scale.id}.label"),
            definition=self.say(f"{scale.id}.definition"),
            domain=stated.domain if isinstance(stated, Activity) else "",
            note=stated.note,
            low=ends[0],
            high=ends[1],
            above=float(scale.positive_above),
            n=people,
            unscorable=people if people.value is None else unscorable,
            positive=self.rules.shares(classes)[2],
            mean=self.rules.mean(found.mean, found.sd, classes, ends),
            alpha=self.rules.alpha(reliability(scale, patterns)),
            items=tuple(self._item(scale.id, *pair) for pair in enumerate(scale.keys)),
        )

    def _item(self, block: str, column: int, keyed: Key) -> ItemSummary:
        found = item_statistics(keyed, self._codes(block, column, keyed.answered))
        question = self._questions[keyed.item]
        tones = self.rules.shares((found.unfavourable, found.neutral, found.favourable))
        return ItemSummary(
            id=question.id,
            number=question.number,
            stem=self._stem(question),
            text=self.say(f"{question.id}.text"),
            reverse=keyed.reverse,
            n=self.rules.people(found.n),
            favourable=tones[2],
            shares=self._ordered(question, keyed, found.options),
            unmet=tones[0] if keyed.reverse else None,
        )

    def _ordered(self, question: Question, keyed: Key, counts: Sequence[int]) -> tuple[AnswerShare, ...]:
        """The scored options' shares, the least favourable first."""
        scores = {place: score for place, score in enumerate(keyed.scores[1:]) if score is not None}
        places = sorted(scores, key=lambda place: scores[place])
        tones = [int(keyed.tones[place + 1]) for place in places]
        shares = self.rules.ordered([counts[place] for place in places], tones)
        return self._labelled(question, places, shares, tones)

    def _single(self, question: Question) -> tuple[int, tuple[AnswerShare, ...]]:
        keyed, options = key(question), question.options
        ordered = question.response_set and question.response_set.kind == "ordinal" and keyed.low < keyed.high
        answers = (
            keyed.answered if ordered else np.array([False, *(not option.missing for option in options)])
        )
        counts = self._codes(f"item.{question.id}", 0, answers)[1:]
        places = np.flatnonzero(answers[1:]).tolist()
        kept = counts[places].tolist()
        if ordered:
            return sum(kept), self._ordered(question, keyed, counts.tolist())
        return sum(kept), self._labelled(question, places, self.rules.unordered(kept), [0] * len(places))

    def _boxes(self, question: Question) -> tuple[int, tuple[AnswerShare, ...]]:
        """Each box against those who ticked any; the last column of the block is the conflict."""
        patterns = self._settled(f"item.{question.id}", _ticked)
        n, ticked = _ticked(patterns), patterns.rows()[:, :-1]
        counts = (patterns.counts @ ticked.astype(np.int64)).tolist()
        shares = [Share((place,), self.rules.share(count, n)) for place, count in enumerate(counts)]
        places = list(range(len(counts)))
        return n, self._labelled(question, places, shares if n >= self.rules.k else (), [0] * len(places))

    def _labelled(
        self, question: Question, places: Sequence[int], shares: Sequence[Share], tones: Sequence[int]
    ) -> tuple[AnswerShare, ...]:
        labels = self._labels(question)
        return tuple(
            AnswerShare(
                tuple(labels[places[at]] for at in share.options), tones[share.options[0]], share.shown
            )
            for share in shares
        )

    def _labels(self, question: Question) -> list[Said]:
        item = question.item
        shared = item.response_set if isinstance(item, ScaleBlock | Single | Multi) else ""
        return [self.say(f"response_set.{shared}.{option.value}") for option in question.options]

    def _stem(self, question: Question) -> Said:
        return self.say(f"{question.item.id}.stem" if isinstance(question.item, ScaleBlock) else "")

    def _settled(self, block: str, behind: Callable[[Patterns], int]) -> Patterns:
        """A block's counts as far as a number may rest on them; `behind`: on how many of a release's."""
        joined = [behind(step[block]) if block in step else 0 for step in self._whole]
        ready = settled(joined, self.rules.k)
        return total(block, self.blocks[block].bases, self._steps[:ready])

    def _codes(self, block: str, column: int, answers: npt.NDArray[np.bool_]) -> Counts:
        """Responses per code of one column, as far as its numbers have moved; `answers`: which codes are."""
        none = Patterns.none(self.blocks[block].bases)

        def counted(step: Mapping[str, Patterns]) -> Counts:
            part = step.get(block, none)
            return by_code(part.rows()[:, column], part.counts, len(answers))

        ready = settled([int(counted(step)[answers].sum()) for step in self._whole], self.rules.k)
        return sum(map(counted, self._steps[:ready]), np.zeros(len(answers), np.int64))


def _answered(patterns: Patterns) -> int:
    """How many gave a number."""
    return int(patterns.counts[patterns.rows().any(axis=1)].sum())


def _ticked(patterns: Patterns) -> int:
    """How many ticked any box; the last column is the conflict."""
    return int(patterns.counts[patterns.rows()[:, :-1].any(axis=1)].sum())
