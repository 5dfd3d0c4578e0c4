"""Which columns are counted together."""

from __future__ import annotations

import msgspec
import numpy as np

from admin.scoring.blocks import blocks
from admin.scoring.patterns import tally
from survey_app.ballot import Ballot
from survey_app.coding import columns, encode
from survey_app.instrument.model import Member, Multi, Number
from survey_app.instrument.snapshot import freeze

from .builders import appendix_b, points, scale_survey, survey


def test_the_printed_instrument_has_a_block_for_each_construct_activity_and_free_item() -> None:
    assert [block.id for block in blocks(appendix_b())] == [
        *("construct." + name for name in ("eng", "col", "voi", "srv", "cul", "con")),
        *("activity." + name for name in ("youth_family_engagement", "collaboration", "voice_choice")),
        *("activity." + name for name in ("service_referrals", "culture_gender", "empowerment")),
        "item.contact_frequency",
        "item.supported_by",
    ]


def test_every_closed_column_is_in_a_block() -> None:
    snapshot = appendix_b()
    counted = {name for block in blocks(snapshot) for name in block.columns}
    assert counted == {column.name for column in columns(snapshot)}


def test_an_item_may_stand_in_several_blocks_at_the_same_byte() -> None:
    found = {block.id: block for block in blocks(appendix_b())}
    voice, empowerment = found["construct.voi"], found["activity.empowerment"]
    assert empowerment.columns == ("voi2", "voi4", "voi5")
    assert empowerment.places == tuple(voice.places[place] for place in (1, 3, 4))


def test_a_ballot_is_counted_under_the_options_that_it_names() -> None:
    snapshot = appendix_b()
    answers = {"eng1": "5", "eng3": "1", "supported_by": ("advocate", "none"), "contact_frequency": "never"}
    packed = np.frombuffer(encode(snapshot, Ballot(snapshot.hash, "en", answers)), np.uint8).reshape(1, -1)
    found = tally(blocks(snapshot), packed)
    assert found["construct.eng"].rows().tolist() == [[5, 0, 1]]
    assert found["item.contact_frequency"].rows().tolist() == [[4]]
    assert found["item.supported_by"].rows().tolist() == [[0, 0, 1, 0, 0, 0, 0, 0, 1]]


def test_a_number_takes_two_bytes_and_a_check_all_item_one_for_each_box() -> None:
    snapshot = survey(
        Number(id="age", text="How old are you?", minimum=10, maximum=800),
        Multi(id="likes", text="What do you like?", response_set="things"),
        sets={"things": points([None, None])},
    )
    number, likes = blocks(snapshot)
    assert (number.places, number.bases) == ((0, 1), (4, 256))
    assert (likes.places, likes.bases) == ((2, 3, 4), (2, 2, 2))


def test_items_of_a_section_that_is_switched_off_are_not_counted() -> None:
    instrument = appendix_b().instrument
    sections = [
        msgspec.structs.replace(section, enabled=section.id != "culture") for section in instrument.sections
    ]
    found = {
        block.id
        for block in blocks(freeze(msgspec.structs.replace(instrument, sections=tuple(sections)), {}))
    }
    assert "construct.voi" in found
    assert found.isdisjoint({"construct.cul", "construct.con", "activity.culture_gender"})


def test_a_scale_point_that_means_does_not_apply_has_its_own_code() -> None:
    (block,) = blocks(scale_survey([1, 2, 3, None], [Member(item="one")], 1))
    assert block.bases == (5,)
