"""The page "Who can see what" says what the settings and the table of roles make true, and no more."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from survey_app.roles import SEES, Role, Sight, who_sees
from survey_app.settings import read_settings
from survey_app.who import pace
from survey_app.wsgi import create_app
from tests.public.builders import TODAY, Ground, make_ground
from tests.public.conftest import Visit
from tests.public.visitor import Visitor

ARTICLE = re.compile(r"<article>(.*)</article>", re.DOTALL)
WEEK, DAY, HOUR = 604_800, 86_400, 3_600


def planned(folder: Path, **plan: Any) -> Ground:
    """A data folder whose plan says this too."""
    ground = make_ground(folder)
    path = ground.data / "site.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | plan))
    return ground


def facts(visitor: Visitor, path: str = "/who") -> str:
    """The page's facts, without its marks."""
    return unescape(re.sub(r"<[^>]+>", " ", ARTICLE.findall(visitor.open(path).text)[0]))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"k": 11}, "at least 11 young people"),
        ({"k": 25}, "at least 25 young people"),
        ({"handover_seconds": WEEK}, "as a rule once a week."),
        ({"handover_seconds": 2 * DAY}, "as a rule once every 2 days."),
    ],
)
def test_it_follows_the_plan(tmp_path: Path, visit: Visit, plan: Mapping[str, Any], said: str) -> None:
    visitor = visit(planned(tmp_path, **plan))
    assert said in facts(visitor)
    stamp = hashlib.sha256(ARTICLE.findall(visitor.open("/who").text)[0].encode()).hexdigest()[:16]
    assert f"Stamp of this page: {stamp}." in visitor.open("/who").text


DUTY = "By law, people who work with young people must usually report it"


@pytest.mark.parametrize(
    ("follow_up", "tried", "kept"),
    [
        ({}, "within 2 working days.", "deleted 30 days after that is done."),
        ({"due_days": 1, "keep_days": 1}, "within one working day.", "deleted one day after that is done."),
        ({"due_days": 5, "keep_days": 0}, "within 5 working days.", "deleted as soon as that is done."),
    ],
)
def test_it_says_by_when_somebody_tries_and_how_long_a_note_stays(
    tmp_path: Path, visit: Visit, follow_up: Mapping[str, int], tried: str, kept: str
) -> None:
    visitor = visit(planned(tmp_path, follow_up=follow_up))
    said = facts(visitor)
    assert f"Somebody tries to reach you {tried} Your note is {kept}" in said
    assert DUTY in said
    for path in ("/en/thanks", "/en/follow-up"):
        assert f"Somebody tries to reach you {tried}" in visitor.read(path).words()


def test_another_setting_is_another_stamp(tmp_path: Path, visit: Visit) -> None:
    pages = [
        visit(planned(tmp_path / str(k), k=k)).open("/who").text.rpartition("Stamp")[2] for k in (11, 12, 11)
    ]
    assert pages[0] == pages[2] != pages[1]


@pytest.mark.parametrize("tls", ["", "1"])
def test_it_says_whether_the_line_is_locked(ground: Ground, tls: str) -> None:
    settings = read_settings({"YOURVOICE_DATA": str(ground.data), "YOURVOICE_TLS": tls})
    said = facts(Visitor(create_app(settings, today=lambda: TODAY)))
    assert ("They cannot see what you answer." in said) is bool(tls)
    assert ("could read along" in said) is not tls


def test_each_role_is_said_to_see_what_the_table_lets_it_see(visitor: Visitor) -> None:
    lines = re.findall(r"<p><b>(.*?)</b><br>(.*?)</p>", visitor.open("/who").text)[: len(Role)]
    for role, (_, sights) in zip(Role, lines, strict=True):
        assert len(sights.split("<br>")) == max(1, len(SEES[role]))
        assert ("Nothing on the pages they can open." in sights) is (not SEES[role])


def test_only_the_supervisor_has_the_notes_as_the_page_says(visitor: Visitor) -> None:
    assert who_sees(Sight.CONTACTS) == (Role.SUPERVISOR,)
    assert "Only the supervisor, and whoever stands in for them, can open it." in facts(visitor)
    assert SEES[Role.OPERATOR] == frozenset()


def test_it_says_what_breaking_the_rules_would_show(visitor: Visitor) -> None:
    said = facts(visitor)
    assert "could break the rules and open its files" in said
    assert "no name, time or address stands beside the answers" in said
    assert "If somebody changed this website itself, it could read along" in said


def test_on_a_shared_tablet_it_says_who_knows_that_one_took_part(visitor: Visitor) -> None:
    knows = "Whoever gave you this tablet knows that you took the survey. They cannot see what you answered."
    assert knows in facts(visitor, "/en/who/kiosk/south")
    assert knows in visitor.read("/en/s/kiosk/south").words()
    for path in ("/en/who/south", "/en/s/south"):
        assert knows not in visitor.read(path).words()


def test_where_no_note_can_be_written_none_is_spoken_of(tmp_path: Path, visit: Visit) -> None:
    instrument = Path(__file__).parents[1] / "instruments" / "neighbourhood.json"
    visitor = visit(make_ground(tmp_path, instrument))
    assert visitor.read("/thanks").all("form", action="/contact") == []
    assert "contact" not in facts(visitor)


def test_it_is_spoken_in_every_language_of_the_interface(visitor: Visitor) -> None:
    assert 'lang="en"' not in ARTICLE.findall(visitor.open("/es/who").text)[0]
    assert "al menos 11 jóvenes" in facts(visitor, "/es/who")


def test_where_the_interface_is_not_translated_its_words_are_marked_as_english(
    tmp_path: Path, visit: Visit
) -> None:
    instrument = Path(__file__).parents[1] / "instruments" / "neighbourhood.json"
    text = visit(make_ground(tmp_path, instrument)).open("/ar/who").text
    assert "&lt;" not in text
    assert '<span lang="en" dir="ltr">once a week</span>' in text


def test_the_first_page_leads_to_it_without_giving_up_the_form(visitor: Visitor) -> None:
    for link in ("/es/who/south", "/es/who/south#private"):
        (found,) = visitor.read("/es/s/south").all("a", href=link)
        assert found["target"] == "_blank"
        assert visitor.open(found["href"].partition("#")[0]).status_code == 200
    assert 'id="private"' in visitor.open("/es/who/south").text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (WEEK, ("once a week", 1)),
        (3 * WEEK, ("once every {n} weeks", 3)),
        (DAY, ("once a day", 1)),
        (HOUR + 5, ("once an hour", 1)),
        (600, ("once every {n} minutes", 10)),
        (60, ("once a minute", 1)),
        (1, ("once a minute", 1)),
    ],
)
def test_a_pace_is_said_in_whole_units(seconds: int, said: tuple[str, int]) -> None:
    assert pace(seconds) == said
