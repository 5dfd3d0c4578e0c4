"""What is published about what young people said and what was done, chosen from numbers shown already.

It computes no number: each is one that the results pages show, taken over as it is printed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from admin.reports import WaveReport
from admin.scoring.results import ItemSummary, ScaleSummary
from survey_app.instrument.snapshot import Question, Snapshot
from survey_app.said_file import DONE_LENGTH, FORMAT, Finding, SaidFile, Told, Wordings

_SHARE = re.compile(r"([<>≤≥] )?[0-9]{1,3}%")


@dataclass(frozen=True)
class Candidate:
    """A finding that may be chosen. `key`: what it is called in addresses and drafts; `topic`: under which
    topic it stands; `answer` is empty where it is about that topic as a whole."""

    key: str
    topic: str
    share: str
    answer: Wordings
    about: Wordings


@dataclass(frozen=True)
class Draft:
    """What is being written. `chosen`: keys of findings; `did`: by key and language; what was written for one
    that is no longer chosen stays. `link`: the survey's address for the poster."""

    chosen: tuple[str, ...] = ()
    did: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    link: str = ""
    version: int = 0


def candidates(report: WaveReport, snapshot: Snapshot) -> tuple[Candidate, ...]:
    """Every share that the wave's pages show, topic by topic; none where too few answered."""
    found = (one for scale in report.summary.constructs for one in _of_scale(scale, snapshot))
    return tuple(one for one in found if _SHARE.fullmatch(one.share))


def chosen(draft: Draft, offered: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those of the offered findings that the draft has chosen, in their order in the survey."""
    return tuple(one for one in offered if one.key in draft.chosen)


def missing(draft: Draft, wanted: Iterable[Candidate], language: str) -> tuple[Candidate, ...]:
    """Those of which nothing is written in this language."""
    return tuple(one for one in wanted if not draft.did.get(one.key, {}).get(language))


def composed(
    report: WaveReport, snapshot: Snapshot, draft: Draft, offered: Iterable[Candidate]
) -> SaidFile | None:
    """The file as it would be published; None while something is not chosen or not written. Where a text is
    not translated, the page shows it in the source language and marks it so."""
    picked, source = chosen(draft, offered), snapshot.instrument.source_language
    if not picked or missing(draft, picked, source):
        return None
    languages = (source, *(code for code in snapshot.languages if code != source))
    return SaidFile(
        format=FORMAT,
        wave=report.wave.id,
        opens=report.wave.opens,
        closes=report.wave.closes,
        people=report.wave.n.text if report.wave.n.value is not None else "",
        languages=languages,
        findings=tuple(
            Finding(
                share=one.share,
                answer=one.answer,
                about=one.about,
                did={code: _did(draft.did[one.key], code, source) for code in languages},
            )
            for one in picked
        ),
    )


def _of_scale(scale: ScaleSummary, snapshot: Snapshot) -> Iterator[Candidate]:
    topic = scale.label.text
    yield Candidate(
        key=f"topic.{scale.id}",
        topic=topic,
        share=scale.positive.text,
        answer={},
        about=_wordings(snapshot, [f"construct.{scale.id}.label"]),
    )
    questions = {question.id: question for question in snapshot.items()}
    for item in scale.items:
        yield _of_item(item, questions[item.id], topic, snapshot)


def _of_item(item: ItemSummary, question: Question, topic: str, snapshot: Snapshot) -> Candidate:
    """Of those who agreed, as a rule; where agreeing is bad news, too: that is what they said."""
    shown, tone = (item.unmet, -1) if item.unmet else (item.favourable, 1)
    labels = {label.text for share in item.shares if share.tone == tone for label in share.labels}
    keys = [key for key in _option_keys(question) if _source(snapshot, key) in labels]
    return Candidate(
        key=f"item.{item.id}",
        topic=topic,
        share=shown.text,
        answer=_wordings(snapshot, keys) if keys else {},
        about=_wordings(snapshot, [f"{item.id}.text"]),
    )


def _option_keys(question: Question) -> list[str]:
    shared = getattr(question.item, "response_set", "")
    return [f"response_set.{shared}.{option.value}" for option in question.options]


def _source(snapshot: Snapshot, key: str) -> str:
    return snapshot.wording(snapshot.instrument.source_language)(key).text


def _wordings(snapshot: Snapshot, keys: list[str]) -> Wordings:
    """The wordings in one line, for every language; as a whole in the source language if one is missing."""
    source = snapshot.instrument.source_language
    languages = (source, *(code for code in snapshot.languages if code != source))
    return {code: _line(snapshot, keys, code, source) for code in languages}


def _line(snapshot: Snapshot, keys: list[str], language: str, source: str) -> Told:
    said = [snapshot.wording(language)(key) for key in keys]
    spoken = language if all(one.language == language for one in said) else source
    return Told(spoken, " / ".join(snapshot.wording(spoken)(key).text for key in keys))


def _did(texts: Mapping[str, str], language: str, source: str) -> Told:
    spoken = language if texts.get(language) else source
    return Told(spoken, texts[spoken][:DONE_LENGTH])
