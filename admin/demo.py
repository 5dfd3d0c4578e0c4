"""`yourvoice-admin demo`: both sides, served to a visitor, with simulated young people; gone with Ctrl-C.

It takes the real way: the real servers, the real form, sealing, handover and release. It has no way of its
own to put an answer into a result.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from random import Random
from types import FrameType

import segno

from admin.demo_check import Visit
from admin.demo_folder import County, carry_said, furnish, write_plan
from admin.demo_servers import EVERYWHERE, Addresses, DemoError, Servers, free_addresses
from admin.janitor import Janitor
from admin.phone import SimulationError
from admin.progress import Bar
from admin.released import Released
from admin.simulate import Crowd, Errand, spread
from survey_app.hosting.command import Subparsers
from survey_app.roles import Role
from survey_app.site import Site

FEWEST, MOST = 100, 20_000
EVERY, EVERY_IN_CHECK = 60, 3
"""Seconds between handovers."""

ROUNDS = 3
"""Seconds between the staff side's looks whether a box has come."""

SECONDS_BETWEEN_YOUTHS = 2.0
"""30 a minute, two thirds of them into the visitor's box: a batch of 11 and more at every handover."""

SEED = 3

DESK_LINE = "unlock Follow-up with"
"""What the supervisor does there with the passphrase of her key; the page asks for a second factor first."""


def add_demo_parser(subparsers: "Subparsers") -> None:
    """Add `yourvoice-admin demo`."""
    about = "try everything out with simulated young people, in a folder that is removed at the end"
    parser = subparsers.add_parser("demo", help=about, description=about)
    parser.add_argument(
        "--responses", type=int, default=300, metavar="N", help="simulated answers at the start"
    )
    parser.add_argument("--host", default="127.0.0.1", help=f"{EVERYWHERE}: also for phones on this network")
    parser.add_argument("--port", type=int, default=8000, help="of the survey; 0: any free one")
    parser.add_argument("--admin-port", type=int, default=8001, help="of the staff side; 0: any free one")
    parser.add_argument("--check", action="store_true", help="look whether everything works, then end")
    parser.set_defaults(run=demo)


def demo(arguments: argparse.Namespace) -> int:
    """The command: 0 at its end or on Ctrl-C, 1 with a sentence on stderr where something is wrong."""
    if not FEWEST <= arguments.responses <= MOST:
        sys.stderr.write(f"The demo needs from {FEWEST} to {MOST} simulated answers.\n")
        return 1
    try:
        addresses = free_addresses(arguments.host, arguments.port, arguments.admin_port)
        with _janitor() as janitor:
            show = Show(janitor, addresses, EVERY_IN_CHECK if arguments.check else EVERY)
            show.prepare(arguments.responses)
            if arguments.check:
                return show.check(arguments.responses)
            show.invite()
            show.go_on(arguments.responses)
    except KeyboardInterrupt:
        _say("\nThe demo is over; its folder and its servers are gone.")
    except (DemoError, SimulationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


class Show:
    """One demo, from the empty folder to the end."""

    def __init__(self, janitor: Janitor, addresses: Addresses, every: int) -> None:
        today = datetime.now().astimezone().date()
        self.county: County = furnish(janitor.folder / "data", today, every)
        self.site: Site = write_plan(self.county, filling=True)
        self._addresses = addresses
        self._servers = Servers(janitor, self.county.data, addresses)
        snapshots = {self.county.snapshot.hash: self.county.snapshot}
        self._crowd = Crowd(addresses.survey, self.site, snapshots, SEED)

    def prepare(self, responses: int) -> None:
        """Let simulated young people answer in both waves, open their boxes, and serve both sides."""
        self._servers.start_public()
        errands = spread(self.site, [box.id for _, box in self.site.boxes()], responses, SEED)
        bar = Bar("young people answer", responses)
        for done, _ in enumerate(self._crowd.rush(errands), 1):
            bar(done)
        steps = Bar("boxes leave and are opened", 4)
        self._servers.stop_public()
        self._servers.command("yourvoice", "handover", "--now")
        steps(1)
        self.site = write_plan(self.county, filling=False)
        self._servers.command("yourvoice-admin", "import")
        steps(2)
        self._servers.command("yourvoice-admin", "release", "--credential", str(self.county.credential))
        steps(3)
        self._servers.start_public()
        self._servers.start_staff(self.county.credential, ROUNDS)
        steps(4)

    def invite(self) -> None:
        """Print where everything is and what to try."""
        a, wave = self._addresses, self.site.waves[-1]
        _say(f"\n  The survey, for young people   {a.survey}")
        _say(f"  The scores, for staff          {a.staff}\n")
        for role in (Role.SUPERVISOR, Role.EVALUATOR, Role.OPERATOR):
            _say(f"    sign in as {role.value:<12} passphrase  {self.county.sign_ins[role]}")
        _say(f"    {DESK_LINE:<27} passphrase  {self.county.desk_passphrase}")
        _say("    (as supervisor; it asks you to set up an authenticator app first, on any phone)")
        if a.host == EVERYWHERE:
            _say("\n  For a phone on the same network:\n")
            segno.make(a.survey).terminal(compact=True)
        _say(
            f"\n  Try this: take the survey, then open {wave.title} on the staff side: nothing has changed.\n"
            "  More young people answer meanwhile. Every minute each box with 11 or more ballots is opened,\n"
            "  and the numbers move by that whole batch, your answers among them. You will read it here.\n\n"
            "  Ctrl-C ends the demo and removes everything.\n"
        )

    def check(self, first: int) -> int:
        """Look at both sides and print what works; -> the exit status."""
        try:
            return Visit(self._addresses, self.county, self.site, self._crowd, first).report()
        except SimulationError:
            self._servers.require_running()  # a server that ended says more about it
            raise

    def go_on(self, first: int) -> None:
        """Let young people trickle in, and tell when a batch was released, until Ctrl-C."""
        ledger = Released(f"sqlite:///{self.county.data / 'staff' / 'released.db'}").ledger
        told = len(ledger())
        titles = {unit.id: unit.title for unit in self.site.units}
        for errand in self._trickle(first):
            started = time.monotonic()
            self._servers.require_running()
            try:
                self._crowd.take(errand)
            except SimulationError as error:
                self._servers.require_running()  # one survey may fail, a server may not
                _say(f"  {error}")
            carry_said(self.county.data)
            for entry in ledger()[told:]:
                told += 1
                now, line = datetime.now().astimezone(), entry.line
                _say(f"  {now:%H:%M}  a batch of {line.n} was released: {titles.get(line.unit, line.unit)}")
            time.sleep(max(0.0, SECONDS_BETWEEN_YOUTHS - (time.monotonic() - started)))

    def _trickle(self, first: int) -> Iterator[Errand]:
        """Endless errands to the open wave, two of three to the visitor's own box."""
        dice = Random()  # noqa: S311  no secret
        wave = self.site.waves[-1]
        for number in count(first):
            box = wave.boxes[0] if dice.random() < 2 / 3 else dice.choice(wave.boxes[1:])
            yield Errand(box.id, box.unit, wave.id, number)


@contextmanager
def _janitor() -> Iterator[Janitor]:
    """A janitor whose work is done at the end, also after SIGTERM."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs begin with Ctrl-C ignored
        signal.signal(number, end)
    janitor = Janitor()
    try:
        yield janitor
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # an impatient second Ctrl-C changes nothing
        janitor.finish()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
