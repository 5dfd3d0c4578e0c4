"""A file that cannot be read is one kind sentence, never a traceback."""

import json
from pathlib import Path

import pytest

from kernel.builders import base, changed, written
from survey_app.instrument.loading import load_instrument, problems_of
from survey_app.instrument.problems import InstrumentError

SOUND = json.dumps(base()).encode()
BROKEN = {
    "empty": (b"", "This file is empty."),
    "only spaces": (b" \n\t", "This file is empty."),
    "byte order mark": (b"\xef\xbb\xbf" + SOUND, "invisible byte order mark"),
    "utf-16": (json.dumps(base()).encode("utf-16"), "saved as UTF-16"),
    "utf-16 without mark": (json.dumps(base()).encode("utf-16-le"), "saved as UTF-16"),
    "latin-1": (b'{\n"title": "Ni\xf1o"}', "not UTF-8 text (line 2)"),
    "huge": (b'"' + b"x" * (2 * 2**20) + b'"', "larger than 2 MB"),
    "a comma too few": (b'{\n  "id": "a"\n  "version": 1}', "missing before this place (line 3,"),
    "a comma too many": (b'{"id": "a",}', "comma"),
    "a comma too many in a list": (b'{"languages": ["en",\n]}', "a comma is left over"),
    "an end too early": (SOUND[:-1] + b"\n", "the file ends too early; a closing bracket is missing"),
    "a bracket too few": (b'{"languages": ["en"}', "a comma or a closing bracket is missing"),
    "curly quotes": ('{\n“id”: "a"}'.encode(), 'write straight double quotes (") instead of these (line 2,'),
    "a curly value": ('{"id": “a”}'.encode(), "write straight double quotes"),
    "single quotes": (b"{'id': 1}", "write straight double quotes"),
    "a remark": (b'{ // ours\n"id": "a"}', "a remark stands there; take it out (line 1,"),
    "a word of Python": (b'{"enabled": True}', "written in small letters"),
    "a word": (b'{"id": tru}', "a word stands without double quotes (line 1, column 8)"),
    "an open text": (b'{"id": "a', "a closing double quote is missing (line 1, column 8)"),
    "more behind": (SOUND + b"}", "something stands after the end"),
    "not a number": (b'{"id": NaN}', "one number cannot be read"),
    "an endless number": (b'{"id": ' + b"9" * 5000 + b"}", "one number cannot be read"),
    "nested lists": (b"[" * 100_000, "nested too deeply"),
    "nested objects": (b'{"all":' * 60 + b"1" + b"}" * 60, "nested too deeply"),
    "a list": (b"[]", "The file cannot be a list. Write fields in { }."),
    "a lone surrogate": (json.dumps(changed(base(), {"title": "\ud83d"})).encode(), '"title" cannot be'),
    "infinity": (SOUND.replace(b'"version"', b'"reading_grade_max": 1e999, "version"'), "Write a number."),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_one_sentence(case: str, tmp_path: Path) -> None:
    raw, says = BROKEN[case]
    path = tmp_path / "broken.json"
    path.write_bytes(raw)
    with pytest.raises(InstrumentError) as caught:
        load_instrument(path)
    assert says in str(caught.value.problems[0])
    assert str(caught.value.problems[0]).startswith("broken.json")


def test_a_missing_file_and_a_folder_are_said_so(tmp_path: Path) -> None:
    assert "There is no such file." in str(problems_of(tmp_path / "none.json")[0])
    assert "This is a folder." in str(problems_of(tmp_path)[0])


def test_a_field_written_twice_is_refused_with_its_item(tmp_path: Path) -> None:
    text = json.dumps(base()).replace('"id": "visits"', '"id": "visits", "maximum": 5', 1)
    path = tmp_path / "twice.json"
    path.write_text(text, "utf-8")
    (found,) = problems_of(path)
    assert str(found) == (
        'twice.json, visits: The field "maximum" is written 2 times in one place. '
        "Keep the one that is meant. (E duplicate_key)"
    )


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert load_instrument(written(tmp_path, base())).version == "1.0.0"
