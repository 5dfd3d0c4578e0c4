"""`yourvoice-admin accounts`: who may sign in. No passphrase is printed or taken from the command line."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from admin import tables
from admin.accounts import AccountError, Accounts
from admin.audit import Audit, AuditError
from admin.passphrases import PassphraseError, first_line
from admin.settings import Settings, read_settings
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.roles import Role
from survey_app.site import SiteError, load_site


def add_accounts_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin accounts`."""
    about = "say who may sign in"
    parser = subparsers.add_parser("accounts", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = _action(actions, "add", "make an account", _add)
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    renew = _action(actions, "passphrase", "set a new passphrase; also lifts a delay or a lock", _renew)
    for action in (add, renew):
        action.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="read the passphrase from this file's first line",
        )
    _action(actions, "disable", "lock an account and end its sessions", _disable)
    _action(actions, "list", "all accounts", _list, named=False)


def _action(
    actions: Subparsers, name: str, about: str, run: object, named: bool = True
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about)
    if named:
        parser.add_argument("name", metavar="NAME", help="for example maria.lopez")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_kindly, act=run)
    return parser


def _kindly(arguments: argparse.Namespace) -> int:
    """Run the action; what it refuses becomes one sentence and status 1."""
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        settings = read_settings({**os.environ, **flags})
        accounts = Accounts(tables.open_store(settings.accounts), (load_site(settings.site).jurisdiction,))
        arguments.act(arguments, accounts, settings)
    except (AccountError, AuditError, OSError, PassphraseError, SettingsError, SiteError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    return 0


def _add(arguments: argparse.Namespace, accounts: Accounts, settings: Settings) -> None:
    account = accounts.add(arguments.name, Role(arguments.role), _passphrase(arguments.passphrase_file))
    _note(settings, "account_added", account.name, role=account.role.value)
    sys.stdout.write(f"{account.name} may sign in as {account.role.value}.\n")


def _renew(arguments: argparse.Namespace, accounts: Accounts, settings: Settings) -> None:
    accounts.renew(arguments.name, _passphrase(arguments.passphrase_file))
    _note(settings, "passphrase_renewed", arguments.name)
    sys.stdout.write(f"{arguments.name} has a new passphrase; all its sessions are over.\n")


def _disable(arguments: argparse.Namespace, accounts: Accounts, settings: Settings) -> None:
    accounts.disable(arguments.name)
    _note(settings, "account_disabled", arguments.name)
    sys.stdout.write(f"{arguments.name} can no longer sign in.\n")


def _list(_arguments: argparse.Namespace, accounts: Accounts, _settings: Settings) -> None:
    for account in accounts.everyone():
        sys.stdout.write(
            f"{account.name:<32} {account.role.value:<11} {'' if account.active else 'disabled'}\n"
        )


def _note(settings: Settings, event: str, account: str, **about: str) -> None:
    Audit(settings.trail).note(event, f"console:{getpass.getuser()}", account=account, **about)


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return first_line(file)
    first = getpass.getpass("Passphrase (15 characters or more): ")
    if getpass.getpass("Once more: ") != first:
        raise AccountError("The two passphrases differ. Nothing was changed.")
    return first
