"""`yourvoice doctor`: says what of a live installation is not as it should be. It changes nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy.exc import ArgumentError

from survey_app.doctor.asking import target_of
from survey_app.doctor.examination import PORT_MAX, Order, examine
from survey_app.doctor.finding import Finding, Level
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import UNSAFE, SettingsError
from survey_app.settings import read_settings


def add_doctor_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice doctor`; its `run(arguments)` returns 0, 1 if anything fails, or 2."""
    about = "look at a live installation and say what is not as it should be; exits 1 if anything fails"
    parser = subparsers.add_parser("doctor", help=about, description=about)
    parser.add_argument("--data", metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.add_argument(
        "--url", metavar="ADDRESS", help="the survey's own address, to ask it as a visitor would"
    )
    parser.add_argument(
        "--http-port",
        type=_port,
        default=80,
        metavar="NUMBER",
        help="with --url: where plain http is (default 80)",
    )
    parser.add_argument(
        "--logs", nargs="+", type=Path, default=[], metavar="PATH", help="further logs that must know nobody"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=_run)


def _port(text: str) -> int:
    """A port's number; raises ValueError."""
    if not 0 < int(text) <= PORT_MAX:
        raise ValueError
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    try:
        order = _order(arguments, os.environ)
        found = tuple(examine(order))
    except (SettingsError, ArgumentError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(_as_json(found) if arguments.json else _as_lines(found))
    return 1 if any(finding.level is Level.FAIL for _, finding in found) else 0


def _order(arguments: argparse.Namespace, env: Mapping[str, str]) -> Order:
    given = {"YOURVOICE_DATA": arguments.data} if arguments.data else {}
    # What is unsafe in the environment is a finding, not a reason to stop here.
    settings = read_settings({name: value for name, value in {**env, **given}.items() if name not in UNSAFE})
    target = target_of(arguments.url) if arguments.url else None
    return Order(settings, env, target, arguments.http_port, tuple(arguments.logs))


def _as_lines(found: Iterable[tuple[str, Finding]]) -> str:
    count = Counter(finding.level for _, finding in found)
    lines = [f"{finding.level:<5}{name}: {finding}" for name, finding in found]
    closing = f"Fine: {count[Level.OK]}. Warnings: {count[Level.WARN]}. Failed: {count[Level.FAIL]}."
    return "\n".join([*lines, closing, ""])


def _as_json(found: Iterable[tuple[str, Finding]]) -> str:
    said = [
        {"check": name, "level": finding.level.lower(), "what": finding.what, "remedy": finding.remedy}
        for name, finding in found
    ]
    return json.dumps({"time": int(time.time()), "findings": said}, indent=1) + "\n"
