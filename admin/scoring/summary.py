"""From counts to what a page may say: words from the snapshot, numbers through the small-number rules.

There is no way round suppression.py here: every number that leaves is one of its `Shown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from admin.scoring.blocks import blocks
from admin.scoring.constructs import ItemStatistics, by_code, moments, statistics
from admin.scoring.keying import Key, Scale, key, scales
from admin.scoring.patterns import Patterns
from admin.scoring.reliability import reliability
from admin.scoring.results import (
    AnswerShare,
    ChoiceSummary,
    ItemSummary,
    NumberSummary,
    ScaleSummary,
    SurveySummary,
)
from admin.scoring.suppression import Rules, Share
from survey_app.instrument.model import Activity, Construct, Multi, Number, ScaleBlock, Single
from survey_app.instrument.snapshot import Question, Said, Snapshot


def summarise(
    snapshot: Snapshot, tallies: Mapping[str, Patterns], n_responses: int, k: int, language: str
) -> SurveySummary:
    """Score and suppress one set of responses.

    `tallies`: block id -> counts over exactly these `n_responses`; a block that is missing was answered by
    nobody. `language`: of items and options; what is not translated stands in the source language. Raises
    ValueError for counts over another number of responses.
    """
    if any(patterns.n != n_responses for patterns in tallies.values()):
        raise ValueError("the counts are not over the same responses")
    author = _Author(snapshot, tallies, n_responses, Rules(k), language)
    instrument = snapshot.instrument
    free = [question for question in snapshot.items() if f"item.{question.id}" in author.blocks]
    return SurveySummary(
        title=author.say("title"),
        k=k,
        n=author.rules.people(n_responses),
        constructs=author.scales("construct", instrument.constructs),
        activities=author.scales("activity", instrument.logic_model.activities),
        choices=tuple(author.choice(question) for question in free if question.options),
        numbers=tuple(author.number(asked, asked.item) for asked in free if isinstance(asked.item, Number)),
    )


class _Author:
    """Writes the parts of one summary."""

    def __init__(
        self, snapshot: Snapshot, tallies: Mapping[str, Patterns], n: int, rules: Rules, language: str
    ) -> None:
        self.blocks = {block.id: block for block in blocks(snapshot)}
        self.rules = rules
        self.say = snapshot.wording(language)
        self._scales = {scale.id: scale for scale in scales(snapshot)}
        self._questions = {question.id: question for question in snapshot.items()}
        self._tallies = tallies
        self._n = n

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
        patterns = self._patterns(f"item.{question.id}")
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
        patterns = self._patterns(scale.id)
        found = statistics(scale, patterns)
        classes = (found.negative, found.n - found.negative - found.positive, found.positive)
        ends = (float(scale.low), float(scale.high))
        scored = self.rules.people(found.n)
        unscorable = self.rules.share(self._n - found.n, self._n)
        return ScaleSummary(
            id=stated.id,
            label=self.say(f"{scale.id}.label"),
            definition=self.say(f"{scale.id}.definition"),
            domain=stated.domain if isinstance(stated, Activity) else "",
            note=stated.note,
            low=ends[0],
            high=ends[1],
            above=float(scale.positive_above),
            n=scored,
            unscorable=scored if scored.value is None else unscorable,
            positive=self.rules.shares(classes)[2],
            mean=self.rules.mean(found.mean, found.sd, classes, ends),
            alpha=self.rules.alpha(reliability(scale, patterns)),
            items=tuple(self._item(*pair) for pair in zip(scale.keys, found.items, strict=True)),
        )

    def _item(self, keyed: Key, found: ItemStatistics) -> ItemSummary:
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
        patterns = self._patterns(f"item.{question.id}")
        counts = by_code(patterns.rows()[:, 0], patterns.counts, len(question.options) + 1)[1:].tolist()
        keyed = key(question)
        if question.response_set and question.response_set.kind == "ordinal" and keyed.low < keyed.high:
            n = sum(count for count, score in zip(counts, keyed.scores[1:], strict=True) if score is not None)
            return n, self._ordered(question, keyed, counts)
        places = [place for place, option in enumerate(question.options) if not option.missing]
        kept = [counts[place] for place in places]
        return sum(kept), self._labelled(question, places, self.rules.unordered(kept), [0] * len(places))

    def _boxes(self, question: Question) -> tuple[int, tuple[AnswerShare, ...]]:
        """Each box against those who ticked any; the last column of the block is the conflict."""
        patterns = self._patterns(f"item.{question.id}")
        ticked = patterns.rows()[:, :-1]
        n = int(patterns.counts[ticked.any(axis=1)].sum())
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

    def _patterns(self, block: str) -> Patterns:
        return self._tallies.get(block, Patterns.none(self.blocks[block].bases))
