"""`yourvoice`: finds the command and leaves the rest to it. Loads no module but that command's."""

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
    Command("serve", "survey_app.serve_cli", "add_serve_parser", "serve the survey"),
    Command("check", "survey_app.check_cli", "add_check_parser", "check instrument files"),
    Command("handover", "survey_app.handover_cli", "add_handover_parser", "let boxes and letters leave"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 refused with a sentence, 2 not understood."""
    # Whatever crashes leaves no image of its memory behind, nor do its children: answers are in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = sys.argv[1:] if arguments is None else list(arguments)
    chosen = next((command for command in COMMANDS if given[:1] == [command.name]), None)
    parser = argparse.ArgumentParser(prog="yourvoice", description="Your Voice, the public side.")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    if chosen is None:
        for command in COMMANDS:
            subparsers.add_parser(command.name, help=command.about)
        parser.parse_args(given)
        return 2
    # Only this command's module is loaded: `check` needs no web server.
    getattr(import_module(chosen.module), chosen.parser)(subparsers)
    parsed = parser.parse_args(given)
    status: int = parsed.run(parsed)
    return status


if __name__ == "__main__":
    sys.exit(main())
