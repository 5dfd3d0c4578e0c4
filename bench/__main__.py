"""`make bench`: our page and server next to a hand-written page, and scoring next to pandas, in one run.

Prints one table, exits 1 if a target was missed, and writes nothing.
"""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import sync_playwright

from bench.county import county_lines
from bench.floor import floor_page, floor_server
from bench.load import crowd
from bench.phone import Walk, walk
from bench.report import Line, table
from bench.scoring import release_lines, scoring_lines
from bench.stand import Stand, both_servers

PORT, PLAIN_PORT = 8390, 8391
WARM_SECONDS, LOAD_SECONDS = 10, 30
OUR_CONTROLS = "main .btn:not(.back)"
FLOOR_CONTROLS = "button"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def page_lines(url: str, page: str, runs: int) -> list[Line]:
    """Ours and the floor in alternation, each with an empty cache; medians of the times."""
    ours: list[Walk] = []
    floor: list[Walk] = []
    chosen = os.environ.get("YOURVOICE_CHROMIUM")
    chromium = chosen or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with sync_playwright() as playwright, floor_server(page) as floor_url:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(runs):
            ours.append(walk(browser, url, OUR_CONTROLS))
            floor.append(walk(browser, floor_url, FLOOR_CONTROLS))
        browser.close()
    return [
        _timed("usable after", [w.usable for w in ours], [w.usable for w in floor], 1.3),
        _timed("whole survey, the phone's time", [w.system for w in ours], [w.system for w in floor], 1.4),
        Line("requests until the thanks page", "", ours[-1].requests, 4, floor[-1].requests),
        Line("over the wire", "bytes", ours[-1].received, 20_480, floor[-1].received),
        Line("smallest answer", "px", round(ours[-1].smallest, 1), 48, at_least=True),
        Line("25 questions fill", "screens", round(ours[-1].screens, 2), 9, round(floor[-1].screens, 2)),
        Line("screens that scroll sideways", "", ours[-1].sideways, 0),
    ]


def _timed(what: str, ours: list[float], floor: list[float], limit: float) -> Line:
    return Line(what, "ms", round(median(ours)), limit, round(median(floor)), times_floor=True)


def load_lines(ours: Stand, plain: Stand, surveys: int, at_once: int, rounds: int) -> list[Line]:
    """Both servers under complete surveys, `at_once` at a time, by turns; medians of the rounds."""
    loads = [(_load(ours, surveys, at_once), _load(plain, surveys, at_once)) for _ in range(rounds)]
    a, b = (_middle([pair[side] for pair in loads]) for side in (0, 1))
    return [
        Line("complete surveys a second", "", round(a.rate), 400, round(b.rate), at_least=True),
        Line("server CPU each", "ms", round(a.cpu, 2), 2.5, round(b.cpu, 2)),
        Line("Send acknowledged, p99", "ms", round(a.slowest, 1), 50, round(b.slowest, 1)),
        Line("acknowledged but not stored", "", a.lost, 0, b.lost),
        Line("errors", "", a.errors, 0, b.errors),
        Line("largest process", "MB", round(ours.largest(), 1), 80, round(plain.largest(), 1)),
        Line("start-up", "s", round(ours.started_in, 2), 1.5, round(plain.started_in, 2)),
    ]


@dataclass(frozen=True)
class Load:
    """What a server did: surveys a second, CPU ms each, p99 of Send in ms, surveys lost, errors."""

    rate: float
    cpu: float
    slowest: float
    lost: int
    errors: int


def _load(stand: Stand, surveys: int, at_once: int) -> Load:
    asyncio.run(crowd(stand.url, 4, 40, WARM_SECONDS))  # templates, connections, page cache
    stored, cpu = stand.stored(), stand.cpu_seconds()
    tally = asyncio.run(crowd(stand.url, at_once, surveys, LOAD_SECONDS))
    cpu = (stand.cpu_seconds() - cpu) / tally.surveys
    for error in sorted(set(tally.errors)):
        sys.stderr.write(f"error under load: {error}\n")
    lost = tally.surveys - (stand.stored() - stored)
    return Load(tally.a_second, 1000 * cpu, tally.post_percentile(0.99), lost, len(tally.errors))


def _middle(loads: Sequence[Load]) -> Load:
    """Medians of what was measured, and all that was lost or went wrong."""
    return Load(
        median(load.rate for load in loads),
        median(load.cpu for load in loads),
        median(load.slowest for load in loads),
        sum(load.lost for load in loads),
        sum(load.errors for load in loads),
    )


def _served_lines(arguments: argparse.Namespace) -> list[Line]:
    lines: list[Line] = []
    with both_servers(PORT, PLAIN_PORT) as (county, ours, plain):
        if arguments.only != "load":
            lines += page_lines(ours.url, floor_page(county.snapshot), arguments.runs)
        if arguments.only != "page":
            lines += load_lines(ours, plain, arguments.surveys, arguments.at_once, arguments.rounds)
    return lines


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="walks through each page")
    parser.add_argument("--surveys", type=int, default=2000, help="surveys in each round under load")
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5, help="rounds under load, and of scoring")
    parser.add_argument("--only", choices=("page", "load", "scoring"))
    arguments = parser.parse_args()
    lines: list[Line] = []
    if arguments.only in (None, "scoring"):
        lines += [*scoring_lines(arguments.rounds), *county_lines(3 * arguments.rounds), *release_lines()]
    if arguments.only != "scoring":
        lines += _served_lines(arguments)
    print(table(lines))
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
