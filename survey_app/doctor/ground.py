"""The data folder that settings name, as the checks want it: who serves, and where the intake lies."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import make_url

from survey_app.doctor.finding import Check, Finding, Seen, failed, quoted
from survey_app.doctor.tree import Tree, printable
from survey_app.settings import Settings


def tree_of(settings: Settings) -> Tree:
    """The data folder. Raises OSError where there is none."""
    url = make_url(settings.intake)
    is_file = url.get_backend_name() == "sqlite" and url.database
    data = settings.data.absolute()
    data.stat()
    return Tree(data, Path(url.database or "").absolute() if is_file else None, _serving(data))


def one_too_deep(tree: Tree) -> Iterable[Finding]:
    """What is said, alone, where the folder `public` was named in place of the data folder around it."""
    data, held = tree.data, ("keys.json", "intake.db")
    is_inside = (data.parent / "site.json").exists() and not (data / "site.json").exists()
    if is_inside and any((data / name).exists() for name in held):
        what = f"This is the folder {printable(data.name)} inside the data folder."
        yield failed(what, f"Say --data {quoted(data.parent)}")


def is_sqlite(settings: Settings) -> bool:
    """Whether the intake is a SQLite file."""
    return make_url(settings.intake).get_backend_name() == "sqlite"


def run(checks: Iterable[Check[Seen]], seen: Seen) -> Iterable[tuple[str, Finding]]:
    """What each check says, under its name; one that cannot look says that."""
    for check in checks:
        try:
            for finding in check.findings(seen):
                yield check.name, finding
        except OSError as error:
            kind = (error.strerror or type(error).__name__).lower()
            yield check.name, failed(f"This could not be looked at: {kind}.", "See who owns the data folder.")


def _serving(data: Path) -> int:
    """The user that serves: who asks, or for root the owner of the public part."""
    if os.geteuid() != 0:
        return os.geteuid()
    public = data / "public"
    return (public if public.is_dir() else data).stat().st_uid
