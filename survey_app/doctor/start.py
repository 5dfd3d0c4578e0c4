"""The checks that are cheap, and too grave for a server to start in spite of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from survey_app.doctor.files import CHECKS as FILES
from survey_app.doctor.finding import Check, Finding, Level, Seen
from survey_app.doctor.ground import is_sqlite, one_too_deep, run, tree_of
from survey_app.doctor.machine import CLOCK_CHECKS, read_clock
from survey_app.doctor.postgres import CHECKS as POSTGRES
from survey_app.doctor.sqlite import CHECKS as SQLITE
from survey_app.doctor.sqlite import settle
from survey_app.settings import Settings


class UnsafeError(Exception):
    """The server must not start here; the text says why and what to do, a line for each reason."""


def require_safe(settings: Settings) -> None:
    """Raise UnsafeError unless a server may start on this installation."""
    found = list(_failures(settings))
    if found:
        raise UnsafeError("\n".join(f"The server does not start: {finding}" for finding in found))


def _failures(settings: Settings) -> Iterator[Finding]:
    try:
        tree = tree_of(settings)
    except OSError:
        return  # that the plan is missing is said by whoever reads it
    misnamed = tuple(one_too_deep(tree))
    if misnamed:
        yield from misnamed
        return
    yield from _grave(FILES, tree)
    yield from _grave(CLOCK_CHECKS, read_clock(tree, time.time()))
    if is_sqlite(settings):
        settle(tree, settings.intake)
        yield from _grave(SQLITE, tree_of(settings))
    else:
        yield from _grave(POSTGRES, settings.intake)


def _grave(checks: Iterable[Check[Seen]], seen: Seen) -> Iterator[Finding]:
    for _, finding in run([check for check in checks if check.at_start], seen):
        if finding.level is Level.FAIL:
            yield finding
