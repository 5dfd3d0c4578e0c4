"""A command line of several commands, of which only the one that was asked for is loaded."""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import NamedTuple, TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Command(NamedTuple):
    """Where a command lives: `parser` in `module` adds it to the command line and sets `run`."""

    name: str
    module: str
    parser: str
    about: str


class Flag(NamedTuple):
    """A flag that stands for an environment variable."""

    variable: str
    metavar: str
    words: str


class Program(NamedTuple):
    """A command line. `side` names its host and that host's requirements."""

    name: str
    about: str
    side: str
    commands: Sequence[Command]


def run(program: Program, arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 refused with a sentence, 2 not understood."""
    # Whatever crashes leaves no image of its memory behind, nor do its children: keys and answers are in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = sys.argv[1:] if arguments is None else list(arguments)
    chosen = next((command for command in program.commands if given[:1] == [command.name]), None)
    parser = argparse.ArgumentParser(prog=program.name, description=program.about)
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    if chosen is None:
        for command in program.commands:
            subparsers.add_parser(command.name, help=command.about)
        parser.parse_args(given)
        return 2
    try:
        # Only this command's module is loaded: `check` needs no web server, and pandas takes a second.
        getattr(import_module(chosen.module), chosen.parser)(subparsers)
    except ModuleNotFoundError as error:
        library = str(error.name).partition(".")[0]
        needed = f"the {program.side} host installs requirements/{program.side}.txt"
        sys.stderr.write(f"{library} is missing here: {needed}.\n")
        return 1
    parsed = parser.parse_args(given)
    try:
        status: int = parsed.run(parsed)
    except (EOFError, KeyboardInterrupt):
        sys.stderr.write("\nStopped: a question was not answered. A file can answer it, see --help.\n")
        return 1
    return status


def add_flags(parser: argparse.ArgumentParser, flags: Mapping[str, Flag], tls: str) -> None:
    """Add these flags, and --tls for the variable `tls`."""
    for name, flag in flags.items():
        parser.add_argument(f"--{name}", metavar=flag.metavar, help=f"{flag.words} ({flag.variable})")
    parser.add_argument("--tls", action="store_true", help=f"browsers come by https only ({tls}=1)")


def environment(arguments: argparse.Namespace, flags: Mapping[str, Flag], tls: str) -> dict[str, str]:
    """The environment, with the flags that were given over it."""
    given = {flag.variable: getattr(arguments, name) for name, flag in flags.items()}
    given[tls] = "1" if arguments.tls else None
    return {**os.environ, **{variable: value for variable, value in given.items() if value}}
