"""`yourvoice-admin tokens`: let programs read results, and take that back. A token is shown once."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from admin.api.tokens import TokenError, Tokens
from admin.audit import Audit, AuditError
from admin.settings import Settings, read_settings
from survey_app.files import FileError, in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError


def add_tokens_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin tokens`."""
    about = "let programs read results"
    parser = subparsers.add_parser("tokens", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _action(actions, "add", "make a token for a program; it is shown once", _make)
    _action(actions, "revoke", "take a program's token back", _revoke)
    _action(actions, "list", "all tokens' names", _list, named=False)


def _action(actions: Subparsers, name: str, about: str, act: object, named: bool = True) -> None:
    parser = actions.add_parser(name, help=about, description=about)
    if named:
        parser.add_argument("name", metavar="NAME", help="whose it is, for example office.dashboard")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run, act=act)


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        settings = read_settings({**os.environ, **flags})
        arguments.act(arguments, Tokens(settings.tokens), settings)
    except (AuditError, FileError, OSError, SettingsError, TokenError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    return 0


def _make(arguments: argparse.Namespace, tokens: Tokens, settings: Settings) -> None:
    token = tokens.make(arguments.name, datetime.now(UTC).date())
    _note(settings, "token_made", arguments.name)
    sys.stdout.write(f"{token}\n")
    sys.stderr.write("It is shown only this once. Keep it like a passphrase.\n")


def _revoke(arguments: argparse.Namespace, tokens: Tokens, settings: Settings) -> None:
    tokens.revoke(arguments.name)
    _note(settings, "token_revoked", arguments.name)
    sys.stdout.write(f"The token of {arguments.name} opens nothing any more.\n")


def _list(_arguments: argparse.Namespace, tokens: Tokens, _settings: Settings) -> None:
    for name, made in tokens.all().items():
        sys.stdout.write(f"{name:<32} {made}\n")


def _note(settings: Settings, event: str, token: str) -> None:
    Audit(settings.trail).note(event, f"console:{getpass.getuser()}", token=token)
