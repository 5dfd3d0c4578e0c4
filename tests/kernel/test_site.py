"""The jurisdiction's plan: found boxes, open waves, help lines, and one kind sentence for every fault."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.builders import NEIGHBOURHOOD, SHIPPED, base, changed, compiled_translations, snapshot_of, written
from survey_app.site import Site, SiteError, help_lines, load_site

PLAN: dict[str, Any] = {
    "jurisdiction": "Elm County",
    "default_box": "spring-north",
    "units": [{"id": "north", "title": "North office"}, {"id": "south", "title": "South office"}],
    "waves": [
        {
            "id": "spring",
            "title": "Spring",
            "opens": "2026-03-01",
            "closes": "2026-05-31",
            "snapshot": "ab" * 32,
            "boxes": [{"id": "spring-north", "unit": "north"}, {"id": "spring-south", "unit": "south"}],
        }
    ],
}
COUNTY = {
    "id": "county",
    "name": {"en": "Elm County warmline", "es": "Línea de apoyo de Elm"},
    "kind": "county",
    "phone": "555-0100",
    "verified_on": "2026-01-31",
}


def site(folder: Path, **changes: object) -> Site:
    path = folder / "site.json"
    plan = changed(PLAN, {key.replace("__", "."): value for key, value in changes.items()})
    path.write_text(json.dumps(plan), "utf-8")
    return load_site(path)


def test_a_box_is_found_with_its_wave(tmp_path: Path) -> None:
    found = site(tmp_path).box("spring-south")
    assert found is not None
    wave, box = found
    assert (wave.id, box.unit) == ("spring", "south")
    assert site(tmp_path).box("../spring-south") is None


def test_units_waves_and_boxes_are_listed(tmp_path: Path) -> None:
    plan = site(tmp_path)
    unit, wave = plan.unit("north"), plan.wave("spring")
    assert unit is not None
    assert wave is not None
    assert (unit.title, wave.title) == ("North office", "Spring")
    assert (plan.unit("west"), plan.wave("autumn")) == (None, None)
    assert [box.id for _, box in plan.boxes()] == ["spring-north", "spring-south"]


def test_eleven_and_a_week_are_the_defaults(tmp_path: Path) -> None:
    plan = site(tmp_path)
    assert (plan.k, plan.handover_seconds, plan.exit_url) == (11, 604_800, "https://www.weather.gov/")


@pytest.mark.parametrize("seconds", [60, 600])
def test_a_shared_tablet_waits_a_minute_at_least_and_ten_at_most(seconds: int, tmp_path: Path) -> None:
    assert site(tmp_path, shared_tablet_seconds=seconds).shared_tablet_seconds == seconds
    plan = site(tmp_path, waves__0__boxes__1__shared_tablet=True)
    assert plan.shared_tablet_seconds == 90
    assert [box.shared_tablet for _, box in plan.boxes()] == [False, True]


@pytest.mark.parametrize(
    ("today", "is_open"),
    [("2026-02-28", False), ("2026-03-01", True), ("2026-05-31", True), ("2026-06-01", False)],
)
def test_a_wave_is_open_from_its_first_to_its_last_day(today: str, is_open: bool, tmp_path: Path) -> None:
    wave = site(tmp_path).waves[0]
    assert wave.is_open(date.fromisoformat(today)) is is_open


def test_a_smaller_k_must_be_asked_for_and_stays_above_two(tmp_path: Path) -> None:
    assert site(tmp_path, k=3, allow_small_k=True).k == 3
    with pytest.raises(SiteError, match="k is 10, but no box may be opened below 11 ballots"):
        site(tmp_path, k=10)
    with pytest.raises(SiteError, match="Write 3 or more"):
        site(tmp_path, k=2, allow_small_k=True)


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"jurisdiction": " "}, "jurisdiction is empty. Write the county's name."),
    ({"units__0__title": ""}, 'unit "north": The title is empty. Write what staff shall read.'),
    ({"default_box": "west"}, 'default_box "west" is not a box of any wave. Write one of: spring-north, '),
    ({"waves": []}, 'default_box "spring-north" is not a box of any wave. Add a wave with a box.'),
    ({"exit_url": "javascript:alert(1)"}, "Write one that begins with https://."),
    ({"exit_url": "https://"}, 'exit_url "https://" is not a safe address.'),
    ({"handover_seconds": 0}, "handover_seconds must be at least 1"),
    ({"comments_keep_days": 731}, "comments_keep_days is 731. Write a number from 0 to 730."),
    ({"comments_keep_days": -1}, "comments_keep_days is -1."),
    ({"units__1": {"id": "north", "title": "N"}, "waves__0__boxes__1__unit": "north"}, "more than once"),
    ({"waves__0__id": "Spring!"}, 'wave id "Spring!" is not well formed. Use small letters'),
    ({"waves__0__boxes__1__id": "x" * 33}, "up to 32"),
    ({"waves__0__boxes__1__id": "../up"}, 'box id "../up" is not'),
    ({"waves__0__boxes__1__id": "spring-north"}, 'The box id "spring-north" is used more than once.'),
    ({"waves__0__boxes__1__id": "other"}, 'The box id "other" is taken by merged ballots. Choose'),
    (
        {"waves__0__codes": True, "waves__0__boxes__1__id": "kiosk"},
        'wave "spring": With codes no box can be called "kiosk"',
    ),
    ({"waves__0__codes": "yes"}, '"codes" cannot be "yes"'),
    ({"waves__0__boxes__1__unit": "souht"}, 'unit "souht", which is not in units. Did you mean "south"?'),
    ({"waves__0__boxes__1__unit": "west"}, "Write one of: north, south."),
    ({"waves__0__snapshot": "latest"}, '"latest" is not the hash of a snapshot. Copy the 64 letters'),
    ({"waves__0__closes": "2026-02-01"}, 'wave "spring": It closes before it opens. Write a later day'),
    ({"waves__0__opens": "11/22/2026"}, 'spring: "opens" cannot be "11/22/2026". Write a date like 2026-'),
    ({"shared_tablet_seconds": 59}, "shared_tablet_seconds is 59. Write a number from 60 to 600."),
    ({"shared_tablet_seconds": 601}, "shared_tablet_seconds is 601. Write"),
    ({"waves__0__boxes__0__shared_tablet": "yes"}, '"shared_tablet" cannot be "yes"'),
    ({"kk": 11}, 'unknown field "kk"'),
    ({"k": "eleven"}, '"k" cannot be "eleven". Write a whole number.'),
    ({"county_help": {**COUNTY, "phone": "call us"}}, 'county_help: "call us" is not a phone number'),
    ({"county_help": {**COUNTY, "url": "javascript:1"}}, "is not a safe address"),
    ({"county_help": {**COUNTY, "phone": ""}}, "county_help: It has no phone, text or url."),
]


@pytest.mark.parametrize(("changes", "says"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_in_the_plan_is_one_sentence(changes: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(SiteError) as caught:
        site(tmp_path, **changes)
    (found,) = caught.value.problems
    assert says in str(found)
    assert str(caught.value).startswith("site.json")


def test_every_fault_in_the_plan_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SiteError) as misfits:
        site(tmp_path, k="eleven", waves__0__opens="11/22/2026", unis=[])
    assert len(misfits.value.problems) == 3
    with pytest.raises(SiteError) as impossible:
        site(tmp_path, k=5, exit_url="http://a.example", waves__0__snapshot="latest")
    assert len(str(impossible.value).splitlines()) == 3


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff\xfe{", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"k": 11, "k": 12}']
)
def test_a_file_that_is_no_plan_is_one_sentence(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_bytes(raw)
    with pytest.raises(SiteError, match=r"site\.json: ") as caught:
        load_site(path)
    assert "\n" not in str(caught.value)


def test_a_missing_plan_is_said_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="There is no such file") as caught:
        load_site(tmp_path / "site.json")
    assert str(caught.value).startswith(str(tmp_path / "site.json"))


def test_help_lines_speak_the_page_language(tmp_path: Path) -> None:
    snapshot = snapshot_of(SHIPPED, compiled_translations(tmp_path))
    lines = help_lines(snapshot, site(tmp_path), "es")
    assert [line.id for line in lines] == ["lifeline_988", "trafficking_hotline", "childhelp"]
    assert (lines[0].name.language, lines[0].phone, lines[0].text) == ("es", "988", "988")
    assert str(lines[1].name) == "Línea Nacional contra la Trata de Personas"


def test_the_county_fills_its_slot(tmp_path: Path) -> None:
    snapshot = snapshot_of(SHIPPED)
    plan = site(tmp_path, county_help=COUNTY)
    assert str(help_lines(snapshot, plan, "es")[-1].name) == "Línea de apoyo de Elm"
    in_english = help_lines(snapshot, plan, "en")[-1]
    assert (str(in_english.name), in_english.phone, bool(in_english.hours)) == (
        "Elm County warmline",
        "555-0100",
        False,
    )


def test_the_county_own_line_replaces_a_number_in_the_slot(tmp_path: Path) -> None:
    old = {**COUNTY, "phone": "555-0199", "languages": ["en"]}
    snapshot = snapshot_of(written(tmp_path, changed(base(), {"help_resources.+": {**old, "name": "Old"}})))
    assert [line.phone for line in help_lines(snapshot, site(tmp_path), "en")] == ["988", "555-0199"]
    plan = site(tmp_path, county_help=COUNTY)
    assert [line.phone for line in help_lines(snapshot, plan, "en")] == ["988", "555-0100"]


def test_a_county_line_is_added_where_the_instrument_has_no_slot(tmp_path: Path) -> None:
    lines = help_lines(snapshot_of(NEIGHBOURHOOD), site(tmp_path, county_help=COUNTY), "ar")
    assert [(line.id, line.name.language, line.name.direction) for line in lines] == [
        ("lifeline_988", "ar", "rtl"),
        ("county", "en", "ltr"),
    ]
