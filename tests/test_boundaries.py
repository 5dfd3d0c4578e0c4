"""The borders between the parts hold, and the checks that hold them do notice a breach."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.commands import COMMANDS as STAFF_COMMANDS
from survey_app.commands import COMMANDS as PUBLIC_COMMANDS

ROOT = Path(__file__).parents[1]
PACKAGES = ("survey_app", "admin")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


SELECTION = re.compile(r"\bselect\b.*\b(?:responses|comments)\b", re.IGNORECASE | re.DOTALL)

PUBLIC_RULE = "The public side knows neither the staff side nor its libraries"
STAFF_RULE = "The staff side uses the kernel only, never the public web modules"
KERNEL_RULE = "The kernel knows no web framework and no database"
PURE_RULE = "Scoring and the simulated respondents are pure"
READER_RULE = "Only one module reads responses"
WORDS_RULE = "Only two modules reach comments"
CIRCLE_RULE = "No import runs in a circle"


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def names(source: str) -> Iterator[str]:
    """Every identifier that a module imports, reads or reaches into, and the names it asks for by string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rpartition(".")[2]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def long_functions(source: str) -> list[str]:
    """ "line name length" of every function that is longer than allowed."""
    return [
        f"{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


@pytest.mark.parametrize("path", sources(*PACKAGES, "bench", "tests"), ids=place)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST_FILE
    assert long_functions(source) == []


def test_a_function_of_one_line_too_many_is_noticed() -> None:
    body = "def f() -> None:\n" + "    pass\n" * LONGEST_FUNCTION
    assert long_functions(body) == ["1 f 51"]
    assert long_functions("def f() -> None:\n" + "    pass\n" * (LONGEST_FUNCTION - 1)) == []


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=place)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def names_private_key(source: str) -> bool:
    """Whether a module names one of the cryptography library's private key classes."""
    return any("PrivateKey" in name for name in names(source))


def test_only_unsealing_names_a_private_key() -> None:
    naming = [place(path) for path in sources(*PACKAGES) if names_private_key(path.read_text())]
    assert naming == ["admin/unsealing.py"]


@pytest.mark.parametrize(
    "breach",
    [
        "from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey",
        "from cryptography.hazmat.primitives.asymmetric import x25519\nx25519.X25519PrivateKey.generate()",
        "getattr(x25519, 'X25519PrivateKey')",
    ],
)
def test_a_private_key_is_noticed_however_it_is_named(breach: str) -> None:
    assert names_private_key(breach)


def imports_by_name(source: str) -> bool:
    """Whether a module loads others by their names as text, which no import rule can see."""
    return not {"import_module", "__import__", "importlib"}.isdisjoint(names(source))


def test_only_the_command_lines_load_modules_by_name_and_each_only_its_own_side() -> None:
    loading = [place(path) for path in sources(*PACKAGES) if imports_by_name(path.read_text())]
    assert loading == ["survey_app/hosting/command.py"]
    assert all(command.module.startswith("admin.") for command in STAFF_COMMANDS)
    assert all(command.module.startswith("survey_app.") for command in PUBLIC_COMMANDS)


@pytest.mark.parametrize(
    "breach", ["import importlib", "__import__('admin')", "from importlib import import_module"]
)
def test_loading_by_name_is_noticed(breach: str) -> None:
    assert imports_by_name(breach)


def selects_responses(source: str) -> bool:
    """Whether a module writes its own SQL over responses or comments."""
    return any(SELECTION.search(name) for name in names(source))


def test_no_module_goes_around_the_reader_of_responses_with_sql_of_its_own() -> None:
    assert [place(path) for path in sources(*PACKAGES) if selects_responses(path.read_text())] == []


@pytest.mark.parametrize("sql", ["select codes\\n FROM responses where 1", "SELECT words FROM comments"])
def test_sql_over_responses_is_noticed(sql: str) -> None:
    assert selects_responses(f"connection.execute(text('{sql}'))")


def lint_imports(folder: Path) -> str:
    """What import-linter says about the packages in this folder, on one line each."""
    run = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of both packages that a test may spoil."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_rule_holds(copy: Path) -> None:
    said = lint_imports(copy)
    assert " 0 broken" in said, said
    assert said.count("KEPT") == 7, said


@pytest.mark.parametrize(
    ("module", "line", "rule"),
    [
        ("survey_app/site.py", "import admin.phrases", PUBLIC_RULE),
        ("survey_app/ballot.py", "import pandas", PUBLIC_RULE),
        ("survey_app/coding.py", "import numpy", PUBLIC_RULE),
        ("admin/audit.py", "import survey_app.forms", STAFF_RULE),
        ("admin/scoring/patterns.py", "import survey_app.settings", STAFF_RULE),
        ("survey_app/instrument/model.py", "import flask", KERNEL_RULE),
        ("survey_app/sealing.py", "import sqlalchemy", KERNEL_RULE),
        ("admin/scoring/patterns.py", "import sqlite3", PURE_RULE),
        ("admin/reports.py", "from admin.released_tables import responses", READER_RULE),
        ("admin/views/words.py", "from admin.comment_tables import comments", WORDS_RULE),
        ("admin/phrases.py", "import admin.respondents", CIRCLE_RULE),
    ],
)
def test_a_forbidden_import_is_noticed(copy: Path, module: str, line: str, rule: str) -> None:
    path = copy / module
    path.write_text(f"{path.read_text()}\n{line}\n")
    said = lint_imports(copy)
    broken = [text for text in said.splitlines() if "BROKEN" in text]
    assert any(text.startswith(rule) for text in broken), said
