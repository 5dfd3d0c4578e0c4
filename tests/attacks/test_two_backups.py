"""A thief with two backups, one from just before a known youth's visit and one from just after it."""

from __future__ import annotations

import pytest

from tests.attacks import traces
from tests.attacks.loot import Loot

pytestmark = pytest.mark.slow


def new_between(loot: Loot) -> tuple[set[bytes], set[bytes]]:
    """The ids of the ballots and of the letters that the second backup has more than the first."""
    public = [loot.root / step / "public" for step in ("before", "after")]
    ballots = [set(traces.ids_of(folder / "intake.db", "ballots")) for folder in public]
    letters = [{i for i, _ in traces.letters_in(folder / "outbox").values()} for folder in public]
    return ballots[1] - ballots[0], letters[1] - letters[0]


def test_the_difference_shows_the_one_sealed_ballot_and_the_one_sealed_letter(handful: Loot) -> None:
    """Nobody can prevent that; threat-model.md says so, and what follows from it."""
    ballots, letters = new_between(handful)
    assert (len(ballots), len(letters)) == (1, 1)
    assert not ballots & letters


def test_nothing_leads_from_that_ballot_to_an_opened_response(handful: Loot) -> None:
    """P9: its id ends in the list of what came; no row of the opened tables holds a piece of it.

    That no order leads there either is what `ballot_and_response` tries in test_linkage.py.
    """
    ((ballot_id,), _) = new_between(handful)
    copy = handful.root / "released" / "staff" / "released.db"
    assert {"id": ballot_id} in traces.rows(copy, "seen")
    assert traces.rows(copy, "pending") == []
    assert len(traces.rows(copy, "responses")) == len(handful.truth)
    for table in ("responses", "comments", "counts", "ledger"):
        for row in traces.rows(copy, table):
            held = b"".join(value for value in row.values() if isinstance(value, bytes))
            assert not [at for at in range(13) if ballot_id[at : at + 4] in held], table


def test_what_left_the_intake_is_nowhere_on_the_public_host(handful: Loot) -> None:
    """P10: after handover and import, not a piece of any ballot or letter is there, journal or slack."""
    public = handful.root / "imported" / "public"
    left = b"".join(path.read_bytes() for path in public.rglob("*") if path.is_file())
    found = traces.rows(handful.root / "evening" / "public" / "intake.db", "ballots")
    assert len(found) == len(handful.truth)
    assert not [row for row in found if row["id"] in left or row["sealed"][4000:4016] in left]
