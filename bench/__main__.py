"""`make bench`: our page and server next to a hand-written page of the same questions, in one run.

Prints one table, exits 1 if a target was missed, and writes nothing.
"""

import argparse
import asyncio
import os
import shutil
import sys
from statistics import median

from playwright.sync_api import sync_playwright

from bench.floor import floor_page, floor_server
from bench.load import crowd
from bench.phone import Walk, walk
from bench.report import Line, table
from bench.stand import Stand, our_server

PORT = 8390
OUR_CONTROLS = "main .btn:not(.back)"
FLOOR_CONTROLS = "button"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def page_lines(stand: Stand, runs: int) -> list[Line]:
    """Ours and the floor in alternation, each with an empty cache; medians of the times."""
    ours: list[Walk] = []
    floor: list[Walk] = []
    chosen = os.environ.get("YOURVOICE_CHROMIUM")
    chromium = chosen or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    page = floor_page(stand.county.snapshot)
    with sync_playwright() as playwright, floor_server(page) as floor_url:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(runs):
            ours.append(walk(browser, f"{stand.url}/", OUR_CONTROLS))
            floor.append(walk(browser, floor_url, FLOOR_CONTROLS))
        browser.close()
    return [
        _timed("usable after", [w.usable for w in ours], [w.usable for w in floor], 1.3),
        _timed("whole survey, the phone's time", [w.system for w in ours], [w.system for w in floor], 1.4),
        Line("requests", "", ours[-1].requests, 4),
        Line("over the wire", "bytes", ours[-1].received, 20_480),
        Line("over the wire, floor", "bytes", floor[-1].received),
        Line("smallest answer", "px", round(ours[-1].smallest, 1), 48, at_least=True),
        Line("25 questions fill", "screens", round(ours[-1].screens, 2), 9),
        Line("screens that scroll sideways", "", ours[-1].sideways, 0),
    ]


def _timed(what: str, ours: list[float], floor: list[float], limit: float) -> Line:
    return Line(what, "ms", round(median(ours)), limit, round(median(floor)))


def load_lines(stand: Stand, surveys: int, at_once: int) -> list[Line]:
    """The server under complete surveys, `at_once` at a time."""
    url = f"{stand.url}/"
    asyncio.run(crowd(url, 4, 40, 10))  # templates, connections, page cache
    stored, cpu = stand.stored(), stand.cpu_seconds()
    tally = asyncio.run(crowd(url, at_once, surveys, 30))
    cpu = stand.cpu_seconds() - cpu
    for error in sorted(set(tally.errors)):
        sys.stderr.write(f"error under load: {error}\n")
    return [
        Line("complete surveys a second", "", round(tally.a_second), 400, at_least=True),
        Line("server CPU each", "ms", round(1000 * cpu / tally.surveys, 2), 2.5),
        Line("Send acknowledged, p99", "ms", round(tally.post_percentile(0.99), 1), 50),
        Line("acknowledged but not stored", "", tally.surveys - (stand.stored() - stored), 0),
        Line("errors", "", len(tally.errors), 0),
        Line("largest process", "MB", round(stand.largest(), 1), 80),
        Line("start-up", "s", round(stand.started_in, 2), 1.5),
    ]


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="walks through each page")
    parser.add_argument("--surveys", type=int, default=4000, help="surveys under load")
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--only", choices=("page", "load"))
    arguments = parser.parse_args()
    with our_server(PORT) as stand:
        lines = page_lines(stand, arguments.runs) if arguments.only != "load" else []
        lines += load_lines(stand, arguments.surveys, arguments.at_once) if arguments.only != "page" else []
    print(table(lines))
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
