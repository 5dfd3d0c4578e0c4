"""The audit trail notices every change: an edit, a gap, an insertion, a cut end, all of it rewritten."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin.audit import Audit, AuditError, Head, verify


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    path = tmp_path / "staff" / "audit.jsonl"
    audit = Audit(path)
    for number in range(5):
        audit.note("signed_in", f"person.{number}", role="supervisor")
    return path


def test_a_trail_is_whole_and_ends_where_its_last_note_said(trail: Path) -> None:
    head = Audit(trail).note("signed_out", "person.1")
    assert (
        verify(trail) == verify(trail, str(head)) == verify(trail, head.hash) == head == Audit(trail).head()
    )
    assert head.lines == 6


def test_only_the_owner_can_read_it(trail: Path) -> None:
    assert trail.stat().st_mode & 0o777 == 0o600


def _edit(lines: list[str]) -> list[str]:
    return [lines[0], lines[1].replace("person.1", "person.9"), *lines[2:]]


@pytest.mark.parametrize(
    "change",
    [
        _edit,
        lambda lines: lines[:2] + lines[3:],
        lambda lines: [*lines[:2], lines[1], *lines[2:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:4], lines[4][:40]],
        lambda lines: [*lines, "not json\n"],
        lambda lines: [*lines, "[]\n"],
    ],
    ids=["edited", "taken out", "put in", "swapped", "beginning cut", "torn", "garbage", "other JSON"],
)
def test_a_changed_trail_is_noticed(trail: Path, change: Callable[[list[str]], list[str]]) -> None:
    trail.write_text("".join(change(trail.read_text().splitlines(keepends=True))))
    with pytest.raises(AuditError):
        verify(trail)


def test_a_line_rewritten_with_a_hash_of_its_own_is_noticed_at_the_next_one(
    trail: Path, tmp_path: Path
) -> None:
    forged = Audit(tmp_path / "forged.jsonl")
    forged.note("signed_in", "somebody.else", role="supervisor")
    first = (tmp_path / "forged.jsonl").read_text()
    assert verify(tmp_path / "forged.jsonl").lines == 1
    trail.write_text(first + "".join(trail.read_text().splitlines(keepends=True)[1:]))
    with pytest.raises(AuditError, match="Line 2"):
        verify(trail)


def test_a_cut_end_is_noticed_by_whoever_kept_a_head(trail: Path) -> None:
    anchor = str(Audit(trail).head())
    trail.write_text("".join(trail.read_text().splitlines(keepends=True)[:3]))
    assert verify(trail).lines == 3
    with pytest.raises(AuditError, match="cut off"):
        verify(trail, anchor)


def test_a_rewritten_trail_is_noticed_by_whoever_kept_a_head(trail: Path, tmp_path: Path) -> None:
    anchor = str(Audit(trail).head())
    forged = Audit(tmp_path / "forged.jsonl")
    for _ in range(5):
        forged.note("signed_in", "somebody.else")
    assert verify(tmp_path / "forged.jsonl").lines == 5
    with pytest.raises(AuditError):
        verify(tmp_path / "forged.jsonl", anchor)


def test_an_early_head_stays_an_anchor_as_the_trail_grows(trail: Path) -> None:
    anchor = str(Audit(trail).head())
    Audit(trail).note("signed_in", "person.5")
    assert verify(trail, anchor).lines == 6


def test_a_line_that_a_crash_cut_short_is_mended_and_the_mending_recorded(trail: Path) -> None:
    with trail.open("a") as file:
        file.write('{"line": 6, "at": "20')
    Audit(trail).note("signed_in", "person.5")
    lines = [json.loads(line) for line in trail.read_text().splitlines()]
    assert [line["event"] for line in lines[5:]] == ["trail_mended", "signed_in"]
    assert verify(trail).lines == 7


def test_a_trail_with_a_broken_last_line_takes_no_further_notes(trail: Path) -> None:
    with trail.open("a") as file:
        file.write("{}\n")
    with pytest.raises(AuditError):
        Audit(trail).note("signed_in", "person.5")


def test_many_writers_at_once_make_one_chain(trail: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        heads = list(pool.map(lambda n: Audit(trail).note("refused", f"person.{n}"), range(40)))
    assert sorted(head.lines for head in heads) == list(range(6, 46))
    assert verify(trail).lines == 45


def test_the_line_is_on_the_disk_before_the_act(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from admin.audit import Audit;"
        "Audit(Path(sys.argv[1])).note('opened', 'person'); os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "audit.jsonl"
    killed = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert killed.returncode == -9
    assert verify(path).lines == 1


def test_a_full_disk_is_an_error_and_leaves_the_trail_whole(trail: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path; from admin.audit import Audit;"
        "path = Path(sys.argv[1]); signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20,) * 2);"
        "Audit(path).note('opened', 'person')"
    )
    before = trail.read_bytes()
    full = subprocess.run(
        [sys.executable, "-c", script, str(trail)], check=False, capture_output=True, text=True
    )
    assert "OSError" in full.stderr
    assert trail.read_bytes() == before


def test_long_words_are_cut_so_that_a_line_stays_a_line(trail: Path) -> None:
    Audit(trail).note("refused", "person", page="\U0001f3f4\n" * 5000)
    assert len(trail.read_text().splitlines()) == 6
    assert verify(trail).lines == 6


def test_no_trail_yet_has_a_head_too(tmp_path: Path) -> None:
    assert Audit(tmp_path / "none.jsonl").head() == Head(0, "0" * 64)
    assert not os.listdir(tmp_path)
