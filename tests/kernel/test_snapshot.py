"""A snapshot is fixed by its hash, speaks every language honestly, and counts questions as printed."""

import hashlib
import json
from pathlib import Path

import pytest

from kernel.builders import (
    NEIGHBOURHOOD,
    NOWHERE,
    SHIPPED,
    base,
    changed,
    compiled_translations,
    snapshot_of,
    written,
)
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import SnapshotError, freeze, load_snapshot, save
from survey_app.instrument.texts import Catalog, translations


def test_the_hash_is_of_canonical_json() -> None:
    snapshot = snapshot_of(NEIGHBOURHOOD)
    raw = snapshot.to_bytes()
    again = json.dumps(json.loads(raw), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert raw.decode() == again
    assert snapshot.hash == hashlib.sha256(raw).hexdigest()


def test_the_order_of_fields_in_the_file_does_not_change_the_hash(tmp_path: Path) -> None:
    turned = dict(reversed(list(base().items())))
    first = snapshot_of(written(tmp_path, base(), "one.json"))
    second = snapshot_of(written(tmp_path, turned, "two.json"))
    assert first.hash == second.hash


def test_a_changed_word_changes_the_hash(tmp_path: Path) -> None:
    spoken = changed(base(), {"sections.0.items.0.rows.0.text": "I feel seen."})
    first = snapshot_of(written(tmp_path, base(), "one.json"))
    second = snapshot_of(written(tmp_path, spoken, "two.json"))
    assert first.hash != second.hash


def test_a_saved_snapshot_comes_back_equal(tmp_path: Path) -> None:
    snapshot = snapshot_of(NEIGHBOURHOOD)
    path = save(snapshot, tmp_path / "snapshots")
    assert path.name == f"{snapshot.hash}.json"
    assert load_snapshot(path) == snapshot
    assert save(snapshot, tmp_path / "snapshots") == path
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = save(snapshot_of(NEIGHBOURHOOD), tmp_path)
    path.write_bytes(path.read_bytes().replace(b"I feel safe", b"I feel sad!"))
    with pytest.raises(SnapshotError, match="was changed since it was frozen"):
        load_snapshot(path)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"format":"other"}', b"[" * 5000, b"\xff\xfe"])
def test_a_file_of_another_kind_is_refused_in_a_sentence(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"{hashlib.sha256(raw).hexdigest()}.json"
    path.write_bytes(raw)
    with pytest.raises(SnapshotError, match="is from another version"):
        load_snapshot(path)


def test_conditions_nested_without_end_are_refused_in_a_sentence(tmp_path: Path) -> None:
    raw = snapshot_of(written(tmp_path, base())).to_bytes()
    bomb = raw.replace(b'"show_if":{', b'"show_if":{"any":[' + b'{"any":[' * 50_000, 1)
    path = tmp_path / f"{hashlib.sha256(bomb).hexdigest()}.json"
    path.write_bytes(bomb)
    with pytest.raises(SnapshotError, match="is from another version"):
        load_snapshot(path)


def test_a_missing_snapshot_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be read"):
        load_snapshot(tmp_path / "none.json")


def test_questions_are_numbered_as_printed_through_both_storages() -> None:
    snapshot = snapshot_of(SHIPPED)
    numbers = {question.id: question.number for question in snapshot.items()}
    assert list(numbers.values()) == list(range(1, 26))
    assert (numbers["contact_frequency"], numbers["supported_by"], numbers["anything_else"]) == (4, 8, 25)
    assert [question.number for question in snapshot.items("separate")] == list(range(26, 35))


def test_a_disabled_section_is_neither_listed_nor_counted(tmp_path: Path) -> None:
    changes = {"sections.0.enabled": False, "sections.1.items.2.show_if": None}
    snapshot = snapshot_of(written(tmp_path, changed(base(), changes)))
    assert [section.id for section in snapshot.sections()] == ["second"]
    assert [(question.number, question.id) for question in snapshot.items()][:1] == [(1, "visits")]


def test_arabic_is_said_right_to_left_with_its_own_placeholder() -> None:
    said = snapshot_of(NEIGHBOURHOOD).wording("ar")("intro.title")
    assert (said.language, said.direction) == ("ar", "rtl")
    assert str(said) == "حدّثنا عن ريفرسايد"


def test_spanish_comes_from_the_catalog(tmp_path: Path) -> None:
    snapshot = snapshot_of(SHIPPED, compiled_translations(tmp_path))
    said = snapshot.wording("es")("eng2.text")
    assert (str(said), said.language) == ("Siento que mi oficial de probatoria me apoya.", "es")
    assert snapshot.status == {"en": "source", "es": "draft"}
    assert "la recibirá una persona supervisora" in str(snapshot.wording("es")("intro.anonymous.text"))


def test_what_is_not_translated_falls_back_with_its_own_language_and_direction(tmp_path: Path) -> None:
    raw = json.loads(NEIGHBOURHOOD.read_text("utf-8"))
    del raw["sections"][0]["items"][0]["rows"][0]["text"]["ar"]
    snapshot = snapshot_of(written(tmp_path, raw))
    said = snapshot.wording("ar")("street1.text")
    assert (str(said), said.language, said.direction) == ("I feel safe.", "en", "ltr")
    assert snapshot.wording("ar")("street2.text").language == "ar"
    assert snapshot.status["ar"] == "missing"


def test_without_any_catalog_the_whole_survey_is_in_its_source_language() -> None:
    snapshot = snapshot_of(SHIPPED, NOWHERE)
    assert snapshot.languages == ("en", "es")
    assert snapshot.status["es"] == "missing"
    assert snapshot.wording("es")("eng1.text").language == "en"


def test_a_phrase_without_translation_takes_its_whole_sentence_with_it() -> None:
    instrument = load_instrument(NEIGHBOURHOOD)
    catalogs = translations(instrument, NOWHERE)
    snapshot = freeze(instrument, catalogs, {"council": "the mayor's office", "town": "Elmwood"})
    arabic = snapshot.wording("ar")
    assert str(arabic("intro.why.text")) == "Your answers go to the mayor's office."
    assert (arabic("intro.why.text").language, arabic("intro.title").language) == ("en", "ar")
    assert "Elmwood" in str(arabic("intro.title"))
    assert snapshot.status["ar"] == "missing"


def test_an_unknown_or_empty_placeholder_value_is_refused() -> None:
    instrument = load_instrument(NEIGHBOURHOOD)
    with pytest.raises(SnapshotError, match='no placeholder "city"; known are: town, council'):
        freeze(instrument, {}, {"city": "Elmwood"})
    with pytest.raises(SnapshotError, match='has no wording in "en"'):
        freeze(instrument, {}, {"town": {"ar": "ريفرسايد"}})


def test_an_unknown_key_and_an_unknown_language_are_harmless() -> None:
    snapshot = snapshot_of(NEIGHBOURHOOD)
    assert not snapshot.wording("en")("no.such.key")
    assert str(snapshot.wording("en")("no.such.key")) == ""
    assert snapshot.wording("tlh").language == "en"


def test_a_catalog_given_by_hand_is_used_as_it_is() -> None:
    instrument = load_instrument(SHIPPED)
    snapshot = freeze(instrument, {"es": Catalog({"eng2.text": "Me apoya."}, "machine")})
    assert str(snapshot.wording("es")("eng2.text")) == "Me apoya."
