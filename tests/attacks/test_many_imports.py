"""Letters are fetched one by one, as they come: the staff host's database must not keep their order (P9)."""

from __future__ import annotations

from survey_app.handover import send_letters
from tests.attacks import traces
from tests.attacks.labels import label
from tests.attacks.odds import LIMIT, strength
from tests.boxes.builders import County, noise

COUNT = 60
"""They all lie on one page of the database, where SQLite puts each new row below the one before."""


def test_no_place_in_the_list_of_what_came_tells_when_a_letter_came(county: County) -> None:
    letters = noise(COUNT, purpose="contact")
    writer = county.writer()
    for letter in letters:
        writer.store_letter(*letter)
        send_letters(county.data)
        assert county.bring_in().letters == 1
    writer.close()
    ids = {letter_id: label(sealed) for letter_id, sealed in letters}
    came = {name: (0, float(place)) for place, name in enumerate(ids.values())}
    database = county.data / "staff" / "released.db"
    found = dict(traces.of_cells(database, "seen", ids))
    assert len(found["cells of seen"]) == COUNT
    assert max(strength(trace, came, {name: name for name in came}) for trace in found.values()) < LIMIT
