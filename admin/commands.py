"""`yourvoice-admin`: finds the command and leaves the rest to it. Loads no module but that command's."""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives: `parser` in `module` adds it to the command line and sets `run`."""

    name: str
    module: str
    parser: str
    about: str


COMMANDS = (
    Command("serve", "admin.serve_cli", "add_serve_parser", "run the staff server"),
    Command("demo", "admin.demo", "add_demo_parser", "try everything out with simulated young people"),
    Command("keys", "admin.keys_cli", "add_keys_parser", "make and publish keys"),
    Command("accounts", "admin.accounts_cli", "add_accounts_parser", "say who may sign in"),
    Command("audit", "admin.audit_cli", "add_audit_parser", "check the audit trail"),
    Command("snapshot", "admin.snapshot_cli", "add_snapshot_parser", "freeze an instrument for a wave"),
    Command("import", "admin.import_cli", "add_import_parser", "take in the boxes of the public host"),
    Command("release", "admin.import_cli", "add_release_parser", "open boxes and publish what may be shown"),
    Command("simulate", "admin.simulate", "add_simulate_parser", "let simulated young people answer"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; -> its exit status: 0 done, 1 refused with one sentence, 2 not understood."""
    # Whatever crashes leaves no image of its memory behind, nor do its children: keys and answers are in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = sys.argv[1:] if arguments is None else list(arguments)
    chosen = next((command for command in COMMANDS if given[:1] == [command.name]), None)
    parser = argparse.ArgumentParser(prog="yourvoice-admin", description="Your Voice, the staff side.")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    if chosen is None:
        for command in COMMANDS:
            subparsers.add_parser(command.name, help=command.about)
        parser.parse_args(given)
        return 2
    try:
        # Only this command's module is loaded: pandas alone costs most of a second.
        getattr(import_module(chosen.module), chosen.parser)(subparsers)
    except ModuleNotFoundError as error:
        library = str(error.name).partition(".")[0]
        sys.stderr.write(f"{library} is missing here: the staff host installs requirements/staff.txt.\n")
        return 1
    parsed = parser.parse_args(given)
    try:
        status: int = parsed.run(parsed)
    except (EOFError, KeyboardInterrupt):
        sys.stderr.write("\nStopped: a question was not answered. A file can answer it, see --help.\n")
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
