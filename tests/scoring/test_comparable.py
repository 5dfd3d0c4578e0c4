"""Two waves stand in one line only where a construct asked the same and is scored the same."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from admin.scoring.comparable import Signature, signature
from survey_app.instrument.model import Construct, Instrument, Item, ScaleBlock
from survey_app.instrument.snapshot import freeze

from .builders import appendix_b

PRINTED = appendix_b().instrument


@dataclass(frozen=True)
class Edit:
    """One change to the printed instrument."""

    text: str = ""
    min_answered: int = 2
    above: float = 3.5
    reverse: bool = True
    items: int = 3
    score: float = 5
    title: str = "My title"

    def made(self) -> Signature | None:
        return signature(freeze(self._instrument(), {}), "srv")

    def _instrument(self) -> Instrument:
        replace = msgspec.structs.replace
        constructs = tuple(self._construct(one) if one.id == "srv" else one for one in PRINTED.constructs)
        sections = tuple(
            replace(part, items=tuple(self._block(item) if item.id == "srv" else item for item in part.items))
            for part in PRINTED.sections
        )
        agree = PRINTED.response_sets["agreement"]
        options = (*agree.options[:-1], replace(agree.options[-1], score=self.score))
        sets = PRINTED.response_sets | {"agreement": replace(agree, options=options)}
        return replace(
            PRINTED, title=self.title, constructs=constructs, sections=sections, response_sets=sets
        )

    def _construct(self, srv: Construct) -> Construct:
        replace = msgspec.structs.replace
        items = (*srv.items[:2], replace(srv.items[2], reverse=self.reverse))[: self.items]
        score = replace(srv.score, min_answered=self.min_answered)
        return replace(srv, items=items, score=score, positive_above=self.above)

    def _block(self, srv: Item) -> Item:
        assert isinstance(srv, ScaleBlock)
        first = msgspec.structs.replace(srv.rows[0], text=self.text or srv.rows[0].text)
        return msgspec.structs.replace(srv, rows=(first, *srv.rows[1:]))


@pytest.mark.parametrize(
    "edit",
    [
        Edit(text="My probation officer never connects me with anything."),
        Edit(min_answered=3),
        Edit(above=4),
        Edit(reverse=False),
        Edit(items=2),
        Edit(score=6),
    ],
    ids=str,
)
def test_another_question_key_threshold_or_method_is_another_construct(edit: Edit) -> None:
    assert edit.made() != Edit().made()


@pytest.mark.parametrize(
    "edit",
    [
        Edit(title="Another title"),
        Edit(text="MY probation officer connects me, with services and resources I need or want"),
    ],
    ids=str,
)
def test_another_title_or_comma_changes_nothing(edit: Edit) -> None:
    assert edit.made() == Edit().made()


def test_a_construct_that_is_not_asked_has_no_signature() -> None:
    assert signature(appendix_b(), "unheard_of") is None
