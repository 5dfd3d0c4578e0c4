"""What threat-model.md says cannot be prevented, measured: it must neither hide a limit nor invent one."""

from __future__ import annotations

import pytest
from sqlalchemy import NullPool, create_engine, text

from admin.keyfiles import KeyFolder
from admin.unsealing import unlock
from survey_app.ballot import unpack
from survey_app.coding import decode
from survey_app.instrument.snapshot import load_snapshot
from survey_app.intake import open_intake
from survey_app.tables import create_intake
from tests.attacks import exports, traces
from tests.attacks.attacks import DISK
from tests.attacks.county import HOLDER, PASSPHRASE
from tests.attacks.loot import Loot
from tests.attacks.odds import LIMIT, strength
from tests.boxes.builders import noise

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("what", DISK[:2])
def test_the_disk_itself_tells_when_each_letter_left(crowd: Loot, what: str) -> None:
    """Change times and inode numbers are the file system's; no program can set them."""
    came = crowd.arrival("letter")
    trace = crowd.letters[f"evening, public/outbox: {what}"]
    assert strength(trace, came, {name: name for name in came}) > LIMIT


def test_even_so_no_ballot_is_found_by_it(crowd: Loot) -> None:
    """P9: the order of the letters is known, and no order of ballots goes with it."""
    same = crowd.joined("letter", "ballot")
    assert len(same) > 270
    for what in DISK[:2]:
        trace = crowd.letters[f"evening, public/outbox: {what}"]
        assert max(strength(trace, ballots, same) for ballots in crowd.ballots.values()) < LIMIT


def test_a_key_holder_with_a_copy_of_the_intake_opens_single_ballots(handful: Loot) -> None:
    """k is kept by the staff side's program, not by the seal: keys and public host need different hands."""
    stolen = traces.rows(handful.root / "evening" / "public" / "intake.db", "ballots")
    opener = unlock(KeyFolder(handful.root / "evening" / "staff" / "keys"), HOLDER, PASSPHRASE)
    ballots = [unpack(opener.open(row["sealed"], "answers")) for row in stolen]
    assert len(ballots) == len(handful.truth)
    assert any("needle" in str(ballot.answers) for ballot in ballots)


def test_a_write_in_stands_among_those_who_ticked_other_and_that_may_be_few(crowd: Loot) -> None:
    """Whoever holds released.db sees both the ticks and the words, which lie apart from them."""
    folder = crowd.root / "released"
    (snapshot,) = [load_snapshot(path) for path in (folder / "snapshots").glob("*.json")]
    responses = traces.rows(folder / "staff" / "released.db", "responses")
    ticked = [row for row in responses if "other" in str(decode(snapshot, row["codes"])["supported_by"])]
    written = [
        row for row in traces.rows(folder / "staff" / "released.db", "comments") if "__" in row["item"]
    ]
    assert 0 < len(ticked) == len(written) < len(responses) / 5


def test_who_knows_a_few_answers_of_somebody_finds_the_row(closed: Loot) -> None:
    """Five answers, by which nearly every row of an export is the only one of its kind."""
    rows = exports.tables(closed)["first/now/responses.csv"]
    alone = ~rows.duplicated(["eng1", "eng2", "eng3", "col1", "col2"], keep=False)
    assert alone.mean() > 0.8


def test_a_page_is_as_long_as_its_language(crowd: Loot) -> None:
    """The network sees which language was chosen, by the length of what comes back."""
    sizes = {(note["language"], note["answers"][0][2]) for note in crowd.truth}
    by_language = {
        language: {size for other, size in sizes if other == language} for language in ("en", "es")
    }
    assert not by_language["en"] & by_language["es"]


def test_without_a_script_a_form_is_as_long_as_what_is_in_it(crowd: Loot) -> None:
    """With one it is whole 4 KB: browser/test_lengths.py."""
    sent = {note["ballot"]: (0, float(note["sent"])) for note in crowd.truth}
    said = {note["ballot"]: (0, float(note["length"])) for note in crowd.truth}
    assert strength(sent, said, {name: name for name in sent}) > LIMIT


def test_postgresql_keeps_the_order_in_which_sealed_rows_came(postgres_url: str) -> None:
    """In the number of each row's transaction, which every administrator can ask for."""
    create_intake(postgres_url)
    writer, rows = open_intake(postgres_url), noise(40)
    for row in rows:
        writer.store_ballot("north-1", *row)
    writer.close()
    engine = create_engine(postgres_url, poolclass=NullPool)
    with engine.begin() as connection:
        told = connection.execute(text("SELECT id FROM ballots ORDER BY age(xmin) DESC")).scalars().all()
        connection.execute(text("DROP TABLE ballots, letters"))
    assert told == [row_id for row_id, _ in rows]
