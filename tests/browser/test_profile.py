"""P3: nothing stays in the browser's profile: close the browser, search every file for what was typed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from .browsers import EVERY, Browsers, Kind
from .certificate import SURVEY
from .served import Served
from .traces import MOZLZ4, files_with, unpack_lz4
from .youth import NEEDLE, WORDS, Youth


@pytest.mark.parametrize("kind", EVERY, ids=str)
def test_no_file_of_the_profile_holds_what_was_typed(
    browsers: Browsers, kind: Kind, served: Served, tmp_path: Path
) -> None:
    """One survey is sent; another is still being filled in when the browser is closed."""
    with ExitStack() as closing:
        open_window = browsers.start(kind, tmp_path / "profile", closing)
        for finish in (Youth.send, Youth.answer_part):
            youth = Youth(open_window())
            youth.begin(f"{served.url}/en/s/street")
            youth.answer_all()
            assert any(WORDS in mark for mark in youth.marks)
            finish(youth)
    assert files_with(SURVEY, tmp_path), "the visit itself left no trace: the search would find nothing"
    assert files_with(NEEDLE, tmp_path) == []


def test_the_search_reads_both_encodings_and_packed_files(tmp_path: Path) -> None:
    packed = bytes([0x70]) + NEEDLE.encode()  # one sequence: seven literal bytes
    (tmp_path / "plain").write_bytes(b"..." + NEEDLE.encode())
    (tmp_path / "wide").write_bytes(b"." + NEEDLE.encode("utf-16-le"))
    (tmp_path / "packed.jsonlz4").write_bytes(MOZLZ4 + len(NEEDLE).to_bytes(4, "little") + packed)
    (tmp_path / "innocent").write_bytes(b"needle 7")
    assert files_with(NEEDLE, tmp_path) == ["packed.jsonlz4", "plain", "wide"]


def test_a_packed_repetition_is_unrolled() -> None:
    """Literals "abc", a match of nine bytes three back that overlaps itself, literals "hello"."""
    assert unpack_lz4(b"\x35abc\x03\x00\x50hello") == b"abc" * 4 + b"hello"


def test_long_lengths_are_read() -> None:
    """Literal length 15 + 255 + 3, then nothing: the block may end after literals."""
    assert unpack_lz4(b"\xf0\xff\x03" + bytes(273)) == bytes(273)
