"""`yourvoice-admin desk`: the follow-up desk's plan, rounds and alerts. It opens and names no request."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.alerts.telling import ways
from admin.alerts.words import REMEDIES, AlertError
from admin.audit import Audit, AuditError
from admin.desk.plan import DeskPlan, DeskPlanError, load_desk_plan
from admin.desk_rounds import keep_rounds, one_round
from admin.rounds_record import EVERY, Rounds
from admin.rounds_words import sentences
from admin.settings import Settings, read_settings
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.site import Site, SiteError, load_site

Act = Callable[[argparse.Namespace, Settings], int]


def add_desk_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin desk`; its `run(arguments)` returns 0, or 1 after a sentence on stderr."""
    about = "check the desk's plan, make its rounds, try its alerts"
    parser = subparsers.add_parser("desk", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _action(actions, "check", _check, "what staff/desk.json says, or what is wrong with it")
    rounds = _action(actions, "rounds", _rounds, "take letters in, tell staff, end what is over")
    how = rounds.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="one round, for cron")
    how.add_argument("--every", type=int, metavar="SECONDS", help=f"stay, with so many between (say {EVERY})")
    rounds.add_argument(
        "--yes-the-clock-is-right", action="store_true", help="with --once: end what waits for this word"
    )
    rounds.add_argument(
        "--beside", type=int, metavar="PID", default=0, help="with --every: end when this parent process ends"
    )
    alert = _action(actions, "alert", _alert, "send an alert now, to see whether it arrives")
    alert.add_argument("--test", action="store_true", required=True, help="the only alert sent by hand")


def _action(actions: Subparsers, name: str, act: Act, about: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run, act=act)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        status: int = arguments.act(arguments, read_settings({**os.environ, **flags}))
    except (AuditError, DeskPlanError, SettingsError, SiteError, OSError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    except SQLAlchemyError as error:
        sys.stderr.write(f"The desk's database failed: {type(error).__name__}.\n")
        return 1
    return status


def _check(_: argparse.Namespace, settings: Settings) -> int:
    plan, site = load_desk_plan(settings.desk_plan), load_site(settings.site)
    for sentence in behaviour(plan, site):
        sys.stdout.write(f"{sentence}\n")
    return 0


def behaviour(plan: DeskPlan, site: Site) -> tuple[str, ...]:
    """How the desk will behave, one sentence each."""
    alerts = plan.alerts
    said = [
        f"Somebody tries within {_count(site.follow_up.due_days, 'working day')}; "
        f"{_count(len(plan.holidays), 'holiday')} besides Saturdays and Sundays.",
        f"What was written is deleted {_count(site.follow_up.keep_days, 'day')} after a request is closed.",
        f"An opened request hides itself after {plan.hide_seconds} seconds.",
        f"A request can be closed because of: {', '.join(reason.text for reason in plan.closing_reasons)}.",
    ]
    if alerts.mail:
        mail = alerts.mail
        line = {"starttls": "encrypted", "tls": "encrypted", "none": "NOT encrypted"}[mail.security]
        said.append(f"Alerts go by e-mail to {', '.join(mail.to)} through {mail.host}:{mail.port}, {line}.")
    if alerts.webhook:
        said.append("Alerts go to the webhook.")
    if alerts.mail or alerts.webhook:
        said.append(
            f"They leave every {alerts.every_minutes} minutes at most: when a request came, is due, and is "
            f"{_count(plan.escalate_days, 'working day')} late. Try them: yourvoice-admin desk alert --test"
        )
    else:
        said.append("Nobody is alerted: staff see requests when they look. Write alerts into desk.json.")
    return tuple(said)


def _rounds(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.every is not None:
        keep_rounds(settings, max(1, arguments.every), arguments.beside)
        return 0
    sure = arguments.yes_the_clock_is_right
    if sure:
        Audit(settings.trail).note("clock_confirmed", f"console:{getpass.getuser()}")
    found: Rounds = one_round(settings, time.time(), sure=sure)
    for sentence in sentences(found):
        (sys.stderr if found.faults or found.doubt else sys.stdout).write(f"{sentence}\n")
    return 1 if found.faults or found.doubt else 0


def _alert(_: argparse.Namespace, settings: Settings) -> int:
    plan = load_desk_plan(settings.desk_plan)
    channels = ways(plan.alerts, settings.desk_plan.parent)
    if not channels:
        sys.stderr.write("desk.json names no way to alert anybody: see docs/operating.md, Alerts.\n")
        return 1
    Audit(settings.trail).note("alert_tested", f"console:{getpass.getuser()}")
    failed = 0
    for way, send in channels.items():
        try:
            send()
        except AlertError as error:
            failed += 1
            sys.stderr.write(f"{way}: it did not leave. {REMEDIES[error.fault]}\n")
        else:
            sys.stdout.write(f"{way}: it left. See whether it arrives, and not among the unwanted.\n")
    return 1 if failed else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
