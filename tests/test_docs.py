"""The documentation tells the truth: what it names exists, and nothing that exists is left out."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PROGRAMS = ("yourvoice", "yourvoice-admin")
README_LENGTH = 110

# Written in pieces, so that this file does not contain what it looks for.
MACHINE_PATHS = "|".join(f"(?<![\\w.])/{name}/" for name in ("work", "root", "home", "tmp", "Users"))
REGISTRIES = "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + "js", "proxy" + r"\.golang"))
UNFINISHED = "|".join(f"\\b{word}\\b" for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "lorem" + " ipsum"))
UNWANTED = re.compile(f"{MACHINE_PATHS}|{REGISTRIES}|{UNFINISHED}")
NOT_OURS = ("tests/browser/vendor/",)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that a clone would contain."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name and not name.startswith(NOT_OURS))
    return tuple(path for path in paths if path.is_file())


def words(path: Path) -> str:
    """The text of a file; nothing for pictures and other bytes."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8", "replace")


def pages() -> list[Path]:
    """README and docs/, the pages that people read."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def commands(program: str) -> frozenset[str]:
    """The commands that `program --help` lists."""
    shown = subprocess.run([BIN / program, "--help"], capture_output=True, text=True, check=True).stdout
    return frozenset(re.findall(r"^ {4}([a-z][a-z-]*)(?: {2,}|$)", shown, re.MULTILINE))


def code(path: Path) -> str:
    """What a page prints as code: its blocks and its `inline` words."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", words(path), re.DOTALL))


def commands_named(path: Path) -> set[tuple[str, str]]:
    """(program, command) wherever a page's code says `yourvoice serve` and the like."""
    return set(re.findall(r"(?<![\w./-])(yourvoice(?:-admin)?) ([a-z][a-z-]*)", code(path)))


def settings_read() -> set[str]:
    """Every environment variable that the programs look for."""
    sources = [words(path) for folder in ("survey_app", "admin") for path in (ROOT / folder).rglob("*.py")]
    return set(re.findall(r"\bYOURVOICE_[A-Z_]+\b", "\n".join(sources)))


def test_no_file_names_a_machine_a_registry_or_unfinished_work() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {hit}" for path in tracked() for hit in UNWANTED.findall(words(path))
    }
    assert found == set()


@pytest.mark.parametrize(
    "line", ["see /{}work/x", "cd '/{}home/me'", "# TO{}DO later", "https://pypi{}.org/x"]
)
def test_such_a_line_is_noticed(line: str) -> None:
    line = line.format("")
    assert UNWANTED.search(line)


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(words(ROOT / "README.md").splitlines()) <= README_LENGTH


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", words(page)):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    for program, command in commands_named(page):
        assert command in commands(program), f"{program} {command}"


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_is_documented(program: str) -> None:
    named = {pair for page in pages() for pair in commands_named(page)}
    assert commands(program)
    assert {(program, command) for command in commands(program)} <= named


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_explains_itself(program: str) -> None:
    for command in commands(program):
        shown = subprocess.run([BIN / program, command, "--help"], capture_output=True, text=True, check=True)
        assert f"usage: {program} {command}" in shown.stdout


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(re.findall(r"\bYOURVOICE_[A-Z_]+\b", words(ROOT / "docs" / "operating.md")))
    assert documented == settings_read()


def test_every_target_that_a_page_names_exists_and_has_a_help_text() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## \S", words(ROOT / "Makefile"), re.MULTILINE))
    asked = re.compile(r"^`?make ([a-z][a-z-]*)\b", re.MULTILINE)  # "tokens make" is no target
    named = {name for page in pages() for name in asked.findall(code(page))}
    assert {"demo", "test"} <= named <= targets
