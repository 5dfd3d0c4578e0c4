"""From counts to what a page may say: words from the snapshot, numbers through the small-number rules.

There is no way round suppression.py here: every number that leaves is one of its `Shown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from admin.scoring.blocks import blocks
from admin.scoring.constructs import item_statistics, moments, scored, statistics
from admin.scoring.keying import Key, Scale, key, scales
from admin.scoring.pace import Pace, answers_of, complete, is_scale, numbered, ticked
from admin.scoring.reliability import reliability
from admin.scoring.results import (
    AnswerShare,
    ChoiceSummary,
    ItemSummary,
    NumberSummary,
    ReliabilitySummary,
    ScaleSummary,
    SurveySummary,
)
from admin.scoring.steps import Steps
from admin.scoring.suppression import WIDE, Rules, Share
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
    free = [question for question in snapshot.items() if f"item.{question.id}" in author.pace.blocks]
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
        self.pace = Pace({block.id: block for block in blocks(snapshot)}, steps, whole, rules.k)
        self.rules = rules
        self.say = snapshot.wording(language)
        self._scales = {scale.id: scale for scale in scales(snapshot)}
        self._questions = {question.id: question for question in snapshot.items()}

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
        patterns = self.pace.settled(f"item.{question.id}", numbered)
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
        patterns = self.pace.settled(scale.id, partial(scored, scale))
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
            needed=scale.min_answered,
            reliability=self._reliability(scale),
            items=tuple(self._item(scale.id, *pair) for pair in enumerate(scale.keys)),
        )

    def _reliability(self, scale: Scale) -> ReliabilitySummary:
        """Complete cases keep a pace of their own: a release may bring few of them."""
        found = reliability(scale, self.pace.settled(scale.id, partial(complete, scale)))
        n = found.n_complete
        return ReliabilitySummary(
            n=self.rules.people(n),
            is_early=n < WIDE,
            alpha=self.rules.alpha(found),
            average_r=self.rules.coefficient(found.avg_r, n),
            item_rest=tuple(self.rules.coefficient(one, n) for one in found.item_rest),
            alpha_drop=tuple(self.rules.coefficient(one, n) for one in found.alpha_drop),
        )

    def _item(self, block: str, column: int, keyed: Key) -> ItemSummary:
        found = item_statistics(keyed, self.pace.codes(block, column, keyed.answered))
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
        answers = answers_of(question)
        counts = self.pace.codes(f"item.{question.id}", 0, answers)[1:]
        places = np.flatnonzero(answers[1:]).tolist()
        kept = counts[places].tolist()
        if is_scale(question):
            return sum(kept), self._ordered(question, key(question), counts.tolist())
        return sum(kept), self._labelled(question, places, self.rules.unordered(kept), [0] * len(places))

    def _boxes(self, question: Question) -> tuple[int, tuple[AnswerShare, ...]]:
        """Each box against those who ticked any; the last column of the block is the conflict."""
        patterns = self.pace.settled(f"item.{question.id}", ticked)
        n, boxes = ticked(patterns), patterns.rows()[:, :-1]
        counts = (patterns.counts @ boxes.astype(np.int64)).tolist()
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
